//! `/v1/desk/assignments`: orders of superiors and leaders, and what they were replied.

use actix_web::{HttpResponse, web};
use async_graphql::SimpleObject;
use chrono::{DateTime, Utc};
use jiekou_boot::clock;
use jiekou_service::desk::assignments::{list_assignments, reply_to_assignment};
use jiekou_store::desk::filings::AssignmentView;
use serde::{Deserialize, Serialize};
use utoipa::{IntoParams, ToSchema};

use super::report_submit::OriginName;
use super::shapes::shown;
use crate::extract::{Fields, JsonBody, SignedIn};
use crate::graphql::readers;
use crate::problem::{Kind, Problem, ProblemBody};
use crate::state::State;

/// What whoever gave an order is told.
#[derive(Debug, ToSchema)]
#[schema(example = json!({"reply": "已清理完毕。"}))]
#[expect(dead_code, reason = "describes the body")]
pub struct AssignmentReplyBody {
    #[schema(min_length = 1, max_length = 4000)]
    pub reply: String,
}

/// An order of a superior or a leader.
#[derive(Debug, Serialize, ToSchema, SimpleObject)]
#[graphql(name = "Assignment", guard = "readers::STAFF")]
#[serde(rename_all = "camelCase")]
pub struct AssignmentBody {
    /// Of the report that it is.
    pub tracking_code: String,
    #[schema(value_type = OriginName)]
    pub origin: String,
    pub number: String,
    pub issued_by: String,
    pub deadline: DateTime<Utc>,
    /// The deadline has passed and nobody has replied.
    pub overdue: bool,
    pub case_number: String,
    pub state: String,
    pub filed_at: DateTime<Utc>,
    #[serde(skip_serializing_if = "Option::is_none")]
    pub reply: Option<String>,
    #[serde(skip_serializing_if = "Option::is_none")]
    pub replied_by: Option<String>,
    #[serde(skip_serializing_if = "Option::is_none")]
    pub replied_at: Option<DateTime<Utc>>,
}

#[derive(Debug, Serialize, ToSchema)]
pub struct AssignmentsBody {
    /// Those that wait for a reply first, the most pressing first; at most 200.
    pub assignments: Vec<AssignmentBody>,
}

#[derive(Debug, Deserialize, IntoParams)]
#[into_params(parameter_in = Query)]
pub struct AssignmentQuery {
    /// Those without a reply alone.
    pub open: Option<bool>,
}

impl AssignmentBody {
    pub fn of(it: AssignmentView, now: DateTime<Utc>) -> Self {
        Self {
            overdue: it.replied_at.is_none() && it.deadline < now,
            tracking_code: it.tracking_code,
            origin: it.origin,
            number: it.number,
            issued_by: it.issued_by,
            deadline: it.deadline,
            case_number: it.case_number,
            state: it.state,
            filed_at: it.filed_at,
            reply: it.reply.as_deref().map(shown),
            replied_by: it.replied_by,
            replied_at: it.replied_at,
        }
    }
}

/// Lists the orders of superiors and leaders.
#[utoipa::path(get, path = "/v1/desk/assignments", tag = "desk", params(AssignmentQuery), security(("staff" = [])),
    responses((status = 200, body = AssignmentsBody), (status = "4XX", body = ProblemBody, content_type = "application/problem+json"), (status = 503, body = ProblemBody, content_type = "application/problem+json")))]
pub async fn assignments(
    state: web::Data<State>,
    query: web::Query<AssignmentQuery>,
    SignedIn(staff): SignedIn,
) -> Result<HttpResponse, Problem> {
    let (now, open) = (clock::now(), query.open.unwrap_or_default());
    let found = list_assignments(&state.app, &staff, open).await?;
    let assignments = found.into_iter().map(|it| AssignmentBody::of(it, now)).collect();
    Ok(HttpResponse::Ok().json(AssignmentsBody { assignments }))
}

/// Replies to an order of a superior or a leader.
#[utoipa::path(post, path = "/v1/desk/assignments/{trackingCode}/reply", tag = "desk", request_body = AssignmentReplyBody, params(("trackingCode" = String, Path)), security(("staff" = [])),
    responses((status = 200, body = AssignmentBody), (status = "4XX", body = ProblemBody, content_type = "application/problem+json"), (status = 503, body = ProblemBody, content_type = "application/problem+json")))]
pub async fn reply(
    state: web::Data<State>,
    code: web::Path<String>,
    SignedIn(staff): SignedIn,
    body: JsonBody,
) -> Result<HttpResponse, Problem> {
    let mut fields = Fields::new(&body.object);
    let words = fields.text("reply");
    if !fields.faults.is_empty() {
        return Err(Problem::from(Kind::Validation).with_errors(fields.faults));
    }
    let now = clock::now();
    let replied = reply_to_assignment(&state.app, &staff, &code, words.as_deref(), now).await?;
    Ok(HttpResponse::Ok().json(AssignmentBody::of(replied, now)))
}
