//! A point on the ground, in the one coordinate system Jiekou thinks in.

use serde::{Deserialize, Serialize};

use super::coordinates::{Axis, CoordinateError};

/// Mean radius of the earth in metres (IUGG R₁), the sphere on which distances are measured.
const EARTH_RADIUS: f64 = 6_371_008.8;

/// The box outside which a report is refused (domain.md §12): the same one in which GCJ-02 is defined.
const CHINA_LONGITUDE: std::ops::RangeInclusive<f64> = 72.004..=137.8347;
const CHINA_LATITUDE: std::ops::RangeInclusive<f64> = 0.8293..=55.8271;

/// A position in WGS-84 degrees, always finite and in range.
///
/// CGCS2000, the system of Chinese planning data, is the same within a metre and is not told apart.
#[derive(Debug, Clone, Copy, PartialEq, Serialize, Deserialize)]
#[serde(try_from = "Unchecked")]
pub struct Wgs84 {
    longitude: f64,
    latitude: f64,
}

#[derive(Deserialize)]
struct Unchecked {
    longitude: f64,
    latitude: f64,
}

impl TryFrom<Unchecked> for Wgs84 {
    type Error = CoordinateError;

    fn try_from(point: Unchecked) -> Result<Self, Self::Error> {
        Self::new(point.longitude, point.latitude)
    }
}

impl Wgs84 {
    /// A point anywhere on earth, in degrees, longitude first as in GeoJSON.
    ///
    /// # Errors
    /// [`CoordinateError::NotFinite`], or [`CoordinateError::OutOfRange`] beyond ±180° or ±90°.
    pub fn new(longitude: f64, latitude: f64) -> Result<Self, CoordinateError> {
        if !longitude.is_finite() || !latitude.is_finite() {
            return Err(CoordinateError::NotFinite);
        }
        if !(-180.0..=180.0).contains(&longitude) {
            return Err(CoordinateError::OutOfRange(Axis::Longitude));
        }
        if !(-90.0..=90.0).contains(&latitude) {
            return Err(CoordinateError::OutOfRange(Axis::Latitude));
        }
        Ok(Self { longitude, latitude })
    }

    /// Degrees east of Greenwich, −180 to 180.
    pub const fn longitude(self) -> f64 {
        self.longitude
    }

    /// Degrees north of the equator, −90 to 90.
    pub const fn latitude(self) -> f64 {
        self.latitude
    }

    /// Whether the point lies in China's bounding box. The box also holds parts of the neighbours: it catches wrong
    /// units, swapped axes and jokes, the district boundary decides the rest.
    pub fn in_china(self) -> bool {
        CHINA_LONGITUDE.contains(&self.longitude) && CHINA_LATITUDE.contains(&self.latitude)
    }

    /// The great-circle distance in metres (haversine on the mean sphere).
    ///
    /// Within 0.6 % of the distance on the ellipsoid, that is 30 cm over the 50 m that matter to duplicates; exact
    /// to a micrometre for points that are close together.
    pub fn distance_meters(self, other: Self) -> f64 {
        let (from, to) = (self.latitude.to_radians(), other.latitude.to_radians());
        let northward = ((to - from) / 2.0).sin();
        let eastward = ((other.longitude - self.longitude).to_radians() / 2.0).sin();
        let haversine = northward.powi(2) + from.cos() * to.cos() * eastward.powi(2);
        2.0 * EARTH_RADIUS * haversine.sqrt().min(1.0).asin()
    }

    /// The point `east` and `north` metres away (negative: west and south) on the same sphere.
    ///
    /// For offsets up to 10 km at China's latitudes, where [`Self::distance_meters`] agrees within 0.1 %. Crossing
    /// the antimeridian wraps, a pole stops. An offset that is not finite leaves the point where it is.
    #[must_use]
    pub fn offset_meters(self, east: f64, north: f64) -> Self {
        let latitude = self.latitude + (north / EARTH_RADIUS).to_degrees();
        let parallel_radius = EARTH_RADIUS * self.latitude.to_radians().cos();
        let longitude = self.longitude + (east / parallel_radius).to_degrees();
        let wrapped =
            if longitude.abs() > 180.0 { (longitude + 180.0).rem_euclid(360.0) - 180.0 } else { longitude };
        Self::new(wrapped, latitude.clamp(-90.0, 90.0)).unwrap_or(self)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_point_out_of_range_cannot_be_made_or_read() {
        assert_eq!(Wgs84::new(f64::NAN, 34.0), Err(CoordinateError::NotFinite));
        assert_eq!(Wgs84::new(180.1, 34.0), Err(CoordinateError::OutOfRange(Axis::Longitude)));
        assert_eq!(Wgs84::new(113.0, -90.1), Err(CoordinateError::OutOfRange(Axis::Latitude)));
        assert!(serde_json::from_str::<Wgs84>(r#"{"longitude":113.0,"latitude":113.0}"#).is_err());
        let tower = Wgs84::new(113.665, 34.753).unwrap();
        let text = serde_json::to_string(&tower).unwrap();
        assert_eq!(text, r#"{"longitude":113.665,"latitude":34.753}"#);
        assert_eq!(serde_json::from_str::<Wgs84>(&text).unwrap(), tower);
    }

    #[test]
    fn offsets_and_distances_agree() {
        let tower = Wgs84::new(113.665, 34.753).unwrap();
        assert!((tower.offset_meters(30.0, 40.0).distance_meters(tower) - 50.0).abs() < 0.001);
        assert_eq!(tower.distance_meters(tower), 0.0);
        assert_eq!(tower.offset_meters(f64::INFINITY, 0.0), tower);
        let fiji = Wgs84::new(179.9999, -17.0).unwrap().offset_meters(100.0, 0.0);
        assert!(fiji.longitude() < -179.999, "{fiji:?}");
    }

    #[test]
    fn the_box_has_inclusive_edges() {
        assert!(Wgs84::new(72.004, 0.8293).unwrap().in_china());
        assert!(Wgs84::new(137.8347, 55.8271).unwrap().in_china());
        assert!(!Wgs84::new(139.6503, 35.6762).unwrap().in_china());
    }
}
