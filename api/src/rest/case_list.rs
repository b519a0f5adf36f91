//! `GET /v1/cases`: the cases a member of staff may see.

use actix_web::{HttpResponse, web};
use chrono::{DateTime, Utc};
use jiekou_core::report::{FieldCode, FieldError};
use jiekou_service::list_cases::list_cases as list;
use jiekou_store::cases::inbox::InboxLine;
use serde::{Deserialize, Serialize};
use utoipa::{IntoParams, ToSchema};

use crate::extract::SignedIn;
use crate::problem::{Kind, Problem, ProblemBody};
use crate::state::State;

#[derive(Debug, Deserialize, IntoParams)]
#[into_params(parameter_in = Query)]
pub struct CaseQuery {
    /// Code of a center.
    pub center: Option<String>,
    pub state: Option<String>,
    /// `nextCursor` of the page before.
    pub cursor: Option<String>,
}

#[derive(Debug, Serialize, ToSchema)]
#[serde(rename_all = "camelCase")]
pub struct CasePageBody {
    pub cases: Vec<CaseLineBody>,
    #[serde(skip_serializing_if = "Option::is_none")]
    pub next_cursor: Option<String>,
}

#[derive(Debug, Serialize, ToSchema)]
#[serde(rename_all = "camelCase")]
pub struct CaseLineBody {
    pub case_number: String,
    pub state: String,
    pub category: String,
    pub urgency: String,
    /// Words of danger to life were reported.
    pub alarmed: bool,
    /// The place resolved to no area.
    pub place_unknown: bool,
    pub center_code: String,
    #[serde(skip_serializing_if = "Option::is_none")]
    pub segment_code: Option<String>,
    pub report_count: i32,
    pub urge_count: i32,
    pub opened_at: DateTime<Utc>,
    #[serde(skip_serializing_if = "Option::is_none")]
    pub due_at: Option<DateTime<Utc>>,
    #[serde(skip_serializing_if = "Option::is_none")]
    pub due_kind: Option<String>,
}

impl From<InboxLine> for CaseLineBody {
    fn from(line: InboxLine) -> Self {
        Self {
            case_number: line.case_number,
            state: line.state,
            category: line.category,
            urgency: line.urgency,
            alarmed: line.alarmed,
            place_unknown: line.place_unknown,
            center_code: line.center_code,
            segment_code: line.segment_code,
            report_count: line.report_count,
            urge_count: line.urge_count,
            opened_at: line.opened_at,
            due_at: line.due_at,
            due_kind: line.due_kind,
        }
    }
}

/// Lists cases, newest first, 50 a page.
#[utoipa::path(get, path = "/v1/cases", tag = "cases", params(CaseQuery), security(("staff" = [])),
    responses((status = 200, body = CasePageBody), (status = "4XX", body = ProblemBody, content_type = "application/problem+json"), (status = 503, body = ProblemBody, content_type = "application/problem+json")))]
pub async fn list_cases(
    state: web::Data<State>,
    query: web::Query<CaseQuery>,
    SignedIn(staff): SignedIn,
) -> Result<HttpResponse, Problem> {
    let cursor = match query.cursor.as_deref().map(str::parse::<i64>) {
        None => None,
        Some(Ok(cursor)) => Some(cursor),
        Some(Err(_)) => {
            let fault = FieldError::new("/cursor", FieldCode::Malformed, "请使用上一页的 nextCursor");
            return Err(Problem::from(Kind::Validation).with_errors(vec![fault]));
        }
    };
    let page = list(&state.app, &staff, query.center.as_deref(), query.state.as_deref(), cursor).await?;
    Ok(HttpResponse::Ok().json(CasePageBody {
        cases: page.cases.into_iter().map(CaseLineBody::from).collect(),
        next_cursor: page.next.map(|cursor| cursor.to_string()),
    }))
}
