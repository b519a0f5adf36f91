//! A clock was raised: whoever the rulebook names is told.

use jiekou_boot::clock;
use jiekou_service::tell_clock::{RaisedClock, tell_clock};
use serde::Deserialize;

use super::JobError;
use crate::run::Worker;

/// The clock, and the log line that raised it.
#[derive(Debug, Deserialize)]
#[serde(rename_all = "camelCase")]
pub struct Payload {
    log_id: i64,
    case_id: i64,
    n: i32,
    late: bool,
}

pub async fn run(worker: &Worker, it: Payload) -> Result<(), JobError> {
    let raised = RaisedClock { log_id: it.log_id, case_id: it.case_id, n: it.n, late: it.late };
    Ok(tell_clock(&worker.app, raised, clock::now()).await?)
}
