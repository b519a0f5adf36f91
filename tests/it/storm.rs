//! A main bursts on a border of two towns: five hundred residents report it within a minute, through four processes of
//! which one cannot reach Redis, each in words and from a place of their own; meanwhile fifty others report other things
//! in the same streets.

use std::collections::{BTreeMap, HashSet};

use futures_util::StreamExt;
use rand::rngs::SmallRng;
use rand::seq::SliceRandom;
use rand::{Rng, SeedableRng};
use serde_json::{Value, json};

use crate::harness::{World, moved, report};
use crate::storm_words::{CHANNELS, OTHERS, said};

/// On the border of 蜜蜂张 and 大学路.
const MAIN: (f64, f64) = (113.639957, 34.742149);
const REPORTS: usize = 500;
/// Two positions in three lie within this many metres of where the sender stands: what a phone calls its accuracy.
const NOISE: f64 = 60.0;
/// The minute is told in a few seconds: so many are under way at once.
const AT_ONCE: usize = 40;

/// One report, the process it goes to, and whether it is about the main.
struct Sent {
    body: Value,
    process: usize,
    by_desk: bool,
    main: bool,
}

/// A position with the noise of a receiver between houses: normal in both directions.
fn noisy(chance: &mut SmallRng) -> (f64, f64) {
    // Box–Muller; a radius of 1.515 deviations holds 68 %.
    let (u, angle): (f64, f64) =
        (1.0 - chance.random::<f64>(), chance.random_range(0.0..std::f64::consts::TAU));
    let meters = NOISE / 1.515 * (-2.0 * u.ln()).sqrt();
    moved(MAIN, angle.cos() * meters, angle.sin() * meters)
}

/// The channel of a report, by its place among a hundred.
fn channel_of(place: usize) -> usize {
    let ends = CHANNELS.iter().scan(0, |end, (_, share)| {
        *end += share;
        Some(*end)
    });
    ends.take_while(|end| *end <= place).count()
}

fn storm(chance: &mut SmallRng) -> Vec<Sent> {
    let mut sent = Vec::new();
    for n in 0..REPORTS {
        let position = channel_of(n * 100 / REPORTS);
        let mut body = report("pipe-burst", &said(CHANNELS[position].0, n), noisy(chance));
        body["location"]["accuracyMeters"] = json!(NOISE);
        sent.push(Sent { body, process: n % 4, by_desk: position == 1 || position == 4, main: true });
    }
    // Two of each other problem, in the same streets, too far from each other to be one.
    for (n, (category, words)) in OTHERS.iter().cycle().take(50).enumerate() {
        let turn = if n < OTHERS.len() { 1.0 } else { -1.0 };
        let east = turn * (60.0 + 14.0 * (n % OTHERS.len()) as f64);
        let body = report(category, words, moved(MAIN, east, turn * 150.0));
        sent.push(Sent { body, process: n % 4, by_desk: false, main: false });
    }
    sent.shuffle(chance);
    sent
}

#[tokio::test]
async fn five_hundred_reports_of_a_burst_main_are_one_case_and_nothing_else_is_swallowed() {
    let mut world = World::new().await;
    world.add_api(&[]).await;
    world.add_api(&[]).await;
    world.add_api(&[("JIEKOU_REDIS__URL", "redis://127.0.0.1:1")]).await;
    let desk = world.api().sign_in("desk").await;
    let mut chance = SmallRng::seed_from_u64(20_261_126);
    let sending = storm(&mut chance).into_iter().map(|sent| {
        let (api, desk) = (world.api_at(sent.process), desk.clone());
        async move {
            let answer = if sent.by_desk {
                desk.post("/v1/reports", &sent.body).await
            } else {
                api.post("/v1/reports", &sent.body).await
            };
            (sent, answer.expect(201))
        }
    });
    let answers: Vec<(Sent, Value)> =
        futures_util::stream::iter(sending).buffer_unordered(AT_ONCE).collect().await;

    let case = |answer: &Value| answer["case"]["caseNumber"].as_str().unwrap().to_owned();
    let mains: HashSet<String> =
        answers.iter().filter(|(sent, _)| sent.main).map(|(_, it)| case(it)).collect();
    assert_eq!(mains.len(), 1, "one burst main, one case: {}", apart(&answers));
    for (sent, answer) in answers.iter().filter(|(sent, _)| !sent.main) {
        assert_eq!(answer["outcome"], "new", "{} was swallowed: {answer}", sent.body);
    }
    let first: Vec<_> = answers.iter().filter(|(sent, it)| sent.main && it["outcome"] == "new").collect();
    let lowest = answers
        .iter()
        .filter(|(sent, _)| sent.main)
        .map(|(_, it)| it["receiptNumber"].as_i64())
        .min()
        .unwrap();
    assert_eq!((first.len(), first[0].1["receiptNumber"].as_i64()), (1, lowest));
    assert_eq!(world.count("select count(*) from cases").await, 51);
    assert_eq!(world.count("select count(*) from report").await, 550);
    assert_eq!(world.count("select max(report_count)::bigint from cases").await, 500);
    assert_eq!(world.count("select count(*) from cases where case_log_break(case_id) is not null").await, 0);
    let codes: HashSet<_> = answers.iter().map(|(_, it)| it["trackingCode"].to_string()).collect();
    assert_eq!(codes.len(), answers.len(), "everybody keeps a code of their own");
    // Both towns are in it: the border is no wall.
    assert_eq!(world.count("select count(distinct center_code) from cases").await.min(2), 2);
}

/// The cases into which the main fell apart, with how many reports and the words of one.
fn apart(answers: &[(Sent, Value)]) -> String {
    let mut cases: BTreeMap<String, (usize, String)> = BTreeMap::new();
    for (sent, answer) in answers.iter().filter(|(sent, _)| sent.main) {
        let entry = cases.entry(answer["case"]["caseNumber"].to_string()).or_default();
        entry.0 += 1;
        if answer["outcome"] == "new" {
            entry.1 = format!("{} similar: {}", sent.body, answer["similar"]);
        }
    }
    format!("{cases:#?}")
}
