//! The little of GeoJSON (RFC 7946) that areas need.

use serde::Deserialize;

use crate::place::MultiPolygon;
use crate::place::polygon::Ring;

#[derive(Debug, Deserialize)]
pub struct Feature<P> {
    pub properties: P,
    pub geometry: Geometry,
}

#[derive(Debug, Deserialize)]
#[serde(tag = "type", content = "coordinates")]
pub enum Geometry {
    Polygon(Vec<Ring>),
    MultiPolygon(Vec<Vec<Ring>>),
}

impl From<Geometry> for MultiPolygon {
    fn from(geometry: Geometry) -> Self {
        match geometry {
            Geometry::Polygon(rings) => Self(vec![rings]),
            Geometry::MultiPolygon(polygons) => Self(polygons),
        }
    }
}
