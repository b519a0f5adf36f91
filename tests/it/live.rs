//! The tracking page, live.

use std::time::Duration;

use futures_util::StreamExt;
use reqwest::Method;
use serde_json::{Value, json};

use crate::harness::{Api, HUAIHE, World, report};

/// Reads events until `wanted` of them came: name, id, data.
async fn events(
    api: &Api,
    code: &str,
    last: Option<&str>,
    wanted: usize,
) -> Vec<(String, Option<String>, Value)> {
    let mut request = api.request(Method::GET, &format!("/v1/reports/{code}/events"));
    if let Some(last) = last {
        request = request.header("Last-Event-ID", last);
    }
    let response = request.send().await.unwrap();
    assert_eq!(response.headers()["content-type"], "text/event-stream");
    let mut stream = response.bytes_stream();
    let mut text = String::new();
    let read = async {
        while text.matches("\n\n").count() < wanted {
            text.push_str(std::str::from_utf8(&stream.next().await.unwrap().unwrap()).unwrap());
        }
    };
    tokio::time::timeout(Duration::from_secs(20), read).await.unwrap();
    text.split("\n\n").filter(|event| event.contains("data: ")).map(parse).collect()
}

fn parse(event: &str) -> (String, Option<String>, Value) {
    let field = |name: &str| {
        event.lines().find_map(|line| line.strip_prefix(name)).map(|value| value.trim().to_owned())
    };
    (field("event:").unwrap(), field("id:"), serde_json::from_str(&field("data:").unwrap()).unwrap())
}

#[tokio::test]
async fn a_watcher_sees_a_step_made_in_another_process_and_goes_on_where_it_was() {
    let mut world = World::new().await;
    world.add_api(&[]).await;
    let api = world.api();
    let answer = api.submit(&report("greening", "树木倒伏", HUAIHE)).await;
    let code = answer["trackingCode"].as_str().unwrap().to_owned();
    let watching = {
        let (api, code) = (world.api_at(1), code.clone());
        tokio::spawn(async move { events(&api, &code, None, 4).await })
    };
    // The watcher is there once its first event was served; the step comes after it.
    tokio::time::sleep(Duration::from_millis(300)).await;
    let center = api.sign_in("center-410103001").await;
    let number = answer["case"]["caseNumber"].as_str().unwrap();
    center.make(number, &json!({ "move": "accept" })).await.expect(200);
    let seen = watching.await.unwrap();
    let steps: Vec<_> = seen.iter().filter(|(name, ..)| name == "step").collect();
    assert_eq!(
        steps.iter().map(|(.., step)| step["act"].as_str().unwrap()).collect::<Vec<_>>(),
        ["received", "accept"]
    );
    let page = seen.iter().rfind(|(name, ..)| name == "page").unwrap();
    assert_eq!(page.2["case"]["state"], "accepted");

    let first = steps[0].1.clone().unwrap();
    let resumed = events(&api, &code, Some(&first), 2).await;
    assert_eq!(resumed[0].2["act"], "accept", "what was seen is not sent again");
}

#[tokio::test]
async fn an_unchanged_page_answers_304_and_a_changed_one_does_not() {
    let world = World::new().await;
    let api = world.api();
    let answer = api.submit(&report("cable", "线缆垂落", HUAIHE)).await;
    let path = format!("/v1/reports/{}", answer["trackingCode"].as_str().unwrap());
    let etag = api.get(&path).await.headers["etag"].clone();
    let known = || api.request(Method::GET, &path).header("If-None-Match", etag.clone());
    assert_eq!(api.send(known()).await.status, 304);
    let center = api.sign_in("center-410103001").await;
    center
        .make(answer["case"]["caseNumber"].as_str().unwrap(), &json!({ "move": "accept" }))
        .await
        .expect(200);
    assert_eq!(api.send(known()).await.status, 200);
    api.get("/v1/reports/ABCDEFGHJKLM/events").await.expect_problem(404, "unknown-report");
}
