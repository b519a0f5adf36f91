//! Blocks: who imposes them, what they stop, and how they end.

use reqwest::Method;
use serde_json::{Value, json};

use super::super::harness::{Answer, Api, HUAIHE, HUAIHE_CENTER, Staff, World, WorldOptions, report};
use super::{from, limited};

const BLOCKED: &str = "203.0.113.5";

async fn district(world: &World, name: &str) -> Staff {
    world.staff(name, &[("supervisor", "district", "410103", None, None)]).await
}

fn by_address(address: &str) -> Value {
    json!({ "by": "address", "value": address, "hours": 24, "reason": "一小时内重复提交八十份空报料" })
}

async fn send(api: &Api, address: &str) -> Answer {
    let body = report("manhole", "路口的井盖不见了", HUAIHE);
    from(api, address, Method::POST, "/v1/reports", Some(&body)).await
}

#[tokio::test]
async fn whoever_is_blocked_can_send_nothing_read_everything_and_appeal() {
    let mut world = limited("[]", WorldOptions::default()).await;
    world.add_api(&[]).await;
    let api = world.api();
    let first = district(&world, "first").await;
    let sent = send(&api, BLOCKED).await.expect(201);
    let block = first.post("/v1/blocks", &by_address(BLOCKED)).await.expect(201);
    let id = block["blockId"].as_str().unwrap();
    assert_eq!((block["by"].as_str(), block["state"].as_str()), (Some("address"), Some("running")));
    assert!(!block.to_string().contains("203.0.113"), "whom it is about is not told: {block}");
    first.post("/v1/blocks", &by_address("203.0.113.99")).await.expect_problem(409, "already-blocked");

    // Here at once, in the other process within seconds.
    let refused = send(&api, BLOCKED).await.expect_problem(403, "blocked");
    assert_eq!(refused["until"], block["until"]);
    let appeals = format!("/v1/blocks/{id}/appeals");
    assert_eq!(refused["appeal"], appeals);
    let began = std::time::Instant::now();
    while send(&world.api_at(1), BLOCKED).await.status == 201 {
        assert!(began.elapsed().as_secs() < 20, "the other process has not heard of it");
    }
    send(&api, "203.0.113.200").await.expect_problem(403, "blocked");
    send(&api, "203.0.114.5").await.expect(201);
    let code = sent["trackingCode"].as_str().unwrap();
    from(&api, BLOCKED, Method::GET, &format!("/v1/reports/{code}"), None).await.expect(200);
    let more = json!({ "description": "还有", "claimSecret": sent["claimSecret"] });
    let addition = format!("/v1/reports/{code}/additions");
    from(&api, BLOCKED, Method::POST, &addition, Some(&more)).await.expect_problem(403, "blocked");

    let words = json!({ "words": "我们小区共用一个出口" });
    from(&api, BLOCKED, Method::POST, &appeals, Some(&words)).await.expect(204);
    from(&api, BLOCKED, Method::POST, &appeals, Some(&words)).await.expect_problem(409, "appeal-waits");
    let answer = json!({ "granted": true, "reason": "已核实为小区出口" });
    first.post(&format!("{appeals}/answer"), &answer).await.expect_problem(403, "own-block");
    let second = district(&world, "second").await;
    second.post(&format!("{appeals}/answer"), &answer).await.expect(204);
    second.post(&format!("{appeals}/answer"), &answer).await.expect_problem(409, "block-over");
    send(&api, BLOCKED).await.expect(201);
    from(&api, BLOCKED, Method::POST, &appeals, Some(&words)).await.expect_problem(409, "block-over");

    let file = second.get(&format!("/v1/blocks/{id}")).await.expect(200);
    let acts: Vec<_> = file["history"].as_array().unwrap().iter().map(|line| line["act"].clone()).collect();
    assert_eq!(acts, ["blocked", "appealed", "appealGranted"]);
    assert_eq!(file["state"], "lifted");
    assert_eq!((file["history"][0]["by"].as_str(), file["history"][1].get("by")), (Some("first"), None));
    assert_eq!(file["appeals"][0]["granted"], true);
    let change = "update block_log set words = null";
    assert!(sqlx::query(change).execute(&world.pool).await.is_err(), "the history is never changed");
    let kept: Vec<Vec<u8>> =
        sqlx::query_scalar("select subject_index from block").fetch_all(&world.pool).await.unwrap();
    assert_eq!(kept[0].len(), 32, "a keyed hash and nothing else");
}

#[tokio::test]
async fn a_block_is_lifted_or_over_by_itself() {
    let world = limited("[]", WorldOptions::default()).await;
    let (api, staff) = (world.api(), district(&world, "first").await);
    let block = staff.post("/v1/blocks", &by_address(BLOCKED)).await.expect(201);
    let lifting = format!("/v1/blocks/{}/lifting", block["blockId"].as_str().unwrap());
    send(&api, BLOCKED).await.expect(403);
    staff.post(&lifting, &json!({ "reason": "误封" })).await.expect(204);
    send(&api, BLOCKED).await.expect(201);
    staff.post(&lifting, &json!({ "reason": "误封" })).await.expect_problem(409, "block-over");

    let again = staff.post("/v1/blocks", &by_address(BLOCKED)).await.expect(201);
    send(&api, BLOCKED).await.expect(403);
    let past =
        "update block set blocked_at = blocked_at - interval '2 days', until = until - interval '1 day'
                where ended_at is null";
    sqlx::query(past).execute(&world.pool).await.unwrap();
    let began = std::time::Instant::now();
    while send(&api, BLOCKED).await.status == 403 {
        assert!(began.elapsed().as_secs() < 20, "what is over is over");
        tokio::time::sleep(std::time::Duration::from_millis(100)).await;
    }
    let list = staff.get("/v1/blocks").await.expect(200);
    let states: Vec<_> = list["blocks"].as_array().unwrap().iter().map(|it| it["state"].clone()).collect();
    assert!(states.contains(&json!("over")) && states.contains(&json!("lifted")), "{states:?}");
    let path = format!("/v1/blocks/{}", again["blockId"].as_str().unwrap());
    assert_eq!(staff.get(&path).await.expect(200)["state"], "over");
    staff.post("/v1/blocks", &by_address(BLOCKED)).await.expect(201);
}

#[tokio::test]
async fn a_phone_is_blocked_by_a_report_and_seen_by_nobody() {
    let world = limited("[]", WorldOptions::default()).await;
    let (api, staff) = (world.api(), district(&world, "first").await);
    let desk = world.staff("desk-1", &[("deskOperator", "district", "410103", None, None)]).await;
    let mut body = report("manhole", "路口的井盖不见了", HUAIHE);
    body["contact"] = json!({ "phone": "13900000005" });
    let key = "6f9619ff-8b86-d011-b42d-00cf4fc964aa";
    let sent = api.try_submit(&body, Some(key)).await.unwrap().expect(201);
    let block = json!({ "by": "phone", "reportId": sent["reportId"], "hours": 1, "reason": "反复骚扰" });
    let made = staff.post("/v1/blocks", &block).await.expect(201);
    assert!(!made.to_string().contains("139"), "{made}");
    api.try_submit(&body, None).await.unwrap().expect_problem(403, "blocked");
    assert_eq!(api.try_submit(&body, Some(key)).await.unwrap().expect(201), sent, "what was answered stays");
    // Who answers the telephone decides whom to listen to.
    desk.post("/v1/reports", &body).await.expect(201);
    body["contact"] = json!({ "phone": "13900000006" });
    api.try_submit(&body, None).await.unwrap().expect(201);
    body["contact"] = Value::Null;
    let silent = api.submit(&body).await;
    let block = json!({ "by": "phone", "reportId": silent["reportId"], "hours": 1, "reason": "x" });
    assert_eq!(staff.post("/v1/blocks", &block).await.pointers(), ["/reportId"]);
}

#[tokio::test]
async fn only_staff_of_the_district_block_and_nothing_else_passes() {
    let world = limited("[]", WorldOptions::default()).await;
    let (api, staff) = (world.api(), district(&world, "first").await);
    let other = world.staff("other", &[("supervisor", "district", "410104", None, None)]).await;
    let town = world.staff("town", &[("supervisor", "town", HUAIHE_CENTER, None, None)]).await;
    let desk = world.staff("desk-1", &[("deskOperator", "district", "410103", None, None)]).await;
    let block = staff.post("/v1/blocks", &by_address(BLOCKED)).await.expect(201);
    let id = block["blockId"].as_str().unwrap();
    let reason = json!({ "reason": "误封" });
    let answer = json!({ "granted": false, "reason": "x" });
    let writes = [
        ("/v1/blocks".to_owned(), by_address("198.51.100.1")),
        (format!("/v1/blocks/{id}/lifting"), reason.clone()),
        (format!("/v1/blocks/{id}/appeals/answer"), answer.clone()),
    ];
    let reads = ["/v1/blocks".to_owned(), "/v1/blocks/proposals".to_owned(), format!("/v1/blocks/{id}")];
    for wrong_role in [&town, &desk] {
        for (path, body) in &writes {
            wrong_role.post(path, body).await.expect_problem(403, "forbidden");
        }
        for path in &reads {
            wrong_role.get(path).await.expect_problem(403, "forbidden");
        }
    }
    // Of another district: it does not exist.
    for (path, body) in &writes[1..] {
        other.post(path, body).await.expect_problem(404, "unknown-block");
    }
    other.get(&reads[2]).await.expect_problem(404, "unknown-block");
    assert_eq!(other.get("/v1/blocks").await.expect(200)["blocks"], json!([]));
    for (path, body) in &writes {
        api.post(path, body).await.expect_problem(401, "not-signed-in");
    }

    let appeals = (format!("/v1/blocks/{id}/appeals"), json!({ "words": "x" }));
    let large = json!({ "reason": "长".repeat(40_000), "words": "长".repeat(40_000) });
    for (path, _) in writes.iter().chain([&appeals]) {
        let no_body = staff.request(Method::POST, path);
        api.send(no_body).await.expect_problem(415, "unsupported-media-type");
        staff.post(path, &json!([])).await.expect_problem(400, "malformed-body");
        staff.post(path, &json!({})).await.expect_problem(422, "validation");
        staff.post(path, &large).await.expect_problem(413, "body-too-large");
        let read = staff.request(Method::DELETE, path);
        api.send(read).await.expect_problem(405, "method-not-allowed");
    }
    for (body, pointers) in [
        (json!({}), vec!["/value", "/by", "/hours", "/reason"]),
        (json!({ "by": "desk", "value": "x", "hours": 1, "reason": "x" }), vec!["/by"]),
        (json!({ "by": "address", "value": "here", "hours": 1, "reason": "x" }), vec!["/value"]),
        (json!({ "by": "address", "value": 7, "hours": 1.5, "reason": "x" }), vec!["/value", "/hours"]),
        (json!({ "by": "address", "value": "192.0.2.1", "hours": 0, "reason": "x" }), vec!["/hours"]),
        (json!({ "by": "address", "value": "192.0.2.1", "hours": 2161, "reason": "x" }), vec!["/hours"]),
        (json!({ "by": "address", "value": "192.0.2.1", "hours": 1, "reason": " " }), vec!["/reason"]),
        (
            json!({ "by": "phone", "value": "1", "reportId": "x", "hours": 1, "reason": "x" }),
            vec!["/reportId"],
        ),
    ] {
        let answer = staff.post("/v1/blocks", &body).await;
        let told = answer.pointers();
        for pointer in pointers {
            assert!(told.iter().any(|it| it == pointer), "{body}: {told:?}");
        }
        answer.expect_problem(422, "validation");
    }
    for path in ["/v1/blocks/7", "/v1/blocks/6f9619ff-8b86-d011-b42d-00cf4fc964ff"] {
        staff.get(path).await.expect_problem(404, "unknown-block");
        let words = json!({ "words": "x" });
        api.post(&format!("{path}/appeals"), &words).await.expect_problem(404, "unknown-block");
    }
    // Before all that a database can say.
    let early = format!("-8334632851200000000.{}", uuid::Uuid::new_v4());
    for cursor in ["x", early.as_str()] {
        staff.get(&format!("/v1/blocks?cursor={cursor}")).await.expect_problem(422, "validation");
    }
    assert_eq!(world.count("select count(*) from block").await, 1);
}
