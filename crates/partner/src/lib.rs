//! The protocols of others, as they speak them: messages in and out, signatures,
//! clients of their services. No rules of Jiekou and no storage.
//!
//! Every base address is configuration, so that a test can stand a local server there.

pub mod hotline;
mod http;

pub use http::{Http, HttpError, Timeouts};
