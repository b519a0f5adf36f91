//! Patrols: what was written down, and how often each post was on the street.

pub mod counts;
pub mod holders;
pub mod list;
pub mod record;
