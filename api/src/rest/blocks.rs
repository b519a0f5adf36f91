//! `/v1/blocks`: staff of the district block somebody for a while, and read what became of it.

use actix_web::{HttpResponse, web};
use jiekou_boot::clock;
use jiekou_core::limit::{Blocked, By};
use jiekou_core::report::{FieldCode, FieldError};
use jiekou_service::blocks::impose::{self, Whom};
use jiekou_service::blocks::view;
use serde::Deserialize;
use serde_json::{Map, Value};
use utoipa::{IntoParams, ToSchema};
use uuid::Uuid;

use super::block_shapes::{BlockBody, BlockFileBody, BlockProposalBody, BlockProposalsBody, BlocksBody};
use super::shapes::missing;
use crate::extract::{Fields, JsonBody, SignedIn};
use crate::problem::{Kind, Problem, ProblemBody};
use crate::state::State;

/// Whom to block, for how long and why. Kept of whom is a keyed hash only.
#[derive(Debug, ToSchema)]
#[schema(rename_all = "camelCase", example = json!({"by": "address", "value": "203.0.113.5", "hours": 24, "reason": "一小时内重复提交八十份空报料"}))]
#[expect(dead_code, reason = "describes the body")]
pub struct BlockRequestBody {
    /// `address`, `resident`, `phone`, `device` or `openid`.
    pub by: String,
    /// The address (its network is blocked), account, phone, device, or openid behind the name of its WeChat account and a
    /// slash.
    pub value: Option<String>,
    /// A report, whose phone is blocked: in the place of `value`, with `by` as `phone`.
    pub report_id: Option<Uuid>,
    #[schema(minimum = 1, maximum = 2160)]
    pub hours: i64,
    #[schema(max_length = 1000)]
    pub reason: String,
}

#[derive(Debug, ToSchema)]
#[schema(example = json!({"reason": "误封"}))]
#[expect(dead_code, reason = "describes the body")]
pub struct BlockReasonBody {
    #[schema(max_length = 1000)]
    pub reason: String,
}

#[derive(Debug, Deserialize, IntoParams)]
#[into_params(parameter_in = Query)]
pub struct BlocksQuery {
    /// `nextCursor` of the page before.
    pub cursor: Option<String>,
}

/// Blocks somebody: they can send nothing until it is over, read everything, and appeal.
#[utoipa::path(post, path = "/v1/blocks", tag = "limits", request_body = BlockRequestBody, security(("staff" = [])),
    responses((status = 201, body = BlockFileBody), (status = "4XX", body = ProblemBody, content_type = "application/problem+json"), (status = 503, body = ProblemBody, content_type = "application/problem+json")))]
pub async fn block(
    state: web::Data<State>,
    SignedIn(staff): SignedIn,
    body: JsonBody,
) -> Result<HttpResponse, Problem> {
    let asked = read(&body.object)?;
    let now = clock::now();
    let block_id = impose::block(&state.app, &staff, asked.whom, asked.hours, &asked.reason, now).await?;
    let file = view::view(&state.app, &staff, block_id, now).await?;
    Ok(HttpResponse::Created().json(BlockFileBody::from(file)))
}

/// Lists blocks, those that are over too.
#[utoipa::path(get, path = "/v1/blocks", tag = "limits", params(BlocksQuery), security(("staff" = [])),
    responses((status = 200, body = BlocksBody), (status = "4XX", body = ProblemBody, content_type = "application/problem+json"), (status = 503, body = ProblemBody, content_type = "application/problem+json")))]
pub async fn blocks(
    state: web::Data<State>,
    SignedIn(staff): SignedIn,
    query: web::Query<BlocksQuery>,
) -> Result<HttpResponse, Problem> {
    let (blocks, next_cursor) = view::list(&state.app, &staff, query.cursor.as_deref(), clock::now()).await?;
    let blocks = blocks.into_iter().map(BlockBody::from).collect();
    Ok(HttpResponse::Ok().json(BlocksBody { blocks, next_cursor }))
}

/// Tells a block and what became of it.
#[utoipa::path(get, path = "/v1/blocks/{blockId}", tag = "limits", params(("blockId" = Uuid, Path)), security(("staff" = [])),
    responses((status = 200, body = BlockFileBody), (status = "4XX", body = ProblemBody, content_type = "application/problem+json"), (status = 503, body = ProblemBody, content_type = "application/problem+json")))]
pub async fn view_block(
    state: web::Data<State>,
    SignedIn(staff): SignedIn,
    block_id: web::Path<String>,
) -> Result<HttpResponse, Problem> {
    let file = view::view(&state.app, &staff, parse_id(&block_id)?, clock::now()).await?;
    Ok(HttpResponse::Ok().json(BlockFileBody::from(file)))
}

/// Ends a block before its time.
#[utoipa::path(post, path = "/v1/blocks/{blockId}/lifting", tag = "limits", params(("blockId" = Uuid, Path)), request_body = BlockReasonBody, security(("staff" = [])),
    responses((status = 204), (status = "4XX", body = ProblemBody, content_type = "application/problem+json"), (status = 503, body = ProblemBody, content_type = "application/problem+json")))]
pub async fn lift_block(
    state: web::Data<State>,
    SignedIn(staff): SignedIn,
    block_id: web::Path<String>,
    body: JsonBody,
) -> Result<HttpResponse, Problem> {
    let mut fields = Fields::new(&body.object);
    let reason = fields.text("reason").ok_or_else(|| missing(fields.faults, &[("/reason", true)]))?;
    impose::lift(&state.app, &staff, parse_id(&block_id)?, &reason, clock::now()).await?;
    Ok(HttpResponse::NoContent().finish())
}

/// Lists whose reports several people have marked as spam. Nobody is blocked by it.
#[utoipa::path(get, path = "/v1/blocks/proposals", tag = "limits", security(("staff" = [])),
    responses((status = 200, body = BlockProposalsBody), (status = "4XX", body = ProblemBody, content_type = "application/problem+json"), (status = 503, body = ProblemBody, content_type = "application/problem+json")))]
pub async fn block_proposals(
    state: web::Data<State>,
    SignedIn(staff): SignedIn,
) -> Result<HttpResponse, Problem> {
    let proposals = view::proposals(&state.app, &staff, clock::now()).await?;
    let proposals = proposals.into_iter().map(BlockProposalBody::from).collect();
    Ok(HttpResponse::Ok().json(BlockProposalsBody { proposals }))
}

pub fn parse_id(text: &str) -> Result<Uuid, Problem> {
    Uuid::try_parse(text).map_err(|_none| Kind::UnknownBlock.into())
}

struct Asked {
    whom: Whom,
    hours: i64,
    reason: String,
}

fn read(body: &Map<String, Value>) -> Result<Asked, Problem> {
    let mut fields = Fields::new(body);
    let by = fields.named("by", "address、resident、phone、device 或 openid", By::from_name);
    let (value, report_id) = (fields.text("value"), fields.text("reportId"));
    let (hours, reason) = (fields.whole("hours"), fields.text("reason"));
    let mut faults = fields.faults;
    let whom = match (by, &value, report_id.as_deref().map(Uuid::try_parse)) {
        (_, Some(_), Some(_)) => {
            Err(FieldError::new("/reportId", FieldCode::NotAllowed, "value 与 reportId 只填一个"))
        }
        (Some(By::Phone), None, Some(Ok(report_id))) => Ok(Whom::PhoneOf(report_id)),
        (_, None, Some(Ok(_))) => Err(FieldError::new("/by", FieldCode::NotAllowed, "按报料只能封其电话")),
        (_, _, Some(Err(_))) => Err(FieldError::new("/reportId", FieldCode::Malformed, "应为报料编号")),
        (Some(by), Some(value), None) => Blocked::parse(by, value).map(Whom::Named),
        (_, None, None) => Err(FieldError::new("/value", FieldCode::Missing, "请填写")),
        (None, Some(_), None) => Err(FieldError::new("/by", FieldCode::Missing, "请填写")),
    };
    let known =
        |faults: &[FieldError], fault: &FieldError| faults.iter().any(|it| it.pointer == fault.pointer);
    let whom = whom.map_err(|fault| {
        if !known(&faults, &fault) {
            faults.push(fault);
        }
    });

    let absent = |name: &str| body.get(name).is_none_or(Value::is_null);
    match (whom, hours, reason) {
        (Ok(whom), Some(hours), Some(reason)) if faults.is_empty() => Ok(Asked { whom, hours, reason }),
        _ => Err(missing(
            faults,
            &[("/by", absent("by")), ("/hours", absent("hours")), ("/reason", absent("reason"))],
        )),
    }
}
