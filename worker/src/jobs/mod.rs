//! Jobs: one file each.

mod alarm_center;
mod announce;
mod apply_hotline;
mod check_photos;
mod fetch_attachment;
mod fetch_media;
mod reconcile_hotline;
mod renew;
mod reseal;
mod resume;
mod tell_clock;
mod tell_placard;
mod wechat;

use std::sync::Arc;

use futures_util::StreamExt;
use futures_util::stream::iter;
use jiekou_boot::clock;
use jiekou_core::notice::retry;
use jiekou_service::ServiceError;
use jiekou_store::work::jobs::{self, Job};
use serde::Deserialize;
use serde::de::DeserializeOwned;
use thiserror::Error;
use tracing::{error, warn};

use crate::guard::{Panicked, guarded};
use crate::lease::under_lease;
use crate::run::Worker;

/// Jobs claimed at once, and done side by side.
const BATCH: i64 = 32;
const SIDE_BY_SIDE: usize = 8;

/// Kinds that wait for files of others, however slow those are. They have hands of their own, so that no alarm waits with
/// them, and no more are claimed than are begun at once.
const FETCHES: [&str; 3] = ["fetchWechatMedium", "fetchAttachment", "fetchMedia"];

/// The other kinds of job this release can do. A newer release's wait for a newer worker.
const KINDS: [&str; 16] = [
    "wechatNotArrived",
    "answerWechat",
    "remindWechat",
    "sayWechat",
    "submitWechat",
    "announce",
    "announceCase",
    "alarmCenter",
    "applyHotline",
    "checkPhotos",
    "reconcileHotline",
    "renew",
    "reseal",
    "resumeCase",
    "tellClock",
    "tellPlacard",
];

/// Why a job did not end well.
#[derive(Debug, Error)]
enum JobError {
    /// Trying again may help.
    #[error(transparent)]
    Again(#[from] ServiceError),
    /// So may waiting for somebody else.
    #[error("{0}")]
    Later(&'static str),
    #[error(transparent)]
    Panicked(#[from] Panicked),
    /// It never will.
    #[error("{0}")]
    Never(&'static str),
}

impl From<jiekou_store::StoreError> for JobError {
    fn from(error: jiekou_store::StoreError) -> Self {
        Self::Again(error.into())
    }
}

/// A change of a case.
#[derive(Debug, Deserialize)]
#[serde(rename_all = "camelCase")]
struct CaseChange {
    case_id: i64,
    /// The log line to tell of, if any.
    log_id: Option<i64>,
}

/// Works through due jobs until asked to stop.
pub async fn work(worker: Arc<Worker>) {
    work_through(worker, &KINDS, BATCH).await;
}

/// Works through due fetches of files until asked to stop.
pub async fn fetch(worker: Arc<Worker>) {
    work_through(worker, &FETCHES, 8).await;
}

async fn work_through(worker: Arc<Worker>, kinds: &[&str], batch: i64) {
    while !worker.is_stopping() {
        let claimed = jobs::claim(&worker.app.pool, kinds, batch, worker.lease, clock::now()).await;
        match claimed {
            Ok(jobs) if !jobs.is_empty() => {
                iter(jobs).for_each_concurrent(SIDE_BY_SIDE, |job| settle(&worker, job)).await;
            }
            Ok(_) => worker.rest().await,
            Err(error) => {
                warn!(error = %error, "jobs wait for the database");
                worker.rest().await;
            }
        }
    }
}

async fn settle(worker: &Worker, job: Job) {
    let renew = || jobs::renew(&worker.app.pool, &job, clock::now() + worker.lease);
    let Some(done) = under_lease(worker.lease, guarded(run(worker, &job)), renew).await else {
        warn!(job.id = job.job_id, job.kind = job.kind, "a job is somebody else's now");
        return;
    };
    let done = done.unwrap_or_else(|panicked| Err(panicked.into()));
    let written = match done {
        Ok(()) => jobs::finish(&worker.app.pool, &job).await.map(|_| ()),
        Err(failure) => put_back(worker, &job, &failure).await,
    };
    if let Err(error) = written {
        // The lease ends and somebody does it again; every job can be done twice.
        warn!(error = %error, job.id = job.job_id, "the end of a job could not be written");
    }
}

async fn put_back(worker: &Worker, job: &Job, failure: &JobError) -> Result<(), jiekou_store::StoreError> {
    let attempt = u32::try_from(job.attempts).unwrap_or(u32::MAX);
    let wait = match failure {
        JobError::Again(_) | JobError::Later(_) | JobError::Panicked(_) => {
            retry::next_wait(attempt, None, rand::random())
        }
        JobError::Never(_) => None,
    };
    let now = clock::now();
    match wait {
        Some(_) => {
            warn!(error = %failure, job.id = job.job_id, job.kind = job.kind, "a job will be tried again")
        }
        None => error!(error = %failure, job.id = job.job_id, job.kind = job.kind, "a job was laid aside"),
    }
    jobs::retry(&worker.app.pool, job, wait.map(|wait| now + wait), &failure.to_string(), now).await
}

async fn run(worker: &Worker, job: &Job) -> Result<(), JobError> {
    match job.kind.as_str() {
        "announce" => announce::run(worker, payload(job)?).await,
        "announceCase" => announce::mend(worker, payload::<CaseChange>(job)?.case_id).await,
        "alarmCenter" => alarm_center::run(worker, payload(job)?).await,
        "applyHotline" => apply_hotline::run(worker, payload(job)?).await,
        "reconcileHotline" => reconcile_hotline::run(worker, payload(job)?).await,
        "checkPhotos" => check_photos::run(worker, payload(job)?).await,
        "fetchAttachment" => fetch_attachment::run(worker, payload(job)?, job.attempts).await,
        "fetchMedia" => fetch_media::run(worker, payload(job)?).await,
        "tellClock" => tell_clock::run(worker, payload(job)?).await,
        "tellPlacard" => tell_placard::run(worker, payload(job)?).await,
        "answerWechat" => wechat::answer(worker, payload(job)?).await,
        "fetchWechatMedium" => wechat::fetch(worker, payload(job)?, job.attempts).await,
        "remindWechat" => wechat::remind_quiet(worker, payload(job)?).await,
        "sayWechat" => wechat::speak(worker, payload(job)?).await,
        "wechatNotArrived" => wechat::not_arrived(worker, payload(job)?, job.attempts).await,
        "submitWechat" => wechat::submit(worker, payload(job)?).await,
        "renew" => renew::run(worker).await,
        "reseal" => reseal::run(worker, payload(job)?).await,
        "resumeCase" => resume::run(worker, payload(job)?).await,
        _ => Err(JobError::Never("a job of a kind that is claimed and not done")),
    }
}

fn payload<T: DeserializeOwned>(job: &Job) -> Result<T, JobError> {
    serde_json::from_value(job.payload.0.clone())
        .map_err(|_unreadable| JobError::Never("a job with a wrong payload"))
}
