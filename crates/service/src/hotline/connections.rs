//! Where platforms are, and the keys that we share with them.

use std::collections::BTreeMap;

use chrono::TimeDelta;
use jiekou_partner::Http;
use jiekou_partner::hotline::{HotlineClient, Peer};
use rand::Rng;
use uuid::Uuid;

/// The connections of this installation. What their orders look like, the rulebook says.
#[derive(Debug)]
pub struct Hotlines {
    pub http: Http,
    pub client: HotlineClient,
    /// Fetches files, which takes longer than a call.
    pub media: Http,
    /// By the code of the partner.
    pub peers: BTreeMap<String, Peer>,
    /// How far the clock of a platform may be from ours.
    pub skew: TimeDelta,
}

impl Hotlines {
    pub fn new(http: Http, media: Http, peers: BTreeMap<String, Peer>, skew: TimeDelta) -> Self {
        Self { client: HotlineClient::new(http.clone()), http, media, peers, skew }
    }

    /// The platform with this code, if it can be called.
    pub fn callable(&self, code: &str) -> Option<&Peer> {
        self.peers.get(code).filter(|peer| !peer.base_url.is_empty() && !peer.secrets.is_empty())
    }
}

/// A request id that was never used.
pub(super) fn request_id() -> String {
    Uuid::now_v7().simple().to_string()
}

/// A nonce: 96 random bits in hexadecimal.
pub(super) fn nonce() -> String {
    let bits: [u8; 12] = rand::rng().random();
    bits.iter().map(|byte| format!("{byte:02x}")).collect()
}
