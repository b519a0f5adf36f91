//! Statistics against the tables: whatever happens to cases, the figures are what a scan counts.

mod counting;
mod random;
mod view;

use std::collections::BTreeMap;

use serde_json::{Map, Value};
use sqlx::types::Json;

use crate::harness::{Staff, World};

/// What roll-ups must be equal to; also the yardstick of the benchmark.
const SCAN: &str = include_str!("../../load/src/statistics_scan.sql");

/// Acts that count for the unit that had the case then; the scan leaves them to others.
const OF_THE_UNIT_THEN: [&str; 5] = ["returned", "reworked", "extended", "suspended", "reopened"];

/// Figures by code.
type Rows = BTreeMap<String, Map<String, Value>>;

/// What the tables say about a period.
async fn scanned(world: &World, period: jiekou_core::period::Period, by: &str) -> Rows {
    let rows: Vec<(String, Json<Map<String, Value>>)> = sqlx::query_as(SCAN)
        .bind(period.begins())
        .bind(period.ends())
        .bind(by)
        .fetch_all(&world.pool)
        .await
        .unwrap();
    rows.into_iter().map(|(code, figures)| (code, figures.0)).collect()
}

/// What the API says about it.
async fn told(staff: &Staff, period: jiekou_core::period::Period, by: &str) -> Rows {
    let path = format!("/v1/statistics?period={period}&by={by}");
    let body = staff.get(&path).await.expect(200);
    assert_eq!(body["period"]["name"], period.to_string());
    let rows =
        body["rows"].as_array().unwrap().iter().map(|row| {
            (row["code"].as_str().unwrap().to_owned(), row["figures"].as_object().unwrap().clone())
        });
    rows.collect()
}

/// Rows in which something is counted, without what the scan leaves out.
fn counted(rows: Rows, by: &str) -> Rows {
    let without = |mut figures: Map<String, Value>| {
        if by == "unit" {
            figures.retain(|name, _| !OF_THE_UNIT_THEN.contains(&name.as_str()));
        }
        figures
    };
    let rows = rows.into_iter().map(|(code, figures)| (code, without(figures)));
    rows.filter(|(_, figures)| figures.values().any(|value| *value != 0)).collect()
}

/// Both say the same.
async fn expect_equal(
    world: &World,
    staff: &Staff,
    period: jiekou_core::period::Period,
    by: &str,
    when: &str,
) -> usize {
    let (told, scanned) =
        (counted(told(staff, period, by).await, by), counted(scanned(world, period, by).await, by));
    for (code, figures) in &scanned {
        assert_eq!(told.get(code), Some(figures), "{when}: {period} by {by}: {code}");
    }
    assert_eq!(told.len(), scanned.len(), "{when}: {period} by {by}");
    scanned.len()
}

/// Waits until a worker has counted everything and has nothing else to do, then stops it.
async fn counted_all(world: &mut World) {
    world.start_worker().await;
    for _ in 0..600 {
        let waiting = "select count(*) from case_log where log_id > (select counted_log from counting)";
        let jobs = "select count(*) from job where dead_at is null and run_at <= now()";
        if world.count(waiting).await == 0 && world.count(jobs).await == 0 {
            world.worker = None;
            if world.count(waiting).await == 0 {
                return;
            }
            world.start_worker().await;
        }
        tokio::time::sleep(std::time::Duration::from_millis(50)).await;
    }
    panic!("the worker does not come to an end");
}
