//! Orders, and what they have become.

use chrono::{DateTime, Utc};
use sqlx::{PgConnection, PgExecutor};
use tracing::instrument;
use uuid::Uuid;

use crate::StoreError;

/// An order as it stands.
#[derive(Debug, Clone, PartialEq, Eq, sqlx::FromRow)]
pub struct OrderView {
    pub partner: String,
    pub order_no: String,
    /// Name of an [`OrderType`](jiekou_core::hotline::OrderType); `None`: only messages about it have come.
    pub order_type: Option<String>,
    pub report_id: Option<Uuid>,
    pub enquiry_id: Option<Uuid>,
    pub city_order_no: Option<String>,
    pub source: Option<String>,
    pub secret: bool,
    pub callback_allowed: Option<bool>,
    pub recording: Option<String>,
    pub promised_at: Option<DateTime<Utc>>,
    pub suggest_unit: Option<String>,
    pub told: String,
    pub heard_at: DateTime<Utc>,
    pub taken_at: Option<DateTime<Utc>>,
    pub revoked_at: Option<DateTime<Utc>>,
    /// Numbers of other orders about the same, as the platform named them.
    pub related_orders: Vec<String>,
    /// Of the case that the order's report follows.
    pub case_number: Option<String>,
    /// Of its report or enquiry.
    pub tracking_code: Option<String>,
}

/// What an order has become, and what is kept of it.
#[derive(Debug, Clone)]
pub struct TakenOrder<'a> {
    pub order_type: &'a str,
    pub report_id: Option<Uuid>,
    pub enquiry_id: Option<Uuid>,
    pub city_order_no: Option<&'a str>,
    pub source: Option<&'a str>,
    pub secret: bool,
    pub callback_allowed: Option<bool>,
    pub recording: Option<&'a str>,
    pub promised_at: Option<DateTime<Utc>>,
}

/// Most other orders that are kept of one.
const MOST_RELATED: i32 = 100;

const COLUMNS: &str = "select o.partner, o.order_no, o.order_type, o.report_id, o.enquiry_id, o.city_order_no, o.source,
    o.secret, o.callback_allowed, o.recording, o.promised_at, o.suggest_unit, o.told, o.heard_at, o.taken_at, o.revoked_at, o.related_orders,
    c.case_number, coalesce(r.tracking_code, e.tracking_code) as tracking_code
    from hotline_order o left join report r using (report_id) left join cases c using (case_id)
    left join enquiry e on e.enquiry_id = o.enquiry_id";

/// Makes the order known by its number, and notes when its platform last said something.
///
/// # Errors
/// When the database fails.
#[instrument(level = "debug", name = "db.hotline_order.hear", skip_all)]
pub async fn hear(
    conn: &mut PgConnection,
    (partner, order_no): (&str, &str),
    sent_at: DateTime<Utc>,
    now: DateTime<Utc>,
) -> Result<(), StoreError> {
    sqlx::query(
        "insert into hotline_order (partner, order_no, heard_at, heard_of) values ($1, $2, $3, $4)
         on conflict (partner, order_no) do update set heard_at = greatest(hotline_order.heard_at, excluded.heard_at)",
    )
    .bind(partner)
    .bind(order_no)
    .bind(sent_at)
    .bind(now)
    .execute(conn)
    .await?;
    Ok(())
}

/// The order with this number.
///
/// # Errors
/// When the database fails.
#[instrument(level = "debug", name = "db.hotline_order.view", skip_all)]
pub async fn view(
    conn: impl PgExecutor<'_>,
    partner: &str,
    order_no: &str,
) -> Result<Option<OrderView>, StoreError> {
    let query = format!("{COLUMNS} where o.partner = $1 and o.order_no = $2");
    Ok(sqlx::query_as(sqlx::AssertSqlSafe(query)).bind(partner).bind(order_no).fetch_optional(conn).await?)
}

/// The orders whose reports follow this case.
///
/// # Errors
/// When the database fails.
#[instrument(level = "debug", name = "db.hotline_order.of_case", skip_all)]
pub async fn of_case(conn: impl PgExecutor<'_>, case_number: &str) -> Result<Vec<OrderView>, StoreError> {
    let query = format!("{COLUMNS} where c.case_number = $1 order by r.receipt_number");
    Ok(sqlx::query_as(sqlx::AssertSqlSafe(query)).bind(case_number).fetch_all(conn).await?)
}

/// The order that became this enquiry.
///
/// # Errors
/// When the database fails.
#[instrument(level = "debug", name = "db.hotline_order.of_enquiry", skip_all)]
pub async fn of_enquiry(
    conn: impl PgExecutor<'_>,
    enquiry_id: Uuid,
) -> Result<Option<OrderView>, StoreError> {
    let query = format!("{COLUMNS} where o.enquiry_id = $1");
    Ok(sqlx::query_as(sqlx::AssertSqlSafe(query)).bind(enquiry_id).fetch_optional(conn).await?)
}

/// Orders of a partner of which it sent something within a span, by number.
///
/// # Errors
/// When the database fails.
#[instrument(level = "debug", name = "db.hotline_order.heard_between", skip_all)]
pub async fn heard_between(
    conn: impl PgExecutor<'_>,
    partner: &str,
    (from, to): (DateTime<Utc>, DateTime<Utc>),
) -> Result<Vec<OrderView>, StoreError> {
    let query =
        format!("{COLUMNS} where o.partner = $1 and o.heard_at between $2 and $3 order by o.order_no");
    Ok(sqlx::query_as(sqlx::AssertSqlSafe(query)).bind(partner).bind(from).bind(to).fetch_all(conn).await?)
}

/// Writes down what the order has become, unless that was done before. `false`: it was.
///
/// # Errors
/// When the database fails.
#[instrument(level = "debug", name = "db.hotline_order.take", skip_all)]
pub async fn take(
    conn: &mut PgConnection,
    (partner, order_no): (&str, &str),
    taken: &TakenOrder<'_>,
    now: DateTime<Utc>,
) -> Result<bool, StoreError> {
    let written = sqlx::query(
        "update hotline_order set order_type = $3, report_id = $4, enquiry_id = $5, city_order_no = $6, source = $7,
             secret = $8, callback_allowed = $9, recording = $10, promised_at = $11, taken_at = $12
         where partner = $1 and order_no = $2 and taken_at is null",
    )
    .bind(partner)
    .bind(order_no)
    .bind(taken.order_type)
    .bind(taken.report_id)
    .bind(taken.enquiry_id)
    .bind(taken.city_order_no)
    .bind(taken.source)
    .bind(taken.secret)
    .bind(taken.callback_allowed)
    .bind(taken.recording)
    .bind(taken.promised_at)
    .bind(now)
    .execute(conn)
    .await?;
    Ok(written.rows_affected() == 1)
}

/// Notes other orders about the same, each once; of very many the first ones.
///
/// # Errors
/// When the database fails.
#[instrument(level = "debug", name = "db.hotline_order.relate", skip_all)]
pub async fn relate(
    conn: &mut PgConnection,
    (partner, order_no): (&str, &str),
    related: &[String],
) -> Result<(), StoreError> {
    if related.is_empty() {
        return Ok(());
    }
    sqlx::query(
        "update hotline_order set related_orders = (related_orders || array(
             select number from unnest($3::text[]) with ordinality named (number, place)
             where number <> all (related_orders) and number <> order_no order by place))[:$4]
         where partner = $1 and order_no = $2",
    )
    .bind(partner)
    .bind(order_no)
    .bind(related)
    .bind(MOST_RELATED)
    .execute(conn)
    .await?;
    Ok(())
}

/// Notes that the platform has taken its order back.
///
/// # Errors
/// When the database fails.
#[instrument(level = "debug", name = "db.hotline_order.revoke", skip_all)]
pub async fn revoke(
    conn: &mut PgConnection,
    (partner, order_no): (&str, &str),
    now: DateTime<Utc>,
) -> Result<(), StoreError> {
    sqlx::query(
        "update hotline_order set revoked_at = coalesce(revoked_at, $3) where partner = $1 and order_no = $2",
    )
    .bind(partner)
    .bind(order_no)
    .bind(now)
    .execute(conn)
    .await?;
    Ok(())
}

/// Keeps which unit a case that is handed back should go to instead, for all orders that follow it.
///
/// # Errors
/// When the database fails.
#[instrument(level = "debug", name = "db.hotline_order.suggest", skip_all)]
pub async fn suggest_unit(
    conn: impl PgExecutor<'_>,
    case_number: &str,
    unit: &str,
) -> Result<(), StoreError> {
    sqlx::query(
        "update hotline_order o set suggest_unit = $2 from report r join cases c using (case_id)
         where r.report_id = o.report_id and c.case_number = $1",
    )
    .bind(case_number)
    .bind(unit)
    .execute(conn)
    .await?;
    Ok(())
}
