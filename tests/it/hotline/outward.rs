//! What platforms hear of their orders.

use serde_json::{Value, json};

use super::{THERE, connected, order};
use crate::harness::{HotlinePlatform, Mood, Staff, World};

/// Pushes an order and returns its case, with its center and a unit.
async fn pushed(platform: &HotlinePlatform, world: &World, number: &str) -> (String, Staff, Staff) {
    let answer = platform.send(&world.api(), "pushOrder", number, &order("路面有一个大坑", THERE)).await;
    let case = answer["caseNumber"].as_str().unwrap().to_owned();
    let grants = [("unitHandler", "district", "410103", None, Some("urban-management"))];
    (case, super::center(world).await, world.staff("bureau", &grants).await)
}

#[tokio::test]
async fn a_platform_hears_of_signing_delay_progress_and_the_end_in_its_own_words() {
    let (platform, world) = connected(true).await;
    let (case, center, unit) = pushed(&platform, &world, "ZZ-1").await;
    center.go(&case, &[json!({ "move": "accept" })]).await;
    let signed = platform.wait_for("ZZ-1", "sign", 1).await;
    assert_eq!((&signed[0].body["orderNo"], &signed[0].body["caseNumber"]), (&json!("ZZ-1"), &json!(case)));
    let given = json!({ "move": "dispatch", "unit": "urban-management" });
    center.go(&case, &[json!({ "move": "open" }), given]).await;
    let why = json!({ "move": "requestExtension", "reason": "沥青明天才到" });
    unit.go(&case, &[json!({ "move": "sign" }), why]).await;
    center.go(&case, &[json!({ "move": "extend" })]).await;
    let delay = platform.wait_for("ZZ-1", "applyDelay", 1).await;
    assert!(
        delay[0].body["days"].as_i64().unwrap() >= 1 && delay[0].body["until"].is_string(),
        "{:?}",
        delay[0].body
    );
    let photo = unit.photo().await;
    unit.go(&case, &[json!({ "move": "handle", "photoIds": [photo], "note": "已补平" })]).await;
    center.post(&format!("/v1/photos/{photo}/release"), &json!({})).await;
    center.go(&case, &[json!({ "move": "inspect" }), json!({ "move": "pass" })]).await;
    let end = platform.wait_for("ZZ-1", "feedback", 1).await;
    let body = &end[0].body;
    assert_eq!(body["banliResult_12345"], 0, "{body}");
    assert!(body["replyPoin"].as_str().unwrap().contains("已补平"), "{body}");
    assert!(body.get("result").is_none() && body["attachments"].is_array(), "{body}");
    // open, dispatch, sign, handle, inspect.
    let acts: Vec<Value> =
        platform.wait_for("ZZ-1", "progress", 5).await.iter().map(|it| it.body["act"].clone()).collect();
    for act in ["open", "dispatch", "sign", "handle", "inspect"] {
        assert!(acts.contains(&json!(act)), "{act}: {acts:?}");
    }
    for _ in 0..100 {
        if platform.state("ZZ-1") == "finished" {
            break;
        }
        tokio::time::sleep(std::time::Duration::from_millis(50)).await;
    }
    assert_eq!((platform.state("ZZ-1").as_str(), platform.disbelieved()), ("finished", 0));
    // The caller is not content: the case is open again, and the platform hears of that as well.
    let result =
        json!({ "isCallbackSuccess": 1, "banliResult_12345": 1, "publicSatisfaction": 0, "words": "坑还在" });
    platform.send(&world.api(), "callbackResult", "ZZ-1", &result).await;
    assert_eq!(center.case(&case).await["state"], "reopened");
    let all = platform.calls();
    assert!(all.iter().all(|call| !call.body.to_string().contains("13900001234")), "{all:?}");
}

#[tokio::test]
async fn an_order_that_is_not_ours_goes_back_with_its_reason() {
    let (platform, world) = connected(true).await;
    let (case, center, _) = pushed(&platform, &world, "ZZ-1").await;
    center.go(&case, &[json!({ "move": "reject", "reason": "不属于城市管理范围" })]).await;
    let returned = platform.wait_for("ZZ-1", "returnOrder", 1).await;
    assert_eq!(returned[0].body["reason"], "不属于城市管理范围");
    let district = world.api().sign_in("district").await;
    let file = district.get("/v1/desk/hotlines/12345/orders/ZZ-1").await.expect(200);
    assert_eq!((&file["state"], &file["calls"][0]["operation"]), (&json!("returned"), &json!("returnOrder")));
}

#[tokio::test]
async fn an_order_that_joins_an_accepted_case_is_signed_at_once() {
    let (platform, world) = connected(true).await;
    let (case, center, _) = pushed(&platform, &world, "ZZ-1").await;
    center.go(&case, &[json!({ "move": "accept" })]).await;
    let joined =
        platform.send(&world.api(), "pushOrder", "ZZ-2", &order("路面有一个大坑，危险", THERE)).await;
    assert_eq!(joined["caseNumber"], json!(case));
    platform.wait_for("ZZ-2", "sign", 1).await;
    center.go(&case, &[json!({ "move": "open" })]).await;
    platform.wait_for("ZZ-1", "progress", 1).await;
    platform.wait_for("ZZ-2", "progress", 1).await;
}

#[tokio::test]
async fn a_platform_that_fails_or_loses_its_answers_hears_everything_once() {
    let (platform, world) = connected(true).await;
    let (case, center, _) = pushed(&platform, &world, "ZZ-1").await;
    platform.be(Mood::LosingAnswers);
    center.go(&case, &[json!({ "move": "accept" })]).await;
    let first = platform.wait_for("ZZ-1", "sign", 1).await;
    tokio::time::sleep(std::time::Duration::from_millis(300)).await;
    platform.be(Mood::Well);
    let state = "select count(*) from hotline_call where state = 'delivered'";
    for _ in 0..400 {
        if world.count(state).await == 1 {
            break;
        }
        tokio::time::sleep(std::time::Duration::from_millis(50)).await;
    }
    let all: Vec<_> = platform.calls().into_iter().filter(|call| call.operation == "sign").collect();
    assert!(all.len() > 1, "it was tried again");
    assert!(all.iter().all(|call| call.request_id == first[0].request_id), "under the same id: {all:?}");
    assert_eq!((world.count(state).await, platform.state("ZZ-1").as_str()), (1, "signed"));
}

#[tokio::test]
async fn a_call_that_is_refused_or_given_up_is_seen() {
    let (platform, world) = connected(true).await;
    let (case, center, _) = pushed(&platform, &world, "ZZ-1").await;
    platform.be(Mood::Refusing);
    center.go(&case, &[json!({ "move": "accept" })]).await;
    platform.wait_for("ZZ-1", "sign", 1).await;
    platform.be(Mood::Down);
    center.go(&case, &[json!({ "move": "open" })]).await;
    let desk = world.api().sign_in("desk").await;
    let waits = "select count(*) from hotline_call where operation = 'progress' and attempts > 0 and lease_token is null";
    for _ in 0..200 {
        if world.count(waits).await == 1 {
            break;
        }
        tokio::time::sleep(std::time::Duration::from_millis(50)).await;
    }
    // As many attempts later.
    let exhausted = "update hotline_call set attempts = 24, next_at = now() where operation = 'progress'";
    sqlx::query(exhausted).execute(&world.pool).await.unwrap();
    for _ in 0..200 {
        let seen = desk.get("/v1/desk/hotlines").await.expect(200);
        let lost = seen["lostCalls"].as_array().unwrap();
        let of = |operation: &str| lost.iter().find(|call| call["operation"] == operation);
        if let (Some(sign), Some(progress)) = (of("sign"), of("progress")) {
            assert_eq!(
                (&sign["state"], &sign["reason"]),
                (&json!("refused"), &json!("the platform refused it"))
            );
            assert_eq!((&progress["state"], &progress["orderNo"]), (&json!("dead"), &json!("ZZ-1")));
            return;
        }
        tokio::time::sleep(std::time::Duration::from_millis(50)).await;
    }
    panic!("the lost calls are not shown");
}

#[tokio::test]
async fn several_platforms_are_partners_of_one_connector_and_hear_only_of_their_own_orders() {
    let [city, minyi, minxin] = ["12345", "minyi", "minxin"].map(HotlinePlatform::start);
    let settings = HotlinePlatform::settings(&[&city, &minyi, &minxin]);
    let options = crate::harness::WorldOptions {
        worker: true,
        rulebook: Some("dalian"),
        settings,
        ..Default::default()
    };
    let world = World::with(options).await;
    let api = world.api();
    let body = |words: &str| json!({ "content": words, "orderType": "投诉", "address": "大连市中山区" });
    for (platform, words) in [(&city, "路灯不亮"), (&minyi, "井盖破损"), (&minxin, "垃圾堆积")] {
        // The same number at each of them: they are three orders.
        platform.send(&api, "pushOrder", "A-1", &body(words)).await;
    }
    assert_eq!(world.count("select count(distinct report_id) from hotline_order").await, 3);
    let number: String =
        sqlx::query_scalar("select c.case_number from hotline_order o join report using (report_id) join cases c using (case_id) where partner = 'minyi'")
            .fetch_one(&world.pool)
            .await
            .unwrap();
    let desk = world.api().sign_in("desk").await;
    desk.go(&number, &[json!({ "move": "accept" })]).await;
    minyi.wait_for("A-1", "sign", 1).await;
    assert!(city.calls().is_empty() && minxin.calls().is_empty());
    let proposal = json!({ "content": "建议多设垃圾桶", "orderType": "谏言" });
    minyi.send(&api, "pushOrder", "A-2", &proposal).await;
    assert_eq!(world.count("select count(*) from enquiry where kind = 'proposal'").await, 1);
}

#[tokio::test]
async fn a_platform_slower_than_our_patience_is_asked_again_under_the_same_id() {
    let (platform, world) = connected(true).await;
    let (case, center, _) = pushed(&platform, &world, "ZZ-1").await;
    platform.be(Mood::Slow(11_000));
    center.go(&case, &[json!({ "move": "accept" })]).await;
    platform.wait_for("ZZ-1", "sign", 1).await;
    platform.be(Mood::Well);
    for _ in 0..400 {
        if world.count("select count(*) from hotline_call where state = 'delivered'").await == 1 {
            break;
        }
        tokio::time::sleep(std::time::Duration::from_millis(50)).await;
    }
    let all = platform.calls();
    assert!(all.len() > 1 && all.iter().all(|call| call.request_id == all[0].request_id), "{all:?}");
    assert_eq!(platform.state("ZZ-1"), "signed");
}
