//! Who a reporter is: what everybody else sees of it (nothing in words, little of a number, and the whole only for a
//! reason), and for how long it is known (个人信息保护法 Art. 17 and 19): one place for the numbers, which whoever deletes
//! and whoever tells of it both read.

mod digits;
mod email;
mod identity_number;
mod mask;
mod notice;
mod opening;
mod phone_number;
mod retention;
mod scrub;

pub use mask::{MaskedContact, mask_email, mask_name, mask_phone, national};
pub use notice::{Kept, NoticeFacts, kept, sign_in_risks};
pub use opening::{IdentityRules, OpeningReason, opening_grant, speaks_with_reporters};
pub use retention::{
    FAILED_SIGN_INS, PHOTO_LINKS, SAVED_ANSWERS, SESSIONS, UNUSED_PHOTOS, WECHAT_WORDS, codes_counted,
    identity_days,
};
pub use scrub::{scrub, scrub_json};
