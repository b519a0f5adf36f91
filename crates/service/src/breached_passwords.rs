//! Asking whether a password that somebody chooses is in a known breach.
//!
//! Whoever chooses a password can do nothing about a service of others that is away, so it then counts as not breached
//! (the list of common passwords has refused the worst by then): the outage would otherwise keep everybody from accepting
//! invitations and from changing a password that is known to be stolen, which is the larger harm. It is a warning in the
//! log once, until the service answers again, and each password that went unchecked is counted.

use std::sync::atomic::{AtomicBool, AtomicU64, Ordering};

use jiekou_core::staff::password::PasswordFault;
use jiekou_partner::breached_passwords::BreachedRanges;
use tracing::{info, instrument, warn};

/// What a process knows of the service.
#[derive(Debug)]
pub struct BreachedPasswords {
    /// Absent: nobody is asked.
    ranges: Option<BreachedRanges>,
    is_away: AtomicBool,
    unchecked: AtomicU64,
}

impl BreachedPasswords {
    pub fn new(ranges: Option<BreachedRanges>) -> Self {
        Self { ranges, is_away: AtomicBool::new(false), unchecked: AtomicU64::new(0) }
    }

    /// Passwords that were taken because the service did not answer, since the process began.
    pub fn unchecked(&self) -> u64 {
        self.unchecked.load(Ordering::Relaxed)
    }

    /// Refuses a password that is in a known breach. A network call: never in a transaction.
    ///
    /// # Errors
    /// [`PasswordFault::Breached`].
    #[instrument(level = "debug", name = "check_breached_password", skip_all)]
    pub(crate) async fn check(&self, password: &str) -> Result<(), PasswordFault> {
        let Some(ranges) = &self.ranges else { return Ok(()) };
        match ranges.hold(password).await {
            Ok(breached) => {
                if self.is_away.swap(false, Ordering::Relaxed) {
                    info!("the service of breached passwords answers again");
                }
                if breached { Err(PasswordFault::Breached) } else { Ok(()) }
            }
            Err(error) => {
                self.unchecked.fetch_add(1, Ordering::Relaxed);
                if !self.is_away.swap(true, Ordering::Relaxed) {
                    warn!(error = %error, "the service of breached passwords does not answer: passwords are taken unchecked");
                }
                Ok(())
            }
        }
    }
}
