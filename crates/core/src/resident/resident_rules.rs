//! What an installation allows residents.

use chrono::Duration;

use super::CodeLimits;

/// The settings of residents' accounts.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct ResidentRules {
    /// Whether there is anybody to send codes with.
    pub signs_in_by_phone: bool,
    /// How long a code is good, and for how many tries.
    pub code_life: Duration,
    pub code_tries: u16,
    pub code_limits: CodeLimits,
    /// How long a session lasts without being used.
    pub session_idle: Duration,
    /// How long a session lasts at most.
    pub session_longest: Duration,
    /// Sessions of an account at once.
    pub sessions_most: u32,
    /// Days after the end of a case that it is known who reported it, as the installation wishes; see
    /// [`crate::privacy::identity_days`].
    pub identity_days: u32,
}
