//! `POST /v1/reports/by-contact`: what the caller on the line has reported before. A `POST`, so that no phone number is
//! part of an address.

use actix_web::http::header::CACHE_CONTROL;
use actix_web::{HttpResponse, web};
use chrono::{DateTime, Utc};
use jiekou_boot::clock;
use jiekou_service::find_reports::{FoundReport, Sought, find_reports as find};
use serde::Serialize;
use utoipa::ToSchema;
use uuid::Uuid;

use super::report_identity::MaskedContactBody;
use crate::extract::{Fields, JsonBody, SignedIn};
use crate::problem::{Kind, Problem, ProblemBody};
use crate::state::State;

/// A phone number or an e-mail address, exactly.
#[derive(Debug, ToSchema)]
#[schema(example = json!({"phone": "13912345678"}))]
#[expect(dead_code, reason = "describes the body")]
pub struct SoughtContactBody {
    pub phone: Option<String>,
    pub email: Option<String>,
}

#[derive(Debug, Serialize, ToSchema)]
pub struct FoundReportsBody {
    /// The newest first, at most 100.
    pub reports: Vec<FoundReportBody>,
}

#[derive(Debug, Serialize, ToSchema)]
#[serde(rename_all = "camelCase")]
pub struct FoundReportBody {
    pub report_id: Uuid,
    pub received_at: DateTime<Utc>,
    pub case_number: String,
    pub category: String,
    pub category_name: String,
    /// Of the case.
    pub state: String,
    pub center_code: String,
    pub contact: MaskedContactBody,
}

impl From<FoundReport> for FoundReportBody {
    fn from(found: FoundReport) -> Self {
        Self {
            report_id: found.report_id,
            received_at: found.received_at,
            case_number: found.case_number,
            category: found.category,
            category_name: found.category_name,
            state: found.state,
            center_code: found.center_code,
            contact: found.contact.into(),
        }
    }
}

/// The reports in the caller's areas whose authors gave exactly this phone or e-mail address; for dispatchers and
/// operators. The search is written into an append-only log. At most so many an hour.
#[utoipa::path(post, path = "/v1/reports/by-contact", tag = "identity", request_body = SoughtContactBody, security(("staff" = [])),
    responses((status = 200, body = FoundReportsBody), (status = "4XX", body = ProblemBody, content_type = "application/problem+json"), (status = 503, body = ProblemBody, content_type = "application/problem+json")))]
pub async fn find_reports(
    state: web::Data<State>,
    caller: SignedIn,
    body: JsonBody,
) -> Result<HttpResponse, Problem> {
    let mut fields = Fields::new(&body.object);
    let sought = Sought { phone: fields.text("phone"), email: fields.text("email") };
    if !fields.faults.is_empty() {
        return Err(Problem::from(Kind::Validation).with_errors(fields.faults));
    }
    let found = find(&state.app, &caller.0, &sought, clock::now()).await?;
    state.metrics.searched_by_contact();
    let body = FoundReportsBody { reports: found.into_iter().map(FoundReportBody::from).collect() };
    Ok(HttpResponse::Ok().insert_header((CACHE_CONTROL, "no-store")).json(body))
}
