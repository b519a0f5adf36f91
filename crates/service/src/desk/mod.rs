//! The desk of the district (热线坐席): who called before, names while typing, what is being worked on, what to answer, and
//! one call for everything that is filed.

mod access;
pub mod articles;
pub mod assignments;
pub mod callers;
mod english_letters;
pub mod file_report;
pub mod hand_back;
pub mod name_index;
pub mod speak;
pub mod suggest_names;
pub mod works;

pub(crate) use access::{at_desk, oversees};
