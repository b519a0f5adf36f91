//! Links to photos that prove who they were made for: whoever holds one may look, until it ends.

use chrono::{DateTime, Duration, Utc};
use jiekou_core::privacy::PHOTO_LINKS;
use jiekou_store::vault::Vault;
use uuid::Uuid;

/// How long a link lives.
pub const LINK_LIFE: Duration = PHOTO_LINKS;

/// The sizes that are served.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Size {
    Display,
    Thumbnail,
}

impl Size {
    pub fn name(self) -> &'static str {
        match self {
            Self::Display => "display",
            Self::Thumbnail => "thumbnail",
        }
    }
}

/// The address of a photo, good until `now` plus [`LINK_LIFE`].
pub fn link(vault: &Vault, public_url: &str, photo_id: Uuid, size: Size, now: DateTime<Utc>) -> String {
    let until = (now + LINK_LIFE).timestamp();
    let signature = sign(vault, photo_id, size, until);
    format!("{public_url}/v1/photos/{photo_id}/{}?until={until}&signature={signature}", size.name())
}

/// Whether a link was made by us for this photo and size and has not ended.
pub fn is_good(
    vault: &Vault,
    photo_id: Uuid,
    size: Size,
    until: i64,
    signature: &str,
    now: DateTime<Utc>,
) -> bool {
    let due = sign(vault, photo_id, size, until);
    // Every byte is looked at, so that the time taken says nothing about where the first difference is.
    let differs = due.bytes().zip(signature.bytes()).fold(0, |differs, (a, b)| differs | (a ^ b));
    due.len() == signature.len() && differs == 0 && now.timestamp() <= until
}

fn sign(vault: &Vault, photo_id: Uuid, size: Size, until: i64) -> String {
    let signature = vault.sign_link(format!("{photo_id}/{}/{until}", size.name()).as_bytes());
    signature.iter().map(|byte| format!("{byte:02x}")).collect()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_link_opens_its_own_photo_in_its_size_until_its_end() {
        let vault = Vault::new(vec![("k1".into(), [1; 32])], [2; 32]);
        let (photo, now) = (Uuid::new_v4(), DateTime::from_timestamp(1_800_000_000, 0).unwrap());
        let url = link(&vault, "http://x", photo, Size::Display, now);
        let signature = url.rsplit_once('=').unwrap().1;
        let until = (now + LINK_LIFE).timestamp();
        let good = |photo, size, until, now| is_good(&vault, photo, size, until, signature, now);
        assert!(good(photo, Size::Display, until, now));
        assert!(!good(photo, Size::Thumbnail, until, now));
        assert!(!good(Uuid::new_v4(), Size::Display, until, now));
        assert!(!good(photo, Size::Display, until + 1, now));
        assert!(!good(photo, Size::Display, until, now + LINK_LIFE + Duration::seconds(1)));
        assert!(!is_good(&vault, photo, Size::Display, until, "", now));
    }
}
