//! Who is on duty, who stands in for whom, and who owns an open task.
//!
//! Invariant: every open task has exactly one owner at every instant, whoever is gone: the person who goes, else whoever
//! is on duty in the post that it was handed to, else the unit, else the center that answers for the place.

mod deputy;
mod owner;
mod rota;

pub use deputy::{Absence, DeputyRefusal, admits, decides_for, passed};
pub use owner::{Fallen, Holder, Owner, Task, area_of, fallen, owner};
pub use rota::{Change, Rota, Shift};
