//! `POST /v1/desk/callers`: what somebody who calls has reported before. The number is in the body, for addresses are
//! logged.

use actix_web::{HttpResponse, web};
use chrono::{DateTime, Utc};
use jiekou_service::desk::callers::view_caller as view;
use jiekou_store::desk::callers::EarlierReport;
use serde::Serialize;
use utoipa::ToSchema;

use crate::extract::{Fields, JsonBody, SignedIn};
use crate::problem::{Kind, Problem, ProblemBody};
use crate::state::State;

/// Who calls.
#[derive(Debug, ToSchema)]
#[expect(dead_code, reason = "describes the body")]
pub struct CallerPhoneBody {
    #[schema(example = "13900001234")]
    pub phone: String,
}

#[derive(Debug, Serialize, ToSchema)]
#[serde(rename_all = "camelCase")]
pub struct CallerBody {
    /// 139****1234
    pub phone: String,
    /// The newest first, at most 20.
    pub reports: Vec<EarlierReportBody>,
    /// How many more there are under 保密.
    pub secret_reports: usize,
}

#[derive(Debug, Serialize, ToSchema)]
#[serde(rename_all = "camelCase")]
pub struct EarlierReportBody {
    pub tracking_code: String,
    pub case_number: String,
    pub state: String,
    pub category: String,
    pub channel: String,
    pub received_at: DateTime<Utc>,
    #[serde(skip_serializing_if = "Option::is_none")]
    pub address: Option<String>,
    #[serde(skip_serializing_if = "Option::is_none")]
    pub due_at: Option<DateTime<Utc>>,
    pub urge_count: i32,
    pub center_code: String,
}

impl From<EarlierReport> for EarlierReportBody {
    fn from(report: EarlierReport) -> Self {
        Self {
            tracking_code: report.tracking_code,
            case_number: report.case_number,
            state: report.state,
            category: report.category,
            channel: report.channel,
            received_at: report.received_at,
            address: report.address,
            due_at: report.due_at,
            urge_count: report.urge_count,
            center_code: report.center_code,
        }
    }
}

/// The earlier reports of a telephone number, for the desk.
#[utoipa::path(post, path = "/v1/desk/callers", tag = "desk", request_body = CallerPhoneBody, security(("staff" = [])),
    responses((status = 200, body = CallerBody), (status = "4XX", body = ProblemBody, content_type = "application/problem+json"), (status = 503, body = ProblemBody, content_type = "application/problem+json")))]
pub async fn view_caller(
    state: web::Data<State>,
    SignedIn(staff): SignedIn,
    body: JsonBody,
) -> Result<HttpResponse, Problem> {
    let mut fields = Fields::new(&body.object);
    let phone = fields.text("phone");
    if !fields.faults.is_empty() {
        return Err(Problem::from(Kind::Validation).with_errors(fields.faults));
    }
    let caller = view(&state.app, &staff, phone.as_deref()).await?;
    let reports = caller.reports.into_iter().map(EarlierReportBody::from).collect();
    Ok(HttpResponse::Ok().json(CallerBody {
        phone: caller.phone,
        reports,
        secret_reports: caller.secret_reports,
    }))
}
