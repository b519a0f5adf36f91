//! Open311 GeoReport v2 under `/open311/v2`, with mySociety's updates: one file an address. Errors have the format's own
//! shape; what they mean is decided where all errors become statuses.

mod add_update;
mod answer;
mod definition;
mod discovery;
mod fault;
mod file_request;
mod incoming;
mod list_requests;
mod list_updates;
mod one_request;
mod request_node;
mod routes;
mod services;

pub use routes::scope;
