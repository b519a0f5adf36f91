//! The same person again about the same problem: an urge, not a report.

use chrono::{DateTime, Utc};
use jiekou_core::dedup::{Decision, Judgement};
use jiekou_core::report::{ClaimSecret, Contact};
use jiekou_store::cases::{place, view};
use jiekou_store::people::contacts;
use jiekou_store::reports::additions::{self, AdditionKind, AdditionRow};
use jiekou_store::reports::authorship::{self, Authored};
use jiekou_store::reports::idempotency::{self, Known};
use jiekou_store::reports::of_resident;
use jiekou_store::reports::record::Facts;
use jiekou_store::{PgConnection, photos};
use serde_json::json;
use uuid::Uuid;

use super::answer::Submitted;
use super::prepare::Prepared;
use crate::alarm;
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
    let Some(author) = author(app, prepared, judgement, caller).await? else {
        return Ok(None);
    };
    let author = &author;
    let secret = prepared.report.claim_secret.as_ref().map(saved_answer::shown);
    let private = Private { claim_secret: secret, similar: Vec::new(), safety: prepared.safety() };
    let row = saved_answer::row(app, caller, key, &private)?;
    let mut transaction = app.pool.begin().await.map_err(jiekou_store::StoreError::from)?;
    match idempotency::look_up::<Facts>(&mut transaction, &row).await? {
        Known::OtherBody => return Err(ServiceError::KeyReused),
        Known::Same { facts, sealed } => return saved_answer::replay(app, key, *facts, sealed).map(Some),
        Known::New => {}
    }
    write(app, &mut transaction, prepared, author, now).await?;
    let facts = authorship::facts(&mut transaction, author.report_id).await?;
    idempotency::save(&mut transaction, &row, &facts, now).await?;
    transaction.commit().await.map_err(jiekou_store::StoreError::from)?;
    Submitted::new(app, facts, private).map(Some)
}

/// The report that this one follows up: the one of the claim secret, if it is about the same problem; else the one that
/// the caller's account sent about the case which the judge joins.
async fn author(
    app: &App,
    prepared: &Prepared,
    judgement: &Judgement,
    caller: &Principal,
) -> Result<Option<Authored>, ServiceError> {
    if prepared.report.confirm_new {
        return Ok(None);
    }
    if let Some(author) = &prepared.author {
        let joins = judgement.decision == Decision::Join { case_id: author.case_id };
        let found = judgement.matches.iter().any(|found| found.case_id == author.case_id);
        return Ok((joins || found || prepared.is_where_author_was()).then(|| author.clone()));
    }
    let Decision::Join { case_id } = judgement.decision else { return Ok(None) };
    match (caller.resident_id(), caller.pseudonym()) {
        (Some(resident_id), _) => Ok(of_resident::in_case(&app.pool, resident_id, case_id).await?),
        (None, Some(pseudonym)) => Ok(authorship::by_pseudonym_in_case(&app.pool, pseudonym, case_id).await?),
        (None, None) => Ok(None),
    }
}

/// Everything the follow-up said goes to the first report: words, photos, place, answers and how to reach its author.
async fn write(
    app: &App,
    conn: &mut PgConnection,
    prepared: &Prepared,
    author: &Authored,
    now: DateTime<Utc>,
) -> Result<(), ServiceError> {
    let report = &prepared.report;
    let gives_place = !author.located && prepared.has_known_place();
    if gives_place {
        place::lock_cells(&mut *conn, &prepared.reach(&[])).await?;
    }
    let case = view::lock_of_report(&mut *conn, author.report_id).await?;
    if let Some(taken) =
        photos::claim_for_report(&mut *conn, &report.photo_ids, author.report_id, now).await?
    {
        return Err(ServiceError::photo_taken(&report.photo_ids, taken));
    }
    if !report.contact.is_empty() {
        keep_contact(app, &mut *conn, author.pseudonym, report.contact.clone(), now).await?;
    }
    let row = AdditionRow {
        addition_id: Uuid::now_v7(),
        kind: AdditionKind::Urged,
        words: Some(&report.description),
        detail: Some(json!({
            "place": prepared.place(),
            "attributes": report.attributes,
            "occurredAt": report.occurred_at,
        })),
    };
    additions::insert(&mut *conn, &case, author, &row, now).await?;
    if gives_place && case.longitude.is_none() {
        let row = prepared.case_row(case.case_id, now)?;
        place::locate(&mut *conn, case.case_id, &row, Some(&row.fingerprint), now).await?;
    }
    if prepared.is_alarming() {
        alarm::raise(app, conn, &case, author.report_id, now).await?;
    }
    Ok(())
}

/// Adds to what is known of a proved author; what they give now wins.
async fn keep_contact(
    app: &App,
    conn: &mut PgConnection,
    pseudonym: Uuid,
    given: Contact,
    now: DateTime<Utc>,
) -> Result<(), ServiceError> {
    let known = match contacts::sealed(&mut *conn, pseudonym).await? {
        Some(sealed) => contacts::open(&app.vault, pseudonym, &sealed.key_id, &sealed.bytes)?,
        None => Contact::default(),
    };
    let row = contacts::seal(&app.vault, pseudonym, &known.with(given))?;
    Ok(contacts::replace(conn, pseudonym, &row, now).await?)
}

/// What a caller shows to be the author of a report: the claim secret, or the account that it belongs to.
#[derive(Debug, Clone, Copy, Default)]
pub struct Proof<'a> {
    pub secret: Option<&'a ClaimSecret>,
    pub resident: Option<Uuid>,
}

/// The author of the report with this code, proved by either.
///
/// # Errors
/// [`ServiceError::UnknownTrackingCode`] or [`ServiceError::NotAuthor`].
pub(crate) async fn prove(
    app: &App,
    tracking_code: &str,
    proof: Proof<'_>,
) -> Result<authorship::Authored, ServiceError> {
    if app.versions.by_code(tracking_code).await?.is_none() {
        return Err(ServiceError::UnknownTrackingCode);
    }
    if let Some(secret) = proof.secret
        && let Some(author) = authorship::by_claim_and_code(&app.pool, &secret.hash(), tracking_code).await?
    {
        return Ok(author);
    }
    let resident_id = proof.resident.ok_or(ServiceError::NotAuthor)?;
    of_resident::by_code(&app.pool, resident_id, tracking_code).await?.ok_or(ServiceError::NotAuthor)
}
