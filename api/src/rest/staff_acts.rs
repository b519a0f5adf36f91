//! `POST /v1/staff/{staffId}/…`: what administrators do to accounts.

use actix_web::{HttpResponse, web};
use jiekou_boot::clock;
use jiekou_service::administer_staff::{Act, administer};
use jiekou_service::invite_staff::{Administrator, Invitation};
use utoipa::ToSchema;
use uuid::Uuid;

use super::shapes::missing;
use super::staff::parse_id;
use super::staff_shapes::{GrantBody, InvitationBody, read_grants};
use crate::extract::{Fields, JsonBody, SignedIn};
use crate::problem::{Kind, Problem, ProblemBody};
use crate::state::State;

#[derive(Debug, ToSchema)]
#[schema(example = json!({"reason": "岗位调整"}))]
#[expect(dead_code, reason = "describes the body")]
pub struct StaffReasonBody {
    /// Stands in the log; up to 500 characters.
    pub reason: String,
}

#[derive(Debug, ToSchema)]
#[schema(example = json!({"reason": "岗位调整", "grants": [{"role": "inspector", "level": "town", "area": "410103001"}]}))]
#[expect(dead_code, reason = "describes the body")]
pub struct StaffGrantsBody {
    pub reason: String,
    /// The roles from now on, in the place of all that were.
    pub grants: Vec<GrantBody>,
}

#[derive(Debug, ToSchema)]
#[schema(rename_all = "camelCase", example = json!({"reason": "忘记密码", "showCode": true}))]
#[expect(dead_code, reason = "describes the body")]
pub struct StaffResetBody {
    pub reason: String,
    /// The code is in the answer though there is an address.
    pub show_code: Option<bool>,
}

/// Sets the roles of an account; its sessions end.
#[utoipa::path(post, path = "/v1/staff/{staffId}/grants", tag = "staff", params(("staffId" = Uuid, Path)), request_body = StaffGrantsBody, security(("staff" = [])),
    responses((status = 204), (status = "4XX", body = ProblemBody, content_type = "application/problem+json"), (status = 503, body = ProblemBody, content_type = "application/problem+json")))]
pub async fn set_grants(
    state: web::Data<State>,
    caller: SignedIn,
    staff_id: web::Path<String>,
    body: JsonBody,
) -> Result<HttpResponse, Problem> {
    let mut fields = Fields::new(&body.object);
    let reason = fields.text("reason");
    let mut faults = fields.faults;
    let grants = read_grants(&body.object, &mut faults);
    let Some(reason) = reason.filter(|_| faults.is_empty()) else {
        return Err(missing(faults, &[("/reason", !body.object.contains_key("reason"))]));
    };
    act(&state, &caller, &staff_id, &Act::SetGrants(grants), &reason).await?;
    Ok(HttpResponse::NoContent().finish())
}

/// Disables an account; its sessions end.
#[utoipa::path(post, path = "/v1/staff/{staffId}/disabling", tag = "staff", params(("staffId" = Uuid, Path)), request_body = StaffReasonBody, security(("staff" = [])),
    responses((status = 204), (status = "4XX", body = ProblemBody, content_type = "application/problem+json"), (status = 503, body = ProblemBody, content_type = "application/problem+json")))]
pub async fn disable(
    state: web::Data<State>,
    caller: SignedIn,
    staff_id: web::Path<String>,
    body: JsonBody,
) -> Result<HttpResponse, Problem> {
    plain(&state, &caller, &staff_id, &body, &Act::Disable).await
}

/// Enables an account that was disabled.
#[utoipa::path(post, path = "/v1/staff/{staffId}/enabling", tag = "staff", params(("staffId" = Uuid, Path)), request_body = StaffReasonBody, security(("staff" = [])),
    responses((status = 204), (status = "4XX", body = ProblemBody, content_type = "application/problem+json"), (status = 503, body = ProblemBody, content_type = "application/problem+json")))]
pub async fn enable(
    state: web::Data<State>,
    caller: SignedIn,
    staff_id: web::Path<String>,
    body: JsonBody,
) -> Result<HttpResponse, Problem> {
    plain(&state, &caller, &staff_id, &body, &Act::Enable).await
}

/// Takes the second factor of an account away; its sessions end.
#[utoipa::path(post, path = "/v1/staff/{staffId}/second-factor-removal", tag = "staff", params(("staffId" = Uuid, Path)), request_body = StaffReasonBody, security(("staff" = [])),
    responses((status = 204), (status = "4XX", body = ProblemBody, content_type = "application/problem+json"), (status = 503, body = ProblemBody, content_type = "application/problem+json")))]
pub async fn remove_second_factor(
    state: web::Data<State>,
    caller: SignedIn,
    staff_id: web::Path<String>,
    body: JsonBody,
) -> Result<HttpResponse, Problem> {
    plain(&state, &caller, &staff_id, &body, &Act::RemoveSecondFactor).await
}

/// Makes the password of an account good no more, and a code to set a new one; its sessions end. An invitation that was
/// not accepted is made anew so, too.
#[utoipa::path(post, path = "/v1/staff/{staffId}/reset", tag = "staff", params(("staffId" = Uuid, Path)), request_body = StaffResetBody, security(("staff" = [])),
    responses((status = 201, body = InvitationBody), (status = "4XX", body = ProblemBody, content_type = "application/problem+json"), (status = 503, body = ProblemBody, content_type = "application/problem+json")))]
pub async fn reset(
    state: web::Data<State>,
    caller: SignedIn,
    staff_id: web::Path<String>,
    body: JsonBody,
) -> Result<HttpResponse, Problem> {
    let mut fields = Fields::new(&body.object);
    let show = fields.flag("showCode");
    let Some(reason) = fields.text("reason").filter(|_| fields.faults.is_empty()) else {
        return Err(missing(fields.faults, &[("/reason", !body.object.contains_key("reason"))]));
    };
    let invitation = act(&state, &caller, &staff_id, &Act::Reset { show }, &reason).await?;
    let invitation = invitation.ok_or(Kind::Internal)?;
    let body = InvitationBody::of(&state.app, &invitation);
    Ok(HttpResponse::Created().insert_header(("Cache-Control", "no-store")).json(body))
}

async fn plain(
    state: &State,
    caller: &SignedIn,
    staff_id: &str,
    body: &JsonBody,
    what: &Act,
) -> Result<HttpResponse, Problem> {
    let mut fields = Fields::new(&body.object);
    let reason = fields.text("reason").ok_or_else(|| missing(fields.faults, &[("/reason", true)]))?;
    act(state, caller, staff_id, what, &reason).await?;
    Ok(HttpResponse::NoContent().finish())
}

async fn act(
    state: &State,
    caller: &SignedIn,
    staff_id: &str,
    what: &Act,
    reason: &str,
) -> Result<Option<Invitation>, Problem> {
    let (by, staff_id): (_, Uuid) = (Administrator::Staff(&caller.0), parse_id(staff_id)?);
    Ok(administer(&state.app, by, staff_id, what, reason, clock::now()).await?)
}
