//! What a citizen is told, and when it is tried again.

pub mod retry;
mod words;

pub use words::{Occasion, Words, fill};
