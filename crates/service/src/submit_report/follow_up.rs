//! The same person again about the same problem: an urge, not a report.

use chrono::{DateTime, Utc};
use jiekou_core::dedup::{Decision, Judgement};
use jiekou_core::report::ClaimSecret;
use jiekou_store::reports::authorship;
use jiekou_store::reports::idempotency::{self, Known};

use super::answer::Submitted;
use super::prepare::Prepared;
use crate::saved_answer::{self, Private};
use crate::{App, IdempotencyKey, Principal, ServiceError};

/// Counts an urge and answers with the first report's ids, if the caller proved to be its author and the judge finds
/// that case again; `None` otherwise. A typed phone number proves nothing.
pub(super) async fn answer(
    app: &App,
    prepared: &Prepared,
    judgement: &Judgement,
    caller: &Principal,
    key: Option<&IdempotencyKey>,
    now: DateTime<Utc>,
) -> Result<Option<Submitted>, ServiceError> {
    let Some((author, secret)) = prepared.author.as_ref().zip(prepared.report.claim_secret.as_ref()) else {
        return Ok(None);
    };
    let joins = judgement.decision == Decision::Join { case_id: author.case_id };
    let found = judgement.matches.iter().any(|found| found.case_id == author.case_id);
    if prepared.report.confirm_new || !(joins || found) {
        return Ok(None);
    }
    let private =
        Private { claim_secret: saved_answer::shown(secret), similar: Vec::new(), safety: prepared.safety() };
    let row = saved_answer::row(app, caller, key, &private)?;
    let mut transaction = app.pool.begin().await.map_err(jiekou_store::StoreError::from)?;
    match idempotency::look_up(&mut transaction, &row).await? {
        Known::OtherBody => return Err(ServiceError::KeyReused),
        Known::Same { facts, sealed } => return saved_answer::replay(app, key, *facts, sealed).map(Some),
        Known::New => {}
    }
    let facts =
        authorship::urge(&mut transaction, author.report_id, &prepared.report.description, now).await?;
    idempotency::save(&mut transaction, &row, &facts, now).await?;
    transaction.commit().await.map_err(jiekou_store::StoreError::from)?;
    Submitted::new(app, facts, private).map(Some)
}

/// The author of the report with this code, proved by the secret.
///
/// # Errors
/// [`ServiceError::UnknownTrackingCode`] or [`ServiceError::NotAuthor`].
pub(crate) async fn prove(
    app: &App,
    tracking_code: &str,
    secret: Option<&ClaimSecret>,
) -> Result<authorship::Authored, ServiceError> {
    if app.versions.by_code(tracking_code).await?.is_none() {
        return Err(ServiceError::UnknownTrackingCode);
    }
    let secret = secret.ok_or(ServiceError::NotAuthor)?;
    let author = authorship::by_claim(&app.pool, &secret.hash()).await?;
    author.filter(|author| author.tracking_code == tracking_code).ok_or(ServiceError::NotAuthor)
}
