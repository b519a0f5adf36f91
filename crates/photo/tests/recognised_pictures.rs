//! The same picture is recognised whatever was done to it, and no other one is.

#[cfg(test)]
mod pictures;

#[cfg(test)]
mod tests {
    use std::collections::HashSet;
    use std::io::{Cursor, Write};
    use std::path::{Path, PathBuf};

    use image::RgbImage;
    use image::codecs::jpeg::JpegEncoder;
    use image::imageops::{self, FilterType};
    use jiekou_core::dedup::same_picture::{SAME_PICTURE, likeness};
    use jiekou_core::dedup::{PhotoMark, PhotoPrint};
    use jiekou_photo::{Look, look, process};

    use super::pictures::{images, pixels};

    /// Pictures that are copies of one: they are one.
    const COPIES: [&[&str]; 4] = [
        &["gps_dengfeng_wgs84.jpg", "gps_erqi_wgs84.jpg", "gps_null_island.jpg", "gps_outofrange.jpg"],
        &["DSCN0010.jpg", "jpeg_plus_php.jpg", "jpeg_plus_zip.jpg", "bitflip_scan.jpg"],
        &[
            "portrait_1.jpg",
            "portrait_2.jpg",
            "portrait_3.jpg",
            "portrait_4.jpg",
            "portrait_5.jpg",
            "portrait_6.jpg",
            "portrait_7.jpg",
            "portrait_8.jpg",
        ],
        &["exifr_IMG_20180725_163423-tiny.jpg", "IMG_20180725_163423-micro.avif"],
    ];

    struct Photo {
        name: String,
        pixels: RgbImage,
        print: PhotoPrint,
        marks: Vec<PhotoMark>,
    }

    fn files(folder: &Path) -> Vec<PathBuf> {
        let mut found = Vec::new();
        for entry in std::fs::read_dir(folder).unwrap() {
            let path = entry.unwrap().path();
            if path.is_dir() { found.extend(files(&path)) } else { found.push(path) }
        }
        found.sort();
        found
    }

    /// Every picture of the test data that is large enough to show something, once.
    fn photos() -> Option<Vec<Photo>> {
        let mut seen = HashSet::new();
        let mut photos = Vec::new();
        for path in files(&images()?) {
            let name = path.file_name().unwrap().to_str().unwrap().to_owned();
            let first = COPIES
                .iter()
                .find(|copies| copies.contains(&name.as_str()))
                .map_or(name.as_str(), |it| it[0]);
            let Ok(photo) = process(&std::fs::read(&path).unwrap()) else { continue };
            if photo.width.min(photo.height) < 48 || !seen.insert(first.to_owned()) {
                continue;
            }
            let Look { print: Some(print), marks } = photo.look else { continue };
            photos.push(Photo { name, pixels: pixels(&photo.display), print, marks });
        }
        Some(photos)
    }

    /// A part of a picture by what is cut off left, top, right and bottom, in hundredths.
    fn cut(picture: &RgbImage, [left, top, right, bottom]: [u32; 4]) -> RgbImage {
        let (width, height) = picture.dimensions();
        let (x, y) = (width * left / 100, height * top / 100);
        let (right, below) = (width - width * right / 100, height - height * bottom / 100);
        imageops::crop_imm(picture, x, y, right - x, below - y).to_image()
    }

    fn halved(picture: &RgbImage) -> RgbImage {
        imageops::resize(picture, picture.width() / 2, picture.height() / 2, FilterType::Triangle)
    }

    fn brighter(picture: &RgbImage, percent: u32) -> RgbImage {
        let mut changed = picture.clone();
        for pixel in changed.pixels_mut() {
            pixel.0 = pixel.0.map(|value| u8::try_from((u32::from(value) * percent / 100).min(255)).unwrap());
        }
        changed
    }

    /// As its sender's program would send it.
    fn sent(picture: &RgbImage, quality: u8) -> Look {
        let mut bytes = Cursor::new(Vec::new());
        picture.write_with_encoder(JpegEncoder::new_with_quality(&mut bytes, quality)).unwrap();
        process(bytes.get_ref()).unwrap().look
    }

    type Change = fn(&RgbImage) -> Look;

    const CHANGES: [(&str, Change); 18] = [
        ("quality 40", |it| sent(it, 40)),
        ("half size", |it| sent(&halved(it), 90)),
        ("10 % off the left", |it| sent(&cut(it, [10, 0, 0, 0]), 90)),
        ("10 % off the top", |it| sent(&cut(it, [0, 10, 0, 0]), 90)),
        ("10 % off the right", |it| sent(&cut(it, [0, 0, 10, 0]), 90)),
        ("10 % off the bottom", |it| sent(&cut(it, [0, 0, 0, 10]), 90)),
        ("the middle 90 %", |it| sent(&cut(it, [5, 5, 5, 5]), 90)),
        ("a corner of 90 %", |it| sent(&cut(it, [10, 10, 0, 0]), 90)),
        ("the other corner", |it| sent(&cut(it, [0, 0, 10, 10]), 90)),
        ("an uneven cut", |it| sent(&cut(it, [7, 2, 0, 5]), 90)),
        ("border of 3 % cut", |it| sent(&cut(it, [3, 3, 3, 3]), 90)),
        ("border of 10 % cut", |it| sent(&cut(it, [10, 10, 10, 10]), 90)),
        ("20 % brighter", |it| sent(&brighter(it, 120), 90)),
        ("20 % darker", |it| sent(&brighter(it, 80), 90)),
        ("middle, half, quality 40", |it| sent(&halved(&cut(it, [5, 5, 5, 5])), 40)),
        ("side, brighter, quality 40", |it| sent(&brighter(&cut(it, [0, 0, 10, 0]), 120), 40)),
        ("corner, half, darker, quality 40", |it| sent(&brighter(&halved(&cut(it, [10, 0, 0, 10])), 80), 40)),
        ("border of 8 %, half, brighter, quality 40", |it| {
            sent(&brighter(&halved(&cut(it, [8, 8, 8, 8])), 120), 40)
        }),
    ];

    /// Marks of one picture that are found in the other.
    fn shared(sought: &[PhotoMark], known: &[PhotoMark]) -> usize {
        let known: HashSet<i32> = known.iter().map(|mark| mark.key).collect();
        sought.iter().filter(|mark| mark.readings().any(|key| known.contains(&key))).count()
    }

    fn say(words: &str) {
        writeln!(std::io::stdout(), "{words}").unwrap();
    }

    #[test]
    fn every_change_of_a_picture_is_recognised_and_looked_up() {
        let Some(photos) = photos() else { return };
        assert!(photos.len() >= 25, "only {}", photos.len());
        let (mut lost, mut unfound) = (Vec::new(), Vec::new());
        for (change, made) in CHANGES {
            let (mut least, mut fewest) = (1.0_f64, usize::MAX);
            for photo in &photos {
                let Look { print, marks } = made(&photo.pixels);
                let (forth, back) = (
                    likeness(&photo.print, print.as_ref().unwrap()),
                    likeness(print.as_ref().unwrap(), &photo.print),
                );
                let found = shared(&marks, &photo.marks);
                (least, fewest) = (least.min(forth).min(back), fewest.min(found));
                if forth.min(back) < SAME_PICTURE {
                    lost.push(format!("{change}: {} {forth:.2} {back:.2}", photo.name));
                }
                if found == 0 {
                    unfound.push(format!("{change}: {} of {} marks", photo.name, photo.marks.len()));
                }
            }
            say(&format!(
                "{change:42} {} pictures, least likeness {least:.3}, fewest shared marks {fewest}",
                photos.len()
            ));
        }
        say(&format!("not recognised: {lost:#?}; not looked up: {unfound:#?}"));
        assert!(lost.is_empty());
        // What is looked up by its marks alone, not what the judge compares.
        assert!(unfound.len() * 100 <= photos.len() * CHANGES.len(), "{unfound:#?}");
    }

    #[test]
    fn different_pictures_are_never_the_same() {
        let Some(photos) = photos() else { return };
        let mut pairs = Vec::new();
        let mut sharing = 0;
        for (at, one) in photos.iter().enumerate() {
            for other in photos.iter().take(at) {
                pairs.push((likeness(&one.print, &other.print), &one.name, &other.name));
                sharing += usize::from(shared(&one.marks, &other.marks) > 0);
            }
        }
        pairs.sort_by(|a, b| b.0.total_cmp(&a.0));
        say(&format!("{} pairs, the likest {:?}, {sharing} share a mark", pairs.len(), &pairs[..3]));
        assert!(pairs.iter().all(|(likeness, ..)| *likeness < SAME_PICTURE));
    }

    #[test]
    fn parts_of_a_picture_that_overlap_by_less_than_a_third_are_different_pictures() {
        let Some(photos) = photos() else { return };
        let (mut number, mut likest) = (0, (0.0, String::new()));
        let mut wrong = Vec::new();
        // A few strokes on white are no photo: parts of them look alike, and docs/duplicates.md says so.
        let large = |it: &&Photo| {
            it.pixels.width().min(it.pixels.height()) >= 400 && it.name != "F-exif-chunk-early.png"
        };
        for photo in photos.iter().filter(large) {
            // Squares of 40 and 55 hundredths of the sides, a step of 15 apart, so that neighbours overlap by all there is.
            let mut parts = Vec::new();
            for size in [40_u32, 55] {
                for (x, y) in (0..=100 - size)
                    .step_by(15)
                    .flat_map(|x| (0..=100 - size).step_by(15).map(move |y| (x, y)))
                {
                    let part = cut(&photo.pixels, [x, y, 100 - size - x, 100 - size - y]);
                    parts.push(([x, y, size], sent(&part, 85).print));
                }
            }
            for (at, ([x, y, size], one)) in parts.iter().enumerate() {
                for ([left, top, side], other) in parts.iter().take(at) {
                    let along = |a: u32, b: u32| (a + size).min(b + side).saturating_sub(a.max(b));
                    let overlap = along(*x, *left) * along(*y, *top);
                    let smaller = size.min(side).pow(2);
                    let (Some(one), Some(other)) = (one, other) else { continue };
                    if overlap * 3 >= smaller {
                        continue;
                    }
                    number += 1;
                    let found = likeness(one, other);
                    let what = format!("{} {:?} {:?}", photo.name, [x, y, size], [left, top, side]);
                    if found > likest.0 {
                        likest = (found, what.clone());
                    }
                    if found >= SAME_PICTURE {
                        wrong.push(what);
                    }
                }
            }
        }
        say(&format!("{number} pairs of parts, the likest {likest:?}"));
        assert!(number > 1_000 && wrong.is_empty(), "{wrong:#?}");
    }

    #[test]
    fn a_thumbnail_that_was_kept_gives_the_look_of_its_picture() {
        let Some(images) = images() else { return };
        let photo = process(&std::fs::read(images.join("exif_gps/DSCN0010.jpg")).unwrap()).unwrap();
        let again = look(&photo.thumbnail).unwrap();
        let likeness = likeness(&again.print.unwrap(), photo.look.print.as_ref().unwrap());
        assert!(likeness > 0.98, "{likeness}");
        assert!(shared(&again.marks, &photo.look.marks) * 2 > again.marks.len());
    }

    #[test]
    fn what_shows_nothing_has_no_look() {
        for picture in [RgbImage::new(1, 1), RgbImage::from_pixel(300, 200, image::Rgb([200, 180, 10]))] {
            assert_eq!(sent(&picture, 90), Look::default());
        }
    }
}
