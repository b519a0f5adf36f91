//! `Idempotency-Key`.

use actix_web::HttpRequest;
use jiekou_service::{IdempotencyKey, Principal};

use crate::problem::{Kind, Problem};

/// The key of a request, if it has one, with the hash of the body it came with.
///
/// # Errors
/// `idempotency-key-invalid` when it cannot be a key of this caller.
pub fn idempotency_key(
    request: &HttpRequest,
    body_hash: [u8; 32],
    caller: &Principal,
) -> Result<Option<IdempotencyKey>, Problem> {
    let Some(text) = request.headers().get("Idempotency-Key") else {
        return Ok(None);
    };
    let key = text.to_str().ok().and_then(|text| IdempotencyKey::parse(text, body_hash, caller));
    key.map(Some).ok_or_else(|| Kind::IdempotencyKeyInvalid.into())
}
