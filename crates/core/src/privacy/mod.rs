//! Who a reporter is, and what everybody else sees of it: nothing in words, little of a number, and the whole only for a
//! reason.

mod digits;
mod email;
mod identity_number;
mod mask;
mod opening;
mod phone_number;
mod scrub;

pub use mask::{MaskedContact, mask_email, mask_name, mask_phone, national};
pub use opening::{IdentityRules, OpeningReason, opening_grant, speaks_with_reporters};
pub use scrub::{scrub, scrub_json};
