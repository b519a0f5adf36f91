//! Routing: points a second with few and with many segments, on one thread.

use std::hint::black_box;
use std::path::PathBuf;
use std::time::{Duration, Instant};

use clap::Args;
use jiekou_core::place::{MultiPolygon, Segment, Wgs84};
use jiekou_core::report::ReportedPlace;
use jiekou_core::routing::assign;
use jiekou_core::rulebook::{Rulebook, RulebookData};
use rand::rngs::StdRng;
use rand::{Rng, SeedableRng};
use serde_json::{Value, json};

use crate::rules;

/// The square that is cut into segments, in degrees: a large city.
const WEST: f64 = 113.4;
const SOUTH: f64 = 34.5;
const SIDE: f64 = 0.5;
/// Corners of a segment's outline: roads bend.
const CORNERS: usize = 40;

#[derive(Args)]
pub struct Options {
    /// Folder of a rulebook; its segments are replaced.
    #[arg(long)]
    rulebook: PathBuf,
    /// Segments of the two runs.
    #[arg(long, num_args = 2, default_values_t = [60, 100_000])]
    areas: Vec<usize>,
    /// Seconds of each run.
    #[arg(long, default_value_t = 3.0)]
    seconds: f64,
}

pub fn run(options: &Options) {
    let data = rules::read(&options.rulebook);
    let runs: Vec<Value> =
        options.areas.iter().map(|&count| measure(&data, count, options.seconds)).collect();
    println!("{}", json!({ "runs": runs }));
}

fn measure(data: &RulebookData, count: usize, seconds: f64) -> Value {
    let town = data.towns[0].code.clone();
    let columns = (count as f64).sqrt().ceil() as usize;
    let rows = count.div_ceil(columns);
    let segments = (0..count).map(|n| Segment {
        code: format!("S{n:06}"),
        name: format!("第{n}段"),
        road_code: "R001".to_owned(),
        road_name: "路".to_owned(),
        town_code: town.clone(),
        geometry: area(n % columns, n / columns, columns, rows),
    });
    let data = RulebookData { segments: segments.collect(), ..data.clone() };
    let built = Instant::now();
    let rulebook = Rulebook::new(data);
    let built = built.elapsed().as_secs_f64();
    let mut random = StdRng::seed_from_u64(3);
    let places: Vec<ReportedPlace> = (0..100_000)
        .map(|_| {
            let point =
                Wgs84::new(WEST + random.random_range(0.0..SIDE), SOUTH + random.random_range(0.0..SIDE));
            ReportedPlace { point: point.ok(), ..ReportedPlace::default() }
        })
        .collect();
    let found = places.iter().filter(|place| !assign(place, &rulebook).place_unknown).count();
    let (started, limit) = (Instant::now(), Duration::from_secs_f64(seconds));
    let mut done = 0_u64;
    while started.elapsed() < limit {
        for place in &places[..10_000] {
            black_box(assign(black_box(place), &rulebook));
        }
        done += 10_000;
    }
    let rate = done as f64 / started.elapsed().as_secs_f64();
    json!({ "areas": count, "rate": rate, "buildSeconds": built, "found": found as f64 / places.len() as f64 })
}

/// One field of the chessboard, its outline with as many corners as a drawn one.
fn area(column: usize, row: usize, columns: usize, rows: usize) -> MultiPolygon {
    let (width, height) = (SIDE / columns as f64, SIDE / rows as f64);
    let (west, south) = (WEST + column as f64 * width, SOUTH + row as f64 * height);
    let side = CORNERS / 4;
    let ring = (0..CORNERS).map(|corner| {
        let along = (corner % side) as f64 / side as f64;
        let (x, y) = match corner / side {
            0 => (along, 0.0),
            1 => (1.0, along),
            2 => (1.0 - along, 1.0),
            _ => (0.0, 1.0 - along),
        };
        [west + x * width, south + y * height]
    });
    MultiPolygon(vec![vec![ring.collect()]])
}
