use std::io::Cursor;

use image::{ImageFormat, ImageReader};

use crate::jpeg_segments::JpegSegments;
use crate::{MAX_BYTES, MAX_PIXELS, PhotoError, kind};

/// Accepted picture formats.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Format {
    /// JPEG with Huffman coding and 8-bit samples, baseline or progressive, in any colour model.
    Jpeg,
    /// PNG; of an animation the default picture.
    Png,
    /// WebP, lossy or lossless; of an animation the first frame.
    WebP,
}

/// What the header of a picture states.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Header {
    /// Format by content, whatever the file is called.
    pub format: Format,
    /// Width in pixels as stored, before orientation is applied.
    pub width: u32,
    /// Height in pixels as stored, before orientation is applied.
    pub height: u32,
}

/// Reads format and size from the header without decoding a pixel.
///
/// # Errors
/// [`PhotoError::TooLarge`], [`PhotoError::Unsupported`], [`PhotoError::TooManyPixels`], or
/// [`PhotoError::Broken`] when the header is unreadable or states no pixels.
pub fn inspect(bytes: &[u8]) -> Result<Header, PhotoError> {
    if bytes.len() > MAX_BYTES {
        return Err(PhotoError::TooLarge { bytes: bytes.len() });
    }
    let format = kind::accepted(bytes)?;
    let (width, height) = match format {
        Format::Jpeg => JpegSegments::read(bytes)?.size(),
        Format::Png => png_size(bytes).ok_or(PhotoError::Broken)?,
        Format::WebP => webp_size(bytes).ok_or(PhotoError::Broken)?,
    };
    if width == 0 || height == 0 {
        return Err(PhotoError::Broken);
    }
    if u64::from(width).saturating_mul(u64::from(height)) > MAX_PIXELS {
        return Err(PhotoError::TooManyPixels { width, height });
    }
    Ok(Header { format, width, height })
}

/// Size in the IHDR chunk, which must be the first.
fn png_size(bytes: &[u8]) -> Option<(u32, u32)> {
    if bytes.get(12..16)? != b"IHDR" {
        return None;
    }
    let number = |at: &[u8]| at.try_into().ok().map(u32::from_be_bytes);
    Some((number(bytes.get(16..20)?)?, number(bytes.get(20..24)?)?))
}

fn webp_size(bytes: &[u8]) -> Option<(u32, u32)> {
    ImageReader::with_format(Cursor::new(bytes), ImageFormat::WebP).into_dimensions().ok()
}

#[cfg(test)]
mod tests {
    use super::{Format, Header, inspect};
    use crate::{MAX_BYTES, PhotoError};

    fn png(width: u32, height: u32) -> Vec<u8> {
        let mut bytes = b"\x89PNG\r\n\x1A\n\0\0\0\x0DIHDR".to_vec();
        bytes.extend(width.to_be_bytes());
        bytes.extend(height.to_be_bytes());
        bytes
    }

    #[test]
    fn reads_the_size_before_decoding() {
        assert_eq!(inspect(&png(3, 2)), Ok(Header { format: Format::Png, width: 3, height: 2 }));
        assert_eq!(inspect(&png(0, 2)), Err(PhotoError::Broken));
        let (width, height) = (u32::MAX, u32::MAX);
        assert_eq!(inspect(&png(width, height)), Err(PhotoError::TooManyPixels { width, height }));
        assert!(inspect(&png(10_000, 5_000)).is_ok());
        assert!(inspect(&png(10_000, 5_001)).is_err());
    }

    #[test]
    fn measures_the_file_first() {
        let bytes = vec![0; MAX_BYTES + 1];
        assert_eq!(inspect(&bytes), Err(PhotoError::TooLarge { bytes: MAX_BYTES + 1 }));
        assert!(matches!(inspect(&bytes[1..]), Err(PhotoError::Unsupported { .. })));
    }
}
