//! Secrets that are told once and kept as a hash.

use std::fmt;
use std::fmt::Write;
use std::marker::PhantomData;

use sha2::{Digest, Sha256};

/// What a secret is for: one for this is none for that.
pub trait Purpose {
    /// As logs name it.
    const NAME: &'static str;
}

/// 128 random bits. Only their hash is stored.
#[derive(Clone, PartialEq, Eq)]
pub struct Secret<P>(String, PhantomData<P>);

impl<P> Secret<P> {
    /// The secret of 16 random bytes: 32 hexadecimal letters.
    pub fn from_random(bytes: [u8; 16]) -> Self {
        let text = bytes.iter().fold(String::with_capacity(32), |mut text, byte| {
            // Writing into a String cannot fail.
            let _ = write!(text, "{byte:02x}");
            text
        });
        Self(text, PhantomData)
    }

    /// A secret as somebody presents it; `None` unless it has the right form.
    pub fn parse(text: &str) -> Option<Self> {
        let text = text.trim();
        (text.len() == 32 && text.bytes().all(|b| b.is_ascii_hexdigit()))
            .then(|| Self(text.to_ascii_lowercase(), PhantomData))
    }

    /// What is stored. A plain hash is enough: 128 random bits cannot be guessed from it.
    pub fn hash(&self) -> [u8; 32] {
        Sha256::digest(self.0.as_bytes()).into()
    }

    /// The secret in words, for the one message or answer that tells it.
    pub fn reveal(&self) -> &str {
        &self.0
    }
}

impl<P: Purpose> fmt::Debug for Secret<P> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "{}(…)", P::NAME)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[derive(Debug, PartialEq)]
    enum Door {}

    impl Purpose for Door {
        const NAME: &'static str = "DoorSecret";
    }

    #[test]
    fn a_presented_secret_is_recognised_in_either_case_and_never_printed() {
        let secret = Secret::<Door>::from_random([0xab; 16]);
        let presented = Secret::<Door>::parse(&format!(" {} ", secret.reveal().to_uppercase())).unwrap();
        assert_eq!(secret.hash(), presented.hash());
        assert_eq!(format!("{secret:?}"), "DoorSecret(…)");
        for other in ["", "abc", "zz", &"g".repeat(32), &"a".repeat(33)] {
            assert_eq!(Secret::<Door>::parse(other), None, "{other}");
        }
    }
}
