//! The protocols of others, as they speak them: messages in and out, signatures,
//! clients of their services. No rules of Jiekou and no storage.
//!
//! Every base address is configuration, so that a test can stand a local server there.

pub mod breached_passwords;
pub mod clamd;
pub mod hotline;
mod http;
pub mod open311;
mod outward;
pub mod sms;
pub mod webhook;
pub mod wechat;

pub use http::{Http, HttpAnswer, HttpError, Timeouts};
pub use outward::{Answer, Outward, OutwardError};
