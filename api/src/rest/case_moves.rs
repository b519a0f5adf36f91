//! `POST /v1/cases/{caseNumber}/moves`: a step of a case.

use actix_web::http::header::IF_MATCH;
use actix_web::{HttpRequest, HttpResponse, web};
use jiekou_boot::clock;
use jiekou_core::case::Move;
use jiekou_core::category::Complexity;
use jiekou_core::report::{FieldCode, FieldError};
use jiekou_core::staff::Level;
use jiekou_service::move_case::{MoveRequest, move_case as make};
use serde_json::{Map, Value};
use utoipa::ToSchema;
use uuid::Uuid;

use super::case_view::{CaseBody, answer};
use super::report_submit::LocationBody;
use crate::extract::{Fields, JsonBody, SignedIn};
use crate::problem::{Kind, Problem, ProblemBody};
use crate::state::State;

/// A move. What each owes is checked at once; `allowedMoves` of the case names the possible ones.
///
/// `reason`: reject, void, return (one of the rulebook's list, with more words behind a colon), fail, reopen, merge,
/// unmerge, split, forceClose, transfer, escalate, supervise, correctPlace, correctCategory, requestExtension,
/// requestSuspension, refuseRequest, allowObjection, dismissObjection, appealTimeout, allowAppeal, dismissAppeal. A merge
/// into a case of `possiblySame` needs none: the judge's stand for it.
#[derive(Debug, ToSchema)]
#[schema(rename_all = "camelCase", example = json!({"move": "accept"}))]
#[expect(dead_code, reason = "describes the body")]
pub struct MoveBody {
    /// Such as `accept`, `confirm`, `dispatch`.
    pub r#move: String,
    pub reason: Option<String>,
    /// The question, for askReporter; what was done, for assist; the second problem in words, for split, owed where it has
    /// the category of the first; else words that stand with the step.
    pub note: Option<String>,
    /// Code of the unit or center, for dispatch and transfer; of the unit that arrives or is done, for arrive and assist
    /// written down by a center.
    pub unit: Option<String>,
    /// Code of the post on the spot that it is handed to, for dispatch.
    pub post: Option<String>,
    /// Whom it is handed to in words, for dispatch to somebody whom the rulebook does not list.
    pub assignee: Option<String>,
    /// Codes of the units that handle with the lead, for dispatch; of those that are called, for whistle.
    pub units: Option<Vec<String>>,
    /// Account of the person who goes, for assign.
    pub person: Option<String>,
    /// The after-photo, for handle and selfHandle; those of the report that show the second problem, for split.
    pub photo_ids: Option<Vec<Uuid>>,
    /// For selfHandle, where no report of the case has a photo.
    pub before_photo_ids: Option<Vec<Uuid>>,
    /// Number of the case to merge into, or, of those in `possiblySame`, to keep apart from.
    pub into: Option<String>,
    /// The day that a suspension ends, for requestSuspension; the last day to do what is asked for, for supervise.
    #[schema(value_type = Option<String>, format = Date)]
    pub until: Option<String>,
    /// `city`, `district`, `town`, `community`, `segment` or `grid`, for escalate; without it: one step.
    pub level: Option<String>,
    /// Whether persuasion worked, for persuade.
    pub worked: Option<bool>,
    /// Who took the case over, for transfer.
    pub taken_by: Option<String>,
    /// Slug, for correctCategory; that of the second problem, for split.
    pub category: Option<String>,
    /// `simple` or `complex`, for dispatch and correctCategory.
    pub complexity: Option<String>,
    /// For correctPlace; for split where the second problem lies elsewhere.
    pub location: Option<LocationBody>,
    /// The report that names two problems, for split; without it the one that opened the case.
    pub report_id: Option<Uuid>,
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

/// A move as a body says it.
///
/// # Errors
/// Every field of a wrong type, and a move that there is not.
pub fn read(body: &Map<String, Value>) -> Result<MoveRequest, Vec<FieldError>> {
    let mut fields = Fields::new(body);
    let name = fields.text("move");
    let request = MoveRequest {
        it: name.as_deref().and_then(Move::from_name).unwrap_or(Move::Accept),
        reason: fields.text("reason"),
        note: fields.text("note"),
        unit: fields.text("unit"),
        post: fields.text("post"),
        assignee: fields.text("assignee"),
        units: fields.texts("units"),
        person: fields.text("person"),
        photo_ids: fields.ids("photoIds"),
        before_photo_ids: fields.ids("beforePhotoIds"),
        into: fields.text("into"),
        until: fields.day("until"),
        level: fields.named("level", "级别名称", Level::from_name),
        worked: fields.answer("worked"),
        taken_by: fields.text("takenBy"),
        category: fields.text("category"),
        complexity: fields.named("complexity", "simple 或 complex", Complexity::from_name),
        location: fields.location(),
        report_id: fields.named("reportId", "报料编号（UUID）", |text| Uuid::try_parse(text).ok()),
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
