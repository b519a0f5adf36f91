//! Running it: is it alive, can it serve, does it stop, and does it say what is wrong.

use std::collections::HashMap;
use std::path::PathBuf;
use std::process::{Output, Stdio};
use std::time::Duration;

use reqwest::Method;
use serde_json::{Value, json};

use super::harness::{HUAIHE, Process, World, WorldOptions, report};

/// What a process may take to start, refuse or stop.
const PATIENCE: Duration = Duration::from_secs(30);

/// Runs a program of Jiekou to its end, with these settings and no others.
pub async fn run(name: &str, arguments: &[&str], settings: &HashMap<String, String>) -> Output {
    let program = PathBuf::from(std::env::var("JIEKOU_TEST_BIN").unwrap()).join(name);
    let mut command = tokio::process::Command::new(program);
    command.args(arguments).env_clear().envs(settings).stdin(Stdio::null()).kill_on_drop(true);
    tokio::time::timeout(PATIENCE, command.output()).await.expect("it ends").unwrap()
}

async fn stops_in_good_order(mut process: Process) {
    let stopping = tokio::task::spawn_blocking(move || process.stop());
    let status = tokio::time::timeout(PATIENCE, stopping).await.expect("stopped in time").unwrap();
    assert!(status.success(), "{status}");
}

#[tokio::test]
async fn a_process_says_whether_it_can_serve_and_what_it_did() {
    let mut world =
        World::with(WorldOptions { own_redis: true, worker: true, ..WorldOptions::default() }).await;
    let api = world.api();
    assert_eq!(api.get("/healthz").await.expect(200), "ok\n");
    assert_eq!(
        api.get("/readyz").await.expect(200),
        json!({ "ready": true, "database": "ok", "redis": "ok" })
    );
    let worker = format!("http://{}", world.worker.as_ref().unwrap().address);
    for path in ["/healthz", "/readyz", "/metrics"] {
        assert_eq!(
            reqwest::get(format!("{worker}{path}")).await.unwrap().status(),
            200,
            "{path} of the worker"
        );
    }
    api.submit(&report("manhole", "路口的井盖不见了", HUAIHE)).await;
    let metrics = api.get("/metrics").await.expect(200);
    let metrics = metrics.as_str().unwrap();
    let line = |start: &str| metrics.lines().any(|line| line.starts_with(start) && line.ends_with(" 1"));
    assert!(
        line(r#"jiekou_http_requests_total{method="POST",route="/v1/reports",status="201"}"#),
        "{metrics}"
    );
    assert!(line(r#"jiekou_reports_total{outcome="new"}"#), "{metrics}");
    assert!(metrics.contains("jiekou_http_seconds_bucket"), "{metrics}");

    world.redis.take().unwrap().run("kill");
    let ready = api.get("/readyz").await.expect(200);
    assert_eq!(
        ready,
        json!({ "ready": true, "database": "ok", "redis": "unreachable" }),
        "it serves without Redis"
    );

    sqlx::query("alter table _sqlx_migrations rename to elsewhere").execute(&world.pool).await.unwrap();
    let unready = api.get("/readyz").await.expect(503);
    assert_eq!(unready["ready"], false);
    assert_ne!(unready["database"], "ok", "{unready}");
    assert_eq!(api.get("/healthz").await.expect(200), "ok\n", "it is alive all the same");
}

#[tokio::test]
async fn the_contract_and_the_pages_are_served() {
    let world = World::new().await;
    let api = world.api();
    let project = PathBuf::from(env!("CARGO_MANIFEST_DIR")).parent().unwrap().to_path_buf();
    for (path, file) in [("/openapi.yaml", "openapi/openapi.yaml"), ("/problems", "openapi/problems.md")] {
        let served = api.get(path).await.expect(200);
        let committed = std::fs::read_to_string(project.join(file)).unwrap_or_default();
        assert!(
            served.as_str().unwrap().trim_end() == committed.trim_end(),
            "{path} differs from the committed {file}"
        );
    }
    let contract = api.get("/openapi.json").await.expect(200);
    assert!(contract["openapi"].as_str().unwrap().starts_with("3.1"), "{}", contract["openapi"]);
    let yaml = api.get("/openapi.yaml").await.expect(200);
    let paths = contract["paths"].as_object().unwrap();
    assert!(paths.contains_key("/v1/reports") && paths.contains_key("/v1/cases/{caseNumber}/moves"));
    for path in paths.keys() {
        assert!(yaml.as_str().unwrap().contains(path.as_str()), "{path} is in both forms of the contract");
    }

    let asked = |path: &str| api.request(Method::GET, path).send();
    for path in ["/docs", "/docs/", "/", "/report", "/track", "/track/ABCDEFGHJKLM"] {
        let page = asked(path).await.unwrap();
        assert_eq!(page.status(), 200, "{path}");
        assert!(page.headers()["content-type"].to_str().unwrap().starts_with("text/html"), "{path}");
        assert!(page.headers().contains_key("x-request-id"), "{path}");
        if !path.starts_with("/docs") {
            let policy = page.headers()["content-security-policy"].to_str().unwrap();
            assert!(
                policy.contains("default-src 'self'") && policy.contains("frame-ancestors 'none'"),
                "{policy}"
            );
            assert!(!policy.contains("unsafe"), "{policy}");
            let again = api.request(Method::GET, path).header("If-None-Match", &page.headers()["etag"]);
            assert_eq!(again.send().await.unwrap().status(), 304, "{path} is loaded once");
        }
    }
    let home = api.get("/").await.expect(200);
    let home = home.as_str().unwrap();
    let leads = ["/docs", "/report", "/track"].iter().all(|path| home.contains(path));
    assert!(leads, "the home page leads on");
    for path in ["/", "/report", "/track"] {
        let page = api.get(path).await.expect(200);
        let pieces = page.as_str().unwrap().split(['"', '\'']).filter(|piece| piece.starts_with("/assets/"));
        for piece in pieces {
            assert_eq!(asked(piece).await.unwrap().status(), 200, "{piece} of {path}");
        }
        assert!(!page.as_str().unwrap().contains("style="), "the policy would refuse a style within {path}");
    }
    assert_eq!(asked("/assets/none.js").await.unwrap().status(), 404);
    assert_eq!(api.get("/v1/about").await.expect(200)["district"]["code"], "410103");
    assert!(!api.get("/v1/categories").await.expect(200).to_string().is_empty());
}

#[tokio::test]
async fn a_signal_stops_both_processes_in_good_order() {
    let mut world = World::with_worker().await;
    let api = world.api();
    let sent = api.submit(&report("manhole", "路口的井盖不见了", HUAIHE)).await;
    let events = format!("/v1/reports/{}/events", sent["trackingCode"].as_str().unwrap());
    let mut events = api.request(Method::GET, &events).send().await.unwrap();
    assert!(events.chunk().await.unwrap().is_some(), "somebody is watching");
    // Connections that are kept for inboxes hold up no end.
    let center = api.sign_in("center-410103001").await;
    center.get("/v1/cases").await.expect(200);
    stops_in_good_order(world.worker.take().unwrap()).await;
    stops_in_good_order(world.apis.remove(0)).await;
    while let Ok(Some(_)) = events.chunk().await {}
    assert!(api.request(Method::GET, "/healthz").send().await.is_err(), "nobody answers any more");
}

#[tokio::test]
async fn the_programs_explain_themselves_and_refuse_a_wrong_configuration() {
    let world = World::new().await;
    let nothing = HashMap::new();
    for name in ["jiekou-api", "jiekou-worker"] {
        let help = run(name, &["--help"], &nothing).await;
        assert!(help.status.success(), "{name}");
        assert!(String::from_utf8(help.stdout).unwrap().contains("serve"), "{name}");
        assert_eq!(run(name, &["dance"], &nothing).await.status.code(), Some(2), "{name}");
    }
    let mut settings = world.settings.clone();
    settings.insert("JIEKOU_HTTP__BIND".into(), "127.0.0.1:0".into());
    settings.insert("JIEKOU_WORKER__BIND".into(), "127.0.0.1:0".into());
    settings.insert("JIEKOU_MAIL__SMTP_URL".into(), "smtp://me:mailpassword@127.0.0.1:9".into());
    let shown = run("jiekou-api", &["config"], &settings).await;
    let shown = String::from_utf8(shown.stdout).unwrap();
    assert!(shown.contains("secrets.master_keys = (set)"), "{shown}");
    let password = settings["JIEKOU_DATABASE__URL"].split([':', '@']).nth(2).unwrap();
    for secret in ["AAAAAAAA", password, "mailpassword"] {
        assert!(!shown.contains(secret), "{secret} is shown");
    }
    for (variable, value) in [
        ("JIEKOU_SECRETS__MASTER_KEYS", None),
        ("JIEKOU_SECRETS__SIGNING_KEYS", None),
        ("JIEKOU_SECRETS__BLIND_INDEX_KEY", None),
        ("JIEKOU_SECRETS__MASTER_KEYS", Some("k1:c2VjcmV0")),
        ("JIEKOU_DATABASE__URL", Some("mysql://root:hunter2@127.0.0.1/x")),
        ("JIEKOU_REDIS__URL", Some("http://127.0.0.1")),
        ("JIEKOU_PHOTOS__URL", Some("ftp://127.0.0.1")),
        ("JIEKOU_DATABASE__MAX_CONNECTIONS", Some("0")),
    ] {
        let mut wrong = settings.clone();
        match value {
            Some(value) => wrong.insert(variable.to_owned(), value.to_owned()),
            None => wrong.remove(variable),
        };
        for name in ["jiekou-api", "jiekou-worker"] {
            let refused = run(name, &["serve"], &wrong).await;
            assert!(!refused.status.success(), "{name} started without {variable}");
            let said = format!(
                "{}{}",
                String::from_utf8_lossy(&refused.stdout),
                String::from_utf8_lossy(&refused.stderr)
            );
            assert!(said.contains(variable), "{name} says: {said}");
            assert!(
                !said.contains("c2VjcmV0") && !said.contains("hunter2"),
                "{name} shows the value: {said}"
            );
        }
    }
}

#[tokio::test]
async fn a_guessed_password_locks_the_account_for_a_while() {
    let world = World::new().await;
    let api = world.api();
    let credentials = |name: &str, password: &str| json!({ "username": name, "password": password });
    let nobody = api
        .post("/v1/sessions", &credentials("nobody-at-all", "x"))
        .await
        .expect_problem(401, "wrong-credentials");
    let mut wrong: Vec<Value> = Vec::new();
    for _ in 0..5 {
        let answer = api.post("/v1/sessions", &credentials("desk", "wrong")).await;
        wrong.push(answer.expect_problem(401, "wrong-credentials"));
    }
    assert_eq!(wrong[0], nobody, "an unknown name and a wrong password look the same");
    let locked = api.post("/v1/sessions", &credentials("desk", "jiekou-demo-2026")).await;
    let wait: u32 = locked.headers["retry-after"].to_str().unwrap().parse().unwrap();
    assert!(wait > 0);
    locked.expect_problem(429, "account-locked");
    api.sign_in("admin").await;

    let session = api.post("/v1/sessions", &credentials("admin", "jiekou-demo-2026")).await.expect(201);
    let refresh = json!({ "refreshToken": session["refreshToken"] });
    let next = api.post("/v1/sessions/refresh", &refresh).await.expect(201);
    api.post("/v1/sessions/refresh", &refresh).await.expect_problem(401, "not-signed-in");
    let family = json!({ "refreshToken": next["refreshToken"] });
    api.post("/v1/sessions/refresh", &family).await.expect_problem(401, "not-signed-in");
}
