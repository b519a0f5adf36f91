//! One case with all that hangs on it, for staff.

use chrono::{DateTime, Utc};
use jiekou_core::case::{CaseClock, Matter};
use serde_json::Value;
use sqlx::types::Json;
use sqlx::{Connection, PgConnection, PgExecutor, PgPool};
use tracing::instrument;
use uuid::Uuid;

use crate::StoreError;
use crate::words::{Said, Words};

/// The case itself.
#[derive(Debug, Clone, sqlx::FromRow)]
pub struct CaseView {
    pub case_id: i64,
    pub case_number: String,
    pub state: String,
    pub before_merge: Option<String>,
    pub category: String,
    pub urgency: String,
    pub alarmed: bool,
    pub place_unknown: bool,
    pub confirm_new: bool,
    pub question: Option<Words>,
    pub assignee: Option<Words>,
    pub returns: i32,
    pub longitude: Option<f64>,
    pub latitude: Option<f64>,
    pub address: Option<Words>,
    pub component_id: Option<String>,
    pub center_code: String,
    pub segment_code: Option<String>,
    pub report_count: i32,
    pub urge_count: i32,
    /// Counts what a move decides on.
    pub decision_version: i64,
    pub opened_at: DateTime<Utc>,
    pub dispatched_at: Option<DateTime<Utc>>,
    pub due_at: Option<DateTime<Utc>>,
    pub due_kind: Option<String>,
    pub due_rule: Option<String>,
    pub routing: Json<Value>,
    pub merged_into: Option<String>,
    /// The case whose report named this problem too, and those of the other problems of its own reports.
    pub split_from: Option<String>,
    pub split_into: Vec<String>,
    /// The version of the rules that it was opened under and keeps.
    pub rulebook_version_id: i64,
    pub runs_in: String,
    pub complexity: Option<String>,
    pub lead_code: Option<String>,
    pub enforcement_code: Option<String>,
    pub community_code: Option<String>,
    pub grid_code: Option<String>,
    pub unit_code: Option<String>,
    pub post_code: Option<String>,
    pub person_id: Option<Uuid>,
    /// Who filed the first of its reports that was collected.
    pub collector_id: Option<Uuid>,
    /// What its moves depend on beside the columns; `None`: nothing yet.
    pub progress: Option<Json<Matter>>,
    /// Codes of the units that handle with the lead, and of those that were called.
    pub helpers: Vec<String>,
    pub called: Vec<String>,
    /// All its clocks, in the order they were started. Read before the lock was waited for: whoever changes single ones
    /// without asking for the version reads them again.
    pub clocks: Json<Vec<CaseClock>>,
}

/// A report of the case. Its author is a pseudonym.
#[derive(Debug, Clone, sqlx::FromRow)]
pub struct ReportView {
    pub report_id: Uuid,
    pub receipt_number: i64,
    pub channel: String,
    pub outcome: String,
    pub description: Words,
    pub place: Said,
    pub attributes: Option<Said>,
    pub occurred_at: Option<DateTime<Utc>>,
    pub received_at: DateTime<Utc>,
    pub confirm_new: bool,
    pub judgement: Option<Json<Value>>,
    pub urge_count: i32,
    pub origin: String,
    pub exposure: Option<Said>,
}

/// What the author of a report said later.
#[derive(Debug, Clone, sqlx::FromRow)]
pub struct AdditionView {
    pub report_id: Uuid,
    pub received_at: DateTime<Utc>,
    pub words: Option<Words>,
    pub answers_question: bool,
    pub detail: Option<Said>,
}

#[derive(Debug, Clone, sqlx::FromRow)]
pub struct LogView {
    pub seq: i32,
    pub at: DateTime<Utc>,
    pub act: String,
    pub actor_kind: String,
    pub actor_name: Option<String>,
    pub from_state: Option<String>,
    pub to_state: Option<String>,
    pub reason: Option<Words>,
    pub note: Option<Words>,
    pub detail: Option<Said>,
    pub is_erased: bool,
}

#[derive(Debug, Clone, sqlx::FromRow)]
pub struct PhotoView {
    pub photo_id: Uuid,
    pub report_id: Option<Uuid>,
    pub width: i32,
    pub height: i32,
    pub captured_at: Option<chrono::NaiveDateTime>,
    pub longitude: Option<f64>,
    pub latitude: Option<f64>,
    pub released_at: Option<DateTime<Utc>>,
    /// How long the video plays that it is a still of.
    pub video_seconds: Option<f32>,
}

/// Something of one of several cases that were read together.
#[derive(Debug, Clone, sqlx::FromRow)]
pub struct Of<T> {
    pub case_id: i64,
    #[sqlx(flatten)]
    pub it: T,
}

const COLUMNS: &str = "select c.case_id, c.case_number, c.state, c.before_merge, c.category, c.urgency, c.alarmed,
    c.place_unknown, c.confirm_new, c.question, c.assignee, c.returns, c.longitude, c.latitude, c.address, c.component_id,
    c.center_code, c.segment_code, c.report_count, c.urge_count, c.decision_version, c.opened_at, c.dispatched_at, c.due_at, c.due_kind,
    c.due_rule, c.routing, c.rulebook_version_id, case_clocks(c.case_id) as clocks, m.case_number as merged_into,
    (select w.case_number from cases w where w.case_id = c.split_from) as split_from,
    array(select s.case_number from cases s where s.split_from = c.case_id order by s.case_id) as split_into, c.runs_in, c.complexity, c.lead_code,
    c.enforcement_code, c.community_code, c.grid_code, c.unit_code, c.post_code, c.person_id, c.progress,
    (select r.filed_by from report r where r.case_id = c.case_id and r.collected order by r.receipt_number limit 1) as collector_id,
    array(select p.unit_code from case_part p where p.case_id = c.case_id and p.part = 'helper' and p.ended_at is null) as helpers,
    array(select p.unit_code from case_part p where p.case_id = c.case_id and p.part = 'called' and p.ended_at is null) as called
    from cases c left join cases m on m.case_id = c.merged_into";

/// The case with this number.
///
/// # Errors
/// When the database fails.
#[instrument(level = "debug", name = "db.case.by_number", skip_all)]
pub async fn by_number(conn: impl PgExecutor<'_>, number: &str) -> Result<Option<CaseView>, StoreError> {
    let query = format!("{COLUMNS} where c.case_number = $1");
    Ok(sqlx::query_as(sqlx::AssertSqlSafe(query)).bind(number).fetch_optional(conn).await?)
}

/// The cases with these numbers, in no order.
///
/// # Errors
/// When the database fails.
#[instrument(level = "debug", name = "db.case.by_numbers", skip_all)]
pub async fn by_numbers(pool: &PgPool, numbers: &[&str]) -> Result<Vec<CaseView>, StoreError> {
    let query = format!("{COLUMNS} where c.case_number = any ($1)");
    Ok(sqlx::query_as(sqlx::AssertSqlSafe(query)).bind(numbers).fetch_all(pool).await?)
}

/// The cases with these ids, in no order.
///
/// # Errors
/// When the database fails.
#[instrument(level = "debug", name = "db.case.by_ids", skip_all)]
pub async fn by_ids(pool: &PgPool, case_ids: &[i64]) -> Result<Vec<CaseView>, StoreError> {
    let query = format!("{COLUMNS} where c.case_id = any ($1)");
    Ok(sqlx::query_as(sqlx::AssertSqlSafe(query)).bind(case_ids).fetch_all(pool).await?)
}

/// The case with this id.
///
/// # Errors
/// When the database fails.
#[instrument(level = "debug", name = "db.case.by_id", skip_all)]
pub async fn by_id(conn: impl PgExecutor<'_>, case_id: i64) -> Result<Option<CaseView>, StoreError> {
    let query = format!("{COLUMNS} where c.case_id = $1");
    Ok(sqlx::query_as(sqlx::AssertSqlSafe(query)).bind(case_id).fetch_optional(conn).await?)
}

/// The case with this number, its row locked until the transaction ends.
///
/// # Errors
/// When the database fails.
#[instrument(level = "debug", name = "db.case.lock", skip_all)]
pub async fn lock(conn: impl PgExecutor<'_>, number: &str) -> Result<Option<CaseView>, StoreError> {
    let query = format!("{COLUMNS} where c.case_number = $1 for update of c");
    Ok(sqlx::query_as(sqlx::AssertSqlSafe(query)).bind(number).fetch_optional(conn).await?)
}

/// The case that a report follows now, its row and then the report's locked until the transaction ends. A merge that
/// moves the report meanwhile is waited for, and its case locked instead.
///
/// # Errors
/// When the database fails; `Unavailable` when the report is moved again and again.
#[instrument(level = "debug", name = "db.case.lock_of_report", skip_all)]
pub async fn lock_of_report(conn: &mut PgConnection, report_id: Uuid) -> Result<CaseView, StoreError> {
    for _ in 0..8 {
        // A savepoint, so that the lock of the wrong case is given back.
        let mut attempt = conn.begin().await?;
        let query = format!(
            "{COLUMNS} where c.case_id = (select case_id from report where report_id = $1) for update of c"
        );
        let case: CaseView =
            sqlx::query_as(sqlx::AssertSqlSafe(query)).bind(report_id).fetch_one(&mut *attempt).await?;
        let followed: i64 = sqlx::query_scalar("select case_id from report where report_id = $1 for update")
            .bind(report_id)
            .fetch_one(&mut *attempt)
            .await?;
        if followed == case.case_id {
            attempt.commit().await?;
            return Ok(case);
        }
        attempt.rollback().await?;
    }
    Err(StoreError::Unavailable("a report is being moved from case to case".into()))
}

/// Its reports, first one first.
///
/// # Errors
/// When the database fails.
pub async fn reports(pool: &PgPool, case_id: i64) -> Result<Vec<ReportView>, StoreError> {
    Ok(alone(reports_of(pool, &[case_id]).await?))
}

/// The reports of each of these cases, its first one first.
///
/// # Errors
/// When the database fails.
#[instrument(level = "debug", name = "db.case.reports", skip_all)]
pub async fn reports_of(pool: &PgPool, case_ids: &[i64]) -> Result<Vec<Of<ReportView>>, StoreError> {
    Ok(sqlx::query_as(
        "select case_id, report_id, receipt_number, channel, outcome, description, place, attributes, occurred_at, received_at,
                confirm_new, judgement, urge_count, origin, exposure
         from report where case_id = any ($1) order by receipt_number",
    )
    .bind(case_ids)
    .fetch_all(pool)
    .await?)
}

/// Its log, oldest line first, with the names of staff. What the author of a report said who has left the case with a
/// merge taken back is not shown here any more.
///
/// # Errors
/// When the database fails.
pub async fn log(pool: &PgPool, case_id: i64) -> Result<Vec<LogView>, StoreError> {
    Ok(alone(log_of(pool, &[case_id]).await?))
}

/// The log of each of these cases, as [`log`] has it.
///
/// # Errors
/// When the database fails.
#[instrument(level = "debug", name = "db.case.log", skip_all)]
pub async fn log_of(pool: &PgPool, case_ids: &[i64]) -> Result<Vec<Of<LogView>>, StoreError> {
    Ok(sqlx::query_as(
        "select l.case_id, l.seq, l.at, l.act, l.actor_kind, s.display_name as actor_name, l.from_state, l.to_state, l.reason,
                case when here then l.note end as note, case when here then l.detail end as detail, l.erased_at is not null as is_erased
         from case_log l left join staff_account s on s.staff_id = l.actor and l.actor_kind = 'staff'
         cross join lateral (select l.report_id is null or exists (
             select from report r where r.report_id = l.report_id and r.case_id = l.case_id) as here) h
         where l.case_id = any ($1) order by l.case_id, l.seq",
    )
    .bind(case_ids)
    .fetch_all(pool)
    .await?)
}

/// What the authors of the reports of each of these cases said later, oldest first, whichever case they followed then.
///
/// # Errors
/// When the database fails.
#[instrument(level = "debug", name = "db.case.additions", skip_all)]
pub async fn additions_of(pool: &PgPool, case_ids: &[i64]) -> Result<Vec<Of<AdditionView>>, StoreError> {
    Ok(sqlx::query_as(
        "select r.case_id, a.report_id, a.received_at, a.words, a.answers_question, a.detail
         from addition a join report r using (report_id) where r.case_id = any ($1)
         order by a.received_at, a.addition_id",
    )
    .bind(case_ids)
    .fetch_all(pool)
    .await?)
}

/// The photos of its reports and of staff.
///
/// # Errors
/// When the database fails.
pub async fn photos(pool: &PgPool, case_id: i64) -> Result<Vec<PhotoView>, StoreError> {
    Ok(alone(photos_of(pool, &[case_id]).await?))
}

/// The photos of each of these cases: of its reports and of staff.
///
/// # Errors
/// When the database fails.
#[instrument(level = "debug", name = "db.case.photos", skip_all)]
pub async fn photos_of(pool: &PgPool, case_ids: &[i64]) -> Result<Vec<Of<PhotoView>>, StoreError> {
    Ok(sqlx::query_as(
        "select asked.case_id, p.photo_id, p.report_id, p.width, p.height, p.captured_at, p.longitude, p.latitude,
                p.released_at, p.video_seconds
         from unnest($1::bigint[]) asked (case_id) cross join lateral (
             select p.photo_id from report r join photo p using (report_id) where r.case_id = asked.case_id
             union select p.photo_id from photo p where p.case_id = asked.case_id) own join photo p using (photo_id)
         order by p.uploaded_at, p.photo_id",
    )
    .bind(case_ids)
    .fetch_all(pool)
    .await?)
}

fn alone<T>(rows: Vec<Of<T>>) -> Vec<T> {
    rows.into_iter().map(|row| row.it).collect()
}

/// What a stranger may see of similar cases: number, age, state, the last step told to reporters and a released photo; and
/// for staff the center.
#[derive(Debug, Clone, sqlx::FromRow)]
pub struct SimilarView {
    pub case_id: i64,
    pub case_number: String,
    pub opened_at: DateTime<Utc>,
    pub state: String,
    pub center_code: String,
    /// The act of the last step among those asked for.
    pub told_act: Option<String>,
    pub released_photo: Option<Uuid>,
}

/// The cases with these ids that take reports, in one query. A merged one is shown as the case that holds its reports,
/// under the id that was asked for. `told` are the acts of which reporters are told.
///
/// # Errors
/// When the database fails.
#[instrument(level = "debug", name = "db.case.similar", skip_all)]
pub async fn similar(
    pool: &PgPool,
    case_ids: &[i64],
    told: &[String],
) -> Result<Vec<SimilarView>, StoreError> {
    Ok(sqlx::query_as(
        "select asked.case_id, c.case_number, c.opened_at, c.state, c.center_code, (
             select l.act from case_log l
             where l.case_id = c.case_id and l.act = any ($2) and l.to_state is distinct from l.from_state
             order by l.seq desc limit 1) as told_act, (
             select p.photo_id from photo p left join report r using (report_id)
             where (r.case_id = c.case_id or p.case_id = c.case_id) and p.released_at is not null
             order by p.released_at limit 1) as released_photo
         from unnest($1::bigint[]) asked (case_id) join cases c on c.case_id = holder_of(asked.case_id)",
    )
    .bind(case_ids)
    .bind(told)
    .fetch_all(pool)
    .await?)
}

/// The numbers of these cases, with their ids.
///
/// # Errors
/// When the database fails.
#[instrument(level = "debug", name = "db.case.numbers", skip_all)]
pub async fn numbers(pool: &PgPool, case_ids: &[i64]) -> Result<Vec<(i64, String)>, StoreError> {
    Ok(sqlx::query_as("select case_id, case_number from cases where case_id = any ($1)")
        .bind(case_ids)
        .fetch_all(pool)
        .await?)
}
