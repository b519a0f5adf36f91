//! Marks of a picture: its strongest light and dark spots, each described by the light and dark around it.
//!
//! A spot is an extremum of differences of Gaussians, in place and size; around it twenty points on two rings are either
//! lighter or darker than their surroundings. Cut or made smaller the picture keeps most of its spots and most of these
//! signs, and that some marks are found again is enough to look a picture up.

use image::GrayImage;
use jiekou_core::dedup::{MARK_BITS, PhotoMark};

use crate::{PhotoError, shrink};

/// Longer side of the picture in which spots are looked for, in pixels.
const SIDE: u32 = 160;
/// Most marks of a picture.
const MARKS: usize = 48;
/// Smallest blur, and the factor to the next of the six.
const BLUR: f32 = 1.6;
const RATIO: f32 = 1.4;
const BLURS: u16 = 6;
/// A spot differs at least so much from its surroundings, in grey levels.
const LEAST_HEIGHT: f32 = 0.3;
/// Radius of a ring in blurs of the spot, and its points.
const RINGS: [(f32, u16); 2] = [(2.4, 8), (4.2, 12)];
/// How many of the signs are in doubt: those nearest to none.
const DOUBTS: usize = 3;

/// The marks of a picture, the strongest spot's first.
///
/// # Errors
/// [`PhotoError::Broken`] when it has no pixels.
pub fn of(luma: &GrayImage) -> Result<Vec<PhotoMark>, PhotoError> {
    let (width, height) = shrink::fitting(luma.width(), luma.height(), SIDE);
    let grey: Vec<f32> = shrink::luma_to(luma, width, height)?.into_iter().map(f32::from).collect();
    let size = |side: u32| u16::try_from(side).unwrap_or(u16::MAX);
    let mut layers = Vec::new();
    let mut blur = BLUR;
    let mut blurred = Layer { width: size(width), height: size(height), values: grey }.blurred(BLUR);
    for _ in 1..BLURS {
        let next = blurred.blurred(blur * (RATIO * RATIO - 1.0).sqrt());
        layers.push((blur, next.minus(&blurred)));
        blurred = next;
        blur *= RATIO;
    }
    let mut spots: Vec<(f32, PhotoMark)> = layers.windows(3).flat_map(spots).collect();
    spots.sort_by(|(one, a), (other, b)| other.total_cmp(one).then(a.cmp(b)));
    Ok(spots.into_iter().map(|(_, mark)| mark).take(MARKS).collect())
}

/// The spots of the middle one of three layers, each with its strength.
fn spots(layers: &[(f32, Layer)]) -> Vec<(f32, PhotoMark)> {
    let [(_, finer), (blur, layer), (_, coarser)] = layers else {
        return Vec::new();
    };
    let mut spots = Vec::new();
    for y in 1..layer.height.saturating_sub(1) {
        for x in 1..layer.width.saturating_sub(1) {
            let height = layer.at(x, y);
            if height.abs() < LEAST_HEIGHT || !layer.is_peak(x, y, height) {
                continue;
            }
            if [finer, coarser].into_iter().all(|other| other.is_peak(x, y, height))
                && let Some(mark) = layer.mark(f32::from(x), f32::from(y), *blur, height)
            {
                spots.push((height.abs() * blur.sqrt(), mark));
            }
        }
    }
    spots
}

/// Values of a picture's points, row by row.
#[derive(Debug, Clone)]
struct Layer {
    width: u16,
    height: u16,
    values: Vec<f32>,
}

impl Layer {
    fn at(&self, x: u16, y: u16) -> f32 {
        let place = usize::from(y) * usize::from(self.width) + usize::from(x);
        self.values.get(place).copied().unwrap_or_default()
    }

    fn minus(&self, other: &Self) -> Self {
        let values = self.values.iter().zip(&other.values).map(|(a, b)| a - b).collect();
        Self { values, ..*self }
    }

    /// Whether no value around the point is further from nothing, to the same side.
    fn is_peak(&self, x: u16, y: u16, height: f32) -> bool {
        (y - 1..=y + 1).all(|y| (x - 1..=x + 1).all(|x| self.at(x, y) * height.signum() <= height.abs()))
    }

    /// The mark of a spot; `None` when a ring leaves the picture.
    fn mark(&self, x: f32, y: f32, blur: f32, height: f32) -> Option<PhotoMark> {
        let mut around = Vec::new();
        for (radius, points) in RINGS {
            // The outer ring's points stand between those of the inner one.
            let first = if points == 8 { 0.0 } else { 0.5 };
            for point in 0..points {
                let angle = std::f32::consts::TAU * (f32::from(point) + first) / f32::from(points);
                let (sine, cosine) = angle.sin_cos();
                around.push(self.between(x + radius * blur * cosine, y + radius * blur * sine)?);
            }
        }
        let sign = |value: f32| i32::from(value > 0.0);
        let key = around.iter().fold(0, |key, value| key << 1 | sign(*value)) << 1 | sign(height);
        let mut by_doubt: Vec<(f32, u32)> = around.iter().map(|value| value.abs()).zip(1..).collect();
        by_doubt.sort_by(|(one, a), (other, b)| one.total_cmp(other).then(a.cmp(b)));
        // The first point has the highest bit.
        let doubts = by_doubt.iter().take(DOUBTS).map(|(_, point)| 1 << (MARK_BITS - point));
        Some(PhotoMark { key, doubts: doubts.fold(0, |doubts, bit: i32| doubts | bit) })
    }

    /// The value between four points; `None` outside.
    fn between(&self, x: f32, y: f32) -> Option<f32> {
        let inside = |at: f32, length: u16| (0.0..=f32::from(length) - 1.0).contains(&at);
        if !inside(x, self.width) || !inside(y, self.height) {
            return None;
        }
        let (left, top) = (whole(x), whole(y));
        let (right, below) = ((left + 1).min(self.width - 1), (top + 1).min(self.height - 1));
        let (across, down) = (x - f32::from(left), y - f32::from(top));
        let row = |y: u16| self.at(left, y) * (1.0 - across) + self.at(right, y) * across;
        Some(row(top) * (1.0 - down) + row(below) * down)
    }

    /// Blurred by a Gaussian, the border continued outwards.
    fn blurred(&self, deviation: f32) -> Self {
        let taps = taps(deviation);
        let reach = taps.len() / 2;
        let width = usize::from(self.width).max(1);
        let mut across = vec![0.0; self.values.len()];
        for (to, from) in across.chunks_exact_mut(width).zip(self.values.chunks_exact(width)) {
            let (first, last) = (from.first().copied(), from.last().copied());
            let before = std::iter::repeat_n(first.unwrap_or_default(), reach);
            let after = std::iter::repeat_n(last.unwrap_or_default(), reach);
            let row: Vec<f32> = before.chain(from.iter().copied()).chain(after).collect();
            for (tap, shifted) in taps.iter().zip(row.windows(width)) {
                add(to, shifted, *tap);
            }
        }
        let rows: Vec<&[f32]> = across.chunks_exact(width).collect();
        let last = rows.len().saturating_sub(1);
        let mut values = vec![0.0; self.values.len()];
        for (y, to) in values.chunks_exact_mut(width).enumerate() {
            for (tap, offset) in taps.iter().zip(0..) {
                let from = (y + offset).saturating_sub(reach).min(last);
                add(to, rows.get(from).copied().unwrap_or_default(), *tap);
            }
        }
        Self { values, ..*self }
    }
}

fn add(to: &mut [f32], from: &[f32], factor: f32) {
    to.iter_mut().zip(from).for_each(|(to, from)| *to += factor * from);
}

/// The weights of a Gaussian, cut off at three deviations.
fn taps(deviation: f32) -> Vec<f32> {
    let reach = whole(deviation * 3.0).max(1);
    let weight = |step: u16| (-0.5 * (f32::from(step) / deviation).powi(2)).exp();
    let taps: Vec<f32> = (1..=reach).rev().chain(0..=reach).map(weight).collect();
    let sum: f32 = taps.iter().sum();
    taps.into_iter().map(|tap| tap / sum).collect()
}

/// The whole part of a number that is not negative.
#[expect(
    clippy::as_conversions,
    clippy::cast_possible_truncation,
    clippy::cast_sign_loss,
    reason = "no checked conversion from a float exists; the value is a coordinate"
)]
fn whole(value: f32) -> u16 {
    value as u16
}
