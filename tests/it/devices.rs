//! Sensors: a problem is reported once, stands while it lasts, and its end is told.

use reqwest::Method;
use serde_json::{Value, json};

use super::harness::{Answer, HUAIHE, HUAIHE_CENTER, World, report};
use super::open311::{Sender, sender};

async fn send(world: &World, sender: &Sender, device: &str, body: &Value) -> Answer {
    let path = format!("/v1/devices/{device}/readings");
    let request = world.api().request(Method::POST, &path).header("Api-Key", &sender.key);
    world.api().send(request.json(body)).await
}

/// The `n`-th reading of the last hours.
async fn reading(world: &World, n: i64, problem: bool) -> Value {
    let at = world.now().await - chrono::Duration::minutes(120 - n);
    let (longitude, latitude) = HUAIHE;
    json!({ "readingId": format!("r-{n}"), "at": at.to_rfc3339(), "problem": problem, "category": "flooding",
        "value": "水深 32 cm",
        "location": { "longitude": longitude, "latitude": latitude, "coordinateSystem": "WGS-84", "accuracyMeters": 5 } })
}

/// A category of the rulebook that standing water is.
async fn water(world: &World) -> String {
    let categories = world.api().get("/v1/categories").await.expect(200);
    let found = categories["categories"]
        .as_array()
        .unwrap()
        .iter()
        .find(|it| it["name"].as_str().unwrap().contains("积水"));
    found.unwrap()["slug"].as_str().unwrap().to_owned()
}

async fn acts(world: &World) -> Vec<String> {
    sqlx::query_scalar(
        "select act from case_log where act in ('received', 'urged', 'added', 'joined') order by log_id",
    )
    .fetch_all(&world.pool)
    .await
    .unwrap()
}

#[tokio::test]
async fn a_problem_that_lasts_is_one_report_and_its_end_is_a_follow_up() {
    let world = World::new().await;
    let (sender, slug) = (sender(&world, "积水监测", &["device"]).await, water(&world).await);
    let at = async |n: i64, problem: bool| {
        let mut body = reading(&world, n, problem).await;
        body["category"] = json!(slug);
        body
    };
    let outcome = async |body: &Value| send(&world, &sender, "ws-07", body).await.expect(200);
    assert_eq!(outcome(&at(0, false).await).await, json!({ "outcome": "normal" }));
    let body = at(1, true).await;
    let first = outcome(&body).await;
    assert_eq!(first["outcome"], "reported");
    assert_eq!(outcome(&body).await, first, "sent again, answered the same");
    let second = outcome(&at(2, true).await).await;
    assert_eq!((&second["outcome"], &second["reportId"]), (&json!("counted"), &first["reportId"]));
    let stale = outcome(&at(1, false).await).await;
    assert_eq!(
        (&stale["outcome"], &stale["reportId"]),
        (&json!("stale"), &first["reportId"]),
        "too late to change anything"
    );
    sqlx::query("update device set urged_at = urged_at - interval '61 minutes'")
        .execute(&world.pool)
        .await
        .unwrap();
    assert_eq!(outcome(&at(3, true).await).await["outcome"], "urged");
    assert_eq!(outcome(&at(4, false).await).await["outcome"], "recovered");
    assert_eq!(outcome(&at(5, false).await).await["outcome"], "normal");
    assert_eq!(outcome(&at(6, true).await).await["outcome"], "urged", "it is back while the case is open");
    assert_eq!(acts(&world).await, ["received", "urged", "added", "urged"]);
    assert_eq!(world.count("select count(*) from report").await, 1);
    let stored: (String, String, bool) =
        sqlx::query_as("select channel, origin, anonymous from report").fetch_one(&world.pool).await.unwrap();
    assert_eq!(stored, ("device".to_owned(), "device".to_owned(), true));
    // Over, and again: another case.
    let number: String =
        sqlx::query_scalar("select case_number from cases").fetch_one(&world.pool).await.unwrap();
    let center = world.api().sign_in(&format!("center-{HUAIHE_CENTER}")).await;
    center.go(&number, &[json!({ "move": "reject", "reason": "水已退" })]).await;
    let again = outcome(&at(7, true).await).await;
    assert_eq!(again["outcome"], "reported");
    assert_ne!(again["reportId"], first["reportId"]);
    assert_eq!(world.count("select count(*) from cases").await, 2);
    let case = center.case(&number).await;
    assert_eq!(case["reports"][0]["origin"], "device");
}

#[tokio::test]
async fn a_device_joins_what_people_have_reported() {
    let world = World::new().await;
    let (sender, slug) = (sender(&world, "积水监测", &["device"]).await, water(&world).await);
    let resident = world.api().submit(&report(&slug, "桥下积水很深，报告异常", HUAIHE)).await;
    let mut body = reading(&world, 1, true).await;
    body["category"] = json!(slug);
    body["description"] = json!("桥下积水很深，报告异常");
    send(&world, &sender, "ws-07", &body).await.expect(200);
    assert_eq!(world.count("select count(*) from cases").await, 1);
    let center = world.api().sign_in(&format!("center-{HUAIHE_CENTER}")).await;
    let case = center.case(resident["case"]["caseNumber"].as_str().unwrap()).await;
    let channels: Vec<&Value> =
        case["reports"].as_array().unwrap().iter().map(|report| &report["channel"]).collect();
    assert_eq!(channels, ["web", "device"]);
}

#[tokio::test]
async fn a_device_that_sends_too_often_waits_and_others_do_not() {
    let world = World::new().await;
    let sender = sender(&world, "平台", &["device"]).await;
    let mut refused = None;
    for n in 0..40 {
        let answer = send(&world, &sender, "loud", &reading(&world, n, false).await).await;
        if answer.status == 429 {
            refused = Some(answer);
            break;
        }
    }
    let refused = refused.expect("it is stopped within a minute");
    let wait: i64 = refused.headers["retry-after"].to_str().unwrap().parse().unwrap();
    assert!((1..=60).contains(&wait));
    refused.expect_problem(429, "quota-reached");
    send(&world, &sender, "quiet", &reading(&world, 1, false).await).await.expect(200);
}

#[tokio::test]
async fn readings_at_the_same_moment_open_one_case() {
    let mut world = World::new().await;
    world.add_api(&[]).await;
    let (sender, slug) = (sender(&world, "平台", &["device"]).await, water(&world).await);
    let mut bodies = Vec::new();
    for n in 0..6 {
        let mut body = reading(&world, n, true).await;
        body["category"] = json!(slug);
        bodies.push(body);
    }
    let sent = bodies.iter().enumerate().map(|(at, body)| {
        let api = world.api_at(at % 2);
        let request = api.request(Method::POST, "/v1/devices/ws/readings").header("Api-Key", &sender.key);
        async move { api.send(request.json(body)).await.status.as_u16() }
    });
    let statuses = futures_util::future::join_all(sent).await;
    assert!(statuses.iter().all(|status| [200, 503].contains(status)), "{statuses:?}");
    assert_eq!(world.count("select count(*) from report").await, 1);
}

#[tokio::test]
async fn what_is_wrong_with_a_reading_is_told_at_once_and_nothing_is_written() {
    let world = World::new().await;
    let (sender, other) = (
        sender(&world, "平台", &["device"]).await,
        super::open311::sender(&world, "别的", &["updates"]).await,
    );
    let mut good = reading(&world, 1, true).await;
    good["category"] = json!(water(&world).await);
    let with = |name: &str, value: Value| {
        let mut body = good.clone();
        body[name] = value;
        body
    };
    for (body, pointers) in [
        (json!({}), vec!["/readingId", "/at", "/problem"]),
        (
            json!({ "readingId": "r", "at": "2026-01-01T00:00:00Z", "problem": true }),
            vec!["/category", "/location"],
        ),
        (with("at", json!("2099-01-01T00:00:00Z")), vec!["/at"]),
        (with("at", json!("yesterday")), vec!["/at"]),
        (with("problem", json!("yes")), vec!["/problem"]),
        (with("readingId", json!("a b")), vec!["/readingId"]),
        (with("category", json!("flying-saucer")), vec!["/category"]),
        (with("location", json!({})), vec!["/location"]),
        (with("value", json!("x".repeat(201))), vec!["/value"]),
    ] {
        let refused = send(&world, &sender, "d", &body).await;
        assert_eq!(refused.pointers(), pointers, "{body}");
        refused.expect_problem(422, "validation");
    }
    let long = "d".repeat(65);
    assert_eq!(send(&world, &sender, &long, &good).await.pointers(), ["/deviceId"]);
    send(&world, &other, "d", &good).await.expect_problem(403, "scope-missing");
    world.api().post("/v1/devices/d/readings", &good).await.expect_problem(401, "invalid-key");
    let large = with("description", json!("x".repeat(70_000)));
    send(&world, &sender, "d", &large).await.expect_problem(413, "body-too-large");
    assert_eq!(world.count("select count(*) from report").await, 0);
}
