use image::{Rgb, RgbImage};

use crate::PhotoError;
use crate::encode::encode;
use crate::process::stored;

/// A rectangle in fractions of the upright picture: 0 is left or top, 1 right or bottom.
#[derive(Debug, Clone, Copy, PartialEq)]
pub struct Region {
    /// Left edge.
    pub x: f64,
    /// Top edge.
    pub y: f64,
    /// Width, more than 0.
    pub width: f64,
    /// Height, more than 0.
    pub height: f64,
}

/// Rounding that a sum of two fractions may carry past 1.
const SLACK: f64 = 1e-6;

/// Covers each region of a display copy with its average colour, every touched pixel included. The pixels
/// below are gone from the result: there is nothing to sharpen back, as there is after blurring.
///
/// # Errors
/// [`PhotoError::BadRegion`] for a region that is empty, not a number or reaches outside the picture; as
/// [`process`](crate::process) when `display` is not a copy made by this crate.
pub fn hide(display: &[u8], regions: &[Region]) -> Result<Vec<u8>, PhotoError> {
    if !regions.iter().all(is_inside) {
        return Err(PhotoError::BadRegion);
    }
    let mut picture = stored(display)?;
    for region in regions {
        cover(&mut picture, region)?;
    }
    encode(&picture)
}

fn is_inside(region: &Region) -> bool {
    let fits = |start: f64, length: f64| start >= 0.0 && length > 0.0 && start + length <= 1.0 + SLACK;
    fits(region.x, region.width) && fits(region.y, region.height)
}

fn cover(picture: &mut RgbImage, region: &Region) -> Result<(), PhotoError> {
    let (left, width) = touched(region.x, region.width, picture.width()).ok_or(PhotoError::BadRegion)?;
    let (top, height) = touched(region.y, region.height, picture.height()).ok_or(PhotoError::BadRegion)?;
    let part = image::imageops::crop_imm(picture, left, top, width, height).to_image();
    let average = average(&part);
    for y in top..top + height {
        for x in left..left + width {
            picture.put_pixel(x, y, average);
        }
    }
    Ok(())
}

/// First pixel and number of pixels along a side of `size` pixels that a stretch touches, however little.
fn touched(start: f64, length: f64, size: u32) -> Option<(u32, u32)> {
    let (from, to) = (start * f64::from(size), (start + length) * f64::from(size));
    let first = (0..size).find(|pixel| f64::from(*pixel) + 1.0 > from)?;
    let last = (first..size).rev().find(|pixel| f64::from(*pixel) < to)?;
    Some((first, last - first + 1))
}

fn average(part: &RgbImage) -> Rgb<u8> {
    let (mut sums, mut count) = ([0_u64; 3], 0_u64);
    for pixel in part.pixels() {
        for (sum, value) in sums.iter_mut().zip(pixel.0) {
            *sum += u64::from(value);
        }
        count += 1;
    }
    Rgb(sums.map(|sum| u8::try_from(sum / count.max(1)).unwrap_or(u8::MAX)))
}

#[cfg(test)]
mod tests {
    use image::{Rgb, RgbImage};

    use super::{Region, hide, touched};
    use crate::PhotoError;
    use crate::encode::encode;
    use crate::process::stored;

    fn checkerboard() -> Vec<u8> {
        encode(&RgbImage::from_fn(320, 160, |x, y| Rgb([if (x / 8 + y / 8) % 2 == 0 { 255 } else { 0 }; 3])))
            .unwrap()
    }

    #[test]
    fn covers_the_region_and_nothing_else() {
        let region = Region { x: 0.25, y: 0.25, width: 0.5, height: 0.5 };
        let before = stored(&checkerboard()).unwrap();
        let after = stored(&hide(&checkerboard(), &[region]).unwrap()).unwrap();
        for (x, y, pixel) in after.enumerate_pixels() {
            let inside = (80..240).contains(&x) && (40..120).contains(&y);
            let expected = if inside { 127 } else { before.get_pixel(x, y).0[0] };
            assert!(pixel.0[0].abs_diff(expected) <= 12, "{x} {y} {pixel:?} {expected}");
        }
    }

    #[test]
    fn refuses_regions_without_pixels() {
        let whole = Region { x: 0.0, y: 0.0, width: 1.0, height: 1.0 };
        assert!(hide(&checkerboard(), &[whole]).is_ok());
        let wrong = [
            Region { width: 0.0, ..whole },
            Region { height: -0.5, ..whole },
            Region { x: -0.1, ..whole },
            Region { y: 0.1, ..whole },
            Region { x: f64::NAN, ..whole },
            Region { width: f64::INFINITY, ..whole },
        ];
        for region in wrong {
            assert_eq!(hide(&checkerboard(), &[whole, region]), Err(PhotoError::BadRegion));
        }
    }

    #[test]
    fn touched_pixels_are_covered_whole() {
        assert_eq!(touched(0.0, 1.0, 10), Some((0, 10)));
        assert_eq!(touched(0.19, 0.02, 10), Some((1, 2)));
        assert_eq!(touched(0.999_999, 0.000_001, 10), Some((9, 1)));
    }
}
