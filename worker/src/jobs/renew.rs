//! After an upgrade: works through what an earlier release stored, a batch a job, so that other work goes on between.

use jiekou_boot::clock;
use jiekou_service::renew_prints::renew_prints;
use jiekou_store::work::jobs;

use super::JobError;
use crate::run::Worker;

pub async fn run(worker: &Worker) -> Result<(), JobError> {
    if renew_prints(&worker.app).await? {
        let mut connection = worker.app.pool.acquire().await.map_err(jiekou_store::StoreError::from)?;
        jobs::insert(&mut connection, "renew", &serde_json::json!({}), clock::now()).await?;
    }
    Ok(())
}
