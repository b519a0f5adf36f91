use crate::{MAX_BYTES, MAX_PIXELS};

/// Why a picture is refused. None of these is a fault of the service: the sender can act on each.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
pub enum PhotoError {
    /// The file is longer than [`MAX_BYTES`].
    #[error("the file has {bytes} bytes, more than {MAX_BYTES}")]
    TooLarge {
        /// Length of the file.
        bytes: usize,
    },
    /// The picture has more pixels than [`MAX_PIXELS`], or needs more memory to decode than is allowed.
    #[error("the picture has {width} × {height} pixels; at most {MAX_PIXELS} are accepted")]
    TooManyPixels {
        /// Stored width in pixels.
        width: u32,
        /// Stored height in pixels.
        height: u32,
    },
    /// The file is not a JPEG, PNG or WebP picture, or a kind of JPEG that browsers do not show either.
    #[error("{kind} is not accepted; send JPEG, PNG or WebP")]
    Unsupported {
        /// What the file is, by its content: "HEIC", "PDF", "unknown data".
        kind: &'static str,
    },
    /// The picture has no pixels, or does not decode in full.
    #[error("the picture is damaged or incomplete")]
    Broken,
    /// A region to hide is empty, not a number, or reaches outside the picture.
    #[error("a region to hide is empty or reaches outside the picture")]
    BadRegion,
}
