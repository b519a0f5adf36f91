//! Opening a reporter's identity, and the log of it.

use chrono::{DateTime, Duration, Utc};
use jiekou_core::privacy::OpeningReason;
use sqlx::{PgConnection, PgPool};
use tracing::instrument;
use uuid::Uuid;

use crate::StoreError;
use crate::words::{Said, Words};

/// Proof that an opening is in the log of the transaction that it was written in. There is no other way to one.
#[derive(Debug)]
pub struct OpenedIdentity {
    opening_id: i64,
}

impl OpenedIdentity {
    /// Its number in the log.
    pub fn opening_id(&self) -> i64 {
        self.opening_id
    }
}

/// An opening to be written.
#[derive(Debug, Clone)]
pub struct NewOpening<'a> {
    pub staff_id: Uuid,
    pub report: &'a OfReport,
    /// Level and code of the area of the role that gives the right.
    pub level: &'static str,
    pub area: &'a str,
    pub reason: OpeningReason,
    pub words: &'a str,
}

/// A report whose author is asked for, and where its case lies.
#[derive(Debug, Clone, sqlx::FromRow)]
pub struct OfReport {
    pub report_id: Uuid,
    pub pseudonym: Uuid,
    pub case_id: i64,
    pub case_number: String,
    pub center_code: String,
    pub segment_code: Option<String>,
    pub community_code: Option<String>,
    pub grid_code: Option<String>,
}

/// A line of the log, as the reporter reads it.
#[derive(Debug, Clone, PartialEq, Eq, sqlx::FromRow)]
pub struct Opening {
    pub at: DateTime<Utc>,
    pub level: String,
    pub area: String,
    pub reason: String,
}

/// Words of a report's author, with where they stand.
#[derive(Debug, Clone, sqlx::FromRow)]
pub struct OwnWords {
    /// `description`, `place`, `attributes`, `addition`, `additionDetail` or the act of a log line.
    pub stands_in: String,
    pub at: DateTime<Utc>,
    pub words: Option<Words>,
    pub said: Option<Said>,
}

/// The report with this id, and where its case lies now.
///
/// # Errors
/// When the database fails.
#[instrument(level = "debug", name = "db.identity.report", skip_all)]
pub async fn report(conn: &mut PgConnection, report_id: Uuid) -> Result<Option<OfReport>, StoreError> {
    Ok(sqlx::query_as(
        "select r.report_id, r.pseudonym, c.case_id, c.case_number, c.center_code, c.segment_code, c.community_code, c.grid_code
         from report r join cases c using (case_id) where r.report_id = $1",
    )
    .bind(report_id)
    .fetch_optional(conn)
    .await?)
}

/// What is counted against somebody's hour.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Counted {
    Openings,
    Searches,
}

/// The moment from which `staff_id` may do it again, where `most` within `window` are used up. Whoever asks holds, until
/// the transaction ends, a lock that nobody else gets for the same person: two requests at once count one after the other.
///
/// # Errors
/// When the database fails.
#[instrument(level = "debug", name = "db.identity.used_up", skip_all)]
pub async fn used_up(
    conn: &mut PgConnection,
    staff_id: Uuid,
    counted: Counted,
    most: i64,
    window: Duration,
    now: DateTime<Utc>,
) -> Result<Option<DateTime<Utc>>, StoreError> {
    sqlx::query("select pg_advisory_xact_lock(hashtextextended('identity/' || $1, 0))")
        .bind(staff_id.to_string())
        .execute(&mut *conn)
        .await?;
    let query = match counted {
        Counted::Openings => {
            "select at from identity_opening where staff_id = $1 and at > $2 order by at desc offset $3 - 1 limit 1"
        }
        Counted::Searches => {
            "select at from identity_search where staff_id = $1 and at > $2 order by at desc offset $3 - 1 limit 1"
        }
    };
    let oldest: Option<DateTime<Utc>> =
        sqlx::query_scalar(query).bind(staff_id).bind(now - window).bind(most).fetch_optional(conn).await?;
    Ok(oldest.map(|at| at + window))
}

/// Writes an opening. What is read with the proof is good only when the transaction commits.
///
/// # Errors
/// When the database fails.
#[instrument(level = "debug", name = "db.identity.open", skip_all)]
pub async fn open(
    conn: &mut PgConnection,
    opening: &NewOpening<'_>,
    now: DateTime<Utc>,
) -> Result<OpenedIdentity, StoreError> {
    let opening_id = sqlx::query_scalar(
        "insert into identity_opening (at, staff_id, report_id, pseudonym, case_id, level, area, reason, words)
         values ($1, $2, $3, $4, $5, $6, $7, $8, $9) returning opening_id",
    )
    .bind(now)
    .bind(opening.staff_id)
    .bind(opening.report.report_id)
    .bind(opening.report.pseudonym)
    .bind(opening.report.case_id)
    .bind(opening.level)
    .bind(opening.area)
    .bind(opening.reason.name())
    .bind(opening.words)
    .fetch_one(conn)
    .await?;
    Ok(OpenedIdentity { opening_id })
}

/// Everything the author of a report said, oldest first.
///
/// # Errors
/// When the database fails.
#[instrument(level = "debug", name = "db.identity.own_words", skip_all)]
pub async fn own_words(conn: &mut PgConnection, report_id: Uuid) -> Result<Vec<OwnWords>, StoreError> {
    Ok(sqlx::query_as(
        "select * from (
             select 'description' as stands_in, received_at as at, description as words, null::jsonb as said
             from report where report_id = $1
             union all select 'place', received_at, null, place from report where report_id = $1
             union all select 'attributes', received_at, null, attributes from report where report_id = $1
             union all select 'addition', received_at, words, null from addition where report_id = $1
             union all select 'additionDetail', received_at, null, detail from addition where report_id = $1
             union all select act, at, coalesce(note, reason), detail from case_log
                       where report_id = $1 and actor_kind = 'reporter') said
         where words is not null or said is not null order by at, stands_in",
    )
    .bind(report_id)
    .fetch_all(conn)
    .await?)
}

/// The openings of whoever has this pseudonym, the newest first.
///
/// # Errors
/// When the database fails.
#[instrument(level = "debug", name = "db.identity.openings", skip_all)]
pub async fn openings(pool: &PgPool, pseudonym: Uuid, limit: i64) -> Result<Vec<Opening>, StoreError> {
    Ok(sqlx::query_as(
        "select at, level, area, reason from identity_opening where pseudonym = $1 order by opening_id desc limit $2",
    )
    .bind(pseudonym)
    .bind(limit)
    .fetch_all(pool)
    .await?)
}

/// A report found by how its author can be reached.
#[derive(Debug, Clone, sqlx::FromRow)]
pub struct FoundReport {
    #[sqlx(flatten)]
    pub report: OfReport,
    pub category: String,
    pub state: String,
    pub received_at: DateTime<Utc>,
    pub key_id: String,
    pub sealed: Vec<u8>,
}

/// The reports whose authors gave a phone or address with one of these keyed hashes, the newest first.
///
/// # Errors
/// When the database fails.
#[instrument(level = "debug", name = "db.identity.find", skip_all)]
pub async fn find(
    conn: &mut PgConnection,
    hashes: &[Vec<u8>],
    areas: &[String],
    limit: i64,
) -> Result<Vec<FoundReport>, StoreError> {
    Ok(sqlx::query_as(
        "select r.report_id, r.pseudonym, c.case_id, c.case_number, c.center_code, c.segment_code, c.community_code, c.grid_code,
                c.category, c.state, r.received_at, k.key_id, k.sealed
         from (select pseudonym, key_id, sealed from reporter_contact where phone_index = any ($1)
               union select pseudonym, key_id, sealed from reporter_contact where email_index = any ($1)) k
         join report r using (pseudonym) join cases c using (case_id)
         where exists (select from unnest($2::text[]) area
                       where starts_with(c.center_code, area) or starts_with(c.segment_code, area)
                          or starts_with(c.community_code, area) or starts_with(c.grid_code, area))
         order by r.received_at desc, r.report_id limit $3",
    )
    .bind(hashes)
    .bind(areas)
    .bind(limit)
    .fetch_all(conn)
    .await?)
}

/// Writes that somebody searched.
///
/// # Errors
/// When the database fails.
#[instrument(level = "debug", name = "db.identity.searched", skip_all)]
pub async fn searched(
    conn: &mut PgConnection,
    staff_id: Uuid,
    hash: &[u8],
    found: usize,
    now: DateTime<Utc>,
) -> Result<(), StoreError> {
    sqlx::query("insert into identity_search (at, staff_id, value_index, found) values ($1, $2, $3, $4)")
        .bind(now)
        .bind(staff_id)
        .bind(hash)
        .bind(i32::try_from(found).unwrap_or(i32::MAX))
        .execute(conn)
        .await?;
    Ok(())
}
