//! Several processes count together, through Redis; without it each counts alone.

use std::time::{Duration, Instant};

use reqwest::Method;

use super::super::harness::{HUAIHE, WorldOptions, moved, report};
use super::{from, limited, number};

const RULES: &str = "- { act: report, by: address, burst: 6, rate: 1, per: day }\n";
const ADDRESS: &str = "203.0.113.5";

#[tokio::test]
async fn a_quota_is_one_for_all_processes() {
    let mut world = limited(RULES, WorldOptions::default()).await;
    world.add_api(&[]).await;
    for sent in 0..6 {
        let api = world.api_at(sent % 2);
        let body = report("manhole", "井盖破损", moved(HUAIHE, 400.0 * sent as f64, 0.0));
        let answer = from(&api, ADDRESS, Method::POST, "/v1/reports", Some(&body)).await;
        assert_eq!(number(&answer, "ratelimit", "r"), 5 - sent as i64);
        answer.expect(201);
    }
    for process in 0..2 {
        let body = report("manhole", "井盖破损", HUAIHE);
        let answer = from(&world.api_at(process), ADDRESS, Method::POST, "/v1/reports", Some(&body)).await;
        answer.expect_problem(429, "too-many-requests");
    }
    assert_eq!(world.count("select count(*) from report").await, 6);
}

#[tokio::test]
async fn many_at_once_get_no_more_than_there_is() {
    let mut world = limited(RULES, WorldOptions::default()).await;
    world.add_api(&[]).await;
    let all = (0..24).map(|sent| {
        let api = world.api_at(sent % 2);
        let body = report("manhole", "井盖破损", moved(HUAIHE, 400.0 * sent as f64, 0.0));
        async move { from(&api, ADDRESS, Method::POST, "/v1/reports", Some(&body)).await.status.as_u16() }
    });
    let mut statuses = futures_util::future::join_all(all).await;
    statuses.sort_unstable();
    assert_eq!(statuses[..6], [201; 6]);
    assert_eq!(statuses[6..], [429; 18]);
}

#[tokio::test]
async fn without_redis_each_process_counts_alone_and_nobody_gets_an_error() {
    let mut world = limited(RULES, WorldOptions { own_redis: true, ..WorldOptions::default() }).await;
    world.add_api(&[]).await;
    world.redis.as_ref().unwrap().run("kill");
    for sent in 0..12 {
        let api = world.api_at(sent % 2);
        let body = report("manhole", "井盖破损", moved(HUAIHE, 400.0 * sent as f64, 0.0));
        let began = Instant::now();
        let answer = from(&api, ADDRESS, Method::POST, "/v1/reports", Some(&body)).await;
        assert_eq!(number(&answer, "ratelimit", "r"), 5 - sent as i64 / 2, "what this process knows is told");
        answer.expect(201);
        assert!(began.elapsed() < Duration::from_secs(10), "{:?}", began.elapsed());
    }
    for process in 0..2 {
        let body = report("manhole", "井盖破损", HUAIHE);
        let answer = from(&world.api_at(process), ADDRESS, Method::POST, "/v1/reports", Some(&body)).await;
        answer.expect_problem(429, "too-many-requests");
    }
}

#[tokio::test]
async fn what_failed_through_no_fault_of_the_caller_is_given_back() {
    let options = WorldOptions { own_postgres: true, ..WorldOptions::default() };
    let mut world = limited(RULES, options).await;
    let body = report("manhole", "井盖破损", HUAIHE);
    world.postgres.as_ref().unwrap().run("stop");
    for _ in 0..3 {
        let answer = from(&world.api(), ADDRESS, Method::POST, "/v1/reports", Some(&body)).await;
        answer.expect_problem(503, "unavailable");
    }
    world.postgres.as_ref().unwrap().run("start");
    // A process that has counted nothing alone yet.
    world.add_api(&[]).await;
    let answer = from(&world.api_at(1), ADDRESS, Method::POST, "/v1/reports", Some(&body)).await;
    assert_eq!(number(&answer, "ratelimit", "r"), 5);
    answer.expect(201);
}

#[tokio::test]
async fn redis_learns_no_address_and_no_phone() {
    let world = limited(RULES, WorldOptions { own_redis: true, ..WorldOptions::default() }).await;
    let mut body = report("manhole", "井盖破损", HUAIHE);
    body["contact"] = serde_json::json!({ "phone": "13900000004" });
    from(&world.api(), ADDRESS, Method::POST, "/v1/reports", Some(&body)).await.expect(201);
    let client = redis::Client::open(world.redis.as_ref().unwrap().url.as_str()).unwrap();
    let mut connection = client.get_multiplexed_async_connection().await.unwrap();
    let keys: Vec<String> = redis::cmd("KEYS").arg("*:limit:*").query_async(&mut connection).await.unwrap();
    assert_eq!(keys.len(), 2, "the address and the phone: {keys:?}");
    for key in keys {
        let (tag, hash) = key.rsplit_once("}:").unwrap();
        assert!(tag.starts_with('{') && tag.ends_with(":limit:v1"), "one slot, and a version: {key}");
        assert!(hash.len() == 32 && hash.bytes().all(|byte| byte.is_ascii_hexdigit()), "{key}");
        let until: String = redis::cmd("GET").arg(&key).query_async(&mut connection).await.unwrap();
        assert!(until.bytes().all(|byte| byte.is_ascii_digit()), "{until}");
        let life: i64 = redis::cmd("PTTL").arg(&key).query_async(&mut connection).await.unwrap();
        assert!(life > 0, "what nobody spends from is forgotten");
    }
}
