//! The shipped rulebooks, read as the program reads them.

use std::collections::BTreeMap;
use std::path::PathBuf;

use jiekou_core::place::{Center, MultiPolygon, Wgs84};
use jiekou_core::report::ReportedPlace;
use jiekou_core::routing::{Assignment, assign};
use jiekou_core::rulebook::Rulebook;
use jiekou_core::rulebook::source;

pub const PLANS: [&str; 5] = ["erqi", "party-road-chief", "dengfeng", "dalian", "zhengzhou"];

/// The texts of a rulebook, with what it inherits.
pub fn texts(name: &str) -> BTreeMap<String, String> {
    let folder = PathBuf::from(env!("CARGO_MANIFEST_DIR")).join("../../rulebooks").join(name);
    let text = |folder: &PathBuf, file: &str| std::fs::read_to_string(folder.join(file)).ok();
    let above =
        text(&folder, source::HEAD).and_then(|head| source::inherits(&head)).map(|it| folder.join(it));
    let texts = source::files().filter_map(|file| {
        let inherited =
            || above.as_ref().filter(|_| source::is_inherited(file)).and_then(|it| text(it, file));
        Some((file.to_owned(), text(&folder, file).or_else(inherited)?))
    });
    texts.collect()
}

pub fn rules(name: &str) -> Rulebook {
    Rulebook::new(source::read(&texts(name)).unwrap_or_else(|faults| panic!("{name}: {faults:#?}")))
}

/// A point inside an area of a drawing.
pub fn inside(geometry: &MultiPolygon) -> Wgs84 {
    let ring = &geometry.0[0][0];
    let sides = ring
        .windows(2)
        .map(|pair| [f64::midpoint(pair[0][0], pair[1][0]), f64::midpoint(pair[0][1], pair[1][1])]);
    let count = f64::from(u32::try_from(ring.len() - 1).unwrap());
    let (x, y) = sides.fold((0.0, 0.0), |(x, y), side| (x + side[0] / count, y + side[1] / count));
    Wgs84::new(x, y).unwrap()
}

pub fn assigned(rules: &Rulebook, point: Wgs84) -> Assignment {
    assign(&ReportedPlace { point: Some(point), ..ReportedPlace::default() }, rules)
}

/// The place of a town's first segment.
pub fn in_town(rules: &Rulebook, town: &str) -> (Center, Assignment, Wgs84) {
    let segment = rules.data().segments.iter().find(|segment| segment.town_code == town).unwrap();
    let point = inside(&segment.geometry);
    (rules.town(town).unwrap().center(), assigned(rules, point), point)
}
