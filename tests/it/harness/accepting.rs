//! The door of a test's own server: one conversation for each connection.

use std::net::Ipv4Addr;
use std::sync::Arc;

use tokio::net::{TcpListener, TcpStream};

/// A connection, and the port that it came to.
pub type Caller = (TcpStream, u16);

/// Listens on a port of its own, and speaks with everybody who comes until the test ends; what the conversations share, and
/// the port.
pub async fn accepting<S, F, C>(converse: F) -> (Arc<S>, u16)
where
    S: Default + Send + Sync + 'static,
    F: Fn(Caller, Arc<S>) -> C + Send + 'static,
    C: Future<Output = std::io::Result<()>> + Send + 'static,
{
    let shared = Arc::<S>::default();
    let listener = TcpListener::bind((Ipv4Addr::LOCALHOST, 0)).await.unwrap();
    let port = listener.local_addr().unwrap().port();
    let seen = Arc::clone(&shared);
    tokio::spawn(async move {
        while let Ok((stream, _)) = listener.accept().await {
            // Whoever hangs up has no part in the rest.
            tokio::spawn(converse((stream, port), Arc::clone(&seen)));
        }
    });
    (shared, port)
}
