//! The day has come that a suspended case goes on.

use jiekou_boot::clock;
use jiekou_service::resume_case::resume_case;

use super::{CaseChange, JobError};
use crate::run::Worker;

pub async fn run(worker: &Worker, change: CaseChange) -> Result<(), JobError> {
    Ok(resume_case(&worker.app, change.case_id, clock::now()).await?)
}
