//! A fingerprint of what a picture shows: near-equal pictures differ in few of its bits.

use std::f64::consts::PI;

use image::RgbImage;

use crate::{PhotoError, shrink};

/// Side of the brightness grid that is transformed.
const GRID: u32 = 32;
/// Side of the block of lowest frequencies that make the hash.
const LOW: u32 = 8;

/// The 64-bit DCT hash (pHash): brightness on a 32 × 32 grid, its lowest 8 × 8 frequencies row by row from
/// the highest bit, each bit set when the coefficient is above the median.
///
/// # Errors
/// [`PhotoError::Broken`] when the picture has no pixels.
pub fn of(picture: &RgbImage) -> Result<u64, PhotoError> {
    let luma: Vec<f64> = shrink::to_luma(picture, GRID, GRID)?.into_iter().map(f64::from).collect();
    let waves: Vec<Vec<f64>> = (0..LOW).map(wave).collect();
    // Rows first, then columns: the transform is separable.
    let rows: Vec<Vec<f64>> =
        luma.chunks_exact(32).map(|row| waves.iter().map(|wave| dot(wave, row.iter())).collect()).collect();
    let mut coefficients = Vec::with_capacity(64);
    for down in &waves {
        for across in 0..waves.len() {
            coefficients.push(dot(down, rows.iter().filter_map(|row| row.get(across))));
        }
    }
    let median = median(&coefficients);
    Ok(coefficients.iter().fold(0, |hash, value| (hash << 1) | u64::from(*value > median)))
}

/// One cosine of the DCT-II over the grid. Scaling each would not change which exceed the median by sign,
/// so the orthonormal factor of the constant wave is the only one applied.
fn wave(frequency: u32) -> Vec<f64> {
    let scale = if frequency == 0 { 0.5_f64.sqrt() } else { 1.0 };
    let angle = |at: u32| PI * (f64::from(at) + 0.5) * f64::from(frequency) / f64::from(GRID);
    (0..GRID).map(|at| scale * angle(at).cos()).collect()
}

fn dot<'a>(wave: &[f64], values: impl Iterator<Item = &'a f64>) -> f64 {
    wave.iter().zip(values).map(|(left, right)| left * right).sum()
}

fn median(values: &[f64]) -> f64 {
    let mut sorted = values.to_vec();
    sorted.sort_by(f64::total_cmp);
    let middle = sorted.len() / 2;
    let pair = sorted.get(middle.saturating_sub(1)..=middle).unwrap_or_default();
    pair.iter().sum::<f64>() / 2.0
}

#[cfg(test)]
mod tests {
    use image::{DynamicImage, Rgb, Rgb32FImage, RgbImage};

    use super::{median, of};
    use crate::shrink;

    fn scene(seed: f32) -> RgbImage {
        let picture = Rgb32FImage::from_fn(400, 300, |x, y| {
            let [x, y] = [x, y].map(|at| f32::from(u16::try_from(at).unwrap()));
            let waves = (x / (17.0 + seed)).sin() * (y / (41.0 - seed)).cos();
            let value = 0.5 + 0.25 * waves + 0.15 * ((x + seed * y) / 90.0).sin();
            Rgb([value, value / 2.0, 1.0 - value])
        });
        DynamicImage::from(picture).into_rgb8()
    }

    #[test]
    fn halved_is_near_and_another_is_far() {
        let whole = of(&scene(3.0)).unwrap();
        let half = of(&shrink::to_side(scene(3.0), 200).unwrap()).unwrap();
        assert!((whole ^ half).count_ones() <= 8, "{whole:x} {half:x}");
        assert!((whole ^ of(&scene(11.0)).unwrap()).count_ones() > 12);
    }

    #[test]
    fn plain_pictures_have_a_hash() {
        assert_eq!(of(&RgbImage::new(1, 1)), of(&RgbImage::new(50, 3)));
        assert_eq!(median(&[4.0, 1.0, 3.0, 2.0]), 2.5);
    }
}
