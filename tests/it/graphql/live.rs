//! Subscriptions: what happens in one process is told by another.

use std::time::Duration;

use futures_util::StreamExt;
use reqwest::Method;
use serde_json::{Value, json};

use super::{reported, text};
use crate::harness::{Api, Socket, World, WorldOptions};

const REPORT: &str = "subscription($code: String!) { reportChanged(trackingCode: $code) {
    case { state reportCount } timeline { act } } }";
const CASES: &str = "subscription($center: String) { casesChanged(center: $center) {
    missed cases { caseNumber state reports { description } } } }";

#[tokio::test]
async fn a_step_made_in_one_process_reaches_the_reporter_at_another() {
    let mut world = World::new().await;
    world.add_api(&[]).await;
    let api = world.api();
    let told = reported(&api, "井盖不见了").await;
    let mut socket = Socket::begin(&world.apis[1].address, None).await;
    socket.subscribe("1", REPORT, json!({ "code": told["trackingCode"] })).await;
    let page = socket.event("1").await["reportChanged"].clone();
    assert_eq!(page["case"]["state"], "received", "{page}");
    let center = api.sign_in("center-410103001").await;
    center.make(text(&told["case"]["caseNumber"]), &json!({ "move": "accept" })).await.expect(200);
    let page = socket.event("1").await["reportChanged"].clone();
    assert_eq!(page["case"]["state"], "accepted");
    assert_eq!(page["timeline"][1]["act"], "accept");

    socket.send(&json!({ "type": "complete", "id": "1" })).await;
    socket.subscribe("2", REPORT, json!({ "code": "ABCDEFGHJKLM" })).await;
    let unknown = socket.hear().await;
    assert_eq!(unknown["type"], "next", "{unknown}");
    assert_eq!(unknown["payload"]["errors"][0]["extensions"]["code"], "unknown-report", "{unknown}");
    assert_eq!(socket.hear().await, json!({ "type": "complete", "id": "2" }));
}

#[tokio::test]
async fn a_center_hears_of_its_cases_and_of_no_others() {
    let mut world = World::with(WorldOptions { worker: true, ..WorldOptions::default() }).await;
    world.add_api(&[]).await;
    let api = world.api();
    let center = api.sign_in("center-410103001").await;
    let elsewhere = world.staff("elsewhere", &[("centerDispatcher", "town", "410103003", None, None)]).await;
    let mut own = Socket::begin(&world.apis[1].address, Some(center.token())).await;
    let mut others = Socket::begin(&world.apis[1].address, Some(elsewhere.token())).await;
    for socket in [&mut own, &mut others] {
        socket.subscribe("cases", CASES, Value::Null).await;
        let first = socket.event("cases").await["casesChanged"].clone();
        assert_eq!(first, json!({ "missed": true, "cases": [] }), "the list is to be read now");
    }
    let told = reported(&api, "路口的井盖不见了").await;
    let number = &told["case"]["caseNumber"];
    let new = own.event("cases").await["casesChanged"].clone();
    assert_eq!(new["cases"][0]["caseNumber"], *number, "{new}");
    assert_eq!(new["cases"][0]["reports"][0]["description"], "路口的井盖不见了");
    center.make(text(number), &json!({ "move": "accept" })).await.expect(200);
    loop {
        let changed = own.event("cases").await["casesChanged"].clone();
        if changed["cases"][0]["state"] == "accepted" {
            break;
        }
    }
    others.subscribe("end", "{ about { name } }", Value::Null).await;
    let next = others.hear().await;
    assert_eq!(next["id"], "end", "nothing of another center's cases was told: {next}");

    let mut nobody = Socket::begin(&world.apis[0].address, None).await;
    nobody.subscribe("cases", CASES, Value::Null).await;
    let refused = nobody.hear().await;
    assert_eq!(refused["payload"]["errors"][0]["extensions"]["code"], "not-signed-in", "{refused}");
}

#[tokio::test]
async fn a_connection_ends_with_the_session_that_opened_it() {
    let mut world = World::new().await;
    world.add_api(&[]).await;
    let center = world.api().sign_in("center-410103001").await;
    let mut socket = Socket::begin(&world.apis[1].address, Some(center.token())).await;
    socket.subscribe("cases", CASES, Value::Null).await;
    socket.event("cases").await;
    let mut nobody = Socket::begin(&world.apis[1].address, None).await;
    let out = center.request(Method::DELETE, "/v1/sessions/current");
    world.api().send(out).await.expect(204);
    let closed = tokio::time::timeout(Duration::from_secs(10), socket.closed()).await;
    assert_eq!(closed.expect("within seconds"), 4403);
    nobody.subscribe("1", "{ about { name } }", Value::Null).await;
    assert!(nobody.event("1").await["about"]["name"].is_string(), "whoever needs no session goes on");
    assert_eq!(nobody.hear().await["type"], "complete");
    world.apis[1].ask_to_stop();
    assert_eq!(nobody.closed().await, 1012, "whoever is connected is sent to another process");
}

/// Server-Sent Events of an operation until `wanted` of them came: name and data.
async fn events(api: &Api, query: &str, variables: Value, wanted: usize) -> Vec<(String, Value)> {
    let request = api.request(Method::POST, "/graphql").header("Accept", "text/event-stream");
    let response = request.json(&json!({ "query": query, "variables": variables })).send().await.unwrap();
    assert_eq!(response.headers()["content-type"], "text/event-stream");
    let mut stream = response.bytes_stream();
    let mut said = String::new();
    let read = async {
        while said.matches("event: ").count() < wanted || !said.ends_with("\n\n") {
            said.push_str(std::str::from_utf8(&stream.next().await.unwrap().unwrap()).unwrap());
        }
    };
    tokio::time::timeout(Duration::from_secs(20), read).await.unwrap();
    let events = said.split("\n\n").filter(|event| event.starts_with("event: "));
    let parsed = events.map(|event| {
        let (name, data) = event.strip_prefix("event: ").unwrap().split_once("\ndata: ").unwrap();
        (name.to_owned(), serde_json::from_str(data).unwrap_or(Value::Null))
    });
    parsed.collect()
}

#[tokio::test]
async fn server_sent_events_tell_the_same() {
    let mut world = World::new().await;
    world.add_api(&[]).await;
    let api = world.api();
    let told = reported(&api, "井盖松动").await;
    let watching = {
        let (api, code) = (world.api_at(1), told["trackingCode"].clone());
        tokio::spawn(async move { events(&api, REPORT, json!({ "code": code }), 2).await })
    };
    tokio::time::sleep(Duration::from_millis(500)).await;
    let center = api.sign_in("center-410103001").await;
    center.make(text(&told["case"]["caseNumber"]), &json!({ "move": "accept" })).await.expect(200);
    let seen = watching.await.unwrap();
    let states: Vec<&Value> =
        seen.iter().map(|(_, data)| &data["data"]["reportChanged"]["case"]["state"]).collect();
    assert_eq!(states, ["received", "accepted"]);

    let once = events(&api, "{ about { name } }", Value::Null, 2).await;
    assert_eq!(once[0].0, "next");
    assert!(once[0].1["data"]["about"]["name"].is_string());
    assert_eq!(once[1], ("complete".to_owned(), Value::Null));
    let refused = events(&api, CASES, Value::Null, 2).await;
    assert_eq!(refused[0].1["errors"][0]["extensions"]["code"], "not-signed-in", "{refused:?}");
}
