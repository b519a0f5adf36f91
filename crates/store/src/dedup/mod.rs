//! Recognising known problems fast: an index of live cases in Redis. Speed only: it may be empty, stale or away at any
//! moment, and the recording transaction still decides rightly.

mod index;
pub mod keys;
mod rebuild;

pub use index::{DedupIndex, Entry, Found, Marks, Search};
pub use rebuild::{mend_case, rebuild_town};
