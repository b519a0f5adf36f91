//! The scanner's client against a server that speaks clamd's protocol, whole and broken.
#![expect(
    clippy::tests_outside_test_module,
    clippy::unwrap_used,
    reason = "an integration test is a test module"
)]

use std::time::{Duration, Instant};

use jiekou_partner::Timeouts;
use jiekou_partner::clamd::{Clamd, ScanError, Verdict};
use tokio::io::{AsyncReadExt, AsyncWriteExt};
use tokio::net::{TcpListener, TcpStream};
use tokio::task::JoinHandle;

const TIMEOUTS: Timeouts =
    Timeouts { connect: Duration::from_millis(500), whole: Duration::from_millis(800) };

/// How the server behaves.
#[derive(Clone, Copy)]
enum Server {
    /// Reads the whole file and says this.
    Says(&'static [u8]),
    /// Says this after so many bytes of the file and hangs up.
    Early(usize, &'static [u8]),
    /// Takes the connection and says nothing.
    Silent,
    /// Says a verdict letter by letter, each after this time.
    Slow(Duration),
}

/// A file as the server understood it; `None` where the stream was no `INSTREAM`.
async fn file_of(stream: &mut TcpStream, most: usize) -> Option<Vec<u8>> {
    let mut command = [0; 10];
    stream.read_exact(&mut command).await.ok()?;
    if &command != b"zINSTREAM\0" {
        return None;
    }
    let mut file = Vec::new();
    loop {
        let length = usize::try_from(stream.read_u32().await.ok()?).ok()?;
        if length == 0 {
            return Some(file);
        }
        let mut piece = vec![0; length];
        stream.read_exact(&mut piece).await.ok()?;
        file.extend(piece);
        if file.len() >= most {
            return Some(file);
        }
    }
}

/// A server for one connection, and what it was sent.
async fn start(server: Server) -> (Clamd, JoinHandle<Option<Vec<u8>>>) {
    let listener = TcpListener::bind("127.0.0.1:0").await.unwrap();
    let address = listener.local_addr().unwrap().to_string();
    let serving = tokio::spawn(async move {
        let (mut stream, _) = listener.accept().await.unwrap();
        match server {
            Server::Says(words) => {
                let file = file_of(&mut stream, usize::MAX).await;
                stream.write_all(words).await.unwrap();
                file
            }
            Server::Early(after, words) => {
                let file = file_of(&mut stream, after).await;
                stream.write_all(words).await.unwrap();
                file
            }
            Server::Silent => {
                let file = file_of(&mut stream, usize::MAX).await;
                tokio::time::sleep(Duration::from_secs(60)).await;
                file
            }
            Server::Slow(pause) => {
                let file = file_of(&mut stream, usize::MAX).await;
                for letter in b"stream: OK\0" {
                    tokio::time::sleep(pause).await;
                    if stream.write_all(&[*letter]).await.is_err() {
                        break;
                    }
                }
                file
            }
        }
    });
    (Clamd::new(address, TIMEOUTS), serving)
}

async fn verdict(server: Server, file: &[u8]) -> Result<Verdict, ScanError> {
    start(server).await.0.scan(file).await
}

#[tokio::test]
async fn every_byte_of_a_file_arrives_and_the_verdict_is_understood() {
    for size in [0, 1, 65_535, 65_536, 65_537, 3_000_000] {
        let file: Vec<u8> = (0..size).map(|position: u32| position.to_be_bytes()[3] ^ 0x5a).collect();
        let (clamd, serving) = start(Server::Says(b"stream: OK\0")).await;
        assert_eq!(clamd.scan(&file).await, Ok(Verdict::Clean), "{size} bytes");
        assert!(serving.await.unwrap() == Some(file), "{size} bytes arrive as they are");
    }
    let found = verdict(Server::Says(b"stream: Eicar-Test-Signature FOUND\0"), b"x").await;
    assert_eq!(found, Ok(Verdict::Infected("Eicar-Test-Signature".to_owned())));
    let slowly = verdict(Server::Slow(Duration::from_millis(5)), b"x").await;
    assert_eq!(slowly, Ok(Verdict::Clean));
}

#[tokio::test]
async fn a_scanner_that_fails_never_lets_a_file_pass() {
    let large = vec![7; 2_000_000];
    for (server, error) in [
        (Server::Early(100_000, b"INSTREAM size limit exceeded. ERROR\0"), ScanError::TooLong),
        (Server::Early(1, b""), ScanError::Away),
        (Server::Says(b""), ScanError::Away),
        (Server::Says(b"stream: OK"), ScanError::Away),
        (Server::Says(b"stream: Can't allocate memory ERROR\0"), ScanError::Failed),
        (Server::Says(b"UNKNOWN COMMAND\0"), ScanError::Failed),
        (Server::Says(b"stream: OKAY\0"), ScanError::Failed),
        (Server::Says(b"HTTP/1.1 200 OK\r\n\r\nstream: OK\0"), ScanError::Failed),
        (Server::Silent, ScanError::Away),
        (Server::Slow(Duration::from_millis(200)), ScanError::Away),
    ] {
        let started = Instant::now();
        assert_eq!(verdict(server, &large).await, Err(error));
        assert!(started.elapsed() < Duration::from_secs(2), "it waits no longer than it may");
    }
    let endless = Box::leak(vec![b'x'; 100_000].into_boxed_slice());
    assert_eq!(verdict(Server::Says(endless), b"x").await, Err(ScanError::Away));
}

#[tokio::test]
async fn a_scanner_that_is_not_there_is_away_at_once() {
    let port = TcpListener::bind("127.0.0.1:0").await.unwrap().local_addr().unwrap().port();
    let started = Instant::now();
    let clamd = Clamd::new(format!("127.0.0.1:{port}"), TIMEOUTS);
    assert_eq!(clamd.scan(b"x").await, Err(ScanError::Away));
    assert!(started.elapsed() < Duration::from_secs(1));
}
