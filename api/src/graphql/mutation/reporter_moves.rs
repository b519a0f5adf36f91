//! What the author of a report does, proved by the claim secret or the account.

use async_graphql::{Context, Object};
use jiekou_boot::clock;
use jiekou_core::report::{ClaimSecret, FieldCode, FieldError};
use jiekou_service::add_to_report::{NewAddition, add_to_report};
use jiekou_service::answer_call_back::{CallBack, answer_call_back};
use jiekou_service::reporter_moves::{object_to_decision, withdraw_report};
use jiekou_service::submit_report::Proof;
use serde_json::json;
use uuid::Uuid;

use super::input::hash;
use super::submit_report::idempotency_key;
use crate::graphql::caller::Caller;
use crate::graphql::failure;
use crate::graphql::payload::{
    AddToReportPayload, AnswerCallBackPayload, ObjectToDecisionPayload, ObjectionMade, WithdrawReportPayload,
};
use crate::graphql::readers;
use crate::problem::{Kind, Problem};
use crate::rest::additions::AddedBody;
use crate::rest::report_moves::{CallBackAnsweredBody, WithdrawnBody};
use crate::rest::shapes::SafetyBody;

#[derive(Debug, Default)]
pub struct ReporterMoves;

#[Object]
impl ReporterMoves {
    /// Adds words or photos to a report, also as the answer to its center's question.
    #[graphql(guard = "readers::ANYBODY")]
    async fn add_to_report(
        &self,
        ctx: &Context<'_>,
        tracking_code: String,
        claim_secret: Option<String>,
        description: Option<String>,
        photo_ids: Option<Vec<Uuid>>,
        idempotency_key: Option<String>,
    ) -> failure::Result<AddToReportPayload> {
        let photo_ids = photo_ids.unwrap_or_default();
        let added = Addition { tracking_code, claim_secret, description, photo_ids, key: idempotency_key };
        AddToReportPayload::of(add(Caller::of(ctx)?, &added).await)
    }

    /// Takes a report back. A case that others follow, that is confirmed or where somebody is in danger goes on.
    #[graphql(guard = "readers::ANYBODY")]
    async fn withdraw_report(
        &self,
        ctx: &Context<'_>,
        tracking_code: String,
        claim_secret: Option<String>,
        reason: Option<String>,
    ) -> failure::Result<WithdrawReportPayload> {
        let caller = Caller::of(ctx)?;
        let withdrawn = async {
            let secret = secret(claim_secret.as_deref())?;
            let proof = Proof { secret: secret.as_ref(), resident: caller.principal().resident_id() };
            let done = withdraw_report(caller.app(), &tracking_code, proof, reason, clock::now()).await?;
            Ok::<_, Problem>(WithdrawnBody { case_ended: done.case_ended })
        };
        WithdrawReportPayload::of(withdrawn.await)
    }

    /// Objects to a reject or void, once; another reviewer decides.
    #[graphql(guard = "readers::ANYBODY")]
    async fn object_to_decision(
        &self,
        ctx: &Context<'_>,
        tracking_code: String,
        claim_secret: Option<String>,
        reason: Option<String>,
    ) -> failure::Result<ObjectToDecisionPayload> {
        let caller = Caller::of(ctx)?;
        let objected = async {
            let secret = secret(claim_secret.as_deref())?;
            let proof = Proof { secret: secret.as_ref(), resident: caller.principal().resident_id() };
            object_to_decision(caller.app(), &tracking_code, proof, reason, clock::now()).await?;
            Ok::<_, Problem>(ObjectionMade { tracking_code })
        };
        ObjectToDecisionPayload::of(objected.await)
    }

    /// Says whether the problem of a closed case is solved. The tracking code is proof enough. `satisfaction`: 0 不满意, 1 理解,
    /// 2 满意, 3 非常满意.
    #[graphql(guard = "readers::ANYBODY")]
    async fn answer_call_back(
        &self,
        ctx: &Context<'_>,
        tracking_code: String,
        solved: bool,
        satisfaction: Option<i64>,
        note: Option<String>,
    ) -> failure::Result<AnswerCallBackPayload> {
        let said = CallBack { solved: Some(solved), satisfaction, words: note.as_deref() };
        let answered = answer_call_back(Caller::of(ctx)?.app(), &tracking_code, &said, clock::now()).await;
        AnswerCallBackPayload::of(answered.map(|it| CallBackAnsweredBody { reopened: it.reopened }))
    }
}

struct Addition {
    tracking_code: String,
    claim_secret: Option<String>,
    description: Option<String>,
    photo_ids: Vec<Uuid>,
    key: Option<String>,
}

async fn add(caller: &Caller, it: &Addition) -> Result<AddedBody, Problem> {
    let secret = secret(it.claim_secret.as_deref())?;
    let body = json!({ "description": it.description, "photoIds": it.photo_ids });
    let hash = body.as_object().map(hash).unwrap_or_default();
    let principal = caller.principal();
    let key = idempotency_key(it.key.as_deref(), hash, &principal)?;
    let words = it.description.as_deref();
    let addition = NewAddition { secret: secret.as_ref(), words, photo_ids: &it.photo_ids };
    let code = &it.tracking_code;
    let added = add_to_report(caller.app(), code, &addition, &principal, key.as_ref(), clock::now()).await?;
    Ok(AddedBody {
        addition_id: added.addition_id,
        answers_question: added.answers_question,
        safety: added.safety.map(SafetyBody::from),
    })
}

/// The claim secret, if there is one; the caller's account may prove it instead.
fn secret(text: Option<&str>) -> Result<Option<ClaimSecret>, Problem> {
    let Some(text) = text else { return Ok(None) };
    ClaimSecret::parse(text).map(Some).ok_or_else(|| {
        let fault = FieldError::new("/claimSecret", FieldCode::Malformed, "凭证应为 32 位十六进制");
        Problem::from(Kind::Validation).with_errors(vec![fault])
    })
}
