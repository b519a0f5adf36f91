//! The tick over very many open cases: rows read, and how late alarms come.

use std::time::{Duration, Instant};

use chrono::{DateTime, TimeDelta, Utc};
use clap::Args;
use serde_json::{Value, json};
use sqlx::postgres::types::PgInterval;
use sqlx::{Connection, PgConnection};

use crate::database::connected;

#[derive(Args)]
pub struct OpenOptions {
    #[arg(long)]
    database: String,
    /// Open cases with one running clock each.
    #[arg(long, default_value_t = 1_000_000)]
    cases: i32,
}

#[derive(Args)]
pub struct TickOptions {
    #[arg(long)]
    database: String,
    /// Clocks that are due at each measured tick.
    #[arg(long, num_args = 1.., default_values_t = [0, 1, 64])]
    due: Vec<i32>,
}

#[derive(Args)]
pub struct LagOptions {
    #[arg(long)]
    database: String,
    /// Warnings a second, evenly spread; a worker must run.
    #[arg(long, default_value_t = 50)]
    rate: i32,
    #[arg(long, default_value_t = 20)]
    seconds: i32,
}

/// Opens the cases; all of their moments lie days ahead.
pub fn open(options: &OpenOptions) {
    connected(&options.database, async |connection| {
        let from: DateTime<Utc> =
            sqlx::query_scalar("select now() + interval '7 days'").fetch_one(&mut *connection).await.unwrap();
        let spread = PgInterval::try_from(TimeDelta::days(30).to_std().unwrap()).unwrap();
        sqlx::query(include_str!("open_cases.sql"))
            .bind(options.cases)
            .bind(from)
            .bind(spread)
            .execute(&mut *connection)
            .await
            .unwrap();
        sqlx::query("vacuum (analyze)").execute(connection).await.unwrap();
    });
    println!("{}", json!({ "cases": options.cases }));
}

/// Rows that a tick reads, for several numbers of due clocks. Nobody else may tick meanwhile.
pub fn tick(options: &TickOptions) {
    let ticks: Vec<Value> = connected(&options.database, async |connection| {
        let mut ticks = Vec::new();
        for due in &options.due {
            ticks.push(measure(connection, *due).await);
        }
        ticks
    });
    println!("{}", json!({ "ticks": ticks }));
}

async fn measure(connection: &mut PgConnection, due: i32) -> Value {
    make_due(connection, due, "interval '-1 second'").await;
    let mut transaction = connection.begin().await.unwrap();
    let before = rows_read(&mut transaction).await;
    let started = Instant::now();
    let raised: i32 = sqlx::query_scalar("select raised from raise_clocks(now())")
        .fetch_one(&mut *transaction)
        .await
        .unwrap();
    let seconds = started.elapsed().as_secs_f64();
    let read = rows_read(&mut transaction).await - before;
    transaction.commit().await.unwrap();
    json!({ "due": due, "raised": raised, "rowsRead": read, "seconds": seconds })
}

/// Rows of cases and clocks that this session has read and nobody has counted yet.
async fn rows_read(connection: &mut PgConnection) -> i64 {
    sqlx::query_scalar(
        "select sum(seq_tup_read + coalesce(idx_tup_fetch, 0))::bigint from pg_stat_xact_user_tables
         where relname in ('cases', 'case_clock')",
    )
    .fetch_one(connection)
    .await
    .unwrap()
}

/// Gives so many clocks that were not raised a warning `when` from now, one after the other.
async fn make_due(connection: &mut PgConnection, count: i32, when: &str) {
    let statement = format!(
        "update case_clock k set warn_at = now() + ({when})
         from (select case_id, n, row_number() over () as position from case_clock
               where next_at > now() + interval '1 day' and warn_raised_at is null limit $1) picked
         where k.case_id = picked.case_id and k.n = picked.n"
    );
    sqlx::query(sqlx::AssertSqlSafe(statement)).bind(count).execute(connection).await.unwrap();
}

/// How late the warnings of a running worker come.
pub fn lag(options: &LagOptions) {
    let late: Vec<f64> = connected(&options.database, async |connection| {
        let count = options.rate * options.seconds;
        let before: i64 = sqlx::query_scalar("select coalesce(max(log_id), 0) from case_log")
            .fetch_one(&mut *connection)
            .await
            .unwrap();
        let spread =
            format!("interval '3 seconds' + picked.position * interval '1 second' / {}", options.rate);
        make_due(connection, count, &spread).await;
        let patience = Instant::now() + Duration::from_secs(u64::try_from(options.seconds).unwrap() + 60);
        loop {
            let late: Vec<f64> = sqlx::query_scalar(
                "select extract(epoch from k.warn_raised_at - k.warn_at)::float8 from case_log l
                 join case_clock k on k.case_id = l.case_id and k.n = 1 where l.log_id > $1 and l.act = 'warn'",
            )
            .bind(before)
            .fetch_all(&mut *connection)
            .await
            .unwrap();
            if late.len() >= usize::try_from(count).unwrap() || Instant::now() > patience {
                return late;
            }
            tokio::time::sleep(Duration::from_millis(500)).await;
        }
    });
    let mut sorted = late;
    sorted.sort_by(f64::total_cmp);
    let at = |part: f64| sorted[((sorted.len() - 1) as f64 * part) as usize];
    println!("{}", json!({ "raised": sorted.len(), "p50": at(0.5), "p99": at(0.99), "longest": at(1.0) }));
}
