//! A service that knows breached passwords by ranges (k-anonymity, as Pwned Passwords v3 of Have I Been Pwned speaks it,
//! and mirrors of it): `GET {base}/range/ABCDE` with the first five hexadecimal digits of the SHA-1 answers the rest of
//! every hash that begins so, one a line, each with `:` and how often it was seen. The password is told to nobody, and
//! padding (lines seen 0 times) hides from a listener which range it was.

use sha1::{Digest, Sha1};
use thiserror::Error;

use crate::{Http, HttpError};

/// Hexadecimal digits that are told.
const TOLD: usize = 5;
/// Hexadecimal digits of what is left of a SHA-1.
const LEFT: usize = 35;
/// Most bytes of a range; real ones, padded, have some 50,000.
const ANSWER: usize = 512 * 1024;

/// Why nobody says whether a password was breached.
#[derive(Debug, Error)]
pub enum RangeError {
    #[error(transparent)]
    Http(#[from] HttpError),
    #[error("answered with status {0}")]
    Status(u16),
    #[error("the answer is no range")]
    NoRange,
}

/// A client of the service.
#[derive(Debug, Clone)]
pub struct BreachedRanges {
    http: Http,
    base_url: String,
}

impl BreachedRanges {
    /// A client for `base_url`, such as `https://api.pwnedpasswords.com`.
    pub fn new(http: Http, base_url: &str) -> Self {
        Self { http, base_url: base_url.trim_end_matches('/').to_owned() }
    }

    /// Whether the password is in a known breach.
    ///
    /// # Errors
    /// When the service does not answer in time, or not with a range.
    pub async fn hold(&self, password: &str) -> Result<bool, RangeError> {
        let hash: String =
            Sha1::digest(password.as_bytes()).iter().map(|byte| format!("{byte:02X}")).collect();
        let (told, rest) = hash.split_at_checked(TOLD).ok_or(RangeError::NoRange)?;
        let request = self.http.client().get(format!("{}/range/{told}", self.base_url));
        let (status, body) = self.http.call(request.header("Add-Padding", "true"), ANSWER).await?;
        if status != reqwest::StatusCode::OK {
            return Err(RangeError::Status(status.as_u16()));
        }
        let text = std::str::from_utf8(&body).map_err(|_no_text| RangeError::NoRange)?;
        is_in(text, rest)
    }
}

/// Whether `rest` stands in a range. Every range of the real list has hundreds of lines, so an empty one is none.
fn is_in(range: &str, rest: &str) -> Result<bool, RangeError> {
    let mut lines = range.lines().map(str::trim).filter(|line| !line.is_empty()).peekable();
    if lines.peek().is_none() {
        return Err(RangeError::NoRange);
    }
    let mut found = false;
    for line in lines {
        let (hash, seen) = line.split_once(':').ok_or(RangeError::NoRange)?;
        let is_hash = hash.len() == LEFT && hash.bytes().all(|byte| byte.is_ascii_hexdigit());
        let seen: u64 = seen.trim().parse().map_err(|_no_number| RangeError::NoRange)?;
        if !is_hash {
            return Err(RangeError::NoRange);
        }
        found |= seen > 0 && hash.eq_ignore_ascii_case(rest);
    }
    Ok(found)
}

#[cfg(test)]
mod tests {
    use super::*;

    /// Of `password`: 5BAA6 1E4C9B93F3F0682250B6CF8331B7EE68FD8.
    const REST: &str = "1E4C9B93F3F0682250B6CF8331B7EE68FD8";

    #[test]
    fn a_hash_is_found_in_its_range_unless_it_is_padding() {
        let other = "0018A45C4D1DEF81644B54AB7F969B88D65:21\r\n";
        assert!(is_in(&format!("{other}{REST}:9545824\r\n"), REST).unwrap());
        assert!(is_in(&format!("{}:3", REST.to_lowercase()), REST).unwrap());
        assert!(!is_in(other, REST).unwrap());
        assert!(!is_in(&format!("{other}{REST}:0\r\n"), REST).unwrap());
    }

    #[test]
    fn what_is_no_range_says_nothing_of_a_password() {
        for rubbish in [
            "",
            "\r\n\r\n",
            "<html>busy</html>",
            "{\"found\":false}",
            "0018A45C4D1DEF81644B54AB7F969B88D65",
            "0018A45C4D1DEF81644B54AB7F969B88D65:many",
            "0018A45C:2",
            "ZZ18A45C4D1DEF81644B54AB7F969B88D65:2",
        ] {
            assert!(matches!(is_in(rubbish, REST), Err(RangeError::NoRange)), "{rubbish}");
        }
    }
}
