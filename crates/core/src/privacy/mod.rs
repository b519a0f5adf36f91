//! What is known of people, and for how long (个人信息保护法 Art. 17 and 19): one place for the numbers, which whoever
//! deletes and whoever tells of it both read.

mod notice;
mod retention;

pub use notice::{Kept, NoticeFacts, kept};
pub use retention::{
    FAILED_SIGN_INS, PHOTO_LINKS, SAVED_ANSWERS, SESSIONS, UNUSED_PHOTOS, WECHAT_WORDS, codes_counted,
    identity_days,
};
