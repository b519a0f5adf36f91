//! What kinds of problems a citizen can report, and what each kind asks.

pub mod answers;
mod catalogue;
mod suggest;

pub use catalogue::{CaseKind, Category, CodeSystem, Family, Question, QuestionKind, Signals, StandardCode};
pub use suggest::suggest;

/// The slug of a report whose category nobody knows yet; compared with all families.
pub const UNCLASSIFIED: &str = "unclassified";
