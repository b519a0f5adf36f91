//! A day is over: our orders are compared with a platform's. One that does not answer is asked again later.

use jiekou_boot::clock;
use jiekou_service::ServiceError;
use jiekou_service::hotline::reconcile::reconcile;
use serde::Deserialize;

use super::JobError;
use crate::run::Worker;

#[derive(Debug, Deserialize)]
pub struct Payload {
    partner: String,
}

pub async fn run(worker: &Worker, it: Payload) -> Result<(), JobError> {
    match reconcile(&worker.app, &it.partner, clock::now()).await {
        Ok(run) if run.failure.is_some() => Err(JobError::Again(ServiceError::Busy)),
        Ok(_) => Ok(()),
        Err(ServiceError::UnknownOrder) => Err(JobError::Never("the platform is not configured any more")),
        Err(error) => Err(error.into()),
    }
}
