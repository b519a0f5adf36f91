//! Is this problem known? Fingerprints of problems and a judge that compares them and says why.

pub mod cell;
mod fingerprint;
mod judge;
mod policy;
mod sketch;

pub use fingerprint::Fingerprint;
pub use judge::{Candidate, Decision, Judgement, Match, Reason, judge, reach_meters};
pub use policy::{Policy, Weights};
pub use sketch::Sketch;
