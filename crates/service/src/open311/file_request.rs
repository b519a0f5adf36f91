//! A platform files a service request: a report like any other, taken once however often it is sent.

use chrono::{DateTime, Duration, Utc};
use jiekou_core::report::{FieldCode, FieldError, RawReport};
use jiekou_store::platforms::tokens;
use jiekou_store::reports::idempotency;
use jiekou_store::reports::record::Facts;
use tracing::instrument;
use uuid::Uuid;

use crate::submit_report::{Submitted, submit_report};
use crate::{App, IdempotencyKey, Platform, Principal, ServiceError, saved_answer};

/// A form that is sent again within this time is the same request, where its sender gave it no id.
const SAME_FORM: Duration = Duration::hours(24);

/// A request as a platform sends it.
#[derive(Debug, Clone)]
pub struct ServiceRequest {
    pub raw: RawReport,
    /// What the sender calls it; by it a request is taken once for good, and found again.
    pub client_id: Option<String>,
    /// By which the same form is known.
    pub form_hash: [u8; 32],
}

/// What became of it.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Filed {
    pub report_id: Uuid,
    /// Words for the sender.
    pub notice: String,
}

/// Files a request. The same request again gets the same answer: by the sender's id for good, by the form for 24 hours.
///
/// # Errors
/// All wrong fields at once; an id that was used for another request; storage.
#[instrument(level = "debug", name = "file_request", skip_all)]
pub async fn file_request(
    app: &App,
    platform: &Platform,
    request: ServiceRequest,
    now: DateTime<Utc>,
) -> Result<Filed, ServiceError> {
    let caller = Principal::Platform(platform.clone());
    let hash = request.form_hash;
    let mut raw = request.raw;
    let key = match &request.client_id {
        Some(id) => named(id, hash, &caller),
        None => {
            if let Some(earlier) = of_yesterday(app, &caller, hash, now).await? {
                return Ok(earlier);
            }
            Some(unnamed(hash, now, &caller)?)
        }
    };
    if key.is_none() {
        // Told together with everything else that is wrong.
        let words = "应为 1 到 100 个可见的 ASCII 字符";
        raw.faults.push(FieldError::new("/clientRequestId", FieldCode::Malformed, words));
    }
    let filed = match submit_report(app, raw, &caller, key.as_ref(), now).await {
        Ok(submitted) => Filed { report_id: submitted.report_id, notice: notice(&submitted) },
        // What only its author sees is erased by now; a platform is shown nothing of it.
        Err(ServiceError::AnswerErased) => {
            let key = key.ok_or(ServiceError::AnswerErased)?;
            recorded(app, &caller, &key).await?.ok_or(ServiceError::AnswerErased)?.0
        }
        Err(error) => return Err(error),
    };
    if let Some(id) = &request.client_id {
        tokens::note(&app.pool, platform.platform_id, id, filed.report_id).await?;
    }
    Ok(filed)
}

/// The report that a sender calls so. Without a key only ids that nobody guesses are looked for.
///
/// # Errors
/// When the database fails.
#[instrument(level = "debug", name = "find_token", skip_all)]
pub async fn find_token(
    app: &App,
    platform: Option<&Platform>,
    token: &str,
) -> Result<Option<Uuid>, ServiceError> {
    if platform.is_none() && Uuid::try_parse(token).is_err() {
        return Ok(None);
    }
    Ok(tokens::find(&app.pool, platform.map(|it| it.platform_id), token).await?)
}

/// The key of a sender's id; `None` for what is none.
fn named(id: &str, hash: [u8; 32], caller: &Principal) -> Option<IdempotencyKey> {
    let plain = (1..=100).contains(&id.len()) && id.bytes().all(|byte| byte.is_ascii_graphic());
    IdempotencyKey::parse(&format!("id/{id}"), hash, caller).filter(|_| plain)
}

/// The key of a form without an id: the form itself, and the day.
fn unnamed(hash: [u8; 32], now: DateTime<Utc>, caller: &Principal) -> Result<IdempotencyKey, ServiceError> {
    let day = now.timestamp().div_euclid(SAME_FORM.num_seconds());
    let form: String = hash.iter().map(|byte| format!("{byte:02x}")).collect();
    let key = IdempotencyKey::parse(&format!("form/{form}/{day}"), hash, caller);
    key.ok_or(ServiceError::Store(jiekou_store::StoreError::Inconsistent("a key of its own form is none")))
}

/// The answer to the same form where it was sent on the day before and less than 24 hours ago.
async fn of_yesterday(
    app: &App,
    caller: &Principal,
    hash: [u8; 32],
    now: DateTime<Utc>,
) -> Result<Option<Filed>, ServiceError> {
    let key = unnamed(hash, now - SAME_FORM, caller)?;
    let known = recorded(app, caller, &key).await?;
    Ok(known.filter(|(_, at)| *at > now - SAME_FORM).map(|(filed, _)| filed))
}

async fn recorded(
    app: &App,
    caller: &Principal,
    key: &IdempotencyKey,
) -> Result<Option<(Filed, DateTime<Utc>)>, ServiceError> {
    let row = saved_answer::scope(caller, key);
    let known = idempotency::recorded::<Facts>(&app.pool, &row).await?;
    let filed = |facts: Facts| Filed { report_id: facts.report_id, notice: joined_or_new(&facts.outcome) };
    Ok(known.map(|(facts, at)| (filed(facts), at)))
}

fn notice(submitted: &Submitted) -> String {
    let told = joined_or_new(&submitted.outcome);
    match &submitted.safety {
        Some(safety) => format!("{told}{}", safety.advice),
        None => told,
    }
}

fn joined_or_new(outcome: &str) -> String {
    let told = match outcome {
        "joined" => "该问题已有人反映，已并入同一案件，每一步进展同样可查。",
        _ => "已收到。",
    };
    told.to_owned()
}
