use std::time::Duration;

use crate::{MAX_BYTES, MAX_LENGTH};

/// Why a video is refused. Only the last of these is a fault of the service.
#[derive(Debug, thiserror::Error)]
pub enum VideoError {
    /// The file is longer than [`MAX_BYTES`].
    #[error("the file has more than {MAX_BYTES} bytes")]
    TooLarge,
    /// It plays for longer than [`MAX_LENGTH`].
    #[error("the video takes {} s; at most {} s are accepted", .0.as_secs(), MAX_LENGTH.as_secs())]
    TooLong(Duration),
    /// It is no MP4 or QuickTime file, or its headers do not say how long it takes.
    #[error("only MP4 is accepted")]
    Unsupported,
    /// There is no picture in it, or none that can be decoded.
    #[error("the video is damaged or shows nothing")]
    Broken,
    /// The program that takes stills could not be run.
    #[error("no still frame could be taken: {0}")]
    Camera(std::io::Error),
}
