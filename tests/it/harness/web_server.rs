//! A web server of others: answers as it is told, and remembers what it was asked.

use std::collections::HashMap;
use std::sync::Arc;

use tokio::io::{AsyncBufReadExt, AsyncReadExt, AsyncWriteExt, BufReader};
use tokio::sync::Mutex;

use super::accepting::{Caller, accepting};

/// A request as it arrived.
#[derive(Debug, Clone)]
pub struct Asked {
    pub method: String,
    pub path: String,
    /// Names in lower case.
    pub headers: HashMap<String, String>,
    pub body: Vec<u8>,
}

/// What a path is answered with.
#[derive(Debug, Clone)]
pub struct Reply {
    pub status: u16,
    pub headers: Vec<(&'static str, String)>,
    pub body: Vec<u8>,
}

impl Reply {
    pub fn status(status: u16) -> Self {
        Self { status, headers: Vec::new(), body: Vec::new() }
    }

    /// None ever comes.
    pub fn silence() -> Self {
        Self::status(0)
    }

    pub fn of(kind: &str, body: Vec<u8>) -> Self {
        Self { status: 200, headers: vec![("content-type", kind.to_owned())], body }
    }
}

#[derive(Default)]
struct Shared {
    replies: Mutex<HashMap<String, Reply>>,
    asked: Mutex<Vec<Asked>>,
}

/// The server. A path it was told nothing about is 404.
#[derive(Clone)]
pub struct WebServer {
    shared: Arc<Shared>,
    port: u16,
}

impl WebServer {
    pub async fn start() -> Self {
        let (shared, port) = accepting(converse).await;
        Self { shared, port }
    }

    pub fn url(&self, path: &str) -> String {
        format!("http://127.0.0.1:{}{path}", self.port)
    }

    /// From now on the path is answered so.
    pub async fn answer(&self, path: &str, reply: Reply) {
        self.shared.replies.lock().await.insert(path.to_owned(), reply);
    }

    pub async fn asked(&self) -> Vec<Asked> {
        self.shared.asked.lock().await.clone()
    }

    /// Waits until `wanted` holds of what was asked.
    pub async fn wait_for(&self, what: &str, wanted: impl Fn(&[Asked]) -> bool) -> Vec<Asked> {
        for _ in 0..400 {
            let asked = self.asked().await;
            if wanted(&asked) {
                return asked;
            }
            tokio::time::sleep(std::time::Duration::from_millis(50)).await;
        }
        panic!("no {what}: {:#?}", self.asked().await);
    }
}

async fn converse((stream, _): Caller, shared: Arc<Shared>) -> std::io::Result<()> {
    let (read, mut write) = stream.into_split();
    let mut read = BufReader::new(read);
    let mut line = String::new();
    read.read_line(&mut line).await?;
    let mut words = line.split_whitespace();
    let (method, path) =
        (words.next().unwrap_or_default().to_owned(), words.next().unwrap_or_default().to_owned());
    let mut headers = HashMap::new();
    loop {
        let mut line = String::new();
        read.read_line(&mut line).await?;
        let Some((name, value)) = line.trim_end().split_once(':') else { break };
        headers.insert(name.to_lowercase(), value.trim().to_owned());
    }
    let length = headers.get("content-length").and_then(|text| text.parse().ok()).unwrap_or_default();
    let mut body = vec![0; length];
    read.read_exact(&mut body).await?;
    let reply = shared.replies.lock().await.get(&path).cloned().unwrap_or_else(|| Reply::status(404));
    shared.asked.lock().await.push(Asked { method, path, headers, body });
    if reply.status == 0 {
        std::future::pending::<()>().await;
    }
    let mut head = format!(
        "HTTP/1.1 {} x\r\nconnection: close\r\ncontent-length: {}\r\n",
        reply.status,
        reply.body.len()
    );
    for (name, value) in &reply.headers {
        head.push_str(&format!("{name}: {value}\r\n"));
    }
    head.push_str("\r\n");
    write.write_all(head.as_bytes()).await?;
    write.write_all(&reply.body).await?;
    write.shutdown().await
}
