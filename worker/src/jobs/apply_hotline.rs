//! Messages about an order were kept: what is left of them is applied.

use jiekou_boot::clock;
use jiekou_service::hotline::apply_order;
use serde::Deserialize;

use super::JobError;
use crate::run::Worker;

#[derive(Debug, Deserialize)]
#[serde(rename_all = "camelCase")]
pub struct Payload {
    partner: String,
    order_no: String,
}

pub async fn run(worker: &Worker, it: Payload) -> Result<(), JobError> {
    Ok(apply_order(&worker.app, &it.partner, &it.order_no, clock::now()).await?)
}
