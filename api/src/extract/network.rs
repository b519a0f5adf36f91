//! Which network a request comes from.

use std::future::{Ready, ready};
use std::net::{IpAddr, Ipv4Addr};

use actix_web::dev::Payload;
use actix_web::{FromRequest, HttpRequest, web};
use jiekou_boot::client_network::network_of;

use crate::problem::{Kind, Problem};
use crate::state::State;

/// The network of the client, behind trusted proxies of theirs: /24 of IPv4, /64 of IPv6.
#[derive(Debug)]
pub struct ClientNetwork(pub String);

impl FromRequest for ClientNetwork {
    type Error = Problem;
    type Future = Ready<Result<Self, Problem>>;

    fn from_request(request: &HttpRequest, _: &mut Payload) -> Self::Future {
        let Some(state) = request.app_data::<web::Data<State>>() else {
            return ready(Err(Kind::Internal.into()));
        };
        // A connection that is gone already is nobody's.
        let peer = request.peer_addr().map_or(IpAddr::V4(Ipv4Addr::UNSPECIFIED), |peer| peer.ip());
        let forwarded: Vec<&str> =
            request.headers().get_all("X-Forwarded-For").filter_map(|value| value.to_str().ok()).collect();
        ready(Ok(Self(network_of(state.proxies.client(peer, forwarded.into_iter())))))
    }
}
