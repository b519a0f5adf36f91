//! People who work with cases: what they may do, and where; what their accounts must have.

mod account_rules;
mod grant;
pub mod password;
mod role;
mod standing;

pub use account_rules::AccountRules;
pub use grant::{Grant, covers};
pub use role::{Level, Role};
pub use standing::{Standing, Whereabouts, standings};
