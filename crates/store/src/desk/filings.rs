//! What the desk keeps beside reports that it filed, and the orders of superiors and leaders among them.

use chrono::{DateTime, Utc};
use sqlx::{PgConnection, PgPool};
use tracing::instrument;
use uuid::Uuid;

use crate::StoreError;

/// What is kept of one report.
#[derive(Debug, Clone)]
pub struct FilingRow<'a> {
    pub report_id: Uuid,
    pub filed_by: Uuid,
    pub number: Option<&'a str>,
    pub issued_by: Option<&'a str>,
    pub deadline: Option<DateTime<Utc>>,
    pub secret: bool,
    pub callback_allowed: Option<bool>,
    pub recording: Option<&'a str>,
}

/// An order of a superior or a leader.
#[derive(Debug, Clone, PartialEq, Eq, sqlx::FromRow)]
pub struct AssignmentView {
    pub tracking_code: String,
    /// `superiorAssigned` or `leaderAssigned`.
    pub origin: String,
    pub number: String,
    pub issued_by: String,
    pub deadline: DateTime<Utc>,
    pub case_number: String,
    pub state: String,
    pub filed_at: DateTime<Utc>,
    pub reply: Option<String>,
    pub replied_by: Option<String>,
    pub replied_at: Option<DateTime<Utc>>,
}

const COLUMNS: &str =
    "select r.tracking_code, r.origin, f.number, f.issued_by, f.deadline, c.case_number, c.state, f.filed_at,
    f.reply, s.display_name as replied_by, f.replied_at
    from desk_filing f join report r using (report_id) join cases c using (case_id)
    left join staff_account s on s.staff_id = f.replied_by where f.number is not null";

/// Keeps it; what was kept of this report before stays.
///
/// # Errors
/// When the database fails.
#[instrument(level = "debug", name = "db.desk_filing.insert", skip_all)]
pub async fn insert(
    conn: &mut PgConnection,
    row: &FilingRow<'_>,
    now: DateTime<Utc>,
) -> Result<(), StoreError> {
    sqlx::query(
        "insert into desk_filing (report_id, filed_by, number, issued_by, deadline, secret, callback_allowed, recording, filed_at)
         values ($1, $2, $3, $4, $5, $6, $7, $8, $9) on conflict (report_id) do nothing",
    )
    .bind(row.report_id)
    .bind(row.filed_by)
    .bind(row.number)
    .bind(row.issued_by)
    .bind(row.deadline)
    .bind(row.secret)
    .bind(row.callback_allowed)
    .bind(row.recording)
    .bind(now)
    .execute(conn)
    .await?;
    Ok(())
}

/// The orders, the most pressing first; `open`: those without a reply alone. At most 200.
///
/// # Errors
/// When the database fails.
#[instrument(level = "debug", name = "db.desk_filing.assignments", skip_all)]
pub async fn assignments(pool: &PgPool, open: bool) -> Result<Vec<AssignmentView>, StoreError> {
    let query = format!(
        "{COLUMNS} and (f.replied_at is null or not $1) order by f.replied_at is not null, f.deadline, r.report_id limit 200"
    );
    Ok(sqlx::query_as(sqlx::AssertSqlSafe(query)).bind(open).fetch_all(pool).await?)
}

/// Writes the reply to the order that this report is; `None` where it is none.
///
/// # Errors
/// When the database fails.
#[instrument(level = "debug", name = "db.desk_filing.reply", skip_all)]
pub async fn reply(
    conn: &mut PgConnection,
    tracking_code: &str,
    reply: &str,
    by: Uuid,
    now: DateTime<Utc>,
) -> Result<Option<AssignmentView>, StoreError> {
    sqlx::query(
        "update desk_filing f set reply = $2, replied_by = $3, replied_at = $4 from report r
         where r.report_id = f.report_id and r.tracking_code = $1 and f.number is not null",
    )
    .bind(tracking_code)
    .bind(reply)
    .bind(by)
    .bind(now)
    .execute(&mut *conn)
    .await?;
    let query = format!("{COLUMNS} and r.tracking_code = $1");
    Ok(sqlx::query_as(sqlx::AssertSqlSafe(query)).bind(tracking_code).fetch_optional(conn).await?)
}
