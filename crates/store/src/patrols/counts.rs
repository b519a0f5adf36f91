//! How often each post was on the street.

use chrono::NaiveDate;
use jiekou_core::patrol::Walked;
use sqlx::PgConnection;
use tracing::instrument;
use uuid::Uuid;

use crate::StoreError;

/// How many patrols of each day count for these posts in these areas: of each person, and of all together, where a joint
/// patrol is one.
///
/// # Errors
/// When the database fails.
#[instrument(level = "debug", name = "db.patrol.walked", skip_all)]
pub async fn walked(
    conn: &mut PgConnection,
    posts: &[String],
    areas: &[String],
    first: NaiveDate,
    last: NaiveDate,
) -> Result<Vec<Walked>, StoreError> {
    let rows: Vec<(String, String, Option<Uuid>, NaiveDate, i64)> = sqlx::query_as(
        "select post, area, staff_id, day, count(distinct patrol_id) from patrol_part
         where counts and post = any ($1) and area = any ($2) and day between $3 and $4
         group by grouping sets ((post, area, day), (post, area, day, staff_id))",
    )
    .bind(posts)
    .bind(areas)
    .bind(first)
    .bind(last)
    .fetch_all(conn)
    .await?;
    let walked = |(post, area, person, day, times): (String, String, Option<Uuid>, NaiveDate, i64)| Walked {
        post,
        area,
        person,
        day,
        times: u32::try_from(times).unwrap_or(u32::MAX),
    };
    Ok(rows.into_iter().map(walked).collect())
}
