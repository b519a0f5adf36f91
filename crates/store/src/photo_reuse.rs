//! Old photos sent for new reports.

use chrono::{DateTime, Utc};
use jiekou_core::dedup::PhotoMark;
use sqlx::types::Json;
use sqlx::{PgConnection, PgPool};
use tracing::instrument;
use uuid::Uuid;

use crate::cases::view::Of;
use crate::work::jobs;
use crate::{StoreError, wake};

/// Pictures that share a mark with a photo and are compared with it, those with most in common first.
const LOOKED_UP: i64 = 400;

/// A photo of a report, as it is looked up.
#[derive(Debug, Clone, sqlx::FromRow)]
pub struct SentPhoto {
    pub photo_id: Uuid,
    pub content_hash: Vec<u8>,
    pub attached_at: DateTime<Utc>,
    /// `None` when it shows nothing, or has not been printed yet.
    pub print: Option<Vec<u8>>,
    marks: Option<Vec<i32>>,
    doubts: Option<Vec<i32>>,
}

/// A photo that was attached before and may be the same.
#[derive(Debug, Clone, sqlx::FromRow)]
pub struct EarlierPhoto {
    pub photo_id: Uuid,
    /// The case it belongs to now, the last of its chain of merges.
    pub case_id: i64,
    /// The very same file.
    pub same_bytes: bool,
    pub print: Option<Vec<u8>>,
}

/// What staff are shown.
#[derive(Debug, Clone, PartialEq, sqlx::FromRow)]
pub struct ReusedPhoto {
    pub photo_id: Uuid,
    pub first_case_number: String,
    pub first_seen_at: DateTime<Utc>,
    pub same_bytes: bool,
}

impl SentPhoto {
    /// What its marks may have been in another copy.
    fn readings(&self) -> Vec<i32> {
        let pairs = self.marks.iter().flatten().zip(self.doubts.iter().flatten());
        let marks = pairs.map(|(key, doubts)| PhotoMark { key: *key, doubts: *doubts });
        let mut readings: Vec<i32> = marks.flat_map(PhotoMark::readings).collect();
        readings.sort_unstable();
        readings.dedup();
        readings
    }
}

/// The photos of a report.
///
/// # Errors
/// When the database fails.
#[instrument(level = "debug", name = "db.photo_reuse.sent", skip_all)]
pub async fn sent(pool: &PgPool, report_id: Uuid) -> Result<Vec<SentPhoto>, StoreError> {
    Ok(sqlx::query_as(
        "select photo_id, content_hash, coalesce(attached_at, uploaded_at) as attached_at, print, marks, doubts
         from photo left join photo_print using (photo_id) where report_id = $1 order by photo_id",
    )
    .bind(report_id)
    .fetch_all(pool)
    .await?)
}

/// Photos of other cases that were attached before and are the same file or share a mark; the earliest first among equals.
///
/// # Errors
/// When the database fails.
#[instrument(level = "debug", name = "db.photo_reuse.earlier", skip_all)]
pub async fn earlier(
    pool: &PgPool,
    photo: &SentPhoto,
    case_id: i64,
) -> Result<Vec<EarlierPhoto>, StoreError> {
    Ok(sqlx::query_as(
        "with reading (mark) as (select unnest($4::int[])),
         found (photo_id, shared) as (
             select photo_id, 1000000 from photo where content_hash = $2 and photo_id <> $1
             union all
             select p.photo_id, count(*) from photo_print p cross join lateral unnest(p.marks) m (mark)
             join reading using (mark)
             where p.marks && $4 and p.photo_id <> $1 group by p.photo_id
         ),
         best (photo_id, shared) as (select photo_id, max(shared) from found group by photo_id)
         select q.photo_id, l.case_id, q.content_hash = $2 as same_bytes, print
         from best join photo q using (photo_id) left join photo_print using (photo_id)
         left join report r on r.report_id = q.report_id
         cross join lateral (select last_of_chain(coalesce(q.case_id, r.case_id)) as case_id) l
         where l.case_id is not null and l.case_id <> last_of_chain($5)
           and (coalesce(q.attached_at, q.uploaded_at), q.photo_id) < ($3, $1)
         order by shared desc, coalesce(q.attached_at, q.uploaded_at), q.photo_id limit $6",
    )
    .bind(photo.photo_id)
    .bind(&photo.content_hash)
    .bind(photo.attached_at)
    .bind(photo.readings())
    .bind(case_id)
    .bind(LOOKED_UP)
    .fetch_all(pool)
    .await?)
}

/// Writes which earlier photos a report's photos show again, with the log line of its locked case and the outbox row;
/// nothing for what is known already. Returns whether anything was new.
///
/// # Errors
/// When the database fails.
#[instrument(level = "debug", name = "db.photo_reuse.write", skip_all)]
pub async fn write(
    conn: &mut PgConnection,
    case_id: i64,
    report_id: Uuid,
    found: &[(Uuid, EarlierPhoto)],
    now: DateTime<Utc>,
) -> Result<bool, StoreError> {
    let mut fresh = Vec::new();
    for (photo_id, earlier) in found {
        let done = sqlx::query(
            "insert into photo_reuse (photo_id, earlier_id, same_bytes, found_at) values ($1, $2, $3, $4)
             on conflict do nothing",
        )
        .bind(photo_id)
        .bind(earlier.photo_id)
        .bind(earlier.same_bytes)
        .bind(now)
        .execute(&mut *conn)
        .await?;
        fresh.extend((done.rows_affected() == 1).then_some(*photo_id));
    }
    let reused = of_cases(&mut *conn, &[case_id]).await?.into_iter().map(|row| row.it);
    let told: Vec<ReusedPhoto> = reused.filter(|it| fresh.contains(&it.photo_id)).collect();
    let Some(first) = told.first() else {
        return Ok(!fresh.is_empty());
    };
    let detail = told.iter().map(|it| {
        serde_json::json!({
            "photoId": it.photo_id,
            "firstCaseNumber": it.first_case_number,
            "firstSeenAt": it.first_seen_at,
        })
    });
    let log_id: i64 = sqlx::query_scalar(
        "select append_case_log($1, $2, 'photoReused', 'system', null, null, null, null, $3, $4, $5)",
    )
    .bind(case_id)
    .bind(now)
    .bind(format!("照片在案件 {} 中用过，请核实", first.first_case_number))
    .bind(Json(serde_json::json!({ "reusedPhotos": detail.collect::<Vec<_>>() })))
    .bind(report_id)
    .fetch_one(&mut *conn)
    .await?;
    let payload = serde_json::json!({ "logId": log_id, "caseId": case_id });
    jobs::insert(&mut *conn, "announce", &payload, now).await?;
    wake::case_changed(conn, case_id).await?;
    Ok(true)
}

/// The photos of these cases that belonged to another one before, each with the first of those. What was merged into one
/// case since is no reuse any more.
///
/// # Errors
/// When the database fails.
#[instrument(level = "debug", name = "db.photo_reuse.of_cases", skip_all)]
pub async fn of_cases(
    conn: impl sqlx::PgExecutor<'_>,
    case_ids: &[i64],
) -> Result<Vec<Of<ReusedPhoto>>, StoreError> {
    Ok(sqlx::query_as(
        "select distinct on (p.photo_id) r.case_id, p.photo_id, c.case_number as first_case_number,
                coalesce(q.attached_at, q.uploaded_at) as first_seen_at, u.same_bytes
         from report r join photo p using (report_id) join photo_reuse u using (photo_id)
         join photo q on q.photo_id = u.earlier_id left join report e on e.report_id = q.report_id
         join cases c on c.case_id = coalesce(q.case_id, e.case_id)
         where r.case_id = any ($1) and last_of_chain(c.case_id) <> last_of_chain(r.case_id)
         order by p.photo_id, first_seen_at, c.case_id",
    )
    .bind(case_ids)
    .fetch_all(conn)
    .await?)
}
