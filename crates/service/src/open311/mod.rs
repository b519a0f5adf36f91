//! What Open311 GeoReport v2 asks for. The protocol itself is [`jiekou_partner::open311`]; its addresses are the API's.

mod add_update;
mod file_request;
mod list_requests;
mod list_updates;

pub use add_update::{PlatformUpdate, add_update};
pub use file_request::{Filed, ServiceRequest, file_request, find_token};
pub use list_requests::{Answer, LONGEST_SPAN, MOST, PublicRequest, PublicStep, Wanted, list_requests};
pub use list_updates::{CaseUpdate, list_updates};
