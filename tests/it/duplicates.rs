//! Reports of one problem become one case, however they come in.

use std::collections::HashSet;

use futures_util::future::join_all;
use jiekou_store::dedup::keys::TownKeys;
use serde_json::{Value, json};

use crate::harness::{HUAIHE, HUAIHE_CENTER, World, WorldOptions, moved, report};

/// Two points on either side of the border of 蜜蜂张 and 大学路, and its middle.
const BORDER: (f64, f64) = (113.639957, 34.742149);

/// 200 residents at once, spread over the API processes and within 20 m of `spot`.
async fn storm(world: &World, spot: (f64, f64)) -> Vec<Value> {
    let sent = (0..200).map(|n| {
        let angle = f64::from(n) * 0.7;
        let place = moved(spot, angle.cos() * 18.0, angle.sin() * 18.0);
        let body = report("road-damage", &format!("路面塌了一块，第{n}个路过的人"), place);
        let api = world.api_at(n as usize % world.apis.len());
        async move { api.try_submit(&body, None).await.unwrap().expect(201) }
    });
    join_all(sent).await
}

async fn expect_one_case(world: &World, answers: &[Value]) {
    let cases: HashSet<_> = answers.iter().map(|answer| answer["case"]["caseNumber"].to_string()).collect();
    assert_eq!(cases.len(), 1, "one problem, one case");
    let openers: Vec<_> = answers.iter().filter(|answer| answer["outcome"] == "new").collect();
    assert_eq!(openers.len(), 1, "one first place");
    let lowest = answers.iter().map(|answer| answer["receiptNumber"].as_i64().unwrap()).min();
    assert_eq!(openers[0]["receiptNumber"].as_i64(), lowest, "the opener has the lowest receipt");
    let receipts: HashSet<_> = answers.iter().map(|answer| answer["receiptNumber"].as_i64()).collect();
    assert_eq!(receipts.len(), answers.len());
    assert_eq!(world.count("select count(*) from cases").await, 1);
    assert_eq!(world.count("select count(*) from report").await, 200);
    assert_eq!(world.count("select report_count::bigint from cases").await, 200);
    assert_eq!(world.count("select count(*) from cases where case_log_break(case_id) is not null").await, 0);
}

#[tokio::test]
async fn two_hundred_at_once_through_two_processes_are_one_case() {
    let mut world = World::new().await;
    world.add_api(&[]).await;
    let answers = storm(&world, HUAIHE).await;
    expect_one_case(&world, &answers).await;
}

#[tokio::test]
async fn two_hundred_over_a_border_of_two_towns_are_one_case() {
    let mut world = World::new().await;
    world.add_api(&[]).await;
    let answers = storm(&world, BORDER).await;
    expect_one_case(&world, &answers).await;
}

#[tokio::test]
async fn two_hundred_without_redis_are_one_case() {
    let mut world = World::with(WorldOptions { own_redis: true, ..WorldOptions::default() }).await;
    world.add_api(&[]).await;
    world.redis.as_ref().unwrap().run("kill");
    let answers = storm(&world, BORDER).await;
    expect_one_case(&world, &answers).await;
}

#[tokio::test]
async fn two_hundred_with_redis_for_one_process_only_are_one_case() {
    let mut world = World::new().await;
    world.add_api(&[("JIEKOU_REDIS__URL", "redis://127.0.0.1:1")]).await;
    let answers = storm(&world, HUAIHE).await;
    expect_one_case(&world, &answers).await;
}

#[tokio::test]
async fn an_emptied_redis_is_filled_again_and_nothing_is_missed() {
    let world = World::with(WorldOptions { own_redis: true, ..WorldOptions::default() }).await;
    let api = world.api();
    let first = api.submit(&report("street-light", "路灯不亮", HUAIHE)).await;
    let client = redis::Client::open(world.redis.as_ref().unwrap().url.as_str()).unwrap();
    let mut connection = client.get_multiplexed_async_connection().await.unwrap();
    redis::cmd("FLUSHALL").query_async::<()>(&mut connection).await.unwrap();
    let second = api.submit(&report("street-light", "路灯坏了", moved(HUAIHE, 5.0, 5.0))).await;
    assert_eq!(second["outcome"], "joined");
    assert_eq!(second["case"], first["case"]);
    let prints = TownKeys::new(&world.settings["JIEKOU_REDIS__PREFIX"], HUAIHE_CENTER).prints();
    for _ in 0..100 {
        let live: i64 = redis::cmd("HLEN").arg(&prints).query_async(&mut connection).await.unwrap();
        if live == 1 {
            return;
        }
        tokio::time::sleep(std::time::Duration::from_millis(50)).await;
    }
    panic!("the index was not rebuilt");
}

#[tokio::test]
async fn different_problems_in_one_street_stay_apart() {
    let world = World::new().await;
    let api = world.api();
    let sent = [
        ("street-light", "路灯不亮", 0.0),
        ("household-waste", "垃圾桶满了没人收", 2.0),
        ("bike-parking", "共享单车堵住人行道", 4.0),
        ("small-ads", "电线杆上贴满小广告", 6.0),
        ("street-light", "另一盏路灯不亮", 300.0),
    ];
    for (category, words, east) in sent {
        let answer = api.submit(&report(category, words, moved(HUAIHE, east, 0.0))).await;
        assert_eq!(answer["outcome"], "new", "{category} {words}");
    }
}

#[tokio::test]
async fn a_component_joins_its_own_case_and_never_that_of_its_neighbour() {
    let world = World::new().await;
    let api = world.api();
    let manhole = |component: &str| {
        let mut body = report("manhole", "井盖破损", HUAIHE);
        body["location"]["componentId"] = json!(component);
        body
    };
    let first = api.submit(&manhole("4101030101000001")).await;
    let other = api.submit(&manhole("4101030101000002")).await;
    let again = api.submit(&manhole("4101030101000001")).await;
    assert_eq!(other["outcome"], "new");
    assert_eq!((&again["outcome"], &again["case"]), (&json!("joined"), &first["case"]));
    // Without a point the component alone is enough.
    let named = json!({ "category": "manhole", "description": "井盖响", "location": { "componentId": "4101030101000002" } });
    assert_eq!(api.submit(&named).await["case"], other["case"]);
}

#[tokio::test]
async fn a_resident_is_asked_where_nobody_can_tell_and_decides_for_themself() {
    let world = World::new().await;
    let api = world.api();
    let first = api.submit(&report("road-damage", "人行道地砖松动", HUAIHE)).await;
    // Same family, 55 m away, other words: it may be the same.
    let near = report("road-damage", "车行道开裂一条缝", moved(HUAIHE, 62.0, 0.0));
    let preview = api.post("/v1/reports/similar", &near).await.expect(200);
    assert_eq!(preview["decision"], "ask", "{preview}");
    assert_eq!(preview["similar"][0]["caseNumber"], first["case"]["caseNumber"]);
    assert_eq!(world.count("select count(*) from report").await, 1, "a preview stores nothing");
    let asked = api.submit(&near).await;
    assert_eq!(asked["outcome"], "new", "a resident is never blocked");
    assert_eq!(asked["similar"][0]["caseNumber"], first["case"]["caseNumber"]);
    assert!(asked["similar"][0].get("photoUrl").is_none(), "no photo was released");

    // At the same spot but confirmed to be another problem: a case of its own, flagged.
    let mut confirmed = report("road-damage", "人行道地砖松动", HUAIHE);
    confirmed["confirmNew"] = json!(true);
    let stands = api.submit(&confirmed).await;
    assert_eq!(stands["outcome"], "new");
    assert_ne!(stands["case"], first["case"]);
    let center = api.sign_in("center-410103001").await;
    let path = format!("/v1/cases/{}", stands["case"]["caseNumber"].as_str().unwrap());
    assert_eq!(center.get(&path).await.expect(200)["confirmNew"], true);

    // "Me too" joins, though the judge alone would only ask.
    let mut wish = near.clone();
    wish["duplicateOf"] = first["case"]["caseNumber"].clone();
    assert_eq!(api.submit(&wish).await["case"]["caseNumber"], first["case"]["caseNumber"]);
    wish["location"]["longitude"] = json!(113.55);
    wish["location"]["latitude"] = json!(34.67);
    let far = api.post("/v1/reports", &wish).await;
    assert_eq!(far.pointers(), ["/duplicateOf"]);
}

#[tokio::test]
async fn the_same_person_again_urges_and_a_typed_phone_number_is_nobody() {
    let world = World::new().await;
    let api = world.api();
    let mut body = report("household-waste", "垃圾三天没收", HUAIHE);
    body["contact"] = json!({ "phone": "13900001111" });
    let first = api.submit(&body).await;
    let stranger = api.submit(&body).await;
    assert_eq!(stranger["outcome"], "joined", "a typed phone number never identifies anybody");
    body["claimSecret"] = first["claimSecret"].clone();
    let again = api.submit(&body).await;
    assert_eq!(again["outcome"], "followUp");
    for field in ["reportId", "trackingCode", "receiptNumber", "claimSecret"] {
        assert_eq!(again[field], first[field], "{field}");
    }
    assert_eq!(world.count("select count(*) from report").await, 2);
    assert_eq!(world.count("select urge_count::bigint from cases").await, 1);
    // The same person with another problem opens another case.
    let mut other = report("street-light", "路灯不亮", moved(HUAIHE, 800.0, 0.0));
    other["claimSecret"] = first["claimSecret"].clone();
    assert_eq!(api.submit(&other).await["outcome"], "new");
    other["claimSecret"] = json!("0".repeat(32));
    api.post("/v1/reports", &other).await.expect_problem(403, "not-author");
}

#[tokio::test]
async fn a_closed_problem_that_comes_back_is_a_new_case() {
    let world = World::new().await;
    let api = world.api();
    let first = api.submit(&report("small-ads", "墙上贴满小广告", HUAIHE)).await;
    let center = api.sign_in("center-410103001").await;
    let number = first["case"]["caseNumber"].as_str().unwrap();
    center.make(number, &json!({ "move": "reject", "reason": "不属于受理范围" })).await.expect(200);
    let again = api.submit(&report("small-ads", "墙上贴满小广告", HUAIHE)).await;
    assert_eq!(again["outcome"], "new");
}

#[tokio::test]
async fn a_join_raises_the_urgency_and_never_lowers_it() {
    let world = World::new().await;
    let api = world.api();
    let first = api.submit(&report("road-damage", "路面开裂下沉", HUAIHE)).await;
    let urgent =
        api.submit(&report("road-collapse", "路面开裂下沉，路面塌陷", moved(HUAIHE, 3.0, 0.0))).await;
    assert_eq!(urgent["case"]["caseNumber"], first["case"]["caseNumber"]);
    api.submit(&report("road-damage", "路面开裂下沉", HUAIHE)).await;
    assert_eq!(world.count("select count(*) from cases where urgency = 'urgent' and alarmed").await, 1);
}

#[tokio::test]
async fn me_too_without_a_place_is_shown_to_the_center_and_joins_nothing() {
    let world = World::new().await;
    let api = world.api();
    let first = api.submit(&report("road-damage", "路面有坑", HUAIHE)).await;
    let mut body = json!({ "category": "street-light", "description": "路灯也不亮", "location": { "address": "大学路" } });
    body["duplicateOf"] = first["case"]["caseNumber"].clone();
    let answer = api.submit(&body).await;
    assert_eq!(answer["outcome"], "new");
    assert_eq!(answer["similar"][0]["caseNumber"], first["case"]["caseNumber"]);
    assert_eq!(answer["similar"][0]["reasons"], json!(["namedByReporter"]));
    // The operator who has both on the screen may decide.
    let desk = api.sign_in("desk").await;
    assert_eq!(desk.post("/v1/reports", &body).await.expect(201)["case"], first["case"]);
}

#[tokio::test]
async fn one_component_at_two_places_is_asked_about() {
    let world = World::new().await;
    let api = world.api();
    let manhole = |place| {
        let mut body = report("manhole", "井盖破损", place);
        body["location"]["componentId"] = json!("4101030101000001");
        body
    };
    let first = api.submit(&manhole(HUAIHE)).await;
    let far = api.submit(&manhole(moved(HUAIHE, 1_500.0, 0.0))).await;
    assert_eq!(far["outcome"], "new");
    assert_eq!(far["similar"][0]["caseNumber"], first["case"]["caseNumber"]);
    // A position a street away is what receivers do between houses.
    assert_eq!(api.submit(&manhole(moved(HUAIHE, 150.0, 0.0))).await["case"], first["case"]);
}

#[tokio::test]
async fn a_case_of_unknown_place_gets_the_place_and_center_of_whoever_joins_it() {
    let world = World::new().await;
    let api = world.api();
    let body = json!({ "category": "manhole", "description": "井盖破损", "location": { "componentId": "4101030101000009" } });
    let first = api.submit(&body).await;
    let number = first["case"]["caseNumber"].as_str().unwrap();
    assert_ne!(first["center"]["code"], "410103001");
    let mut located = report("manhole", "井盖破损", HUAIHE);
    located["location"]["componentId"] = json!("4101030101000009");
    let joined = api.submit(&located).await;
    assert_eq!((&joined["outcome"], &joined["case"]["caseNumber"]), (&json!("joined"), &json!(number)));
    assert_eq!(joined["center"]["code"], "410103001");
    let center = api.sign_in("center-410103001").await;
    let case = center.get(&format!("/v1/cases/{number}")).await.expect(200);
    assert_eq!(case["placeUnknown"], false);
    assert!(case["location"]["longitude"].is_number());
    // From now on it is met by place alone, too.
    let near = api.submit(&report("manhole", "井盖破损", moved(HUAIHE, 3.0, 0.0))).await;
    assert_eq!(near["case"]["caseNumber"], number);
}

#[tokio::test]
async fn a_problem_whose_window_has_passed_is_a_new_one() {
    let world = World::with(WorldOptions { own_redis: true, ..WorldOptions::default() }).await;
    let api = world.api();
    let first = api.submit(&report("household-waste", "垃圾没人收", HUAIHE)).await;
    // Three days and an hour go by; the window of waste is 72 hours.
    sqlx::query("update cases set recognised_until = recognised_until - interval '73 hours'")
        .execute(&world.pool)
        .await
        .unwrap();
    world.redis.as_ref().unwrap().run("kill");
    let later = api.submit(&report("household-waste", "垃圾没人收", HUAIHE)).await;
    assert_eq!(later["outcome"], "new");
    assert_ne!(later["case"], first["case"]);
}

#[tokio::test]
async fn an_urgent_join_shortens_the_clock() {
    let world = World::new().await;
    let api = world.api();
    let first = api.submit(&report("road-damage", "路面开裂下沉", HUAIHE)).await;
    let urgent =
        api.submit(&report("road-collapse", "路面开裂下沉，路面塌陷", moved(HUAIHE, 3.0, 0.0))).await;
    assert_eq!(urgent["case"]["caseNumber"], first["case"]["caseNumber"]);
    assert!(urgent["dueAt"].as_str() < first["dueAt"].as_str(), "{} {}", urgent["dueAt"], first["dueAt"]);
    let calm = api.submit(&report("road-damage", "路面开裂下沉", HUAIHE)).await;
    assert_eq!(calm["dueAt"], urgent["dueAt"]);
}

#[tokio::test]
async fn an_urgent_me_too_from_beyond_the_reach_shortens_the_clock_as_well() {
    let world = World::new().await;
    let api = world.api();
    let first = api.submit(&report("road-damage", "路面有坑", HUAIHE)).await;
    let mut urgent = report("road-damage", "路面塌陷，闻到煤气味", moved(HUAIHE, 400.0, 0.0));
    urgent["duplicateOf"] = first["case"]["caseNumber"].clone();
    let joined = api.submit(&urgent).await;
    assert_eq!(joined["case"]["caseNumber"], first["case"]["caseNumber"]);
    assert!(joined["dueAt"].as_str() < first["dueAt"].as_str(), "{} {}", joined["dueAt"], first["dueAt"]);
}

#[tokio::test]
async fn nobody_takes_a_case_away_from_the_town_that_has_it() {
    let world = World::new().await;
    let api = world.api();
    let segment = sqlx::query_scalar::<_, String>(
        "select s ->> 'code' from rulebook_version, jsonb_array_elements(body -> 'segments') s
         where s ->> 'townCode' = '410103001' limit 1",
    );
    let segment = segment.fetch_one(&world.pool).await.unwrap();
    let place = json!({ "componentId": "4101030101000077", "segmentCode": segment });
    let first =
        api.submit(&json!({ "category": "manhole", "description": "井盖破损", "location": place })).await;
    assert_eq!(first["center"]["code"], "410103001");
    for far in [(113.9, 34.5), (113.639957, 34.7428)] {
        let mut stranger = report("manhole", "井盖破损", far);
        stranger["location"]["componentId"] = json!("4101030101000077");
        api.submit(&stranger).await;
    }
    let center = api.sign_in("center-410103001").await;
    let path = format!("/v1/cases/{}", first["case"]["caseNumber"].as_str().unwrap());
    let case = center.get(&path).await.expect(200);
    assert_eq!((&case["center"]["code"], &case["placeUnknown"]), (&json!("410103001"), &json!(false)));
}

#[tokio::test]
async fn a_place_told_in_a_follow_up_or_by_the_desk_counts_too() {
    let world = World::new().await;
    let api = world.api();
    let placeless = |component: &str| json!({ "category": "manhole", "description": "井盖破损", "location": { "componentId": component } });
    let first = api.submit(&placeless("4101030101000031")).await;
    let mut again = report("manhole", "井盖破损", HUAIHE);
    again["location"]["componentId"] = json!("4101030101000031");
    again["claimSecret"] = first["claimSecret"].clone();
    let answer = api.submit(&again).await;
    assert_eq!((&answer["outcome"], &answer["center"]["code"]), (&json!("followUp"), &json!("410103001")));
    let second = api.submit(&placeless("4101030101000032")).await;
    let mut told = report("manhole", "井盖破损", moved(HUAIHE, 400.0, 0.0));
    told["duplicateOf"] = second["case"]["caseNumber"].clone();
    let desk = api.sign_in("desk").await;
    assert_eq!(desk.post("/v1/reports", &told).await.expect(201)["center"]["code"], "410103001");
}

#[tokio::test]
async fn danger_in_the_answer_to_a_question_is_heard() {
    let world = World::new().await;
    let api = world.api();
    let mut body = report("street-light", "路灯不亮", HUAIHE);
    body["attributes"] = json!({ "lampNumber": "灯杆漏电，有人触电" });
    let answer = api.submit(&body).await;
    assert!(answer["safety"]["numbers"].as_array().is_some_and(|it| it.contains(&json!("120"))), "{answer}");
}
