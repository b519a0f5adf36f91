//! A virus scanner that speaks clamd's protocol, with faults on demand.

use std::sync::Arc;
use std::time::Duration;

use tokio::io::{AsyncReadExt, AsyncWriteExt};
use tokio::sync::Mutex;

use super::accepting::{Caller, accepting};

/// Bytes that the scanner takes for a virus.
pub const VIRUS: &[u8] = b"this-test-calls-it-a-virus";

/// What the scanner does with the next files.
#[derive(Debug, Clone, Copy, Default)]
pub enum ScannerMode {
    #[default]
    Looks,
    /// Takes the file and says nothing.
    Silent,
    /// Closes the connection in the middle of the file.
    HangsUp,
    /// Has a smaller limit than the file is long.
    TooLong,
}

#[derive(Default)]
struct Shared {
    mode: Mutex<ScannerMode>,
    seen: Mutex<usize>,
}

/// The scanner.
#[derive(Clone)]
pub struct ScannerServer {
    shared: Arc<Shared>,
    port: u16,
}

impl ScannerServer {
    pub async fn start() -> Self {
        let (shared, port) = accepting(converse).await;
        Self { shared, port }
    }

    /// The settings by which a process asks it, waiting a second for a verdict.
    pub fn settings(&self) -> Vec<(&'static str, String)> {
        vec![
            ("JIEKOU_SCANNER__ADDRESS", format!("127.0.0.1:{}", self.port)),
            ("JIEKOU_SCANNER__WHOLE_SECONDS", "1".to_owned()),
        ]
    }

    pub async fn set(&self, mode: ScannerMode) {
        *self.shared.mode.lock().await = mode;
    }

    /// How many files it has looked at.
    pub async fn seen(&self) -> usize {
        *self.shared.seen.lock().await
    }
}

async fn converse((mut stream, _): Caller, shared: Arc<Shared>) -> std::io::Result<()> {
    let mode = *shared.mode.lock().await;
    let mut command = [0; 10];
    stream.read_exact(&mut command).await?;
    if &command != b"zINSTREAM\0" {
        return stream.write_all(b"UNKNOWN COMMAND\0").await;
    }
    let mut file = Vec::new();
    loop {
        let length = usize::try_from(stream.read_u32().await?).unwrap();
        if length == 0 {
            break;
        }
        let mut piece = vec![0; length];
        match mode {
            ScannerMode::HangsUp => return Ok(()),
            ScannerMode::TooLong => {
                return stream.write_all(b"INSTREAM size limit exceeded. ERROR\0").await;
            }
            ScannerMode::Looks | ScannerMode::Silent => stream.read_exact(&mut piece).await?,
        };
        file.extend(piece);
    }
    if matches!(mode, ScannerMode::Silent) {
        tokio::time::sleep(Duration::from_secs(60)).await;
    }
    *shared.seen.lock().await += 1;
    let infected = file.windows(VIRUS.len()).any(|window| window == VIRUS);
    stream.write_all(if infected { b"stream: Test.Virus FOUND\0" } else { b"stream: OK\0" }).await
}
