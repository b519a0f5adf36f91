//! WeChat: answers that come later, what was sent is fetched, drafts are sent, the quiet are reminded.

use chrono::TimeDelta;
use jiekou_boot::clock;
use jiekou_service::ServiceError;
use jiekou_service::wechat::answer_push::answer_later;
use jiekou_service::wechat::fetch_medium::fetch_medium;
use jiekou_service::wechat::remind::remind;
use jiekou_service::wechat::say::say;
use jiekou_service::wechat::submit_draft::{Sending, submit_draft};
use jiekou_store::StoreError;
use jiekou_store::wechat::notices::{self, NotArrived};
use jiekou_store::work::jobs;
use serde::Deserialize;
use serde_json::json;
use uuid::Uuid;

use super::JobError;
use crate::run::Worker;

/// After so many attempts, about three hours, a photo or recording is given up.
const FETCHES: i32 = 20;
/// After so many attempts, about a minute, a message that nobody here has sent is somebody else's.
const LOOKS: i32 = 4;
/// When a draft whose photos are still being fetched is looked at again; mostly the fetched photo sends it first.
const LOOK_AGAIN: TimeDelta = TimeDelta::seconds(5);

#[derive(Debug, Deserialize)]
#[serde(rename_all = "camelCase")]
pub struct Push {
    message_id: Uuid,
}

#[derive(Debug, Deserialize)]
#[serde(rename_all = "camelCase")]
pub struct Words {
    saying_id: Uuid,
}

#[derive(Debug, Deserialize)]
#[serde(rename_all = "camelCase")]
pub struct Medium {
    medium_id: Uuid,
}

#[derive(Debug, Deserialize)]
#[serde(rename_all = "camelCase")]
pub struct DraftToSend {
    draft_id: Uuid,
}

#[derive(Debug, Deserialize)]
#[serde(rename_all = "camelCase")]
pub struct Quiet {
    pseudonym: Uuid,
}

/// A message that WeChat had taken and that did not arrive.
#[derive(Debug, Deserialize)]
#[serde(rename_all = "camelCase")]
pub struct Lost {
    account: String,
    wechat_id: String,
    reason: String,
}

pub async fn answer(worker: &Worker, push: Push) -> Result<(), JobError> {
    Ok(answer_later(&worker.app, push.message_id, clock::now()).await?)
}

pub async fn speak(worker: &Worker, words: Words) -> Result<(), JobError> {
    Ok(say(&worker.app, words.saying_id, clock::now()).await?)
}

pub async fn fetch(worker: &Worker, medium: Medium, attempts: i32) -> Result<(), JobError> {
    Ok(fetch_medium(&worker.app, medium.medium_id, attempts >= FETCHES, clock::now()).await?)
}

pub async fn submit(worker: &Worker, draft: DraftToSend) -> Result<(), JobError> {
    let now = clock::now();
    if submit_draft(&worker.app, draft.draft_id, now).await? == Sending::Waiting {
        let mut connection = worker.app.pool.acquire().await.map_err(StoreError::from)?;
        let payload = json!({ "draftId": draft.draft_id });
        jobs::insert_for(&mut connection, "submitWechat", &payload, now + LOOK_AGAIN, now).await?;
    }
    Ok(())
}

pub async fn remind_quiet(worker: &Worker, quiet: Quiet) -> Result<(), JobError> {
    Ok(remind(&worker.app, quiet.pseudonym, clock::now()).await?)
}

/// The event may come before it is written down that the message was sent.
pub async fn not_arrived(worker: &Worker, lost: Lost, attempts: i32) -> Result<(), JobError> {
    let Lost { account, wechat_id, reason } = &lost;
    match notices::not_arrived(&worker.app.pool, account, wechat_id, reason, clock::now()).await? {
        NotArrived::Noted => Ok(()),
        NotArrived::Unknown if attempts >= LOOKS => Ok(()),
        NotArrived::Unknown | NotArrived::TooEarly => Err(JobError::Again(ServiceError::Busy)),
    }
}
