//! More words or photos of the author, also the answer to a question of the center.

use chrono::{DateTime, Utc};
use jiekou_core::report::text::parse_text;
use jiekou_core::report::{ClaimSecret, FieldCode, FieldError};
use jiekou_store::cases::view;
use jiekou_store::reports::additions::{self, AdditionKind, AdditionRow};
use jiekou_store::reports::authorship::Authored;
use jiekou_store::reports::idempotency::{self, Known};
use jiekou_store::reports::record::IdempotentRow;
use jiekou_store::work::jobs;
use jiekou_store::{StoreError, photos};
use serde::{Deserialize, Serialize};
use serde_json::{Value, json};
use tracing::instrument;
use uuid::Uuid;

use crate::alarm::{self, dangers};
use crate::case_clocks;
use crate::submit_report::follow_up::prove;
use crate::submit_report::{Proof, Safety};
use crate::track_report::parse_code;
use crate::{App, IdempotencyKey, Principal, ServiceError, saved_answer};

const WORDS_LIMIT: usize = 2_000;
const PHOTO_LIMIT: usize = 9;

/// What was added.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Addition {
    pub addition_id: Uuid,
    /// It answered an open question of the center.
    pub answers_question: bool,
    /// What to do at once, when the words speak of danger to life.
    pub safety: Option<Safety>,
}

/// What somebody wants to add. Words or photos must be there.
#[derive(Debug, Clone, Copy)]
pub struct NewAddition<'a> {
    /// Proves authorship, unless the caller's account does.
    pub secret: Option<&'a ClaimSecret>,
    pub words: Option<&'a str>,
    pub photo_ids: &'a [Uuid],
}

/// Adds to a report.
///
/// # Errors
/// All wrong fields at once; an unknown code; neither secret nor account proves authorship; storage.
#[instrument(level = "debug", name = "add_to_report", skip_all)]
pub async fn add_to_report(
    app: &App,
    code: &str,
    addition: &NewAddition<'_>,
    caller: &Principal,
    key: Option<&IdempotencyKey>,
    now: DateTime<Utc>,
) -> Result<Addition, ServiceError> {
    let code = parse_code(code)?;
    let NewAddition { secret, words, photo_ids } = *addition;
    let author = prove(app, &code, Proof { secret, resident: caller.resident_id() }).await?;
    let scope = key.map(|key| saved_answer::scope(caller, key)).unwrap_or_default();
    // The same words for another report are another request.
    let body_hash = scope.body_hash.map(|hash| [hash.as_slice(), code.as_bytes()].concat());
    let scope = IdempotentRow { body_hash, ..scope };
    let said = Said { words, photo_ids, ..Said::default() };
    add(app, &author, &said, &scope, now).await
}

/// What somebody adds.
#[derive(Debug, Clone, Default)]
pub(crate) struct Said<'a> {
    pub words: Option<&'a str>,
    pub photo_ids: &'a [Uuid],
    /// Addresses that photos are fetched from afterwards.
    pub media_urls: &'a [String],
    /// What else is kept with it, for staff.
    pub detail: Option<Value>,
    /// As what it is kept; absent: as an answer where the center asked, and as an addition otherwise.
    pub kind: Option<AdditionKind>,
}

/// Adds to the report of a proved author.
///
/// # Errors
/// All wrong fields at once; a key that was used for something else; storage.
pub(crate) async fn add(
    app: &App,
    author: &Authored,
    said: &Said<'_>,
    scope: &IdempotentRow,
    now: DateTime<Utc>,
) -> Result<Addition, ServiceError> {
    let words = checked(said)?;
    let mut transaction = app.pool.begin().await.map_err(StoreError::from)?;
    match idempotency::look_up::<Addition>(&mut transaction, scope).await? {
        Known::OtherBody => return Err(ServiceError::KeyReused),
        Known::Same { facts, .. } => return Ok(*facts),
        Known::New => {}
    }
    let case = view::lock_of_report(&mut transaction, author.report_id).await?;
    let photos = photos::claim_for_report(&mut transaction, said.photo_ids, author.report_id, now).await?;
    if let Some(taken) = photos {
        return Err(ServiceError::photo_taken(said.photo_ids, taken));
    }
    let answers_question = case.question.is_some() && said.kind.is_none();
    let usual = if answers_question { AdditionKind::Answered } else { AdditionKind::Added };
    let kind = said.kind.unwrap_or(usual);
    let (words, detail) = (words.as_deref(), said.detail.clone());
    let row = AdditionRow { addition_id: Uuid::now_v7(), kind, words, detail };
    additions::insert(&mut transaction, &case, author, &row, now).await?;
    for url in said.media_urls {
        let payload = json!({ "reportId": author.report_id, "url": url });
        jobs::insert(&mut transaction, "fetchMedia", &payload, now).await?;
    }
    if answers_question {
        case_clocks::answered(app, &mut transaction, &case, now).await?;
    }
    let dangers = dangers(app, words.unwrap_or_default());
    if !dangers.is_empty() {
        alarm::raise(app, &mut transaction, &case, author.report_id, now).await?;
    }
    let added = Addition { addition_id: row.addition_id, answers_question, safety: Safety::of(&dangers) };
    idempotency::save(&mut transaction, scope, &added, now).await?;
    transaction.commit().await.map_err(StoreError::from)?;
    Ok(added)
}

/// The words, trimmed, if nothing is wrong with what is said.
fn checked(said: &Said<'_>) -> Result<Option<String>, ServiceError> {
    let mut faults = Vec::new();
    let words = said.words.and_then(|words| {
        parse_text("/description", words, WORDS_LIMIT).map_err(|fault| faults.push(fault)).ok()
    });
    let photo_ids = said.photo_ids;
    if photo_ids.len() + said.media_urls.len() > PHOTO_LIMIT {
        faults.push(FieldError::new(
            "/photoIds",
            FieldCode::TooMany,
            format!("一次最多补充 {PHOTO_LIMIT} 张照片"),
        ));
    }
    for (position, id) in photo_ids.iter().enumerate() {
        if photo_ids.iter().take(position).any(|earlier| earlier == id) {
            let pointer = format!("/photoIds/{position}");
            faults.push(FieldError::new(pointer, FieldCode::AlreadyUsed, "同一张照片写了两次"));
        }
    }
    if words.is_none() && photo_ids.is_empty() && said.media_urls.is_empty() && faults.is_empty() {
        faults.push(FieldError::new("/description", FieldCode::Missing, "请补充文字或照片"));
    }
    if faults.is_empty() { Ok(words) } else { Err(ServiceError::Invalid(faults)) }
}
