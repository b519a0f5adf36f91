//! The desk of the district: who called before, what it filed, planned works, what it knows.

pub mod articles;
pub mod callers;
pub mod filings;
pub mod works;
