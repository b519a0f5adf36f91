//! A year of cases, and the figures of it straight from the tables.

use std::time::{Duration, Instant};

use clap::Args;
use jiekou_core::clock::local::local;
use jiekou_core::period::{Cycle, Period};
use serde_json::json;
use sqlx::postgres::PgConnection;

use crate::database::connected;

/// Cases written by one statement.
const CHUNK: i64 = 20_000;

#[derive(Args)]
pub struct PastOptions {
    #[arg(long)]
    database: String,
    /// Cases of this year, most of them closed.
    #[arg(long, default_value_t = 1_000_000)]
    cases: i64,
}

#[derive(Args)]
pub struct CountedOptions {
    #[arg(long)]
    database: String,
    /// Seconds to wait at most.
    #[arg(long, default_value_t = 3600)]
    patience: u64,
}

#[derive(Args)]
pub struct ScanOptions {
    #[arg(long)]
    database: String,
    #[arg(long, default_value = "town")]
    by: String,
    #[arg(long, default_value_t = 3)]
    times: usize,
}

/// Writes the cases.
pub fn past(options: &PastOptions) {
    connected(&options.database, async |connection| {
        for first in (1..=options.cases).step_by(usize::try_from(CHUNK).unwrap()) {
            sqlx::query(include_str!("past_cases.sql"))
                .bind(first)
                .bind((first + CHUNK - 1).min(options.cases))
                .bind(options.cases)
                .execute(&mut *connection)
                .await
                .unwrap();
        }
        sqlx::query("vacuum (analyze)").execute(connection).await.unwrap();
    });
    println!("{}", json!({ "cases": options.cases }));
}

/// Waits until a worker has counted everything.
pub fn counted(options: &CountedOptions) {
    let began = Instant::now();
    let cases: i64 = connected(&options.database, async |connection| {
        while began.elapsed() < Duration::from_secs(options.patience) {
            let waits: bool = sqlx::query_scalar(
                "select exists (select from case_log where log_id > (select counted_log from counting))",
            )
            .fetch_one(&mut *connection)
            .await
            .unwrap();
            if !waits {
                break;
            }
            tokio::time::sleep(Duration::from_millis(200)).await;
        }
        sqlx::query_scalar("select count(*) from counted_case").fetch_one(connection).await.unwrap()
    });
    println!("{}", json!({ "cases": cases, "seconds": began.elapsed().as_secs_f64() }));
}

/// The year's figures straight from the tables.
pub fn scan(options: &ScanOptions) {
    let mut seconds = Vec::new();
    let received: i64 = connected(&options.database, async |connection| {
        let now = sqlx::query_scalar("select now()").fetch_one(&mut *connection).await.unwrap();
        let year = Period::of(Cycle::Year, local(now).date());
        let mut received = 0;
        for _ in 0..options.times {
            let began = Instant::now();
            received = scan_once(connection, year, &options.by).await;
            seconds.push(began.elapsed().as_secs_f64());
        }
        received
    });
    println!("{}", json!({ "received": received, "seconds": seconds }));
}

async fn scan_once(connection: &mut PgConnection, period: Period, by: &str) -> i64 {
    let rows: Vec<(String, serde_json::Value)> = sqlx::query_as(include_str!("statistics_scan.sql"))
        .bind(period.begins())
        .bind(period.ends())
        .bind(by)
        .fetch_all(connection)
        .await
        .unwrap();
    rows.iter().map(|(_, figures)| figures["received"].as_i64().unwrap()).sum()
}
