//! Point to area in memory: an R-tree over boxes, then the exact test.

use rstar::{AABB, PointDistance, RTree, RTreeObject};

use super::polygon::Bounds;
use super::{MultiPolygon, Wgs84};

/// An index over areas that answers which of them hold a point. Items are positions in the caller's list.
#[derive(Debug, Default)]
pub struct AreaIndex {
    tree: RTree<Entry>,
}

#[derive(Debug)]
struct Entry {
    position: usize,
    bounds: Bounds,
    geometry: MultiPolygon,
}

impl RTreeObject for Entry {
    type Envelope = AABB<[f64; 2]>;

    fn envelope(&self) -> Self::Envelope {
        AABB::from_corners([self.bounds.west, self.bounds.south], [self.bounds.east, self.bounds.north])
    }
}

impl PointDistance for Entry {
    fn distance_2(&self, point: &[f64; 2]) -> f64 {
        self.envelope().distance_2(point)
    }
}

impl AreaIndex {
    /// Builds the index in one go (bulk loading keeps the tree shallow); shapes without a vertex are left out.
    pub fn new<'a>(geometries: impl IntoIterator<Item = &'a MultiPolygon>) -> Self {
        let entries = geometries
            .into_iter()
            .enumerate()
            .filter_map(|(position, geometry)| {
                Some(Entry { position, bounds: geometry.bounds()?, geometry: geometry.clone() })
            })
            .collect();
        Self { tree: RTree::bulk_load(entries) }
    }

    /// The position of the area that holds `point`; the lowest one where areas overlap, so that the answer never
    /// depends on how the tree was built.
    pub fn find(&self, point: Wgs84) -> Option<usize> {
        self.tree
            .locate_all_at_point(&[point.longitude(), point.latitude()])
            .filter(|entry| entry.geometry.contains(point))
            .map(|entry| entry.position)
            .min()
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn cell(column: u32, row: u32) -> MultiPolygon {
        let (west, south) = (113.0 + f64::from(column) * 0.01, 34.0 + f64::from(row) * 0.01);
        MultiPolygon(vec![vec![vec![
            [west, south],
            [west + 0.01, south],
            [west + 0.01, south + 0.01],
            [west, south + 0.01],
        ]]])
    }

    #[test]
    fn every_point_finds_the_cell_it_was_drawn_in() {
        let cells: Vec<_> = (0..400).map(|n| cell(n % 20, n / 20)).collect();
        let index = AreaIndex::new(&cells);
        for (position, n) in (0..400_u32).enumerate() {
            let point =
                Wgs84::new(113.005 + f64::from(n % 20) * 0.01, 34.005 + f64::from(n / 20) * 0.01).unwrap();
            assert_eq!(index.find(point), Some(position));
        }
        assert_eq!(index.find(Wgs84::new(120.0, 30.0).unwrap()), None);
    }

    #[test]
    fn overlapping_areas_answer_with_the_first() {
        let index = AreaIndex::new(&[cell(0, 0), cell(0, 0)]);
        assert_eq!(index.find(Wgs84::new(113.005, 34.005).unwrap()), Some(0));
    }
}
