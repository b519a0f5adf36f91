//! Questions, suggestions, praise and notices: kept and answered.

use chrono::{DateTime, Utc};
use sqlx::{PgConnection, PgExecutor, PgPool};
use tracing::instrument;
use uuid::Uuid;

use crate::StoreError;
use crate::reports::record::ContactRow;

/// An enquiry to be kept.
#[derive(Debug, Clone)]
pub struct EnquiryRow<'a> {
    pub enquiry_id: Uuid,
    pub tracking_code: &'a str,
    pub kind: &'a str,
    pub channel: &'a str,
    pub filed_by: Option<Uuid>,
    pub pseudonym: Uuid,
    pub words: &'a str,
    pub center_code: &'a str,
    pub secret: bool,
}

/// An enquiry as it stands; its author is a pseudonym.
#[derive(Debug, Clone, PartialEq, Eq, sqlx::FromRow)]
pub struct EnquiryView {
    pub enquiry_id: Uuid,
    pub tracking_code: String,
    pub kind: String,
    pub channel: String,
    pub words: String,
    pub center_code: String,
    pub secret: bool,
    pub state: String,
    pub urge_count: i32,
    pub answer: Option<String>,
    pub answered_by: Option<String>,
    pub answered_at: Option<DateTime<Utc>>,
    pub received_at: DateTime<Utc>,
}

/// What was said of it later.
#[derive(Debug, Clone, PartialEq, Eq, sqlx::FromRow)]
pub struct EnquiryLine {
    pub at: DateTime<Utc>,
    pub act: String,
    pub words: Option<String>,
}

const COLUMNS: &str =
    "select e.enquiry_id, e.tracking_code, e.kind, e.channel, e.words, e.center_code, e.secret, e.state,
    e.urge_count, e.answer, s.display_name as answered_by, e.answered_at, e.received_at
    from enquiry e left join staff_account s on s.staff_id = e.answered_by";

/// Keeps an enquiry, and how its author is reached.
///
/// # Errors
/// When the database fails.
#[instrument(level = "debug", name = "db.enquiry.insert", skip_all)]
pub async fn insert(
    conn: &mut PgConnection,
    row: &EnquiryRow<'_>,
    contact: &ContactRow,
    now: DateTime<Utc>,
) -> Result<(), StoreError> {
    sqlx::query(
        "insert into enquiry (enquiry_id, tracking_code, kind, channel, filed_by, pseudonym, words, center_code, secret,
             state, received_at)
         values ($1, $2, $3, $4, $5, $6, $7, $8, $9, 'open', $10)",
    )
    .bind(row.enquiry_id)
    .bind(row.tracking_code)
    .bind(row.kind)
    .bind(row.channel)
    .bind(row.filed_by)
    .bind(row.pseudonym)
    .bind(row.words)
    .bind(row.center_code)
    .bind(row.secret)
    .bind(now)
    .execute(&mut *conn)
    .await?;
    if contact.sealed.is_some() {
        crate::people::contacts::replace(conn, row.pseudonym, contact, now).await?;
    }
    Ok(())
}

/// The enquiry with this code.
///
/// # Errors
/// When the database fails.
#[instrument(level = "debug", name = "db.enquiry.by_code", skip_all)]
pub async fn by_code(conn: impl PgExecutor<'_>, code: &str) -> Result<Option<EnquiryView>, StoreError> {
    let query = format!("{COLUMNS} where e.tracking_code = $1");
    Ok(sqlx::query_as(sqlx::AssertSqlSafe(query)).bind(code).fetch_optional(conn).await?)
}

/// The newest enquiries, behind a place and in a state where one is named; `stability`: those notices too.
///
/// # Errors
/// When the database fails.
#[instrument(level = "debug", name = "db.enquiry.list", skip_all)]
pub async fn list(
    pool: &PgPool,
    state: Option<&str>,
    stability: bool,
    after: Option<(DateTime<Utc>, Uuid)>,
    limit: i64,
) -> Result<Vec<EnquiryView>, StoreError> {
    let query = format!(
        "{COLUMNS} where ($1::text is null or e.state = $1) and ($2 or e.kind <> 'stability')
             and ($3::timestamptz is null or (e.received_at, e.enquiry_id) < ($3, $4))
         order by e.received_at desc, e.enquiry_id desc limit $5"
    );
    let (after_at, after_id) = after.unzip();
    Ok(sqlx::query_as(sqlx::AssertSqlSafe(query))
        .bind(state)
        .bind(stability)
        .bind(after_at)
        .bind(after_id)
        .bind(limit)
        .fetch_all(pool)
        .await?)
}

/// What was said of an enquiry later, oldest first.
///
/// # Errors
/// When the database fails.
#[instrument(level = "debug", name = "db.enquiry.lines", skip_all)]
pub async fn lines(conn: impl PgExecutor<'_>, enquiry_id: Uuid) -> Result<Vec<EnquiryLine>, StoreError> {
    Ok(sqlx::query_as("select at, act, words from enquiry_line where enquiry_id = $1 order by n")
        .bind(enquiry_id)
        .fetch_all(conn)
        .await?)
}

/// Notes what was said later: `added`, `urged`, `withdrawn`, `calledBack`. A withdrawal ends it unless it was answered.
///
/// # Errors
/// When the database fails.
#[instrument(level = "debug", name = "db.enquiry.say", skip_all)]
pub async fn say(
    conn: &mut PgConnection,
    enquiry_id: Uuid,
    act: &str,
    words: Option<&str>,
    now: DateTime<Utc>,
) -> Result<(), StoreError> {
    sqlx::query(
        "update enquiry set urge_count = urge_count + ($2 = 'urged')::int,
             state = case when $2 = 'withdrawn' and state = 'open' then 'withdrawn' else state end
         where enquiry_id = $1",
    )
    .bind(enquiry_id)
    .bind(act)
    .execute(&mut *conn)
    .await?;
    sqlx::query(
        "insert into enquiry_line (enquiry_id, n, at, act, words)
         select $1, coalesce(max(n), 0) + 1, $2, $3, $4 from enquiry_line where enquiry_id = $1",
    )
    .bind(enquiry_id)
    .bind(now)
    .bind(act)
    .bind(words)
    .execute(conn)
    .await?;
    Ok(())
}

/// Writes the answer; the one before stays among the lines. `false`: it was taken back.
///
/// # Errors
/// When the database fails.
#[instrument(level = "debug", name = "db.enquiry.answer", skip_all)]
pub async fn answer(
    conn: &mut PgConnection,
    enquiry_id: Uuid,
    answer: &str,
    by: Uuid,
    now: DateTime<Utc>,
) -> Result<bool, StoreError> {
    let written = sqlx::query(
        "update enquiry set answer = $2, answered_by = $3, answered_at = $4, state = 'answered'
         where enquiry_id = $1 and state <> 'withdrawn'",
    )
    .bind(enquiry_id)
    .bind(answer)
    .bind(by)
    .bind(now)
    .execute(&mut *conn)
    .await?;
    if written.rows_affected() == 1 {
        say(conn, enquiry_id, "answered", Some(answer), now).await?;
        return Ok(true);
    }
    Ok(false)
}

/// Whether the enquiry has these words.
///
/// # Errors
/// When the database fails.
#[instrument(level = "debug", name = "db.enquiry.has_said", skip_all)]
pub async fn has_said(conn: &mut PgConnection, enquiry_id: Uuid, words: &str) -> Result<bool, StoreError> {
    Ok(sqlx::query_scalar("select words = $2 from enquiry where enquiry_id = $1")
        .bind(enquiry_id)
        .bind(words)
        .fetch_one(conn)
        .await?)
}
