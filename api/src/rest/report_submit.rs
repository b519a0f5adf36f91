//! `POST /v1/reports`: a report comes in.

use actix_web::{HttpRequest, HttpResponse, web};
use async_graphql::SimpleObject;
use chrono::{DateTime, Utc};
use jiekou_boot::clock;
use jiekou_service::submit_report::{self, Submitted};
use serde::Serialize;
use utoipa::ToSchema;
use uuid::Uuid;

use super::shapes::{ExposureBody, NamedBody, SafetyBody, SimilarBody};
use crate::extract::{Caller, JsonBody, idempotency_key, read_report};
use crate::graphql::readers;
use crate::problem::{Problem, ProblemBody};
use crate::state::State;

/// A report as a client sends it. Read field by field, so that every fault is told at once; this is its description.
#[derive(Debug, ToSchema)]
#[schema(rename_all = "camelCase", example = json!({"category": "manhole", "description": "人行道井盖破损", "location": {"longitude": 113.63, "latitude": 34.735, "coordinateSystem": "WGS-84", "accuracyMeters": 10}}))]
#[expect(dead_code, reason = "describes the body; extract::read_report reads it")]
pub struct ReportBody {
    /// Slug of a category; absent, it is suggested from the words.
    pub category: Option<String>,
    #[schema(min_length = 1, max_length = 2000)]
    pub description: String,
    pub location: LocationBody,
    #[schema(max_items = 9)]
    pub photo_ids: Option<Vec<Uuid>>,
    /// Answers to the category's questions, by code.
    #[schema(value_type = Option<Object>)]
    pub attributes: Option<serde_json::Value>,
    pub occurred_at: Option<DateTime<Utc>>,
    pub contact: Option<ContactBody>,
    /// Not to be rewarded and never asked who they are.
    pub anonymous: Option<bool>,
    /// Number of the case that the reporter says it is.
    pub duplicate_of: Option<String>,
    /// The reporter has seen what is similar and says it is another problem.
    pub confirm_new: Option<bool>,
    /// Claim secret of an earlier report: the same problem again is then counted as an urge of the same person.
    pub claim_secret: Option<String>,
    /// Where it comes from; only staff say so. Absent, it is `public` for citizens and desk operators, and `patrol` for the
    /// rest of the staff.
    #[schema(value_type = Option<OriginName>)]
    pub origin: Option<String>,
    /// What was published; with the origin `media`, and only then.
    pub media: Option<ExposureBody>,
}

/// The systems a point can be declared in.
#[derive(Debug, ToSchema)]
#[expect(dead_code, reason = "describes the body")]
pub enum CoordinateSystemName {
    #[schema(rename = "WGS-84")]
    Wgs84,
    #[schema(rename = "GCJ-02")]
    Gcj02,
    #[schema(rename = "BD-09")]
    Bd09,
}

/// The origins of a report.
#[derive(Debug, ToSchema)]
#[schema(rename_all = "camelCase")]
#[expect(dead_code, reason = "describes the body")]
pub enum OriginName {
    Public,
    Patrol,
    SuperiorAssigned,
    LeaderAssigned,
    Media,
}

/// Where it is: coordinates with their system, or an address, a component or a segment.
#[derive(Debug, ToSchema)]
#[schema(rename_all = "camelCase")]
#[expect(dead_code, reason = "describes the body")]
pub struct LocationBody {
    pub longitude: Option<f64>,
    pub latitude: Option<f64>,
    /// `WGS-84`, `GCJ-02` or `BD-09`.
    #[schema(value_type = Option<CoordinateSystemName>)]
    pub coordinate_system: Option<String>,
    #[schema(minimum = 0, maximum = 10000)]
    pub accuracy_meters: Option<f64>,
    #[schema(max_length = 200)]
    pub address: Option<String>,
    pub component_id: Option<String>,
    pub segment_code: Option<String>,
}

#[derive(Debug, ToSchema)]
#[schema(rename_all = "camelCase")]
#[expect(dead_code, reason = "describes the body")]
pub struct ContactBody {
    pub name: Option<String>,
    pub phone: Option<String>,
    pub email: Option<String>,
}

/// What the reporter gets back.
#[derive(Debug, Serialize, ToSchema, SimpleObject)]
#[graphql(name = "ReportSubmitted", guard = "readers::ANYBODY")]
#[serde(rename_all = "camelCase")]
pub struct SubmittedBody {
    pub report_id: Uuid,
    /// 12 characters without 0 O 1 I.
    pub tracking_code: String,
    /// Proves authorship; shown in this answer only. Absent in a follow-up that the account of its author sends.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub claim_secret: Option<String>,
    pub receipt_number: i64,
    /// `new`, `joined` or `followUp`.
    pub outcome: String,
    pub case: CaseBriefBody,
    pub center: NamedBody,
    #[serde(skip_serializing_if = "Option::is_none")]
    pub segment: Option<NamedBody>,
    #[serde(skip_serializing_if = "Option::is_none")]
    pub due_at: Option<DateTime<Utc>>,
    /// The clock that runs now: `accept`, `preVerify`, `dispatch`, `sign`, `handle`, `inspect` or `callBack`.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub due_kind: Option<String>,
    pub similar: Vec<SimilarBody>,
    #[serde(skip_serializing_if = "Option::is_none")]
    pub safety: Option<SafetyBody>,
}

#[derive(Debug, Serialize, ToSchema, SimpleObject)]
#[graphql(name = "CaseBrief", guard = "readers::ANYBODY")]
#[serde(rename_all = "camelCase")]
pub struct CaseBriefBody {
    pub case_number: String,
    pub state: String,
    pub category: String,
}

impl From<Submitted> for SubmittedBody {
    fn from(submitted: Submitted) -> Self {
        Self {
            report_id: submitted.report_id,
            tracking_code: submitted.tracking_code,
            claim_secret: submitted.claim_secret,
            receipt_number: submitted.receipt_number,
            outcome: submitted.outcome,
            case: CaseBriefBody {
                case_number: submitted.case.case_number,
                state: submitted.case.state,
                category: submitted.case.category,
            },
            center: NamedBody { code: submitted.center.code, name: submitted.center.name },
            segment: submitted.segment.map(|segment| NamedBody { code: segment.code, name: segment.name }),
            due_at: submitted.due_at,
            due_kind: submitted.due_kind,
            similar: submitted.similar.into_iter().map(SimilarBody::from).collect(),
            safety: submitted.safety.map(SafetyBody::from),
        }
    }
}

/// Submits a report.
#[utoipa::path(post, path = "/v1/reports", tag = "reports", request_body = ReportBody, security((), ("resident" = []), ("staff" = [])),
    params(("Idempotency-Key" = Option<String>, Header, description = "UUID; resending with it gives the same answer"),
           ("Claim-Secret" = Option<String>, Header, description = "Claim secret of an earlier report")),
    responses((status = 201, body = SubmittedBody), (status = "4XX", body = ProblemBody, content_type = "application/problem+json"), (status = 503, body = ProblemBody, content_type = "application/problem+json")))]
pub async fn submit_report(
    state: web::Data<State>,
    request: HttpRequest,
    Caller(caller): Caller,
    body: JsonBody,
) -> Result<HttpResponse, Problem> {
    let key = idempotency_key(&request, body.hash, &caller)?;
    let claim = request.headers().get("Claim-Secret").map(|value| value.to_str().map_err(|_unreadable| ()));
    let claim = claim.and_then(Result::ok);
    let raw = read_report(&body.object, claim);
    let submitted =
        submit_report::submit_report(&state.app, raw, &caller, key.as_ref(), clock::now()).await?;
    state.metrics.recorded(&submitted.outcome);
    let location = format!("/v1/reports/{}", submitted.tracking_code);
    Ok(HttpResponse::Created().insert_header(("Location", location)).json(SubmittedBody::from(submitted)))
}
