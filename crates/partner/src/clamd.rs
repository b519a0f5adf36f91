//! A virus scanner: clamd, spoken to by its own protocol (clamd(8), section COMMANDS).
//!
//! `zINSTREAM` and a NUL, then pieces, each after its length in four bytes, the highest first; a length of 0 ends the file.
//! The verdict ends with a NUL: `stream: OK`, `stream: NAME FOUND`, or words that end in `ERROR`.

use std::time::Duration;

use tokio::io::{AsyncRead, AsyncReadExt, AsyncWrite, AsyncWriteExt};
use tokio::net::TcpStream;
use tokio::time::timeout;

use crate::Timeouts;

/// Bytes of a piece.
const PIECE: usize = 64 * 1024;
/// A verdict is a line; whoever says more is no clamd.
const LONGEST_VERDICT: u64 = 4 * 1024;

/// A clamd at `host:port`.
#[derive(Debug, Clone)]
pub struct Clamd {
    address: String,
    timeouts: Timeouts,
}

/// What the scanner says of a file.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Verdict {
    Clean,
    /// The name of what was found, as the scanner's database has it.
    Infected(String),
}

/// Why there is no verdict. Nothing is known of the file then.
#[derive(Debug, Clone, Copy, PartialEq, Eq, thiserror::Error)]
pub enum ScanError {
    #[error("the scanner does not answer")]
    Away,
    /// Its limit is too small for what is taken here: an operator raises it.
    #[error("the file is larger than the scanner's StreamMaxLength")]
    TooLong,
    /// It said something else than a verdict.
    #[error("the scanner could not look at the file")]
    Failed,
}

impl Clamd {
    /// `timeouts.whole` is the time for sending the file and reading the verdict.
    pub fn new(address: String, timeouts: Timeouts) -> Self {
        Self { address, timeouts }
    }

    /// Has `file` looked at.
    ///
    /// # Errors
    /// [`ScanError`] when there is no verdict in time.
    pub async fn scan(&self, file: &[u8]) -> Result<Verdict, ScanError> {
        let Timeouts { connect, whole } = self.timeouts;
        let mut stream = within(connect, TcpStream::connect(&self.address)).await?;
        let (mut from, mut to) = stream.split();
        let said = within(whole, async {
            let mut verdict = std::pin::pin!(read(&mut from));
            // A scanner that has seen enough answers before it has all, and may hang up at once.
            tokio::select! {
                said = &mut verdict => said,
                _sent = send(&mut to, file) => verdict.await,
            }
        });
        judged(&said.await?)
    }
}

/// The outcome, or that the scanner is away when there is none in time.
async fn within<T>(time: Duration, what: impl Future<Output = std::io::Result<T>>) -> Result<T, ScanError> {
    match timeout(time, what).await {
        Ok(Ok(outcome)) => Ok(outcome),
        Ok(Err(_)) | Err(_) => Err(ScanError::Away),
    }
}

async fn send(to: &mut (impl AsyncWrite + Unpin), file: &[u8]) -> std::io::Result<()> {
    to.write_all(b"zINSTREAM\0").await?;
    for piece in file.chunks(PIECE) {
        let length = u32::try_from(piece.len()).map_err(std::io::Error::other)?;
        to.write_all(&length.to_be_bytes()).await?;
        to.write_all(piece).await?;
    }
    to.write_all(&0_u32.to_be_bytes()).await?;
    to.flush().await
}

/// What is said until a NUL or the end.
async fn read(from: &mut (impl AsyncRead + Unpin)) -> std::io::Result<Vec<u8>> {
    let mut from = tokio::io::BufReader::new(from.take(LONGEST_VERDICT));
    let mut said = Vec::new();
    tokio::io::AsyncBufReadExt::read_until(&mut from, 0, &mut said).await?;
    Ok(said)
}

fn judged(said: &[u8]) -> Result<Verdict, ScanError> {
    // Without its NUL a verdict may lack its end, and `OK` could be the beginning of another word.
    let Some(said) = said.strip_suffix(&[0]) else { return Err(ScanError::Away) };
    let said = String::from_utf8_lossy(said);
    let said = said.trim();
    if said.ends_with("size limit exceeded. ERROR") {
        return Err(ScanError::TooLong);
    }
    match said.strip_prefix("stream: ") {
        Some("OK") => Ok(Verdict::Clean),
        Some(words) => match words.strip_suffix(" FOUND") {
            Some(name) => Ok(Verdict::Infected(name.to_owned())),
            None => Err(ScanError::Failed),
        },
        None => Err(ScanError::Failed),
    }
}
