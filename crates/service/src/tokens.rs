//! Access tokens of staff: JWT, EdDSA, for minutes.

use std::fmt;
use std::sync::Arc;

use chrono::{DateTime, Duration, Utc};
use ed25519_dalek::SigningKey;
use jiekou_core::staff::Grant;
use jsonwebtoken::{Algorithm, DecodingKey, EncodingKey, Header, Validation, decode, decode_header, encode};
use quick_cache::sync::Cache;
use serde::{Deserialize, Serialize};
use sha2::{Digest, Sha256};
use uuid::Uuid;

use crate::error::failed;
use crate::{ServiceError, Staff};

/// How long an access token lives. A role taken away works no longer than this.
pub const ACCESS_LIFE: Duration = Duration::minutes(15);
const AUDIENCE: &str = "jiekou-staff";
const ISSUER: &str = "jiekou";
/// The fixed head of an Ed25519 private key in PKCS #8 (RFC 8410 §7); the 32 bytes of the seed follow.
const PKCS8_HEAD: [u8; 16] =
    [0x30, 0x2e, 0x02, 0x01, 0x00, 0x30, 0x05, 0x06, 0x03, 0x2b, 0x65, 0x70, 0x04, 0x22, 0x04, 0x20];

/// Tokens remembered as verified; more people than this share a process only at the cost of the signature.
const REMEMBERED: usize = 1_024;

/// Signing keys by id, newest first: the first one signs, all of them verify, so that a rotation signs nobody out.
pub struct TokenKeys {
    keys: Vec<Key>,
    /// By their hash, tokens whose signature was right: it is right again, and costs as much as reading a page does.
    verified: Cache<[u8; 32], Arc<Claims>>,
}

struct Key {
    id: String,
    signing: EncodingKey,
    verifying: DecodingKey,
}

impl fmt::Debug for TokenKeys {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_list().entries(self.keys.iter().map(|key| &key.id)).finish()
    }
}

#[derive(Serialize, Deserialize)]
struct Claims {
    sub: Uuid,
    name: String,
    grants: Vec<Grant>,
    aud: String,
    iss: String,
    iat: i64,
    exp: i64,
}

impl TokenKeys {
    /// Keys from their ids and 32-byte seeds, newest first.
    pub fn new(seeds: &[(String, [u8; 32])]) -> Self {
        let key = |(id, seed): &(String, [u8; 32])| {
            let public = SigningKey::from_bytes(seed).verifying_key();
            Key {
                id: id.clone(),
                signing: EncodingKey::from_ed_der(&[PKCS8_HEAD.as_slice(), seed].concat()),
                verifying: DecodingKey::from_ed_der(public.as_bytes()),
            }
        };
        Self { keys: seeds.iter().map(key).collect(), verified: Cache::new(REMEMBERED) }
    }

    /// A token for `staff`, good until `now` plus [`ACCESS_LIFE`].
    ///
    /// # Errors
    /// When there is no key.
    pub fn issue(&self, staff: &Staff, now: DateTime<Utc>) -> Result<String, ServiceError> {
        let key = self.keys.first().ok_or_else(|| failed(std::io::Error::other("no signing key")))?;
        let mut header = Header::new(Algorithm::EdDSA);
        header.kid = Some(key.id.clone());
        let claims = Claims {
            sub: staff.staff_id,
            name: staff.name.clone(),
            grants: staff.grants.clone(),
            aud: AUDIENCE.to_owned(),
            iss: ISSUER.to_owned(),
            iat: now.timestamp(),
            exp: (now + ACCESS_LIFE).timestamp(),
        };
        encode(&header, &claims, &key.signing).map_err(failed)
    }

    /// Who holds `token`.
    ///
    /// # Errors
    /// [`ServiceError::NotSignedIn`] for another algorithm, an unknown key, a wrong signature, audience or issuer, and
    /// after its end.
    pub fn verify(&self, token: &str, now: DateTime<Utc>) -> Result<Staff, ServiceError> {
        let hash = Sha256::digest(token).into();
        let claims = match self.verified.get(&hash) {
            Some(claims) => claims,
            None => {
                let claims = Arc::new(self.read(token)?);
                self.verified.insert(hash, Arc::clone(&claims));
                claims
            }
        };
        if claims.exp <= now.timestamp() {
            return Err(ServiceError::NotSignedIn);
        }
        Ok(Staff { staff_id: claims.sub, name: claims.name.clone(), grants: claims.grants.clone() })
    }

    /// What a token of ours says, be it over or not.
    fn read(&self, token: &str) -> Result<Claims, ServiceError> {
        let refused = |_error| ServiceError::NotSignedIn;
        let header = decode_header(token).map_err(refused)?;
        let key = self
            .keys
            .iter()
            .find(|key| Some(&key.id) == header.kid.as_ref())
            .ok_or(ServiceError::NotSignedIn)?;
        // One algorithm, whatever the token says of itself.
        let mut rules = Validation::new(Algorithm::EdDSA);
        rules.set_audience(&[AUDIENCE]);
        rules.set_issuer(&[ISSUER]);
        rules.set_required_spec_claims(&["exp", "aud", "iss"]);
        // The end is checked against each request's own moment.
        rules.validate_exp = false;
        Ok(decode::<Claims>(token, &key.verifying, &rules).map_err(refused)?.claims)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn staff() -> Staff {
        Staff { staff_id: Uuid::new_v4(), name: "派遣员".into(), grants: vec![] }
    }

    fn at(seconds: i64) -> DateTime<Utc> {
        DateTime::from_timestamp(1_800_000_000 + seconds, 0).unwrap()
    }

    #[test]
    fn a_token_is_good_for_minutes_and_survives_a_rotation() {
        let old = TokenKeys::new(&[("a".into(), [1; 32])]);
        let token = old.issue(&staff(), at(0)).unwrap();
        let rotated = TokenKeys::new(&[("b".into(), [2; 32]), ("a".into(), [1; 32])]);
        for _ in 0..2 {
            assert!(rotated.verify(&token, at(899)).is_ok());
            assert!(rotated.verify(&token, at(900)).is_err());
        }
        let other = token.replace('.', ".A");
        assert!(rotated.verify(&other, at(0)).is_err());
    }

    #[test]
    fn a_token_of_another_key_or_algorithm_is_refused() {
        let keys = TokenKeys::new(&[("a".into(), [1; 32])]);
        let strange = TokenKeys::new(&[("a".into(), [9; 32])]).issue(&staff(), at(0)).unwrap();
        assert!(keys.verify(&strange, at(0)).is_err());
        let unknown = TokenKeys::new(&[("z".into(), [1; 32])]).issue(&staff(), at(0)).unwrap();
        assert!(keys.verify(&unknown, at(0)).is_err());
        let claims = serde_json::json!({"sub": Uuid::new_v4(), "name": "x", "grants": [], "aud": AUDIENCE,
            "iss": ISSUER, "iat": 0, "exp": at(600).timestamp()});
        let mut header = Header::new(Algorithm::HS256);
        header.kid = Some("a".into());
        let public = SigningKey::from_bytes(&[1; 32]).verifying_key();
        let confused = encode(&header, &claims, &EncodingKey::from_secret(public.as_bytes())).unwrap();
        assert!(keys.verify(&confused, at(0)).is_err());
    }
}
