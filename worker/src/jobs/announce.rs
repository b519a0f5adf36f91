//! A case changed: its place in the duplicate index is mended, every reporter who follows it is told, so are the
//! people of the plan whom it concerns and the platforms whose orders follow it, and what came back
//! is linked to the case before.

use jiekou_boot::clock;
use jiekou_service::hotline::tell_partner::tell_partners;
use jiekou_service::link_recurrence::{link_recurrence, may_recur};
use jiekou_service::tell_move::{concerns_somebody, tell_move};
use jiekou_service::tell_platforms::tell_platforms;
use jiekou_service::tell_reporters::is_told;
use jiekou_store::dedup::mend_case;
use jiekou_store::wake;
use jiekou_store::wechat::notices;
use jiekou_store::work::deliveries;

use super::{CaseChange, JobError};
use crate::run::Worker;

pub async fn run(worker: &Worker, change: CaseChange) -> Result<(), JobError> {
    mend(worker, change.case_id).await?;
    let Some(log_id) = change.log_id else {
        return Ok(());
    };
    let act = deliveries::act_of(&worker.app.pool, log_id).await?;
    if act.as_deref().is_some_and(|act| is_told(&worker.app, act)) {
        deliveries::fan_out(&worker.app.pool, log_id, clock::now()).await?;
        notices::fan_out(&worker.app.pool, log_id, clock::now()).await?;
    }
    // Recording a report notifies nobody: its commit would wait for all others. Whoever watches hears of it from here.
    if matches!(act.as_deref(), Some("received" | "joined" | "imported")) {
        wake::tell(&worker.app.pool, change.case_id).await?;
    }
    tell_platforms(&worker.app, log_id, clock::now()).await?;
    tell_partners(&worker.app, log_id, clock::now()).await?;
    if act.as_deref().is_some_and(concerns_somebody) {
        tell_move(&worker.app, log_id, clock::now()).await?;
    }
    if act.as_deref().is_some_and(may_recur) {
        link_recurrence(&worker.app, change.case_id, clock::now()).await?;
    }
    Ok(())
}

/// Redis away is no reason to keep anybody waiting: its index is rebuilt when it returns.
pub async fn mend(worker: &Worker, case_id: i64) -> Result<(), JobError> {
    if worker.app.index.answers().await {
        mend_case(&worker.app.pool, &worker.app.index, case_id).await?;
    }
    Ok(())
}
