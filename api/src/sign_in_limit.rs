//! A brake on guessing passwords and on asking for codes, before anything is looked up: per name or phone, so that a desk
//! behind one address is not slowed by its neighbours. The limits that hold over all processes are in the database.

use std::num::NonZeroU32;

use governor::clock::{Clock, DefaultClock};
use governor::{DefaultKeyedRateLimiter, Quota, RateLimiter};

use crate::problem::{Kind, Problem};

/// Attempts a name may make at once; one more every six seconds after that.
const OF_NAME: NonZeroU32 = NonZeroU32::MIN.saturating_add(9);
/// Requests that a phone may be named in at once; one more every second after that.
const OF_PHONE: NonZeroU32 = NonZeroU32::MIN.saturating_add(59);
/// Names remembered before old ones are forgotten.
const REMEMBERED: usize = 10_000;

/// The brake.
#[derive(Debug)]
pub struct SignInLimit {
    limiter: DefaultKeyedRateLimiter<String>,
    clock: DefaultClock,
}

impl SignInLimit {
    /// For names of staff.
    pub fn of_names() -> Self {
        Self::new(OF_NAME)
    }

    /// For phones of residents.
    pub fn of_phones() -> Self {
        Self::new(OF_PHONE)
    }

    fn new(per_minute: NonZeroU32) -> Self {
        Self { limiter: RateLimiter::keyed(Quota::per_minute(per_minute)), clock: DefaultClock::default() }
    }

    /// Lets an attempt through.
    ///
    /// # Errors
    /// `too-many-requests`, with the seconds to wait.
    pub fn pass(&self, name: &str) -> Result<(), Problem> {
        if self.limiter.len() > REMEMBERED {
            self.limiter.retain_recent();
        }
        self.limiter.check_key(&name.trim().to_lowercase()).map_err(|refused| {
            let wait = refused.wait_time_from(self.clock.now());
            let seconds = i64::try_from(wait.as_secs()).unwrap_or(i64::MAX).saturating_add(1);
            Problem::from(Kind::TooManyRequests).with_retry_after(seconds)
        })
    }
}
