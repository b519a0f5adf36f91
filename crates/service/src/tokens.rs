//! Access tokens of staff: JWT, EdDSA, for minutes.

use std::fmt;
use std::sync::Arc;

use base64::Engine;
use base64::engine::general_purpose::URL_SAFE_NO_PAD;
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

/// How long an access token lives.
pub const ACCESS_LIFE: Duration = Duration::minutes(15);
/// How far the clock of the process that issued a token may be ahead.
const AHEAD: Duration = Duration::seconds(60);
const AUDIENCE: &str = "jiekou-staff";
const ISSUER: &str = "jiekou";
/// The fixed head of an Ed25519 private key in PKCS #8 (RFC 8410 §7); the 32 bytes of the seed follow.
const PKCS8_HEAD: [u8; 16] =
    [0x30, 0x2e, 0x02, 0x01, 0x00, 0x30, 0x05, 0x06, 0x03, 0x2b, 0x65, 0x70, 0x04, 0x22, 0x04, 0x20];

/// Tokens remembered as verified; more people than this share a process only at the cost of the signature.
const REMEMBERED: usize = 1_024;

/// Signing keys by id: the first one signs, all of them verify, so that a rotation signs nobody out.
pub struct TokenKeys {
    keys: Vec<Key>,
    /// By their hash, tokens whose signature was right: it is right again, and costs as much as reading a page does.
    verified: Cache<[u8; 32], Arc<Claims>>,
}

struct Key {
    id: String,
    signing: EncodingKey,
    verifying: DecodingKey,
    public: [u8; 32],
}

/// Whose token it is, and of which session.
#[derive(Debug, Clone)]
pub struct Credential {
    pub staff: Staff,
    pub session_id: Uuid,
    /// A second factor must be enrolled before anything else can be done.
    pub only_enrolling: bool,
}

/// A public key as a JSON Web Key (RFC 7517, RFC 8037).
#[derive(Debug, Clone, Serialize)]
pub struct PublicKey {
    pub kty: &'static str,
    pub crv: &'static str,
    /// The key, in base64url.
    pub x: String,
    pub kid: String,
    #[serde(rename = "use")]
    pub used_for: &'static str,
    pub alg: &'static str,
}

impl fmt::Debug for TokenKeys {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_list().entries(self.keys.iter().map(|key| &key.id)).finish()
    }
}

#[derive(Serialize, Deserialize)]
struct Claims {
    sub: Uuid,
    /// The session.
    sid: Uuid,
    name: String,
    grants: Vec<Grant>,
    /// May do nothing but enrol a second factor.
    #[serde(default, skip_serializing_if = "std::ops::Not::not")]
    enrolling: bool,
    aud: String,
    iss: String,
    iat: i64,
    nbf: i64,
    exp: i64,
}

impl TokenKeys {
    /// Keys from their ids and 32-byte seeds, the one that signs first.
    pub fn new(seeds: &[(String, [u8; 32])]) -> Self {
        let key = |(id, seed): &(String, [u8; 32])| {
            let public = SigningKey::from_bytes(seed).verifying_key();
            Key {
                id: id.clone(),
                signing: EncodingKey::from_ed_der(&[PKCS8_HEAD.as_slice(), seed].concat()),
                verifying: DecodingKey::from_ed_der(public.as_bytes()),
                public: public.to_bytes(),
            }
        };
        Self { keys: seeds.iter().map(key).collect(), verified: Cache::new(REMEMBERED) }
    }

    /// The public halves, for whoever verifies tokens too.
    pub fn public(&self) -> Vec<PublicKey> {
        let public = |key: &Key| PublicKey {
            kty: "OKP",
            crv: "Ed25519",
            x: URL_SAFE_NO_PAD.encode(key.public),
            kid: key.id.clone(),
            used_for: "sig",
            alg: "EdDSA",
        };
        self.keys.iter().map(public).collect()
    }

    /// A token good until `now` plus [`ACCESS_LIFE`].
    ///
    /// # Errors
    /// When there is no key.
    pub fn issue(&self, credential: &Credential, now: DateTime<Utc>) -> Result<String, ServiceError> {
        let key = self.keys.first().ok_or_else(|| failed(std::io::Error::other("no signing key")))?;
        let mut header = Header::new(Algorithm::EdDSA);
        header.kid = Some(key.id.clone());
        let claims = Claims {
            sub: credential.staff.staff_id,
            sid: credential.session_id,
            name: credential.staff.name.clone(),
            grants: credential.staff.grants.clone(),
            enrolling: credential.only_enrolling,
            aud: AUDIENCE.to_owned(),
            iss: ISSUER.to_owned(),
            iat: now.timestamp(),
            nbf: now.timestamp(),
            exp: (now + ACCESS_LIFE).timestamp(),
        };
        encode(&header, &claims, &key.signing).map_err(failed)
    }

    /// Who holds `token`. Whether its session has ended is not asked here.
    ///
    /// # Errors
    /// [`ServiceError::NotSignedIn`] for another algorithm, an unknown key, a wrong signature, audience or issuer, before
    /// its time and after its end.
    pub fn verify(&self, token: &str, now: DateTime<Utc>) -> Result<Credential, ServiceError> {
        let hash = Sha256::digest(token).into();
        let claims = match self.verified.get(&hash) {
            Some(claims) => claims,
            None => {
                let claims = Arc::new(self.read(token)?);
                self.verified.insert(hash, Arc::clone(&claims));
                claims
            }
        };
        if claims.exp <= now.timestamp() || claims.nbf > (now + AHEAD).timestamp() {
            return Err(ServiceError::NotSignedIn);
        }
        let staff = Staff { staff_id: claims.sub, name: claims.name.clone(), grants: claims.grants.clone() };
        Ok(Credential { staff, session_id: claims.sid, only_enrolling: claims.enrolling })
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
        rules.set_required_spec_claims(&["exp", "nbf", "aud", "iss"]);
        // Begin and end are checked against each request's own moment.
        rules.validate_exp = false;
        rules.validate_nbf = false;
        Ok(decode::<Claims>(token, &key.verifying, &rules).map_err(refused)?.claims)
    }
}

#[cfg(test)]
mod tests {
    use hmac::{Hmac, Mac};
    use serde_json::{Value, json};

    use super::*;

    fn credential() -> Credential {
        let staff = Staff { staff_id: Uuid::new_v4(), name: "派遣员".into(), grants: vec![] };
        Credential { staff, session_id: Uuid::new_v4(), only_enrolling: false }
    }

    type Sign = fn(&[u8]) -> Vec<u8>;

    fn at(seconds: i64) -> DateTime<Utc> {
        DateTime::from_timestamp(1_800_000_000 + seconds, 0).unwrap()
    }

    fn keys(named: &[(&str, u8)]) -> TokenKeys {
        let seeds: Vec<_> = named.iter().map(|(id, byte)| ((*id).to_owned(), [*byte; 32])).collect();
        TokenKeys::new(&seeds)
    }

    /// A token with these header and claims, signed by `sign`.
    fn token(header: &Value, claims: &Value, sign: impl Fn(&[u8]) -> Vec<u8>) -> String {
        let part = |value: &Value| URL_SAFE_NO_PAD.encode(value.to_string());
        let signed = format!("{}.{}", part(header), part(claims));
        let signature = URL_SAFE_NO_PAD.encode(sign(signed.as_bytes()));
        format!("{signed}.{signature}")
    }

    fn ed25519(message: &[u8]) -> Vec<u8> {
        use ed25519_dalek::Signer;
        SigningKey::from_bytes(&[1; 32]).sign(message).to_bytes().to_vec()
    }

    fn claims() -> Value {
        json!({"sub": Uuid::new_v4(), "sid": Uuid::new_v4(), "name": "x", "grants": [], "aud": AUDIENCE, "iss": ISSUER,
            "iat": at(0).timestamp(), "nbf": at(0).timestamp(), "exp": at(900).timestamp()})
    }

    #[test]
    fn a_token_is_good_for_minutes_and_survives_a_rotation() {
        let credential = credential();
        let old = keys(&[("a", 1)]).issue(&credential, at(0)).unwrap();
        // Every process verifies with the new key before any signs with it.
        let announced = keys(&[("a", 1), ("b", 2)]);
        let rotated = keys(&[("b", 2), ("a", 1)]);
        let new = rotated.issue(&credential, at(0)).unwrap();
        for (keys, token) in [(&announced, &old), (&rotated, &old), (&announced, &new), (&rotated, &new)] {
            for _ in 0..2 {
                let verified = keys.verify(token, at(899)).unwrap();
                assert_eq!(verified.session_id, credential.session_id);
                assert_eq!(verified.staff.staff_id, credential.staff.staff_id);
                assert!(keys.verify(token, at(900)).is_err());
                assert!(keys.verify(token, at(-61)).is_err());
            }
        }
        assert!(keys(&[("b", 2)]).verify(&old, at(0)).is_err(), "of a key that is no longer known");
    }

    #[test]
    fn a_token_of_another_key_or_algorithm_is_refused() {
        let ours = keys(&[("a", 1)]);
        let header = |alg: &str, kid: Option<&str>| json!({ "typ": "JWT", "alg": alg, "kid": kid });
        let good = token(&header("EdDSA", Some("a")), &claims(), ed25519);
        assert!(ours.verify(&good, at(0)).is_ok());

        let public = SigningKey::from_bytes(&[1; 32]).verifying_key();
        let pem = "-----BEGIN PUBLIC KEY-----".as_bytes().to_vec();
        for secret in
            [public.as_bytes().to_vec(), URL_SAFE_NO_PAD.encode(public.as_bytes()).into_bytes(), pem]
        {
            let hmac = |message: &[u8]| {
                let mac = <Hmac<Sha256> as Mac>::new_from_slice(&secret).unwrap();
                mac.chain_update(message).finalize().into_bytes().to_vec()
            };
            for alg in ["HS256", "EdDSA"] {
                assert!(
                    ours.verify(&token(&header(alg, Some("a")), &claims(), hmac), at(0)).is_err(),
                    "{alg}"
                );
            }
        }
        for alg in ["none", "None", "NONE", "", "RS256", "ES256", "PS512", "HS512", "Ed448"] {
            let signatures: [Sign; 3] = [ed25519, |_| Vec::new(), |_| vec![7; 256]];
            for sign in signatures {
                assert!(
                    ours.verify(&token(&header(alg, Some("a")), &claims(), sign), at(0)).is_err(),
                    "{alg}"
                );
            }
        }
        for kid in [None, Some("z"), Some(""), Some("../../dev/null"), Some("a' or '1'='1")] {
            assert!(
                ours.verify(&token(&header("EdDSA", kid), &claims(), ed25519), at(0)).is_err(),
                "{kid:?}"
            );
        }
        let strange = keys(&[("a", 9)]).issue(&credential(), at(0)).unwrap();
        assert!(ours.verify(&strange, at(0)).is_err(), "another key of the same name");
        // A key that the token brings along is nobody's.
        let jwk = json!({ "kty": "OKP", "crv": "Ed25519", "x": URL_SAFE_NO_PAD.encode(SigningKey::from_bytes(&[9; 32]).verifying_key().as_bytes()) });
        let brought = json!({ "alg": "EdDSA", "kid": "a", "jwk": jwk });
        let signed = token(&brought, &claims(), |message| {
            use ed25519_dalek::Signer;
            SigningKey::from_bytes(&[9; 32]).sign(message).to_bytes().to_vec()
        });
        assert!(ours.verify(&signed, at(0)).is_err());
    }

    #[test]
    fn a_token_for_others_of_others_or_of_another_time_is_refused() {
        let ours = keys(&[("a", 1)]);
        let header = json!({ "alg": "EdDSA", "kid": "a" });
        let with = |name: &str, value: Value| {
            let mut claims = claims();
            match value {
                Value::Null => claims.as_object_mut().unwrap().remove(name),
                value => claims.as_object_mut().unwrap().insert(name.to_owned(), value),
            };
            ours.verify(&token(&header, &claims, ed25519), at(0)).is_ok()
        };
        assert!(with("name", json!("y")));
        for (name, value) in [
            ("aud", json!("jiekou-residents")),
            ("aud", json!("")),
            ("aud", Value::Null),
            ("iss", json!("jiekou.example")),
            ("iss", Value::Null),
            ("exp", json!(at(0).timestamp())),
            ("exp", json!(at(-1).timestamp())),
            ("exp", Value::Null),
            ("nbf", json!(at(61).timestamp())),
            ("nbf", Value::Null),
            ("sid", Value::Null),
            ("sub", Value::Null),
            ("grants", Value::Null),
        ] {
            assert!(!with(name, value.clone()), "{name} {value}");
        }
    }

    #[test]
    fn a_tampered_token_is_refused() {
        let ours = keys(&[("a", 1)]);
        let good = ours.issue(&credential(), at(0)).unwrap();
        let parts: Vec<&str> = good.split('.').collect();
        let mut claims: Value = serde_json::from_slice(&URL_SAFE_NO_PAD.decode(parts[1]).unwrap()).unwrap();
        claims["grants"] = json!([{ "role": "admin", "level": "city", "area": "4101" }]);
        let raised = URL_SAFE_NO_PAD.encode(claims.to_string());
        for bad in [
            format!("{}.{raised}.{}", parts[0], parts[2]),
            format!("{}.{}.", parts[0], parts[1]),
            format!("{}.{}", parts[0], parts[1]),
            format!("{good}."),
            format!("{good}A"),
            good.replacen('.', "..", 1),
            String::new(),
            "..".to_owned(),
        ] {
            assert!(ours.verify(&bad, at(0)).is_err(), "{bad}");
        }
    }

    #[test]
    fn the_public_keys_verify_and_the_seeds_are_not_among_them() {
        let ours = keys(&[("b", 2), ("a", 1)]);
        let public = serde_json::to_value(ours.public()).unwrap();
        assert_eq!(public[0]["kid"], "b");
        assert_eq!(
            public[1]["x"],
            URL_SAFE_NO_PAD.encode(SigningKey::from_bytes(&[1; 32]).verifying_key().as_bytes())
        );
        assert!(!public.to_string().contains(&URL_SAFE_NO_PAD.encode([1; 32])));
        assert!(public[0].get("d").is_none());
    }
}
