//! A report brought photos: has somebody sent them before?

use jiekou_boot::clock;
use jiekou_service::flag_reused_photos::flag_reused_photos;
use serde::Deserialize;
use uuid::Uuid;

use super::JobError;
use crate::run::Worker;

/// A report with photos.
#[derive(Debug, Deserialize)]
#[serde(rename_all = "camelCase")]
pub struct WithPhotos {
    report_id: Uuid,
}

pub async fn run(worker: &Worker, report: WithPhotos) -> Result<(), JobError> {
    Ok(flag_reused_photos(&worker.app, report.report_id, clock::now()).await?)
}
