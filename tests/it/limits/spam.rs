//! Marks of spam: a person makes them, a person takes them back, and nothing follows by itself.

use reqwest::Method;
use serde_json::{Value, json};

use super::super::harness::{HUAIHE, HUAIHE_CENTER, World, moved, report};

#[tokio::test]
async fn marks_of_two_people_propose_a_block_and_make_none() {
    let world = World::new().await;
    let api = world.api();
    let center = api.sign_in(&format!("center-{HUAIHE_CENTER}")).await;
    let district = api.sign_in("district").await;
    let mut body = report("manhole", "井盖井盖井盖", HUAIHE);
    body["contact"] = json!({ "phone": "13900000007" });
    let first = api.submit(&body).await;
    body = report("manhole", "加微信赚钱", moved(HUAIHE, 300.0, 0.0));
    body["contact"] = json!({ "phone": "139-0000-0007" });
    let second = api.submit(&body).await;
    let spam = |sent: &Value| format!("/v1/reports/{}/spam", sent["reportId"].as_str().unwrap());
    let reason = json!({ "reason": "广告" });
    for _ in 0..2 {
        let marked = center.post(&spam(&first), &reason).await.expect(200);
        assert_eq!(marked["people"], 1, "one person is one, however often: {marked}");
    }
    center.post(&spam(&second), &reason).await.expect(200);
    let proposals = async || district.get("/v1/blocks/proposals").await.expect(200)["proposals"].clone();
    assert_eq!(proposals().await, json!([]), "two marks of one person propose nothing");
    let marked = district.post(&spam(&second), &reason).await.expect(200);
    assert_eq!(marked["people"], 2);
    let proposed = proposals().await;
    assert_eq!((proposed[0]["people"].as_i64(), proposed[0]["reports"].as_i64()), (Some(2), Some(2)));
    assert_eq!(proposed.as_array().unwrap().len(), 1);
    assert!(!proposed.to_string().contains("139"), "{proposed}");
    assert_eq!(world.count("select count(*) from block").await, 0);
    api.submit(&body).await;

    let taken = district.post(&format!("{}/withdrawal", spam(&second)), &json!({ "reason": "是真的" })).await;
    let taken = taken.expect(200);
    assert_eq!(taken["people"], 0);
    assert_eq!(taken["marks"].as_array().unwrap().len(), 2, "they stay readable");
    assert_eq!(taken["marks"][0]["withdrawnReason"], "是真的");
    assert_eq!(proposals().await, json!([]));

    district.post(&spam(&second), &reason).await.expect(200);
    let block = json!({ "by": "phone", "reportId": second["reportId"], "hours": 1, "reason": "广告" });
    assert_eq!(proposals().await.as_array().unwrap().len(), 1);
    district.post("/v1/blocks", &block).await.expect(201);
    assert_eq!(proposals().await, json!([]), "who is blocked is not proposed again");
}

#[tokio::test]
async fn only_who_sees_the_case_marks_it_and_says_why() {
    let world = World::new().await;
    let api = world.api();
    let sent = api.submit(&report("manhole", "路口的井盖不见了", HUAIHE)).await;
    let spam = format!("/v1/reports/{}/spam", sent["reportId"].as_str().unwrap());
    let withdrawal = format!("{spam}/withdrawal");
    let elsewhere = world.staff("elsewhere", &[("centerDispatcher", "town", "410103002", None, None)]).await;
    let center = api.sign_in(&format!("center-{HUAIHE_CENTER}")).await;
    let reason = json!({ "reason": "广告" });
    let large = json!({ "reason": "长".repeat(40_000) });
    for path in [&spam, &withdrawal] {
        elsewhere.post(path, &reason).await.expect_problem(404, "unknown-report");
        api.post(path, &reason).await.expect_problem(401, "not-signed-in");
        api.send(center.request(Method::POST, path)).await.expect_problem(415, "unsupported-media-type");
        center.post(path, &json!({})).await.expect_problem(422, "validation");
        center.post(path, &json!({ "reason": "长".repeat(501) })).await.expect_problem(422, "validation");
        center.post(path, &large).await.expect_problem(413, "body-too-large");
    }
    center.post("/v1/reports/7/spam", &reason).await.expect_problem(404, "unknown-report");
    assert_eq!(world.count("select count(*) from spam_mark").await, 0);
}
