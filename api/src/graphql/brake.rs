//! A brake on those who ask without a credential, by the network they come from.

use std::num::NonZeroU32;

use governor::clock::{Clock, DefaultClock};
use governor::{DefaultKeyedRateLimiter, Quota, RateLimiter};

use jiekou_core::limit::AddressGroup;

use crate::problem::{Kind, Problem};

/// Addresses remembered before those that asked little are forgotten.
const REMEMBERED: usize = 10_000;

/// The brake of a process.
#[derive(Debug)]
pub struct Brake {
    limiter: DefaultKeyedRateLimiter<AddressGroup>,
    clock: DefaultClock,
}

impl Brake {
    /// Lets through so many fields of queries a minute.
    pub fn new(a_minute: NonZeroU32) -> Self {
        Self { limiter: RateLimiter::keyed(Quota::per_minute(a_minute)), clock: DefaultClock::default() }
    }

    /// Lets something through that asks for `fields` things at once.
    ///
    /// # Errors
    /// `too-many-requests`, with the seconds to wait.
    pub fn pass(&self, address: AddressGroup, fields: usize) -> Result<(), Problem> {
        if self.limiter.len() > REMEMBERED {
            self.limiter.retain_recent();
        }
        let fields = u32::try_from(fields).ok().and_then(NonZeroU32::new).unwrap_or(NonZeroU32::MIN);
        let too_many = |seconds: u64| {
            let seconds = i64::try_from(seconds).unwrap_or(i64::MAX).saturating_add(1);
            Problem::from(Kind::TooManyRequests).with_retry_after(seconds)
        };
        match self.limiter.check_key_n(&address, fields) {
            Ok(Ok(())) => Ok(()),
            Ok(Err(refused)) => Err(too_many(refused.wait_time_from(self.clock.now()).as_secs())),
            // More than a whole minute's share in one document.
            Err(_never) => Err(too_many(60)),
        }
    }
}
