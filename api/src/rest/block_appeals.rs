//! `POST /v1/blocks/{blockId}/appeals`: whoever is blocked objects; and the answer.

use actix_web::{HttpResponse, web};
use jiekou_boot::clock;
use jiekou_service::blocks::appeal;
use utoipa::ToSchema;

use super::blocks::parse_id;
use super::shapes::missing;
use crate::extract::{Fields, JsonBody, SignedIn};
use crate::problem::{Problem, ProblemBody};
use crate::state::State;

#[derive(Debug, ToSchema)]
#[expect(dead_code, reason = "describes the body")]
pub struct AppealRequestBody {
    /// Why the block is wrong.
    #[schema(max_length = 1000)]
    pub words: String,
}

#[derive(Debug, ToSchema)]
#[schema(example = json!({"granted": true, "reason": "已核实为小区出口"}))]
#[expect(dead_code, reason = "describes the body")]
pub struct AppealAnswerBody {
    /// `true` ends the block.
    pub granted: bool,
    #[schema(max_length = 1000)]
    pub reason: String,
}

/// Appeals against a block, without a credential: the id of the block, which the refusal named, is proof enough.
#[utoipa::path(post, path = "/v1/blocks/{blockId}/appeals", tag = "limits", params(("blockId" = Uuid, Path)), request_body = AppealRequestBody,
    responses((status = 204), (status = "4XX", body = ProblemBody, content_type = "application/problem+json"), (status = 503, body = ProblemBody, content_type = "application/problem+json")))]
pub async fn appeal_block(
    state: web::Data<State>,
    block_id: web::Path<String>,
    body: JsonBody,
) -> Result<HttpResponse, Problem> {
    let mut fields = Fields::new(&body.object);
    let words = fields.text("words").ok_or_else(|| missing(fields.faults, &[("/words", true)]))?;
    appeal::appeal(&state.app, parse_id(&block_id)?, &words, clock::now()).await?;
    Ok(HttpResponse::NoContent().finish())
}

/// Answers the appeal that waits. Not whoever blocked: somebody else does.
#[utoipa::path(post, path = "/v1/blocks/{blockId}/appeals/answer", tag = "limits", params(("blockId" = Uuid, Path)), request_body = AppealAnswerBody, security(("staff" = [])),
    responses((status = 204), (status = "4XX", body = ProblemBody, content_type = "application/problem+json"), (status = 503, body = ProblemBody, content_type = "application/problem+json")))]
pub async fn answer_block_appeal(
    state: web::Data<State>,
    SignedIn(staff): SignedIn,
    block_id: web::Path<String>,
    body: JsonBody,
) -> Result<HttpResponse, Problem> {
    let mut fields = Fields::new(&body.object);
    let (granted, reason) = (fields.answer("granted"), fields.text("reason"));
    let (Some(granted), Some(reason)) = (granted, &reason) else {
        let absent = [("/granted", granted.is_none()), ("/reason", reason.is_none())];
        return Err(missing(fields.faults, &absent));
    };
    let block_id = parse_id(&block_id)?;
    appeal::answer_appeal(&state.app, &staff, block_id, granted, reason, clock::now()).await?;
    Ok(HttpResponse::NoContent().finish())
}
