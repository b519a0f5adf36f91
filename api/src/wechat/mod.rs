//! WeChat's door: `/wechat/{account}`, called by WeChat alone. What it is and how it is answered is in
//! `jiekou_partner::wechat`; what becomes of it in `jiekou_service::wechat`.

mod push;
mod verify;

use actix_web::web;
use jiekou_partner::wechat::{PushQuery, Refused};
use serde::Deserialize;

pub use push::PushRoom;

use crate::address::{readable, several};
use crate::problem::{Kind, Problem};

/// The routes.
pub fn register(config: &mut web::ServiceConfig) {
    config.service(several(
        "/wechat/{account}",
        "GET, HEAD, POST",
        [readable().to(verify::verify), web::post().to(push::push)],
    ));
}

/// The query of every call; whatever is missing makes the signature wrong.
#[derive(Debug, Default, Deserialize)]
#[serde(default)]
struct Query {
    signature: String,
    timestamp: String,
    nonce: String,
    echostr: String,
    encrypt_type: String,
    msg_signature: String,
}

impl From<&Query> for PushQuery {
    fn from(query: &Query) -> Self {
        Self {
            signature: query.signature.clone(),
            timestamp: query.timestamp.clone(),
            nonce: query.nonce.clone(),
            encrypt_type: query.encrypt_type.clone(),
            msg_signature: query.msg_signature.clone(),
        }
    }
}

/// Why a push is refused; nothing of it is kept.
fn refused(why: Refused) -> Problem {
    match why {
        Refused::Signature | Refused::NotEncrypted | Refused::NotOpened => {
            tracing::warn!(wechat.refused = %why, "a push is not believed");
            Kind::WechatSignature.into()
        }
        Refused::Unreadable => {
            Problem::from(Kind::MalformedBody).with_detail("send the XML or JSON of a push")
        }
    }
}
