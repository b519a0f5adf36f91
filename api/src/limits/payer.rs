//! Whose quota a request spends.

use std::future::{Ready, ready};

use actix_web::dev::Payload;
use actix_web::http::header::AUTHORIZATION;
use actix_web::{FromRequest, HttpMessage, HttpRequest, web};
use jiekou_boot::clock;
use jiekou_core::limit::Spender;
use jiekou_core::report::Channel;
use jiekou_service::own_sessions;
use jiekou_service::tokens::Bearer;

use crate::extract::Address;
use crate::problem::{Kind, Problem};
use crate::state::State;

/// Who pays, and through which door they came. Handlers take it as an argument: what turns out to cost more than one unit,
/// as a GraphQL document does, is spent with `jiekou_service::quota::spend`.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Payer {
    pub spender: Spender,
    pub channel: Channel,
}

/// A way to know who calls; `None` for whom it does not know. It must check the credential: whoever could make one up would
/// have a new quota each time. It runs before everything else, so it asks nobody.
type Known = fn(&HttpRequest, &State) -> Option<Payer>;

/// The ways, in order. Whoever none of them knows pays by address.
const KNOWN: &[Known] = &[signed_in];

impl Payer {
    pub fn of(request: &HttpRequest, state: &State) -> Self {
        KNOWN.iter().find_map(|known| known(request, state)).unwrap_or_else(|| Self {
            spender: Spender::Address(Address::of(request, state).0),
            channel: Channel::Web,
        })
    }
}

impl FromRequest for Payer {
    type Error = Problem;
    type Future = Ready<Result<Self, Problem>>;

    fn from_request(request: &HttpRequest, _: &mut Payload) -> Self::Future {
        let known = request.extensions().get::<Self>().copied();
        let state = request.app_data::<web::Data<State>>();
        let payer = known.or_else(|| state.map(|state| Self::of(request, state)));
        ready(payer.ok_or_else(|| Kind::Internal.into()))
    }
}

/// An account, wherever its owner sits: an operator desk is not one address, and a resident keeps the quota on the way
/// from home to work.
fn signed_in(request: &HttpRequest, state: &State) -> Option<Payer> {
    let header = request.headers().get(AUTHORIZATION)?.to_str().ok()?;
    let token = header.strip_prefix("Bearer ")?.trim();
    Some(match own_sessions::bearer(&state.app, token, clock::now()).ok()? {
        Bearer::Staff(it) => Payer { spender: Spender::Desk(it.staff.staff_id), channel: Channel::Staff },
        Bearer::Resident(it) => {
            Payer { spender: Spender::Resident(it.resident.resident_id), channel: Channel::Web }
        }
    })
}
