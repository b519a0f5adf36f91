//! The lists of cases that a member of staff may see.

mod statement;

use chrono::{DateTime, Utc};
use jiekou_core::case::State;
use jiekou_core::staff::Grant;
use sqlx::PgExecutor;
use tracing::instrument;
use uuid::Uuid;

use crate::StoreError;
use crate::words::Words;

/// One line of the list.
#[derive(Debug, Clone, sqlx::FromRow)]
pub struct InboxLine {
    pub case_id: i64,
    pub case_number: String,
    pub state: String,
    pub category: String,
    pub urgency: String,
    pub alarmed: bool,
    pub place_unknown: bool,
    pub center_code: String,
    pub segment_code: Option<String>,
    pub report_count: i32,
    pub urge_count: i32,
    pub opened_at: DateTime<Utc>,
    pub due_at: Option<DateTime<Utc>>,
    pub due_kind: Option<String>,
    /// Codes of the unit and of the post that have it.
    pub unit_code: Option<String>,
    pub post_code: Option<String>,
    /// Who has it, in words.
    pub assignee: Option<Words>,
    /// Name of the person of the unit who goes.
    pub person: Option<String>,
    /// Escalated to a higher step of the ladder, or supervised.
    pub raised: bool,
    pub supervised: bool,
    /// How often the problem was here within the rulebook's window, this case included; `None`: the first time.
    pub times_here: Option<i32>,
    pub hot_spot: bool,
}

impl InboxLine {
    /// Whether the clock that is shown has run out.
    pub fn is_overdue(&self, now: DateTime<Utc>) -> bool {
        self.due_at.is_some_and(|due_at| now > due_at)
    }

    /// Where it stands in its list.
    pub fn position(&self) -> Position {
        Position { due_at: self.due_at, case_id: self.case_id }
    }
}

/// Which of the cases that are reached.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default)]
pub enum Scope {
    #[default]
    All,
    /// Those that this person goes to.
    Mine(Uuid),
    /// Those that the units of the grants lead, help with or were called to.
    Unit,
}

#[derive(Debug, Clone, Copy, PartialEq, Eq, Default)]
pub enum Sort {
    /// Newest first.
    #[default]
    Newest,
    /// Least time left first; those whose clock stands still last.
    TimeLeft,
}

/// A place in a list that stays where it is whatever happens before it.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Position {
    /// Counts only among those sorted by time left.
    pub due_at: Option<DateTime<Utc>>,
    pub case_id: i64,
}

/// Who asks, and when.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq)]
pub struct Asker {
    pub staff_id: Uuid,
    pub now: DateTime<Utc>,
}

/// The first cases of a list.
#[derive(Debug, Clone)]
pub struct Listed {
    pub lines: Vec<InboxLine>,
    /// Whether the asker stands in for somebody now: told along, as it costs nothing there and a round trip elsewhere. An
    /// empty list does not say.
    pub stands_in: Option<bool>,
}

/// Which cases to list: those that `grants` reach, as [`jiekou_core::staff::standings`] has it, narrowed by the rest.
#[derive(Debug, Clone, Default)]
pub struct Filter<'a> {
    pub asker: Asker,
    pub grants: &'a [Grant],
    pub scope: Scope,
    /// Whose cases are also those of [`Scope::Mine`].
    pub stands_in_for: &'a [Uuid],
    pub center: Option<&'a str>,
    pub segment: Option<&'a str>,
    /// `None`: whatever state they are in.
    pub states: Option<Vec<State>>,
    /// Only cases whose clock ran out before this moment.
    pub overdue_at: Option<DateTime<Utc>>,
    pub raised: bool,
    /// Only cases that may be the same as an older one and wait for a decision.
    pub possibly_same: bool,
    /// Only cases at a place where the problem comes back again and again.
    pub hot_spot: bool,
    pub sort: Sort,
    /// Only cases behind this place: the cursor.
    pub after: Option<Position>,
    pub limit: usize,
}

/// The first cases of the list.
///
/// # Errors
/// When the database fails.
#[instrument(level = "debug", name = "db.case.list", skip_all)]
pub async fn list(conn: impl PgExecutor<'_>, filter: &Filter<'_>) -> Result<Listed, StoreError> {
    let rows: Vec<Row> = match statement::of(filter) {
        Some(mut statement) => statement.build_query_as().fetch_all(conn).await?,
        None => Vec::new(),
    };
    let stands_in = rows.first().map(|row| row.stands_in);
    Ok(Listed { lines: rows.into_iter().map(|row| row.line).collect(), stands_in })
}

#[derive(sqlx::FromRow)]
struct Row {
    #[sqlx(flatten)]
    line: InboxLine,
    stands_in: bool,
}
