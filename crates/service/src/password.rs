//! Passwords: Argon2id with the library's defaults (19 MiB, 2 passes: the OWASP minimum).

use argon2::Argon2;
use argon2::password_hash::{PasswordHash, PasswordHasher, PasswordVerifier, SaltString};

use crate::ServiceError;
use crate::error::failed;

/// A hash that no password matches, checked where there is no account, so that the time taken does not tell which
/// names exist.
pub(crate) const NOBODY: &str =
    "$argon2id$v=19$m=19456,t=2,p=1$c29tZXNhbHRzb21lc2FsdA$mZqk1vS0VvQqmJpZ4vfpXW0u8F9m3Y3v5vZ0aQ4yS2k";

/// The PHC string of `password`. Heavy: not for an async thread.
pub(crate) fn hash(password: &str) -> Result<String, ServiceError> {
    let random: [u8; 16] = rand::random();
    let salt = SaltString::encode_b64(&random).map_err(unhashable)?;
    Ok(Argon2::default().hash_password(password.as_bytes(), &salt).map_err(unhashable)?.to_string())
}

/// Whether `password` is the one hashed. Heavy: not for an async thread.
pub(crate) fn matches(password: &str, hash: &str) -> bool {
    PasswordHash::new(hash)
        .is_ok_and(|hash| Argon2::default().verify_password(password.as_bytes(), &hash).is_ok())
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
}
