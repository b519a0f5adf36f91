//! A short video comes in: checked before decoding, kept sealed, and shown as a still frame, which is treated like any
//! photo from then on: reports name it, staff release it, the duplicate engine compares it.

use std::io;

use chrono::{DateTime, Utc};
use jiekou_video::{Camera, Video, VideoError, inspect, still};
use tempfile::{Builder, NamedTempFile};
use tokio::task::spawn_blocking;
use tracing::instrument;

use crate::error::failed;
use crate::scan_file::scan_file;
use crate::store_photo::{Arrival, Still, StoredPhoto, keep};
use crate::{App, Principal, ServiceError};

/// Room that a video takes in the studio, in photos: its bytes, and the same again sealed.
pub const PLACES: usize = 10;

/// A stored video: the still that stands for it, and how long it plays.
#[derive(Debug, Clone, PartialEq)]
pub struct StoredVideo {
    pub still: StoredPhoto,
    pub seconds: f64,
}

/// Stores a video.
///
/// # Errors
/// What is wrong with the video; what the scanner says of it; [`ServiceError::NoVideos`]; storage.
#[instrument(level = "debug", name = "store_video", skip_all)]
pub async fn store_video(
    app: &App,
    bytes: Vec<u8>,
    caller: &Principal,
    now: DateTime<Utc>,
) -> Result<StoredVideo, ServiceError> {
    let checked = spawn_blocking(move || inspect(&bytes).map(|video| (bytes, video)));
    let (bytes, video) = checked.await.map_err(failed)?.map_err(ServiceError::Video)?;
    let camera = app.camera.as_ref().ok_or(ServiceError::NoVideos)?;
    scan_file(app, &bytes).await?;
    let (bytes, picture) = picture_of(camera, bytes, video).await?;
    let arrival = Arrival { file: bytes, still: Some(Still { picture, length: video.length }) };
    let still = keep(app, arrival, caller, now).await?;
    Ok(StoredVideo { still, seconds: video.length.as_secs_f64() })
}

/// A frame of the video, and its bytes again. The file that the program reads is nobody else's and gone afterwards.
async fn picture_of(
    camera: &Camera,
    bytes: Vec<u8>,
    video: Video,
) -> Result<(Vec<u8>, Vec<u8>), ServiceError> {
    let written = spawn_blocking(move || written(&bytes).map(|file| (bytes, file)));
    let (bytes, file) = written.await.map_err(failed)?.map_err(failed)?;
    let picture = still(camera, file.path(), video).await.map_err(ServiceError::Video)?;
    // A frame that the photo's decoder does not take is a fault of the video, not of a photo that nobody sent.
    jiekou_photo::inspect(&picture).map_err(|_refused| ServiceError::Video(VideoError::Broken))?;
    Ok((bytes, picture))
}

fn written(bytes: &[u8]) -> io::Result<NamedTempFile> {
    let file = Builder::new().prefix("jiekou-video-").suffix(".mp4").tempfile()?;
    std::fs::write(file.path(), bytes)?;
    Ok(file)
}
