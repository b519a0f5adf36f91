//! What costs too much is refused before anything of it is executed: no statement reaches the database.

use reqwest::Method;
use serde_json::{Value, json};

use super::Asker;
use crate::harness::{Api, World, WorldOptions};

const FILTER: (&str, &str) = ("JIEKOU_LOG__FILTER", "info,sqlx::query=debug");

async fn world(own: &[(&'static str, &str)]) -> World {
    let settings = own.iter().chain([&FILTER]).map(|(name, value)| (*name, (*value).to_owned())).collect();
    World::with(WorldOptions { settings, ..WorldOptions::default() }).await
}

fn aliases(count: usize) -> String {
    let fields: String = (0..count).map(|it| format!("a{it}: about {{ name }} ")).collect();
    format!("{{ {fields} }}")
}

/// Fragments that each spread the next one twice: 2^`count` fields in a few lines.
fn laughs(count: usize) -> String {
    let fragments: String = (0..count)
        .map(|it| format!("fragment F{it} on Query {{ ...F{} ...F{} }} ", it + 1, it + 1))
        .collect();
    format!("{{ ...F0 }} {fragments} fragment F{count} on Query {{ about {{ name }} }}")
}

fn nested(depth: usize) -> String {
    format!("{}name{}", "{ about ".repeat(depth), "}".repeat(depth))
}

#[tokio::test]
async fn floods_are_refused_before_they_cost_anything() {
    let world = world(&[]).await;
    let api = world.api();
    let nobody = Asker::Nobody(api.clone());
    let lists =
        format!("{{ report(trackingCode: {}\"x\"{}) {{ outcome }} }}", "[".repeat(5_000), "]".repeat(5_000));
    let directives = format!("{{ about {{ name {} }} }}", "@include(if: true) ".repeat(200));
    let chain: String = (0..200).map(|it| format!("fragment F{it} on Query {{ ...F{} }} ", it + 1)).collect();
    for (flood, code) in [
        (aliases(1_000), "document-too-large"),
        (aliases(100), "too-many-aliases"),
        (nested(100), "document-too-deep"),
        (nested(30), "document-too-deep"),
        ("{".repeat(16_000), "document-too-deep"),
        (lists, "document-too-deep"),
        (laughs(40), "document-too-complex"),
        (format!("{{ ...F0 }} {chain}"), "document-too-complex"),
        (directives, "too-many-directives"),
        ("{ ...A } fragment A on Query { ...B } fragment B on Query { ...A }".to_owned(), "fragment-cycle"),
        ("{ about { name } } fragment A on About { ...A }".to_owned(), "fragment-cycle"),
        ("{ about {".to_owned(), "document-malformed"),
        (String::new(), "document-malformed"),
    ] {
        let answer = nobody.ask(&flood, Value::Null).await;
        let start: String = flood.chars().take(40).collect();
        assert_eq!(answer["errors"][0]["extensions"]["code"], code, "{start}: {answer}");
        assert!(answer["data"].is_null(), "{start}: {answer}");
        assert!(answer.to_string().len() < 1_000, "{start}: the answer is small");
    }
    let million = json!({ "query": " ".repeat(1_000_000) });
    api.post("/graphql", &million).await.expect_problem(413, "body-too-large");
    let batch: Vec<Value> = (0..1_000).map(|_| json!({ "query": "{about{name}}" })).collect();
    api.post("/graphql", &json!(batch)).await.expect_problem(413, "body-too-large");
    api.post("/graphql", &json!([])).await.expect_problem(413, "body-too-large");
    api.post("/graphql", &json!(["x"])).await.expect_problem(400, "malformed-body");
    api.post("/graphql", &json!({ "query": 7, "variables": [] })).await.expect_problem(422, "validation");
    let told = nobody.told("{ about { name } }", Value::Null).await;
    assert!(told["about"]["name"].is_string(), "it serves all the same");
}

#[tokio::test]
async fn a_list_of_lists_costs_what_it_may_return_and_is_refused_unread() {
    let world = world(&[]).await;
    let api = world.api();
    let center = api.sign_in("center-410103001").await;
    let fields = "caseNumber state category urgency case { reports { description channel outcome } log { act at } photos { photoId } }";
    let lists: String = (0..20)
        .map(|it| format!("a{it}: cases(first: 100) {{ edges {{ node {{ {fields} }} }} }} "))
        .collect();
    let draws: String = (0..12)
        .map(|it| {
            format!(
                "a{it}: draws {{ seed roads {{ code name }} drawn {{ code name }} listHash count among }} "
            )
        })
        .collect();
    for (id, lists) in [("lists-of-lists", lists), ("lists-of-draws", draws)] {
        let asked = center.request(Method::POST, "/graphql").header("x-request-id", id);
        let answer = api.send(asked.json(&json!({ "query": format!("{{ {lists} }}") }))).await.expect(200);
        assert!(answer["data"].is_null(), "{answer}");
        assert!(answer.to_string().contains("complex"), "{answer}");
        let logs = world.logs();
        let statements = logs.lines().filter(|line| line.contains(id) && line.contains("\"summary\":"));
        assert_eq!(statements.count(), 0, "{id}");
    }
}

async fn status(api: &Api, body: &Value) -> u16 {
    api.post("/graphql", body).await.status.as_u16()
}

#[tokio::test]
async fn an_address_without_a_credential_may_ask_for_so_much_a_minute() {
    let world = world(&[("JIEKOU_GRAPHQL__ANONYMOUS_A_MINUTE", "12")]).await;
    let api = world.api();
    let one = json!({ "query": "{ about { name } }" });
    let ten = json!({ "query": aliases(10) });
    assert_eq!(status(&api, &ten).await, 200);
    assert_eq!(status(&api, &one).await, 200);
    assert_eq!(status(&api, &one).await, 200);
    let refused = api.post("/graphql", &one).await;
    assert!(refused.headers.contains_key("retry-after"));
    refused.expect_problem(429, "too-many-requests");
    let desk = api.sign_in("desk").await;
    for _ in 0..30 {
        desk.post("/graphql", &one).await.expect(200);
    }
}

#[tokio::test]
async fn introspection_is_there_or_not_as_configured() {
    let world = world(&[("JIEKOU_GRAPHQL__INTROSPECTION", "false")]).await;
    let answer = Asker::Nobody(world.api()).ask("{ __schema { types { name } } }", Value::Null).await;
    assert!(
        answer["data"]["__schema"].is_null() && !answer.to_string().contains("TrackedReport"),
        "{answer}"
    );
    let answer = Asker::Nobody(world.api()).ask("{ abuot { name } }", Value::Null).await;
    assert!(!answer.to_string().contains("Did you mean"), "{answer}");
}

#[tokio::test]
async fn faults_of_the_transport_are_problems() {
    let world = World::new().await;
    let api = world.api();
    let text =
        api.request(Method::POST, "/graphql").header("Content-Type", "text/plain").body("{ about { name } }");
    api.send(text).await.expect_problem(415, "unsupported-media-type");
    let broken = api.request(Method::POST, "/graphql").header("Content-Type", "application/json").body("{");
    api.send(broken).await.expect_problem(400, "malformed-body");
    api.send(api.request(Method::DELETE, "/graphql")).await.expect_problem(405, "method-not-allowed");
    let stranger = api
        .request(Method::POST, "/graphql")
        .bearer_auth("x.y.z")
        .json(&json!({ "query": "{ about { name } }" }));
    api.send(stranger).await.expect_problem(401, "not-signed-in");
    let asked = api.request(Method::POST, "/graphql").header("Accept", "application/graphql-response+json");
    let answer = api.send(asked.json(&json!({ "query": "{ nothing }" }))).await;
    assert_eq!(answer.headers["content-type"], "application/graphql-response+json");
    answer.expect(400);
}
