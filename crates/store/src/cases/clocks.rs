//! Writing the clocks of a case. The caller holds the case's lock.

use chrono::{DateTime, Utc};
use jiekou_core::case::CaseClock;
use jiekou_core::rulebook::ClockChange;
use sqlx::types::Json;
use sqlx::{PgConnection, PgExecutor};
use tracing::instrument;

use super::view::CaseView;
use crate::StoreError;

/// The clocks of a case as they are now, read under its lock.
///
/// # Errors
/// When the database fails.
#[instrument(level = "debug", name = "db.clock.of_case", skip_all)]
pub async fn of_case(conn: impl PgExecutor<'_>, case_id: i64) -> Result<Vec<CaseClock>, StoreError> {
    let clocks: Json<Vec<CaseClock>> =
        sqlx::query_scalar("select case_clocks($1)").bind(case_id).fetch_one(conn).await?;
    Ok(clocks.0)
}

/// Writes what an act does to the clocks, and the deadline that is shown from then on.
///
/// # Errors
/// When the database fails.
#[instrument(level = "debug", name = "db.clock.change", skip_all)]
pub async fn change(
    conn: &mut PgConnection,
    case_id: i64,
    act: &str,
    change: &ClockChange,
    now: DateTime<Utc>,
) -> Result<(), StoreError> {
    sqlx::query("select change_clocks($1, $2, $3, $4)")
        .bind(case_id)
        .bind(now)
        .bind(act)
        .bind(Json(change))
        .execute(conn)
        .await?;
    Ok(())
}

/// Gives a case one more clock, and shows it where it ends sooner than the others of its kind. `merged_from` is the
/// case whose reports brought it.
///
/// # Errors
/// When the database fails.
#[instrument(level = "debug", name = "db.clock.add", skip_all)]
pub async fn add(
    conn: &mut PgConnection,
    case_id: i64,
    clock: &CaseClock,
    merged_from: Option<i64>,
) -> Result<(), StoreError> {
    sqlx::query("select start_clocks($1, jsonb_build_array($2::jsonb), $3), show_clock($1, $4)")
        .bind(case_id)
        .bind(Json(clock))
        .bind(merged_from)
        .bind(clock.kind.name())
        .execute(conn)
        .await?;
    Ok(())
}

/// Shows the soonest running clock of a kind as the deadline of its case; none when there is none.
///
/// # Errors
/// When the database fails.
pub(super) async fn show(
    conn: &mut PgConnection,
    case_id: i64,
    kind: Option<&str>,
) -> Result<(), StoreError> {
    sqlx::query("select show_clock($1, $2)").bind(case_id).bind(kind).execute(conn).await?;
    Ok(())
}

/// An appeal against the lateness of a clock was accepted: it counts as on time, and its moments stay. `false`: the case
/// has no such clock.
///
/// # Errors
/// When the database fails.
#[instrument(level = "debug", name = "db.clock.exempt", skip_all)]
pub async fn exempt(
    conn: &mut PgConnection,
    case_id: i64,
    rule: &str,
    now: DateTime<Utc>,
) -> Result<bool, StoreError> {
    let exempted = sqlx::query(
        "update case_clock set exempted_at = coalesce(exempted_at, $3) where case_id = $1 and rule = $2",
    )
    .bind(case_id)
    .bind(rule)
    .bind(now)
    .execute(conn)
    .await?;
    Ok(exempted.rows_affected() > 0)
}

impl CaseView {
    /// Those of its clocks that have not ended.
    pub fn open_clocks(&self) -> Vec<CaseClock> {
        self.clocks.0.iter().filter(|clock| clock.is_open()).cloned().collect()
    }
}
