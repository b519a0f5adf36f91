//! Monthly ratings of segments by flags, each version of a month as a whole.

use chrono::{DateTime, NaiveDate, Utc};
use jiekou_core::flag::FlagRules;
use sqlx::types::Json;
use sqlx::{PgConnection, PgPool};
use tracing::instrument;
use uuid::Uuid;

use crate::StoreError;
use crate::words::Words;

/// A version of a month's rating.
#[derive(Debug, Clone, PartialEq, sqlx::FromRow)]
pub struct RatingRow {
    pub area: String,
    pub month: NaiveDate,
    pub version: i32,
    pub rules: Json<FlagRules>,
    /// Why the version before was wrong.
    pub reason: Option<Words>,
    pub rated_by: Uuid,
    pub rated_at: DateTime<Utc>,
}

/// A segment's flag in a month.
#[derive(Debug, Clone, PartialEq, Eq, sqlx::FromRow)]
pub struct FlagRow {
    pub month: NaiveDate,
    pub segment_code: String,
    pub segment_name: String,
    pub town_code: String,
    /// `red` or `black`.
    pub flag: String,
}

/// A version of a month's rating, for people.
#[derive(Debug, Clone, sqlx::FromRow)]
pub struct VersionView {
    pub version: i32,
    pub reason: Option<Words>,
    pub rated_by: Option<String>,
    pub rated_at: DateTime<Utc>,
}

/// What counts of the ratings: of each month its newest version, and of two areas that rated one segment the later.
const STANDING: &str = "select distinct on (f.segment_code, f.month)
        f.month, f.segment_code, f.segment_name, f.town_code, f.flag
    from segment_flag f join flag_rating r using (area, month, version)
    where not exists (select from flag_rating n where n.area = r.area and n.month = r.month and n.version > r.version)";

/// Lets nobody else rate until the transaction ends: what one month starts depends on others.
///
/// # Errors
/// When the database fails.
#[instrument(level = "debug", name = "db.flag.lock", skip_all)]
pub async fn lock(conn: &mut PgConnection) -> Result<(), StoreError> {
    sqlx::query("lock table flag_rating in share row exclusive mode").execute(conn).await?;
    Ok(())
}

/// The newest version of a month's rating.
///
/// # Errors
/// When the database fails.
#[instrument(level = "debug", name = "db.flag.newest", skip_all)]
pub async fn newest(
    conn: &mut PgConnection,
    area: &str,
    month: NaiveDate,
) -> Result<Option<RatingRow>, StoreError> {
    Ok(sqlx::query_as(
        "select area, month, version, rules, reason, rated_by, rated_at from flag_rating
         where area = $1 and month = $2 order by version desc limit 1",
    )
    .bind(area)
    .bind(month)
    .fetch_optional(conn)
    .await?)
}

/// The newest version of each month from `month` on, the earliest first.
///
/// # Errors
/// When the database fails.
#[instrument(level = "debug", name = "db.flag.rated_since", skip_all)]
pub async fn rated_since(
    conn: &mut PgConnection,
    area: &str,
    month: NaiveDate,
) -> Result<Vec<RatingRow>, StoreError> {
    Ok(sqlx::query_as(
        "select distinct on (month) area, month, version, rules, reason, rated_by, rated_at from flag_rating
         where area = $1 and month >= $2 order by month, version desc",
    )
    .bind(area)
    .bind(month)
    .fetch_all(conn)
    .await?)
}

/// The flags of one version.
///
/// # Errors
/// When the database fails.
#[instrument(level = "debug", name = "db.flag.of_version", skip_all)]
pub async fn of_version(
    conn: &mut PgConnection,
    area: &str,
    month: NaiveDate,
    version: i32,
) -> Result<Vec<FlagRow>, StoreError> {
    Ok(sqlx::query_as(
        "select month, segment_code, segment_name, town_code, flag from segment_flag
         where area = $1 and month = $2 and version = $3 order by segment_code",
    )
    .bind(area)
    .bind(month)
    .bind(version)
    .fetch_all(conn)
    .await?)
}

/// Writes a version of a month's rating with all its flags.
///
/// # Errors
/// When the database fails.
#[instrument(level = "debug", name = "db.flag.insert", skip_all)]
pub async fn insert(
    conn: &mut PgConnection,
    rating: &RatingRow,
    flags: &[FlagRow],
) -> Result<(), StoreError> {
    sqlx::query(
        "insert into flag_rating (area, month, version, rules, reason, rated_by, rated_at)
         values ($1, $2, $3, $4, $5, $6, $7)",
    )
    .bind(&rating.area)
    .bind(rating.month)
    .bind(rating.version)
    .bind(rating.rules)
    .bind(&rating.reason)
    .bind(rating.rated_by)
    .bind(rating.rated_at)
    .execute(&mut *conn)
    .await?;
    let column = |of: fn(&FlagRow) -> &str| flags.iter().map(of).map(str::to_owned).collect::<Vec<_>>();
    sqlx::query(
        "insert into segment_flag (area, month, version, segment_code, segment_name, town_code, flag)
         select $1, $2, $3, code, name, town, flag from unnest($4::text[], $5::text[], $6::text[], $7::text[]) f (code, name, town, flag)",
    )
    .bind(&rating.area)
    .bind(rating.month)
    .bind(rating.version)
    .bind(column(|flag| &flag.segment_code))
    .bind(column(|flag| &flag.segment_name))
    .bind(column(|flag| &flag.town_code))
    .bind(column(|flag| &flag.flag))
    .execute(conn)
    .await?;
    Ok(())
}

/// Every flag that counts, of these segments or of all, up to `until`; by segment and month.
///
/// # Errors
/// When the database fails.
#[instrument(level = "debug", name = "db.flag.standing", skip_all)]
pub async fn standing(
    conn: &mut PgConnection,
    segments: Option<&[String]>,
    until: Option<NaiveDate>,
) -> Result<Vec<FlagRow>, StoreError> {
    let query = format!(
        "{STANDING} and ($1::text[] is null or f.segment_code = any ($1)) and ($2::date is null or f.month <= $2)
         order by f.segment_code, f.month, r.rated_at desc"
    );
    Ok(sqlx::query_as(sqlx::AssertSqlSafe(query)).bind(segments).bind(until).fetch_all(conn).await?)
}

/// The newest version of the last month that was rated, of a month where one is named, in areas that overlap `areas`.
///
/// # Errors
/// When the database fails.
#[instrument(level = "debug", name = "db.flag.last", skip_all)]
pub async fn last(pool: &PgPool, month: Option<NaiveDate>) -> Result<Option<RatingRow>, StoreError> {
    Ok(sqlx::query_as(
        "select area, month, version, rules, reason, rated_by, rated_at from flag_rating
         where $1::date is null or month = $1 order by month desc, rated_at desc limit 1",
    )
    .bind(month)
    .fetch_optional(pool)
    .await?)
}

/// All versions of a month's rating in an area, the first one first, with the names of those who rated.
///
/// # Errors
/// When the database fails.
#[instrument(level = "debug", name = "db.flag.versions", skip_all)]
pub async fn versions(
    conn: &mut PgConnection,
    area: &str,
    month: NaiveDate,
) -> Result<Vec<VersionView>, StoreError> {
    Ok(sqlx::query_as(
        "select r.version, r.reason, s.display_name as rated_by, r.rated_at
         from flag_rating r left join staff_account s on s.staff_id = r.rated_by
         where r.area = $1 and r.month = $2 order by r.version",
    )
    .bind(area)
    .bind(month)
    .fetch_all(conn)
    .await?)
}

/// The areas that rated a month.
///
/// # Errors
/// When the database fails.
#[instrument(level = "debug", name = "db.flag.areas", skip_all)]
pub async fn areas(conn: &mut PgConnection, month: NaiveDate) -> Result<Vec<String>, StoreError> {
    Ok(sqlx::query_scalar("select distinct area from flag_rating where month = $1 order by area")
        .bind(month)
        .fetch_all(conn)
        .await?)
}
