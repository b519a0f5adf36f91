//! The deadline of a placard has passed: whoever hung it and the ladder are told.

use jiekou_boot::clock;
use jiekou_service::supervision::tell_placard::tell_placard;
use serde::Deserialize;
use uuid::Uuid;

use super::JobError;
use crate::run::Worker;

#[derive(Debug, Deserialize)]
#[serde(rename_all = "camelCase")]
pub struct Payload {
    placard_id: Uuid,
}

pub async fn run(worker: &Worker, it: Payload) -> Result<(), JobError> {
    Ok(tell_placard(&worker.app, it.placard_id, clock::now()).await?)
}
