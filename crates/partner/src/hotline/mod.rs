//! The protocol of a hotline's platform (12345, 12319, 民意网): signed JSON or forms over HTTP, both ways.
//!
//! Every message names its operation, `requestId`, order number, moment and nonce, and is signed over them and the hash of
//! its body ([`Signed`]). What the fields of an order are called, a [`Partner`](jiekou_core::hotline::Partner) of the
//! rulebook says.

mod attachment;
mod client;
mod fields;
mod listed;
mod media;
mod message;
mod operation;
mod payload;
mod signature;

pub use attachment::{Attachment, MOST_ATTACHMENTS, MOST_RELATED};
pub use client::{Called, HotlineClient, Peer};
pub use fields::Reading;
pub use listed::{Listed, Logged, Page, TheirState};
pub use media::Unfetched;
pub use message::{CallbackResult, Message, Order};
pub use operation::Inbound;
pub use payload::{PayloadError, payload};
pub use signature::{HEADS, Heads, SignatureError, Signed};
