//! Smaller copies of pixels.

use fast_image_resize::images::{Image, ImageRef};
use fast_image_resize::{FilterType, PixelType, ResizeAlg, ResizeOptions, Resizer};
use image::{GrayImage, ImageBuffer, Luma, Pixel, Rgb, RgbImage};

use crate::PhotoError;

/// Shrinks so that the longer side has at most `side` pixels; a picture that fits already stays as it is.
///
/// # Errors
/// [`PhotoError::Broken`] when the picture has no pixels.
pub fn to_side(picture: RgbImage, side: u32) -> Result<RgbImage, PhotoError> {
    let (width, height) = picture.dimensions();
    let longer = width.max(height);
    if longer <= side {
        return Ok(picture);
    }
    resize::<Rgb<u8>>(&picture, fitting(width, height, side), PixelType::U8x3, FilterType::CatmullRom)
}

/// Brings brightness to exactly `width` × `height`, whatever the proportions were.
///
/// # Errors
/// [`PhotoError::Broken`] when the picture has no pixels.
pub fn to_luma(picture: &RgbImage, width: u32, height: u32) -> Result<Vec<u8>, PhotoError> {
    luma_to(&image::imageops::grayscale(picture), width, height)
}

/// The same for what is brightness already.
///
/// # Errors
/// [`PhotoError::Broken`] when the picture has no pixels.
pub fn luma_to(luma: &GrayImage, width: u32, height: u32) -> Result<Vec<u8>, PhotoError> {
    let small = resize::<Luma<u8>>(luma, (width, height), PixelType::U8, FilterType::Bilinear)?;
    Ok(small.into_raw())
}

/// The size in the same proportions whose longer side is `side`.
pub fn fitting(width: u32, height: u32, side: u32) -> (u32, u32) {
    let longer = width.max(height);
    (scaled(width, side, longer), scaled(height, side, longer))
}

/// `length` × `side` ÷ `longer`, rounded, at least one pixel.
fn scaled(length: u32, side: u32, longer: u32) -> u32 {
    let (length, side, longer) = (u64::from(length), u64::from(side), u64::from(longer));
    let rounded = (length * side + longer / 2) / longer.max(1);
    u32::try_from(rounded).unwrap_or(u32::MAX).max(1)
}

fn resize<P: Pixel<Subpixel = u8>>(
    picture: &ImageBuffer<P, Vec<u8>>,
    (width, height): (u32, u32),
    pixel: PixelType,
    filter: FilterType,
) -> Result<ImageBuffer<P, Vec<u8>>, PhotoError> {
    let from = ImageRef::new(picture.width(), picture.height(), picture.as_raw(), pixel);
    let from = from.ok().ok_or(PhotoError::Broken)?;
    let mut to = Image::new(width, height, pixel);
    let options = ResizeOptions::new().resize_alg(ResizeAlg::Convolution(filter));
    Resizer::new().resize(&from, &mut to, &options).ok().ok_or(PhotoError::Broken)?;
    ImageBuffer::from_raw(width, height, to.into_vec()).ok_or(PhotoError::Broken)
}

#[cfg(test)]
mod tests {
    use image::{Rgb, RgbImage};

    use super::{to_luma, to_side};

    #[test]
    fn shrinks_in_proportion_and_never_grows() {
        let sizes = [
            ((4000, 3000), (1600, 1200)),
            ((3000, 4000), (1200, 1600)),
            ((20, 10), (20, 10)),
            ((9000, 1), (1600, 1)),
        ];
        for ((width, height), expected) in sizes {
            let small = to_side(RgbImage::from_pixel(width, height, Rgb([9, 90, 200])), 1600).unwrap();
            assert_eq!(small.dimensions(), expected);
            assert_eq!(small.get_pixel(0, 0), &Rgb([9, 90, 200]));
        }
    }

    #[test]
    fn luma_has_the_size_asked_for() {
        let luma = to_luma(&RgbImage::from_pixel(1, 7, Rgb([50, 50, 50])), 32, 32).unwrap();
        assert_eq!(luma, vec![50; 1024]);
    }
}
