//! Calls to platforms, each until it ends visibly.

use chrono::{DateTime, Duration, Utc};
use serde_json::Value;
use sqlx::types::Json;
use sqlx::{PgConnection, PgPool};
use tracing::instrument;
use uuid::Uuid;

use crate::StoreError;
use crate::work::deliveries::Outcome;

/// A claimed call.
#[derive(Debug, Clone, sqlx::FromRow)]
pub struct HotlineCall {
    pub call_id: Uuid,
    pub lease_token: Uuid,
    pub attempts: i32,
    pub partner: String,
    pub order_no: String,
    pub operation: String,
    pub body: Json<Value>,
}

/// A line of a case's log with the orders that follow it.
#[derive(Debug, Clone, sqlx::FromRow)]
pub struct FollowedLine {
    pub partner: String,
    pub order_no: String,
    pub told: String,
    pub promised_at: Option<DateTime<Utc>>,
    pub suggest_unit: Option<String>,
    pub log_id: i64,
    pub at: DateTime<Utc>,
    pub act: String,
    pub to_state: Option<String>,
    pub reason: Option<String>,
    pub note: Option<String>,
    pub case_id: i64,
    pub case_number: String,
    pub center_code: String,
    pub due_at: Option<DateTime<Utc>>,
    /// The state of the case now.
    pub state: String,
    /// What whoever handled it last said (处理意见).
    pub opinion: Option<String>,
}

/// A call that is to be made.
#[derive(Debug, Clone)]
pub struct CallRow<'a> {
    pub partner: &'a str,
    pub order_no: &'a str,
    pub operation: &'a str,
    pub body: &'a Value,
    /// The line it tells of; the same line is told once.
    pub log_id: Option<i64>,
    pub again_of: Option<Uuid>,
    /// How the order stands with its platform from now on; `None`: as before.
    pub told: Option<&'a str>,
}

/// The orders that are to hear of a line, as deliveries are: those whose report followed the case then, and that were not
/// taken back.
const FOLLOWED: &str = "select o.partner, o.order_no, o.told, o.promised_at, o.suggest_unit, l.log_id, l.at, l.act, l.to_state,
        l.reason, l.note, c.case_id, c.case_number, c.center_code, c.due_at, c.state,
        (select h.note from case_log h where h.case_id = l.case_id and h.act in ('handle', 'selfHandle') and h.log_id <= l.log_id
         order by h.seq desc limit 1) as opinion
    from case_log l join cases c using (case_id)
    join lateral (
        select report_id from report
        where case_id = l.case_id and since_log <= l.log_id and (l.report_id is null or report_id = l.report_id)
        union
        select p.report_id from past_follow p
        where p.case_id = l.case_id and l.log_id between p.since_log and p.until_log
          and (l.report_id is null or p.report_id = l.report_id)
    ) r on true
    join hotline_order o on o.report_id = r.report_id and o.revoked_at is null";

/// The orders that are to hear of this line.
///
/// # Errors
/// When the database fails.
#[instrument(level = "debug", name = "db.hotline_call.followed", skip_all)]
pub async fn followed(pool: &PgPool, log_id: i64) -> Result<Vec<FollowedLine>, StoreError> {
    let query = format!("{FOLLOWED} where l.log_id = $1");
    Ok(sqlx::query_as(sqlx::AssertSqlSafe(query)).bind(log_id).fetch_all(pool).await?)
}

/// The lines that an order is to hear of since its report follows its case: what was announced before the order was known
/// to be that report.
///
/// # Errors
/// When the database fails.
#[instrument(level = "debug", name = "db.hotline_call.followed_since", skip_all)]
pub async fn followed_since(pool: &PgPool, report_id: Uuid) -> Result<Vec<FollowedLine>, StoreError> {
    let query = format!(
        "{FOLLOWED} where r.report_id = $1 and l.case_id = (select case_id from report where report_id = $1)
         order by l.log_id"
    );
    Ok(sqlx::query_as(sqlx::AssertSqlSafe(query)).bind(report_id).fetch_all(pool).await?)
}

/// Writes a call, unless its line was told.
///
/// # Errors
/// When the database fails.
#[instrument(level = "debug", name = "db.hotline_call.insert", skip_all)]
pub async fn insert(
    conn: &mut PgConnection,
    row: &CallRow<'_>,
    now: DateTime<Utc>,
) -> Result<(), StoreError> {
    sqlx::query(
        "with written as (
             insert into hotline_call (call_id, partner, order_no, operation, body, log_id, again_of, state, next_at, created_at)
             values (gen_random_uuid(), $1, $2, $3, $4, $5, $6, 'created', $7, $7)
             on conflict (partner, order_no, log_id, operation) where log_id is not null do nothing returning 1)
         update hotline_order set told = $8
         where partner = $1 and order_no = $2 and $8 is not null and exists (select from written)",
    )
    .bind(row.partner)
    .bind(row.order_no)
    .bind(row.operation)
    .bind(Json(row.body))
    .bind(row.log_id)
    .bind(row.again_of)
    .bind(now)
    .bind(row.told)
    .execute(conn)
    .await?;
    Ok(())
}

/// Claims up to `limit` due calls until `now + lease`; with `order`, those of this order whenever they are due.
///
/// # Errors
/// When the database fails.
#[instrument(level = "debug", name = "db.hotline_call.claim", skip_all)]
pub async fn claim(
    pool: &PgPool,
    limit: i64,
    order: Option<(&str, &str)>,
    lease: Duration,
    now: DateTime<Utc>,
) -> Result<Vec<HotlineCall>, StoreError> {
    Ok(sqlx::query_as(
        "update hotline_call set state = 'sending', next_at = $3, attempts = attempts + 1, lease_token = gen_random_uuid()
         where call_id in (
             select call_id from hotline_call
             where state in ('created', 'sending')
               and case when $4::text is null then next_at <= $2
                        else partner = $4 and order_no = $5 and (lease_token is null or next_at <= $2) end
             order by created_at limit $1 for update skip locked)
         returning call_id, lease_token, attempts, partner, order_no, operation, body",
    )
    .bind(limit)
    .bind(now)
    .bind(now + lease)
    .bind(order.map(|order| order.0))
    .bind(order.map(|order| order.1))
    .fetch_all(pool)
    .await?)
}

/// Writes what became of an attempt, unless the lease has passed to another worker.
///
/// # Errors
/// When the database fails.
#[instrument(level = "debug", name = "db.hotline_call.settle", skip_all)]
pub async fn settle(
    pool: &PgPool,
    call: &HotlineCall,
    outcome: &Outcome,
    now: DateTime<Utc>,
) -> Result<bool, StoreError> {
    let (state, next_at, reason) = outcome.written();
    let settled = sqlx::query(
        "update hotline_call set state = $3, next_at = coalesce($4, next_at), reason = $5, lease_token = null,
             final_at = case when $4 is null then $6 end
         where call_id = $1 and lease_token = $2",
    )
    .bind(call.call_id)
    .bind(call.lease_token)
    .bind(state)
    .bind(next_at)
    .bind(reason)
    .bind(now)
    .execute(pool)
    .await?;
    Ok(settled.rows_affected() == 1)
}

/// The newest call of an order with this operation: its id and what it said.
///
/// # Errors
/// When the database fails.
#[instrument(level = "debug", name = "db.hotline_call.newest", skip_all)]
pub async fn newest(
    pool: &PgPool,
    (partner, order_no): (&str, &str),
    operation: &str,
) -> Result<Option<(Uuid, Value)>, StoreError> {
    let found: Option<(Uuid, Json<Value>)> = sqlx::query_as(
        "select call_id, body from hotline_call where partner = $1 and order_no = $2 and operation = $3
         order by created_at desc, call_id limit 1",
    )
    .bind(partner)
    .bind(order_no)
    .bind(operation)
    .fetch_optional(pool)
    .await?;
    Ok(found.map(|(id, body)| (id, body.0)))
}

/// A call as staff see it.
#[derive(Debug, Clone, PartialEq, Eq, sqlx::FromRow)]
pub struct CallView {
    pub call_id: Uuid,
    pub order_no: String,
    pub operation: String,
    pub state: String,
    pub attempts: i32,
    pub reason: Option<String>,
    pub created_at: DateTime<Utc>,
    pub final_at: Option<DateTime<Utc>>,
}

/// The calls of an order, or of a partner those that were given up or refused, the newest first: at most 100.
///
/// # Errors
/// When the database fails.
#[instrument(level = "debug", name = "db.hotline_call.list", skip_all)]
pub async fn list(pool: &PgPool, partner: &str, order_no: Option<&str>) -> Result<Vec<CallView>, StoreError> {
    Ok(sqlx::query_as(
        "select call_id, order_no, operation, state, attempts, reason, created_at, final_at from hotline_call
         where partner = $1 and case when $2::text is null then state in ('dead', 'refused') else order_no = $2 end
         order by created_at desc, call_id limit 100",
    )
    .bind(partner)
    .bind(order_no)
    .fetch_all(pool)
    .await?)
}

/// Calls by partner and state.
///
/// # Errors
/// When the database fails.
#[instrument(level = "debug", name = "db.hotline_call.count", skip_all)]
pub async fn count(pool: &PgPool) -> Result<Vec<(String, String, i64)>, StoreError> {
    Ok(sqlx::query_as("select partner, state, count(*) from hotline_call group by partner, state")
        .fetch_all(pool)
        .await?)
}
