//! A case (案件): the problem in the world, opened by one report and joined by others.

mod case_clock;
pub mod chain;
mod clock_effect;
mod milestones;
mod moves;
mod number;
mod stage;
mod state;
mod transition;

pub use case_clock::{CaseClock, ClockKind};
pub use clock_effect::{ClockEffect, answer_effect, clock_effect};
pub use milestones::milestones;
pub use moves::Move;
pub use number::CaseNumber;
pub use stage::Stage;
pub use state::State;
pub use transition::{Demand, Refusal, allowed_moves, demands, transition};
