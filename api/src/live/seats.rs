//! Places of those who watch: so many in a process, and a share of them for each, so that nobody can take all.

use std::collections::HashMap;
use std::sync::{Arc, Mutex, PoisonError};

use jiekou_core::limit::Spender;
use tokio::sync::{OwnedSemaphorePermit, Semaphore};

/// Streams a process serves at once; one more is asked to come back.
const SEATS: usize = 10_000;
/// Of these for one account, or for one network of people without one.
const EACH: usize = 500;

/// The seats of a process.
#[derive(Debug, Clone)]
pub struct Seats {
    all: Arc<Semaphore>,
    each: Arc<Mutex<HashMap<Spender, usize>>>,
}

/// A place, until it is dropped.
#[derive(Debug)]
pub struct Seat {
    seats: Seats,
    who: Spender,
    _place: OwnedSemaphorePermit,
}

impl Seats {
    pub fn new() -> Self {
        Self { all: Arc::new(Semaphore::new(SEATS)), each: Arc::default() }
    }

    /// A place for one more watcher, while there is one for `who`.
    pub fn take(&self, who: Spender) -> Option<Seat> {
        let place = Arc::clone(&self.all).try_acquire_owned().ok()?;
        let mut each = self.each.lock().unwrap_or_else(PoisonError::into_inner);
        let taken = each.entry(who).or_default();
        if *taken >= EACH {
            return None;
        }
        *taken += 1;
        Some(Seat { seats: self.clone(), who, _place: place })
    }
}

impl Drop for Seat {
    fn drop(&mut self) {
        let mut each = self.seats.each.lock().unwrap_or_else(PoisonError::into_inner);
        if let Some(taken) = each.get_mut(&self.who) {
            *taken = taken.saturating_sub(1);
            if *taken == 0 {
                each.remove(&self.who);
            }
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use uuid::Uuid;

    #[test]
    fn nobody_takes_more_than_a_share_and_what_is_left_is_free_again() {
        let seats = Seats::new();
        let (greedy, other) = (Spender::Resident(Uuid::from_u128(1)), Spender::Desk(Uuid::from_u128(2)));
        let mut taken: Vec<Seat> = (0..EACH).map(|_| seats.take(greedy).unwrap()).collect();
        assert!(seats.take(greedy).is_none());
        let theirs = seats.take(other).unwrap();
        taken.pop();
        taken.push(seats.take(greedy).unwrap());
        drop((taken, theirs));
        assert!(seats.each.lock().unwrap().is_empty());
        assert_eq!(seats.all.available_permits(), SEATS);
    }
}
