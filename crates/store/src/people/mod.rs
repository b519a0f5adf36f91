//! Staff and their sessions; reporters' contacts.

pub mod contacts;
pub mod refresh_tokens;
pub mod staff;
