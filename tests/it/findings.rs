//! Findings in bulk: each answered by itself, taken once, and settled on the spot with both photos.

use reqwest::Method;
use serde_json::{Value, json};

use super::harness::{Answer, HUAIHE, Staff, World, moved, report};
use super::moves_on_site::{xx_place, xx_world};
use super::open311::{admin, issue};

async fn file(staff: &Staff, findings: &[Value]) -> Answer {
    staff.post("/v1/findings", &json!({ "findings": findings })).await
}

fn finding(id: &str, category: &str, words: &str, place: (f64, f64)) -> Value {
    let mut body = report(category, words, place);
    body["clientId"] = json!(id);
    body
}

async fn worker(world: &World, name: &str) -> Staff {
    world.staff(name, &[("gridWorker", "district", "410103", None, None)]).await
}

/// A platform that acts for this account, with a key for findings.
async fn company(world: &World, acts_for: &str, wish: &Value) -> String {
    let admin = admin(world).await;
    let body = json!({ "name": "信息采集公司", "level": "district", "area": "410103", "actsFor": acts_for });
    let id = admin.post("/v1/platforms", &body).await.expect(201)["platformId"].as_str().unwrap().to_owned();
    issue(&admin, &id, wish).await["key"].as_str().unwrap().to_owned()
}

async fn with_key(world: &World, key: &str, findings: &[Value]) -> Answer {
    let request = world.api().request(Method::POST, "/v1/findings").header("Api-Key", key);
    world.api().send(request.json(&json!({ "findings": findings }))).await
}

#[tokio::test]
async fn each_finding_is_answered_by_itself_and_taken_once() {
    let world = World::new().await;
    let worker = worker(&world, "grid").await;
    let findings = [
        finding("a-1", "household-waste", "路口垃圾没人收", HUAIHE),
        finding("a-2", "flying-saucer", "", HUAIHE),
        json!(7),
        finding("a-4", "household-waste", "路口垃圾没人收", moved(HUAIHE, 2.0, 0.0)),
        json!({ "clientId": "", "description": "坑", "location": {} }),
    ];
    let results = file(&worker, &findings).await.expect(200)["results"].clone();
    assert_eq!(results.as_array().unwrap().len(), 5);
    assert_eq!((&results[0]["clientId"], &results[0]["filed"]["outcome"]), (&json!("a-1"), &json!("new")));
    assert_eq!(results[3]["filed"]["outcome"], "joined");
    assert_eq!(results[3]["filed"]["caseNumber"], results[0]["filed"]["caseNumber"]);
    for (at, pointer) in [(1, "/category"), (2, ""), (4, "/clientId")] {
        let problem = &results[at]["problem"];
        assert_eq!(
            (problem["status"].as_i64(), problem["type"].as_str()),
            (Some(422), Some("/problems#validation"))
        );
        assert!(problem["errors"].as_array().unwrap().iter().any(|it| it["pointer"] == pointer), "{problem}");
        assert!(results[at].get("filed").is_none());
    }
    let again = file(&worker, &findings).await.expect(200)["results"].clone();
    assert_eq!(again, results, "the same answers");
    sqlx::query("update idempotency set sealed = null, key_id = null").execute(&world.pool).await.unwrap();
    assert_eq!(file(&worker, &findings[..1]).await.expect(200)["results"][0]["filed"], results[0]["filed"]);
    assert_eq!(world.count("select count(*) from report").await, 2);
    let other = [finding("a-1", "household-waste", "别的", HUAIHE)];
    let clash = file(&worker, &other).await.expect(200);
    assert_eq!(clash["results"][0]["problem"]["type"], "/problems#idempotency-key-reused");
    let origins: Vec<(String, bool)> =
        sqlx::query_as("select origin, collected from report order by receipt_number")
            .fetch_all(&world.pool)
            .await
            .unwrap();
    assert_eq!(origins, vec![("patrol".to_owned(), true); 2]);
}

#[tokio::test]
async fn two_hundred_at_once_are_taken_and_more_or_none_are_refused() {
    let world = World::new().await;
    let worker = worker(&world, "grid").await;
    let many: Vec<Value> = (0..200)
        .map(|n| {
            finding(
                &format!("m-{n}"),
                "household-waste",
                "垃圾",
                moved(HUAIHE, f64::from(n % 20) * 60.0, f64::from(n / 20) * 60.0),
            )
        })
        .collect();
    let results = file(&worker, &many).await.expect(200)["results"].as_array().unwrap().clone();
    assert!(results.iter().all(|result| result["filed"]["reportId"].is_string()));
    assert_eq!(world.count("select count(*) from report").await, 200);
    let more = [many.clone(), vec![finding("m-200", "household-waste", "垃圾", HUAIHE)]].concat();
    for (body, pointers) in [
        (json!({ "findings": more }), ["/findings"]),
        (json!({ "findings": [] }), ["/findings"]),
        (json!({ "findings": {} }), ["/findings"]),
        (json!({}), ["/findings"]),
    ] {
        let refused = worker.post("/v1/findings", &body).await;
        assert_eq!(refused.pointers(), pointers);
        refused.expect_problem(422, "validation");
    }
    let large = json!({ "findings": [{ "description": "x".repeat(1_100_000) }] });
    worker.post("/v1/findings", &large).await.expect_problem(413, "body-too-large");
    world.api().post("/v1/findings", &json!({ "findings": [] })).await.expect_problem(401, "not-signed-in");
    world.api().post("/v1/findings", &json!({ "findings": [7] })).await.expect_problem(401, "not-signed-in");
    assert_eq!(world.count("select count(*) from report").await, 200);
}

#[tokio::test]
async fn what_was_settled_on_the_spot_needs_both_photos_and_is_settled_once() {
    let world = xx_world().await;
    let (place, segment) = xx_place(&world).await;
    let chief = world.staff("chief", &[("roadChief", "segment", &segment, Some("l2-community"), None)]).await;
    let [before, after, other, last] =
        [chief.photo().await, chief.photo().await, chief.photo().await, chief.photo().await];
    let mut settled = finding("s-1", "household-waste", "路边一堆暴露垃圾", place);
    settled["selfHandled"] = json!({ "photoIds": [after], "note": "已清运" });
    let refused = file(&chief, std::slice::from_ref(&settled)).await.expect(200);
    let pointers = |result: &Value| -> Vec<String> {
        let errors = result["problem"]["errors"].as_array().unwrap();
        errors.iter().map(|it| it["pointer"].as_str().unwrap().to_owned()).collect()
    };
    assert_eq!(pointers(&refused["results"][0]), ["/photoIds"]);
    settled["photoIds"] = json!([before]);
    settled["selfHandled"] = json!({ "photoIds": [] });
    let refused = file(&chief, std::slice::from_ref(&settled)).await.expect(200);
    assert_eq!(pointers(&refused["results"][0]), ["/selfHandled/photoIds"]);
    settled["selfHandled"] = json!({ "photoIds": [before] });
    let refused = file(&chief, std::slice::from_ref(&settled)).await.expect(200);
    assert_eq!(pointers(&refused["results"][0]), ["/selfHandled/photoIds"]);
    assert_eq!(world.count("select count(*) from report").await, 0);
    settled["selfHandled"] = json!({ "photoIds": [after], "note": "已清运" });
    for _ in 0..2 {
        let filed =
            file(&chief, std::slice::from_ref(&settled)).await.expect(200)["results"][0]["filed"].clone();
        assert_eq!(filed["selfHandled"], true, "{filed}");
        let case = chief.case(filed["caseNumber"].as_str().unwrap()).await;
        assert_eq!(case["state"], "closed");
    }
    assert_eq!(world.count("select count(*) from case_log where act = 'selfHandle'").await, 1);
    // What others must do stands as a report.
    let mut light = finding("s-2", "street-light", "路灯不亮", place);
    light["photoIds"] = json!([other]);
    light["selfHandled"] = json!({ "photoIds": [last] });
    let filed = file(&chief, &[light]).await.expect(200)["results"][0]["filed"].clone();
    assert_eq!((&filed["selfHandled"], &filed["outcome"]), (&json!(false), &json!("new")));
    assert_eq!(filed["selfHandlingProblem"]["guard"], "notSelfHandled");
}

#[tokio::test]
async fn a_platform_files_with_the_rights_of_the_account_that_it_acts_for() {
    let world = World::new().await;
    worker(&world, "company").await;
    let key = company(&world, "company", &json!({ "scopes": ["bulk"], "perMinute": 100, "perDay": 5 })).await;
    let three: Vec<Value> = (0..3)
        .map(|n| {
            finding(&format!("k-{n}"), "household-waste", "垃圾", moved(HUAIHE, f64::from(n) * 300.0, 0.0))
        })
        .collect();
    let filed = with_key(&world, &key, &three).await.expect(200);
    assert!(filed["results"].as_array().unwrap().iter().all(|it| it["filed"].is_object()), "{filed}");
    let refused = with_key(&world, &key, &three).await;
    assert!(refused.headers.contains_key("retry-after"));
    refused.expect_problem(429, "quota-reached");
    let found: Vec<(String, bool)> =
        sqlx::query_as("select channel, collected from report").fetch_all(&world.pool).await.unwrap();
    assert_eq!(found, vec![("staff".to_owned(), true); 3]);
    let other = company(&world, "company", &json!({ "scopes": ["device"] })).await;
    with_key(&world, &other, &three).await.expect_problem(403, "scope-missing");
    with_key(&world, "jk_x", &three).await.expect_problem(401, "invalid-key");
    sqlx::query("update staff_account set disabled_at = now() where username = 'company'")
        .execute(&world.pool)
        .await
        .unwrap();
    sqlx::query("update api_key set day = null").execute(&world.pool).await.unwrap();
    with_key(&world, &key, &three).await.expect_problem(403, "forbidden");
    assert_eq!(world.count("select count(*) from report").await, 3);
}
