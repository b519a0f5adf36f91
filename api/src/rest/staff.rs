//! `POST /v1/staff`: an administrator makes an account; `GET /v1/staff` and `GET /v1/staff/{staffId}`: the accounts of the
//! caller's area.

use actix_web::{HttpResponse, web};
use jiekou_boot::clock;
use jiekou_core::staff::{Profile, RawProfile};
use jiekou_service::invite_staff::{Administrator, invite_staff};
use jiekou_service::list_staff;
use serde::{Deserialize, Serialize};
use utoipa::{IntoParams, ToSchema};
use uuid::Uuid;

use super::staff_shapes::{GrantBody, InvitationBody, StaffAccountBody, read_grants};
use crate::extract::{Fields, JsonBody, SignedIn};
use crate::problem::{Kind, Problem, ProblemBody};
use crate::state::State;

#[derive(Debug, ToSchema)]
#[schema(rename_all = "camelCase", example = json!({"username": "grid-b", "displayName": "网格员乙", "showCode": true, "grants": [{"role": "gridWorker", "level": "town", "area": "410103001"}]}))]
#[expect(dead_code, reason = "describes the body")]
pub struct NewStaffBody {
    /// To sign in with: 2 to 64 lower-case letters, digits, dots, hyphens and underscores.
    pub username: String,
    /// What others see.
    pub display_name: String,
    /// Where the invitation goes; without one the code is in the answer.
    pub email: Option<String>,
    /// The code is in the answer though there is an address.
    pub show_code: Option<bool>,
    pub grants: Vec<GrantBody>,
}

#[derive(Debug, Deserialize, IntoParams)]
#[into_params(parameter_in = Query)]
pub struct PageQuery {
    /// `nextCursor` of the page before.
    pub cursor: Option<String>,
}

#[derive(Debug, Serialize, ToSchema)]
#[serde(rename_all = "camelCase")]
pub struct StaffPageBody {
    pub accounts: Vec<StaffAccountBody>,
    #[serde(skip_serializing_if = "Option::is_none")]
    pub next_cursor: Option<String>,
}

/// Makes an account with roles at the caller's level or below, in the caller's area. A name makes an account once: who lost
/// the answer resets it.
#[utoipa::path(post, path = "/v1/staff", tag = "staff", request_body = NewStaffBody, security(("staff" = [])),
    responses((status = 201, body = InvitationBody), (status = "4XX", body = ProblemBody, content_type = "application/problem+json"), (status = 503, body = ProblemBody, content_type = "application/problem+json")))]
pub async fn create_staff(
    state: web::Data<State>,
    caller: SignedIn,
    body: JsonBody,
) -> Result<HttpResponse, Problem> {
    let mut fields = Fields::new(&body.object);
    let raw = RawProfile {
        username: fields.text("username"),
        display_name: fields.text("displayName"),
        email: fields.text("email"),
    };
    let show = fields.flag("showCode");
    let mut faults = fields.faults;
    let grants = read_grants(&body.object, &mut faults);
    let profile = match Profile::parse(&raw) {
        Ok(profile) if faults.is_empty() => profile,
        Ok(_) => return Err(Problem::from(Kind::Validation).with_errors(faults)),
        Err(more) => {
            let known = |fault: &jiekou_core::report::FieldError| {
                faults.iter().any(|wrong| wrong.pointer == fault.pointer)
            };
            let more: Vec<_> = more.into_iter().filter(|fault| !known(fault)).collect();
            return Err(Problem::from(Kind::Validation).with_errors([faults, more].concat()));
        }
    };
    let by = Administrator::Staff(&caller.0);
    let invitation = invite_staff(&state.app, by, &profile, &grants, show, clock::now()).await?;
    let body = InvitationBody::of(&state.app, &invitation);
    Ok(HttpResponse::Created().insert_header(("Cache-Control", "no-store")).json(body))
}

/// The accounts that the caller administers, by name.
#[utoipa::path(get, path = "/v1/staff", tag = "staff", params(PageQuery), security(("staff" = [])),
    responses((status = 200, body = StaffPageBody), (status = "4XX", body = ProblemBody, content_type = "application/problem+json"), (status = 503, body = ProblemBody, content_type = "application/problem+json")))]
pub async fn list_staff(
    state: web::Data<State>,
    caller: SignedIn,
    query: web::Query<PageQuery>,
) -> Result<HttpResponse, Problem> {
    let page = list_staff::list_staff(&state.app, &caller.0, query.cursor.as_deref()).await?;
    let accounts = page.items.into_iter().map(StaffAccountBody::from).collect();
    Ok(HttpResponse::Ok().json(StaffPageBody { accounts, next_cursor: page.next }))
}

/// One account that the caller administers.
#[utoipa::path(get, path = "/v1/staff/{staffId}", tag = "staff", params(("staffId" = Uuid, Path)), security(("staff" = [])),
    responses((status = 200, body = StaffAccountBody), (status = "4XX", body = ProblemBody, content_type = "application/problem+json"), (status = 503, body = ProblemBody, content_type = "application/problem+json")))]
pub async fn view_staff(
    state: web::Data<State>,
    caller: SignedIn,
    staff_id: web::Path<String>,
) -> Result<HttpResponse, Problem> {
    let found = list_staff::view_staff(&state.app, &caller.0, parse_id(&staff_id)?).await?;
    Ok(HttpResponse::Ok().json(StaffAccountBody::from(found)))
}

/// The id in an address.
pub fn parse_id(text: &str) -> Result<Uuid, Problem> {
    Uuid::try_parse(text).map_err(|_none| Kind::UnknownStaff.into())
}
