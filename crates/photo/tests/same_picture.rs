//! What shows the same must come out the same: turned, compressed again or halved.

#[cfg(test)]
mod pictures;

#[cfg(test)]
mod tests {
    use std::io::Cursor;

    use image::RgbImage;
    use jiekou_photo::{PhotoError, Processed, process};

    use super::pictures::{images, pixels};

    /// What becomes of one picture, by its name below the folder.
    fn read(name: &str) -> Option<Result<Processed, PhotoError>> {
        Some(process(&std::fs::read(images()?.join(name)).unwrap()))
    }

    /// Mean difference of two pictures' samples, of 255; they must have the same size.
    fn difference(left: &RgbImage, right: &RgbImage) -> u64 {
        assert_eq!(left.dimensions(), right.dimensions());
        let pairs = left.as_raw().iter().zip(right.as_raw());
        pairs.map(|(left, right)| u64::from(left.abs_diff(*right))).sum::<u64>()
            / u64::try_from(left.len()).unwrap()
    }

    #[test]
    fn all_orientations_become_the_same_upright_picture() {
        let Some(Ok(second)) = read("orientation/portrait_2.jpg") else {
            return;
        };
        for number in 1..=8 {
            let turned = read(&format!("orientation/portrait_{number}.jpg")).unwrap().unwrap();
            assert_eq!((turned.width, turned.height), (450, 600), "{number}");
            let difference = difference(&pixels(&second.thumbnail), &pixels(&turned.thumbnail));
            // The digit drawn on each differs, and the first was edited to be brighter.
            assert!(difference < if number == 1 { 20 } else { 4 }, "{number}: {difference}");
            assert!((second.perceptual_hash ^ turned.perceptual_hash).count_ones() <= 8, "{number}");
        }
    }

    #[test]
    fn the_hash_survives_compression_and_halving() {
        for name in ["exif_gps/DSCN0010.jpg", "exif_gps/DSCN0021.jpg", "orientation/portrait_1.jpg"] {
            let Some(Ok(photo)) = read(name) else { return };
            let original = pixels(&photo.display);
            let half = image::imageops::resize(
                &original,
                original.width() / 2,
                original.height() / 2,
                image::imageops::FilterType::Triangle,
            );
            for changed in [original, half] {
                let mut bytes = Cursor::new(Vec::new());
                let encoder = image::codecs::jpeg::JpegEncoder::new_with_quality(&mut bytes, 40);
                changed.write_with_encoder(encoder).unwrap();
                let hash = process(bytes.get_ref()).unwrap().perceptual_hash;
                assert!((hash ^ photo.perceptual_hash).count_ones() <= 8, "{name}");
            }
        }
    }
}
