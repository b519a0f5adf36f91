//! Short videos (短视频): checked by their headers before anything decodes them, and one still frame taken by a program
//! of its own.
//!
//! The headers are read by `mp4parse`, which Firefox reads the same bytes with. Pictures inside are decoded by ffmpeg, in
//! a process with bounds on time and memory, for there is no well-kept decoder of H.264 and HEVC in Rust.

mod error;
mod inspect;
mod still;

pub use error::VideoError;
pub use inspect::{Video, inspect};
pub use still::{Camera, still};

use std::time::Duration;

/// Longest file that is taken.
pub const MAX_BYTES: usize = 50 * 1024 * 1024;
/// Longest video that is taken.
pub const MAX_LENGTH: Duration = Duration::from_secs(30);
/// Phones that stop at thirty seconds write the frame they were at to its end.
const TOLERANCE: Duration = Duration::from_millis(500);
