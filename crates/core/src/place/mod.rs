//! Where things are: points, the coordinate systems they arrive in, and the areas that answer for them.

pub mod area;
pub mod component;
pub mod coordinates;
pub mod coverage;
pub mod gazetteer;
pub mod grid_code;
pub mod index;
pub mod point;
pub mod polygon;
pub mod region;
pub mod wkt;

pub use area::{Center, Segment, Town};
pub use component::{Component, ComponentIndex};
pub use coordinates::{CoordinateError, CoordinateSystem, DeclaredPoint};
pub use grid_code::{ComponentCode, UnitGridCode};
pub use index::AreaIndex;
pub use point::Wgs84;
pub use polygon::MultiPolygon;
pub use region::{AreaKind, Region, Road, RoadClass, WatchClass, Zone, ZoneKind};
