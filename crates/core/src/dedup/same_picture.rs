//! Do two prints show the same picture, though one was cut, made smaller, brighter or compressed again?
//!
//! Both are looked at as fields of light and dark spots. One is laid over the other with every cut that is allowed, coarsely
//! first and then finely around the best one, and the correlation of the fields where they overlap tells. What a picture
//! loses at its border shifts all the rest of it, so that no comparison of whole pictures bears a crop.

use std::cell::OnceCell;
use std::f32::consts::{FRAC_1_SQRT_2, PI};
use std::ops::Range;
use std::sync::LazyLock;

use super::photo_print::{PhotoPrint, Square, WAVES};

/// From this likeness on two prints show the same picture. Measured in `crates/photo/tests/recognised_pictures.rs`.
pub const SAME_PICTURE: f64 = 0.72;

/// Cuts tried at each edge, in parts of a side; negative ones are of the other picture.
const CUTS: [f32; 5] = [-0.12, -0.06, 0.0, 0.06, 0.12];
/// How far around the best coarse cuts the fine ones lie.
const FINER: [f32; 2] = [0.02, 0.01];
/// Cuts may change the proportions (natural logarithm) by so much more or less than the pictures say.
const PROPORTION_SLACK: f32 = 0.06;
/// Points nearer to an edge than this part of a side are left out: what lay beyond it shows through.
const EDGE: f32 = 0.03;
/// A pair whose best coarse likeness is lower is not looked at finely.
const PROMISING: f32 = 0.35;
const SHIFTS: [f32; 3] = [-1.0, 0.0, 1.0];

/// The photos of a report, prepared to be compared with those of many cases. What a comparison needs is worked out when
/// it is first needed.
#[derive(Debug, Default)]
pub struct PhotoSearch {
    sought: Vec<Sought>,
}

impl PhotoSearch {
    pub fn new(photos: &[PhotoPrint]) -> Self {
        Self { sought: photos.iter().map(Sought::new).collect() }
    }

    /// Whether one of these photos shows the same picture as one of the report's, at this likeness or more.
    pub fn finds(&self, photos: &[PhotoPrint], likeness: f64) -> bool {
        !self.sought.is_empty()
            && photos.iter().any(|photo| {
                let shown = Shown::new(photo);
                self.sought.iter().any(|sought| f64::from(sought.either_way(photo, &shown)) >= likeness)
            })
    }
}

/// The likeness of two prints, -1 to 1.
pub fn likeness(one: &PhotoPrint, other: &PhotoPrint) -> f64 {
    f64::from(Sought::new(one).either_way(other, &Shown::new(other)))
}

/// A print as the other side sees it: its field on a grid, and the sums of its squares.
struct Shown {
    log_proportions: f32,
    field: Square,
}

impl Shown {
    fn new(print: &PhotoPrint) -> Self {
        let whole = &UNCUT;
        let field = field(&rows(&print.waves(), whole), whole);
        Self { log_proportions: print.log_proportions(), field }
    }
}

#[derive(Debug)]
struct Sought {
    print: PhotoPrint,
    log_proportions: f32,
    waves: Square,
    /// By the cut of top and bottom.
    rows: Vec<OnceCell<Square>>,
    /// By the cut of top and bottom and then by that of the sides.
    windows: Vec<Vec<OnceCell<Box<Window>>>>,
}

impl Sought {
    fn new(print: &PhotoPrint) -> Self {
        let cuts = COARSE.len();
        Self {
            print: print.clone(),
            log_proportions: print.log_proportions(),
            waves: print.waves(),
            rows: (0..cuts).map(|_| OnceCell::new()).collect(),
            windows: (0..cuts).map(|_| (0..cuts).map(|_| OnceCell::new()).collect()).collect(),
        }
    }

    /// The likeness, looked at from the other side too where it is in doubt: which of the two was cut is not known, and
    /// the one that was shows finer waves than the whole one has.
    fn either_way(&self, print: &PhotoPrint, shown: &Shown) -> f32 {
        let likeness = self.likeness(shown);
        if likeness < PROMISING || f64::from(likeness) >= SAME_PICTURE {
            return likeness;
        }
        likeness.max(Sought::new(print).likeness(&Shown::new(&self.print)))
    }

    fn likeness(&self, shown: &Shown) -> f32 {
        let mut best = (-1.0_f32, None);
        for ((tall, rows_cell), windows) in COARSE.iter().zip(&self.rows).zip(&self.windows) {
            for (wide, window) in COARSE.iter().zip(windows) {
                if !self.fits(wide, tall, shown) {
                    continue;
                }
                let window = window.get_or_init(|| {
                    Box::new(Window::new(rows_cell.get_or_init(|| rows(&self.waves, tall)), wide, tall))
                });
                let found = window.likeness(shown);
                if found > best.0 {
                    best = (found, Some((wide.cuts, tall.cuts)));
                }
            }
        }
        match best {
            (coarse, Some((wide, tall))) if coarse >= PROMISING => self.finely(coarse, wide, tall, shown),
            (coarse, _) => coarse,
        }
    }

    /// The likeness with the best cuts near those that were best so far.
    fn finely(&self, coarse: f32, wide: (f32, f32), tall: (f32, f32), shown: &Shown) -> f32 {
        let mut best = (coarse, wide, tall);
        for step in FINER {
            let (_, wide, tall) = best;
            let sides: Vec<Side> = around(wide, step);
            for tall in around(tall, step) {
                let rows = rows(&self.waves, &tall);
                for wide in sides.iter().filter(|wide| self.fits(wide, &tall, shown)) {
                    let found = Window::new(&rows, wide, &tall).likeness(shown);
                    if found > best.0 {
                        best = (found, wide.cuts, tall.cuts);
                    }
                }
            }
        }
        best.0
    }

    /// Whether these cuts give the other picture's proportions.
    fn fits(&self, wide: &Side, tall: &Side, shown: &Shown) -> bool {
        let cut = self.log_proportions + wide.log_length - tall.log_length;
        (cut - shown.log_proportions).abs() <= PROPORTION_SLACK
    }
}

/// One way to cut a side at both its ends, and where the points of a grid over what is left lie.
#[derive(Debug)]
struct Side {
    cuts: (f32, f32),
    log_length: f32,
    /// For each point the height of each wave there, and the other way round.
    by_point: Square,
    by_wave: Square,
    /// The points that lie within the picture.
    inside: Range<usize>,
}

impl Side {
    fn new(cuts: (f32, f32)) -> Self {
        let length = 1.0 - cuts.0 - cuts.1;
        let points: Vec<f32> = middles().map(|middle| cuts.0 + length * middle).collect();
        let inside = |at: &f32| (EDGE..=1.0 - EDGE).contains(at);
        let first = points.iter().position(inside).unwrap_or_default();
        let behind = points.iter().rposition(inside).map_or(first, |last| last + 1);
        let mut by_wave = [[0.0; WAVES]; WAVES];
        for (row, wave) in by_wave.iter_mut().zip(0_u16..) {
            for (place, at) in row.iter_mut().zip(&points) {
                *place = if wave == 0 { FRAC_1_SQRT_2 } else { (PI * f32::from(wave) * at).cos() };
            }
        }
        let mut by_point = [[0.0; WAVES]; WAVES];
        for (wave, heights) in by_wave.iter().enumerate() {
            for (row, height) in by_point.iter_mut().zip(heights) {
                row.iter_mut().skip(wave).take(1).for_each(|place| *place = *height);
            }
        }
        Self { cuts, log_length: length.ln(), by_point, by_wave, inside: first..behind }
    }
}

static UNCUT: LazyLock<Side> = LazyLock::new(|| Side::new((0.0, 0.0)));
static COARSE: LazyLock<Vec<Side>> = LazyLock::new(|| {
    CUTS.into_iter().flat_map(|one| CUTS.into_iter().map(move |other| Side::new((one, other)))).collect()
});

fn around(cuts: (f32, f32), step: f32) -> Vec<Side> {
    let shifted = |shift: f32| SHIFTS.into_iter().map(move |other| (shift * step, other * step));
    SHIFTS.into_iter().flat_map(shifted).map(|(a, b)| Side::new((cuts.0 + a, cuts.1 + b))).collect()
}

/// The middles of the grid's cells along one side.
fn middles() -> impl Iterator<Item = f32> {
    (0_u16..16).map(|cell| (f32::from(cell) + 0.5) / 16.0)
}

/// A part of a picture: its field, nothing outside the picture.
#[derive(Debug)]
struct Window {
    field: Square,
    size: f32,
    down: Range<usize>,
    across: Range<usize>,
}

impl Window {
    fn new(rows: &Square, wide: &Side, tall: &Side) -> Self {
        let mut field = field(rows, wide);
        for (at, row) in field.iter_mut().enumerate() {
            for (x, value) in row.iter_mut().enumerate() {
                if !tall.inside.contains(&at) || !wide.inside.contains(&x) {
                    *value = 0.0;
                }
            }
        }
        let size = sum(&products(&field, &field));
        Self { field, size, down: tall.inside.clone(), across: wide.inside.clone() }
    }

    /// The correlation with the other picture where both are.
    fn likeness(&self, shown: &Shown) -> f32 {
        let product = sum(&products(&self.field, &shown.field));
        let there = shown.field.get(self.down.clone()).unwrap_or_default();
        let squares = products(there, there);
        let size = sum(squares.get(self.across.clone()).unwrap_or_default());
        product / (self.size * size).sqrt().max(f32::MIN_POSITIVE)
    }
}

/// Products summed by column, sixteen side by side.
fn products(one: &[[f32; WAVES]], other: &[[f32; WAVES]]) -> [f32; WAVES] {
    let mut columns = [0.0; WAVES];
    for (one, other) in one.iter().zip(other) {
        for ((column, one), other) in columns.iter_mut().zip(one).zip(other) {
            *column += one * other;
        }
    }
    columns
}

fn sum(values: &[f32]) -> f32 {
    values.iter().sum()
}

/// The waves across, for each row of points.
fn rows(waves: &Square, tall: &Side) -> Square {
    product(&tall.by_point, waves)
}

/// Light and dark at each point, strong spots weakened so that no single one decides.
fn field(rows: &Square, wide: &Side) -> Square {
    let mut field = product(rows, &wide.by_wave);
    let usual = (sum(&products(&field, &field)) / 256.0).sqrt().max(f32::MIN_POSITIVE);
    for value in field.iter_mut().flatten() {
        *value /= value.abs() + usual;
    }
    field
}

/// The product of two matrices.
fn product(one: &Square, other: &Square) -> Square {
    let mut product = [[0.0; WAVES]; WAVES];
    for (row, factors) in product.iter_mut().zip(one) {
        for (factor, line) in factors.iter().zip(other) {
            for (place, value) in row.iter_mut().zip(line) {
                *place += factor * value;
            }
        }
    }
    product
}

#[cfg(test)]
mod tests {
    use super::*;
    use proptest::prelude::*;

    #[expect(
        clippy::as_conversions,
        clippy::cast_possible_truncation,
        clippy::cast_sign_loss,
        reason = "made-up brightness and sizes, clamped"
    )]
    /// A picture of soft spots, as the part of it between the given edges shows it, brighter by `gain`.
    fn picture(seed: u32, [left, top, right, bottom]: [f32; 4], gain: f32) -> PhotoPrint {
        let mut noise = seed;
        let mut next = || {
            noise = noise.wrapping_mul(1_664_525).wrapping_add(1_013_904_223);
            f32::from(u16::try_from(noise >> 16).unwrap()) / 65_536.0
        };
        let spots: Vec<[f32; 4]> =
            (0..60).map(|_| [next(), next(), 0.02 + next() * 0.06, next() * 160.0 - 80.0]).collect();
        let grey = (0_u16..64).flat_map(|y| (0_u16..64).map(move |x| (x, y))).map(|(x, y)| {
            let at = |cell: u16, from: f32, to: f32| from + (f32::from(cell) + 0.5) / 64.0 * (to - from);
            let (x, y) = (at(x, left, right), at(y, top, bottom));
            let light = spots.iter().map(|[spot_x, spot_y, size, height]| {
                height * (-((x - spot_x).powi(2) + (y - spot_y).powi(2)) / (2.0 * size * size)).exp()
            });
            ((110.0 + light.sum::<f32>()) * gain).clamp(0.0, 255.0) as u8
        });
        let size = |part: f32, whole: f32| (part * whole) as u32;
        let (width, height) = (size(right - left, 4_000.0), size(bottom - top, 3_000.0));
        PhotoPrint::of_grey(width, height, &grey.collect::<Vec<_>>()).unwrap()
    }

    const WHOLE: [f32; 4] = [0.0, 0.0, 1.0, 1.0];

    #[test]
    fn a_flat_picture_has_no_print() {
        assert_eq!(PhotoPrint::of_grey(100, 100, &[90; 4_096]), None);
        assert_eq!(PhotoPrint::of_grey(100, 100, &[]), None);
    }

    #[test]
    fn a_print_is_itself_whatever_its_length_in_bytes() {
        let print = picture(1, WHOLE, 1.0);
        assert!(likeness(&print, &print) > 0.99);
        assert_eq!(PhotoPrint::from_bytes(print.as_bytes()), Some(print.clone()));
        assert_eq!(PhotoPrint::from_bytes(&print.as_bytes()[1..]), None);
    }

    #[test]
    fn a_search_finds_the_picture_among_others_and_nothing_in_none() {
        let others = [picture(2, WHOLE, 1.0), picture(3, WHOLE, 1.0)];
        let search = PhotoSearch::new(&[picture(4, WHOLE, 1.0), picture(3, [0.05, 0.05, 0.95, 0.95], 1.1)]);
        assert!(search.finds(&others, SAME_PICTURE));
        assert!(!search.finds(&others[..1], SAME_PICTURE));
        assert!(!search.finds(&[], -1.0));
        assert!(!PhotoSearch::default().finds(&others, -1.0));
    }

    proptest! {
        #![proptest_config(ProptestConfig::with_cases(60))]
        #[test]
        fn a_part_that_lacks_a_tenth_is_the_same_and_another_picture_is_not(
            seed in 0_u32..1_000, left in 0.0_f32..0.1, top in 0.0_f32..0.1, right in 0.9_f32..1.0,
            bottom in 0.9_f32..1.0, gain in 0.8_f32..1.2,
        ) {
            let (whole, part) = (picture(seed, WHOLE, 1.0), picture(seed, [left, top, right, bottom], gain));
            prop_assert!(likeness(&whole, &part) >= SAME_PICTURE, "{}", likeness(&whole, &part));
            prop_assert!(likeness(&part, &whole) >= SAME_PICTURE);
            let other = picture(seed + 1_000, WHOLE, 1.0);
            prop_assert!(likeness(&part, &other) < SAME_PICTURE);
        }
    }
}
