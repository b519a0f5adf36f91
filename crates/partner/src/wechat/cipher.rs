//! The cipher of the safe and the compatible mode (消息加解密): AES-256-CBC, padded to 32 bytes.

use std::fmt;

use aes::Aes256;
use aes::cipher::block_padding::NoPadding;
use aes::cipher::{BlockDecryptMut, BlockEncryptMut, KeyIvInit};
use base64::Engine;
use base64::alphabet;
use base64::engine::general_purpose::{GeneralPurpose, GeneralPurposeConfig, STANDARD};

/// Length of the unit that is padded to, twice that of the cipher's own.
const UNIT: usize = 32;
/// Random bytes before the length.
const SALT: usize = 16;
/// The 43 letters of a key hold 258 bits; WeChat draws the last letter at random.
const LENIENT: GeneralPurpose = GeneralPurpose::new(
    &alphabet::STANDARD,
    GeneralPurposeConfig::new().with_decode_allow_trailing_bits(true),
);

/// An EncodingAESKey, decoded.
#[derive(Clone, PartialEq, Eq)]
pub struct AesKey([u8; 32]);

/// Why something does not open.
#[derive(Debug, Clone, Copy, PartialEq, Eq, thiserror::Error)]
pub enum CipherError {
    #[error("an EncodingAESKey has 43 letters and digits")]
    Key,
    #[error("the message is not encrypted with this key")]
    NotOpened,
    #[error("the message is for another account")]
    OtherAccount,
}

impl fmt::Debug for AesKey {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("AesKey(…)")
    }
}

impl AesKey {
    /// The key as WeChat's console shows it.
    ///
    /// # Errors
    /// [`CipherError::Key`].
    pub fn parse(text: &str) -> Result<Self, CipherError> {
        if text.len() != 43 {
            return Err(CipherError::Key);
        }
        let bytes = LENIENT.decode(format!("{text}=")).map_err(|_unshown| CipherError::Key)?;
        bytes.try_into().map(Self).map_err(|_unshown| CipherError::Key)
    }

    fn vector(&self) -> [u8; 16] {
        let mut vector = [0; 16];
        vector.iter_mut().zip(self.0).for_each(|(to, from)| *to = from);
        vector
    }

    /// Encrypts `message` for the account with this AppId; in base64.
    #[must_use]
    pub fn seal(&self, appid: &str, message: &[u8], salt: [u8; SALT]) -> String {
        let length = u32::try_from(message.len()).unwrap_or(u32::MAX).to_be_bytes();
        let mut plain = [salt.as_slice(), &length, message, appid.as_bytes()].concat();
        let padding = UNIT - plain.len() % UNIT;
        plain.resize(plain.len() + padding, u8::try_from(padding).unwrap_or_default());
        let cipher = cbc::Encryptor::<Aes256>::new(&self.0.into(), &self.vector().into());
        STANDARD.encode(cipher.encrypt_padded_vec_mut::<NoPadding>(&plain))
    }

    /// Opens what was encrypted for the account with this AppId.
    ///
    /// # Errors
    /// [`CipherError::NotOpened`] for anything else, also for another key; [`CipherError::OtherAccount`].
    pub fn open(&self, appid: &str, sealed: &str) -> Result<Vec<u8>, CipherError> {
        let sealed = STANDARD.decode(sealed.trim()).map_err(|_unreadable| CipherError::NotOpened)?;
        let cipher = cbc::Decryptor::<Aes256>::new(&self.0.into(), &self.vector().into());
        let plain = cipher
            .decrypt_padded_vec_mut::<NoPadding>(&sealed)
            .map_err(|_unaligned| CipherError::NotOpened)?;
        let body = unpadded(&plain).and_then(|plain| plain.get(SALT..)).ok_or(CipherError::NotOpened)?;
        let (length, rest) = body.split_first_chunk::<4>().ok_or(CipherError::NotOpened)?;
        let length = usize::try_from(u32::from_be_bytes(*length)).unwrap_or(usize::MAX);
        let (message, whose) = rest.split_at_checked(length).ok_or(CipherError::NotOpened)?;
        if whose == appid.as_bytes() { Ok(message.to_vec()) } else { Err(CipherError::OtherAccount) }
    }
}

fn unpadded(plain: &[u8]) -> Option<&[u8]> {
    let padding = usize::from(*plain.last()?);
    let (body, pad) = plain.split_at_checked(plain.len().checked_sub(padding)?)?;
    let whole = (1..=UNIT).contains(&padding) && pad.iter().all(|byte| usize::from(*byte) == padding);
    whole.then_some(body)
}

#[cfg(test)]
mod tests {
    use super::*;

    fn key(letter: char) -> AesKey {
        AesKey::parse(&letter.to_string().repeat(43)).unwrap()
    }

    #[test]
    fn what_is_sealed_opens_with_its_key_for_its_account_only() {
        for length in 0..100 {
            let message = "坑".repeat(length);
            let sealed = key('a').seal("wx1", message.as_bytes(), [7; 16]);
            assert_eq!(STANDARD.decode(&sealed).unwrap().len() % UNIT, 0, "{length}");
            assert_eq!(key('a').open("wx1", &sealed).unwrap(), message.as_bytes(), "{length}");
            assert_eq!(key('a').open("wx2", &sealed), Err(CipherError::OtherAccount));
            assert!(key('b').open("wx1", &sealed).is_err());
        }
    }

    #[test]
    fn a_key_is_read_as_the_console_shows_it() {
        assert!(AesKey::parse("jWmYm7qr5nMoAUwZRjGtBxmz3KA1tkAj3ykkR6q2B2C").is_ok());
        for wrong in ["", "short", "jWmYm7qr5nMoAUwZRjGtBxmz3KA1tkAj3ykkR6q2B2!"] {
            assert_eq!(AesKey::parse(wrong), Err(CipherError::Key));
        }
        assert_eq!(format!("{:?}", key('a')), "AesKey(…)");
    }

    #[test]
    fn damaged_messages_are_refused() {
        for sealed in ["", "AAAA", "!!!", &STANDARD.encode([0; 32]), &STANDARD.encode([0; 33])] {
            assert!(key('a').open("wx1", sealed).is_err(), "{sealed}");
        }
    }
}
