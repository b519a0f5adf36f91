//! What the headers of a file say, before anything decodes it.

use std::time::Duration;

use mp4parse::{MediaContext, Track, TrackType};

use crate::{MAX_BYTES, MAX_LENGTH, TOLERANCE, VideoError};

/// A video that may be taken.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Video {
    /// How long it plays.
    pub length: Duration,
}

/// Reads the headers of `bytes`.
///
/// # Errors
/// What is wrong with the file.
pub fn inspect(bytes: &[u8]) -> Result<Video, VideoError> {
    if bytes.len() > MAX_BYTES {
        return Err(VideoError::TooLarge);
    }
    // The brand stands first in every file that a camera wrote; `mp4parse` would look for it to the end.
    if bytes.get(4..8) != Some(b"ftyp") {
        return Err(VideoError::Unsupported);
    }
    let media = mp4parse::read_mp4(&mut &*bytes).map_err(|_reason| VideoError::Broken)?;
    if !media.tracks.iter().any(|track| track.track_type == TrackType::Video) {
        return Err(VideoError::Broken);
    }
    let length = media.tracks.iter().filter_map(track_length).chain(fragments_length(&media)).max();
    match length {
        Some(length) if length > MAX_LENGTH + TOLERANCE => Err(VideoError::TooLong(length)),
        Some(length) if length > Duration::ZERO => Ok(Video { length }),
        Some(_) | None => Err(VideoError::Unsupported),
    }
}

/// The longer of what a track says of itself and what its samples add up to: only the samples are played.
fn track_length(track: &Track) -> Option<Duration> {
    let scale = track.timescale.as_ref()?.0;
    let declared = track.duration.as_ref().map(|duration| duration.0);
    let samples = track.stts.as_ref().map(|times| {
        let spans = times
            .samples
            .iter()
            .map(|it| u64::from(it.sample_count).saturating_mul(u64::from(it.sample_delta)));
        spans.fold(0, u64::saturating_add)
    });
    seconds(declared.max(samples)?, scale)
}

/// What a file in fragments says of all of them together.
fn fragments_length(media: &MediaContext) -> Option<Duration> {
    let length = media.mvex.as_ref()?.fragment_duration.as_ref()?.0;
    seconds(length, media.timescale.as_ref()?.0)
}

/// `units` of which `scale` make a second; `None` for a scale of none.
fn seconds(units: u64, scale: u64) -> Option<Duration> {
    let whole = units.checked_div(scale)?;
    let rest =
        u64::try_from(u128::from(units % scale).saturating_mul(1_000_000_000) / u128::from(scale)).ok()?;
    Some(Duration::from_secs(whole).saturating_add(Duration::from_nanos(rest)))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn units_become_seconds_whatever_the_scale() {
        assert_eq!(seconds(90_000, 30_000), Some(Duration::from_secs(3)));
        assert_eq!(seconds(1001, 30_000), Some(Duration::from_nanos(33_366_666)));
        assert_eq!(seconds(7, 0), None);
        assert_eq!(seconds(u64::MAX, 1), Some(Duration::from_secs(u64::MAX)));
    }

    #[test]
    fn what_is_no_mp4_is_told_before_it_is_read() {
        let picture: &[u8] = &[0xff, 0xd8, 0xff, 0xe0, 0, 16, b'J', b'F', b'I', b'F'];
        for bytes in [&[][..], b"ftyp", b"\0\0\0\x18moov", picture] {
            assert!(matches!(inspect(bytes), Err(VideoError::Unsupported)), "{bytes:?}");
        }
        let cut_off = b"\0\0\0\x18ftypisom\0\0\x02\0isomiso2\0\0\x01\0moov";
        assert!(matches!(inspect(cut_off), Err(VideoError::Broken)));
        assert!(matches!(inspect(&vec![0; MAX_BYTES + 1]), Err(VideoError::TooLarge)));
    }
}
