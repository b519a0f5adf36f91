//! Cases: reading them, moving them, merging them.

pub mod alarm;
mod due;
pub mod inbox;
pub mod merge;
pub mod moves;
pub mod newest;
pub mod place;
pub mod recurrence;
pub mod serials;
pub mod suggestions;
pub mod unmerge;
pub mod view;

pub use due::Due;
