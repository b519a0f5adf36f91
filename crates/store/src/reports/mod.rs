//! Reports: recording them, reading them for their author, adding to them.

pub mod additions;
pub mod authorship;
pub mod export;
pub mod idempotency;
pub mod of_resident;
pub mod public;
pub mod record;
pub mod reporter_moves;
pub mod retention;
pub mod shared_reads;
pub mod tracking;
