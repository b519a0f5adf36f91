//! Arguments of handlers that are already trusted: who calls, what they sent.

mod body;
mod caller;
mod fields;
mod key;
mod network;
mod upload;

pub use body::JsonBody;
pub use caller::{Caller, OwnResidentSession, OwnSession, SignedIn};
pub use fields::{Fields, read_report};
pub use key::idempotency_key;
pub use network::ClientNetwork;
pub use upload::{Upload, file_of};
