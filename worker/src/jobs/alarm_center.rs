//! Words of danger to life came in: the center's duty officer is alarmed.

use jiekou_boot::clock;
use jiekou_store::work::deliveries;

use super::{CaseChange, JobError};
use crate::run::Worker;

pub async fn run(worker: &Worker, change: CaseChange) -> Result<(), JobError> {
    let log_id = change.log_id.ok_or(JobError::Never("an alarm without its log line"))?;
    Ok(deliveries::alarm_center(&worker.app.pool, log_id, clock::now()).await?)
}
