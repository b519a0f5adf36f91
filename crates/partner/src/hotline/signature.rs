//! Who sent a message, that nobody changed it, and that it is not an old one.

use chrono::{DateTime, Duration, Utc};
use hmac::{Hmac, Mac};
use sha2::{Digest, Sha256};
use thiserror::Error;

/// The headers of a message: request id, order number, moment (milliseconds since 1970), nonce, signature (hexadecimal).
pub const HEADS: [&str; 5] =
    ["Hotline-Request-Id", "Hotline-Order-No", "Hotline-Timestamp", "Hotline-Nonce", "Hotline-Signature"];

/// Longest request id and order number.
const LONGEST: usize = 64;
/// A nonce has so many letters.
const NONCE: std::ops::RangeInclusive<usize> = 8..=64;

/// The headers as they came.
#[derive(Debug, Clone, Copy, Default)]
pub struct Heads<'a> {
    pub request_id: &'a str,
    pub order_no: &'a str,
    pub timestamp: &'a str,
    pub nonce: &'a str,
    pub signature: &'a str,
}

/// What a signature is over, beside the body.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Signed<'a> {
    pub operation: &'a str,
    pub request_id: &'a str,
    pub order_no: &'a str,
    pub sent_at: DateTime<Utc>,
    pub nonce: &'a str,
}

/// Why a message is not believed.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Error)]
pub enum SignatureError {
    #[error("a header is missing or malformed")]
    Malformed,
    #[error("the signature is wrong")]
    Wrong,
    /// Its moment is too far from ours.
    #[error("the clocks differ too much")]
    Skewed,
}

impl<'a> Signed<'a> {
    /// Checks a message: its headers, that one of `secrets` signed it, and that it was sent within `skew` of `now`.
    ///
    /// # Errors
    /// See [`SignatureError`]; the signature before the moment, so that only its sender is told of clocks.
    pub fn verified(
        operation: &'a str,
        heads: &Heads<'a>,
        body: &[u8],
        secrets: &[&[u8]],
        skew: Duration,
        now: DateTime<Utc>,
    ) -> Result<Self, SignatureError> {
        let visible = |text: &str| text.bytes().all(|byte| byte.is_ascii_graphic());
        let named = |text: &str| (1..=LONGEST).contains(&text.len()) && visible(text);
        let fresh = NONCE.contains(&heads.nonce.len()) && visible(heads.nonce);
        let sent_at = heads.timestamp.parse().ok().and_then(DateTime::from_timestamp_millis);
        let Some(sent_at) = sent_at.filter(|_| named(heads.request_id) && named(heads.order_no) && fresh)
        else {
            return Err(SignatureError::Malformed);
        };
        let signed = Self {
            operation,
            request_id: heads.request_id,
            order_no: heads.order_no,
            sent_at,
            nonce: heads.nonce,
        };
        let given = bytes_of(heads.signature).ok_or(SignatureError::Malformed)?;
        let words = signed.words(body);
        // The comparison takes as long for a wrong signature as for a right one.
        let ours = |secret: &&[u8]| {
            mac(secret, words.as_bytes()).is_some_and(|mac| mac.verify_slice(&given).is_ok())
        };
        if !secrets.iter().any(ours) {
            return Err(SignatureError::Wrong);
        }
        if (now - sent_at).abs() > skew {
            return Err(SignatureError::Skewed);
        }
        Ok(signed)
    }

    /// The signature in hexadecimal; empty for a secret that is none.
    pub fn signature(&self, body: &[u8], secret: &[u8]) -> String {
        let mac = mac(secret, self.words(body).as_bytes());
        mac.map_or_else(String::new, |mac| hexadecimal(&mac.finalize().into_bytes()))
    }

    /// Six lines: operation, request id, order number, milliseconds, nonce, SHA-256 of the body in hexadecimal.
    fn words(&self, body: &[u8]) -> String {
        let Self { operation, request_id, order_no, sent_at, nonce } = self;
        let (moment, hash) = (sent_at.timestamp_millis(), hexadecimal(&Sha256::digest(body)));
        format!("{operation}\n{request_id}\n{order_no}\n{moment}\n{nonce}\n{hash}")
    }
}

fn mac(secret: &[u8], words: &[u8]) -> Option<Hmac<Sha256>> {
    let mac = <Hmac<Sha256> as Mac>::new_from_slice(secret).ok().filter(|_| !secret.is_empty());
    mac.map(|mac| mac.chain_update(words))
}

fn hexadecimal(bytes: &[u8]) -> String {
    bytes.iter().map(|byte| format!("{byte:02x}")).collect()
}

fn bytes_of(text: &str) -> Option<Vec<u8>> {
    let digits = text.as_bytes();
    let whole = digits.len() == 64 && digits.iter().all(u8::is_ascii_hexdigit);
    let pairs = digits
        .chunks(2)
        .map(|pair| std::str::from_utf8(pair).ok().and_then(|it| u8::from_str_radix(it, 16).ok()));
    whole.then(|| pairs.collect()).flatten()
}

#[cfg(test)]
mod tests {
    use super::*;

    fn at(milliseconds: i64) -> DateTime<Utc> {
        DateTime::from_timestamp_millis(milliseconds).unwrap()
    }

    const NOW: i64 = 1_795_000_000_000;

    fn signed() -> Signed<'static> {
        Signed { operation: "urge", request_id: "r-1", order_no: "A1", sent_at: at(NOW), nonce: "0123456789" }
    }

    fn checked(change: impl Fn(&mut Heads<'_>), body: &[u8], now: i64) -> Result<(), SignatureError> {
        let signature = signed().signature(b"{}", b"secret");
        let timestamp = NOW.to_string();
        let mut heads = Heads {
            request_id: "r-1",
            order_no: "A1",
            timestamp: &timestamp,
            nonce: "0123456789",
            signature: &signature,
        };
        change(&mut heads);
        let secrets: [&[u8]; 2] = [b"newer", b"secret"];
        Signed::verified("urge", &heads, body, &secrets, Duration::minutes(5), at(now)).map(|_| ())
    }

    #[test]
    fn only_what_was_signed_is_believed_and_only_for_a_while() {
        assert_eq!(checked(|_| {}, b"{}", NOW), Ok(()));
        assert_eq!(checked(|_| {}, b"{ }", NOW), Err(SignatureError::Wrong));
        assert_eq!(checked(|it| it.request_id = "r-2", b"{}", NOW), Err(SignatureError::Wrong));
        assert_eq!(checked(|it| it.order_no = "A2", b"{}", NOW), Err(SignatureError::Wrong));
        assert_eq!(checked(|it| it.nonce = "9876543210", b"{}", NOW), Err(SignatureError::Wrong));
        assert_eq!(checked(|it| it.signature = "00", b"{}", NOW), Err(SignatureError::Malformed));
        assert_eq!(checked(|it| it.timestamp = "soon", b"{}", NOW), Err(SignatureError::Malformed));
        assert_eq!(checked(|it| it.request_id = "", b"{}", NOW), Err(SignatureError::Malformed));
        assert_eq!(checked(|it| it.nonce = "short", b"{}", NOW), Err(SignatureError::Malformed));
        for (now, result) in [
            (NOW + 300_000, Ok(())),
            (NOW + 300_001, Err(SignatureError::Skewed)),
            (NOW - 300_000, Ok(())),
            (NOW - 300_001, Err(SignatureError::Skewed)),
        ] {
            assert_eq!(checked(|_| {}, b"{}", now), result);
        }
    }

    #[test]
    fn another_operation_is_another_message_and_no_secret_signs_nothing() {
        let signature = signed().signature(b"{}", b"secret");
        let other = Signed { operation: "revoke", ..signed() };
        assert_ne!(signature, other.signature(b"{}", b"secret"));
        assert_eq!(signed().signature(b"{}", b""), "");
    }

    /// Computed with Python's `hmac`, so that a platform can check its own program against it.
    #[test]
    fn the_signature_is_the_one_that_the_document_shows() {
        assert_eq!(
            signed().signature(b"{}", b"secret"),
            "432cf741ee355f1fcc33e038cc7f5b6a1cf683244ff0b3b732ae6237b537baa9"
        );
    }
}
