//! `RateLimit-Policy` and `RateLimit` (draft-ietf-httpapi-ratelimit-headers-10).

use actix_web::http::header::{HeaderMap, HeaderName, HeaderValue};
use jiekou_service::quota::{Left, seconds};

const POLICY: HeaderName = HeaderName::from_static("ratelimit-policy");
const LIMIT: HeaderName = HeaderName::from_static("ratelimit");

/// Says what is allowed and what is left. `q` is what may be spent at once, and `w` the seconds in which that much comes
/// back; `r` is left now, and whole again in `t` seconds.
pub fn tell(headers: &mut HeaderMap, left: &[Left]) {
    // What refused deeper inside has said so already.
    if headers.contains_key(LIMIT) {
        return;
    }
    let policies = left.iter().map(|left| {
        format!("\"{}\";q={};w={}", left.policy, left.quota.burst, seconds(left.quota.reach()).max(1))
    });
    let limits = left.iter().map(|left| {
        let standing = left.standing;
        format!("\"{}\";r={};t={}", left.policy, standing.remaining, seconds(standing.full_in))
    });
    let (policies, limits): (Vec<String>, Vec<String>) = (policies.collect(), limits.collect());
    for (name, value) in [(POLICY, policies), (LIMIT, limits)] {
        if let Ok(value) = HeaderValue::from_str(&value.join(", ")) {
            headers.insert(name, value);
        }
    }
}
