//! `POST /v1/findings`: many findings at once, each answered by itself.

use actix_web::{HttpRequest, HttpResponse, web};
use chrono::{DateTime, Utc};
use jiekou_boot::clock;
use jiekou_core::platform::Scope;
use jiekou_core::report::{FieldCode, FieldError};
use jiekou_service::file_finding::{FiledFinding, Finding, MOST, SelfHandled, file_finding};
use jiekou_service::platforms::{authenticate, on_behalf};
use jiekou_service::{Principal, Staff};
use serde::Serialize;
use serde_json::{Map, Value};
use sha2::{Digest, Sha256};
use utoipa::ToSchema;
use uuid::Uuid;

use super::report_submit::LocationBody;
use crate::extract::{BulkBody, Caller, Fields, read_report};
use crate::problem::{Kind, Problem, ProblemBody};
use crate::state::State;

#[derive(Debug, ToSchema)]
#[schema(example = json!({"findings": [{"clientId": "2026-11-26-0001", "category": "manhole", "description": "人行道井盖破损", "location": {"longitude": 113.63, "latitude": 34.735, "coordinateSystem": "WGS-84"}}]}))]
#[expect(dead_code, reason = "describes the body")]
pub struct FindingsBody {
    #[schema(max_items = 200)]
    pub findings: Vec<FindingBody>,
}

/// A report (also with the fields of one that are not named here), what whoever found it calls it, and how it was settled.
#[derive(Debug, ToSchema)]
#[schema(rename_all = "camelCase")]
#[expect(dead_code, reason = "describes the body")]
pub struct FindingBody {
    /// By it a finding is taken once, however often it is sent.
    #[schema(max_length = 100)]
    pub client_id: String,
    pub category: Option<String>,
    #[schema(min_length = 1, max_length = 2000)]
    pub description: String,
    pub location: LocationBody,
    /// Photos from before.
    #[schema(max_items = 9)]
    pub photo_ids: Option<Vec<Uuid>>,
    #[schema(value_type = Option<Object>)]
    pub attributes: Option<Value>,
    pub occurred_at: Option<DateTime<Utc>>,
    pub self_handled: Option<SelfHandledBody>,
}

#[derive(Debug, ToSchema)]
#[schema(rename_all = "camelCase")]
#[expect(dead_code, reason = "describes the body")]
pub struct SelfHandledBody {
    /// Photos from after; those of the report are from before.
    pub photo_ids: Vec<Uuid>,
    pub note: Option<String>,
}

#[derive(Debug, Serialize, ToSchema)]
pub struct FiledFindingsBody {
    /// In the order of the findings.
    pub results: Vec<FindingResultBody>,
}

#[derive(Debug, Serialize, ToSchema)]
#[serde(rename_all = "camelCase")]
pub struct FindingResultBody {
    #[serde(skip_serializing_if = "Option::is_none")]
    pub client_id: Option<String>,
    #[serde(skip_serializing_if = "Option::is_none")]
    pub filed: Option<FiledFindingBody>,
    /// Why it was not taken; its pointers are those of the finding.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub problem: Option<ProblemBody>,
}

#[derive(Debug, Serialize, ToSchema)]
#[serde(rename_all = "camelCase")]
pub struct FiledFindingBody {
    pub report_id: Uuid,
    pub tracking_code: String,
    /// `new`, `joined` or `followUp`.
    pub outcome: String,
    pub case_number: String,
    /// Whether it counts as settled; absent where nobody said so.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub self_handled: Option<bool>,
    /// Why it does not: the report stands all the same.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub self_handling_problem: Option<ProblemBody>,
}

impl From<FiledFinding> for FiledFindingBody {
    fn from(filed: FiledFinding) -> Self {
        let (self_handled, self_handling_problem) = match filed.self_handled {
            None => (None, None),
            Some(Ok(())) => (Some(true), None),
            Some(Err(error)) => (Some(false), Some(Problem::from(error).body())),
        };
        Self {
            report_id: filed.report_id,
            tracking_code: filed.tracking_code,
            outcome: filed.outcome,
            case_number: filed.case_number,
            self_handled,
            self_handling_problem,
        }
    }
}

/// Files findings of staff, or of a platform on behalf of the account that it acts for (header `Api-Key`, scope `bulk`).
#[utoipa::path(post, path = "/v1/findings", tag = "platforms", request_body = FindingsBody, security(("staff" = [])),
    params(("Api-Key" = Option<String>, Header, description = "Key of a platform, instead of a session")),
    responses((status = 200, body = FiledFindingsBody), (status = "4XX", body = ProblemBody, content_type = "application/problem+json"), (status = 503, body = ProblemBody, content_type = "application/problem+json")))]
pub async fn file_findings(
    state: web::Data<State>,
    request: HttpRequest,
    Caller(caller): Caller,
    body: BulkBody,
) -> Result<HttpResponse, Problem> {
    // Who brings no credential hears so before anything of what they sent.
    if !matches!(caller, Principal::Staff(_)) && !request.headers().contains_key("Api-Key") {
        return Err(Kind::NotSignedIn.into());
    }
    let findings = findings(&body.0.object)?;
    let staff = filer(&state, &request, caller, findings.len()).await?;
    let mut results = Vec::with_capacity(findings.len());
    for finding in findings {
        let client_id = finding.client_id.clone();
        let (filed, problem) = match file_finding(&state.app, &staff, finding, clock::now()).await {
            Ok(filed) => {
                state.metrics.recorded(&filed.outcome);
                (Some(filed.into()), None)
            }
            Err(error) => (None, Some(Problem::from(error).body())),
        };
        results.push(FindingResultBody { client_id, filed, problem });
    }
    Ok(HttpResponse::Ok().json(FiledFindingsBody { results }))
}

/// Who files: the session's account, or the one that the key's platform acts for.
async fn filer(
    state: &State,
    request: &HttpRequest,
    caller: Principal,
    findings: usize,
) -> Result<Staff, Problem> {
    if let Principal::Staff(staff) = caller {
        return Ok(staff);
    }
    let Some(key) = request.headers().get("Api-Key") else {
        return Err(Kind::NotSignedIn.into());
    };
    let now = clock::now();
    let platform = authenticate(&state.app, key.to_str().ok(), Some(Scope::Bulk), findings, now).await?;
    Ok(on_behalf(&state.app, &platform).await?)
}

fn findings(object: &Map<String, Value>) -> Result<Vec<Finding>, Problem> {
    let fault = |code, words: &str| {
        let fault = FieldError::new("/findings", code, words);
        Problem::from(Kind::Validation).with_errors(vec![fault])
    };
    match object.get("findings") {
        None | Some(Value::Null) => Err(fault(FieldCode::Missing, "请填写")),
        Some(Value::Array(items)) if items.is_empty() => Err(fault(FieldCode::Empty, "请至少填一条")),
        Some(Value::Array(items)) if items.len() > MOST => Err(fault(FieldCode::TooMany, "一次最多 200 条")),
        Some(Value::Array(items)) => Ok(items.iter().map(finding).collect()),
        Some(_) => Err(fault(FieldCode::WrongType, "应为对象的列表")),
    }
}

/// One finding; whatever is wrong with it is its own result.
fn finding(item: &Value) -> Finding {
    let empty = Map::new();
    let object = item.as_object();
    let mut fields = Fields::new(object.unwrap_or(&empty));
    let client_id = fields.text("clientId");
    let self_handled = fields.inside("selfHandled", "/selfHandled", |handled| SelfHandled {
        photo_ids: handled.ids("photoIds"),
        note: handled.text("note"),
    });
    let mut raw = read_report(object.unwrap_or(&empty), None);
    raw.faults.append(&mut fields.faults);
    if object.is_none() {
        raw.faults.insert(0, FieldError::new("", FieldCode::WrongType, "应为对象"));
    }
    let body_hash = Sha256::digest(item.to_string().as_bytes()).into();
    Finding { client_id, raw, body_hash, self_handled }
}
