//! Polygons with holes, as GeoJSON has them, and the test whether a point lies inside.

use serde::{Deserialize, Serialize};

use super::Wgs84;

/// A closed ring of longitude and latitude pairs in degrees; the closing vertex may be given or left out.
pub type Ring = Vec<[f64; 2]>;

/// One or more polygons; the first ring of each is its outline, the others are holes.
#[derive(Debug, Clone, PartialEq, Default, Serialize, Deserialize)]
#[serde(transparent)]
pub struct MultiPolygon(pub Vec<Vec<Ring>>);

/// The smallest box around a shape: west, south, east, north in degrees.
#[derive(Debug, Clone, Copy, PartialEq)]
pub struct Bounds {
    pub west: f64,
    pub south: f64,
    pub east: f64,
    pub north: f64,
}

impl MultiPolygon {
    /// Whether `point` lies inside.
    ///
    /// Even-odd rule with half-open edges: of two areas that share a border with the same vertices, a point exactly
    /// on the border belongs to one of them and never to both.
    pub fn contains(&self, point: Wgs84) -> bool {
        self.0.iter().any(|rings| {
            rings
                .iter()
                .fold(false, |inside, ring| inside ^ crosses_oddly(ring, point.longitude(), point.latitude()))
        })
    }

    /// The box around all outlines; `None` without a vertex.
    pub fn bounds(&self) -> Option<Bounds> {
        self.0.iter().flatten().flatten().fold(None, |bounds, &[x, y]| {
            Some(match bounds {
                None => Bounds { west: x, south: y, east: x, north: y },
                Some(b) => Bounds {
                    west: b.west.min(x),
                    south: b.south.min(y),
                    east: b.east.max(x),
                    north: b.north.max(y),
                },
            })
        })
    }
}

fn crosses_oddly(ring: &[[f64; 2]], x: f64, y: f64) -> bool {
    let following = ring.iter().cycle().skip(1);
    ring.iter().zip(following).fold(false, |odd, (&[ax, ay], &[bx, by])| {
        let spans = (ay > y) != (by > y);
        // Edges run from the lower to the upper end, whichever way the ring turns: both owners of a shared border
        // then compute the very same number.
        let ((lx, ly), (ux, uy)) = if ay <= by { ((ax, ay), (bx, by)) } else { ((bx, by), (ax, ay)) };
        odd ^ (spans && x < lx + (y - ly) / (uy - ly) * (ux - lx))
    })
}

#[cfg(test)]
mod tests {
    use super::*;

    fn at(x: f64, y: f64) -> Wgs84 {
        Wgs84::new(x, y).unwrap()
    }

    fn square(west: f64, south: f64, side: f64) -> Ring {
        vec![
            [west, south],
            [west + side, south],
            [west + side, south + side],
            [west, south + side],
            [west, south],
        ]
    }

    #[test]
    fn a_hole_is_outside_and_its_island_inside() {
        let shape = MultiPolygon(vec![
            vec![square(113.0, 34.0, 1.0), square(113.25, 34.25, 0.5)],
            vec![square(113.4, 34.4, 0.1)],
        ]);
        assert!(shape.contains(at(113.1, 34.1)));
        assert!(!shape.contains(at(113.3, 34.3)));
        assert!(shape.contains(at(113.45, 34.45)));
        assert!(!shape.contains(at(112.9, 34.5)));
    }

    #[test]
    fn a_point_on_a_shared_border_belongs_to_exactly_one_side() {
        let west = MultiPolygon(vec![vec![square(113.0, 34.0, 0.5)]]);
        let mut reversed = square(113.5, 34.0, 0.5);
        reversed.reverse();
        let east = MultiPolygon(vec![vec![reversed]]);
        for step in 0..100 {
            let point = at(113.5, 34.0 + f64::from(step) * 0.005);
            assert_ne!(west.contains(point), east.contains(point), "{point:?}");
        }
    }

    #[test]
    fn the_box_holds_every_vertex() {
        let bounds = MultiPolygon(vec![vec![square(113.0, 34.0, 1.0)]]).bounds().unwrap();
        assert_eq!((bounds.west, bounds.north), (113.0, 35.0));
        assert_eq!(MultiPolygon::default().bounds(), None);
    }
}
