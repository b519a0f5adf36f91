//! Access tokens of staff and of residents: JWT, EdDSA, for minutes. The audience tells whose they are.

use std::fmt;
use std::sync::Arc;

use base64::Engine;
use base64::engine::general_purpose::URL_SAFE_NO_PAD;
use chrono::{DateTime, Duration, Utc};
use ed25519_dalek::SigningKey;
use jiekou_core::staff::Grant;
use jiekou_store::people::sessions::Holder;
use jsonwebtoken::{Algorithm, DecodingKey, EncodingKey, Header, Validation, decode, decode_header, encode};
use quick_cache::sync::Cache;
use serde::{Deserialize, Serialize};
use sha2::{Digest, Sha256};
use uuid::Uuid;

use crate::error::failed;
use crate::{Resident, ServiceError, Staff};

/// How long an access token lives.
pub const ACCESS_LIFE: Duration = Duration::minutes(15);
/// How far the clock of the process that issued a token may be ahead.
const AHEAD: Duration = Duration::seconds(60);
/// Audiences: a token for one is good for nothing of the other.
const STAFF: &str = "jiekou-staff";
const RESIDENTS: &str = "jiekou-residents";
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
    verified: Cache<[u8; 32], Arc<Verified>>,
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

/// Which resident's token it is, and of which session.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct ResidentCredential {
    pub resident: Resident,
    pub session_id: Uuid,
}

/// Whoever holds a token.
#[derive(Debug, Clone)]
pub enum Bearer {
    Staff(Credential),
    Resident(ResidentCredential),
}

impl Bearer {
    /// The session, and whose it is.
    pub fn session(&self) -> HeldSession {
        match self {
            Self::Staff(it) => it.session(),
            Self::Resident(it) => it.session(),
        }
    }
}

/// A session and whose it is.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct HeldSession {
    pub holder: Holder,
    pub session_id: Uuid,
}

impl Credential {
    pub fn session(&self) -> HeldSession {
        HeldSession { holder: Holder::Staff(self.staff.staff_id), session_id: self.session_id }
    }
}

impl ResidentCredential {
    pub fn session(&self) -> HeldSession {
        HeldSession { holder: Holder::Resident(self.resident.resident_id), session_id: self.session_id }
    }
}

/// What a good token says.
struct Verified {
    bearer: Bearer,
    nbf: i64,
    exp: i64,
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
    /// Of staff only, as are their grants.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    name: Option<String>,
    #[serde(default, skip_serializing_if = "Option::is_none")]
    grants: Option<Vec<Grant>>,
    /// May do nothing but enrol a second factor.
    #[serde(default, skip_serializing_if = "std::ops::Not::not")]
    enrolling: bool,
    aud: String,
    iss: String,
    iat: i64,
    nbf: i64,
    exp: i64,
}

impl Claims {
    fn of(bearer: &Bearer, now: DateTime<Utc>) -> Self {
        let (aud, sub, staff) = match bearer {
            Bearer::Staff(it) => (STAFF, it.staff.staff_id, Some(it)),
            Bearer::Resident(it) => (RESIDENTS, it.resident.resident_id, None),
        };
        Self {
            sub,
            sid: bearer.session().session_id,
            name: staff.map(|it| it.staff.name.clone()),
            grants: staff.map(|it| it.staff.grants.clone()),
            enrolling: staff.is_some_and(|it| it.only_enrolling),
            aud: aud.to_owned(),
            iss: ISSUER.to_owned(),
            iat: now.timestamp(),
            nbf: now.timestamp(),
            exp: (now + ACCESS_LIFE).timestamp(),
        }
    }

    /// Who it is; `None` where something is missing.
    fn bearer(self) -> Option<Bearer> {
        let session_id = self.sid;
        match self.aud.as_str() {
            STAFF => {
                let staff = Staff { staff_id: self.sub, name: self.name?, grants: self.grants? };
                Some(Bearer::Staff(Credential { staff, session_id, only_enrolling: self.enrolling }))
            }
            RESIDENTS => {
                let resident = Resident { resident_id: self.sub };
                Some(Bearer::Resident(ResidentCredential { resident, session_id }))
            }
            _ => None,
        }
    }
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
    pub fn issue(&self, bearer: &Bearer, now: DateTime<Utc>) -> Result<String, ServiceError> {
        let key = self.keys.first().ok_or_else(|| failed(std::io::Error::other("no signing key")))?;
        let mut header = Header::new(Algorithm::EdDSA);
        header.kid = Some(key.id.clone());
        encode(&header, &Claims::of(bearer, now), &key.signing).map_err(failed)
    }

    /// Who holds `token`. Whether its session has ended is not asked here.
    ///
    /// # Errors
    /// [`ServiceError::NotSignedIn`] for another algorithm, an unknown key, a wrong signature, audience or issuer, before
    /// its time and after its end.
    pub fn verify(&self, token: &str, now: DateTime<Utc>) -> Result<Bearer, ServiceError> {
        let hash = Sha256::digest(token).into();
        let verified = match self.verified.get(&hash) {
            Some(verified) => verified,
            None => {
                let verified = Arc::new(self.read(token)?);
                self.verified.insert(hash, Arc::clone(&verified));
                verified
            }
        };
        if verified.exp <= now.timestamp() || verified.nbf > (now + AHEAD).timestamp() {
            return Err(ServiceError::NotSignedIn);
        }
        Ok(verified.bearer.clone())
    }

    /// What a token of ours says, be it over or not.
    fn read(&self, token: &str) -> Result<Verified, ServiceError> {
        let refused = |_error| ServiceError::NotSignedIn;
        let header = decode_header(token).map_err(refused)?;
        let key = self
            .keys
            .iter()
            .find(|key| Some(&key.id) == header.kid.as_ref())
            .ok_or(ServiceError::NotSignedIn)?;
        // One algorithm, whatever the token says of itself.
        let mut rules = Validation::new(Algorithm::EdDSA);
        rules.set_audience(&[STAFF, RESIDENTS]);
        rules.set_issuer(&[ISSUER]);
        rules.set_required_spec_claims(&["exp", "nbf", "aud", "iss"]);
        // Begin and end are checked against each request's own moment.
        rules.validate_exp = false;
        rules.validate_nbf = false;
        let claims = decode::<Claims>(token, &key.verifying, &rules).map_err(refused)?.claims;
        let (nbf, exp) = (claims.nbf, claims.exp);
        let bearer = claims.bearer().ok_or(ServiceError::NotSignedIn)?;
        Ok(Verified { bearer, nbf, exp })
    }
}

#[cfg(test)]
#[path = "tokens_tests.rs"]
mod tests;
