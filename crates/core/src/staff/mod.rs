//! People who work with cases: what they may do, and where.

mod grant;
mod role;
mod standing;
mod turn;

pub use grant::{Grant, covers};
pub use role::{Level, Role};
pub use standing::{Standing, Whereabouts, standings};
pub use turn::Turn;
