//! Whether areas cover their ground once: overlaps and gaps, found by scan lines.
//!
//! Borders of real layers rarely share vertices, so areas are compared as ground, not as lines: on parallels a few
//! metres apart every area is a set of stretches, and stretches of two areas that overlap, or ground of the whole that
//! none covers, are added up. What is thinner than the distance between two lines can stay unseen; slivers below
//! [`Coverage::tolerance_m2`] are not told, for neighbours drawn by different hands always have some.

use std::collections::BTreeMap;

use super::{MultiPolygon, Wgs84};

/// Most scan lines over one set of areas.
const MOST_LINES: u32 = 4_000;
/// Scan lines over an area of median height.
const LINES_PER_AREA: f64 = 12.0;
const METERS_PER_DEGREE: f64 = 111_195.0;
/// A stretch shorter than this is a rounding of coordinates, in degrees (about 0.1 m).
const ROUNDING: f64 = 1e-6;

/// Ground that two areas claim, or that none does.
#[derive(Debug, Clone, PartialEq)]
pub struct Patch {
    /// Positions of the areas; empty for a gap.
    pub areas: Vec<usize>,
    pub square_meters: f64,
    /// A point of it.
    pub at: Wgs84,
}

/// What a set of areas covers.
#[derive(Debug, Clone, PartialEq, Default)]
pub struct Coverage {
    pub overlaps: Vec<Patch>,
    pub gaps: Vec<Patch>,
    /// Square metres of each area.
    pub areas: Vec<f64>,
}

impl Coverage {
    /// Patches below this are slivers, in square metres.
    pub fn tolerance_m2(area_m2: f64) -> f64 {
        (area_m2 * 0.01).clamp(50.0, 2_000.0)
    }
}

/// Measures `areas`; gaps are what of `whole` none of them covers.
pub fn measure(areas: &[&MultiPolygon], whole: Option<&MultiPolygon>) -> Coverage {
    let mut coverage = Coverage { areas: vec![0.0; areas.len()], ..Coverage::default() };
    let Some(lines) = Lines::over(areas, whole) else {
        return coverage;
    };
    let mut overlaps: BTreeMap<(usize, usize), Found> = BTreeMap::new();
    let mut gap = Found::default();
    let mut scan: Vec<Vec<(f64, f64, usize)>> = vec![Vec::new(); lines.count];
    for (position, area) in areas.iter().enumerate() {
        lines.stretches(area, |line, from, to| {
            if let Some(stretches) = scan.get_mut(line) {
                stretches.push((from, to, position));
            }
        });
    }
    let mut ground: Vec<Vec<(f64, f64)>> = vec![Vec::new(); lines.count];
    if let Some(whole) = whole {
        lines.stretches(whole, |line, from, to| {
            if let Some(stretches) = ground.get_mut(line) {
                stretches.push((from, to));
            }
        });
    }
    for (line, (mut stretches, whole)) in scan.into_iter().zip(ground).enumerate() {
        stretches.sort_by(|a, b| a.0.total_cmp(&b.0).then(a.2.cmp(&b.2)));
        let square = lines.square_meters(line);
        for &(from, to, position) in &stretches {
            if let Some(sum) = coverage.areas.get_mut(position) {
                *sum += (to - from) * square;
            }
        }
        for (position, &(_, to, one)) in stretches.iter().enumerate() {
            let later = stretches.iter().skip(position + 1);
            for &(from, other_to, other) in later.take_while(|(from, _, _)| *from < to - ROUNDING) {
                let shared = to.min(other_to) - from;
                if one != other && shared > ROUNDING {
                    let found = overlaps.entry((one.min(other), one.max(other))).or_default();
                    found.add(shared * square, lines.point(line, from + shared / 2.0));
                }
            }
        }
        for (from, to) in whole {
            for (open, close) in uncovered(from, to, &stretches) {
                gap.add((close - open) * square, lines.point(line, (open + close) / 2.0));
            }
        }
    }
    let size = |position: usize| coverage.areas.get(position).copied().unwrap_or(0.0);
    coverage.overlaps = overlaps
        .into_iter()
        .filter(|((one, other), found)| {
            found.square_meters > Coverage::tolerance_m2(size(*one).min(size(*other)))
        })
        .filter_map(|((one, other), found)| found.patch(vec![one, other]))
        .collect();
    let total: f64 = coverage.areas.iter().sum();
    if gap.square_meters > Coverage::tolerance_m2(total) {
        coverage.gaps.extend(gap.patch(Vec::new()));
    }
    coverage
}

/// The ground of one area, in square metres.
pub fn square_meters(area: &MultiPolygon) -> f64 {
    measure(&[area], None).areas.first().copied().unwrap_or(0.0)
}

#[derive(Default)]
struct Found {
    square_meters: f64,
    widest: f64,
    at: Option<Wgs84>,
}

impl Found {
    fn add(&mut self, square_meters: f64, at: Option<Wgs84>) {
        self.square_meters += square_meters;
        if square_meters > self.widest {
            (self.widest, self.at) = (square_meters, at);
        }
    }

    fn patch(self, areas: Vec<usize>) -> Option<Patch> {
        Some(Patch { areas, square_meters: self.square_meters, at: self.at? })
    }
}

struct Lines {
    south: f64,
    step: f64,
    count: usize,
}

impl Lines {
    fn over(areas: &[&MultiPolygon], whole: Option<&MultiPolygon>) -> Option<Self> {
        let boxes: Vec<_> = areas.iter().copied().chain(whole).filter_map(MultiPolygon::bounds).collect();
        let south = boxes.iter().map(|it| it.south).min_by(f64::total_cmp)?;
        let north = boxes.iter().map(|it| it.north).max_by(f64::total_cmp)?;
        let mut heights: Vec<f64> =
            areas.iter().filter_map(|area| area.bounds()).map(|it| it.north - it.south).collect();
        heights.sort_by(f64::total_cmp);
        let median = heights.get(heights.len() / 2).copied().filter(|height| *height > 0.0)?;
        let wanted = ((north - south) / median * LINES_PER_AREA).ceil();
        let count = (1..=MOST_LINES).find(|count| f64::from(*count) >= wanted).unwrap_or(MOST_LINES).max(200);
        let step = (north - south) / f64::from(count);
        Some(Self { south, step, count: usize::try_from(count).ok()? })
    }

    /// The parallel of a line: in the middle of its strip, so that vertices on round numbers are not hit.
    fn latitude(&self, line: usize) -> f64 {
        self.south + (f64::from(u32::try_from(line).unwrap_or(u32::MAX)) + 0.5) * self.step
    }

    /// Square metres that a degree of longitude on this line stands for.
    fn square_meters(&self, line: usize) -> f64 {
        let east = METERS_PER_DEGREE * self.latitude(line).to_radians().cos();
        east * self.step * METERS_PER_DEGREE
    }

    fn point(&self, line: usize, longitude: f64) -> Option<Wgs84> {
        Wgs84::new(longitude, self.latitude(line)).ok()
    }

    /// Calls `note(line, from, to)` for every stretch of `area`, polygon by polygon, holes left out.
    fn stretches(&self, area: &MultiPolygon, mut note: impl FnMut(usize, f64, f64)) {
        for rings in &area.0 {
            let mut crossings: BTreeMap<usize, Vec<f64>> = BTreeMap::new();
            for ring in rings {
                let following = ring.iter().cycle().skip(1);
                for (&a, &b) in ring.iter().zip(following) {
                    self.cross(a, b, &mut crossings);
                }
            }
            for (line, mut at) in crossings {
                at.sort_by(f64::total_cmp);
                for pair in at.chunks_exact(2) {
                    if let [from, to] = pair {
                        note(line, *from, *to);
                    }
                }
            }
        }
    }

    fn cross(&self, [ax, ay]: [f64; 2], [bx, by]: [f64; 2], crossings: &mut BTreeMap<usize, Vec<f64>>) {
        let ((lx, ly), (ux, uy)) = if ay <= by { ((ax, ay), (bx, by)) } else { ((bx, by), (ax, ay)) };
        let mut line = self.first_line_from(ly);
        while line < self.count {
            let y = self.latitude(line);
            if y >= uy {
                break;
            }
            if y >= ly {
                crossings.entry(line).or_default().push(lx + (y - ly) / (uy - ly) * (ux - lx));
            }
            line += 1;
        }
    }

    /// A line at or just below the parallel `y`, found by halving: no conversion from float to integer is exact.
    fn first_line_from(&self, y: f64) -> usize {
        let (mut low, mut high) = (0, self.count);
        while low < high {
            let middle = low.midpoint(high);
            if self.latitude(middle) < y {
                low = middle + 1;
            } else {
                high = middle;
            }
        }
        low
    }
}

/// The parts of `from..to` that no stretch covers; stretches are sorted by their begin.
fn uncovered(from: f64, to: f64, stretches: &[(f64, f64, usize)]) -> Vec<(f64, f64)> {
    let mut open = from;
    let mut gaps = Vec::new();
    for &(begin, end, _) in stretches {
        if begin >= to {
            break;
        }
        if begin > open + ROUNDING {
            gaps.push((open, begin));
        }
        open = open.max(end);
    }
    if to > open + ROUNDING {
        gaps.push((open, to));
    }
    gaps
}

#[cfg(test)]
mod tests {
    use super::*;

    fn cell(west: f64, south: f64, width: f64, height: f64) -> MultiPolygon {
        MultiPolygon(vec![vec![vec![
            [west, south],
            [west + width, south],
            [west + width, south + height],
            [west, south + height],
            [west, south],
        ]]])
    }

    #[test]
    fn areas_that_meet_neither_overlap_nor_leave_a_gap() {
        let whole = cell(113.0, 34.0, 0.02, 0.01);
        let (west, east) = (cell(113.0, 34.0, 0.01, 0.01), cell(113.01, 34.0, 0.01, 0.01));
        let measured = measure(&[&west, &east], Some(&whole));
        assert_eq!((measured.overlaps, measured.gaps), (vec![], vec![]));
        // 0.01° × 0.01° at 34° north.
        let expected = 0.01 * METERS_PER_DEGREE * 0.01 * METERS_PER_DEGREE * 34.005_f64.to_radians().cos();
        assert!((measured.areas[0] / expected - 1.0).abs() < 0.001, "{} {expected}", measured.areas[0]);
    }

    #[test]
    fn overlaps_and_gaps_are_found_with_their_size_and_a_point() {
        let whole = cell(113.0, 34.0, 0.02, 0.01);
        let (west, east) = (cell(113.0, 34.0, 0.011, 0.01), cell(113.01, 34.0, 0.009, 0.01));
        let measured = measure(&[&west, &east], Some(&whole));
        let [overlap] = measured.overlaps.as_slice() else { panic!("{measured:?}") };
        assert_eq!(overlap.areas, [0, 1]);
        assert!(west.contains(overlap.at) && east.contains(overlap.at));
        let [gap] = measured.gaps.as_slice() else { panic!("{measured:?}") };
        assert!(!west.contains(gap.at) && !east.contains(gap.at) && whole.contains(gap.at));
        assert!((overlap.square_meters / gap.square_meters - 1.0).abs() < 0.02);
    }

    #[test]
    fn a_hole_is_no_ground_and_an_area_in_it_is_no_overlap() {
        let mut ring = cell(113.0, 34.0, 0.01, 0.01);
        let island = cell(113.004, 34.004, 0.002, 0.002);
        ring.0[0].push(island.0[0][0].clone());
        assert_eq!(measure(&[&ring, &island], None).overlaps, vec![]);
        assert!(square_meters(&ring) < square_meters(&cell(113.0, 34.0, 0.01, 0.01)));
    }
}
