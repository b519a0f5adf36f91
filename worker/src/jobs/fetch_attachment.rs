//! A file of a hotline's order is fetched.

use jiekou_boot::clock;
use jiekou_service::hotline::fetch_attachment::fetch_attachment;
use serde::Deserialize;
use uuid::Uuid;

use super::JobError;
use crate::run::Worker;

/// After so many attempts, about three hours, a file is given up.
const FETCHES: i32 = 20;

#[derive(Debug, Deserialize)]
#[serde(rename_all = "camelCase")]
pub struct Attachment {
    attachment_id: Uuid,
}

pub async fn run(worker: &Worker, file: Attachment, attempts: i32) -> Result<(), JobError> {
    let ended = fetch_attachment(&worker.app, file.attachment_id, attempts >= FETCHES, clock::now()).await?;
    if ended { Ok(()) } else { Err(JobError::Later("the platform does not give the file now")) }
}
