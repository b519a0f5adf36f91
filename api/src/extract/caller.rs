//! Who calls, from the `Authorization` header.

use std::future::{Ready, ready};

use actix_web::dev::Payload;
use actix_web::http::header::AUTHORIZATION;
use actix_web::{FromRequest, HttpRequest, web};
use jiekou_service::tokens::{Bearer, Credential, ResidentCredential};
use jiekou_service::{Principal, Staff, own_sessions};

use crate::problem::{Kind, Problem};
use crate::state::State;

/// Anybody; a credential that is there must be good.
#[derive(Debug)]
pub struct Caller(pub Principal);

/// Anybody, with the session of the credential; one that is there must be good.
#[derive(Debug)]
pub struct AnyCaller(pub Option<Bearer>);

/// A signed-in member of staff.
#[derive(Debug)]
pub struct SignedIn(pub Staff);

/// A signed-in member of staff who does something about the own account or session; also one who must enrol a second
/// factor first.
#[derive(Debug)]
pub struct OwnSession(pub Credential);

/// A signed-in resident.
#[derive(Debug)]
pub struct OwnResidentSession(pub ResidentCredential);

impl FromRequest for Caller {
    type Error = Problem;
    type Future = Ready<Result<Self, Problem>>;

    fn from_request(request: &HttpRequest, _: &mut Payload) -> Self::Future {
        ready(principal(request).map(Self))
    }
}

impl FromRequest for AnyCaller {
    type Error = Problem;
    type Future = Ready<Result<Self, Problem>>;

    fn from_request(request: &HttpRequest, _: &mut Payload) -> Self::Future {
        let bearer = bearer(request).and_then(|bearer| match bearer {
            Some(Bearer::Staff(credential)) if credential.only_enrolling => {
                Err(Kind::SecondFactorNeeded.into())
            }
            bearer => Ok(bearer),
        });
        ready(bearer.map(Self))
    }
}

impl FromRequest for SignedIn {
    type Error = Problem;
    type Future = Ready<Result<Self, Problem>>;

    fn from_request(request: &HttpRequest, _: &mut Payload) -> Self::Future {
        ready(signed_in(request).and_then(everything).map(Self))
    }
}

impl FromRequest for OwnSession {
    type Error = Problem;
    type Future = Ready<Result<Self, Problem>>;

    fn from_request(request: &HttpRequest, _: &mut Payload) -> Self::Future {
        ready(signed_in(request).map(Self))
    }
}

impl FromRequest for OwnResidentSession {
    type Error = Problem;
    type Future = Ready<Result<Self, Problem>>;

    fn from_request(request: &HttpRequest, _: &mut Payload) -> Self::Future {
        ready(signed_in_resident(request).map(Self))
    }
}

fn principal(request: &HttpRequest) -> Result<Principal, Problem> {
    Ok(match bearer(request)? {
        Some(Bearer::Staff(credential)) => Principal::Staff(everything(credential)?),
        Some(Bearer::Resident(credential)) => Principal::Resident(credential.resident),
        None => Principal::Public,
    })
}

/// Whoever may do everything that the roles allow.
fn everything(credential: Credential) -> Result<Staff, Problem> {
    if credential.only_enrolling { Err(Kind::SecondFactorNeeded.into()) } else { Ok(credential.staff) }
}

/// To staff a resident's token is none, and the other way round.
fn signed_in(request: &HttpRequest) -> Result<Credential, Problem> {
    match bearer(request)? {
        Some(Bearer::Staff(credential)) => Ok(credential),
        Some(Bearer::Resident(_)) | None => Err(Kind::NotSignedIn.into()),
    }
}

fn signed_in_resident(request: &HttpRequest) -> Result<ResidentCredential, Problem> {
    match bearer(request)? {
        Some(Bearer::Resident(credential)) => Ok(credential),
        Some(Bearer::Staff(_)) | None => Err(Kind::NotSignedIn.into()),
    }
}

fn bearer(request: &HttpRequest) -> Result<Option<Bearer>, Problem> {
    let Some(header) = request.headers().get(AUTHORIZATION) else {
        return Ok(None);
    };
    let state = request.app_data::<web::Data<State>>().ok_or(Kind::Internal)?;
    let token =
        header.to_str().ok().and_then(|header| header.strip_prefix("Bearer ")).ok_or(Kind::NotSignedIn)?;
    Ok(Some(own_sessions::bearer(&state.app, token.trim(), jiekou_boot::clock::now())?))
}
