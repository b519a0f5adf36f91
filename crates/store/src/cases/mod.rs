//! Cases: reading them, moving them, merging them.

pub mod inbox;
pub mod merge;
pub mod moves;
pub mod serials;
pub mod view;
