//! How long what is kept only for a time is kept.

use chrono::Duration;

use crate::resident::ResidentRules;
use crate::rulebook::Rulebook;

/// The private part of an answer that can be given again to a resent request.
pub const SAVED_ANSWERS: Duration = Duration::hours(72);
/// A photo that no report named.
pub const UNUSED_PHOTOS: Duration = Duration::hours(48);
/// Who was signed in when, by pseudonym or account (网络安全法 Art. 21 asks for six months).
pub const SESSIONS: Duration = Duration::days(183);
/// A keyed hash of a name somebody failed to sign in with.
pub const FAILED_SIGN_INS: Duration = Duration::days(1);
/// What somebody wrote by WeChat, and what they were answered.
pub const WECHAT_WORDS: Duration = Duration::days(3);
/// How long a link to a photo opens it.
pub const PHOTO_LINKS: Duration = Duration::hours(24);

/// Keyed hashes of a phone and a network that a code was asked for: as long as a limit counts them and the code is good, in
/// whole hours.
pub fn codes_counted(rules: &ResidentRules) -> Duration {
    let counted = Duration::seconds(rules.code_limits.longest_seconds().into()) + rules.code_life;
    Duration::hours((counted.num_seconds() + 3_599) / 3_600)
}

/// For how many days after the end of a case it is known who reported it: as many as the installation says, but no fewer
/// than somebody may still need it. Until then a reporter can object or say that it is not solved, a unit can appeal, and
/// the same problem can come back.
pub fn identity_days(wished: u32, rules: &Rulebook) -> u32 {
    let process = &rules.plan().process;
    [
        process.reopening.window_days,
        process.objection.window_days,
        process.appeal.window_days,
        rules.data().dedup.recurrence.window_days,
    ]
    .into_iter()
    .fold(wished, u32::max)
}
