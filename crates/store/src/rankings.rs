//! Rankings as they were published. Nothing here is changed afterwards.

use chrono::{DateTime, NaiveDate, Utc};
use jiekou_core::assessment::Standings;
use jiekou_core::period::Period;
use sqlx::PgConnection;
use sqlx::types::Json;
use tracing::instrument;
use uuid::Uuid;

use crate::StoreError;

/// A ranking of one period, as it was published.
#[derive(Debug, Clone)]
pub struct Published {
    pub period: Period,
    /// The version of the rules whose areas it was counted on.
    pub rulebook_version_id: i64,
    pub published_at: DateTime<Utc>,
    /// Name of the member of staff who published it.
    pub published_by: String,
    pub standings: Standings,
}

/// That something was published, and when.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Issue {
    pub code: String,
    pub period: Period,
    pub published_at: DateTime<Utc>,
    pub published_by: String,
}

/// What is to be frozen.
#[derive(Debug, Clone, Copy)]
pub struct NewIssue<'a> {
    pub code: &'a str,
    pub period: Period,
    pub rulebook_version_id: i64,
    pub published_by: Uuid,
    pub standings: &'a Standings,
}

type Row = (String, i64, DateTime<Utc>, String, Json<Standings>);

/// Freezes a ranking; `false` when that period of it is published already, and nothing changes.
///
/// # Errors
/// When the database fails.
#[instrument(level = "debug", name = "db.ranking.publish", skip_all)]
pub async fn publish(
    conn: &mut PgConnection,
    new: &NewIssue<'_>,
    now: DateTime<Utc>,
) -> Result<bool, StoreError> {
    let done = sqlx::query(
        "insert into published_ranking (code, cycle, period, first_day, last_day, rulebook_version_id, published_at,
                                        published_by, standings)
         values ($1, $2, $3, $4, $5, $6, $7, $8, $9) on conflict on constraint published_ranking_once do nothing",
    )
    .bind(new.code)
    .bind(new.period.cycle().name())
    .bind(new.period.to_string())
    .bind(new.period.first_day())
    .bind(new.period.last_day())
    .bind(new.rulebook_version_id)
    .bind(now)
    .bind(new.published_by)
    .bind(Json(new.standings))
    .execute(conn)
    .await?;
    Ok(done.rows_affected() > 0)
}

/// The published ranking of a period.
///
/// # Errors
/// When the database fails.
#[instrument(level = "debug", name = "db.ranking.of", skip_all)]
pub async fn of(
    conn: &mut PgConnection,
    code: &str,
    period: Period,
) -> Result<Option<Published>, StoreError> {
    let row: Option<Row> = sqlx::query_as(
        "select period, rulebook_version_id, published_at, display_name, standings
         from published_ranking join staff_account on staff_id = published_by where code = $1 and period = $2",
    )
    .bind(code)
    .bind(period.to_string())
    .fetch_optional(conn)
    .await?;
    row.map(published).transpose()
}

/// The published rankings whose periods begin between two days, the earliest first.
///
/// # Errors
/// When the database fails.
#[instrument(level = "debug", name = "db.ranking.between", skip_all)]
pub async fn between(
    conn: &mut PgConnection,
    code: &str,
    first: NaiveDate,
    last: NaiveDate,
) -> Result<Vec<Published>, StoreError> {
    let rows: Vec<Row> = sqlx::query_as(
        "select period, rulebook_version_id, published_at, display_name, standings
         from published_ranking join staff_account on staff_id = published_by
         where code = $1 and first_day between $2 and $3 order by first_day",
    )
    .bind(code)
    .bind(first)
    .bind(last)
    .fetch_all(conn)
    .await?;
    rows.into_iter().map(published).collect()
}

/// What was published of periods that begin on this day or later, the newest first.
///
/// # Errors
/// When the database fails.
#[instrument(level = "debug", name = "db.ranking.issues", skip_all)]
pub async fn issues(conn: &mut PgConnection, since: NaiveDate) -> Result<Vec<Issue>, StoreError> {
    let rows: Vec<(String, String, DateTime<Utc>, String)> = sqlx::query_as(
        "select code, period, published_at, display_name
         from published_ranking join staff_account on staff_id = published_by
         where first_day >= $1 order by first_day desc, code",
    )
    .bind(since)
    .fetch_all(conn)
    .await?;
    let issue = |(code, period, published_at, published_by): (String, String, DateTime<Utc>, String)| {
        Ok(Issue { code, period: named(&period)?, published_at, published_by })
    };
    rows.into_iter().map(issue).collect()
}

/// The day on which the first rules came into force here: nothing can be ranked of the time before.
///
/// # Errors
/// When the database fails.
#[instrument(level = "debug", name = "db.ranking.begin", skip_all)]
pub async fn begin(conn: &mut PgConnection) -> Result<Option<DateTime<Utc>>, StoreError> {
    Ok(sqlx::query_scalar("select min(effective_from) from rulebook_version").fetch_one(conn).await?)
}

fn published(
    (period, rulebook_version_id, published_at, published_by, standings): Row,
) -> Result<Published, StoreError> {
    let period = named(&period)?;
    Ok(Published { period, rulebook_version_id, published_at, published_by, standings: standings.0 })
}

fn named(period: &str) -> Result<Period, StoreError> {
    period
        .parse()
        .map_err(|_unreadable| StoreError::Inconsistent("a ranking of a period that has no such name"))
}
