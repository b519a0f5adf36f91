//! A platform named a photo by its address: it is fetched and checked like an upload.

use jiekou_boot::clock;
use jiekou_service::fetch_media::{FetchError, fetch_media};
use serde::Deserialize;
use uuid::Uuid;

use super::JobError;
use crate::run::Worker;

#[derive(Debug, Deserialize)]
#[serde(rename_all = "camelCase")]
pub struct Media {
    report_id: Uuid,
    url: String,
}

pub async fn run(worker: &Worker, media: Media) -> Result<(), JobError> {
    match fetch_media(&worker.app, media.report_id, &media.url, clock::now()).await {
        Ok(()) => Ok(()),
        Err(FetchError::Never(why)) => Err(JobError::Never(why)),
        Err(FetchError::Later(why)) => Err(JobError::Later(why)),
        Err(FetchError::Service(error)) => Err(error.into()),
    }
}
