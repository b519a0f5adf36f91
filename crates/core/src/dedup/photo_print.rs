//! What a photo (照片) shows, small enough to be kept for each live case.

use std::f32::consts::{FRAC_1_SQRT_2, PI};
use std::sync::LazyLock;

/// Points along one side of the square of brightness a print is made of.
pub const GREY_SIDE: u32 = 64;
const POINTS: usize = 64;
/// Waves along one side: the lowest spatial frequencies of a picture.
pub(super) const WAVES: usize = 16;
/// The square of the highest frequency kept, in half waves a side.
const HIGHEST_SQUARED: u16 = 240;
/// Waves kept: all pairs but the constant one whose squares sum up to at most [`HIGHEST_SQUARED`].
const KEPT: usize = 202;
/// Length of the stored form: the proportions, and half a byte a wave.
pub(super) const BYTES: usize = 1 + KEPT / 2;
/// Size of one quantisation step, in units of the waves' root mean square.
const STEP: f32 = 0.35;
/// Steps to either side of nothing.
const STEPS: f32 = 7.0;
/// Steps of the stored proportions in a doubling.
const PROPORTION_STEPS: f32 = 32.0;
/// Pictures whose brightness varies less, in grey levels of 255, show nothing that could be recognised.
const LEAST_CONTRAST: f32 = 2.0;

/// One value for each pair of waves, or for each point of a square grid: rows from the top.
pub(super) type Square = [[f32; WAVES]; WAVES];

/// The print of a picture: its 202 lowest spatial frequencies, each brought to the same expected strength, which is what
/// a natural picture needs for all of them to tell something, and rounded to 15 steps.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct PhotoPrint([u8; BYTES]);

impl PhotoPrint {
    /// From the size of an upright picture and its brightness on a square of [`GREY_SIDE`] × [`GREY_SIDE`] points, row by
    /// row, whatever its proportions. `None` when there is nothing to see.
    pub fn of_grey(width: u32, height: u32, grey: &[u8]) -> Option<Self> {
        let amplitudes = amplitudes(grey);
        let kept: Vec<(f32, f32)> = kept(&amplitudes).collect();
        // Parseval: the amplitudes' squares sum up to those of the deviations from the mean, a point each.
        let contrast =
            root_mean_square(kept.iter().map(|(_, amplitude)| *amplitude)) * count(kept.len()).sqrt() / 64.0;
        if contrast < LEAST_CONTRAST || width == 0 || height == 0 {
            return None;
        }
        let whitened = kept.into_iter().map(|(frequency, amplitude)| frequency * amplitude);
        let unit = STEP * root_mean_square(whitened.clone());
        let mut steps = whitened.map(|value| nibble((value / unit).clamp(-STEPS, STEPS)));
        let mut bytes = [0; BYTES];
        let mut places = bytes.iter_mut();
        *places.next()? = proportions(width, height).cast_unsigned();
        for place in places {
            *place = steps.next()? << 4 | steps.next()?;
        }
        Some(Self(bytes))
    }

    /// The stored form, 102 bytes.
    pub fn as_bytes(&self) -> &[u8] {
        &self.0
    }

    /// Reads the stored form; `None` when it has another length.
    pub fn from_bytes(bytes: &[u8]) -> Option<Self> {
        bytes.try_into().ok().map(Self)
    }

    /// Natural logarithm of width to height.
    pub(super) fn log_proportions(&self) -> f32 {
        let [steps, ..] = self.0;
        f32::from(steps.cast_signed()) / PROPORTION_STEPS * std::f32::consts::LN_2
    }

    /// The waves as pictures are compared by them: what is neither too coarse nor too fine to survive a crop.
    pub(super) fn waves(&self) -> Square {
        let mut square = [[0.0; WAVES]; WAVES];
        let halves = self.0.iter().skip(1).flat_map(|byte| [byte >> 4, byte & 15]);
        let places = square.iter_mut().zip(0_u16..).flat_map(|(row, down)| {
            row.iter_mut().zip(0_u16..).map(move |(place, across)| (place, down, across))
        });
        let wanted = places.filter(|(_, down, across)| is_kept(*down, *across));
        for ((place, down, across), half) in wanted.zip(halves) {
            let frequency = frequency(down, across);
            let weight = frequency * (-(frequency / 10.0).powi(2)).exp();
            *place = weight * (f32::from(half) - STEPS - 1.0);
        }
        square
    }
}

/// The orthonormal DCT-II coefficients of a square of brightness: its lowest waves.
fn amplitudes(grey: &[u8]) -> Square {
    let mut rows = [[0.0; WAVES]; POINTS];
    for (row, points) in rows.iter_mut().zip(grey.chunks_exact(POINTS)) {
        for (place, wave) in row.iter_mut().zip(HEIGHTS.iter()) {
            *place = wave.iter().zip(points).map(|(height, point)| height * f32::from(*point)).sum();
        }
    }
    let mut amplitudes = [[0.0; WAVES]; WAVES];
    for (line, wave) in amplitudes.iter_mut().zip(HEIGHTS.iter()) {
        for (height, row) in wave.iter().zip(&rows) {
            line.iter_mut().zip(row).for_each(|(place, value)| *place += height * value);
        }
    }
    amplitudes
}

/// For each wave its height at each point.
static HEIGHTS: LazyLock<[[f32; POINTS]; WAVES]> = LazyLock::new(|| {
    let mut heights = [[0.0; POINTS]; WAVES];
    for (row, wave) in heights.iter_mut().zip(0_u16..) {
        for (place, point) in row.iter_mut().zip(0_u16..) {
            let scale = if wave == 0 { FRAC_1_SQRT_2 } else { 1.0 } * (2.0_f32 / 64.0).sqrt();
            *place = scale * (PI * f32::from(wave) * (f32::from(point) + 0.5) / 64.0).cos();
        }
    }
    heights
});

/// Frequency and amplitude of each wave that is kept, row by row.
fn kept(amplitudes: &Square) -> impl Iterator<Item = (f32, f32)> {
    amplitudes.iter().zip(0_u16..).flat_map(|(row, down)| {
        let wanted = row.iter().zip(0_u16..).filter(move |(_, across)| is_kept(down, *across));
        wanted.map(move |(amplitude, across)| (frequency(down, across), *amplitude))
    })
}

fn is_kept(down: u16, across: u16) -> bool {
    (1..=HIGHEST_SQUARED).contains(&(down * down + across * across))
}

fn frequency(down: u16, across: u16) -> f32 {
    f32::from(down).hypot(f32::from(across))
}

fn root_mean_square(values: impl Iterator<Item = f32> + Clone) -> f32 {
    let number = count(values.clone().count());
    (values.map(|value| value * value).sum::<f32>() / number.max(1.0)).sqrt()
}

fn count(number: usize) -> f32 {
    u16::try_from(number).map_or(f32::MAX, f32::from)
}

/// One of the steps -7 to 7 as 1 to 15.
#[expect(
    clippy::as_conversions,
    clippy::cast_possible_truncation,
    clippy::cast_sign_loss,
    reason = "no checked conversion from a float exists; the value lies between 1 and 15"
)]
fn nibble(steps: f32) -> u8 {
    (steps.round() + STEPS + 1.0) as u8
}

#[expect(
    clippy::as_conversions,
    clippy::cast_possible_truncation,
    clippy::cast_precision_loss,
    reason = "a ratio needs no more digits, and it is clamped to what fits"
)]
fn proportions(width: u32, height: u32) -> i8 {
    ((width as f32 / height as f32).log2() * PROPORTION_STEPS).round().clamp(-127.0, 127.0) as i8
}
