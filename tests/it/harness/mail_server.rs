//! A mail server that speaks SMTP (RFC 5321), with faults on demand.

use std::sync::Arc;
use std::sync::atomic::{AtomicU8, AtomicU64, Ordering};

use tokio::io::{AsyncBufReadExt, AsyncWriteExt, BufReader};
use tokio::sync::Mutex;

use super::accepting::{Caller, accepting};

/// A message as it arrived.
#[derive(Debug, Clone)]
pub struct Mail {
    pub to: String,
    pub text: String,
}

impl Mail {
    pub fn message_id(&self) -> String {
        let line = self.text.lines().find(|line| line.to_lowercase().starts_with("message-id:")).unwrap();
        line.split_once(':').unwrap().1.trim().to_owned()
    }

    /// Subject and text as a reader sees them.
    pub fn words(&self) -> String {
        let message = mail_parser::MessageParser::default().parse(self.text.as_bytes()).unwrap();
        format!("{}\n{}", message.subject().unwrap_or_default(), message.body_text(0).unwrap_or_default())
    }
}

#[derive(Default)]
struct Shared {
    mails: Mutex<Vec<Mail>>,
    mode: AtomicU8,
    delay_milliseconds: AtomicU64,
}

/// The server; all its mails can be read.
#[derive(Clone)]
pub struct MailServer {
    shared: Arc<Shared>,
    port: u16,
}

impl MailServer {
    pub async fn start() -> Self {
        let (shared, port) = accepting(converse).await;
        Self { shared, port }
    }

    pub fn url(&self) -> String {
        format!("smtp://127.0.0.1:{}", self.port)
    }

    pub async fn mails(&self) -> Vec<Mail> {
        self.shared.mails.lock().await.clone()
    }

    /// Waits until `wanted` holds of the mails.
    pub async fn wait_for(&self, what: &str, wanted: impl Fn(&[Mail]) -> bool) -> Vec<Mail> {
        for _ in 0..400 {
            let mails = self.mails().await;
            if wanted(&mails) {
                return mails;
            }
            tokio::time::sleep(std::time::Duration::from_millis(50)).await;
        }
        panic!("no {what}: {:#?}", self.mails().await);
    }

    /// From now on every recipient is refused for a while (451).
    pub fn fail_for_now(&self) {
        self.shared.mode.store(4, Ordering::SeqCst);
    }

    /// From now on every recipient is refused for good (550).
    pub fn refuse(&self) {
        self.shared.mode.store(5, Ordering::SeqCst);
    }

    pub fn recover(&self) {
        self.shared.mode.store(0, Ordering::SeqCst);
    }

    /// Takes this long to accept a message it already keeps.
    pub fn accept_slowly(&self, milliseconds: u64) {
        self.shared.delay_milliseconds.store(milliseconds, Ordering::SeqCst);
    }
}

async fn converse((stream, _): Caller, shared: Arc<Shared>) -> std::io::Result<()> {
    let (read, mut write) = stream.into_split();
    let mut lines = BufReader::new(read).lines();
    write.write_all(b"220 test ESMTP\r\n").await?;
    let mut to = String::new();
    while let Some(line) = lines.next_line().await? {
        let command = line.to_uppercase();
        let reply: &[u8] = if command.starts_with("EHLO") || command.starts_with("HELO") {
            b"250-test\r\n250 8BITMIME\r\n"
        } else if command.starts_with("RCPT") {
            to = line
                .split_once('<')
                .and_then(|(_, rest)| rest.split_once('>'))
                .map(|(to, _)| to.to_owned())
                .unwrap_or_default();
            match shared.mode.load(Ordering::SeqCst) {
                4 => b"451 try again\r\n",
                5 => b"550 no such mailbox\r\n",
                _ => b"250 ok\r\n",
            }
        } else if command.starts_with("DATA") {
            write.write_all(b"354 go on\r\n").await?;
            let mut text = String::new();
            while let Some(line) = lines.next_line().await? {
                if line == "." {
                    break;
                }
                text.push_str(line.strip_prefix('.').unwrap_or(&line));
                text.push('\n');
            }
            shared.mails.lock().await.push(Mail { to: to.clone(), text });
            let delay = shared.delay_milliseconds.load(Ordering::SeqCst);
            tokio::time::sleep(std::time::Duration::from_millis(delay)).await;
            b"250 kept\r\n"
        } else if command.starts_with("QUIT") {
            write.write_all(b"221 bye\r\n").await?;
            return Ok(());
        } else {
            b"250 ok\r\n"
        };
        write.write_all(reply).await?;
    }
    Ok(())
}
