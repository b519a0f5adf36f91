//! Orders of hotlines: what came in, what went out, how both sides stand.

pub mod attachments;
pub mod calls;
pub mod contact;
pub mod messages;
pub mod orders;
pub mod reconciliations;
