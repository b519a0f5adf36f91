//! The coordinate systems in which positions arrive and leave, and the way to and from WGS-84.
//!
//! GCJ-02 has no public standard: the formulas are the ones all map libraries share (after `eviltransform` and
//! `coordtransform`, with the Krasovsky 1940 ellipsoid). Both inverses are iterated and not the customary single
//! step, so that a point that goes out and comes back is the same point.

use std::f64::consts::PI;
use std::fmt;

use serde::{Deserialize, Serialize};

use super::point::Wgs84;

/// The systems in use in China (domain.md §12).
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, Serialize, Deserialize)]
pub enum CoordinateSystem {
    /// GPS, photo EXIF, the browser and the phone's own location service.
    #[serde(rename = "WGS-84")]
    Wgs84,
    /// 高德 and 腾讯 maps, `wx.openLocation`: shifted by 480 to 630 m in Henan, 20 to 710 m elsewhere.
    #[serde(rename = "GCJ-02")]
    Gcj02,
    /// 百度 maps: GCJ-02 shifted by 750 to 1,020 m once more.
    #[serde(rename = "BD-09")]
    Bd09,
}

impl CoordinateSystem {
    /// The name as in JSON and in the database.
    pub const fn as_str(self) -> &'static str {
        match self {
            Self::Wgs84 => "WGS-84",
            Self::Gcj02 => "GCJ-02",
            Self::Bd09 => "BD-09",
        }
    }
}

impl fmt::Display for CoordinateSystem {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.pad(self.as_str())
    }
}

/// One of the two numbers of a position.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Axis {
    Longitude,
    Latitude,
}

impl fmt::Display for Axis {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.pad(match self {
            Self::Longitude => "longitude",
            Self::Latitude => "latitude",
        })
    }
}

/// Why a position was refused.
#[derive(Debug, Clone, Copy, PartialEq, Eq, thiserror::Error)]
pub enum CoordinateError {
    #[error("a coordinate is not a number")]
    NotFinite,
    #[error("the {0} is out of range")]
    OutOfRange(Axis),
    /// What devices send when they have no position.
    #[error("0, 0 is not a position")]
    ZeroZero,
    /// Outside the box of [`Wgs84::in_china`]; `swapped_would_fit` says that it lies inside once longitude and
    /// latitude change places.
    #[error("the position is outside China{}", if *.swapped_would_fit { "; longitude and latitude seem swapped" } else { "" })]
    OutsideChina { swapped_would_fit: bool },
}

/// A position exactly as it was given, in degrees of the system it was declared in.
#[derive(Debug, Clone, Copy, PartialEq, Serialize, Deserialize)]
pub struct DeclaredPoint {
    pub longitude: f64,
    pub latitude: f64,
    pub system: CoordinateSystem,
}

impl DeclaredPoint {
    /// The same place in WGS-84, within 10⁻⁹ degrees (0.1 mm) of the exact inverse.
    ///
    /// # Errors
    /// The first that applies: not finite; 0, 0; swapped axes ([`CoordinateError::OutsideChina`], even where the
    /// latitude is beyond 90°, because that says what to do); out of range; outside China.
    pub fn to_wgs84(self) -> Result<Wgs84, CoordinateError> {
        let Self { longitude, latitude, system } = self;
        if !longitude.is_finite() || !latitude.is_finite() {
            return Err(CoordinateError::NotFinite);
        }
        if longitude == 0.0 && latitude == 0.0 {
            return Err(CoordinateError::ZeroZero);
        }
        if Wgs84::new(latitude, longitude).is_ok_and(Wgs84::in_china) {
            return Err(CoordinateError::OutsideChina { swapped_would_fit: true });
        }
        Wgs84::new(longitude, latitude)?;
        let given = (longitude, latitude);
        let (longitude, latitude) = match system {
            CoordinateSystem::Wgs84 => given,
            CoordinateSystem::Gcj02 => invert(given, gcj02_from_wgs84),
            CoordinateSystem::Bd09 => invert(invert(given, bd09_from_gcj02), gcj02_from_wgs84),
        };
        Wgs84::new(longitude, latitude)
            .ok()
            .filter(|point| point.in_china())
            .ok_or(CoordinateError::OutsideChina { swapped_would_fit: false })
    }
}

impl Wgs84 {
    /// The point as 高德 and 腾讯 draw it; unchanged numbers outside China, where GCJ-02 is not defined.
    pub fn to_gcj02(self) -> DeclaredPoint {
        self.shifted(CoordinateSystem::Gcj02, gcj02_from_wgs84)
    }

    /// The point as 百度 draws it; unchanged numbers outside China.
    pub fn to_bd09(self) -> DeclaredPoint {
        self.shifted(CoordinateSystem::Bd09, |point| bd09_from_gcj02(gcj02_from_wgs84(point)))
    }

    fn shifted(self, system: CoordinateSystem, shift: impl Fn(Degrees) -> Degrees) -> DeclaredPoint {
        let here = (self.longitude(), self.latitude());
        let (longitude, latitude) = if self.in_china() { shift(here) } else { here };
        DeclaredPoint { longitude, latitude, system }
    }
}

/// Longitude and latitude in any of the systems.
type Degrees = (f64, f64);

/// Finds the point that `forward` moves to `target`. Every shift changes by less than 3 % of the distance walked, so
/// each round leaves at most a thirtieth of the error and the bound of 12 is never reached in China.
fn invert(target: Degrees, forward: impl Fn(Degrees) -> Degrees) -> Degrees {
    let mut guess = target;
    for _ in 0..12 {
        let image = forward(guess);
        let miss = (target.0 - image.0, target.1 - image.1);
        guess = (guess.0 + miss.0, guess.1 + miss.1);
        if miss.0.abs().max(miss.1.abs()) < 1e-11 {
            break;
        }
    }
    guess
}

fn gcj02_from_wgs84((longitude, latitude): Degrees) -> Degrees {
    /// Krasovsky 1940: half axis in metres and squared eccentricity.
    const HALF_AXIS: f64 = 6_378_245.0;
    const ECCENTRICITY_SQUARED: f64 = 0.006_693_421_622_965_943;

    let (x, y) = (longitude - 105.0, latitude - 35.0);
    let common = wave(20.0, 6.0 * x) + wave(20.0, 2.0 * x);
    let east = 300.0
        + x
        + 2.0 * y
        + 0.1 * x * x
        + 0.1 * x * y
        + 0.1 * x.abs().sqrt()
        + common
        + wave(20.0, x)
        + wave(40.0, x / 3.0)
        + wave(150.0, x / 12.0)
        + wave(300.0, x / 30.0);
    let north = -100.0
        + 2.0 * x
        + 3.0 * y
        + 0.2 * y * y
        + 0.1 * x * y
        + 0.2 * x.abs().sqrt()
        + common
        + wave(20.0, y)
        + wave(40.0, y / 3.0)
        + wave(160.0, y / 12.0)
        + wave(320.0, y / 30.0);

    let radians = latitude.to_radians();
    let flattening = 1.0 - ECCENTRICITY_SQUARED * radians.sin().powi(2);
    let parallel_radius = HALF_AXIS / flattening.sqrt() * radians.cos();
    let meridian_radius = HALF_AXIS * (1.0 - ECCENTRICITY_SQUARED) / (flattening * flattening.sqrt());
    (longitude + (east / parallel_radius).to_degrees(), latitude + (north / meridian_radius).to_degrees())
}

/// One of the waves GCJ-02 is made of, in metres.
fn wave(amplitude: f64, half_turns: f64) -> f64 {
    amplitude * 2.0 / 3.0 * (half_turns * PI).sin()
}

fn bd09_from_gcj02((longitude, latitude): Degrees) -> Degrees {
    const FREQUENCY: f64 = PI * 3000.0 / 180.0;
    let radius = longitude.hypot(latitude) + 0.00002 * (latitude * FREQUENCY).sin();
    let angle = latitude.atan2(longitude) + 0.000_003 * (longitude * FREQUENCY).cos();
    (radius * angle.cos() + 0.0065, radius * angle.sin() + 0.006)
}
