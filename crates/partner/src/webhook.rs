//! Webhooks as standardwebhooks.com describes them: who they are from is proved by a signature over id, moment and body.

use base64::Engine;
use base64::engine::general_purpose::STANDARD;
use chrono::{DateTime, Utc};
use hmac::{Hmac, Mac};
use sha2::Sha256;

const MARK: &str = "whsec_";

/// The secret that both sides know: 24 random bytes.
#[derive(Clone, PartialEq, Eq)]
pub struct WebhookSecret(Vec<u8>);

impl std::fmt::Debug for WebhookSecret {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.write_str("WebhookSecret(…)")
    }
}

impl WebhookSecret {
    pub fn from_random(bytes: [u8; 24]) -> Self {
        Self(bytes.to_vec())
    }

    /// A secret as it was stored.
    pub fn from_bytes(bytes: Vec<u8>) -> Self {
        Self(bytes)
    }

    pub fn as_bytes(&self) -> &[u8] {
        &self.0
    }

    /// The secret in words, for the one answer that shows it.
    pub fn reveal(&self) -> String {
        format!("{MARK}{}", STANDARD.encode(&self.0))
    }

    /// `v1,` and the signature over what is sent.
    fn sign(&self, id: &str, seconds: i64, body: &[u8]) -> String {
        // HMAC takes keys of any length, so this cannot fail; an empty signature would verify nowhere.
        let mac = <Hmac<Sha256> as Mac>::new_from_slice(&self.0);
        let mac = mac.map(|mac| mac.chain_update(format!("{id}.{seconds}.")).chain_update(body));
        let signature = mac.map(|mac| STANDARD.encode(mac.finalize().into_bytes())).unwrap_or_default();
        format!("v1,{signature}")
    }
}

/// The headers of a message. While a secret is being replaced both sign, so that either side may change over first.
pub fn headers(
    id: &str,
    at: DateTime<Utc>,
    body: &[u8],
    secrets: &[WebhookSecret],
) -> Vec<(&'static str, String)> {
    let seconds = at.timestamp();
    let signatures: Vec<String> = secrets.iter().map(|secret| secret.sign(id, seconds, body)).collect();
    vec![
        ("content-type", "application/json".to_owned()),
        ("webhook-id", id.to_owned()),
        ("webhook-timestamp", seconds.to_string()),
        ("webhook-signature", signatures.join(" ")),
    ]
}

#[cfg(test)]
mod tests {
    use super::*;

    /// The example of the specification's own library.
    #[test]
    fn the_signature_is_that_of_the_standard() {
        let bytes = STANDARD.decode("MfKQ9r8GKYqrTwjUPD8ILPZIo2LaLaSw").unwrap();
        let secret = WebhookSecret::from_bytes(bytes);
        assert_eq!(secret.reveal(), "whsec_MfKQ9r8GKYqrTwjUPD8ILPZIo2LaLaSw");
        let at = DateTime::from_timestamp(1_614_265_330, 0).unwrap();
        let signed = headers(
            "msg_p5jXN8AQM9LWM0D4loKWxJek",
            at,
            b"{\"test\": 2432232314}",
            std::slice::from_ref(&secret),
        );
        assert_eq!(
            signed[3],
            ("webhook-signature", "v1,g0hM9SsE+OTPJTGt/tmIKtSyZlE3uFJELVlNIOLJ1OE=".to_owned())
        );
        let both = headers("id", at, b"{}", &[secret, WebhookSecret::from_random([1; 24])]);
        assert_eq!(both[3].1.split(' ').count(), 2);
        assert_eq!(format!("{:?}", WebhookSecret::from_random([1; 24])), "WebhookSecret(…)");
    }
}
