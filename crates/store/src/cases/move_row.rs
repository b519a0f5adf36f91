//! Writing a move: state, clock, parts, photos, log line and outbox rows in one statement (see `functions/move_case.sql`).

use chrono::{DateTime, Utc};
use jiekou_core::case::Matter;
use serde_json::Value;
use sqlx::PgExecutor;
use sqlx::types::Json;
use tracing::instrument;
use uuid::Uuid;

use crate::StoreError;

/// What the move was decided on.
#[derive(Debug, Clone, sqlx::Type)]
#[sqlx(type_name = "case_seen")]
pub struct CaseSeen {
    pub decision_version: i64,
    pub due_at: Option<DateTime<Utc>>,
    pub urgency: String,
    pub report_count: i32,
}

/// The case after the move, and the move's log line.
#[derive(Debug, Clone, sqlx::Type)]
#[sqlx(type_name = "case_move")]
pub struct CaseMove {
    pub act: String,
    /// `staff`, `reporter` or `system`.
    pub actor_kind: String,
    pub actor: Option<Uuid>,
    pub reason: Option<String>,
    pub note: Option<String>,
    pub detail: Option<Json<Value>>,
    /// Set: the line concerns this report only.
    pub report_id: Option<Uuid>,
    pub to_state: String,
    pub takes_reports: bool,
    pub question: Option<String>,
    pub assignee: Option<String>,
    pub returns: i32,
    pub dispatched_at: Option<DateTime<Utc>>,
    /// A [`jiekou_core::rulebook::ClockChange`].
    pub clocks: Json<Value>,
    /// The lateness of handling is forgiven.
    pub exempts: bool,
    pub progress: Json<Matter>,
    pub runs_in: String,
    pub complexity: Option<String>,
    pub unit_code: Option<String>,
    pub post_code: Option<String>,
    pub person_id: Option<Uuid>,
    /// The units that have a part in it have none any more.
    pub ends_parts: bool,
    /// Units that get a part: `unit`, `part` (`helper`, `called`), `answerDueAt`.
    pub parts: Json<Value>,
    /// The unit that has arrived.
    pub arrived: Option<String>,
    /// The unit whose part is done.
    pub done: Option<String>,
    /// What else follows from it: `kind` and `runAt`; each job gets the log line's id and the case's.
    pub jobs: Json<Value>,
    pub photo_ids: Vec<Uuid>,
}

/// What a correction of place or category makes of a case.
#[derive(Debug, Clone, sqlx::Type)]
#[sqlx(type_name = "case_correction")]
pub struct CaseCorrection {
    pub category: String,
    pub family: String,
    pub fingerprint: Vec<u8>,
    pub center_code: String,
    pub segment_code: Option<String>,
    pub community_code: Option<String>,
    pub grid_code: Option<String>,
    pub longitude: Option<f64>,
    pub latitude: Option<f64>,
    pub cell: Option<i64>,
    pub address: Option<String>,
    pub place_unknown: bool,
    pub routing: Json<Value>,
    pub lead_code: String,
    pub enforcement_code: Option<String>,
    /// The arbiter's locks of the place it comes to, sorted.
    pub locks: Vec<i64>,
}

/// What became of a move.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Moved {
    /// Written; the id of its log line.
    Written(i64),
    /// Somebody else moved the case.
    Stale,
    /// A report joined or left it, or made it urgent: decide again.
    Again,
    /// A photo is unknown or belongs to something already.
    PhotoTaken(Uuid),
}

/// Writes a move, unless what it was decided on has changed.
///
/// # Errors
/// When the database fails.
#[instrument(level = "debug", name = "db.case.move", skip_all)]
pub async fn write(
    conn: impl PgExecutor<'_>,
    case_id: i64,
    seen: &CaseSeen,
    row: &CaseMove,
    correction: Option<&CaseCorrection>,
    now: DateTime<Utc>,
) -> Result<Moved, StoreError> {
    let (verdict, log_id, photo_id): (String, Option<i64>, Option<Uuid>) =
        sqlx::query_as("select verdict, log_id, photo_id from move_case($1, $2, $3, $4, $5)")
            .bind(case_id)
            .bind(seen)
            .bind(row)
            .bind(correction)
            .bind(now)
            .fetch_one(conn)
            .await?;
    match (verdict.as_str(), log_id, photo_id) {
        ("moved", Some(log_id), _) => Ok(Moved::Written(log_id)),
        ("stale", ..) => Ok(Moved::Stale),
        ("again", ..) => Ok(Moved::Again),
        ("photoTaken", _, Some(photo_id)) => Ok(Moved::PhotoTaken(photo_id)),
        _ => Err(StoreError::Inconsistent("move_case gave an unknown verdict")),
    }
}
