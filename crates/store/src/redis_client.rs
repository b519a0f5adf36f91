//! The way to Redis, `rediss://` included: with TLS and a verified certificate, of the public authorities that the system
//! trusts or of those in the file that `SSL_CERT_FILE` names.

use redis::{Client, RedisResult};

/// A client that connects when it is first needed.
///
/// # Errors
/// When `url` is no address of a Redis.
pub(crate) fn client(url: &str) -> RedisResult<Client> {
    // Two libraries of ciphers are linked, and the first connection would panic if nobody chose: the one that HTTP clients take
    // by themselves. Choosing again changes nothing.
    let _ = rustls::crypto::aws_lc_rs::default_provider().install_default();
    Client::open(url)
}
