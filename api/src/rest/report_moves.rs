//! What the author of a report does beside adding to it: taking it back, objecting, saying whether it is solved.

use actix_web::{HttpRequest, HttpResponse, web};
use async_graphql::SimpleObject;
use jiekou_boot::clock;
use jiekou_core::report::ClaimSecret;
use jiekou_service::answer_call_back::{CallBack, answer_call_back as answer};
use jiekou_service::reporter_moves::{object_to_decision, withdraw_report as withdraw};
use jiekou_service::submit_report::Proof;
use serde::Serialize;
use utoipa::ToSchema;

use crate::extract::{Caller, Fields, JsonBody};
use crate::graphql::readers;
use crate::problem::{Kind, Problem, ProblemBody};
use crate::state::State;

/// Why, and the proof of authorship.
#[derive(Debug, ToSchema)]
#[schema(rename_all = "camelCase")]
#[expect(dead_code, reason = "describes the body")]
pub struct ReasonBody {
    /// Owed for an objection.
    #[schema(max_length = 500)]
    pub reason: Option<String>,
    /// The report's claim secret, unless it is in the `Claim-Secret` header or the account of its author asks.
    pub claim_secret: Option<String>,
}

/// Whether the problem is solved.
#[derive(Debug, ToSchema)]
#[schema(rename_all = "camelCase")]
#[expect(dead_code, reason = "describes the body")]
pub struct CallBackBody {
    pub solved: bool,
    /// 0 不满意, 1 理解, 2 满意, 3 非常满意.
    #[schema(minimum = 0, maximum = 3)]
    pub satisfaction: Option<i64>,
    #[schema(max_length = 1000)]
    pub note: Option<String>,
}

#[derive(Debug, Serialize, ToSchema, SimpleObject)]
#[graphql(name = "ReportWithdrawn", guard = "readers::ANYBODY")]
#[serde(rename_all = "camelCase")]
pub struct WithdrawnBody {
    /// Nobody else needs the case, so that it has ended.
    pub case_ended: bool,
}

#[derive(Debug, Serialize, ToSchema, SimpleObject)]
#[graphql(name = "CallBackAnswered", guard = "readers::ANYBODY")]
#[serde(rename_all = "camelCase")]
pub struct CallBackAnsweredBody {
    /// Enough reporters say that it is not solved: the case is open again.
    pub reopened: bool,
}

/// The reason and the secret that a body brings.
fn proved(request: &HttpRequest, body: &JsonBody) -> Result<(Option<String>, Option<ClaimSecret>), Problem> {
    let header = request.headers().get("Claim-Secret").and_then(|value| value.to_str().ok());
    let mut fields = Fields::new(&body.object);
    let (secret, reason) = (fields.claim_secret(header), fields.text("reason"));
    if fields.faults.is_empty() {
        Ok((reason, secret))
    } else {
        Err(Problem::from(Kind::Validation).with_errors(fields.faults))
    }
}

/// Takes a report back. A case that others follow, that is confirmed or where somebody is in danger goes on.
#[utoipa::path(post, path = "/v1/reports/{trackingCode}/withdrawal", tag = "reports", request_body = ReasonBody, security((), ("resident" = [])),
    params(("trackingCode" = String, Path), ("Claim-Secret" = Option<String>, Header)),
    responses((status = 200, body = WithdrawnBody), (status = "4XX", body = ProblemBody, content_type = "application/problem+json"), (status = 503, body = ProblemBody, content_type = "application/problem+json")))]
pub async fn withdraw_report(
    state: web::Data<State>,
    request: HttpRequest,
    code: web::Path<String>,
    Caller(caller): Caller,
    body: JsonBody,
) -> Result<HttpResponse, Problem> {
    let (reason, secret) = proved(&request, &body)?;
    let proof = Proof { secret: secret.as_ref(), resident: caller.resident_id() };
    let withdrawn = withdraw(&state.app, &code, proof, reason, clock::now()).await?;
    Ok(HttpResponse::Ok().json(WithdrawnBody { case_ended: withdrawn.case_ended }))
}

/// Objects to a reject or void, once; another reviewer decides.
#[utoipa::path(post, path = "/v1/reports/{trackingCode}/objection", tag = "reports", request_body = ReasonBody, security((), ("resident" = [])),
    params(("trackingCode" = String, Path), ("Claim-Secret" = Option<String>, Header)),
    responses((status = 204), (status = "4XX", body = ProblemBody, content_type = "application/problem+json"), (status = 503, body = ProblemBody, content_type = "application/problem+json")))]
pub async fn object(
    state: web::Data<State>,
    request: HttpRequest,
    code: web::Path<String>,
    Caller(caller): Caller,
    body: JsonBody,
) -> Result<HttpResponse, Problem> {
    let (reason, secret) = proved(&request, &body)?;
    let proof = Proof { secret: secret.as_ref(), resident: caller.resident_id() };
    object_to_decision(&state.app, &code, proof, reason, clock::now()).await?;
    Ok(HttpResponse::NoContent().finish())
}

/// Says whether the problem of a closed case is solved. The tracking code is proof enough.
#[utoipa::path(post, path = "/v1/reports/{trackingCode}/callback", tag = "reports", request_body = CallBackBody,
    params(("trackingCode" = String, Path)),
    responses((status = 200, body = CallBackAnsweredBody), (status = "4XX", body = ProblemBody, content_type = "application/problem+json"), (status = 503, body = ProblemBody, content_type = "application/problem+json")))]
pub async fn answer_call_back(
    state: web::Data<State>,
    code: web::Path<String>,
    body: JsonBody,
) -> Result<HttpResponse, Problem> {
    let mut fields = Fields::new(&body.object);
    let (solved, satisfaction) = (fields.answer("solved"), fields.whole("satisfaction"));
    let note = fields.text("note");
    if !fields.faults.is_empty() {
        return Err(Problem::from(Kind::Validation).with_errors(fields.faults));
    }
    let said = CallBack { solved, satisfaction, words: note.as_deref() };
    let answered = answer(&state.app, &code, &said, clock::now()).await?;
    Ok(HttpResponse::Ok().json(CallBackAnsweredBody { reopened: answered.reopened }))
}
