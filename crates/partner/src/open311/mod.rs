//! Open311 GeoReport v2 (wiki.open311.org/GeoReport_v2): documents in both of its formats, forms, and moments.

mod document;
mod form;
mod moment;

pub use document::{Format, Node};
pub use form::{Form, FormError};
pub use moment::{parse_moment, written};
