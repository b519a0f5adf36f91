//! What a resident reads of the own account and takes away.

use serde_json::{Value, json};

use super::{sign_in, town};
use crate::harness::{HUAIHE, HUAIHE_CENTER, moved, report};
use crate::photos::small_picture;

const PHONE: &str = "13912345678";

/// Every text in a value.
fn texts(value: &Value) -> Vec<&str> {
    match value {
        Value::String(text) => vec![text],
        Value::Array(items) => items.iter().flat_map(texts).collect(),
        Value::Object(fields) => fields.values().flat_map(texts).collect(),
        Value::Null | Value::Bool(_) | Value::Number(_) => Vec::new(),
    }
}

#[tokio::test]
async fn an_export_is_all_that_is_known_and_nothing_of_anybody_else() {
    let world = town().await;
    let anna = sign_in(&world, PHONE).await;
    let bert = sign_in(&world, "13800001111").await;
    let photo = anna.api.upload("hole.png", small_picture()).await.expect(201)["photoId"].clone();
    let mut body = report("manhole", "路口的井盖不见了", HUAIHE);
    body["photoIds"] = json!([photo]);
    body["contact"] = json!({ "name": "安女士", "phone": "13700003333", "email": "anna@jiekou.example" });
    body["location"]["address"] = json!("淮河路 1 号");
    let sent = anna.submit(&body).await;
    let code = sent["trackingCode"].as_str().unwrap();
    let joined = bert.submit(&report("manhole", "井盖丢了，我是邻居", moved(HUAIHE, 2.0, 1.0))).await;
    assert_eq!(joined["outcome"], "joined");
    let addition = json!({ "description": "还没有修好" });
    anna.post(&format!("/v1/reports/{code}/additions"), &addition).await.expect(201);
    let center = anna.api.sign_in(&format!("center-{HUAIHE_CENTER}")).await;
    let number = sent["case"]["caseNumber"].as_str().unwrap();
    let shot = center.photo().await;
    let way = [
        json!({ "move": "accept" }),
        json!({ "move": "open" }),
        json!({ "move": "dispatch", "assignee": "市政养护所" }),
        json!({ "move": "sign" }),
        json!({ "move": "handle", "photoIds": [shot] }),
        json!({ "move": "inspect" }),
        json!({ "move": "pass" }),
    ];
    center.go(number, &way).await;
    let said = json!({ "solved": true, "satisfaction": 2, "note": "修得很快" });
    anna.post(&format!("/v1/reports/{code}/callback"), &said).await.expect(200);
    world.mail.wait_for("word of the closing", |mails| mails.len() >= 3).await;
    let again = sign_in(&world, PHONE).await;
    again.delete("/v1/residents/sessions/current").await.expect(204);

    let answer = anna.get("/v1/residents/me/export").await;
    assert_eq!(answer.headers["content-disposition"], "attachment; filename=\"jiekou-export.json\"");
    assert_eq!(answer.headers["cache-control"], "no-store");
    let export = answer.expect(200);
    assert_eq!(export["residentId"], anna.id());
    assert_eq!(export["identities"][0]["value"], "+8613912345678", "the owner's own data is not masked");
    let reports = export["reports"].as_array().unwrap();
    assert_eq!(reports.len(), 1);
    let mine = &reports[0];
    assert_eq!(mine["contact"], body["contact"]);
    assert_eq!(mine["place"]["address"], "淮河路 1 号");
    assert_eq!(mine["additions"][0]["words"], "还没有修好");
    assert_eq!(mine["callBackAnswers"][0]["words"], "修得很快");
    let messages = mine["messages"].as_array().unwrap();
    assert!(messages.iter().any(|it| it["channel"] == "email" && it["about"] == "accept"), "{messages:?}");
    assert_eq!(mine["photos"][0]["photoId"], photo);
    let link = mine["photoLinks"][0]["display"].as_str().unwrap();
    let path = &link[link.find("/v1/").unwrap()..];
    assert_eq!(anna.api.get(path).await.status, 200, "the links open the photos");
    let sessions = export["sessions"].as_array().unwrap();
    assert_eq!(sessions.len(), 2);
    assert!(sessions.iter().any(|it| it["endReason"] == "signedOut"));
    let all = texts(&export).join("\n");
    for others in ["我是邻居", "13800001111", bert.id(), joined["trackingCode"].as_str().unwrap()] {
        assert!(!all.contains(others), "{others}");
    }
    // Nothing personal that is stored under the report is missing.
    for own in
        ["路口的井盖不见了", "安女士", "13700003333", "anna@jiekou.example", "还没有修好", "修得很快", code]
    {
        assert!(all.contains(own), "{own}");
    }
}

#[tokio::test]
async fn the_account_is_shown_masked_and_to_nobody_else() {
    let world = town().await;
    let anna = sign_in(&world, PHONE).await;
    anna.submit(&report("noise", "半夜很吵", HUAIHE)).await;
    let me = anna.get("/v1/residents/me").await.expect(200);
    assert_eq!(me["identities"][0]["shown"], "139****5678");
    assert_eq!((&me["reportCount"], &me["residentId"]), (&json!(1), &json!(anna.id())));
    assert!(!me.to_string().contains(PHONE));
    for path in ["/v1/residents/me", "/v1/residents/me/export"] {
        anna.api.get(path).await.expect_problem(401, "not-signed-in");
        let put = anna.api.send(anna.api.request(reqwest::Method::PUT, path)).await;
        put.expect_problem(405, "method-not-allowed");
    }
}

#[tokio::test]
async fn exports_are_braked() {
    let world = town().await;
    let anna = sign_in(&world, PHONE).await;
    let mut refused = 0;
    for _ in 0..13 {
        let answer = anna.get("/v1/residents/me/export").await;
        if answer.status == 429 {
            assert!(answer.headers.contains_key("retry-after"));
            refused += 1;
        }
    }
    assert!(refused >= 1);
}
