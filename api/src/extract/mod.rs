//! Arguments of handlers that are already trusted: who calls, what they sent.

mod address;
mod body;
mod caller;
mod fields;
mod key;
mod upload;

pub use address::Address;
pub use body::{AnyJson, BulkBody, JsonBody, RawBody};
pub use caller::{AnyCaller, Caller, OwnResidentSession, OwnSession, SignedIn};
pub use fields::{Fields, read_report};
pub use key::idempotency_key;
pub use upload::{Upload, file_of};
