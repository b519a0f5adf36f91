//! `POST /wechat/{account}`: a push. WeChat waits for five seconds and then sends it again, three times; the user sees
//! 该公众号暂时无法提供服务 when no answer comes. So there is an answer in time whatever is slow behind it: the right one,
//! or that it comes later, or that the message is not kept yet.

use std::sync::Arc;
use std::time::Duration;

use actix_web::{HttpResponse, web};
use futures_util::StreamExt;
use jiekou_boot::clock;
use jiekou_core::conversation::{BUSY, LATER, OVERLOADED, TOO_FAST};
use jiekou_partner::wechat::{Incoming, Opened, Reply, Said};
use jiekou_service::wechat::WechatAccount;
use jiekou_service::wechat::answer_push::{Answer, answer_push, answered};
use jiekou_service::wechat::keep_push::{keep_push, may_write};
use jiekou_service::wechat::say::say;
use jiekou_service::{App, ServiceError};
use jiekou_store::StoreError;
use tokio::sync::{OwnedSemaphorePermit, Semaphore, oneshot};
use tokio::time::{Instant, sleep, timeout_at};
use tracing::{error, warn};
use uuid::Uuid;

use super::{Query, refused};
use crate::problem::{Kind, Problem};
use crate::state::State;

/// When an answer goes, whatever it is: WeChat's five seconds less the way there and back.
const PATIENCE: Duration = Duration::from_millis(4_000);
/// How long it is tried to keep a push that could not be kept at once. Its author was asked to send it again after a
/// minute.
const KEEP_TRYING: Duration = Duration::from_secs(60);
const BETWEEN_TRIES: Duration = Duration::from_millis(500);
const BETWEEN_ANSWERS: Duration = Duration::from_millis(100);
/// Most bytes of a push; WeChat's longest are some thousand.
const LIMIT: usize = 64 * 1024;

/// So many pushes are worked on at once. Beyond them a flood is told that it is too much.
#[derive(Debug, Clone)]
pub struct PushRoom(Arc<Semaphore>);

impl Default for PushRoom {
    fn default() -> Self {
        Self(Arc::new(Semaphore::new(512)))
    }
}

/// What is known when the time is up.
enum InTime {
    Answer(Option<Answer>),
    /// It is kept; what is said to it comes later.
    Kept,
    NotKept,
    TooMany,
    /// The person writes faster than anybody writes.
    TooFast,
}

/// Takes a push.
pub(super) async fn push(
    state: web::Data<State>,
    name: web::Path<String>,
    query: web::Query<Query>,
    payload: web::Payload,
) -> Result<HttpResponse, Problem> {
    let deadline = Instant::now() + PATIENCE;
    let account = state.app.wechat.account(&name).ok_or(Kind::NoSuchAddress)?;
    let body = timeout_at(deadline, read(payload)).await;
    let body = body.map_err(|_elapsed| Problem::from(Kind::SlowClient))??;
    let opened = account.account.open(&(&*query).into(), &body).map_err(refused)?;
    let incoming = Incoming::parse(&opened.plain, account.position_system)
        .map_err(|_unreadable| refused(jiekou_partner::wechat::Refused::Unreadable))?;
    let talks = !matches!(incoming.said, Said::Event(_));
    if talks && !may_write(&state.app, account, &incoming.openid, clock::now()).await {
        return Ok(answer(&state, account, &incoming, &opened, InTime::TooFast));
    }
    let in_time = match Arc::clone(&state.push_room.0).try_acquire_owned() {
        Ok(permit) => work(&state, account, &incoming, &opened, permit, deadline).await,
        Err(_full) => InTime::TooMany,
    };
    Ok(answer(&state, account, &incoming, &opened, in_time))
}

async fn read(mut payload: web::Payload) -> Result<Vec<u8>, Problem> {
    let mut bytes = Vec::with_capacity(2_048);
    while let Some(chunk) = payload.next().await {
        let chunk = chunk
            .map_err(|_broken| Problem::from(Kind::MalformedBody).with_detail("the body ended early"))?;
        if bytes.len() + chunk.len() > LIMIT {
            return Err(Problem::from(Kind::BodyTooLarge).with_detail(format!("at most {LIMIT} bytes")));
        }
        bytes.extend_from_slice(&chunk);
    }
    Ok(bytes)
}

/// Keeps and answers the push in a task of its own, which goes on when the time is up.
async fn work(
    state: &web::Data<State>,
    account: &WechatAccount,
    incoming: &Incoming,
    opened: &Opened,
    permit: OwnedSemaphorePermit,
    deadline: Instant,
) -> InTime {
    let (kept, is_kept) = oneshot::channel();
    let (done, is_done) = oneshot::channel();
    let (app, name, incoming, opened) =
        (Arc::clone(&state.app), account.name.clone(), incoming.clone(), opened.clone());
    tokio::spawn(async move {
        let permit = permit;
        let Some(message_id) = keep(&app, &name, &incoming, &opened).await else { return };
        // Nobody may be waiting any more.
        let _ = kept.send(());
        match in_time(&app, message_id, deadline).await {
            Ok(Some(answer)) if opened.json => say_at_once(&app, &answer).await,
            Ok(answer) => {
                let _ = done.send(answer);
            }
            // The job that was written with the push answers it.
            Err(error) => warn!(error = %error, "a push is answered later"),
        }
        drop(permit);
    });
    match timeout_at(deadline, is_kept).await {
        Ok(Ok(())) => {}
        Ok(Err(_)) | Err(_) => return InTime::NotKept,
    }
    match timeout_at(deadline, is_done).await {
        Ok(Ok(answer)) => InTime::Answer(answer),
        Ok(Err(_)) | Err(_) => InTime::Kept,
    }
}

/// The answer; what passes is tried again until the time is up.
async fn in_time(app: &App, message_id: Uuid, deadline: Instant) -> Result<Option<Answer>, ServiceError> {
    loop {
        match answer_push(app, message_id, clock::now()).await {
            Err(ServiceError::Busy | ServiceError::Store(StoreError::Unavailable(_)))
                if Instant::now() + BETWEEN_ANSWERS < deadline =>
            {
                sleep(BETWEEN_ANSWERS).await;
            }
            other => return other,
        }
    }
}

async fn keep(app: &App, name: &str, incoming: &Incoming, opened: &Opened) -> Option<Uuid> {
    let account = app.wechat.account(name)?;
    let given_up = Instant::now() + KEEP_TRYING;
    loop {
        match keep_push(app, account, incoming, &opened.plain, clock::now()).await {
            Ok(message_id) => return Some(message_id),
            Err(error) if Instant::now() < given_up => {
                warn!(error = %error, "a push is not kept yet");
                sleep(BETWEEN_TRIES).await;
            }
            Err(error) => {
                error!(error = %error, "a push could not be kept");
                return None;
            }
        }
    }
}

/// A push in JSON has no words in its answer.
async fn say_at_once(app: &App, answer: &Answer) {
    match say(app, answer.saying_id, clock::now()).await {
        Ok(()) | Err(ServiceError::WechatUnavailable) => {}
        Err(error) => warn!(error = %error, "an answer is said later"),
    }
}

fn answer(
    state: &web::Data<State>,
    account: &WechatAccount,
    incoming: &Incoming,
    opened: &Opened,
    in_time: InTime,
) -> HttpResponse {
    // Whoever said nothing is told nothing.
    let talks = !matches!(incoming.said, Said::Event(_));
    let words = match in_time {
        InTime::Answer(Some(answer)) if !answer.sent && !opened.json => {
            let app = Arc::clone(&state.app);
            tokio::spawn(async move {
                // Not noted, it would be said once more: better than not at all.
                if let Err(error) = answered(&app, answer.saying_id, clock::now()).await {
                    warn!(error = %error, "an answer that went is not noted");
                }
            });
            Some(answer.words)
        }
        InTime::Answer(_) => None,
        InTime::Kept => talks.then(|| LATER.to_owned()),
        InTime::NotKept => talks.then(|| BUSY.to_owned()),
        InTime::TooFast => talks.then(|| TOO_FAST.to_owned()),
        InTime::TooMany => talks.then(|| OVERLOADED.to_owned()),
    };
    match words {
        Some(words) if !opened.json => {
            let timestamp = clock::now().timestamp();
            let reply = Reply {
                openid: &incoming.openid,
                account_id: &incoming.account_id,
                timestamp,
                words: &words,
            };
            let nonce = Uuid::new_v4().simple().to_string();
            let salt = *Uuid::new_v4().as_bytes();
            let xml = account.account.answer(opened, &reply, salt, &nonce);
            HttpResponse::Ok().content_type("text/xml; charset=utf-8").body(xml)
        }
        _ => HttpResponse::Ok().content_type("text/plain; charset=utf-8").body("success"),
    }
}
