//! A keep-alive HTTP/1.1 connection that costs next to nothing: the machine belongs to the server under test.

use tokio::io::{AsyncReadExt, AsyncWriteExt};
use tokio::net::TcpStream;

/// One connection, and the answer it read last.
pub struct Connection {
    stream: TcpStream,
    received: Vec<u8>,
    head: usize,
    end: usize,
}

/// An answer, as far as a measurement looks at it.
pub struct Answer<'a> {
    pub status: u16,
    pub head: &'a [u8],
    pub body: &'a [u8],
}

impl Connection {
    pub async fn open(address: &str) -> Self {
        let stream = TcpStream::connect(address).await.unwrap_or_else(|error| panic!("{address}: {error}"));
        stream.set_nodelay(true).unwrap();
        Self { stream, received: Vec::with_capacity(16 * 1024), head: 0, end: 0 }
    }

    /// Sends a request and waits for the whole answer, whose length must be stated.
    pub async fn ask(&mut self, request: &[u8]) -> Answer<'_> {
        self.received.clear();
        self.stream.write_all(request).await.unwrap();
        self.head = 0;
        loop {
            if self.stream.read_buf(&mut self.received).await.unwrap() == 0 {
                panic!(
                    "the server closed the connection after {:?}",
                    String::from_utf8_lossy(&self.received)
                );
            }
            if self.head == 0
                && let Some(head) = find(&self.received, b"\r\n\r\n")
            {
                self.head = head + 4;
                self.end = self.head + length(&self.received[..self.head]);
            }
            if self.head > 0 && self.received.len() >= self.end {
                break;
            }
        }
        Answer {
            status: std::str::from_utf8(&self.received[9..12]).unwrap().parse().unwrap(),
            head: &self.received[..self.head],
            body: &self.received[self.head..self.end],
        }
    }
}

/// The value of a header, by its name in small letters.
pub fn header<'a>(head: &'a [u8], name: &str) -> Option<&'a str> {
    let lines = std::str::from_utf8(head).ok()?.split("\r\n").skip(1);
    lines
        .filter_map(|line| line.split_once(':'))
        .find(|(known, _)| known.eq_ignore_ascii_case(name))
        .map(|(_, value)| value.trim())
}

/// Where `needle` begins.
pub fn find(bytes: &[u8], needle: &[u8]) -> Option<usize> {
    bytes.windows(needle.len()).position(|window| window == needle)
}

fn length(head: &[u8]) -> usize {
    assert!(header(head, "transfer-encoding").is_none(), "chunked answers are not expected here");
    header(head, "content-length").map_or(0, |value| value.parse().unwrap())
}
