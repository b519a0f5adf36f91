//! The secret by which a platform proves who it is.

use std::fmt;
use std::fmt::Write;

use sha2::{Digest, Sha256};

/// What every key begins with, so that one that was published by mistake is found by whoever looks for such things.
const MARK: &str = "jk_";
/// Letters of the part that is shown again, and of the secret part.
const PREFIX: usize = 8;
const SECRET: usize = 32;

/// `jk_`, 8 letters by which people recognise the key, `_`, and 128 random bits in hexadecimal. Shown once; only the hash
/// of the whole is stored.
#[derive(Clone, PartialEq, Eq)]
pub struct ApiKey(String);

impl ApiKey {
    /// The key of 20 random bytes.
    pub fn from_random(bytes: [u8; 20]) -> Self {
        let mut text = String::with_capacity(MARK.len() + PREFIX + 1 + SECRET);
        text.push_str(MARK);
        for (position, byte) in bytes.iter().enumerate() {
            if position == PREFIX / 2 {
                text.push('_');
            }
            // Writing into a String cannot fail.
            let _ = write!(text, "{byte:02x}");
        }
        Self(text)
    }

    /// A key as somebody presents it; `None` unless it has the right form.
    pub fn parse(text: &str) -> Option<Self> {
        let text = text.trim();
        let (prefix, secret) = text.strip_prefix(MARK)?.split_once('_')?;
        let hexadecimal = |part: &str, length| {
            part.len() == length && part.bytes().all(|b| b.is_ascii_digit() || (b'a'..=b'f').contains(&b))
        };
        (hexadecimal(prefix, PREFIX) && hexadecimal(secret, SECRET)).then(|| Self(text.to_owned()))
    }

    /// The part that may be shown again, such as `jk_1a2b3c4d`.
    pub fn prefix(&self) -> &str {
        self.0.get(..MARK.len() + PREFIX).unwrap_or_default()
    }

    /// What is stored. A plain hash is enough: 128 random bits cannot be guessed from it.
    pub fn hash(&self) -> [u8; 32] {
        Sha256::digest(self.0.as_bytes()).into()
    }

    /// The key in words, for the one answer that shows it.
    pub fn reveal(&self) -> &str {
        &self.0
    }
}

impl fmt::Debug for ApiKey {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "ApiKey({}…)", self.prefix())
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_presented_key_is_recognised_and_only_its_prefix_is_printed() {
        let key = ApiKey::from_random([0xab; 20]);
        assert_eq!(key.reveal(), format!("jk_abababab_{}", "ab".repeat(16)));
        assert_eq!(ApiKey::parse(&format!(" {} ", key.reveal())).unwrap().hash(), key.hash());
        assert_eq!((key.prefix(), format!("{key:?}").as_str()), ("jk_abababab", "ApiKey(jk_abababab…)"));
    }

    #[test]
    fn what_has_another_form_is_no_key() {
        let good = ApiKey::from_random([7; 20]).reveal().to_owned();
        for bad in [
            String::new(),
            "jk_".to_owned(),
            good.replacen("jk_", "JK_", 1),
            good.replacen('0', "O", 1),
            format!("{good}0"),
            good.replace('_', ""),
            good.chars().skip(1).collect(),
        ] {
            assert_eq!(ApiKey::parse(&bad), None, "{bad}");
        }
    }
}
