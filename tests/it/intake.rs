//! A report comes in and goes to the right place.

use serde_json::json;

use crate::harness::{HUAIHE, HUAIHE_CENTER, World, report};

#[tokio::test]
async fn a_report_goes_to_the_center_of_its_place_and_can_be_tracked() {
    let world = World::new().await;
    let api = world.api();
    let answer = api.submit(&report("road-damage", "路面有一个大坑，电动车摔倒", HUAIHE)).await;
    assert_eq!(answer["outcome"], "new");
    assert_eq!(answer["center"], json!({ "code": HUAIHE_CENTER, "name": "淮河路街道数字化城管中心" }));
    assert!(answer["segment"]["code"].as_str().unwrap().starts_with(HUAIHE_CENTER));
    assert_eq!(answer["dueKind"], "accept");
    assert_eq!(answer["similar"], json!([]));
    assert_eq!(answer["case"]["state"], "received");
    let code = answer["trackingCode"].as_str().unwrap();
    assert_eq!(code.len(), 12);
    assert!(!code.contains(['0', 'O', '1', 'I']));

    let page = api.track(&answer["trackingCode"]).await;
    assert_eq!(page["case"]["caseNumber"], answer["case"]["caseNumber"]);
    assert_eq!(page["timeline"][0]["act"], "received");
    assert!(page["timeline"][0]["words"].as_str().unwrap().contains("淮河路街道数字化城管中心"));
    // As somebody reads it out over the phone.
    let spoken = format!("{}-{} {}", &code[..4], &code[4..8].to_lowercase(), &code[8..]);
    assert_eq!(api.get(&format!("/v1/reports/{}", spoken.replace(' ', "%20"))).await.status, 200);
}

#[tokio::test]
async fn a_place_is_found_from_any_declared_system_and_nothing_is_ever_lost() {
    let world = World::new().await;
    let api = world.api();
    let at = |location: serde_json::Value| json!({ "category": "small-ads", "description": "小广告", "location": location, "confirmNew": true });
    // The same place in three systems: one segment.
    let wgs = api
        .submit(&at(json!({"longitude": 113.630, "latitude": 34.735, "coordinateSystem": "WGS-84"})))
        .await;
    let gcj = api
        .submit(&at(json!({"longitude": 113.636047, "latitude": 34.733853, "coordinateSystem": "GCJ-02"})))
        .await;
    let bd = api
        .submit(&at(json!({"longitude": 113.642586, "latitude": 34.739742, "coordinateSystem": "BD-09"})))
        .await;
    assert_eq!(wgs["segment"], gcj["segment"]);
    assert_eq!(wgs["segment"], bd["segment"]);
    // A segment alone, without a point, as it is chosen from the list.
    let towns = api.get("/v1/segments").await.expect(200)["towns"].take();
    let towns = towns.as_array().unwrap();
    let count = |town: &serde_json::Value| town["segments"].as_array().unwrap().len();
    assert_eq!((towns.len(), towns.iter().map(count).sum::<usize>()), (17, 291));
    let town = towns.iter().find(|town| town["code"] == "410103100").unwrap();
    let segment = town["segments"][17].clone();
    let named = api.submit(&at(json!({ "segmentCode": segment["code"] }))).await;
    assert_eq!((&named["center"]["code"], &named["segment"]), (&town["code"], &segment));
    // A neighbouring district and words only: the district center's queue.
    for location in [
        json!({"longitude": 113.75, "latitude": 34.80, "coordinateSystem": "WGS-84"}),
        json!({"longitude": 122.5, "latitude": 30.5, "coordinateSystem": "WGS-84"}),
        json!({"address": "大学路和航海路路口东南角"}),
    ] {
        let answer = api.submit(&at(location)).await;
        assert_eq!(answer["center"]["code"], "410103000");
        assert!(answer.get("segment").is_none());
    }
    let district = api.sign_in("district").await;
    let queue = district.get("/v1/cases?center=410103000").await.expect(200);
    assert_eq!(queue["cases"].as_array().unwrap().len(), 3);
    assert!(queue["cases"].as_array().unwrap().iter().all(|case| case["placeUnknown"] == true));
}

#[tokio::test]
async fn a_category_is_suggested_from_the_words_or_left_open() {
    let world = World::new().await;
    let api = world.api();
    let without = |words: &str, east: f64| {
        let mut body = report("x", words, crate::harness::moved(HUAIHE, east, 0.0));
        body.as_object_mut().unwrap().remove("category");
        body
    };
    assert_eq!(
        api.submit(&without("整条路的路灯不亮，晚上很黑", 0.0)).await["case"]["category"],
        "street-light"
    );
    assert_eq!(api.submit(&without("这里的情况请来看一下", 400.0)).await["case"]["category"], "unclassified");
}

#[tokio::test]
async fn words_of_danger_are_answered_at_once_and_alarm_the_center() {
    let world = World::with_worker().await;
    let api = world.api();
    let answer = api.submit(&report("gas-leak", "小区门口有很重的煤气味，里面有人", HUAIHE)).await;
    assert_eq!(answer["safety"]["numbers"], json!(["110", "119", "120"]));
    let mails = world.mail.wait_for("alarm", |mails| !mails.is_empty()).await;
    assert_eq!(mails[0].to, "duty@jiekou.example");
    let center = api.sign_in(&format!("center-{HUAIHE_CENTER}")).await;
    let inbox = center.get("/v1/cases").await.expect(200);
    assert_eq!(inbox["cases"][0]["alarmed"], true);
    assert_eq!(inbox["cases"][0]["urgency"], "urgent");
    let calm =
        api.submit(&report("greening", "树枝挡住了路牌", crate::harness::moved(HUAIHE, 500.0, 0.0))).await;
    assert!(calm.get("safety").is_none());
}
