//! The clock of a case as it is stored.

use chrono::{DateTime, Utc};
use jiekou_core::case::{RunningClock, StageClock};
use sqlx::PgConnection;
use sqlx::types::Json;
use tracing::instrument;

use super::view::CaseView;
use crate::StoreError;

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

/// Gives a locked case this clock.
///
/// # Errors
/// When the database fails.
#[instrument(level = "debug", name = "db.case.set_clock", skip_all)]
pub async fn set(conn: &mut PgConnection, case_id: i64, clock: &RunningClock) -> Result<(), StoreError> {
    let due = clock.due.as_ref();
    sqlx::query("update cases set due_at = $2, due_kind = $3, due_rule = $4, clock = $5 where case_id = $1")
        .bind(case_id)
        .bind(due.map(|due| due.due_at))
        .bind(due.map(|due| due.stage.name()))
        .bind(due.map(|due| due.rule.as_str()))
        .bind(Json(clock))
        .execute(conn)
        .await?;
    Ok(())
}
