//! `GET /wechat/{account}`: WeChat asks whether the address is the account's own (接入指南).

use actix_web::{HttpResponse, web};
use jiekou_partner::wechat::Refused;

use super::{Query, refused};
use crate::problem::{Kind, Problem};
use crate::state::State;

/// Most letters that are given back.
const ECHO_LIMIT: usize = 1_024;

/// Gives back what was sent, to whoever knows the token.
pub(super) async fn verify(
    state: web::Data<State>,
    account: web::Path<String>,
    query: web::Query<Query>,
) -> Result<HttpResponse, Problem> {
    let account = state.app.wechat.account(&account).ok_or(Kind::NoSuchAddress)?;
    if !account.account.knows(&(&*query).into()) || query.echostr.len() > ECHO_LIMIT {
        return Err(refused(Refused::Signature));
    }
    Ok(HttpResponse::Ok()
        .content_type("text/plain; charset=utf-8")
        .insert_header(("X-Content-Type-Options", "nosniff"))
        .body(query.echostr.clone()))
}
