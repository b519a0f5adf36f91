//! Is this problem known? Fingerprints of problems and a judge that compares them and says why.

mod browse;
pub mod cell;
mod fingerprint;
mod judge;
pub mod likeness;
mod nearest;
mod photo_mark;
mod photo_print;
mod policy;
mod recurrence;
pub mod same_picture;
mod sketch;
mod words;

pub use browse::{Around, browse};
pub use fingerprint::{Fingerprint, PRINT_VERSION, STORED_PHOTOS};
pub use judge::{Candidate, Decision, Judgement, Match, Reason, judge, reach_meters};
pub use likeness::Likeness;
pub use nearest::{NEAREST, nearest};
pub use photo_mark::{MARK_BITS, PhotoMark};
pub use photo_print::{GREY_SIDE, PhotoPrint};
pub use policy::{Model, Policy, Weights};
pub use recurrence::{PastCase, Recurrence, RecurrencePolicy, recurrence};
pub use sketch::Sketch;
pub(crate) use words::one_script;
pub use words::{Vocabulary, Words, address_key};
