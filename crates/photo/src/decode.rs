//! From bytes to RGB pixels, strictly: a whole picture or none.

use std::io::Cursor;
use std::panic::catch_unwind;

use image::{DynamicImage, ImageDecoder, ImageError, ImageFormat, ImageReader, Limits, Pixel, Rgb, RgbImage};
use zune_core::bytestream::ZCursor;
use zune_core::colorspace::ColorSpace;
use zune_core::options::DecoderOptions;
use zune_jpeg::JpegDecoder;

use crate::jpeg_segments::JpegSegments;
use crate::{Format, Header, PhotoError};

/// Most memory, in bytes, a PNG or WebP may take while decoding: 50 megapixels with alpha, 8 bits each.
const MAX_DECODE_BYTES: u64 = 256 * 1024 * 1024;
/// Most scans of a progressive JPEG. Cameras write ten; each costs a pass over the picture, and a crafted
/// file can hold thousands in a few bytes each.
const MAX_SCANS: usize = 64;

/// Decodes a picture as stored, orientation not applied; transparency becomes white.
///
/// # Errors
/// [`PhotoError::Broken`] unless the picture is complete; [`PhotoError::TooManyPixels`] when decoding would
/// take more memory than allowed.
pub fn decode(bytes: &[u8], header: Header) -> Result<RgbImage, PhotoError> {
    let decode = || match header.format {
        Format::Jpeg => jpeg(bytes, header),
        Format::Png => other(bytes, header, ImageFormat::Png),
        Format::WebP => other(bytes, header, ImageFormat::WebP),
    };
    // zune-jpeg 0.5.15 panics on some pictures, among them valid CMYK ones reduced 4:1 (a slice in its
    // AVX2 inverse DCT). The closure shares nothing that a panic could leave half changed.
    catch_unwind(decode).unwrap_or(Err(PhotoError::Broken))
}

/// Uses `zune-jpeg` itself, because the `image` crate sets it to fill what is missing with grey.
fn jpeg(bytes: &[u8], header: Header) -> Result<RgbImage, PhotoError> {
    let bare = JpegSegments::read(bytes)?.bare();
    let size = |side: u32| usize::try_from(side).unwrap_or(usize::MAX);
    let options = DecoderOptions::default()
        .set_strict_mode(true)
        .set_max_width(size(header.width))
        .set_max_height(size(header.height))
        .jpeg_set_max_scans(MAX_SCANS)
        .jpeg_set_out_colorspace(ColorSpace::RGB);
    let mut decoder = JpegDecoder::new_with_options(ZCursor::new(bare.as_slice()), options);
    let pixels = decoder.decode().ok().ok_or(PhotoError::Broken)?;
    RgbImage::from_raw(header.width, header.height, pixels).ok_or(PhotoError::Broken)
}

fn other(bytes: &[u8], header: Header, format: ImageFormat) -> Result<RgbImage, PhotoError> {
    let refusal = |error: ImageError| match error {
        ImageError::Limits(_) => PhotoError::TooManyPixels { width: header.width, height: header.height },
        _ => PhotoError::Broken,
    };
    let mut limits = Limits::default();
    limits.max_alloc = Some(MAX_DECODE_BYTES);
    limits.max_image_width = Some(header.width);
    limits.max_image_height = Some(header.height);
    let mut reader = ImageReader::with_format(Cursor::new(bytes), format);
    reader.limits(limits.clone());
    let decoder = reader.into_decoder().map_err(refusal)?;
    limits.reserve(decoder.total_bytes()).map_err(refusal)?;
    Ok(flatten(DynamicImage::from_decoder(decoder).map_err(refusal)?))
}

/// To 8-bit RGB on white.
fn flatten(picture: DynamicImage) -> RgbImage {
    if !picture.color().has_alpha() {
        return picture.into_rgb8();
    }
    let picture = picture.into_rgba8();
    let (width, height) = picture.dimensions();
    let mut flat = RgbImage::new(width, height);
    for (to, from) in flat.pixels_mut().zip(picture.pixels()) {
        let [_, _, _, alpha] = from.0;
        *to = Rgb(from.to_rgb().0.map(|value| over_white(value, alpha)));
    }
    flat
}

fn over_white(value: u8, alpha: u8) -> u8 {
    let (value, alpha) = (u32::from(value), u32::from(alpha));
    let mixed = (value * alpha + 255 * (255 - alpha) + 127) / 255;
    u8::try_from(mixed).unwrap_or(u8::MAX)
}

#[cfg(test)]
mod tests {
    use std::io::Cursor;

    use image::{DynamicImage, ImageBuffer, ImageFormat, Luma, Rgb, RgbImage, Rgba, RgbaImage};
    use jpeg_encoder::{ColorType, Encoder, SamplingFactor};

    use super::{decode, over_white};
    use crate::{PhotoError, inspect};

    fn written(picture: &DynamicImage, format: ImageFormat) -> Vec<u8> {
        let mut bytes = Cursor::new(Vec::new());
        picture.write_to(&mut bytes, format).unwrap();
        bytes.into_inner()
    }

    fn read(bytes: &[u8]) -> Result<RgbImage, PhotoError> {
        decode(bytes, inspect(bytes)?)
    }

    #[test]
    fn transparency_becomes_white() {
        assert_eq!((over_white(0, 0), over_white(7, 255), over_white(0, 128)), (255, 7, 127));
        let picture = DynamicImage::from(RgbaImage::from_pixel(4, 4, Rgba([10, 20, 30, 0])));
        for format in [ImageFormat::Png, ImageFormat::WebP] {
            assert_eq!(read(&written(&picture, format)).unwrap().get_pixel(1, 1), &Rgb([255, 255, 255]));
        }
    }

    #[test]
    fn sixteen_bits_and_grey_are_read() {
        let deep = ImageBuffer::<Rgb<u16>, _>::from_pixel(4, 4, Rgb([0xFFFF, 0x8080, 0]));
        let bytes = written(&DynamicImage::ImageRgb16(deep), ImageFormat::Png);
        assert_eq!(read(&bytes).unwrap().get_pixel(0, 0), &Rgb([255, 128, 0]));
        let grey = ImageBuffer::<Luma<u8>, _>::from_pixel(16, 16, Luma([77]));
        for format in [ImageFormat::Png, ImageFormat::Jpeg] {
            let bytes = written(&DynamicImage::ImageLuma8(grey.clone()), format);
            assert_eq!(read(&bytes).unwrap().get_pixel(0, 0), &Rgb([77, 77, 77]));
        }
    }

    fn four_inks(color: ColorType, sampling: SamplingFactor) -> Result<RgbImage, PhotoError> {
        let mut bytes = Vec::new();
        let mut encoder = Encoder::new(&mut bytes, 95);
        encoder.set_sampling_factor(sampling);
        encoder.encode(&[0, 255, 255, 0].repeat(120 * 90), 120, 90, color).unwrap();
        read(&bytes)
    }

    #[test]
    fn inks_become_colours() {
        for color in [ColorType::Cmyk, ColorType::CmykAsYcck] {
            let [red, green, blue] = four_inks(color, SamplingFactor::F_1_1).unwrap().get_pixel(60, 45).0;
            assert!(red > 245 && green < 10 && blue < 10, "{color:?}: {red} {green} {blue}");
        }
    }

    #[test]
    fn a_panic_of_the_decoder_is_a_refusal() {
        assert_eq!(four_inks(ColorType::Cmyk, SamplingFactor::F_4_1), Err(PhotoError::Broken));
    }

    #[test]
    fn cut_pictures_are_refused() {
        let picture = RgbImage::from_fn(200, 200, |x, y| {
            Rgb([x * 7 % 251, y * 5 % 249, x * y % 255].map(|value| u8::try_from(value).unwrap()))
        });
        for format in [ImageFormat::Png, ImageFormat::Jpeg, ImageFormat::WebP] {
            let bytes = written(&DynamicImage::from(picture.clone()), format);
            assert!(read(&bytes).is_ok());
            assert_eq!(read(&bytes[..bytes.len() / 2]), Err(PhotoError::Broken));
        }
    }
}
