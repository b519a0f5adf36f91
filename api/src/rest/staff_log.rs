//! `GET /v1/staff/log`: what was done to accounts.

use actix_web::{HttpResponse, web};
use chrono::{DateTime, Utc};
use jiekou_service::list_staff::staff_log as read;
use jiekou_store::people::staff_log::Line;
use jiekou_store::words::{Said, Words};
use serde::{Deserialize, Serialize};
use serde_json::Value;
use utoipa::{IntoParams, ToSchema};
use uuid::Uuid;

use super::staff::parse_id;
use crate::extract::SignedIn;
use crate::problem::{Problem, ProblemBody};
use crate::state::State;

#[derive(Debug, Deserialize, IntoParams)]
#[serde(rename_all = "camelCase")]
#[into_params(parameter_in = Query, rename_all = "camelCase")]
pub struct StaffLogQuery {
    /// Only what was done to this account.
    #[param(value_type = Option<Uuid>)]
    pub staff_id: Option<String>,
    /// `nextCursor` of the page before.
    pub cursor: Option<String>,
}

#[derive(Debug, Serialize, ToSchema)]
#[serde(rename_all = "camelCase")]
pub struct StaffLogBody {
    pub lines: Vec<StaffLogLineBody>,
    #[serde(skip_serializing_if = "Option::is_none")]
    pub next_cursor: Option<String>,
}

#[derive(Debug, Serialize, ToSchema)]
#[serde(rename_all = "camelCase")]
pub struct StaffLogLineBody {
    pub at: DateTime<Utc>,
    /// Who did it; absent: the command line of the installation.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub actor: Option<NamedStaffBody>,
    /// Whose account it is.
    pub subject: NamedStaffBody,
    /// Such as `created`, `grantsSet`, `disabled`, `enabled`, `reset`, `secondFactorRemoved`, or one's own
    /// `invitationAccepted`, `passwordChanged`, `secondFactorEnrolled`, `recoveryCodesRenewed`.
    pub act: String,
    #[serde(skip_serializing_if = "Option::is_none")]
    pub reason: Option<String>,
    /// Grants before and after.
    #[serde(skip_serializing_if = "Option::is_none")]
    #[schema(value_type = Option<Object>)]
    pub detail: Option<Value>,
}

#[derive(Debug, Serialize, ToSchema)]
#[serde(rename_all = "camelCase")]
pub struct NamedStaffBody {
    pub staff_id: Uuid,
    pub name: String,
}

impl From<Line> for StaffLogLineBody {
    fn from(line: Line) -> Self {
        let named = |staff_id, name| NamedStaffBody { staff_id, name };
        Self {
            at: line.at,
            actor: line.actor.zip(line.actor_name).map(|(id, name)| named(id, name)),
            subject: named(line.subject, line.subject_name),
            act: line.act,
            reason: line.reason.as_ref().map(Words::shown),
            detail: line.detail.as_ref().map(Said::shown),
        }
    }
}

/// What was done to accounts of the caller's area, the newest first.
#[utoipa::path(get, path = "/v1/staff/log", tag = "staff", params(StaffLogQuery), security(("staff" = [])),
    responses((status = 200, body = StaffLogBody), (status = "4XX", body = ProblemBody, content_type = "application/problem+json"), (status = 503, body = ProblemBody, content_type = "application/problem+json")))]
pub async fn staff_log(
    state: web::Data<State>,
    caller: SignedIn,
    query: web::Query<StaffLogQuery>,
) -> Result<HttpResponse, Problem> {
    let subject = query.staff_id.as_deref().map(parse_id).transpose()?;
    let page = read(&state.app, &caller.0, subject, query.cursor.as_deref()).await?;
    let lines = page.items.into_iter().map(StaffLogLineBody::from).collect();
    Ok(HttpResponse::Ok().json(StaffLogBody { lines, next_cursor: page.next }))
}
