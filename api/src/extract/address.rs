//! Where a request comes from.

use std::future::{Ready, ready};
use std::net::{IpAddr, Ipv4Addr};

use actix_web::dev::Payload;
use actix_web::{FromRequest, HttpRequest, web};
use jiekou_core::limit::AddressGroup;

use crate::problem::{Kind, Problem};
use crate::state::State;

/// The caller's network.
#[derive(Debug, Clone, Copy)]
pub struct Address(pub AddressGroup);

impl Address {
    /// The address of whoever asks, behind the trusted proxies.
    pub fn of(request: &HttpRequest, state: &State) -> Self {
        // Without one the request came over a socket of this machine.
        let peer = request.peer_addr().map_or(IpAddr::V4(Ipv4Addr::LOCALHOST), |peer| peer.ip());
        if !state.proxies.are_trusted(peer) {
            return Self(AddressGroup::of(peer));
        }
        let lines = request.headers().get_all(state.proxies.header().name());
        // A line that is no text is no address.
        let values: Vec<&str> = lines.map(|value| value.to_str().unwrap_or_default()).collect();
        Self(AddressGroup::of(state.proxies.caller(peer, &values)))
    }
}

impl FromRequest for Address {
    type Error = Problem;
    type Future = Ready<Result<Self, Problem>>;

    fn from_request(request: &HttpRequest, _: &mut Payload) -> Self::Future {
        let state = request.app_data::<web::Data<State>>();
        ready(state.map(|state| Self::of(request, state)).ok_or_else(|| Kind::Internal.into()))
    }
}
