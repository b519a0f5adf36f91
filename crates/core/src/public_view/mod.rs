//! What strangers and platforms see of a case: how it stands, roughly where, and no words of people.

mod place;
mod status;
mod words;

pub use place::rounded;
pub use status::{Progress, PublicStatus};
pub use words::without_numbers;
