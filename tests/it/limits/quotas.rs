//! Who pays for what, and what they are told.

use std::collections::BTreeSet;

use reqwest::Method;
use serde_json::json;

use super::super::harness::{HUAIHE, World, WorldOptions, moved, report};
use super::{from, limited, number};

#[tokio::test]
async fn every_route_is_counted_as_something() {
    let world = World::new().await;
    let contract = world.api().get("/openapi.json").await.expect(200);
    let said = world.run(&["limits"]);
    let routes: BTreeSet<&str> = said.lines().take_while(|line| !line.is_empty()).collect();
    let mut expected = 0;
    for (path, operations) in contract["paths"].as_object().unwrap() {
        for method in operations.as_object().unwrap().keys() {
            expected += 1;
            let route = format!("{} {path} ", method.to_uppercase());
            let line = routes.iter().find(|line| line.starts_with(&route));
            let act = line.unwrap_or_else(|| panic!("{route} is missing")).rsplit(' ').next().unwrap();
            let asked_by_machines = ["/healthz", "/readyz", "/metrics"].contains(&path.as_str());
            assert_eq!(
                act == "-",
                asked_by_machines,
                "{route}is counted as {act}: see api/src/limits/acts.rs"
            );
        }
    }
    assert_eq!(routes.len(), expected);
    assert!(said.contains("report\n  by address: 60 at once, 600 an hour"), "{said}");
}

#[tokio::test]
async fn whatever_is_written_says_what_is_left_and_a_refusal_when_to_come_again() {
    let rules = "- { act: report, by: address, burst: 2, rate: 1, per: hour }\n";
    let world = limited(rules, WorldOptions::default()).await;
    let api = world.api();
    let body = report("manhole", "路口的井盖不见了", HUAIHE);
    for (left, full_in) in [(1, 3_600), (0, 7_200)] {
        let answer = from(&api, "203.0.113.1", Method::POST, "/v1/reports", Some(&body)).await;
        assert_eq!(answer.headers["ratelimit-policy"], "\"report-by-address\";q=2;w=7200");
        assert_eq!(number(&answer, "ratelimit", "r"), left);
        assert!(
            (full_in - 60..=full_in).contains(&number(&answer, "ratelimit", "t")),
            "{:?}",
            answer.headers
        );
        answer.expect(201);
    }
    let refused = from(&api, "203.0.113.1", Method::POST, "/v1/reports", Some(&body)).await;
    assert_eq!(refused.headers["ratelimit-policy"], "\"report-by-address\";q=2;w=7200");
    assert_eq!(number(&refused, "ratelimit", "r"), 0);
    let after: i64 = refused.headers["retry-after"].to_str().unwrap().parse().unwrap();
    assert!((3_500..=3_601).contains(&after), "{after}");
    assert!(refused.headers.contains_key("x-request-id"), "refusals are observed like all others");
    refused.expect_problem(429, "too-many-requests");
    assert_eq!(world.count("select count(*) from report").await, 2);
    let numbers = api.get("/metrics").await.body.as_str().unwrap().to_owned();
    assert!(numbers.contains("route=\"/v1/reports\",status=\"429\"} 1"), "{numbers}");
    // Reading says nothing, so that it stays short; what is wrong with a body costs as well.
    let read = from(&api, "203.0.113.1", Method::GET, "/v1/categories", None).await;
    assert!(!read.headers.contains_key("ratelimit"));
    let wrong = from(&api, "198.51.100.1", Method::POST, "/v1/reports", Some(&json!({}))).await;
    assert_eq!(number(&wrong, "ratelimit", "r"), 1);
    wrong.expect_problem(422, "validation");
}

#[tokio::test]
async fn what_somebody_unknown_says_of_their_address_is_ignored() {
    let rules = "- { act: report, by: address, burst: 2, rate: 1, per: hour }\n";
    let mut world = limited(rules, WorldOptions::default()).await;
    let body = report("manhole", "路口的井盖不见了", HUAIHE);
    // Without a trusted proxy everybody here is 127.0.0.1, whatever they write.
    let open = world.add_api(&[("JIEKOU_HTTP__TRUSTED_PROXIES", "")]).await;
    let open = world.api_at(open);
    for (address, status) in [("203.0.113.1", 201), ("203.0.114.1", 201), ("203.0.115.1", 429)] {
        from(&open, address, Method::POST, "/v1/reports", Some(&body)).await.expect(status);
    }
    // Behind one, a network is one caller and each network another.
    let proxied = world.api();
    for (address, status) in [
        ("203.0.113.1", 201),
        ("203.0.113.77", 201),
        ("203.0.113.200", 429),
        ("198.51.100.9, 203.0.113.3", 429),
        ("203.0.114.1", 201),
        ("2001:db8:1:2::1", 201),
        ("2001:db8:1:2:ffff::9", 201),
        ("[2001:db8:1:2:3:4:5:6]:4711", 429),
        ("2001:db8:1:3::1", 201),
        // Nonsense is the proxy itself, whose quota is spent.
        ("nonsense", 429),
    ] {
        let answer = from(&proxied, address, Method::POST, "/v1/reports", Some(&body)).await;
        assert_eq!(answer.status, status, "{address}: {}", answer.body);
    }
}

#[tokio::test]
async fn a_desk_of_twenty_behind_one_address_is_not_slowed() {
    let rules = "- { act: report, by: address, burst: 1, rate: 1, per: day }
- { act: read, by: address, burst: 1, rate: 1, per: day }
- { act: report, by: desk, burst: 3, rate: 1, per: day }\n";
    let world = limited(rules, WorldOptions::default()).await;
    let mut desks = Vec::new();
    for number in 0..20 {
        let name = format!("operator-{number}");
        desks.push(world.staff(&name, &[("deskOperator", "district", "410103", None, None)]).await);
    }
    for (position, desk) in desks.iter().enumerate() {
        for call in 0..3 {
            let place = moved(HUAIHE, 300.0 * position as f64, 300.0 * call as f64);
            let mut body = report("manhole", "市民来电：井盖破损", place);
            body["contact"] = json!({ "phone": "13900000001" });
            let answer = desk.post("/v1/reports", &body).await;
            assert_eq!(answer.headers["ratelimit-policy"], "\"report-by-desk\";q=3;w=259200");
            answer.expect(201);
            desk.get("/v1/cases").await.expect(200);
        }
    }
    // Each of them has a limit of their own.
    let body = report("manhole", "市民来电：井盖破损", HUAIHE);
    desks[0].post("/v1/reports", &body).await.expect_problem(429, "too-many-requests");
    // A token that is none pays by address, and is refused there.
    let bad = world.api().request(Method::POST, "/v1/reports").bearer_auth("x.y.z").json(&body);
    assert_eq!(world.api().send(bad).await.headers["ratelimit-policy"], "\"report-by-address\";q=1;w=86400");
}

#[tokio::test]
async fn a_phone_is_one_caller_from_however_many_networks() {
    let rules = "- { act: report, by: phone, channel: web, burst: 2, rate: 1, per: day }\n";
    let world = limited(rules, WorldOptions::default()).await;
    let api = world.api();
    let key = "6f9619ff-8b86-d011-b42d-00cf4fc964ff";
    let mut body = report("manhole", "路口的井盖不见了", HUAIHE);
    body["contact"] = json!({ "phone": "139 0000 0002" });
    let send = async |network: u8, key: Option<&str>| {
        let request = api.request(Method::POST, "/v1/reports").json(&body);
        let request = request.header("X-Forwarded-For", format!("203.0.{network}.1"));
        let request = if let Some(key) = key { request.header("Idempotency-Key", key) } else { request };
        api.send(request).await
    };
    let first = send(1, Some(key)).await.expect(201);
    assert_eq!(send(2, Some(key)).await.expect(201), first, "a resend costs nothing");
    send(3, None).await.expect(201);
    let refused = send(4, None).await;
    assert_eq!(refused.headers["ratelimit-policy"], "\"report-by-phone-web\";q=2;w=172800");
    refused.expect_problem(429, "too-many-requests");
    assert_eq!(send(5, Some(key)).await.expect(201), first, "what was answered is answered again");
    body["contact"] = json!({ "phone": "13900000003" });
    let other = api.request(Method::POST, "/v1/reports").json(&body);
    api.send(other).await.expect(201);
}
