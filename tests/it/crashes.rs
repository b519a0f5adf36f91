//! Whatever dies, nothing acknowledged is lost.

use std::collections::HashMap;
use std::sync::Arc;
use std::sync::atomic::{AtomicBool, AtomicUsize, Ordering};
use std::time::{Duration, Instant};

use jiekou_store::dedup::keys::TownKeys;
use serde_json::{Value, json};
use tokio::sync::Mutex;
use uuid::Uuid;

use crate::harness::{Api, HUAIHE, World, WorldOptions, moved, report};

/// What the clients of a load saw.
#[derive(Default)]
struct Seen {
    acknowledged: Mutex<HashMap<String, (Value, Value)>>,
    unanswered: Mutex<Vec<(String, Value)>>,
    refusals: AtomicUsize,
    wrong: Mutex<Vec<String>>,
    stop: AtomicBool,
}

/// Eight clients send distinct problems, each with a key, until told to stop.
fn load(api: &Api, seen: &Arc<Seen>) -> Vec<tokio::task::JoinHandle<()>> {
    let client = |lane: u32| {
        let (api, seen) = (api.clone(), Arc::clone(seen));
        tokio::spawn(async move {
            let mut step = 0;
            while !seen.stop.load(Ordering::SeqCst) {
                step += 1;
                let place = moved(HUAIHE, f64::from(step) * 45.0, f64::from(lane) * 90.0);
                let (key, body) =
                    (Uuid::new_v4().to_string(), report("small-ads", "电线杆贴了小广告", place));
                send(&api, &seen, key, body).await;
            }
        })
    };
    (0..8).map(client).collect()
}

async fn send(api: &Api, seen: &Seen, key: String, body: Value) {
    match api.try_submit(&body, Some(&key)).await {
        Ok(answer) if answer.status == 201 => {
            seen.acknowledged.lock().await.insert(key, (body, answer.body));
        }
        Ok(answer) if answer.status == 503 => {
            assert!(answer.headers.contains_key("retry-after"));
            seen.refusals.fetch_add(1, Ordering::SeqCst);
            tokio::time::sleep(Duration::from_millis(50)).await;
        }
        Ok(answer) => seen.wrong.lock().await.push(format!("{} {}", answer.status, answer.body)),
        Err(_) => {
            seen.unanswered.lock().await.push((key, body));
            tokio::time::sleep(Duration::from_millis(50)).await;
        }
    }
}

async fn acknowledged_at_least(seen: &Seen, count: usize) {
    let started = Instant::now();
    while seen.acknowledged.lock().await.len() < count {
        assert!(started.elapsed() < Duration::from_secs(60), "no progress: {:?}", seen.wrong.lock().await);
        tokio::time::sleep(Duration::from_millis(20)).await;
    }
}

async fn end(seen: &Seen, clients: Vec<tokio::task::JoinHandle<()>>) {
    seen.stop.store(true, Ordering::SeqCst);
    for client in clients {
        client.await.unwrap();
    }
    assert_eq!(*seen.wrong.lock().await, Vec::<String>::new());
}

/// Every 201 is in the database, complete, and resending gives the same answer.
async fn expect_all_kept(world: &World, api: &Api, seen: &Seen) {
    let acknowledged = seen.acknowledged.lock().await;
    for (_, answer) in acknowledged.values() {
        let id: Uuid = answer["reportId"].as_str().unwrap().parse().unwrap();
        let complete: bool = sqlx::query_scalar(
            "select exists (select 1 from report r join cases c using (case_id)
                 join case_log l on l.log_id = r.since_log
                 join idempotency i on i.facts->>'reportId' = r.report_id::text
                 where r.report_id = $1 and l.report_id = r.report_id)",
        )
        .bind(id)
        .fetch_one(&world.pool)
        .await
        .unwrap();
        assert!(complete, "{answer}");
    }
    for (key, (body, answer)) in acknowledged.iter().take(20) {
        assert_eq!(api.try_submit(body, Some(key)).await.unwrap().expect(201), *answer);
    }
    for (key, body) in seen.unanswered.lock().await.iter() {
        let first = api.try_submit(body, Some(key)).await.unwrap().expect(201);
        assert_eq!(api.try_submit(body, Some(key)).await.unwrap().expect(201), first);
    }
}

#[tokio::test]
async fn an_api_killed_under_load_has_kept_every_report_it_acknowledged() {
    let mut world = World::new().await;
    let seen = Arc::new(Seen::default());
    let clients = load(&world.api(), &seen);
    acknowledged_at_least(&seen, 60).await;
    world.apis[0].kill();
    let other = world.add_api(&[]).await;
    end(&seen, clients).await;
    expect_all_kept(&world, &world.api_at(other), &seen).await;
}

#[tokio::test]
async fn redis_killed_and_emptied_under_load_is_no_error_to_anybody() {
    let world = World::with(WorldOptions { own_redis: true, ..WorldOptions::default() }).await;
    let api = world.api();
    let seen = Arc::new(Seen::default());
    let clients = load(&api, &seen);
    let redis = world.redis.as_ref().unwrap();
    acknowledged_at_least(&seen, 40).await;
    redis.run("kill");
    acknowledged_at_least(&seen, 80).await;
    redis.run("start");
    acknowledged_at_least(&seen, 120).await;
    end(&seen, clients).await;
    assert_eq!(seen.refusals.load(Ordering::SeqCst), 0);
    assert!(seen.unanswered.lock().await.is_empty());
    expect_all_kept(&world, &api, &seen).await;
    // The index is back: it holds at least the cases that were there when it was rebuilt.
    let client = redis::Client::open(redis.url.as_str()).unwrap();
    let key = TownKeys::new(&world.settings["JIEKOU_REDIS__PREFIX"], "410103001").ready();
    for _ in 0..100 {
        api.post("/v1/reports/similar", &report("small-ads", "小广告", HUAIHE)).await.expect(200);
        let mut connection = client.get_multiplexed_async_connection().await.unwrap();
        if redis::cmd("EXISTS").arg(&key).query_async::<i64>(&mut connection).await.unwrap() == 1 {
            return;
        }
        tokio::time::sleep(Duration::from_millis(50)).await;
    }
    panic!("the index was not rebuilt");
}

#[tokio::test]
async fn postgresql_restarted_under_load_gives_503_and_then_goes_on_by_itself() {
    let world = World::with(WorldOptions { own_postgres: true, ..WorldOptions::default() }).await;
    let api = world.api();
    let seen = Arc::new(Seen::default());
    let clients = load(&api, &seen);
    let postgres = world.postgres.as_ref().unwrap();
    acknowledged_at_least(&seen, 40).await;
    postgres.run("stop");
    let away = Instant::now();
    let refused = api.try_submit(&report("small-ads", "小广告", HUAIHE), None).await.unwrap();
    refused.expect_problem(503, "unavailable");
    // Each wait for a connection ends below a second; the rest is room for a busy machine.
    assert!(away.elapsed() < Duration::from_secs(10), "said so, and left nobody hanging");
    assert_eq!(api.get("/readyz").await.status, 503);
    assert_eq!(api.get("/healthz").await.status, 200);
    // The clients hear it too, each when its wait for a connection ends: not before is the database back.
    for _ in 0..200 {
        if seen.refusals.load(Ordering::SeqCst) > 0 {
            break;
        }
        tokio::time::sleep(Duration::from_millis(50)).await;
    }
    let before = seen.acknowledged.lock().await.len();
    postgres.run("start");
    acknowledged_at_least(&seen, before + 40).await;
    end(&seen, clients).await;
    assert!(seen.refusals.load(Ordering::SeqCst) > 0);
    expect_all_kept(&world, &api, &seen).await;
}

#[tokio::test]
async fn a_worker_killed_while_sending_loses_no_mail_and_a_second_copy_carries_the_same_id() {
    let mut world = World::with(WorldOptions {
        settings: vec![("JIEKOU_WORKER__LEASE_SECONDS", "10".to_owned())],
        ..WorldOptions::default()
    })
    .await;
    // The server keeps each mail at once and says so late: a kill falls between acceptance and our commit.
    world.mail.accept_slowly(300);
    let api = world.api();
    for n in 0..12 {
        let mut body = report("small-ads", "小广告", moved(HUAIHE, f64::from(n) * 100.0, 0.0));
        body["contact"] = json!({ "email": format!("resident{n}@jiekou.example") });
        api.submit(&body).await;
    }
    world.start_worker().await;
    world.mail.wait_for("first mails", |mails| mails.len() >= 3).await;
    world.worker.as_mut().unwrap().kill();
    world.mail.accept_slowly(0);
    world.start_worker().await;
    let everybody = |mails: &[crate::harness::Mail]| {
        (0..12).all(|n| mails.iter().any(|mail| mail.to == format!("resident{n}@jiekou.example")))
    };
    world.mail.wait_for("a mail to everybody", everybody).await;
    for _ in 0..400 {
        if world.count("select count(*) from delivery where state <> 'delivered'").await == 0 {
            break;
        }
        tokio::time::sleep(Duration::from_millis(50)).await;
    }
    assert_eq!(world.count("select count(*) from delivery where state = 'delivered'").await, 12);
    let mails = world.mail.mails().await;
    let mut copies: HashMap<String, Vec<String>> = HashMap::new();
    for mail in &mails {
        copies.entry(mail.to.clone()).or_default().push(mail.message_id());
    }
    let second: usize = copies.values().map(|ids| ids.len() - 1).sum();
    println!("second copies after the kill: {second}");
    assert!(second <= 16, "at most what was in flight");
    assert!(
        copies.values().all(|ids| ids.iter().all(|id| *id == ids[0])),
        "a copy carries the same Message-ID"
    );
}
