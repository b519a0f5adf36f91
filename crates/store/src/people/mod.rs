//! Staff, their accounts and sessions; reporters' contacts.

pub mod contacts;
pub mod refresh_tokens;
pub mod sessions;
pub mod sign_in_failures;
pub mod staff;
