//! What ties a code of 网页授权 to the page that asked for it: the page makes a random verifier, keeps it, and gives its
//! SHA-256 to WeChat as `state`; WeChat gives the state back with the code. A link with somebody else's code, which would
//! sign its reader in as somebody else, has a state that the reader's page has no verifier for. The hash is written in
//! hexadecimal digits, for WeChat takes letters and digits only (up to 128).

use jiekou_core::report::{FieldCode, FieldError};
use sha2::{Digest, Sha256};

use crate::ServiceError;

/// Fewest and most characters of a verifier, as PKCE has them (RFC 7636).
const VERIFIER: std::ops::RangeInclusive<usize> = 43..=128;

/// Refuses a code that was not asked for by whoever presents it.
///
/// # Errors
/// What is missing, at `/state` and `/verifier`; a verifier that is none; [`ServiceError::WrongCode`] when the state is not
/// the verifier's.
pub(super) fn check(state: Option<&str>, verifier: Option<&str>) -> Result<(), ServiceError> {
    let absent = [("/state", state.is_none()), ("/verifier", verifier.is_none())];
    let (Some(state), Some(verifier)) = (state, verifier) else {
        let absent = absent.into_iter().filter(|(_, absent)| *absent);
        let fault =
            |(pointer, _)| FieldError::new(pointer, FieldCode::Missing, "公众号登录须带 state 与 verifier");
        return Err(ServiceError::Invalid(absent.map(fault).collect()));
    };
    let good = VERIFIER.contains(&verifier.len()) && verifier.bytes().all(|byte| byte.is_ascii_graphic());
    if !good {
        let words = "verifier 为 43 至 128 个随机字符";
        return Err(ServiceError::field(FieldError::new("/verifier", FieldCode::Malformed, words)));
    }
    if is_of(state, verifier) { Ok(()) } else { Err(ServiceError::WrongCode) }
}

fn is_of(state: &str, verifier: &str) -> bool {
    let hash: String = Sha256::digest(verifier.as_bytes()).iter().map(|byte| format!("{byte:02x}")).collect();
    state == hash
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_state_is_the_hash_of_its_verifier_and_of_no_other() {
        // The verifier of RFC 7636, appendix B, whose hash is there in another alphabet.
        let verifier = "dBjftJeZ4CVP-mB92K27uhbUJU1p1r_wW1gFWFOEjXk";
        let state = "13d31e961a1ad8ec2f16b10c4c982e0876a878ad6df144566ee1894acb70f9c3";
        assert!(is_of(state, verifier));
        assert!(check(Some(state), Some(verifier)).is_ok());
        for (state, verifier) in [
            ("", verifier),
            (verifier, verifier),
            ("13D31E961A1AD8EC2F16B10C4C982E0876A878AD6DF144566EE1894ACB70F9C3", verifier),
            (state, "dBjftJeZ4CVP-mB92K27uhbUJU1p1r_wW1gFWFOEjXK"),
        ] {
            assert!(matches!(check(Some(state), Some(verifier)), Err(ServiceError::WrongCode)), "{state}");
        }
        for short in ["", "x", &"x".repeat(42), &"x".repeat(129), &" ".repeat(43)] {
            assert!(matches!(check(Some(state), Some(short)), Err(ServiceError::Invalid(_))), "{short}");
        }
    }
}
