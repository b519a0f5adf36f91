//! From pixels to a JPEG that says nothing but them.

use image::RgbImage;
use jpeg_encoder::{ColorType, Encoder, SamplingFactor};

use crate::PhotoError;

/// Quality of every copy: visually lossless at viewing size, a tenth of the pixels' size.
const QUALITY: u8 = 82;

/// Encodes baseline JPEG with halved chroma, without metadata.
///
/// # Errors
/// [`PhotoError::Broken`] for pictures without pixels or with a side over 65 535.
pub fn encode(picture: &RgbImage) -> Result<Vec<u8>, PhotoError> {
    let side = |length: u32| u16::try_from(length).ok().ok_or(PhotoError::Broken);
    let (width, height) = (side(picture.width())?, side(picture.height())?);
    let mut bytes = Vec::with_capacity(picture.as_raw().len() / 8);
    let mut encoder = Encoder::new(&mut bytes, QUALITY);
    encoder.set_sampling_factor(SamplingFactor::F_2_2);
    encoder.encode(picture.as_raw(), width, height, ColorType::Rgb).ok().ok_or(PhotoError::Broken)?;
    Ok(bytes)
}

#[cfg(test)]
mod tests {
    use image::{Rgb, RgbImage};

    use super::encode;

    #[test]
    fn writes_jpeg_of_the_same_size() {
        let bytes = encode(&RgbImage::from_pixel(17, 9, Rgb([200, 30, 30]))).unwrap();
        let back = image::load_from_memory(&bytes).unwrap().into_rgb8();
        assert_eq!(back.dimensions(), (17, 9));
        assert!(back.pixels().all(|pixel| pixel.0[0].abs_diff(200) < 4 && pixel.0[1].abs_diff(30) < 4));
        assert!(encode(&RgbImage::new(0, 0)).is_err());
    }
}
