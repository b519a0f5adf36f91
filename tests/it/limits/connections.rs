//! Connections that say nothing.

use std::time::{Duration, Instant};

use tokio::io::{AsyncReadExt, AsyncWriteExt};
use tokio::net::TcpStream;

use super::super::harness::{World, WorldOptions};

#[tokio::test]
async fn one_network_gets_no_more_connections_than_its_share_and_gives_them_back() {
    let settings = vec![("JIEKOU_HTTP__CONNECTIONS_EACH", "6".to_owned())];
    let world = World::with(WorldOptions { settings, ..WorldOptions::default() }).await;
    let mut open = Vec::new();
    for _ in 0..20 {
        open.push(TcpStream::connect(&world.apis[0].address).await.unwrap());
    }
    let mut answered = 0;
    for stream in &mut open {
        answered += usize::from(answers(stream).await);
    }
    assert!((1..=6).contains(&answered), "{answered} of twenty are served");
    drop(open);
    let began = Instant::now();
    loop {
        let mut stream = TcpStream::connect(&world.apis[0].address).await.unwrap();
        if answers(&mut stream).await {
            break;
        }
        assert!(began.elapsed() < Duration::from_secs(20), "what is closed is given back");
    }
}

#[tokio::test]
async fn heads_and_bodies_that_do_not_come_are_not_waited_for() {
    let settings = vec![("JIEKOU_HTTP__SLOW_CLIENT_SECONDS", "1".to_owned())];
    let world = World::with(WorldOptions { settings, ..WorldOptions::default() }).await;
    for begun in [
        "GET /healthz HTTP/1.1\r\nHost: x\r\nX-Slow: ",
        "POST /v1/reports HTTP/1.1\r\nHost: x\r\nContent-Type: application/json\r\nContent-Length: 900\r\n\r\n{",
    ] {
        let mut stream = TcpStream::connect(&world.apis[0].address).await.unwrap();
        stream.write_all(begun.as_bytes()).await.unwrap();
        let mut answer = Vec::new();
        let ended = tokio::time::timeout(Duration::from_secs(10), stream.read_to_end(&mut answer)).await;
        let said = String::from_utf8_lossy(&answer).into_owned();
        assert!(said.starts_with("HTTP/1.1 408"), "{begun:?}: {said}");
        assert!(ended.is_ok(), "the connection stays open: {begun:?}: {said}");
    }
}

async fn answers(stream: &mut TcpStream) -> bool {
    if stream.write_all(b"GET /healthz HTTP/1.1\r\nHost: x\r\n\r\n").await.is_err() {
        return false;
    }
    let mut answer = [0; 12];
    let read = tokio::time::timeout(Duration::from_secs(2), stream.read_exact(&mut answer)).await;
    matches!(read, Ok(Ok(_))) && &answer == b"HTTP/1.1 200"
}
