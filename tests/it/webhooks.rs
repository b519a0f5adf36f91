//! Webhooks: signed as the standard says, tried again, ended visibly, sent again on request, and never beside the server.

use base64::Engine;
use base64::engine::general_purpose::STANDARD;
use hmac::{Hmac, Mac};
use reqwest::Method;
use serde_json::{Value, json};
use sha2::Sha256;

use super::harness::{
    Answer, Asked, HUAIHE, HUAIHE_CENTER, Reply, WebServer, World, WorldOptions, moved, report,
};
use super::open311::{Sender, sender};

const ALL: [&str; 4] = ["case.opened", "case.updated", "case.closed", "case.reopened"];

async fn world(private: bool) -> World {
    let settings = vec![("JIEKOU_OUTWARD__PRIVATE_NETWORKS", private.to_string())];
    World::with(WorldOptions { worker: true, settings, ..WorldOptions::default() }).await
}

async fn call(world: &World, sender: &Sender, method: Method, path: &str, body: Option<&Value>) -> Answer {
    let request = world.api().request(method, path).header("Api-Key", &sender.key);
    let request = match body {
        Some(body) => request.json(body),
        None => request,
    };
    world.api().send(request).await
}

async fn subscribed(world: &World, sender: &Sender, body: &Value) -> (String, String) {
    let made = call(world, sender, Method::POST, "/v1/webhooks", Some(body)).await.expect(201);
    let text = |value: &Value| value.as_str().unwrap().to_owned();
    (text(&made["webhook"]["webhookId"]), text(&made["secret"]))
}

async fn log(world: &World, sender: &Sender, id: &str, query: &str) -> Value {
    let path = format!("/v1/webhooks/{id}/deliveries{query}");
    call(world, sender, Method::GET, &path, None).await.expect(200)["deliveries"].clone()
}

/// The signature that a receiver works out for itself.
fn signature(asked: &Asked, secret: &str) -> String {
    let key = STANDARD.decode(secret.strip_prefix("whsec_").unwrap()).unwrap();
    let mut mac = Hmac::<Sha256>::new_from_slice(&key).unwrap();
    mac.update(format!("{}.{}.", asked.headers["webhook-id"], asked.headers["webhook-timestamp"]).as_bytes());
    mac.update(&asked.body);
    format!("v1,{}", STANDARD.encode(mac.finalize().into_bytes()))
}

fn event(asked: &Asked) -> Value {
    serde_json::from_slice(&asked.body).unwrap()
}

#[tokio::test]
async fn each_published_step_is_sent_once_signed_and_without_words_of_people() {
    let (world, server) = (world(true).await, WebServer::start().await);
    server.answer("/hook", Reply::status(204)).await;
    let sender = sender(&world, "平台", &["webhooks"]).await;
    let wish = json!({ "url": server.url("/hook"), "events": ALL });
    let (id, secret) = subscribed(&world, &sender, &wish).await;
    let mut body = report("manhole", "金丝雀家门口的井盖不见了", HUAIHE);
    body["contact"] = json!({ "phone": "13912345678" });
    let sent = world.api().submit(&body).await;
    let number = sent["case"]["caseNumber"].as_str().unwrap();
    let center = world.api().sign_in(&format!("center-{HUAIHE_CENTER}")).await;
    center.go(number, &[json!({ "move": "accept" }), json!({ "move": "open" })]).await;
    center.go(number, &[json!({ "move": "forceClose", "reason": "金丝雀已自行处理" })]).await;
    let asked = server.wait_for("four events", |asked| asked.len() >= 4).await;
    let kinds: Vec<Value> = asked.iter().map(|it| event(it)["type"].clone()).collect();
    assert_eq!(kinds, ["case.opened", "case.updated", "case.updated", "case.closed"]);
    let last = event(&asked[3]);
    assert_eq!(last["data"]["caseNumber"], number);
    assert_eq!(last["data"]["serviceRequestIds"], json!([sent["reportId"]]));
    assert_eq!((&last["data"]["status"], &last["data"]["act"]), (&json!("closed"), &json!("forceClose")));
    for it in &asked {
        assert_eq!(it.headers["webhook-signature"], signature(it, &secret));
        let at: i64 = it.headers["webhook-timestamp"].parse().unwrap();
        assert!((world.now().await.timestamp() - at).abs() < 60);
        let text = String::from_utf8_lossy(&it.body);
        assert!(!text.contains("金丝雀") && !text.contains("13912345678"), "{text}");
        assert!(!text.contains(sent["trackingCode"].as_str().unwrap()), "{text}");
    }
    let entries = log(&world, &sender, &id, "?state=delivered").await;
    assert_eq!(entries.as_array().unwrap().len(), 4);
    assert_eq!((&entries[0]["status"], &entries[0]["attempts"]), (&json!(204), &json!(1)));
    assert_eq!(entries[0]["deliveryId"], asked[3].headers["webhook-id"].as_str(), "the newest first");
    assert_eq!(log(&world, &sender, &id, "?state=dead").await, json!([]));
    let stored: String = sqlx::query_scalar("select row_to_json(w)::text from webhook w")
        .fetch_one(&world.pool)
        .await
        .unwrap();
    assert!(!stored.contains(&secret[6..]), "the secret is sealed");
}

#[tokio::test]
async fn what_is_not_taken_is_tried_again_under_the_same_id_and_ends_visibly() {
    let (world, server) = (world(true).await, WebServer::start().await);
    server.answer("/hook", Reply::status(500)).await;
    let sender = sender(&world, "平台", &["webhooks"]).await;
    let wish = json!({ "url": server.url("/hook"), "events": ["case.opened"] });
    let (id, _) = subscribed(&world, &sender, &wish).await;
    world.api().submit(&report("manhole", "井盖不见了", HUAIHE)).await;
    server.wait_for("the first attempt", |asked| !asked.is_empty()).await;
    let entry = log(&world, &sender, &id, "").await[0].clone();
    assert!(
        ["sending", "created"].contains(&entry["state"].as_str().unwrap()) && entry["nextAt"].is_string(),
        "{entry}"
    );
    let hasten = "update webhook_delivery set next_at = now() where state in ('created', 'sending') and lease_token is null";
    for count in 2..=3 {
        for _ in 0..100 {
            sqlx::query(hasten).execute(&world.pool).await.unwrap();
            if server.asked().await.len() >= count {
                break;
            }
            tokio::time::sleep(std::time::Duration::from_millis(50)).await;
        }
    }
    let asked = server.asked().await;
    let ids: std::collections::BTreeSet<&str> =
        asked.iter().map(|it| it.headers["webhook-id"].as_str()).collect();
    assert!(asked.len() >= 3 && ids.len() == 1, "{asked:?}");
    // The last attempt of four hours.
    let waited =
        "update webhook_delivery set attempts = 23, next_at = now() where state in ('created', 'sending')";
    let mut state = Value::Null;
    for _ in 0..200 {
        sqlx::query(waited).execute(&world.pool).await.unwrap();
        tokio::time::sleep(std::time::Duration::from_millis(50)).await;
        state = log(&world, &sender, &id, "").await[0]["state"].clone();
        if state == "dead" {
            break;
        }
    }
    assert_eq!(state, "dead");
    let entry = log(&world, &sender, &id, "?state=dead").await[0].clone();
    assert_eq!((&entry["status"], &entry["reason"]), (&json!(500), &json!("the address did not take it")));
    // Mended, and asked for again.
    server.answer("/hook", Reply::status(200)).await;
    let replay = format!("/v1/webhook-deliveries/{}/replay", entry["deliveryId"].as_str().unwrap());
    call(&world, &sender, Method::POST, &replay, None).await.expect(202);
    for _ in 0..200 {
        if log(&world, &sender, &id, "?state=delivered").await[0]["replays"] == 1 {
            break;
        }
        tokio::time::sleep(std::time::Duration::from_millis(50)).await;
    }
    let entry = log(&world, &sender, &id, "?state=delivered").await[0].clone();
    assert_eq!(entry["replays"], 1, "{entry}");
    assert_eq!(
        server.asked().await.last().unwrap().headers["webhook-id"],
        entry["deliveryId"].as_str().unwrap()
    );
}

#[tokio::test]
async fn an_address_that_hangs_or_is_gone_holds_up_no_other() {
    let (world, server) = (world(true).await, WebServer::start().await);
    server.answer("/good", Reply::status(200)).await;
    server.answer("/gone", Reply::status(410)).await;
    server
        .answer("/moved", Reply { headers: vec![("location", server.url("/good"))], ..Reply::status(307) })
        .await;
    let silent = tokio::net::TcpListener::bind("127.0.0.1:0").await.unwrap();
    let hanging = format!("http://{}/", silent.local_addr().unwrap());
    let sender = sender(&world, "平台", &["webhooks"]).await;
    let mut ids = Vec::new();
    for url in [hanging, server.url("/gone"), server.url("/moved"), server.url("/good")] {
        ids.push(subscribed(&world, &sender, &json!({ "url": url, "events": ["case.opened"] })).await.0);
    }
    for step in 0..3 {
        world
            .api()
            .submit(&report("household-waste", "垃圾", moved(HUAIHE, f64::from(step) * 500.0, 0.0)))
            .await;
    }
    server.wait_for("all good ones", |asked| asked.iter().filter(|it| it.path == "/good").count() >= 3).await;
    assert_eq!(log(&world, &sender, &ids[3], "?state=delivered").await.as_array().unwrap().len(), 3);
    let listed = call(&world, &sender, Method::GET, "/v1/webhooks", None).await.expect(200);
    let gone =
        listed["webhooks"].as_array().unwrap().iter().find(|it| it["webhookId"] == ids[1].as_str()).unwrap();
    assert_eq!(gone["endReason"], "its address answered 410");
    assert_eq!(server.asked().await.iter().filter(|it| it.path == "/gone").count(), 1);
    let refused = log(&world, &sender, &ids[2], "?state=refused").await;
    assert_eq!(refused[0]["reason"], "the address sends elsewhere");
    drop(silent);
}

#[tokio::test]
async fn a_webhook_hears_of_its_area_and_kinds_and_of_nothing_after_its_end() {
    let (world, server) = (world(true).await, WebServer::start().await);
    for path in ["/town", "/other", "/ended", "/closed"] {
        server.answer(path, Reply::status(200)).await;
    }
    let sender = sender(&world, "平台", &["webhooks"]).await;
    let hook = async |path: &str, events: &[&str], area: &str| {
        subscribed(&world, &sender, &json!({ "url": server.url(path), "events": events, "area": area })).await
    };
    hook("/town", &["case.opened"], HUAIHE_CENTER).await;
    hook("/other", &ALL, "410103003").await;
    hook("/closed", &["case.closed"], "410103").await;
    let (ended, _) = hook("/ended", &ALL, "410103").await;
    call(&world, &sender, Method::DELETE, &format!("/v1/webhooks/{ended}"), None).await.expect(204);
    let path = format!("/v1/webhooks/{ended}");
    call(&world, &sender, Method::DELETE, &path, None).await.expect_problem(404, "unknown-webhook");
    let sent = world.api().submit(&report("manhole", "井盖不见了", HUAIHE)).await;
    let center = world.api().sign_in(&format!("center-{HUAIHE_CENTER}")).await;
    let number = sent["case"]["caseNumber"].as_str().unwrap();
    center.go(number, &[json!({ "move": "reject", "reason": "不属于" })]).await;
    server.wait_for("both", |asked| asked.len() >= 2).await;
    tokio::time::sleep(std::time::Duration::from_millis(500)).await;
    let mut paths: Vec<String> = server.asked().await.into_iter().map(|it| it.path).collect();
    paths.sort();
    assert_eq!(paths, ["/closed", "/town"]);
}

#[tokio::test]
async fn both_secrets_sign_while_one_is_replaced() {
    let (world, server) = (world(true).await, WebServer::start().await);
    server.answer("/hook", Reply::status(200)).await;
    let sender = sender(&world, "平台", &["webhooks"]).await;
    let (id, old) =
        subscribed(&world, &sender, &json!({ "url": server.url("/hook"), "events": ["case.opened"] })).await;
    let path = format!("/v1/webhooks/{id}/secret");
    let new = call(&world, &sender, Method::POST, &path, Some(&json!({}))).await.expect(201);
    let new = new["secret"].as_str().unwrap();
    world.api().submit(&report("manhole", "井盖不见了", HUAIHE)).await;
    let asked = server.wait_for("an event", |asked| !asked.is_empty()).await;
    let signatures: Vec<&str> = asked[0].headers["webhook-signature"].split(' ').collect();
    assert_eq!(signatures, [signature(&asked[0], new), signature(&asked[0], &old)]);
    sqlx::query("update webhook set old_ends_at = now() - interval '1 second'")
        .execute(&world.pool)
        .await
        .unwrap();
    world.api().submit(&report("household-waste", "垃圾", moved(HUAIHE, 900.0, 0.0))).await;
    let asked = server.wait_for("the next", |asked| asked.len() >= 2).await;
    assert_eq!(asked[1].headers["webhook-signature"], signature(&asked[1], new));
    let far = json!({ "oldEndsAt": "2099-01-01T00:00:00Z" });
    assert_eq!(call(&world, &sender, Method::POST, &path, Some(&far)).await.pointers(), ["/oldEndsAt"]);
}

#[tokio::test]
async fn addresses_beside_the_server_are_refused_when_named_and_when_called() {
    let (world, server) = (world(false).await, WebServer::start().await);
    let (sender, other) = (
        sender(&world, "甲", &["webhooks"]).await,
        super::open311::sender(&world, "乙", &["webhooks", "updates"]).await,
    );
    let none = super::open311::sender(&world, "丙", &["updates"]).await;
    let good =
        json!({ "url": "https://hooks.example/jiekou", "events": ["case.opened"], "area": HUAIHE_CENTER });
    let with = |name: &str, value: Value| {
        let mut body = good.clone();
        body[name] = value;
        body
    };
    for (body, pointers) in [
        (json!({}), vec!["/url", "/events"]),
        (with("url", json!(server.url("/hook"))), vec!["/url"]),
        (with("url", json!("https://user:secret@hooks.example/")), vec!["/url"]),
        (with("url", json!("ftp://hooks.example/")), vec!["/url"]),
        (with("url", json!("hooks.example")), vec!["/url"]),
        (with("url", json!(format!("https://hooks.example/{}", "x".repeat(2_000)))), vec!["/url"]),
        (with("events", json!(["case.sold", "case.opened", "case.opened"])), vec!["/events/0", "/events/2"]),
        (with("area", json!("410104")), vec!["/area"]),
    ] {
        let refused = call(&world, &sender, Method::POST, "/v1/webhooks", Some(&body)).await;
        assert_eq!(refused.pointers(), pointers, "{body}");
    }
    call(&world, &none, Method::POST, "/v1/webhooks", Some(&good)).await.expect_problem(403, "scope-missing");
    world.api().post("/v1/webhooks", &good).await.expect_problem(401, "invalid-key");
    // A name that leads beside the server by the time it is called.
    let sly = with("url", json!("https://localhost/hook"));
    let (id, _) = subscribed(&world, &sender, &sly).await;
    world.api().submit(&report("manhole", "井盖不见了", HUAIHE)).await;
    let mut entry = Value::Null;
    for _ in 0..200 {
        entry = log(&world, &sender, &id, "").await[0].clone();
        if entry["state"] == "refused" {
            break;
        }
        tokio::time::sleep(std::time::Duration::from_millis(50)).await;
    }
    assert_eq!(entry["reason"], "the address lies in no public network", "{entry}");
    // What is another platform's is not there.
    let path = format!("/v1/webhooks/{id}");
    for (method, path) in [
        (Method::DELETE, path.clone()),
        (Method::GET, format!("{path}/deliveries")),
        (Method::POST, format!("{path}/secret")),
    ] {
        call(&world, &other, method, &path, Some(&json!({}))).await.expect_problem(404, "unknown-webhook");
    }
    let replay = format!("/v1/webhook-deliveries/{}/replay", entry["deliveryId"].as_str().unwrap());
    call(&world, &other, Method::POST, &replay, None).await.expect_problem(404, "unknown-webhook-delivery");
    let wrong = format!("{path}/deliveries?state=lost");
    assert_eq!(call(&world, &sender, Method::GET, &wrong, None).await.pointers(), ["/state"]);
    let wrong = format!("{path}/deliveries?cursor=x");
    assert_eq!(call(&world, &sender, Method::GET, &wrong, None).await.pointers(), ["/cursor"]);
    for n in 0..19 {
        subscribed(&world, &sender, &with("url", json!(format!("https://hooks.example/{n}")))).await;
    }
    let many = call(&world, &sender, Method::POST, "/v1/webhooks", Some(&good)).await;
    assert_eq!(many.pointers(), ["/url"]);
    assert_eq!(server.asked().await.len(), 0);
}
