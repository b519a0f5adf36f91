//! How the one who assesses supervises: flags and accountability, circulars, placards, draws.

pub mod accountability;
pub mod circulars;
pub mod draws;
pub mod flags;
pub mod placards;
pub mod worst;
