//! Who calls, from the `Authorization` header.

use std::future::{Ready, ready};

use actix_web::dev::Payload;
use actix_web::http::header::AUTHORIZATION;
use actix_web::{FromRequest, HttpRequest, web};
use jiekou_service::{Principal, Staff};

use crate::problem::{Kind, Problem};
use crate::state::State;

/// Anybody; a credential that is there must be good.
#[derive(Debug)]
pub struct Caller(pub Principal);

/// A signed-in member of staff.
#[derive(Debug)]
pub struct SignedIn(pub Staff);

impl FromRequest for Caller {
    type Error = Problem;
    type Future = Ready<Result<Self, Problem>>;

    fn from_request(request: &HttpRequest, _: &mut Payload) -> Self::Future {
        ready(principal(request).map(Self))
    }
}

impl FromRequest for SignedIn {
    type Error = Problem;
    type Future = Ready<Result<Self, Problem>>;

    fn from_request(request: &HttpRequest, _: &mut Payload) -> Self::Future {
        ready(principal(request).and_then(|principal| match principal {
            Principal::Staff(staff) => Ok(Self(staff)),
            Principal::Public => Err(Kind::NotSignedIn.into()),
        }))
    }
}

fn principal(request: &HttpRequest) -> Result<Principal, Problem> {
    let Some(header) = request.headers().get(AUTHORIZATION) else {
        return Ok(Principal::Public);
    };
    let state = request.app_data::<web::Data<State>>().ok_or(Kind::Internal)?;
    let token =
        header.to_str().ok().and_then(|header| header.strip_prefix("Bearer ")).ok_or(Kind::NotSignedIn)?;
    Ok(Principal::Staff(state.app.tokens.verify(token.trim(), jiekou_boot::clock::now())?))
}
