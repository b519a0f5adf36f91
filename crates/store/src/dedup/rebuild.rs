//! Filling the index from the open cases, while serving.

use chrono::{DateTime, Utc};
use futures_util::future::try_join_all;
use jiekou_core::place::Wgs84;
use redis::AsyncCommands;
use sqlx::PgPool;
use tracing::{info, instrument};

use super::index::{DedupIndex, Entry};
use crate::StoreError;

/// Cases read at once.
const PAGE: i64 = 500;
/// How long one process may take for a page before another may try.
const CLAIM_SECONDS: u64 = 20;

/// A case as the index needs it.
#[derive(Debug, sqlx::FromRow)]
struct Row {
    case_id: i64,
    center_code: String,
    fingerprint: Vec<u8>,
    longitude: f64,
    latitude: f64,
    family: String,
    recognised_until: Option<DateTime<Utc>>,
}

/// A case and whether reports are recognised by it.
#[derive(sqlx::FromRow)]
struct Mended {
    #[sqlx(flatten)]
    row: Row,
    recognised: bool,
}

impl Row {
    async fn admit(&self, index: &DedupIndex) -> Result<(), StoreError> {
        let point = Wgs84::new(self.longitude, self.latitude)
            .map_err(|_outside| StoreError::Inconsistent("a case lies nowhere on earth"))?;
        let entry = Entry {
            case_id: self.case_id,
            center_code: &self.center_code,
            print: &self.fingerprint,
            point,
            family: &self.family,
            recognised_until: self.recognised_until,
        };
        index.admit(&entry).await
    }
}

/// Reads every open case of a town into its index and then marks it ready. New cases go in by themselves meanwhile;
/// a case that closes meanwhile is removed when somebody tries to join it. One process at a time does it.
///
/// # Errors
/// When the database or Redis fails; the index stays not ready and the next search tries again.
#[instrument(level = "debug", name = "redis.dedup.rebuild", skip(pool, index))]
pub async fn rebuild_town(
    pool: &PgPool,
    index: &DedupIndex,
    center_code: &str,
    now: DateTime<Utc>,
) -> Result<(), StoreError> {
    let keys = index.keys(center_code);
    let mut connection = index.connection();
    let claim = redis::cmd("SET")
        .arg(format!("{}:rebuilding", keys.ready()))
        .arg(1)
        .arg("NX")
        .arg("EX")
        .arg(CLAIM_SECONDS)
        .query_async::<Option<String>>(&mut connection)
        .await;
    if index.noted(claim)?.is_none() {
        return Ok(());
    }
    let filled = fill(pool, index, center_code, now).await;
    // Given back whatever happened: a town must not wait for a claim whose owner has failed.
    let released: Result<(), _> = connection.del(format!("{}:rebuilding", keys.ready())).await;
    index.noted(released)?;
    let cases = filled?;
    info!(center.code = center_code, cases, "the duplicate index of a town was rebuilt");
    Ok(())
}

/// Admits every open case of a town, page by page, and marks its index ready. Returns how many.
async fn fill(
    pool: &PgPool,
    index: &DedupIndex,
    center_code: &str,
    now: DateTime<Utc>,
) -> Result<usize, StoreError> {
    let keys = index.keys(center_code);
    let mut connection = index.connection();
    let mut after = 0;
    let mut count = 0;
    loop {
        let page: Vec<Row> = sqlx::query_as(
            "select case_id, center_code, fingerprint, longitude, latitude, family, recognised_until from cases
             where center_code = $1 and (takes_reports or holder_of(case_id) is not null)
               and longitude is not null and case_id > $2
               and (recognised_until is null or recognised_until >= $3)
             order by case_id limit $4",
        )
        .bind(center_code)
        .bind(after)
        .bind(now)
        .bind(PAGE)
        .fetch_all(pool)
        .await?;
        let Some(last) = page.last() else { break };
        after = last.case_id;
        count += page.len();
        // One connection carries them all at once; a page is what waits at most.
        try_join_all(page.iter().map(|row| row.admit(index))).await?;
        let claim: Result<(), _> =
            connection.set_ex(format!("{}:rebuilding", keys.ready()), 1, CLAIM_SECONDS).await;
        index.noted(claim)?;
    }
    index.declare_ready(center_code, now).await?;
    Ok(count)
}

/// Puts a case into the index if reports are recognised by it, or takes it out if they are not, and all that were merged
/// into it along with it. What a process that died between its commit and the index left undone is mended so.
///
/// # Errors
/// When the database or Redis fails.
#[instrument(level = "debug", name = "redis.dedup.mend", skip(pool, index))]
pub async fn mend_case(pool: &PgPool, index: &DedupIndex, case_id: i64) -> Result<(), StoreError> {
    let chain: Vec<Mended> = sqlx::query_as(
        "with recursive chain (case_id) as (
             select $1::bigint
             union all
             select c.case_id from chain join cases c on c.merged_into = chain.case_id
         )
         select c.case_id, center_code, fingerprint, longitude, latitude, family, recognised_until,
                holder_of(c.case_id) is not null as recognised
         from chain join cases c using (case_id) where longitude is not null",
    )
    .bind(case_id)
    .fetch_all(pool)
    .await?;
    for mended in chain {
        let row = mended.row;
        if mended.recognised {
            row.admit(index).await?;
        } else {
            index.remove(row.case_id, &row.center_code, &row.family).await?;
        }
    }
    Ok(())
}
