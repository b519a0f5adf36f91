//! People who work with cases: what they may do, and where; what their accounts must have.

mod account_rules;
mod grant;
mod granting;
mod invitation_code;
pub mod password;
mod profile;
mod recovery_code;
mod role;
mod standing;
mod turn;

pub use account_rules::AccountRules;
pub use grant::{Grant, covers};
pub use granting::{MOST_GRANTS, check_grants, may_grant, may_see_account};
pub use invitation_code::InvitationCode;
pub use profile::{Profile, RawProfile};
pub use recovery_code::{RECOVERY_CODES, RecoveryCode};
pub use role::{Level, Role};
pub use standing::{Standing, Whereabouts, standings};
pub use turn::Turn;
