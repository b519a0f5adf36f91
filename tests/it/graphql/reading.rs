//! Reading: the same as REST, in pages, with as many queries for one case as for a hundred.

use std::time::Duration;

use serde_json::{Value, json};

use super::{Asker, reported, text};
use crate::harness::{HUAIHE, World, WorldOptions, moved, report};

const CASES: &str = "query Inbox($first: Int, $after: String, $filter: CaseFilter) {
    cases(first: $first, after: $after, filter: $filter) {
        edges { cursor node { caseNumber state case {
            version center { name } reports { description channel additions { description } joinedBecause { score } }
            photos { photoId displayUrl } log { act at actorName } clocks { kind dueAt state }
            handling { owner { kind name } parts { part } } placard { reason } recurrence { timesHere }
            possiblySame { caseNumber } reusedPhotos { firstCaseNumber } allowedMoves } } }
        pageInfo { hasNextPage endCursor } } }";

#[tokio::test]
async fn a_hundred_cases_with_all_that_hangs_on_them_take_as_many_queries_as_three() {
    let settings = vec![("JIEKOU_LOG__FILTER", "info,sqlx::query=debug".to_owned())];
    let world = World::with(WorldOptions { settings, ..WorldOptions::default() }).await;
    let api = world.api();
    let center = api.sign_in("center-410103001").await;
    for number in 0..100 {
        let photo = api.upload("hole.png", crate::photos::small_picture()).await.expect(201);
        let place = moved(HUAIHE, f64::from(number % 10) * 3.0, f64::from(number / 10) * 3.0);
        let mut body = report("manhole", &format!("第{number}处井盖破损"), place);
        body["photoIds"] = json!([photo["photoId"]]);
        body["confirmNew"] = json!(true);
        assert_eq!(api.submit(&body).await["outcome"], "new");
    }
    let mut counted = Vec::new();
    for (first, id) in [(3, "statements-of-three"), (100, "statements-of-a-hundred")] {
        let asked = center.request(reqwest::Method::POST, "/graphql").header("x-request-id", id);
        let asked = asked.json(&json!({ "query": CASES, "variables": { "first": first } }));
        let answer = api.send(asked).await.expect(200);
        assert!(answer["errors"].is_null(), "{answer}");
        let edges = answer["data"]["cases"]["edges"].as_array().unwrap();
        assert_eq!(edges.len(), usize::try_from(first).unwrap());
        for edge in edges {
            let case = &edge["node"]["case"];
            assert_eq!(case["reports"].as_array().unwrap().len(), 1, "{case}");
            assert_eq!(case["photos"].as_array().unwrap().len(), 1, "{case}");
            assert_eq!(case["log"][0]["act"], "received", "{case}");
        }
        tokio::time::sleep(Duration::from_millis(200)).await;
        let logs = world.logs();
        let statements = logs.lines().filter(|line| line.contains(id) && line.contains("\"summary\":"));
        counted.push(statements.count());
    }
    println!("statements: {counted:?}");
    assert!(counted[0] >= 10, "the log was read wrongly: {counted:?}");
    assert_eq!(counted[0], counted[1]);
}

#[tokio::test]
async fn pages_follow_each_other_without_gap_or_overlap() {
    let world = World::new().await;
    let api = world.api();
    let mut numbers = Vec::new();
    for number in 0..7 {
        let mut body = report("greening", &format!("第{number}棵树倒了"), HUAIHE);
        body["confirmNew"] = json!(true);
        numbers.push(text(&api.submit(&body).await["case"]["caseNumber"]).to_owned());
    }
    numbers.reverse();
    let center = Asker::Staff(api.sign_in("center-410103001").await);
    let (mut after, mut seen) = (Value::Null, Vec::new());
    loop {
        let page = center.told(CASES, json!({ "first": 3, "after": after })).await["cases"].clone();
        let edges = page["edges"].as_array().unwrap();
        seen.extend(edges.iter().map(|edge| text(&edge["node"]["caseNumber"]).to_owned()));
        let end = &page["pageInfo"]["endCursor"];
        assert!(end.is_null() || *end == edges.last().unwrap()["cursor"], "{page}");
        if page["pageInfo"]["hasNextPage"] == false {
            break;
        }
        after = page["pageInfo"]["endCursor"].clone();
    }
    assert_eq!(seen, numbers);

    let wrong =
        center.ask(CASES, json!({ "first": 101, "after": "x", "filter": { "state": "nowhere" } })).await;
    assert_eq!(wrong["errors"][0]["extensions"]["code"], "validation", "{wrong}");
    let pointers: Vec<&str> = wrong["errors"][0]["extensions"]["errors"]
        .as_array()
        .unwrap()
        .iter()
        .map(|fault| text(&fault["pointer"]))
        .collect();
    assert_eq!(pointers, ["/state", "/cursor", "/first"]);
}

/// A moment as it is written here and there; anything else as it is.
fn same(value: &Value) -> Value {
    let moment = value.as_str().and_then(|text| chrono::DateTime::parse_from_rfc3339(text).ok());
    moment.map_or_else(|| value.clone(), |moment| json!(moment.to_utc()))
}

#[tokio::test]
async fn a_case_and_a_report_are_what_rest_says_they_are() {
    let world = World::new().await;
    let api = world.api();
    let told = reported(&api, "路口的井盖不见了").await;
    let (number, code) = (text(&told["case"]["caseNumber"]), text(&told["trackingCode"]));
    let center = api.sign_in("center-410103001").await;
    let rest = center.get(&format!("/v1/cases/{number}")).await;
    let etag = rest.headers["etag"].to_str().unwrap().trim_matches('"').to_owned();
    let rest = rest.expect(200);
    let case =
        "query($number: String!) { case(number: $number) { version caseNumber state kind urgency reportCount
        code { system code } location { longitude latitude } routing dueAt openedAt
        reports { description receiptNumber place origin } log { seq act } allowedMoves
        handling { loop owner { kind name } } } }";
    let asker = Asker::Staff(center.clone());
    let told = asker.told(case, json!({ "number": number })).await["case"].clone();
    assert_eq!(told["version"].to_string(), etag);
    for field in [
        "caseNumber",
        "state",
        "kind",
        "urgency",
        "reportCount",
        "code",
        "location",
        "routing",
        "dueAt",
        "openedAt",
        "allowedMoves",
    ] {
        assert_eq!(same(&told[field]), same(&rest[field]), "{field}");
    }
    assert_eq!(told["reports"][0]["place"], rest["reports"][0]["place"]);
    assert_eq!(told["handling"]["loop"], rest["handling"]["loop"]);
    assert_eq!(told["handling"]["owner"]["name"], rest["handling"]["owner"]["name"]);
    assert!(asker.told(case, json!({ "number": "no-number" })).await["case"].is_null());

    let page = "query($code: String!) { report(trackingCode: $code) { reportId outcome receivedAt category { slug name }
        case { caseNumber state reportCount } center { name } dueAt timeline { act title words } } }";
    let nobody = Asker::Nobody(api.clone());
    let told = nobody.told(page, json!({ "code": code })).await["report"].clone();
    let rest = api.track(&json!(code)).await;
    for field in ["reportId", "outcome", "receivedAt", "category", "case", "dueAt"] {
        assert_eq!(same(&told[field]), same(&rest[field]), "{field}");
    }
    assert_eq!(told["timeline"][0]["words"], rest["timeline"][0]["words"]);
    assert!(nobody.told(page, json!({ "code": "ABCDEFGHJKLM" })).await["report"].is_null());
}

#[tokio::test]
async fn a_failure_says_nothing_and_is_logged_once() {
    let mut world = World::with(WorldOptions { own_postgres: true, ..WorldOptions::default() }).await;
    let staff = world.api().sign_in("center-410103001").await;
    Asker::Staff(staff.clone()).told(CASES, Value::Null).await;
    world.postgres.take().unwrap().run("kill");
    let asked = staff.request(reqwest::Method::POST, "/graphql").header("x-request-id", "storage-away");
    let answer = world.api().send(asked.json(&json!({ "query": CASES }))).await.expect(200);
    let error = &answer["errors"][0];
    assert_eq!(error["extensions"]["code"], "unavailable", "{answer}");
    assert_eq!(error["extensions"]["status"], 503);
    assert!(error["extensions"]["retryAfter"].is_number());
    assert_eq!(error["message"], "服务暂时不可用，请稍后再试");
    assert!(!answer.to_string().contains("sql"), "{answer}");
    let logs = world.logs();
    let lines =
        logs.lines().filter(|line| line.contains("storage-away") && line.contains("storage is unavailable"));
    assert_eq!(lines.count(), 1, "{logs}");
}
