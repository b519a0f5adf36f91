//! `/v1/desk/reports`, `/v1/desk/cases`: one call to file, to add, to urge, to hand back.

use actix_web::{HttpRequest, HttpResponse, web};
use chrono::{DateTime, Utc};
use jiekou_boot::clock;
use jiekou_service::Principal;
use jiekou_service::desk::file_report::{RawAssignment, RawFiling, file_report as file};
use jiekou_service::desk::hand_back::hand_back as hand;
use jiekou_service::desk::speak::{Spoken, speak};
use utoipa::ToSchema;
use uuid::Uuid;

use super::case_view::{CaseBody, answer};
use super::report_submit::{ContactBody, LocationBody, OriginName, SubmittedBody};
use super::shapes::ExposureBody;
use crate::extract::{Fields, JsonBody, SignedIn, idempotency_key, read_report};
use crate::problem::{Kind, Problem, ProblemBody};
use crate::state::State;

/// A report as `POST /v1/reports` takes it, with what the desk keeps of it.
#[derive(Debug, ToSchema)]
#[schema(rename_all = "camelCase", example = json!({"category": "manhole", "description": "市民来电：人行道井盖破损", "location": {"longitude": 113.63, "latitude": 34.735, "coordinateSystem": "WGS-84"}}))]
#[expect(dead_code, reason = "describes the body; extract::read_report reads it")]
pub struct DeskReportBody {
    pub category: Option<String>,
    #[schema(min_length = 1, max_length = 2000)]
    pub description: String,
    pub location: LocationBody,
    #[schema(max_items = 9)]
    pub photo_ids: Option<Vec<Uuid>>,
    #[schema(value_type = Option<Object>)]
    pub attributes: Option<serde_json::Value>,
    pub occurred_at: Option<DateTime<Utc>>,
    /// Whoever calls.
    pub contact: Option<ContactBody>,
    pub duplicate_of: Option<String>,
    pub confirm_new: Option<bool>,
    #[schema(value_type = Option<OriginName>)]
    pub origin: Option<String>,
    pub media: Option<ExposureBody>,
    /// With the origins `superiorAssigned` and `leaderAssigned`, and only then.
    pub assignment: Option<NewAssignmentBody>,
    /// 保密
    pub secret: Option<bool>,
    pub callback_allowed: Option<bool>,
    /// Reference of the call's recording.
    #[schema(max_length = 500)]
    pub recording: Option<String>,
}

/// What an order of a superior or a leader says of itself.
#[derive(Debug, ToSchema)]
#[schema(rename_all = "camelCase")]
#[expect(dead_code, reason = "describes the body")]
pub struct NewAssignmentBody {
    /// 文号、批示编号
    #[schema(max_length = 64)]
    pub number: String,
    /// Who gave it.
    #[schema(max_length = 100)]
    pub issued_by: String,
    /// By when it is to be replied to.
    pub deadline: DateTime<Utc>,
}

/// Words of whoever calls.
#[derive(Debug, ToSchema)]
#[schema(example = json!({"description": "市民再次来电，仍未处理"}))]
#[expect(dead_code, reason = "describes the body")]
pub struct SpokenBody {
    #[schema(max_length = 2000)]
    pub description: Option<String>,
}

/// Why it is not the district's, and whose it may be.
#[derive(Debug, ToSchema)]
#[schema(rename_all = "camelCase", example = json!({"reason": "属于省管河道"}))]
#[expect(dead_code, reason = "describes the body")]
pub struct HandBackBody {
    #[schema(min_length = 1, max_length = 500)]
    pub reason: String,
    #[schema(max_length = 100)]
    pub suggest_unit: Option<String>,
}

/// Files a report: what a caller says, or what a superior or a leader wants done.
#[utoipa::path(post, path = "/v1/desk/reports", tag = "desk", request_body = DeskReportBody, security(("staff" = [])),
    params(("Idempotency-Key" = String, Header, description = "Owed: a resend completes what was left half done")),
    responses((status = 201, body = SubmittedBody), (status = "4XX", body = ProblemBody, content_type = "application/problem+json"), (status = 503, body = ProblemBody, content_type = "application/problem+json")))]
pub async fn file_report(
    state: web::Data<State>,
    request: HttpRequest,
    SignedIn(staff): SignedIn,
    body: JsonBody,
) -> Result<HttpResponse, Problem> {
    let key = idempotency_key(&request, body.hash, &Principal::Staff(staff.clone()))?;
    let key = key.ok_or(Kind::IdempotencyKeyInvalid)?;
    let mut raw = read_report(&body.object, None);
    let mut fields = Fields::new(&body.object);
    let filing = RawFiling {
        assignment: fields.inside("assignment", "/assignment", |assignment| RawAssignment {
            number: assignment.text("number"),
            issued_by: assignment.text("issuedBy"),
            deadline: assignment.moment("deadline"),
        }),
        secret: fields.flag("secret"),
        callback_allowed: fields.answer("callbackAllowed"),
        recording: fields.text("recording"),
    };
    raw.faults.append(&mut fields.faults);
    let submitted = file(&state.app, &staff, raw, filing, &key, clock::now()).await?;
    state.metrics.recorded(&submitted.outcome);
    let location = format!("/v1/reports/{}", submitted.tracking_code);
    Ok(HttpResponse::Created().insert_header(("Location", location)).json(SubmittedBody::from(submitted)))
}

/// Adds words to the report with this code.
#[utoipa::path(post, path = "/v1/desk/reports/{trackingCode}/additions", tag = "desk", request_body = SpokenBody, params(("trackingCode" = String, Path)), security(("staff" = [])),
    responses((status = 204), (status = "4XX", body = ProblemBody, content_type = "application/problem+json"), (status = 503, body = ProblemBody, content_type = "application/problem+json")))]
pub async fn add(
    state: web::Data<State>,
    code: web::Path<String>,
    SignedIn(staff): SignedIn,
    body: JsonBody,
) -> Result<HttpResponse, Problem> {
    let words = spoken(&body)?;
    speak(&state.app, &staff, &code, Spoken::Addition, words.as_deref(), clock::now()).await?;
    Ok(HttpResponse::NoContent().finish())
}

/// Urges, for whoever wrote the report with this code.
#[utoipa::path(post, path = "/v1/desk/reports/{trackingCode}/urges", tag = "desk", request_body = SpokenBody, params(("trackingCode" = String, Path)), security(("staff" = [])),
    responses((status = 204), (status = "4XX", body = ProblemBody, content_type = "application/problem+json"), (status = 503, body = ProblemBody, content_type = "application/problem+json")))]
pub async fn urge(
    state: web::Data<State>,
    code: web::Path<String>,
    SignedIn(staff): SignedIn,
    body: JsonBody,
) -> Result<HttpResponse, Problem> {
    let words = spoken(&body)?;
    speak(&state.app, &staff, &code, Spoken::Urge, words.as_deref(), clock::now()).await?;
    Ok(HttpResponse::NoContent().finish())
}

fn spoken(body: &JsonBody) -> Result<Option<String>, Problem> {
    let mut fields = Fields::new(&body.object);
    let words = fields.text("description");
    if fields.faults.is_empty() {
        Ok(words)
    } else {
        Err(Problem::from(Kind::Validation).with_errors(fields.faults))
    }
}

/// Hands a case back that is not the district's; the platform of an order is told.
#[utoipa::path(post, path = "/v1/desk/cases/{caseNumber}/hand-back", tag = "desk", request_body = HandBackBody, params(("caseNumber" = String, Path)), security(("staff" = [])),
    responses((status = 200, body = CaseBody), (status = "4XX", body = ProblemBody, content_type = "application/problem+json"), (status = 503, body = ProblemBody, content_type = "application/problem+json")))]
pub async fn hand_back(
    state: web::Data<State>,
    number: web::Path<String>,
    SignedIn(staff): SignedIn,
    body: JsonBody,
) -> Result<HttpResponse, Problem> {
    let mut fields = Fields::new(&body.object);
    let (reason, unit) = (fields.text("reason"), fields.text("suggestUnit"));
    if !fields.faults.is_empty() {
        return Err(Problem::from(Kind::Validation).with_errors(fields.faults));
    }
    Ok(answer(hand(&state.app, &staff, &number, reason, unit.as_deref(), clock::now()).await?))
}
