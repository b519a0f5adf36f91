//! Passwords: Argon2id with the library's defaults (19 MiB, 2 passes: the OWASP minimum).

use std::sync::atomic::{AtomicU64, Ordering};

use argon2::password_hash::{PasswordHash, PasswordHasher, PasswordVerifier, SaltString};
use argon2::{Argon2, Params};

use crate::ServiceError;
use crate::error::failed;

/// A hash that no password matches, checked where there is no account, so that the time taken does not tell which
/// names exist.
pub(crate) const NOBODY: &str =
    "$argon2id$v=19$m=19456,t=2,p=1$c29tZXNhbHRzb21lc2FsdA$mZqk1vS0VvQqmJpZ4vfpXW0u8F9m3Y3v5vZ0aQ4yS2k";

/// Of this process.
static SLOW_HASHES: AtomicU64 = AtomicU64::new(0);

/// How often something was hashed slowly since the process began, each about 20 ms of a processor. It tells guessing by
/// many hands, and that a name nobody has costs a guesser what every name does.
#[must_use]
pub fn slow_hashes() -> u64 {
    SLOW_HASHES.load(Ordering::Relaxed)
}

/// The PHC string of `password`. Heavy: not for an async thread.
pub(crate) fn hash(password: &str) -> Result<String, ServiceError> {
    let random: [u8; 16] = rand::random();
    let salt = SaltString::encode_b64(&random).map_err(unhashable)?;
    Ok(counted().hash_password(password.as_bytes(), &salt).map_err(unhashable)?.to_string())
}

/// Whether `password` is the one hashed. Heavy: not for an async thread.
pub(crate) fn matches(password: &str, hash: &str) -> bool {
    PasswordHash::new(hash).is_ok_and(|hash| counted().verify_password(password.as_bytes(), &hash).is_ok())
}

/// A slow hash of something short that was made by chance, with a salt kept beside it. Heavy: not for an async thread.
pub(crate) fn salted(code: &[u8], salt: &[u8]) -> Result<Vec<u8>, ServiceError> {
    let mut hash = [0; 32];
    counted()
        .hash_password_into(code, salt, &mut hash)
        .map_err(|error| failed(std::io::Error::other(error.to_string())))?;
    Ok(hash.to_vec())
}

/// Whether a hash was made with other parameters than [`hash`] uses today.
pub(crate) fn is_outdated(hash: &str) -> bool {
    let today = Params::default();
    let same = |hash: PasswordHash<'_>| {
        let made = Params::try_from(&hash).ok()?;
        let costs = |it: &Params| (it.m_cost(), it.t_cost(), it.p_cost());
        Some(hash.algorithm == argon2::ARGON2ID_IDENT && costs(&made) == costs(&today))
    };
    PasswordHash::new(hash).ok().and_then(same) != Some(true)
}

fn counted() -> Argon2<'static> {
    SLOW_HASHES.fetch_add(1, Ordering::Relaxed);
    Argon2::default()
}

fn unhashable(error: argon2::password_hash::Error) -> ServiceError {
    failed(std::io::Error::other(error.to_string()))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn only_the_right_password_matches_and_nobody_matches_none() {
        let hashed = hash("rain over erqi").unwrap();
        assert!(matches("rain over erqi", &hashed));
        assert!(!matches("rain over Erqi", &hashed));
        assert!(PasswordHash::new(NOBODY).is_ok());
        assert!(!matches("", NOBODY));
    }

    #[test]
    fn a_hash_of_earlier_parameters_still_matches_and_is_outdated() {
        let salt = SaltString::encode_b64(&[7; 16]).unwrap();
        for (algorithm, memory) in
            [(argon2::Algorithm::Argon2id, 8_192), (argon2::Algorithm::Argon2i, 19_456)]
        {
            let params = Params::new(memory, 2, 1, None).unwrap();
            let earlier = Argon2::new(algorithm, argon2::Version::V0x13, params);
            let hashed = earlier.hash_password(b"rain over erqi", &salt).unwrap().to_string();
            assert!(matches("rain over erqi", &hashed) && is_outdated(&hashed), "{hashed}");
        }
        assert!(!is_outdated(&hash("rain over erqi").unwrap()));
        assert!(!is_outdated(NOBODY), "nobody's hash must cost what everybody's does");
    }
}
