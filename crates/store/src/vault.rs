//! Encryption at rest: contact details, sealed photos, saved answers.
//!
//! AES-256-GCM with a random nonce. Each purpose has a key of its own, derived from the master key (HMAC-SHA-256 with
//! the purpose as label), so that one purpose's data never opens with another's key. Whatever the data belongs to is
//! bound in as associated data: a sealed contact moved to another person's row does not open.

use std::fmt;

use aes_gcm::aead::{Aead, KeyInit, Payload};
use aes_gcm::{Aes256Gcm, Nonce};
use hmac::{Hmac, Mac};
use sha2::Sha256;

const NONCE_LENGTH: usize = 12;

/// What a sealed thing is for.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Purpose {
    Contact,
    Photo,
    SavedAnswer,
    SecondFactor,
    /// Where invitations of staff go.
    StaffAddress,
    /// A message about an account, while it waits.
    AccountMessage,
    /// What was verified to be a resident: a phone, an account elsewhere.
    Identity,
    /// Sound or moving pictures of a report.
    Recording,
    /// What somebody wrote to us by WeChat, and what they were told.
    WechatWords,
    /// A token of WeChat's interface.
    WechatToken,
    /// The secret that signs what a webhook is told.
    WebhookSecret,
    /// What the platform of a hotline sent, names and numbers of people included.
    HotlineMessage,
    /// How the owner of a shop is reached.
    Storefront,
}

impl Purpose {
    fn label(self) -> &'static [u8] {
        match self {
            Self::Contact => b"contact",
            Self::Photo => b"photo",
            Self::SavedAnswer => b"saved-answer",
            Self::SecondFactor => b"second-factor",
            Self::StaffAddress => b"staff-address",
            Self::AccountMessage => b"account-message",
            Self::Identity => b"identity",
            Self::Recording => b"recording",
            Self::WechatWords => b"wechat-words",
            Self::WechatToken => b"wechat-token",
            Self::WebhookSecret => b"webhook-secret",
            Self::HotlineMessage => b"hotline-message",
            Self::Storefront => b"storefront",
        }
    }
}

/// Master keys by id, newest first: the first one seals, all of them open.
#[derive(Clone)]
pub struct Vault {
    masters: Vec<(String, [u8; 32])>,
    blind: [u8; 32],
}

/// Sealed bytes and the key that opens them.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Sealed {
    pub key_id: String,
    pub bytes: Vec<u8>,
}

/// The data does not open: the key is unknown, or the bytes or their owner were changed.
#[derive(Debug, Clone, Copy, PartialEq, Eq, thiserror::Error)]
#[error("sealed data does not open")]
pub struct NotOpened;

impl fmt::Debug for Vault {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_list().entries(self.masters.iter().map(|(id, _)| id)).finish()
    }
}

impl Vault {
    /// A vault over master keys, newest first, and the key of the blind index (which must outlive them all).
    pub fn new(masters: Vec<(String, [u8; 32])>, blind: [u8; 32]) -> Self {
        Self { masters, blind }
    }

    /// Seals `plain`, which belongs to `owner`.
    ///
    /// # Errors
    /// [`NotOpened`] when there is no key at all.
    pub fn seal(&self, purpose: Purpose, owner: &[u8], plain: &[u8]) -> Result<Sealed, NotOpened> {
        let (key_id, master) = self.masters.first().ok_or(NotOpened)?;
        let nonce: [u8; NONCE_LENGTH] = rand::random();
        let payload = Payload { msg: plain, aad: owner };
        let sealed =
            cipher(master, purpose).encrypt(&Nonce::from(nonce), payload).map_err(|_unit| NotOpened)?;
        Ok(Sealed { key_id: key_id.clone(), bytes: [nonce.as_slice(), &sealed].concat() })
    }

    /// Opens what [`Self::seal`] sealed for the same purpose and owner.
    ///
    /// # Errors
    /// [`NotOpened`] for anything else.
    pub fn open(
        &self,
        purpose: Purpose,
        owner: &[u8],
        key_id: &str,
        bytes: &[u8],
    ) -> Result<Vec<u8>, NotOpened> {
        let (_, master) = self.masters.iter().find(|(id, _)| id == key_id).ok_or(NotOpened)?;
        let (nonce, sealed) = bytes.split_first_chunk::<NONCE_LENGTH>().ok_or(NotOpened)?;
        let payload = Payload { msg: sealed, aad: owner };
        cipher(master, purpose).decrypt(&Nonce::from(*nonce), payload).map_err(|_unit| NotOpened)
    }

    /// Ids of the key that seals now and of those that only open what they sealed before.
    pub fn key_ids(&self) -> (Option<&str>, Vec<String>) {
        let mut ids = self.masters.iter().map(|(id, _)| id.as_str());
        (ids.next(), ids.map(str::to_owned).collect())
    }

    /// A keyed hash of a phone number or address, by which it can be searched but not read.
    pub fn blind_index(&self, value: &str) -> Vec<u8> {
        mac(&self.blind, value.as_bytes()).to_vec()
    }

    /// What is stored of a short code that belongs to `owner`: keyed, for a million codes are soon tried.
    pub fn code_hash(&self, owner: &[u8], code: &str) -> [u8; 32] {
        mac(&mac(&self.blind, b"codes"), &[owner, code.as_bytes()].concat())
    }

    /// Whether `hash` is that of this code, in the same time whatever it is.
    pub fn is_code(&self, owner: &[u8], code: &str, hash: &[u8]) -> bool {
        <Hmac<Sha256> as Mac>::new_from_slice(&mac(&self.blind, b"codes"))
            .is_ok_and(|mac| mac.chain_update(owner).chain_update(code).verify_slice(hash).is_ok())
    }

    /// A signature over `message`, for links that prove who made them.
    pub fn sign_link(&self, message: &[u8]) -> [u8; 32] {
        mac(&mac(&self.blind, b"links"), message)
    }
}

fn cipher(master: &[u8; 32], purpose: Purpose) -> Aes256Gcm {
    Aes256Gcm::new(&mac(master, purpose.label()).into())
}

fn mac(key: &[u8; 32], message: &[u8]) -> [u8; 32] {
    // HMAC takes keys of any length, so this cannot fail; an empty mac would open nothing.
    <Hmac<Sha256> as Mac>::new_from_slice(key)
        .map_or([0; 32], |mac| mac.chain_update(message).finalize().into_bytes().into())
}

#[cfg(test)]
mod tests {
    use super::*;

    fn vault(ids: &[&str]) -> Vault {
        let key = |id: &&str| (id.to_string(), [u8::try_from(id.len()).unwrap(); 32]);
        Vault::new(ids.iter().map(key).collect(), [9; 32])
    }

    #[test]
    fn what_was_sealed_opens_for_its_owner_and_purpose_only() {
        let vault = vault(&["k1"]);
        let sealed = vault.seal(Purpose::Contact, b"anna", b"13900000000").unwrap();
        let open = |purpose, owner: &[u8]| vault.open(purpose, owner, &sealed.key_id, &sealed.bytes);
        assert_eq!(open(Purpose::Contact, b"anna").as_deref(), Ok(b"13900000000".as_slice()));
        assert_eq!(open(Purpose::Contact, b"bert"), Err(NotOpened));
        assert_eq!(open(Purpose::Photo, b"anna"), Err(NotOpened));
        assert!(!sealed.bytes.windows(5).any(|window| window == b"13900"));
    }

    #[test]
    fn a_new_key_seals_and_the_old_one_still_opens() {
        let sealed = vault(&["k1"]).seal(Purpose::Contact, b"anna", b"words").unwrap();
        let rotated = vault(&["k22", "k1"]);
        assert!(rotated.open(Purpose::Contact, b"anna", &sealed.key_id, &sealed.bytes).is_ok());
        assert_eq!(rotated.seal(Purpose::Contact, b"anna", b"words").unwrap().key_id, "k22");
    }

    #[test]
    fn a_code_is_known_by_its_owner_and_digits_only() {
        let vault = vault(&["k1"]);
        let hash = vault.code_hash(b"anna", "123456");
        assert!(vault.is_code(b"anna", "123456", &hash));
        for (owner, code) in [(b"anna", "123457"), (b"bert", "123456"), (b"anna", "")] {
            assert!(!vault.is_code(owner, code, &hash));
        }
        assert!(!vault.is_code(b"anna", "123456", &hash[..31]) && !vault.is_code(b"anna", "123456", &[]));
    }

    #[test]
    fn the_blind_index_finds_the_same_value_and_differs_for_others() {
        let vault = vault(&["k1"]);
        assert_eq!(vault.blind_index("139"), vault.blind_index("139"));
        assert_ne!(vault.blind_index("139"), vault.blind_index("138"));
    }
}
