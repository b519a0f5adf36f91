//! The grid of cells on which the recording transaction takes its locks.
//!
//! Two reports can only be one problem when each lies within the other's reach. Whoever records locks every cell
//! within reach, hence also the cell the other one lies in: of two concurrent reports of one problem the second
//! always waits for the first, on a border of cells or towns as anywhere else.

use crate::place::Wgs84;

/// Cells per degree: about 278 m from south to north and 230 m from west to east in Zhengzhou. Smaller cells mean
/// fewer strangers waiting for each other, larger ones fewer locks a report.
const CELLS_PER_DEGREE: f64 = 400.0;
/// Metres in a degree of latitude; of longitude it is this times the cosine of the latitude.
const METERS_PER_DEGREE: f64 = 111_195.0;

/// The number of the cell that holds `point`.
pub fn of(point: Wgs84) -> i64 {
    number(index(point.longitude()), index(point.latitude()))
}

/// The numbers of all cells that a circle of `reach_meters` around `point` touches, sorted.
pub fn within(point: Wgs84, reach_meters: f64) -> Vec<i64> {
    let north = reach_meters / METERS_PER_DEGREE;
    let east = north / point.latitude().to_radians().cos().max(0.01);
    let columns = index(point.longitude() - east)..=index(point.longitude() + east);
    let mut cells: Vec<i64> = columns
        .flat_map(|column| {
            let rows = index(point.latitude() - north)..=index(point.latitude() + north);
            rows.map(move |row| number(column, row))
        })
        .collect();
    cells.sort_unstable();
    cells
}

fn number(column: i64, row: i64) -> i64 {
    column * 1_000_000 + row
}

/// The column or row of a coordinate. A degree is below 180 in amount, so the cast is exact.
#[expect(
    clippy::as_conversions,
    reason = "no checked conversion from a float exists; the value is below 72,000"
)]
fn index(degrees: f64) -> i64 {
    (degrees * CELLS_PER_DEGREE).floor() as i64
}

#[cfg(test)]
mod tests {
    use super::*;
    use proptest::prelude::*;

    proptest! {
        #[test]
        fn a_neighbour_within_reach_lies_in_a_locked_cell(
            longitude in 73.0..135.0_f64, latitude in 4.0..54.0_f64,
            reach in 1.0..600.0_f64, part in 0.0..0.999_f64, angle in 0.0..std::f64::consts::TAU,
        ) {
            let point = Wgs84::new(longitude, latitude).unwrap();
            let other = point.offset_meters(angle.cos() * reach * part, angle.sin() * reach * part);
            let locked = within(point, reach);
            prop_assert!(locked.contains(&of(other)));
            prop_assert!(locked.contains(&of(point)));
            prop_assert!(locked.is_sorted());
        }
    }
}
