//! Statistics: how far cases were counted, what they count, and the roll-ups.

pub mod counting;
pub mod digests;
pub mod history;
pub mod roll_up;
