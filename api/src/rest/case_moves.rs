//! `POST /v1/cases/{caseNumber}/moves`: a step of a case.

use actix_web::http::header::IF_MATCH;
use actix_web::{HttpRequest, HttpResponse, web};
use jiekou_boot::clock;
use jiekou_core::case::Move;
use jiekou_core::report::{FieldCode, FieldError};
use jiekou_service::move_case::{MoveRequest, move_case as make};
use serde_json::{Map, Value};
use utoipa::ToSchema;
use uuid::Uuid;

use super::case_view::{CaseBody, answer};
use crate::extract::{Fields, JsonBody, SignedIn};
use crate::problem::{Kind, Problem, ProblemBody};
use crate::state::State;

/// A move. `reason` is owed for reject, void, return, fail, reopen, merge and unmerge; `assignee` for dispatch;
/// `photoIds` (the after-photo) for handle; `note` for askReporter; `into` for merge and keepApart. A merge into a case of
/// `possiblySame` needs no reason: the judge's stand for it.
#[derive(Debug, ToSchema)]
#[schema(rename_all = "camelCase")]
#[expect(dead_code, reason = "describes the body")]
pub struct MoveBody {
    /// Such as `accept`, `confirm`, `dispatch`; the case's `allowedMoves` names the possible ones.
    pub r#move: String,
    pub reason: Option<String>,
    pub assignee: Option<String>,
    pub photo_ids: Option<Vec<Uuid>>,
    pub note: Option<String>,
    /// Number of the case to merge into, or, of those in `possiblySame`, to keep apart from.
    pub into: Option<String>,
}

/// Makes a move and answers with the case as it is now.
#[utoipa::path(post, path = "/v1/cases/{caseNumber}/moves", tag = "cases", request_body = MoveBody,
    params(("caseNumber" = String, Path), ("If-Match" = Option<String>, Header, description = "ETag of the case")), security(("staff" = [])),
    responses((status = 200, body = CaseBody), (status = "4XX", body = ProblemBody, content_type = "application/problem+json"), (status = 503, body = ProblemBody, content_type = "application/problem+json")))]
pub async fn move_case(
    state: web::Data<State>,
    request: HttpRequest,
    number: web::Path<String>,
    SignedIn(staff): SignedIn,
    body: JsonBody,
) -> Result<HttpResponse, Problem> {
    let version = version(&request)?;
    let asked = read(&body.object).map_err(|errors| Problem::from(Kind::Validation).with_errors(errors))?;
    Ok(answer(make(&state.app, &staff, &number, version, asked, clock::now()).await?))
}

/// The version the caller has seen. Another form of ETag is none of ours, hence stale.
fn version(request: &HttpRequest) -> Result<i64, Problem> {
    let header = request.headers().get(IF_MATCH).ok_or(Kind::VersionMissing)?;
    let tag = header.to_str().ok().map(|tag| tag.trim().trim_start_matches("W/").trim_matches('"'));
    tag.and_then(|tag| tag.parse().ok()).ok_or_else(|| Kind::VersionStale.into())
}

fn read(body: &Map<String, Value>) -> Result<MoveRequest, Vec<FieldError>> {
    let mut fields = Fields::new(body);
    let name = fields.text("move");
    let request = MoveRequest {
        it: name.as_deref().and_then(Move::from_name).unwrap_or(Move::Accept),
        reason: fields.text("reason"),
        assignee: fields.text("assignee"),
        photo_ids: fields.ids("photoIds"),
        note: fields.text("note"),
        into: fields.text("into"),
    };
    let mut faults = fields.faults;
    match name.as_deref().map(Move::from_name) {
        None if faults.iter().all(|fault| fault.pointer != "/move") => {
            faults.push(FieldError::new("/move", FieldCode::Missing, "请写明操作"));
        }
        Some(None) => faults.push(FieldError::new("/move", FieldCode::Unknown, "没有这个操作")),
        None | Some(Some(_)) => {}
    }
    if faults.is_empty() { Ok(request) } else { Err(faults) }
}
