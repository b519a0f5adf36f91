//! A case (案件): the problem in the world, opened by one report and joined by others.
//!
//! A move is decided in three steps: the graph says whether there is such a step (`graph`), the role whether it is
//! yours (`permission`), and the guards whether anything speaks against it (`guard`). What it owes is in `demand`, what
//! it does to the clocks in `clock_effect`. *How to add a move*: a variant of [`Move`], and the compiler names the rest.

mod after;
mod case_clock;
pub mod chain;
mod clock_effect;
mod demand;
mod graph;
mod guard;
mod ladder;
mod matter;
mod milestones;
mod moves;
mod number;
mod permission;
mod reopening;
mod stage;
mod state;
mod terms;
mod transition;

pub use after::{Given, after, handed_over};
pub use case_clock::{CaseClock, ClockKind};
pub use clock_effect::{ClockEffect, answer_effect, clock_effect};
pub use demand::{Demand, demands};
pub use guard::Guard;
pub use ladder::rung_after;
pub use matter::{Actor, Contest, Handlers, Matter, Persuasion, Request, RequestKind, Verdict};
pub use milestones::milestones;
pub use moves::Move;
pub use number::CaseNumber;
pub use permission::{handles, works_on_site};
pub use reopening::reopens;
pub use stage::Stage;
pub use state::State;
pub use terms::{Terms, faults};
pub use transition::{Refusal, Step, allowed_moves, transition};
