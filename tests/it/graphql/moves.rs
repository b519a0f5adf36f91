//! Mutations: the use cases of REST, and what can be expected to go wrong as members of their payloads.

use serde_json::{Value, json};

use super::{Asker, reported, text};
use crate::harness::{HUAIHE, World, report};

const SUBMIT: &str = "mutation($report: ReportInput!, $key: String) {
    submitReport(report: $report, idempotencyKey: $key) { __typename
        ... on ReportSubmitted { reportId trackingCode claimSecret receiptNumber outcome case { caseNumber state } center { code } }
        ... on InvalidFields { errors { pointer code detail } }
        ... on KeyRefused { code title } } }";
const MOVE: &str = "mutation($number: String!, $expected: Int!, $move: MoveInput!) {
    moveCase(number: $number, expected: $expected, move: $move) { __typename
        ... on CaseMoved { case { version state allowedMoves log { act actorName } } }
        ... on InvalidFields { errors { pointer code } }
        ... on MoveRefused { code detail guard allowedMoves }
        ... on VersionStale { title } ... on NotFound { code } } }";

#[tokio::test]
async fn a_report_is_submitted_once_for_its_key_and_all_its_faults_are_told_at_once() {
    let world = World::new().await;
    let nobody = Asker::Nobody(world.api());
    let key = uuid::Uuid::new_v4().to_string();
    let sent = json!({ "report": report("manhole", "井盖破损", HUAIHE), "key": key });
    let first = nobody.told(SUBMIT, sent.clone()).await["submitReport"].clone();
    assert_eq!(first["__typename"], "ReportSubmitted", "{first}");
    assert_eq!(first["outcome"], "new");
    let again = nobody.told(SUBMIT, sent.clone()).await["submitReport"].clone();
    assert_eq!(again, first);
    assert_eq!(world.count("select count(*) from report").await, 1);
    world.api().track(&first["trackingCode"]).await;

    let mut other = sent;
    other["report"]["description"] = json!("另一处井盖破损");
    let reused = nobody.told(SUBMIT, other.clone()).await["submitReport"].clone();
    assert_eq!(reused["code"], "idempotency-key-reused", "{reused}");
    other["key"] = json!("guess-1");
    let guessed = nobody.told(SUBMIT, other).await["submitReport"].clone();
    assert_eq!(guessed["code"], "idempotency-key-invalid", "{guessed}");

    let wrong = json!({ "report": { "category": "dragons", "description": " ", "claimSecret": "x",
        "location": { "longitude": 34.7, "latitude": 113.6, "coordinateSystem": "WGS-84" } } });
    let wrong = nobody.told(SUBMIT, wrong).await["submitReport"].clone();
    assert_eq!(wrong["__typename"], "InvalidFields");
    let pointers: Vec<&str> =
        wrong["errors"].as_array().unwrap().iter().map(|it| text(&it["pointer"])).collect();
    for pointer in ["/category", "/description", "/claimSecret"] {
        assert!(pointers.contains(&pointer), "{pointers:?}");
    }
    assert!(pointers.iter().any(|it| it.starts_with("/location")), "{pointers:?}");
    assert_eq!(world.count("select count(*) from report").await, 1);
}

#[tokio::test]
async fn a_case_moves_on_the_version_that_was_seen_and_on_no_other() {
    let world = World::new().await;
    let api = world.api();
    let number = reported(&api, "井盖不见了").await["case"]["caseNumber"].clone();
    let center = Asker::Staff(api.sign_in("center-410103001").await);
    let elsewhere = Asker::Staff(
        world.staff("elsewhere", &[("centerDispatcher", "town", "410103003", None, None)]).await,
    );
    let seen =
        center.told("query($n: String!) { case(number: $n) { version } }", json!({ "n": number })).await;
    let version = &seen["case"]["version"];
    let make =
        |expected: &Value, body: Value| json!({ "number": number, "expected": expected, "move": body });

    let accept = make(version, json!({ "move": "accept" }));
    let nobody = Asker::Nobody(api.clone()).ask(MOVE, accept.clone()).await;
    assert_eq!(nobody["errors"][0]["extensions"]["code"], "not-signed-in", "{nobody}");
    assert_eq!(elsewhere.told(MOVE, accept.clone()).await["moveCase"]["code"], "unknown-case");
    let wrong = center.told(MOVE, make(version, json!({ "move": "vanish", "until": "never" }))).await;
    assert_eq!(wrong["moveCase"]["errors"].as_array().unwrap().len(), 2, "{wrong}");
    let missing = center.told(MOVE, make(version, json!({ "move": "reject" }))).await;
    assert_eq!(missing["moveCase"]["errors"][0]["pointer"], "/reason", "{missing}");
    let early = center.told(MOVE, make(version, json!({ "move": "pass" }))).await["moveCase"].clone();
    assert_eq!(early["__typename"], "MoveRefused", "{early}");
    assert!(early["allowedMoves"].as_array().unwrap().contains(&json!("accept")), "{early}");

    let moved = center.told(MOVE, accept.clone()).await["moveCase"].clone();
    assert_eq!(moved["case"]["state"], "accepted", "{moved}");
    assert_ne!(moved["case"]["version"], *version);
    let stale = center.told(MOVE, accept).await["moveCase"].clone();
    assert_eq!(stale["__typename"], "VersionStale");
    assert_eq!(world.count("select count(*) from case_log where act = 'accept'").await, 1);
}

#[tokio::test]
async fn the_author_adds_withdraws_and_objects_with_the_secret_only() {
    let world = World::new().await;
    let api = world.api();
    let nobody = Asker::Nobody(api.clone());
    let told = reported(&api, "井盖松动").await;
    let (code, secret) = (&told["trackingCode"], &told["claimSecret"]);
    let add = "mutation($code: String!, $secret: String!, $words: String) {
        addToReport(trackingCode: $code, claimSecret: $secret, description: $words) { __typename
            ... on ReportAdded { additionId answersQuestion } ... on InvalidFields { errors { pointer } } } }";
    let added = nobody.told(add, json!({ "code": code, "secret": secret, "words": "晚上看不见" })).await;
    assert_eq!(added["addToReport"]["__typename"], "ReportAdded", "{added}");
    let stranger = json!({ "code": code, "secret": "0123456789abcdef0123456789abcdef", "words": "x" });
    assert_eq!(nobody.told(add, stranger).await["addToReport"]["__typename"], "NotAuthor");
    let empty = nobody.told(add, json!({ "code": code, "secret": "x" })).await;
    assert_eq!(empty["addToReport"]["errors"][0]["pointer"], "/claimSecret", "{empty}");
    let unknown = json!({ "code": "ABCDEFGHJKLM", "secret": secret, "words": "x" });
    assert_eq!(nobody.told(add, unknown).await["addToReport"]["__typename"], "NotFound");

    let object = "mutation($code: String!, $secret: String!) {
        objectToDecision(trackingCode: $code, claimSecret: $secret, reason: \"问题还在\") { __typename } }";
    let proved = json!({ "code": code, "secret": secret });
    assert_eq!(nobody.told(object, proved.clone()).await["objectToDecision"]["__typename"], "MoveRefused");
    let answer =
        "mutation($code: String!) { answerCallBack(trackingCode: $code, solved: false) { __typename } }";
    let answered = nobody.told(answer, json!({ "code": code })).await;
    assert_eq!(answered["answerCallBack"]["__typename"], "MoveRefused");
    let withdraw = "mutation($code: String!, $secret: String!) {
        withdrawReport(trackingCode: $code, claimSecret: $secret) { ... on ReportWithdrawn { caseEnded } } }";
    assert_eq!(nobody.told(withdraw, proved).await["withdrawReport"]["caseEnded"], true);
    assert_eq!(api.track(code).await["case"]["state"], "voided");
}
