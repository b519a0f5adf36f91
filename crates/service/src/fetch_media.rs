//! A photo that a platform named by its address is fetched, after the report was taken: nobody waits for another's server.

use chrono::{DateTime, Utc};
use jiekou_core::limit::Spender;
use jiekou_partner::{HttpError, OutwardError};
use jiekou_photo::MAX_BYTES;
use jiekou_store::cases::view;
use jiekou_store::reports::additions::{self, AdditionKind, AdditionRow};
use jiekou_store::reports::authorship;
use jiekou_store::{StoreError, photos};
use serde_json::json;
use sha2::{Digest, Sha256};
use thiserror::Error;
use tracing::instrument;
use uuid::Uuid;

use crate::store_photo::store_photo;
use crate::{App, Principal, ServiceError};

/// Why a photo was not fetched.
#[derive(Debug, Error)]
pub enum FetchError {
    /// It never will be.
    #[error("{0}")]
    Never(&'static str),
    /// The other side may have it later.
    #[error("{0}")]
    Later(&'static str),
    #[error(transparent)]
    Service(#[from] ServiceError),
}

impl From<StoreError> for FetchError {
    fn from(error: StoreError) -> Self {
        Self::Service(error.into())
    }
}

/// Fetches the photo at `address` and gives it to the report. Doing it twice gives it once.
///
/// # Errors
/// [`FetchError`]; what lies there is checked like any upload.
#[instrument(level = "debug", name = "fetch_media", skip_all)]
pub async fn fetch_media(
    app: &App,
    report_id: Uuid,
    address: &str,
    now: DateTime<Utc>,
) -> Result<(), FetchError> {
    let Some(author) = authorship::of_report(&app.pool, report_id).await? else {
        return Err(FetchError::Never("the report is gone"));
    };
    // A place is taken before the first byte is read, as for an upload; no report has more than its share.
    let admission = app.studio.admit(Spender::Platform(report_id), 1)?;
    let bytes = read(app, address).await?;
    let hash: [u8; 32] = Sha256::digest(&bytes).into();
    if photos::has_content(&app.pool, report_id, &hash).await? {
        return Ok(());
    }
    let stored = match store_photo(app, bytes, &Principal::Public, now).await {
        Ok(stored) => stored,
        Err(ServiceError::Photo(_)) => return Err(FetchError::Never("what lies there is no good photo")),
        Err(ServiceError::ScannerAway) => return Err(FetchError::Later("the scanner does not answer")),
        Err(ServiceError::Infected) => return Err(FetchError::Never("what lies there is infected")),
        Err(error) => return Err(error.into()),
    };
    drop(admission);
    let mut transaction = app.pool.begin().await.map_err(StoreError::from)?;
    let case = view::lock_of_report(&mut transaction, report_id).await?;
    // Somebody may have fetched the same meanwhile; what is not given to the report is forgotten.
    if photos::has_content(&mut *transaction, report_id, &hash).await? {
        return Ok(());
    }
    photos::claim_for_report(&mut transaction, &[stored.photo_id], report_id, now).await?;
    let row = AdditionRow {
        addition_id: Uuid::now_v7(),
        kind: AdditionKind::Added,
        words: None,
        detail: Some(json!({ "photoId": stored.photo_id, "source": "mediaUrl" })),
    };
    additions::insert(&mut transaction, &case, &author, &row, now).await?;
    transaction.commit().await.map_err(StoreError::from)?;
    Ok(())
}

async fn read(app: &App, address: &str) -> Result<Vec<u8>, FetchError> {
    let answer = match app.outward.get(address, MAX_BYTES).await {
        Ok(answer) => answer,
        Err(OutwardError::Refused(why)) => return Err(FetchError::Never(why)),
        Err(OutwardError::Unresolved) => return Err(FetchError::Later("its name does not resolve")),
        Err(OutwardError::Http(HttpError::TooLong(_))) => {
            return Err(FetchError::Never("the photo is larger than 10 MB"));
        }
        Err(OutwardError::Http(HttpError::NotSent | HttpError::Unknown | HttpError::Client(_))) => {
            return Err(FetchError::Later("its server does not answer"));
        }
    };
    match answer.status {
        200 => {}
        300..=399 => return Err(FetchError::Never("its server sends elsewhere")),
        408 | 425 | 429 | 500.. => return Err(FetchError::Later("its server cannot now")),
        _ => return Err(FetchError::Never("there is nothing at the address")),
    }
    let picture = answer.content_type.as_deref().is_none_or(|kind| {
        let kind = kind.to_ascii_lowercase();
        kind.starts_with("image/") || kind.starts_with("application/octet-stream")
    });
    if picture { Ok(answer.body.to_vec()) } else { Err(FetchError::Never("what lies there is no photo")) }
}
