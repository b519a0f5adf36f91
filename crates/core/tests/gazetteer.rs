//! How well words are resolved to places, measured on held-out shops of two real districts.
#![expect(
    clippy::tests_outside_test_module,
    clippy::unwrap_used,
    clippy::print_stdout,
    clippy::as_conversions,
    clippy::cast_precision_loss,
    reason = "an integration test is a test module, and its figures are read by people"
)]

use std::path::PathBuf;
use std::time::Instant;

use jiekou_core::place::gazetteer::{Gazetteer, NamedPlace, PlaceKind, Settings, quantile};
use jiekou_core::place::{CoordinateSystem, DeclaredPoint, Wgs84};
use jiekou_core::rulebook::gazetteer::import;

/// The shops of a district, or `None` with one line that says the test was skipped.
fn shops(district: &str) -> Option<Vec<NamedPlace>> {
    let file = PathBuf::from(std::env::var("JIEKOU_TEST_DATA").unwrap_or_default())
        .join(format!("geo/poi_{district}_food_gcj02_nophone.csv"));
    let Ok(text) = std::fs::read_to_string(&file) else {
        println!("skipped: no geo/poi_{district} in JIEKOU_TEST_DATA");
        return None;
    };
    let lines = import(&text, CoordinateSystem::Gcj02).unwrap().lines.into_iter();
    let place = lines.map(|line| NamedPlace {
        name: line.name,
        kind: line.kind,
        address: line.address,
        point: DeclaredPoint {
            longitude: line.longitude,
            latitude: line.latitude,
            system: line.coordinate_system,
        }
        .to_wgs84()
        .unwrap(),
        radius_meters: None,
    });
    Some(place.collect())
}

/// One answer against the truth.
struct Tried {
    kind: PlaceKind,
    confidence: f64,
    radius: f64,
    off: f64,
    trusted: bool,
    address: String,
}

/// Hides every fourth shop, once each fourth, and looks its address up among the others.
fn held_out(shops: &[NamedPlace]) -> Vec<Tried> {
    let mut tried = Vec::new();
    for fold in 0..4 {
        let part = |hidden: bool| {
            let chosen = shops.iter().enumerate().filter(move |(at, _)| (at % 4 == fold) == hidden);
            chosen.map(|(_, shop)| shop.clone()).collect::<Vec<_>>()
        };
        let gazetteer = Gazetteer::new(&part(false), &[], &[], false);
        for shop in part(true) {
            let Some(address) = &shop.address else { continue };
            let Some(best) = gazetteer.resolve(address).into_iter().next() else { continue };
            tried.push(Tried {
                kind: best.kind,
                confidence: best.confidence,
                radius: best.radius_meters,
                off: best.point.distance_meters(shop.point),
                trusted: Settings::default().trusts(&best),
                address: address.clone(),
            });
        }
    }
    tried
}

fn within(tried: &[&Tried]) -> f64 {
    tried.iter().filter(|it| it.off <= it.radius).count() as f64 / tried.len().max(1) as f64
}

fn off(tried: &[&Tried], share: f64) -> f64 {
    quantile(tried.iter().map(|it| it.off).collect(), share).unwrap_or(f64::NAN)
}

fn line(what: &str, tried: &[&Tried]) {
    let mean = tried.iter().map(|it| it.confidence).sum::<f64>() / tried.len().max(1) as f64;
    let radius = quantile(tried.iter().map(|it| it.radius).collect(), 0.5).unwrap_or(f64::NAN);
    println!(
        "{what}: {} answers, median {:.0} m, 90 % {:.0} m, stated radius {radius:.0} m holds {:.3}, stated confidence {mean:.3}",
        tried.len(),
        off(tried, 0.5),
        off(tried, 0.9),
        within(tried),
    );
}

#[test]
fn stated_confidence_and_radius_hold_for_shops_it_has_not_seen() {
    for district in ["erqi", "dengfeng"] {
        let Some(shops) = shops(district) else { continue };
        let tried = held_out(&shops);
        let all: Vec<&Tried> = tried.iter().collect();
        println!("{district}: {} shops, {} addresses name something known", shops.len(), tried.len());
        for kind in [PlaceKind::HouseNumber, PlaceKind::Crossing, PlaceKind::Shop, PlaceKind::Road] {
            line(&format!("{kind:?}"), &all.iter().copied().filter(|it| it.kind == kind).collect::<Vec<_>>());
        }
        for (from, to) in [(0.0, 0.5), (0.5, 0.7), (0.7, 0.79), (0.79, 0.82), (0.82, 0.9), (0.9, 1.01)] {
            let band: Vec<&Tried> =
                all.iter().copied().filter(|it| (from..to).contains(&it.confidence)).collect();
            line(&format!("confidence {from:.2} to {to:.2}"), &band);
            let stated = band.iter().map(|it| it.confidence).sum::<f64>() / band.len().max(1) as f64;
            assert!(
                band.len() < 50 || within(&band) >= stated - 0.05,
                "{district}: {from} to {to} promises too much"
            );
        }
        let trusted: Vec<&Tried> = all.iter().copied().filter(|it| it.trusted).collect();
        line("trusted", &trusted);
        assert!(trusted.len() * 7 > shops.len(), "{district}: too few are trusted");
        assert!(
            within(&trusted) >= 0.8 && off(&trusted, 0.5) <= 90.0 && off(&trusted, 0.9) <= 250.0,
            "{district}"
        );
        if std::env::var("SHOW_MISSES").is_ok() {
            for miss in trusted.iter().filter(|it| it.off > it.radius * 2.0).take(60) {
                println!(
                    "  {:?} {:.0} m ±{:.0} {:.2} {}",
                    miss.kind, miss.off, miss.radius, miss.confidence, miss.address
                );
            }
        }
    }
}

#[test]
fn ten_to_the_fifth_names_are_searched_while_somebody_types() {
    let point = Wgs84::new(113.64, 34.73).unwrap();
    let letters: Vec<char> = "春夏秋冬东南西北金木水火土日月山川河海云雨风雷花草鱼虫".chars().collect();
    let name = |n: usize| -> String {
        (0..5)
            .map(|place| letters[(n / letters.len().pow(place) + n) % letters.len()])
            .chain("饭店".chars())
            .collect()
    };
    let places: Vec<NamedPlace> = (0..100_000)
        .map(|n| NamedPlace {
            name: name(n),
            kind: PlaceKind::Shop,
            address: None,
            point,
            radius_meters: None,
        })
        .collect();
    let gazetteer = Gazetteer::new(&places, &[], &[], false);
    let started = Instant::now();
    for typed in ["春夏", "月山川", "饭店", "春", "没有", "二七塔"] {
        let found = gazetteer.suggest(typed, 20);
        assert!(found.len() <= 20 && found.iter().all(|place| place.name.contains(typed)), "{typed}");
    }
    println!("six searches among 100000 names: {:?}", started.elapsed());
}
