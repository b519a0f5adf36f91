//! `GET /v1/cases`: the inboxes of staff.

use actix_web::{HttpResponse, web};
use async_graphql::SimpleObject;
use chrono::{DateTime, Utc};
use jiekou_boot::clock;
use jiekou_service::list_cases::{RawWanted, list_cases as list};
use jiekou_store::cases::inbox::InboxLine;
use jiekou_store::words::Words;
use serde::{Deserialize, Serialize};
use utoipa::{IntoParams, ToSchema};

use crate::extract::SignedIn;
use crate::graphql::readers;
use crate::problem::{Problem, ProblemBody};
use crate::state::State;

#[derive(Debug, Deserialize, IntoParams)]
#[serde(rename_all = "camelCase")]
#[into_params(parameter_in = Query, rename_all = "camelCase")]
pub struct CaseQuery {
    /// Code of a center.
    pub center: Option<String>,
    pub state: Option<String>,
    /// Code of a segment.
    pub segment: Option<String>,
    /// `newest` (if left out): newest first. `timeLeft`: least time left first, those whose clock stands still last; only
    /// open cases unless `state` asks for others.
    pub sort: Option<String>,
    /// `all` (if left out): whatever the caller may see. `mine`: cases that the caller is assigned to as the person who
    /// goes. `unit`: cases that the caller's units lead, help with or were called to.
    pub scope: Option<String>,
    /// `true`: only cases whose deadline has passed.
    #[param(value_type = Option<bool>)]
    pub overdue: Option<String>,
    /// `true`: only cases that were escalated to leaders, or are supervised.
    #[param(value_type = Option<bool>)]
    pub raised: Option<String>,
    /// `true`: only cases that nobody has, or that whoever was given them has not signed for.
    #[param(value_type = Option<bool>)]
    pub unattended: Option<String>,
    /// `true`: only open cases that may be the same as another and wait for a decision; see `possiblySame` of the case.
    #[param(value_type = Option<bool>)]
    pub possibly_same: Option<String>,
    /// `true`: only cases of a problem that comes back to its place again and again.
    #[param(value_type = Option<bool>)]
    pub hot_spot: Option<String>,
    /// `nextCursor` of the page before, in the same order.
    pub cursor: Option<String>,
}

#[derive(Debug, Serialize, ToSchema)]
#[serde(rename_all = "camelCase")]
pub struct CasePageBody {
    pub cases: Vec<CaseLineBody>,
    #[serde(skip_serializing_if = "Option::is_none")]
    pub next_cursor: Option<String>,
}

#[derive(Debug, Serialize, ToSchema, SimpleObject)]
#[graphql(name = "CaseLine", complex, guard = "readers::STAFF")]
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
    /// Code of the unit that has it.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub unit: Option<String>,
    /// Code of the post on the spot that has it.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub post: Option<String>,
    /// Who has it, in words.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub assignee: Option<String>,
    /// The person of the unit who goes.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub person: Option<String>,
    pub report_count: i32,
    pub urge_count: i32,
    pub opened_at: DateTime<Utc>,
    /// Absent: nothing is owed now, or the clock stands still.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub due_at: Option<DateTime<Utc>>,
    #[serde(skip_serializing_if = "Option::is_none")]
    pub due_kind: Option<String>,
    /// `dueAt` has passed.
    pub overdue: bool,
    /// Escalated to leaders, or supervised.
    pub raised: bool,
    pub supervised: bool,
    /// How often the problem was here lately, this case included; absent: the first time.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub times_here: Option<i32>,
    pub hot_spot: bool,
}

impl CaseLineBody {
    pub fn of(line: InboxLine, now: DateTime<Utc>) -> Self {
        Self {
            overdue: line.is_overdue(now),
            case_number: line.case_number,
            state: line.state,
            category: line.category,
            urgency: line.urgency,
            alarmed: line.alarmed,
            place_unknown: line.place_unknown,
            center_code: line.center_code,
            segment_code: line.segment_code,
            unit: line.unit_code,
            post: line.post_code,
            assignee: line.assignee.as_ref().map(Words::shown),
            person: line.person,
            report_count: line.report_count,
            urge_count: line.urge_count,
            opened_at: line.opened_at,
            due_at: line.due_at,
            due_kind: line.due_kind,
            raised: line.raised,
            supervised: line.supervised,
            times_here: line.times_here,
            hot_spot: line.hot_spot,
        }
    }
}

impl From<CaseQuery> for RawWanted {
    fn from(query: CaseQuery) -> Self {
        Self {
            center: query.center,
            state: query.state,
            segment: query.segment,
            sort: query.sort,
            scope: query.scope,
            overdue: query.overdue,
            raised: query.raised,
            unattended: query.unattended,
            possibly_same: query.possibly_same,
            hot_spot: query.hot_spot,
            cursor: query.cursor,
            count: None,
        }
    }
}

/// Lists the cases that the caller may see, 50 a page.
#[utoipa::path(get, path = "/v1/cases", tag = "cases", params(CaseQuery), security(("staff" = [])),
    responses((status = 200, body = CasePageBody), (status = "4XX", body = ProblemBody, content_type = "application/problem+json"), (status = 503, body = ProblemBody, content_type = "application/problem+json")))]
pub async fn list_cases(
    state: web::Data<State>,
    query: web::Query<CaseQuery>,
    SignedIn(staff): SignedIn,
) -> Result<HttpResponse, Problem> {
    let now = clock::now();
    let page = list(&state.app, &staff, &query.into_inner().into(), now).await?;
    Ok(HttpResponse::Ok().json(CasePageBody {
        cases: page.cases.into_iter().map(|line| CaseLineBody::of(line, now)).collect(),
        next_cursor: page.next,
    }))
}
