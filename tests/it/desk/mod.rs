//! The desk of the district: what an operator sees while somebody talks, and what one call does.

mod articles;
mod assignments;
mod callers;
mod import_orders;
mod names;
mod works;
