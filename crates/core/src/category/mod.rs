//! What kinds of problems a citizen can report, and what each kind asks.

pub mod answers;
mod catalogue;
mod classify;
pub mod codes;
mod suggest;
mod traits;

pub use catalogue::{CaseKind, Category, CodeSystem, Family, Question, QuestionKind, Signals, StandardCode};
pub use classify::kind_of;
pub use suggest::suggest;
pub use traits::{Complexity, Grime, Kind, Plane, ReferenceLimit};

/// The slug of a report whose category nobody knows yet; compared with all families.
pub const UNCLASSIFIED: &str = "unclassified";
