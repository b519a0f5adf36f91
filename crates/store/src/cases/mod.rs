//! Cases: reading them, moving them, merging them.

pub mod alarm;
pub mod clocks;
pub mod erasure;
pub mod import;
pub mod inbox;
pub mod log_audit;
pub mod merge;
pub mod move_row;
pub mod moves;
pub mod newest;
pub mod parts;
pub mod place;
pub mod places;
pub mod recognition;
pub mod recurrence;
pub mod serials;
pub mod split;
pub mod suggestions;
pub mod unmerge;
pub mod view;
