//! Is this problem known? Fingerprints of problems and a judge that compares them and says why.

mod browse;
pub mod cell;
mod fingerprint;
mod judge;
pub mod likeness;
mod nearest;
mod policy;
mod recurrence;
mod sketch;
mod words;

pub use browse::{Around, browse};
pub use fingerprint::Fingerprint;
pub use judge::{Candidate, Decision, Judgement, Match, Reason, judge, reach_meters};
pub use likeness::Likeness;
pub use nearest::{NEAREST, nearest};
pub use policy::{Model, Policy, Weights};
pub use recurrence::{PastCase, Recurrence, RecurrencePolicy, recurrence};
pub use sketch::Sketch;
pub(crate) use words::one_script;
pub use words::{Vocabulary, Words, address_key};
