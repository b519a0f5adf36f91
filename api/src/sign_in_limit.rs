//! A brake on guessing passwords, beside the lock of the account: per name, so that a desk behind one address is not
//! slowed by its neighbours.

use std::num::NonZeroU32;

use governor::clock::{Clock, DefaultClock};
use governor::{DefaultKeyedRateLimiter, Quota, RateLimiter};

use crate::problem::{Kind, Problem};

/// Attempts a name may make at once; one more every six seconds after that.
const BURST: NonZeroU32 = match NonZeroU32::new(10) {
    Some(burst) => burst,
    None => NonZeroU32::MIN,
};
/// Names remembered before old ones are forgotten.
const REMEMBERED: usize = 10_000;

/// The brake.
#[derive(Debug)]
pub struct SignInLimit {
    limiter: DefaultKeyedRateLimiter<String>,
    clock: DefaultClock,
}

impl Default for SignInLimit {
    fn default() -> Self {
        Self { limiter: RateLimiter::keyed(Quota::per_minute(BURST)), clock: DefaultClock::default() }
    }
}

impl SignInLimit {
    /// Lets an attempt through.
    ///
    /// # Errors
    /// `too-many-requests`, with the seconds to wait.
    pub fn pass(&self, username: &str) -> Result<(), Problem> {
        if self.limiter.len() > REMEMBERED {
            self.limiter.retain_recent();
        }
        self.limiter.check_key(&username.trim().to_lowercase()).map_err(|refused| {
            let wait = refused.wait_time_from(self.clock.now());
            let seconds = i64::try_from(wait.as_secs()).unwrap_or(i64::MAX).saturating_add(1);
            Problem::from(Kind::TooManyRequests).with_retry_after(seconds)
        })
    }
}
