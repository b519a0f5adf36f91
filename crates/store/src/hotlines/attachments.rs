//! Files that came with orders: noted with the message, fetched later.

use chrono::{DateTime, Utc};
use jiekou_core::hotline::NotTaken;
use sqlx::{PgConnection, PgExecutor, PgPool};
use tracing::instrument;
use uuid::Uuid;

use super::messages::KeptMessage;
use crate::StoreError;
use crate::words::Words;

/// A file to be noted.
#[derive(Debug, Clone)]
pub struct AttachmentRow<'a> {
    pub request_id: &'a str,
    /// Its place among the files of the message.
    pub position: i16,
    /// SHA-256 of its address.
    pub address_hash: [u8; 32],
    pub their_id: Option<&'a str>,
    pub name: Option<&'a str>,
    pub mime: Option<&'a str>,
    /// Why it will not be fetched.
    pub not_taken: Option<NotTaken>,
}

/// A file of an order as it stands.
#[derive(Debug, Clone, sqlx::FromRow)]
pub struct AttachmentView {
    pub partner: String,
    pub order_no: String,
    pub their_id: Option<Words>,
    pub name: Option<Words>,
    pub mime: Option<Words>,
    pub state: String,
    pub reason: Option<String>,
    pub photo_id: Option<Uuid>,
}

/// A file that waits, with the message that has its address.
#[derive(Debug, Clone, sqlx::FromRow)]
pub struct WaitingAttachment {
    pub attachment_id: Uuid,
    pub partner: String,
    pub order_no: String,
    pub position: i16,
    pub report_id: Option<Uuid>,
    #[sqlx(flatten)]
    pub message: KeptMessage,
}

/// Notes a file, unless one of this address is known to the order. Its id, if it is to be fetched.
///
/// # Errors
/// When the database fails.
#[instrument(level = "debug", name = "db.order_attachment.note", skip_all)]
pub async fn note(
    conn: &mut PgConnection,
    (partner, order_no): (&str, &str),
    row: &AttachmentRow<'_>,
    now: DateTime<Utc>,
) -> Result<Option<Uuid>, StoreError> {
    let noted: Option<Uuid> = sqlx::query_scalar(
        "insert into order_attachment (attachment_id, partner, order_no, request_id, position, address_hash, their_id, name,
             mime, state, reason, noted_at, ended_at)
         values ($1, $2, $3, $4, $5, $6, $7, $8, $9, $10, $11, $12, case when $11::text is not null then $12 end)
         on conflict on constraint order_attachment_once do nothing returning attachment_id",
    )
    .bind(Uuid::now_v7())
    .bind(partner)
    .bind(order_no)
    .bind(row.request_id)
    .bind(row.position)
    .bind(row.address_hash.as_slice())
    .bind(row.their_id)
    .bind(row.name)
    .bind(row.mime)
    .bind(row.not_taken.map_or("waiting", NotTaken::state))
    .bind(row.not_taken.map(NotTaken::name))
    .bind(now)
    .fetch_optional(conn)
    .await?;
    Ok(noted.filter(|_| row.not_taken.is_none()))
}

/// How many files of an order are known.
///
/// # Errors
/// When the database fails.
#[instrument(level = "debug", name = "db.order_attachment.count", skip_all)]
pub async fn count(conn: &mut PgConnection, (partner, order_no): (&str, &str)) -> Result<i64, StoreError> {
    Ok(sqlx::query_scalar("select count(*) from order_attachment where partner = $1 and order_no = $2")
        .bind(partner)
        .bind(order_no)
        .fetch_one(conn)
        .await?)
}

/// The files of these orders of one platform, in the order in which they came.
///
/// # Errors
/// When the database fails.
#[instrument(level = "debug", name = "db.order_attachment.list", skip_all)]
pub async fn list(pool: &PgPool, orders: &[(&str, &str)]) -> Result<Vec<AttachmentView>, StoreError> {
    let (partners, numbers): (Vec<&str>, Vec<&str>) = orders.iter().copied().unzip();
    Ok(sqlx::query_as(
        "select a.partner, a.order_no, a.their_id, a.name, a.mime, a.state, a.reason, a.photo_id
         from order_attachment a join unnest($1::text[], $2::text[]) o (partner, order_no) using (partner, order_no)
         order by a.noted_at, a.request_id, a.position",
    )
    .bind(partners)
    .bind(numbers)
    .fetch_all(pool)
    .await?)
}

/// The file with this id, if it waits still.
///
/// # Errors
/// When the database fails.
#[instrument(level = "debug", name = "db.order_attachment.waiting", skip_all)]
pub async fn waiting(pool: &PgPool, attachment_id: Uuid) -> Result<Option<WaitingAttachment>, StoreError> {
    Ok(sqlx::query_as(
        "select a.attachment_id, a.partner, a.order_no, a.position, o.report_id,
                m.request_id, m.operation, m.key_id, m.sealed, m.sent_at
         from order_attachment a join hotline_order o using (partner, order_no)
         join hotline_message m on m.partner = a.partner and m.request_id = a.request_id
         where a.attachment_id = $1 and a.state = 'waiting'",
    )
    .bind(attachment_id)
    .fetch_optional(pool)
    .await?)
}

/// Notes that the file is this photo of the report. `false`: somebody else has ended it.
///
/// # Errors
/// When the database fails.
#[instrument(level = "debug", name = "db.order_attachment.take", skip_all)]
pub async fn take(
    conn: &mut PgConnection,
    attachment_id: Uuid,
    photo_id: Uuid,
    now: DateTime<Utc>,
) -> Result<bool, StoreError> {
    let taken = sqlx::query(
        "update order_attachment set state = 'taken', photo_id = $2, ended_at = $3
         where attachment_id = $1 and state = 'waiting'",
    )
    .bind(attachment_id)
    .bind(photo_id)
    .bind(now)
    .execute(conn)
    .await?;
    Ok(taken.rows_affected() == 1)
}

/// Notes why a file that waits will never be here.
///
/// # Errors
/// When the database fails.
#[instrument(level = "debug", name = "db.order_attachment.end", skip_all)]
pub async fn end(
    pool: &PgPool,
    attachment_id: Uuid,
    why: NotTaken,
    now: DateTime<Utc>,
) -> Result<(), StoreError> {
    sqlx::query(
        "update order_attachment set state = $2, reason = $3, ended_at = $4
         where attachment_id = $1 and state = 'waiting'",
    )
    .bind(attachment_id)
    .bind(why.state())
    .bind(why.name())
    .bind(now)
    .execute(pool)
    .await?;
    Ok(())
}

/// The report's photo of exactly these bytes, by their SHA-256.
///
/// # Errors
/// When the database fails.
#[instrument(level = "debug", name = "db.order_attachment.same_photo", skip_all)]
pub async fn same_photo(
    conn: impl PgExecutor<'_>,
    report_id: Uuid,
    hash: &[u8],
) -> Result<Option<Uuid>, StoreError> {
    Ok(sqlx::query_scalar(
        "select photo_id from photo where report_id = $1 and content_hash = $2 order by uploaded_at, photo_id limit 1",
    )
    .bind(report_id)
    .bind(hash)
    .fetch_optional(conn)
    .await?)
}
