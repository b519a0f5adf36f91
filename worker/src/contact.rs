//! Whether the database has answered for long enough to believe what it says of others.

use std::time::{Duration, Instant};

/// After an absence of the database every lease looks forgotten, though its owner lives and could only not renew it. A
/// living owner renews every third of a lease; whoever waits for half a lease of answers therefore takes over the work of
/// the dead only.
#[derive(Debug)]
pub struct Contact {
    enough: Duration,
    since: Instant,
    last: Instant,
}

impl Contact {
    /// Steady after `enough` of answers without a gap of that length.
    pub fn new(enough: Duration) -> Self {
        Self { enough, since: Instant::now(), last: Instant::now() }
    }

    /// Notes that the database answered or did not.
    pub fn note(&mut self, answered: bool) {
        let now = Instant::now();
        if !answered || now.duration_since(self.last) >= self.enough {
            self.since = now;
        }
        self.last = now;
    }

    pub fn is_steady(&self) -> bool {
        self.since.elapsed() >= self.enough
    }
}

#[cfg(test)]
mod tests {
    use std::thread::sleep;

    use super::*;

    #[test]
    fn a_failure_or_a_long_silence_starts_the_wait_again() {
        let mut contact = Contact::new(Duration::from_millis(60));
        assert!(!contact.is_steady());
        for _ in 0..10 {
            sleep(Duration::from_millis(10));
            contact.note(true);
        }
        assert!(contact.is_steady());
        contact.note(false);
        assert!(!contact.is_steady());
        sleep(Duration::from_millis(80));
        contact.note(true);
        assert!(!contact.is_steady());
    }
}
