//! `GET /v1/residents/me/reports`: what a resident has reported.

use actix_web::{HttpResponse, web};
use async_graphql::SimpleObject;
use chrono::{DateTime, Utc};
use jiekou_service::own_reports::{OwnReportLine, own_reports as list};
use serde::{Deserialize, Serialize};
use utoipa::{IntoParams, ToSchema};
use uuid::Uuid;

use super::report_track::{TrackedCaseBody, TrackedCategoryBody};
use super::shapes::NamedBody;
use crate::extract::OwnResidentSession;
use crate::graphql::readers;
use crate::problem::{Problem, ProblemBody};
use crate::state::State;

#[derive(Debug, Deserialize, IntoParams)]
#[into_params(parameter_in = Query)]
pub struct OwnReportsQuery {
    /// `nextCursor` of the page before.
    pub cursor: Option<String>,
}

#[derive(Debug, Serialize, ToSchema)]
#[serde(rename_all = "camelCase")]
pub struct OwnReportPageBody {
    pub reports: Vec<OwnReportBody>,
    #[serde(skip_serializing_if = "Option::is_none")]
    pub next_cursor: Option<String>,
}

/// A report of the caller's, as it stands. Its tracking code leads to every step.
#[derive(Debug, Serialize, ToSchema, SimpleObject)]
#[graphql(name = "OwnReport", guard = "readers::RESIDENTS")]
#[serde(rename_all = "camelCase")]
pub struct OwnReportBody {
    pub report_id: Uuid,
    pub tracking_code: String,
    pub received_at: DateTime<Utc>,
    pub outcome: String,
    pub description: String,
    pub category: TrackedCategoryBody,
    pub case: TrackedCaseBody,
    pub center: NamedBody,
    #[serde(skip_serializing_if = "Option::is_none")]
    pub withdrawn_at: Option<DateTime<Utc>>,
    #[serde(skip_serializing_if = "Option::is_none")]
    pub due_at: Option<DateTime<Utc>>,
    #[serde(skip_serializing_if = "Option::is_none")]
    pub due_kind: Option<String>,
    /// What the center asks; answered with an addition.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub question: Option<String>,
}

impl From<OwnReportLine> for OwnReportBody {
    fn from(OwnReportLine { report, category_name, center_name }: OwnReportLine) -> Self {
        Self {
            report_id: report.report_id,
            tracking_code: report.tracking_code,
            received_at: report.received_at,
            outcome: report.outcome,
            description: report.description.shown(),
            category: TrackedCategoryBody { slug: report.category, name: category_name },
            case: TrackedCaseBody {
                case_number: report.case_number,
                state: report.state,
                report_count: report.report_count,
            },
            center: NamedBody { code: report.center_code, name: center_name },
            withdrawn_at: report.withdrawn_at,
            due_at: report.due_at,
            due_kind: report.due_kind,
            question: report.question,
        }
    }
}

/// The caller's reports, the newest first, 20 a page: those sent with the account, and earlier ones with a phone as contact
/// that was verified since.
#[utoipa::path(get, path = "/v1/residents/me/reports", tag = "residents", params(OwnReportsQuery), security(("resident" = [])),
    responses((status = 200, body = OwnReportPageBody), (status = "4XX", body = ProblemBody, content_type = "application/problem+json"), (status = 503, body = ProblemBody, content_type = "application/problem+json")))]
pub async fn own_reports(
    state: web::Data<State>,
    query: web::Query<OwnReportsQuery>,
    OwnResidentSession(caller): OwnResidentSession,
) -> Result<HttpResponse, Problem> {
    let page = list(&state.app, caller.resident, query.cursor.as_deref()).await?;
    let reports = page.reports.into_iter().map(OwnReportBody::from).collect();
    let body = OwnReportPageBody { reports, next_cursor: page.next };
    Ok(HttpResponse::Ok().insert_header(("Cache-Control", "no-store")).json(body))
}
