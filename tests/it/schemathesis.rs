//! The contract, fuzzed: no server error and no answer that it does not describe.

use std::process::Stdio;
use std::time::Duration;

use serde_json::{Value, json};

use super::harness::{HUAIHE, HUAIHE_CENTER, World, report};
use super::photos::small_picture;

const CHECKS: &str =
    "not_a_server_error,status_code_conformance,content_type_conformance,response_schema_conformance";

#[tokio::test]
async fn no_request_gets_a_server_error_or_an_answer_outside_the_contract() {
    let Ok(program) = std::env::var("JIEKOU_TEST_SCHEMATHESIS") else {
        println!("skipped: JIEKOU_TEST_SCHEMATHESIS is not set");
        return;
    };
    let world = World::new().await;
    // Once with made-up ids, which seldom get past "unknown", and once with those of a report that is there.
    fuzz(&world, &program, "", Some("district"), ("examples,coverage,fuzzing", 15)).await;
    let known = known_ids(&world).await;
    fuzz(&world, &program, &known, Some("district"), ("examples,coverage,fuzzing", 15)).await;
    // Strangers, who get past few checks; `every_route` meets the other roles.
    fuzz(&world, &program, &known, None, ("examples,fuzzing", 2)).await;
    assert!(!world.logs().contains("panicked"));
    world.api().get("/healthz").await.expect(200);
}

/// The part of schemathesis' configuration that fills in the ids of a report with a photo, and its author's secret.
async fn known_ids(world: &World) -> String {
    let api = world.api();
    let photo = api.upload("hole.png", small_picture()).await.expect(201)["photoId"].clone();
    let mut body = report("manhole", "路口的井盖不见了，留下一个洞", HUAIHE);
    body["photoIds"] = json!([photo]);
    let sent = api.submit(&body).await;
    forget_failures(world).await;
    let staff = api.sign_in(&format!("center-{HUAIHE_CENTER}")).await;
    let release = format!("/v1/photos/{}/release", photo.as_str().unwrap());
    staff.post(&release, &json!({ "regions": [] })).await.expect(204);
    let line = |name: &str, value: &Value| format!("\"{name}\" = {value}\n");
    [
        "[parameters]\n".to_owned(),
        line("path.photoId", &photo),
        line("path.trackingCode", &sent["trackingCode"]),
        line("path.reportId", &sent["reportId"]),
        line("path.caseNumber", &sent["case"]["caseNumber"]),
        line("path.rankingCode", &json!("towns-month")),
        line("path.period", &json!("2026-02")),
        line("header.Claim-Secret", &sent["claimSecret"]),
        line("header.If-Match", &json!("\"1\"")),
    ]
    .concat()
}

/// Whoever tries names of the contract's examples with made-up passwords locks them.
async fn forget_failures(world: &World) {
    sqlx::query("delete from sign_in_failure").execute(&world.pool).await.unwrap();
}

/// Runs schemathesis, signed in as `username` or as a stranger.
async fn fuzz(
    world: &World,
    program: &str,
    configuration: &str,
    username: Option<&str>,
    (phases, examples): (&str, u32),
) {
    std::fs::write(world.folder.join("schemathesis.toml"), configuration).unwrap();
    forget_failures(world).await;
    let mut headers = Vec::new();
    if let Some(username) = username {
        let credentials = json!({ "username": username, "password": "jiekou-demo-2026" });
        let session = world.api().post("/v1/sessions", &credentials).await.expect(201);
        let token = session["accessToken"].as_str().unwrap();
        headers.extend(["--header".to_owned(), format!("Authorization: Bearer {token}")]);
    }
    let fuzzing = tokio::process::Command::new(program)
        .arg("run")
        .arg(format!("http://{}/openapi.yaml", world.apis[0].address))
        .args(headers)
        .args(["--checks", CHECKS, "--phases", phases])
        .args(["--max-examples", &examples.to_string()])
        .args(["--seed", "20261101", "--generation-database", "none", "--suppress-health-check", "all"])
        // Whoever signs out everywhere can ask nothing more.
        .args(["--exclude-operation-id", "sign_out_everywhere"])
        // The stream of events never ends.
        .args(["--exclude-path-regex", "/events$", "--request-timeout", "20"])
        .args(["--no-color", "--continue-on-failure"])
        .current_dir(&world.folder)
        .stdin(Stdio::null())
        .kill_on_drop(true)
        .output();
    let fuzzed = tokio::time::timeout(Duration::from_secs(300), fuzzing).await.expect("it ends").unwrap();
    let said =
        format!("{}{}", String::from_utf8_lossy(&fuzzed.stdout), String::from_utf8_lossy(&fuzzed.stderr));
    println!("{said}");
    assert!(fuzzed.status.success(), "schemathesis failed, see above");
    let contract = world.api().get("/openapi.json").await.expect(200);
    let methods = contract["paths"]
        .as_object()
        .unwrap()
        .values()
        .map(|it| it.as_object().unwrap().len())
        .sum::<usize>();
    let selected = format!("Operations:       {} selected / {methods} total", methods - 2);
    assert!(said.contains(&selected), "all but two are fuzzed");
}
