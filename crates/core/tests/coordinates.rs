//! Coordinates against the published vectors and against themselves.

#[cfg(test)]
mod tests {
    use std::path::PathBuf;

    use jiekou_core::place::{CoordinateError, CoordinateSystem, DeclaredPoint, Wgs84};
    use proptest::prelude::*;
    use serde_json::Value;

    fn declared(longitude: f64, latitude: f64, system: CoordinateSystem) -> DeclaredPoint {
        DeclaredPoint { longitude, latitude, system }
    }

    fn wgs84(longitude: f64, latitude: f64) -> Wgs84 {
        Wgs84::new(longitude, latitude).unwrap()
    }

    /// Metres between two pairs of numbers, whatever system they are in.
    fn metres(left: (f64, f64), right: (f64, f64)) -> f64 {
        wgs84(left.0, left.1).distance_meters(wgs84(right.0, right.1))
    }

    fn numbers(point: DeclaredPoint) -> (f64, f64) {
        (point.longitude, point.latitude)
    }

    /// The vectors of the published libraries, `None` (and one line) where they are not at hand.
    fn vectors() -> Option<Value> {
        let fallback = concat!(env!("CARGO_MANIFEST_DIR"), "/../../../shared/data");
        let root =
            std::env::var_os("JIEKOU_TEST_DATA").map_or_else(|| PathBuf::from(fallback), PathBuf::from);
        let path = root.join("vectors/coords/coord_vectors.json");
        match std::fs::read(&path) {
            Ok(text) => Some(serde_json::from_slice(&text).unwrap()),
            Err(error) => {
                report_skipped(&format!("skipped: {}: {error}", path.display()));
                None
            }
        }
    }

    #[expect(clippy::print_stderr, reason = "a skipped test says so")]
    fn report_skipped(line: &str) {
        eprintln!("{line}");
    }

    fn rows<'a>(vectors: &'a Value, key: &str) -> Vec<Vec<f64>> {
        let row = |row: &'a Value| row.as_array().unwrap().iter().map(|n| n.as_f64().unwrap()).collect();
        vectors[key].as_array().unwrap().iter().map(row).collect()
    }

    /// A pair in the order of the vectors, latitude first.
    fn pair(value: &Value) -> (f64, f64) {
        (value[1].as_f64().unwrap(), value[0].as_f64().unwrap())
    }

    #[test]
    fn the_published_constants_hold_to_a_tenth_of_a_micrometre() {
        for (from, to) in [
            ((116.21444326466906, 39.90445824169115), (116.22051284252636, 39.90569596220289)),
            ((116.404, 39.915), (116.41024449916938, 39.91640428150164)),
            ((113.665, 34.753), (113.67110314517893, 34.75188686176662)),
        ] {
            let (longitude, latitude) = numbers(wgs84(from.0, from.1).to_gcj02());
            assert!((longitude - to.0).abs() < 1e-12 && (latitude - to.1).abs() < 1e-12, "{from:?}");
        }
        assert!(
            metres(numbers(wgs84(113.665, 34.753).to_bd09()), (113.67759801349183, 34.75786376672915)) < 1e-6
        );
    }

    #[test]
    fn the_vectors_of_eviltransform_hold_within_their_ellipsoid() {
        let Some(vectors) = vectors() else { return };
        for row in rows(&vectors, "wgs_to_gcj [wgsLat,wgsLng,gcjLat,gcjLng]") {
            assert!(metres(numbers(wgs84(row[1], row[0]).to_gcj02()), (row[3], row[2])) < 0.02, "{row:?}");
        }
        for row in rows(&vectors, "bd_to_wgs [bdLat,bdLng,wgsLat,wgsLng]") {
            let point = declared(row[1], row[0], CoordinateSystem::Bd09).to_wgs84().unwrap();
            // The library's own way forward misses these two answers by 11 and 42 m; ours is exact (see the round trip).
            assert!(point.distance_meters(wgs84(row[3], row[2])) < 45.0, "{row:?}");
        }
        for row in rows(&vectors, "distance_m [aLat,aLng,bLat,bLng,d]") {
            let distance = metres((row[1], row[0]), (row[3], row[2]));
            assert!((distance / row[4] - 1.0).abs() < 0.002, "{distance}");
        }
    }

    #[test]
    fn every_place_of_both_libraries_goes_out_and_comes_back() {
        let Some(vectors) = vectors() else { return };
        for place in vectors["generated_cross_library_check (lat,lng)"].as_array().unwrap() {
            let name = place["name"].as_str().unwrap();
            let point = wgs84(pair(&place["wgs"]).0, pair(&place["wgs"]).1);
            if name.starts_with("outside") {
                assert_eq!(numbers(point.to_gcj02()), pair(&place["gcj_coordtransform"]), "{name}");
                continue;
            }
            assert!(metres(numbers(point.to_gcj02()), pair(&place["gcj_coordtransform"])) < 1e-6, "{name}");
            assert!(metres(numbers(point.to_gcj02()), pair(&place["gcj_eviltransform"])) < 0.02, "{name}");
            assert!(metres(numbers(point.to_bd09()), pair(&place["bd_coordtransform"])) < 1e-6, "{name}");
            let (longitude, latitude) = pair(&place["gcj_coordtransform"]);
            let back = declared(longitude, latitude, CoordinateSystem::Gcj02).to_wgs84().unwrap();
            assert!(back.distance_meters(point) < 0.001, "{name}");
        }
    }

    #[test]
    fn a_refusal_says_what_is_wrong() {
        use CoordinateError::{NotFinite, OutOfRange, OutsideChina, ZeroZero};
        use jiekou_core::place::coordinates::Axis;
        let gps = |longitude, latitude| declared(longitude, latitude, CoordinateSystem::Wgs84).to_wgs84();
        let swapped = Err(OutsideChina { swapped_would_fit: true });
        let abroad = Err(OutsideChina { swapped_would_fit: false });
        for (longitude, latitude, expected) in [
            (f64::NAN, 34.0, Err(NotFinite)),
            (113.0, f64::INFINITY, Err(NotFinite)),
            (0.0, -0.0, Err(ZeroZero)),
            (34.753, 113.665, swapped),
            (39.4704, 75.9898, swapped),
            (1136.65, 34.753, Err(OutOfRange(Axis::Longitude))),
            (113.665, 347.53, Err(OutOfRange(Axis::Latitude))),
            (139.6503, 35.6762, abroad),
            (0.0, 34.753, abroad),
            (-113.665, 34.753, abroad),
        ] {
            assert_eq!(gps(longitude, latitude), expected, "{longitude}, {latitude}");
        }
        for system in [CoordinateSystem::Gcj02, CoordinateSystem::Bd09] {
            assert_eq!(declared(139.6503, 35.6762, system).to_wgs84(), abroad);
            assert_eq!(declared(10.0, -90.0, system).to_wgs84(), abroad);
        }
    }

    #[test]
    fn the_wire_names_are_those_of_the_field() {
        let text = r#"{"longitude":113.665,"latitude":34.753,"system":"GCJ-02"}"#;
        let point: DeclaredPoint = serde_json::from_str(text).unwrap();
        assert_eq!(serde_json::to_string(&point).unwrap(), text);
        for system in [CoordinateSystem::Wgs84, CoordinateSystem::Gcj02, CoordinateSystem::Bd09] {
            assert_eq!(serde_json::to_value(system).unwrap(), system.as_str());
        }
    }

    #[test]
    fn what_the_fuzzer_found_is_refused_or_lies_in_china_and_comes_back() {
        let (mut taken, mut refused) = (0, 0);
        for entry in
            std::fs::read_dir(concat!(env!("CARGO_MANIFEST_DIR"), "/fuzz/corpus/coordinates")).unwrap()
        {
            let bytes = std::fs::read(entry.unwrap().path()).unwrap();
            let declared = serde_json::from_slice::<DeclaredPoint>(&bytes).ok();
            let Some(point) = declared.and_then(|it| it.to_wgs84().ok()) else {
                refused += 1;
                continue;
            };
            taken += 1;
            assert!(point.in_china());
            for back in [point.to_gcj02().to_wgs84(), point.to_bd09().to_wgs84()].into_iter().flatten() {
                assert!(back.distance_meters(point) < 0.01, "{declared:?}");
            }
        }
        assert!(taken >= 3 && refused >= 4, "{taken} {refused}");
    }

    proptest! {
        #[test]
        fn a_round_trip_ends_where_it_began(longitude in 72.01..137.83, latitude in 0.83..55.82) {
            let point = wgs84(longitude, latitude);
            for outgoing in [point.to_gcj02(), point.to_bd09()] {
                let back = outgoing.to_wgs84().unwrap();
                prop_assert!((back.longitude() - longitude).abs() < 1e-9, "{outgoing:?}");
                prop_assert!((back.latitude() - latitude).abs() < 1e-9, "{outgoing:?}");
            }
        }

        #[test]
        fn the_shifts_are_those_known_from_the_province(longitude in 110.3..116.7, latitude in 31.4..36.4) {
            let here = (longitude, latitude);
            let gcj02 = numbers(wgs84(longitude, latitude).to_gcj02());
            let bd09 = numbers(wgs84(longitude, latitude).to_bd09());
            prop_assert!((450.0..650.0).contains(&metres(here, gcj02)), "{}", metres(here, gcj02));
            prop_assert!((700.0..1100.0).contains(&metres(gcj02, bd09)), "{}", metres(gcj02, bd09));
        }

        #[test]
        fn no_numbers_break_the_conversion(longitude: f64, latitude: f64) {
            for system in [CoordinateSystem::Wgs84, CoordinateSystem::Gcj02, CoordinateSystem::Bd09] {
                if let Ok(point) = declared(longitude, latitude, system).to_wgs84() {
                    prop_assert!(point.in_china());
                }
            }
        }
    }
}
