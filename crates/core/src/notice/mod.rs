//! What citizens and staff are told, and when it is tried again.

pub mod retry;
mod staff;
mod words;

pub use staff::{StaffNotice, StaffWords};
pub use words::{Occasion, Words, fill};
