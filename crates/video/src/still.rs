//! One frame of a video as a JPEG, by ffmpeg.

use std::ffi::OsString;
use std::io;
use std::path::{Path, PathBuf};
use std::process::Stdio;
use std::time::Duration;

use tokio::io::AsyncReadExt;
use tokio::process::Command;
use tokio::time::timeout;

use crate::{Video, VideoError};

/// The longest still that is read; a photo may not be longer either.
const MAX_STILL: u64 = 10 * 1024 * 1024;
/// Seconds of a processor, and KiB of addresses, that decoding may take.
const BOUNDS: &str = "ulimit -t 20 && ulimit -v 3000000 && ulimit -c 0 && exec \"$0\" \"$@\"";
/// Longest wait for a still.
const PATIENCE: Duration = Duration::from_secs(30);
/// Where the frame is taken: the first one is often black or still moving.
const MOMENT: Duration = Duration::from_secs(1);

/// The program that takes stills.
#[derive(Debug, Clone)]
pub struct Camera {
    /// Path of ffmpeg.
    pub program: PathBuf,
}

/// Takes a frame of `video`, which lies in `file`, as a JPEG without metadata, the right way up.
///
/// # Errors
/// [`VideoError::Broken`] when no frame can be decoded within the bounds; [`VideoError::Camera`] when the program
/// cannot be run.
pub async fn still(camera: &Camera, file: &Path, video: Video) -> Result<Vec<u8>, VideoError> {
    let moment = MOMENT.min(video.length / 2);
    let taken = timeout(PATIENCE, take(camera, file, moment)).await.map_err(|_elapsed| VideoError::Broken)?;
    taken.map_err(VideoError::Camera)?.ok_or(VideoError::Broken)
}

/// The frame at `moment`; `None` when the program finds none.
async fn take(camera: &Camera, file: &Path, moment: Duration) -> io::Result<Option<Vec<u8>>> {
    let mut process = Command::new("/bin/sh")
        .arg("-c")
        .arg(BOUNDS)
        .arg(&camera.program)
        .args(arguments(file, moment))
        .env_clear()
        .stdin(Stdio::null())
        .stdout(Stdio::piped())
        .stderr(Stdio::null())
        .kill_on_drop(true)
        .spawn()?;
    let mut still = Vec::new();
    if let Some(output) = process.stdout.take() {
        output.take(MAX_STILL + 1).read_to_end(&mut still).await?;
    }
    let is_whole = u64::try_from(still.len()).is_ok_and(|length| (1..=MAX_STILL).contains(&length));
    if !is_whole {
        return Ok(None);
    }
    let status = process.wait().await?;
    Ok(status.success().then_some(still))
}

/// Nothing but this file is opened, and nothing but one picture is decoded.
fn arguments(file: &Path, moment: Duration) -> Vec<OsString> {
    let at = format!("{:.3}", moment.as_secs_f64());
    let before = [
        "-nostdin",
        "-loglevel",
        "error",
        "-threads",
        "1",
        "-protocol_whitelist",
        "file,pipe",
        "-f",
        "mov",
        "-ss",
    ];
    let after = "-map 0:v:0 -frames:v 1 -map_metadata -1 -threads 1 -c:v mjpeg -pix_fmt yuvj420p -q:v 2 -f image2pipe pipe:1";
    let mut all: Vec<OsString> = before.into_iter().map(OsString::from).collect();
    all.push(at.into());
    all.push("-i".into());
    all.push(file.as_os_str().to_owned());
    all.extend(after.split(' ').map(OsString::from));
    all
}
