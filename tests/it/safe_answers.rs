//! What every answer carries, and what is logged of those who are refused.

use reqwest::Method;
use serde_json::json;

use super::harness::contract::operations;
use super::harness::{HUAIHE, World, WorldOptions, report};

#[tokio::test]
async fn every_answer_carries_the_headers_that_keep_a_browser_safe() {
    let settings = vec![("JIEKOU_HTTP__PUBLIC_URL", "https://jiekou.example".to_owned())];
    let world = World::with(WorldOptions { settings, ..WorldOptions::default() }).await;
    let api = world.api();
    let district = api.sign_in("district").await;
    let mut requests: Vec<(Method, String, bool)> =
        operations(&api).await.into_iter().map(|it| (it.method.clone(), it.made_up(), it.secured)).collect();
    let more = [
        "/",
        "/report",
        "/track",
        "/docs/",
        "/docs",
        "/openapi.json",
        "/openapi.yaml",
        "/problems",
        "/nowhere",
    ];
    requests.extend(more.map(|path| (Method::GET, path.to_owned(), false)));
    for (method, path, secured) in requests.into_iter().filter(|it| !it.1.ends_with("/events")) {
        for signed_in in [false, true] {
            let request = |method: Method| match signed_in {
                true => district.request(method, &path),
                false => api.request(method, &path),
            };
            // Nobody signs out on the way.
            if signed_in && method == Method::DELETE {
                continue;
            }
            let request = request(method.clone()).header("Origin", "https://elsewhere.example");
            let response = request.send().await.unwrap();
            let headers = response.headers();
            let header =
                |name: &str| headers.get(name).map(|value| value.to_str().unwrap()).unwrap_or_default();
            let what = format!("{method} {path}: {} {headers:?}", response.status());
            assert_eq!(header("x-content-type-options"), "nosniff", "{what}");
            assert_eq!(header("referrer-policy"), "same-origin", "{what}");
            assert!(header("content-security-policy").contains("frame-ancestors 'none'"), "{what}");
            assert!(header("content-security-policy").contains("default-src"), "{what}");
            assert_eq!(header("strict-transport-security"), "max-age=31536000; includeSubDomains", "{what}");
            assert!(headers.get("set-cookie").is_none(), "{what}");
            assert!(headers.get("access-control-allow-origin").is_none(), "{what}");
            if signed_in && secured {
                assert!(
                    !header("cache-control").is_empty() && !header("cache-control").contains("public"),
                    "{what}"
                );
            }
        }
    }
    let http = World::new().await;
    let plain = http.api().request(Method::GET, "/").send().await.unwrap();
    assert!(
        plain.headers().get("strict-transport-security").is_none(),
        "an installation without TLS says nothing of it"
    );
}

#[tokio::test]
async fn a_refused_sign_in_and_a_refused_request_are_logged_without_what_was_typed() {
    let world = World::new().await;
    let api = world.api();
    let wrong = json!({ "username": "somebody-typed-this", "password": "secret-that-was-typed" });
    api.post("/v1/sessions", &wrong).await.expect_problem(401, "wrong-credentials");
    api.get("/v1/cases").await.expect_problem(401, "not-signed-in");
    let sent = api.submit(&report("noise", "太吵了", HUAIHE)).await;
    let path = format!("/v1/reports/{}/identity", sent["reportId"].as_str().unwrap());
    let handler = world.staff("handler", &[("inspector", "district", "410103", None, None)]).await;
    let wish = json!({ "reason": "callBack", "words": "words-that-were-typed" });
    handler.post(&path, &wish).await.expect_problem(403, "forbidden");
    let logs = world.logs();
    let refused = |route: &str, status: u16| {
        logs.lines().any(|line| {
            line.contains("\"refused\"") && line.contains(route) && line.contains(&format!("{status}"))
        })
    };
    assert!(logs.contains("sign-in refused"), "{logs}");
    assert!(refused("/v1/sessions", 401) && refused("/v1/cases", 401), "{logs}");
    assert!(refused("/v1/reports/{reportId}/identity", 403), "{logs}");
    for typed in ["somebody-typed-this", "secret-that-was-typed", "words-that-were-typed"] {
        assert!(!logs.contains(typed), "{typed}");
    }
    let with_id = logs.lines().find(|line| line.contains("\"refused\"")).unwrap();
    assert!(with_id.contains("request.id") && with_id.contains("timestamp"), "{with_id}");
}
