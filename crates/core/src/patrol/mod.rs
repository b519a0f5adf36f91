//! Patrols (巡查): who owes how many in which period, what was walked, and what is overdue.
//!
//! A duty is a post × an area × a period of the post's cycle, and where the rulebook says so one for each holder. What a
//! patrol counts for follows from who walked it and where; `docs/patrols.md` says it in words.

mod duty;
mod ground;
mod log;
mod owed;
mod part;
mod told;

pub use duty::{Asked, Duty, Holder, InForce, duties};
pub use ground::{Area, Walk, WalkError};
pub use log::{NewPatrol, RawPatrol, RawTrack};
pub use owed::{Owed, OwedState, Walked, weigh};
pub use part::{Part, parts};
pub use told::{Line, above, lines};
