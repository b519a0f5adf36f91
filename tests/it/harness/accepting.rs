//! The door of a test's own server: one conversation for each connection.

use std::net::Ipv4Addr;

use tokio::net::{TcpListener, TcpStream};

/// Listens on a port of its own, and speaks with everybody who comes until the test ends; the port.
pub async fn accepting<F, C>(converse: F) -> u16
where
    F: Fn(TcpStream, u16) -> C + Send + 'static,
    C: Future<Output = ()> + Send + 'static,
{
    let listener = TcpListener::bind((Ipv4Addr::LOCALHOST, 0)).await.unwrap();
    let port = listener.local_addr().unwrap().port();
    tokio::spawn(async move {
        while let Ok((stream, _)) = listener.accept().await {
            tokio::spawn(converse(stream, port));
        }
    });
    port
}
