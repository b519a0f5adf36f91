//! An old photo sent for a new report: the report stands, and staff are told where the picture was seen before.

use std::collections::HashSet;

use chrono::{DateTime, Duration, Utc};
use jiekou_core::dedup::PhotoPrint;
use jiekou_core::dedup::same_picture::PhotoSearch;
use jiekou_store::cases::view;
use jiekou_store::photo_reuse::{self, EarlierPhoto, SentPhoto};
use jiekou_store::work::jobs;
use jiekou_store::{StoreError, renewal};
use serde_json::json;
use tracing::{info, instrument};
use uuid::Uuid;

use crate::{App, ServiceError};

/// Earlier cases named for one photo at most.
const CASES_A_PHOTO: usize = 5;
/// While photos of an earlier release wait for their prints, a photo is looked up again after this time.
const AGAIN: Duration = Duration::minutes(10);

/// Compares the photos of a report with all that were attached to other cases before. Done again, it tells only what is
/// new.
///
/// # Errors
/// Storage.
#[instrument(level = "debug", name = "flag_reused_photos", skip(app, now))]
pub async fn flag_reused_photos(app: &App, report_id: Uuid, now: DateTime<Utc>) -> Result<(), ServiceError> {
    let sent = photo_reuse::sent(&app.pool, report_id).await?;
    if sent.is_empty() {
        return Ok(());
    }
    let mut transaction = app.pool.begin().await.map_err(StoreError::from)?;
    let case_id = view::lock_of_report(&mut transaction, report_id).await?.case_id;
    // Only to know the case: comparing takes time, and nobody must wait for it.
    transaction.rollback().await.map_err(StoreError::from)?;
    let mut found = Vec::new();
    for photo in sent {
        let earlier = photo_reuse::earlier(&app.pool, &photo, case_id).await?;
        let likeness = app.rules().data().dedup.same_photo_likeness;
        let photo_id = photo.photo_id;
        let same = app.studio.work(move || same(&photo, earlier, likeness)).await?;
        found.extend(same.into_iter().map(|earlier| (photo_id, earlier)));
    }
    let (photos_left, _) = renewal::left(&app.pool).await?;
    let mut transaction = app.pool.begin().await.map_err(StoreError::from)?;
    let case = view::lock_of_report(&mut transaction, report_id).await?;
    if photo_reuse::write(&mut transaction, case.case_id, report_id, &found, now).await? {
        info!(case.number = case.case_number, report.id = %report_id, "an old photo was sent again");
    }
    if photos_left {
        jobs::insert(&mut transaction, "checkPhotos", &json!({ "reportId": report_id }), now + AGAIN).await?;
    }
    transaction.commit().await.map_err(StoreError::from)?;
    Ok(())
}

/// Those that show the same picture, the first of each case.
fn same(photo: &SentPhoto, earlier: Vec<EarlierPhoto>, likeness: f64) -> Vec<EarlierPhoto> {
    let print = |bytes: &Option<Vec<u8>>| bytes.as_deref().and_then(PhotoPrint::from_bytes);
    let own: Vec<PhotoPrint> = print(&photo.print).into_iter().collect();
    let search = PhotoSearch::new(&own);
    let mut cases = HashSet::new();
    let same = earlier
        .into_iter()
        .filter(|it| it.same_bytes || print(&it.print).is_some_and(|other| search.finds(&[other], likeness)));
    same.filter(|it| cases.insert(it.case_id)).take(CASES_A_PHOTO).collect()
}
