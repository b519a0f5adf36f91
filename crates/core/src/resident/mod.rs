//! Residents with an account: the phone that proves them, the code that proves the phone, what an installation allows.

mod code_limits;
mod mobile_phone;
mod request_secret;
mod resident_rules;
mod sign_in_code;

pub use code_limits::{CodeLimits, Limit, LimitFault};
pub use mobile_phone::MobilePhone;
pub use request_secret::RequestSecret;
pub use resident_rules::ResidentRules;
pub use sign_in_code::{CodePurpose, SignInCode};
