//! `GET /.well-known/jwks.json`: the keys that access tokens are verified with (RFC 7517).

use actix_web::{HttpResponse, web};
use serde::Serialize;
use utoipa::ToSchema;

use crate::state::State;

#[derive(Debug, Serialize, ToSchema)]
pub struct PublicKeysBody {
    /// JSON Web Keys: `kty` is `OKP`, `crv` is `Ed25519`; `kid` is that of a token's header.
    #[schema(value_type = Vec<Object>)]
    pub keys: Vec<jiekou_service::tokens::PublicKey>,
}

/// The public keys of access tokens, those of earlier ones included. A key is announced before it signs, so that whoever
/// keeps the answer for as long as it says knows it in time.
#[utoipa::path(get, path = "/.well-known/jwks.json", tag = "account",
    responses((status = 200, body = PublicKeysBody)))]
pub async fn public_keys(state: web::Data<State>) -> HttpResponse {
    let body = PublicKeysBody { keys: state.app.tokens.public() };
    HttpResponse::Ok().insert_header(("Cache-Control", "public, max-age=300")).json(body)
}
