//! Statistics (domain.md §6): what happened to cases, counted by day and by who answers for it.
//!
//! [`tally()`] says what one case counts, and on which days; nothing here depends on the present, so that a case counts the
//! same until something happens to it. [`changes`] makes of that what is added to the roll-ups, and takes from them what the
//! case counted before. Hence the roll-ups are at any time the sum over the cases. *How to add a figure*: a line in
//! `figures`, a column in a migration, its meaning in `tally`, and one more [`DEFINITIONS`], which makes the worker count
//! anew.

mod counted;
mod dimension;
mod figures;
mod handling;
mod history;
mod rates;
mod tally;

pub use counted::{Counted, Place, RollUpKey, Tally, changes};
pub use dimension::Dimension;
pub use figures::Figures;
pub use history::{Answer, CaseHistory, Filed, Line, StoredClock};
pub use rates::Rate;
pub use tally::tally;

/// The number of these definitions. What another release counted by others is counted anew.
pub const DEFINITIONS: i32 = 2;
