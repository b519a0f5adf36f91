//! Limits: quotas that all processes count together, in Redis; blocks, appeals and marks of spam, in PostgreSQL.
//!
//! A key for each rule and spender holds the moment up to which everything is spent (`core::limit::Quota`), and ends with
//! it. Keys are keyed hashes: no address, phone or account stands in Redis. `{prefix}:limit:{version}` is the hash tag of all
//! of them, so that one script takes several rules at once.

pub mod appeals;
pub mod blocks;
mod shared;
pub mod spam_marks;

pub use shared::{Price, SharedQuotas, Spent};
