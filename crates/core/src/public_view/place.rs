//! Where strangers see a case.

use crate::place::Wgs84;

/// Ten-thousandths of a degree: about ten metres, fine enough to find the hole and too coarse to say which door.
const STEPS_PER_DEGREE: f64 = 10_000.0;

/// Longitude and latitude as strangers see them.
pub fn rounded(point: Wgs84) -> (f64, f64) {
    let step = |degrees: f64| (degrees * STEPS_PER_DEGREE).round() / STEPS_PER_DEGREE;
    (step(point.longitude()), step(point.latitude()))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_point_is_known_to_about_ten_metres_and_no_better() {
        let door = Wgs84::new(113.630_123_4, 34.735_051_9).unwrap();
        let shown = rounded(door);
        assert_eq!(shown, (113.630_1, 34.735_1));
        let shown = Wgs84::new(shown.0, shown.1).unwrap();
        assert!(door.distance_meters(shown) < 10.0);
        let neighbour = Wgs84::new(113.630_090_0, 34.735_095_0).unwrap();
        assert_eq!(rounded(neighbour), rounded(door), "two doors, one place");
    }
}
