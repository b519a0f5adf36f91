//! What an installation demands of the accounts of its staff.

use chrono::Duration;

use super::{Grant, Role};

/// The settings of accounts.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct AccountRules {
    /// Fewest characters of a password.
    pub password_least: usize,
    /// Roles that need a second factor.
    pub second_factor_roles: Vec<Role>,
    /// How long an invitation or a reset can be accepted.
    pub invitation_life: Duration,
    /// How long a session lasts without being used.
    pub session_idle: Duration,
    /// How long a session lasts at most.
    pub session_longest: Duration,
    /// Sessions of an account at once.
    pub sessions_most: u32,
    /// Steps of 30 s that a code of an authenticator may be early or late.
    pub totp_drift: u32,
}

impl AccountRules {
    /// Whether somebody with `grants` must have a second factor.
    pub fn demand_second_factor(&self, grants: &[Grant]) -> bool {
        grants.iter().any(|grant| self.second_factor_roles.contains(&grant.role))
    }
}
