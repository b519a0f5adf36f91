//! A small street, and what words say about it.

use proptest::prelude::*;

use super::*;

fn at(east: f64, north: f64) -> Wgs84 {
    Wgs84::new(113.64, 34.73).unwrap().offset_meters(east, north)
}

fn shop(name: &str, address: &str, point: Wgs84) -> NamedPlace {
    let kind = PlaceKind::Shop;
    NamedPlace { name: name.into(), kind, address: Some(address.into()), point, radius_meters: None }
}

fn landmark(name: &str, point: Wgs84, radius: f64) -> NamedPlace {
    let kind = PlaceKind::Landmark;
    NamedPlace { name: name.into(), kind, address: None, point, radius_meters: Some(radius) }
}

/// 大学路 runs north with a house each 10 m, odd ones to the west; 航海路 crosses it 400 m to the north.
fn street() -> Gazetteer {
    let mut places: Vec<NamedPlace> = [(11, 50.0), (31, 150.0), (51, 250.0)]
        .map(|(number, north)| {
            shop(&format!("第{number}家店"), &format!("大学路{number}号"), at(-10.0, north))
        })
        .into();
    places.extend([(12, 60.0), (42, 210.0)].map(|(number, north)| {
        shop(&format!("偶数{number}店"), &format!("大学路街道大学路{number}号附近"), at(10.0, north))
    }));
    places.push(shop("张福记(航海店)", "航海路与大学路交叉口向东100米路北", at(100.0, 400.0)));
    places.push(shop("张福记(大学店)", "大学路31号", at(-10.0, 150.0)));
    places.push(shop("老李烩面", "航海路与大学路交叉口西80米", at(-80.0, 400.0)));
    places.push(shop("老王烩面", "航海路大学路交叉口", at(0.0, 400.0)));
    places.push(landmark("二七塔", at(900.0, 900.0), 80.0));
    Gazetteer::new(&places, &[], &[], false)
}

fn best(text: &str) -> Place {
    street().resolve(text).into_iter().next().unwrap_or_else(|| panic!("{text} names nothing"))
}

#[test]
fn words_become_the_place_they_name() {
    for (text, kind, expected, within) in [
        ("大学路31号门口", PlaceKind::HouseNumber, at(-10.0, 150.0), 5.0),
        ("大學路３１號", PlaceKind::HouseNumber, at(-10.0, 150.0), 5.0),
        ("大学路三十一号旁边井盖坏了", PlaceKind::HouseNumber, at(-10.0, 150.0), 5.0),
        ("大学路 41 号附近", PlaceKind::HouseNumber, at(-10.0, 200.0), 5.0),
        ("大学路32号", PlaceKind::HouseNumber, at(10.0, 160.0), 5.0),
        ("大学路与航海路交叉口", PlaceKind::Crossing, at(0.0, 400.0), 20.0),
        ("航海路和大学路路口东南角", PlaceKind::Crossing, at(20.0, 380.0), 30.0),
        ("大学路航海路交叉口向北300米", PlaceKind::Crossing, at(0.0, 700.0), 20.0),
        ("二七塔东侧", PlaceKind::Landmark, at(900.0, 900.0), 1.0),
        ("老李烩面门口", PlaceKind::Shop, at(-80.0, 400.0), 1.0),
    ] {
        let place = best(text);
        assert_eq!(place.kind, kind, "{text}: {place:?}");
        let off = place.point.distance_meters(expected);
        assert!(off <= within && off <= place.radius_meters, "{text}: {off} m, {place:?}");
        assert!(
            Settings::default().trusts(&place) || place.kind == PlaceKind::HouseNumber,
            "{text}: {place:?}"
        );
    }
}

#[test]
fn what_is_not_said_exactly_is_not_trusted() {
    let settings = Settings::default();
    for text in ["大学路", "大学路上", "张福记门口", "大学路街道", "大学路999号", "航海路的井盖"]
    {
        let trusted = street().resolve(text).into_iter().find(|place| settings.trusts(place));
        assert_eq!(trusted, None, "{text}");
    }
    assert_eq!(street().resolve("楼下那个井盖"), vec![]);
    assert_eq!(street().resolve(""), vec![]);
    assert_eq!(street().resolve("张福记门口").len(), 2, "both branches are shown");
}

#[test]
fn two_things_said_confirm_each_other_or_make_each_other_doubtful() {
    let alone = best("大学路31号").confidence;
    assert!(best("大学路31号第31家店").confidence > alone);
    let torn = street().resolve("二七塔旁大学路31号");
    let spots = torn.iter().filter(|place| place.kind != PlaceKind::Road);
    assert!(spots.clone().count() == 2 && spots.clone().all(|place| place.confidence < 0.7), "{torn:?}");
}

#[test]
fn what_is_typed_finds_names_that_begin_with_it_before_others() {
    let told = |typed: &str| -> Vec<String> {
        street().suggest(typed, 10).into_iter().map(|place| place.name).collect()
    };
    assert_eq!(told("二七"), ["二七塔"]);
    assert_eq!(told("烩"), ["老李烩面", "老王烩面"]);
    assert_eq!(told("张福"), ["张福记(航海店)", "张福记(大学店)"]);
    assert_eq!(told("大学路")[0], "大学路");
    assert_eq!(told("大学路31号"), ["大学路31号"]);
    assert_eq!(told("没有这个"), Vec::<String>::new());
    assert_eq!(told("，"), Vec::<String>::new());
    assert_eq!(street().suggest("店", 2).len(), 2);
}

proptest! {
    #[test]
    fn any_text_can_be_resolved(text in "[大学航海路街与交叉口号附东南西北0-9一十百 -]{0,24}|\\PC{0,40}") {
        for place in street().resolve(&text).into_iter().chain(street().suggest(&text, 20)) {
            prop_assert!((0.0..=1.0).contains(&place.confidence) && place.radius_meters > 0.0);
        }
    }
}
