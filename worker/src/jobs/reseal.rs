//! After a change of the master key: works through what older keys have sealed, a batch a job, so that other work goes on
//! between.

use jiekou_boot::clock;
use jiekou_service::reseal::{ResealAt, reseal};

use super::JobError;
use crate::run::Worker;

pub async fn run(worker: &Worker, at: ResealAt) -> Result<(), JobError> {
    Ok(reseal(&worker.app, &at, clock::now()).await?)
}
