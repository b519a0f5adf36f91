//! The one place that reads the system's time. Everybody else gets `now` as an argument.

use chrono::{DateTime, SubsecRound, Utc};

/// The moment, to the microsecond, which is what the database keeps.
#[expect(clippy::disallowed_methods, reason = "this is the clock that everybody else is handed")]
pub fn now() -> DateTime<Utc> {
    Utc::now().trunc_subsecs(6)
}
