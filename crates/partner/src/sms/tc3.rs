//! Signatures of Tencent Cloud's API 3.0 (签名方法 v3, TC3-HMAC-SHA256), for a POST to `/`.

use chrono::{DateTime, Utc};
use hmac::{Hmac, Mac};
use secrecy::{ExposeSecret, SecretString};
use sha2::{Digest, Sha256};

/// Content type of every request; part of what is signed.
pub(super) const CONTENT_TYPE: &str = "application/json; charset=utf-8";

/// What is signed beside the body.
#[derive(Debug, Clone, Copy)]
pub(super) struct Signing<'a> {
    pub secret_id: &'a str,
    pub secret_key: &'a SecretString,
    /// As the request's `Host` has it, a port included.
    pub host: &'a str,
    /// Such as `sms`.
    pub service: &'a str,
    pub now: DateTime<Utc>,
}

impl Signing<'_> {
    /// The `Authorization` of a request with this body.
    pub fn authorization(&self, body: &[u8]) -> String {
        let Self { secret_id, service, host, .. } = self;
        let headers = "content-type;host";
        let request = format!(
            "POST\n/\n\ncontent-type:{CONTENT_TYPE}\nhost:{host}\n\n{headers}\n{}",
            hex(&Sha256::digest(body))
        );
        let date = self.now.format("%Y-%m-%d").to_string();
        let scope = format!("{date}/{service}/tc3_request");
        let moment = self.now.timestamp();
        let hash = hex(&Sha256::digest(request.as_bytes()));
        let signed = format!("TC3-HMAC-SHA256\n{moment}\n{scope}\n{hash}");
        let key = format!("TC3{}", self.secret_key.expose_secret());
        let key = [date.as_str(), service, "tc3_request"]
            .iter()
            .fold(key.into_bytes(), |key, part| mac(&key, part.as_bytes()));
        let signature = hex(&mac(&key, signed.as_bytes()));
        format!(
            "TC3-HMAC-SHA256 Credential={secret_id}/{scope}, SignedHeaders={headers}, Signature={signature}"
        )
    }
}

fn mac(key: &[u8], message: &[u8]) -> Vec<u8> {
    // HMAC takes keys of any length, so this cannot fail; an empty signature is refused.
    <Hmac<Sha256> as Mac>::new_from_slice(key)
        .map(|mac| mac.chain_update(message).finalize().into_bytes().to_vec())
        .unwrap_or_default()
}

fn hex(bytes: &[u8]) -> String {
    bytes.iter().map(|byte| format!("{byte:02x}")).collect()
}

#[cfg(test)]
mod tests {
    use super::*;

    /// The example of the provider's documentation of the method.
    #[test]
    fn the_documented_example_has_the_documented_signature() {
        let signing = Signing {
            secret_id: "AKIDz8krbsJ5yKBZQpn74WFkmLPx3EXAMPLE",
            secret_key: &SecretString::from("Gu5t9xGARNpq86cd98joQYCN3EXAMPLE"),
            host: "cvm.tencentcloudapi.com",
            service: "cvm",
            now: DateTime::from_timestamp(1_551_113_065, 0).unwrap(),
        };
        let body =
            r#"{"Limit": 1, "Filters": [{"Values": ["\u672a\u547d\u540d"], "Name": "instance-name"}]}"#;
        assert_eq!(
            signing.authorization(body.as_bytes()),
            "TC3-HMAC-SHA256 Credential=AKIDz8krbsJ5yKBZQpn74WFkmLPx3EXAMPLE/2019-02-25/cvm/tc3_request, \
             SignedHeaders=content-type;host, \
             Signature=72e494ea809ad7a8c8f7a4507b9bddcbaa8e581f516e8da2f66e2c5a96525168"
        );
    }

    #[test]
    fn every_part_that_is_signed_changes_the_signature() {
        let key = SecretString::from("k");
        let signing = |host, seconds| Signing {
            secret_id: "id",
            secret_key: &key,
            host,
            service: "sms",
            now: DateTime::from_timestamp(seconds, 0).unwrap(),
        };
        let plain = signing("a", 1_551_113_065).authorization(b"{}");
        for other in [
            signing("b", 1_551_113_065).authorization(b"{}"),
            signing("a", 1_551_113_066).authorization(b"{}"),
            signing("a", 1_551_113_065).authorization(b"{ }"),
        ] {
            assert_ne!(plain, other);
        }
    }
}
