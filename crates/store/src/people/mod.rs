//! Staff and residents, their accounts and sessions; reporters' contacts.

pub mod contacts;
pub mod identity;
pub mod invitations;
pub mod refresh_tokens;
pub mod residents;
pub mod second_factors;
pub mod sessions;
pub mod sign_in_codes;
pub mod sign_in_failures;
pub mod staff;
pub mod staff_list;
pub mod staff_log;
