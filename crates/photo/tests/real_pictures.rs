//! Real, damaged and hostile pictures from the shared test data.

#[cfg(test)]
mod pictures;

#[cfg(test)]
mod tests {
    use std::path::{Path, PathBuf};
    use std::time::{Duration, Instant};

    use jiekou_photo::{PhotoError, Processed, inspect, process, thumbnail};

    use super::pictures::{images, pixels};

    /// What becomes of one picture, by its name below the folder.
    fn read(name: &str) -> Option<Result<Processed, PhotoError>> {
        Some(process(&std::fs::read(images()?.join(name)).unwrap()))
    }

    fn files(folder: &Path) -> Vec<PathBuf> {
        let mut found = Vec::new();
        for entry in std::fs::read_dir(folder).unwrap() {
            let path = entry.unwrap().path();
            if path.is_dir() { found.extend(files(&path)) } else { found.push(path) }
        }
        found
    }

    fn near(left: Option<(f64, f64)>, right: (f64, f64)) -> bool {
        left.is_some_and(|left| (left.0 - right.0).abs() < 1e-3 && (left.1 - right.1).abs() < 1e-3)
    }

    #[test]
    fn every_file_gives_copies_or_a_refusal() {
        let Some(images) = images() else { return };
        let mut accepted = 0;
        for path in files(&images) {
            let bytes = std::fs::read(&path).unwrap();
            let started = Instant::now();
            let result = process(&bytes);
            assert!(started.elapsed() < Duration::from_secs(10), "{}", path.display());
            let Ok(photo) = result else { continue };
            accepted += 1;
            let header = inspect(&bytes).unwrap();
            let sides = [(header.width, header.height), (header.height, header.width)];
            assert!(sides.contains(&(photo.width, photo.height)));
            for (copy, side) in [(&photo.display, 1600), (&photo.thumbnail, 320)] {
                let size = pixels(copy).dimensions();
                assert_eq!(size.0.max(size.1), photo.width.max(photo.height).min(side), "{}", path.display());
                for secret in ["Exif", "GPS", "http", "<?php", "PK\x03\x04", "ICC_PROFILE"] {
                    let found = copy.windows(secret.len()).any(|window| window == secret.as_bytes());
                    assert!(!found, "{secret} in a copy of {}", path.display());
                }
            }
            assert!(thumbnail(&photo.display).is_ok());
        }
        assert!(accepted > 40, "only {accepted} accepted");
    }

    #[test]
    fn evidence_is_read_and_doubtful_places_are_not() {
        let Some(Ok(photo)) = read("exif_gps/DSCN0010.jpg") else {
            return;
        };
        assert!(near(photo.evidence.location, (11.885, 43.467)), "{:?}", photo.evidence);
        assert_eq!(photo.evidence.captured_at.unwrap().to_string(), "2008-10-22 16:28:39");
        let erqi = read("synthetic/gps_erqi_wgs84.jpg").unwrap().unwrap();
        assert!(erqi.evidence.location.is_some());
        for name in [
            "synthetic/gps_null_island.jpg",
            "synthetic/gps_outofrange.jpg",
            "pillow_edge/empty_gps_ifd.jpg",
            "pillow_edge/exif_gps_typeerror.jpg",
            "corrupt/exifr_noexif.jpg",
        ] {
            assert_eq!(read(name).unwrap().unwrap().evidence.location, None, "{name}");
        }
    }

    #[test]
    fn refusals_say_why() {
        let Some(images) = images() else { return };
        for path in files(&images.join("heic")) {
            let refusal = process(&std::fs::read(&path).unwrap());
            assert_eq!(refusal, Err(PhotoError::Unsupported { kind: "HEIC" }), "{}", path.display());
        }
        let too_many = |side| PhotoError::TooManyPixels { width: side, height: side };
        for (name, refusal) in [
            ("exif_gps/IMG_20180725_163423-micro.avif", PhotoError::Unsupported { kind: "AVIF" }),
            ("synthetic/gif_js.jpg", PhotoError::Unsupported { kind: "GIF" }),
            ("synthetic/html_named.jpg", PhotoError::Unsupported { kind: "HTML" }),
            ("polyglot/corkami_mini.svg", PhotoError::Unsupported { kind: "SVG" }),
            ("synthetic/zero_byte.jpg", PhotoError::Unsupported { kind: "an empty file" }),
            ("synthetic/bomb_20000x20000_rgb8.png", too_many(20_000)),
            ("synthetic/bomb_40000x40000_1bit.png", too_many(40_000)),
            ("synthetic/lie_header_65535.png", too_many(65_535)),
            ("synthetic/trunc_half.jpg", PhotoError::Broken),
            ("synthetic/trunc_header20.jpg", PhotoError::Broken),
            ("corrupt/corrupted.jpg", PhotoError::Broken),
        ] {
            assert_eq!(read(name).unwrap(), Err(refusal), "{name}");
        }
    }

    #[test]
    fn appended_files_and_stray_bytes_do_not_matter() {
        for name in
            ["synthetic/jpeg_plus_zip.jpg", "synthetic/jpeg_plus_php.jpg", "pillow_edge/jpeg_ff00_header.jpg"]
        {
            let Some(result) = read(name) else { return };
            assert!(result.is_ok(), "{name}");
        }
    }
}
