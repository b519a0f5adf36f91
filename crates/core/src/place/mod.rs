//! Where things are: points, the coordinate systems they arrive in, and the areas that answer for them.

pub mod area;
pub mod coordinates;
pub mod gazetteer;
pub mod index;
pub mod point;
pub mod polygon;

pub use area::{Center, Segment, Town};
pub use coordinates::{CoordinateError, CoordinateSystem, DeclaredPoint};
pub use index::AreaIndex;
pub use point::Wgs84;
pub use polygon::MultiPolygon;
