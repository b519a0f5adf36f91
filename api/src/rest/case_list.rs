//! `GET /v1/cases`: the cases a member of staff may see.

use actix_web::{HttpResponse, web};
use chrono::{DateTime, Utc};
use jiekou_core::report::{FieldCode, FieldError};
use jiekou_service::list_cases::{Wanted, list_cases as list};
use jiekou_store::cases::inbox::InboxLine;
use serde::{Deserialize, Serialize};
use utoipa::{IntoParams, ToSchema};

use crate::extract::SignedIn;
use crate::problem::{Kind, Problem, ProblemBody};
use crate::state::State;

#[derive(Debug, Deserialize, IntoParams)]
#[serde(rename_all = "camelCase")]
#[into_params(parameter_in = Query, rename_all = "camelCase")]
pub struct CaseQuery {
    /// Code of a center.
    pub center: Option<String>,
    pub state: Option<String>,
    /// `true`: only open cases that may be the same as another and wait for a decision; see `possiblySame` of the case.
    #[param(value_type = Option<bool>)]
    pub possibly_same: Option<String>,
    /// `true`: only cases of a problem that comes back to its place again and again.
    #[param(value_type = Option<bool>)]
    pub hot_spot: Option<String>,
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
    /// How often the problem was here lately, this case included; absent: the first time.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub times_here: Option<i32>,
    pub hot_spot: bool,
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
            times_here: line.times_here,
            hot_spot: line.hot_spot,
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
    let mut faults = Vec::new();
    let cursor = query.cursor.as_deref().and_then(|cursor| {
        let wrong = FieldError::new("/cursor", FieldCode::Malformed, "请使用上一页的 nextCursor");
        cursor.parse::<i64>().map_err(|_unparsed| faults.push(wrong)).ok()
    });
    let mut flag = |pointer: &str, value: Option<&str>| match value {
        None | Some("false") => false,
        Some("true") => true,
        Some(_) => {
            faults.push(FieldError::new(pointer, FieldCode::Malformed, "请填 true 或 false"));
            false
        }
    };
    let possibly_same = flag("/possiblySame", query.possibly_same.as_deref());
    let hot_spot = flag("/hotSpot", query.hot_spot.as_deref());
    if !faults.is_empty() {
        return Err(Problem::from(Kind::Validation).with_errors(faults));
    }
    let (center, state_name) = (query.center.as_deref(), query.state.as_deref());
    let wanted = Wanted { center, state: state_name, possibly_same, hot_spot, cursor };
    let page = list(&state.app, &staff, wanted).await?;
    Ok(HttpResponse::Ok().json(CasePageBody {
        cases: page.cases.into_iter().map(CaseLineBody::from).collect(),
        next_cursor: page.next.map(|cursor| cursor.to_string()),
    }))
}
