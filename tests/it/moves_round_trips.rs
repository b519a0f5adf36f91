//! What a move costs in the database.

use std::time::Duration;

use reqwest::Method;
use serde_json::{Value, json};

use super::harness::{HUAIHE, HUAIHE_CENTER, World, WorldOptions, report};

#[tokio::test]
async fn a_move_is_decided_on_one_read_and_written_in_one_statement() {
    let settings = vec![("JIEKOU_LOG__FILTER", "info,sqlx::query=debug".to_owned())];
    let world = World::with(WorldOptions { settings, ..WorldOptions::default() }).await;
    let api = world.api();
    let filed = api.submit(&report("manhole", "井盖破损", HUAIHE)).await;
    let number = filed["case"]["caseNumber"].as_str().unwrap();
    let center = api.sign_in(&format!("center-{HUAIHE_CENTER}")).await;
    let version = center.get(&format!("/v1/cases/{number}")).await.headers["etag"].clone();
    let moved = center
        .request(Method::POST, &format!("/v1/cases/{number}/moves"))
        .header("If-Match", version)
        .header("x-request-id", "what-a-move-costs")
        .json(&json!({ "move": "accept" }));
    api.send(moved).await.expect(200);
    tokio::time::sleep(Duration::from_millis(200)).await;
    let logs = world.logs();
    let statements: Vec<String> = logs
        .lines()
        .filter(|line| line.contains("what-a-move-costs") && line.contains("\"summary\":"))
        .map(|line| serde_json::from_str::<Value>(line).unwrap()["summary"].to_string())
        // A connection asks once in its life what the types of the schema are.
        .filter(|statement| !statement.contains("pg_type"))
        .collect();
    let written = statements.iter().position(|it| it.contains("select verdict, log_id"));
    // What comes behind is the case as it is then, for the answer.
    assert_eq!(written, Some(1), "{statements:#?}");
}
