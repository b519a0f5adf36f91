//! Warnings and breaches of clocks: raised on time, once, by whichever worker lives, and told to whom the plan names.

use std::collections::BTreeSet;
use std::time::{Duration, Instant};

use chrono::{DateTime, TimeDelta, Utc};
use serde_json::{Value, json};
use sqlx::postgres::types::PgInterval;

use crate::harness::{HUAIHE, HUAIHE_CENTER, Process, World, WorldOptions, report};

/// Open cases with one clock each, as the benchmark makes them.
const OPEN_CASES: &str = include_str!("../load/src/open_cases.sql");

fn number(answer: &Value) -> &str {
    answer["case"]["caseNumber"].as_str().unwrap()
}

/// So many open cases, their deadlines spread over `spread` from `from` on; each warns six minutes before.
async fn open_cases(world: &World, count: i32, from: DateTime<Utc>, spread: TimeDelta) {
    let spread = PgInterval::try_from(spread.to_std().unwrap()).unwrap();
    sqlx::query(OPEN_CASES).bind(count).bind(from).bind(spread).execute(&world.pool).await.unwrap();
}

/// Act, rule and moment of every line of raised clocks, in order, with the moment that should have been.
async fn raised(world: &World) -> Vec<(i64, String, String, DateTime<Utc>)> {
    sqlx::query_as(
        "select case_id, act, detail ->> 'rule', at from case_log where act in ('warn', 'overdue') order by log_id",
    )
    .fetch_all(&world.pool)
    .await
    .unwrap()
}

async fn wait_for(what: &str, patience: Duration, mut holds: impl AsyncFnMut() -> bool) {
    let started = Instant::now();
    while !holds().await {
        assert!(started.elapsed() < patience, "no {what}");
        tokio::time::sleep(Duration::from_millis(50)).await;
    }
}

#[tokio::test]
async fn a_warning_and_a_breach_are_raised_within_five_seconds_and_name_their_rule() {
    let world = World::with_worker().await;
    let api = world.api();
    let answer = api.submit(&report("road-damage", "路面有一个大坑", HUAIHE)).await;
    sqlx::query(
        "update case_clock set warn_at = now() + interval '1 second', due_at = now() + interval '3 seconds'",
    )
    .execute(&world.pool)
    .await
    .unwrap();
    let (warn_at, due_at): (DateTime<Utc>, DateTime<Utc>) =
        sqlx::query_as("select warn_at, due_at from case_clock").fetch_one(&world.pool).await.unwrap();
    wait_for("breach", Duration::from_secs(15), async || raised(&world).await.len() == 2).await;
    let lines = raised(&world).await;
    for ((_, act, rule, at), (expected, moment)) in lines.iter().zip([("warn", warn_at), ("overdue", due_at)])
    {
        assert_eq!((act.as_str(), rule.as_str()), (expected, "clocks.accept"));
        let late = *at - moment;
        assert!(late > TimeDelta::zero() && late < TimeDelta::seconds(5), "{act} came after {late}");
    }
    // The center hears of both, the district of the breach.
    let told = async |act: &'static str| -> BTreeSet<String> {
        let told: Vec<String> = sqlx::query_scalar(
            "select d.recipient from delivery d join case_log l using (log_id)
             where l.act = $1 and d.state = 'delivered'",
        )
        .bind(act)
        .fetch_all(&world.pool)
        .await
        .unwrap();
        told.into_iter().collect()
    };
    wait_for("messages", Duration::from_secs(15), async || told("overdue").await.len() == 2).await;
    let center = format!("center/{HUAIHE_CENTER}");
    assert_eq!(told("warn").await, BTreeSet::from([center.clone()]));
    assert_eq!(told("overdue").await, BTreeSet::from([center, "center/410103000".to_owned()]));
    let mails = world.mail.mails().await;
    let breach = mails.iter().find(|mail| mail.words().contains("超时")).unwrap().words();
    assert!(breach.contains(number(&answer)) && breach.contains("clocks.accept"), "{breach}");

    let staff = api.sign_in(&format!("center-{HUAIHE_CENTER}")).await;
    let case = staff.get(&format!("/v1/cases/{}", number(&answer))).await.expect(200);
    assert_eq!(case["clocks"][0]["state"], "overdue");
    let acts: Vec<&str> =
        case["log"].as_array().unwrap().iter().map(|line| line["act"].as_str().unwrap()).collect();
    assert_eq!(acts, ["received", "warn", "overdue", "escalated"]);
    assert_eq!(case["log"][3]["detail"]["level"], "district");
    // What the resident sees speaks of steps only, and still of the deadline.
    let page = api.track(&answer["trackingCode"]).await;
    assert_eq!(page["timeline"].as_array().unwrap().len(), 1);
    assert!(page["timeline"][0]["words"].as_str().unwrap().contains("前受理"), "{page}");
    // A raised clock makes no move stale.
    assert_eq!(world.count("select decision_version from cases").await, 1);
    assert_eq!(world.count("select count(*) from cases where case_log_break(case_id) is not null").await, 0);
}

#[tokio::test]
async fn a_clock_that_stands_still_or_has_ended_raises_nothing() {
    let world = World::with_worker().await;
    let api = world.api();
    let center = api.sign_in(&format!("center-{HUAIHE_CENTER}")).await;
    let asked = api.submit(&report("noise", "半夜很吵", HUAIHE)).await;
    center.make(number(&asked), &json!({ "move": "accept" })).await.expect(200);
    center.make(number(&asked), &json!({ "move": "askReporter", "note": "哪一家？" })).await.expect(200);
    sqlx::query(
        "update case_clock set warn_at = warn_at - interval '30 days', due_at = due_at - interval '30 days'",
    )
    .execute(&world.pool)
    .await
    .unwrap();
    // Another one shows that the tick has come by since.
    open_cases(&world, 1, world.now().await, TimeDelta::zero()).await;
    wait_for("breach of the other", Duration::from_secs(15), async || raised(&world).await.len() == 2).await;
    tokio::time::sleep(Duration::from_secs(1)).await;
    assert!(raised(&world).await.iter().all(|(case_id, ..)| *case_id > 1_000_000_000));
}

#[tokio::test]
async fn several_workers_share_what_is_due_and_each_clock_is_raised_once() {
    let mut world = World::with(WorldOptions { worker: true, ..WorldOptions::default() }).await;
    let second = Process::start("jiekou-worker", &world.settings, &world.folder).await;
    let third = Process::start("jiekou-worker", &world.settings, &world.folder).await;
    open_cases(&world, 1_500, world.now().await - TimeDelta::seconds(1), TimeDelta::zero()).await;
    // One dies at its work, whatever it holds.
    wait_for("first breaches", Duration::from_secs(20), async || !raised(&world).await.is_empty()).await;
    world.worker.as_mut().unwrap().kill();
    wait_for("breaches", Duration::from_secs(30), async || raised(&world).await.len() >= 3_000).await;
    drop((second, third));
    let lines = raised(&world).await;
    for act in ["warn", "overdue"] {
        let cases: Vec<i64> =
            lines.iter().filter(|(_, of, ..)| of == act).map(|(case_id, ..)| *case_id).collect();
        let different: BTreeSet<i64> = cases.iter().copied().collect();
        assert_eq!((cases.len(), different.len()), (1_500, 1_500), "{act}");
    }
    assert_eq!(world.count("select count(*) from cases where case_log_break(case_id) is not null").await, 0);
    assert_eq!(world.count("select count(*) from case_clock where next_at is not null").await, 0);
}

#[tokio::test]
async fn whoever_comes_after_a_dead_worker_raises_what_it_left() {
    let mut world = World::with_worker().await;
    open_cases(&world, 400, world.now().await + TimeDelta::minutes(10), TimeDelta::zero()).await;
    // Half of them are due while the only worker is dead, and a tick that was cut short has raised nothing.
    let mut cut = world.pool.begin().await.unwrap();
    world.worker.as_mut().unwrap().kill();
    sqlx::query("update case_clock set warn_at = now(), due_at = now() where case_id % 2 = 0")
        .execute(&world.pool)
        .await
        .unwrap();
    sqlx::query("select raise_clocks(now() + interval '1 minute')").execute(&mut *cut).await.unwrap();
    cut.rollback().await.unwrap();
    assert_eq!(raised(&world).await.len(), 0);
    world.start_worker().await;
    wait_for("breaches", Duration::from_secs(20), async || raised(&world).await.len() >= 400).await;
    tokio::time::sleep(Duration::from_millis(500)).await;
    assert_eq!(raised(&world).await.len(), 400, "a warning and a breach of each");
}

/// Rows of cases and clocks that this session has read and nobody has counted yet.
async fn rows_read(connection: &mut sqlx::PgConnection) -> i64 {
    sqlx::query_scalar(
        "select sum(seq_tup_read + coalesce(idx_tup_fetch, 0))::bigint from pg_stat_xact_user_tables
         where relname in ('cases', 'case_clock')",
    )
    .fetch_one(connection)
    .await
    .unwrap()
}

/// Rows of cases and clocks that a tick reads, and how many clocks it raises.
async fn tick(world: &World) -> (i64, i32) {
    let mut transaction = world.pool.begin().await.unwrap();
    let before = rows_read(&mut transaction).await;
    let (raised, _): (i32, Option<DateTime<Utc>>) =
        sqlx::query_as("select * from raise_clocks(now())").fetch_one(&mut *transaction).await.unwrap();
    let read = rows_read(&mut transaction).await - before;
    transaction.commit().await.unwrap();
    (read, raised)
}

#[tokio::test]
async fn a_tick_reads_rows_in_proportion_to_what_is_due_and_not_to_what_is_open() {
    let world = World::new().await;
    let now = world.now().await;
    open_cases(&world, 20_000, now + TimeDelta::hours(1), TimeDelta::days(3)).await;
    sqlx::query("analyze").execute(&world.pool).await.unwrap();
    let (read, raised) = tick(&world).await;
    assert!(
        raised == 0 && read < 10,
        "nothing is due and {read} rows were read; a planner looks at the ends of an index"
    );
    for due in [1_i32, 50] {
        sqlx::query(
            "update case_clock set warn_at = now() - interval '1 second' where case_id in (
                select case_id from case_clock where warn_raised_at is null limit $1)",
        )
        .bind(due)
        .execute(&world.pool)
        .await
        .unwrap();
        let (read, raised) = tick(&world).await;
        assert_eq!(raised, due);
        assert!(read <= i64::from(due) * 12 + 10, "{due} clocks cost {read} rows");
    }
}
