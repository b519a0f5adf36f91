//! Arguments of handlers that are already trusted: who calls, what they sent.

mod body;
mod caller;
mod fields;
mod key;

pub use body::{JsonBody, RawBody};
pub use caller::{Caller, OwnSession, SignedIn};
pub use fields::{Fields, read_report};
pub use key::idempotency_key;
