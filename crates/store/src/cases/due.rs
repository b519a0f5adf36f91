//! The clock of a case as it is stored.

use chrono::{DateTime, Utc};
use jiekou_core::case::StageClock;

use super::view::CaseView;

/// A running clock: when it ends, what is due then, and the rule that set it.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Due {
    pub at: DateTime<Utc>,
    /// Name of a [`jiekou_core::case::Stage`].
    pub kind: String,
    pub rule: String,
}

impl From<StageClock> for Due {
    fn from(clock: StageClock) -> Self {
        Self { at: clock.due_at, kind: clock.stage.name().to_owned(), rule: clock.rule }
    }
}

impl CaseView {
    /// The clock that runs now; `None` where none does.
    pub fn due(&self) -> Option<Due> {
        Some(Due { at: self.due_at?, kind: self.due_kind.clone()?, rule: self.due_rule.clone()? })
    }
}
