//! `GET /v1/account`: one's own account.

use actix_web::{HttpResponse, web};
use async_graphql::{Json, SimpleObject};
use jiekou_core::staff::Grant;
use jiekou_service::own_account::{OwnAccount, own_account};
use serde::Serialize;
use utoipa::ToSchema;
use uuid::Uuid;

use crate::extract::OwnSession;
use crate::graphql::readers;
use crate::problem::{Problem, ProblemBody};
use crate::state::State;

#[derive(Debug, Serialize, ToSchema, SimpleObject)]
#[graphql(name = "OwnAccount", guard = "readers::STAFF")]
#[serde(rename_all = "camelCase")]
pub struct AccountBody {
    pub staff_id: Uuid,
    pub username: String,
    pub name: String,
    #[schema(value_type = Vec<Object>)]
    pub grants: Json<Vec<Grant>>,
    /// A second factor is enrolled.
    pub second_factor: bool,
    /// One of the roles needs a second factor.
    pub second_factor_demanded: bool,
    /// Recovery codes that are not used yet.
    pub recovery_codes_left: i64,
}

/// The caller's account.
#[utoipa::path(get, path = "/v1/account", tag = "account", security(("staff" = [])),
    responses((status = 200, body = AccountBody), (status = "4XX", body = ProblemBody, content_type = "application/problem+json"), (status = 503, body = ProblemBody, content_type = "application/problem+json")))]
pub async fn account(state: web::Data<State>, caller: OwnSession) -> Result<HttpResponse, Problem> {
    let account = own_account(&state.app, &caller.0).await?;
    Ok(HttpResponse::Ok().insert_header(("Cache-Control", "no-store")).json(AccountBody::from(account)))
}

impl From<OwnAccount> for AccountBody {
    fn from(account: OwnAccount) -> Self {
        Self {
            staff_id: account.staff_id,
            username: account.username,
            name: account.name,
            second_factor_demanded: account.second_factor_demanded,
            second_factor: account.second_factor,
            recovery_codes_left: account.recovery_codes_left,
            grants: Json(account.grants),
        }
    }
}
