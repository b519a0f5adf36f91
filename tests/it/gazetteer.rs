//! Places in words: reports without coordinates, and operators who have nothing but words.

use serde_json::{Value, json};

use crate::harness::{HUAIHE, World, moved, report, test_data};

/// A report with nothing but an address as its place.
fn said(category: &str, words: &str, address: &str) -> Value {
    json!({ "category": category, "description": words, "location": { "address": address } })
}

fn numbers(answer: &Value) -> Vec<&str> {
    answer["similar"].as_array().unwrap().iter().map(|it| it["caseNumber"].as_str().unwrap()).collect()
}

#[tokio::test]
async fn a_landmark_in_words_sends_a_report_to_its_center_and_says_so() {
    let world = World::new().await;
    let api = world.api();
    let answer = api.submit(&said("manhole", "井盖破损", "二七塔东侧人行道")).await;
    assert_eq!(answer["center"]["code"], "410103010", "{answer}");
    let district = api.sign_in("district").await;
    let number = answer["case"]["caseNumber"].as_str().unwrap();
    let case = district.get(&format!("/v1/cases/{number}")).await.expect(200);
    assert_eq!((&case["placeUnknown"], &case["suggestedPlaces"]), (&json!(false), &json!([])));
    assert_eq!(case["routing"][0]["step"], "addressResolved", "{case}");
    assert_eq!(case["resolvedFromWords"]["name"], "二七塔");
    assert!(case["resolvedFromWords"]["note"].as_str().unwrap().contains("±80 米"), "{case}");
    let place = &case["reports"][0]["place"];
    assert_eq!((&place["source"], &place["accuracyMeters"]), (&json!("gazetteer"), &json!(80.0)));
    assert_eq!((&place["declared"], &place["address"]), (&Value::Null, &json!("二七塔东侧人行道")));
    assert!(place["resolved"]["confidence"].as_f64().unwrap() >= 0.75);
}

#[tokio::test]
async fn words_that_are_not_sure_stay_in_the_queue_with_what_they_may_mean() {
    let world = World::new().await;
    let api = world.api();
    let district = api.sign_in("district").await;
    for (address, suggested) in
        [("大学路和航海路路口东南角", true), ("郑州站附近", true), ("楼下小卖部门口那个", false)]
    {
        let mut body = said("small-ads", "小广告", address);
        body["confirmNew"] = json!(true);
        let answer = api.submit(&body).await;
        assert_eq!(answer["center"]["code"], "410103000", "{address}");
        let number = answer["case"]["caseNumber"].as_str().unwrap();
        let case = district.get(&format!("/v1/cases/{number}")).await.expect(200);
        assert_eq!(case["placeUnknown"], true);
        assert!(case.get("location").is_none() && case.get("resolvedFromWords").is_none(), "{case}");
        let places = case["suggestedPlaces"].as_array().unwrap();
        assert_eq!(!places.is_empty(), suggested, "{address}: {places:?}");
    }
}

#[tokio::test]
async fn a_point_or_a_segment_counts_before_words() {
    let world = World::new().await;
    let api = world.api();
    let mut body = report("manhole", "井盖破损", HUAIHE);
    body["location"]["address"] = json!("二七塔");
    assert_eq!(api.submit(&body).await["center"]["code"], "410103001");
    let mut body = said("street-light", "路灯不亮", "二七塔");
    body["location"]["segmentCode"] = json!("410103100018");
    assert_eq!(api.submit(&body).await["center"]["code"], "410103100");
}

#[tokio::test]
async fn two_problems_at_one_landmark_are_not_joined_for_the_landmark_alone() {
    let world = World::new().await;
    let api = world.api();
    let first = api.submit(&said("manhole", "井盖破损", "二七塔东侧人行道上面")).await;
    let other = api.submit(&said("manhole", "下水口没有盖子", "二七纪念塔北门")).await;
    assert_eq!(other["outcome"], "new", "{other}");
    assert_eq!(numbers(&other), [first["case"]["caseNumber"].as_str().unwrap()], "but it is shown");
    let same = api.submit(&said("manhole", "井盖破损了", "二七塔广场东侧人行道上面")).await;
    assert_eq!(same["case"], first["case"], "its words say that it is the same");
}

#[tokio::test]
async fn a_resident_is_not_refused_for_where_words_were_thought_to_lie() {
    let world = World::new().await;
    let api = world.api();
    let first = api.submit(&report("road-damage", "路面有坑", HUAIHE)).await;
    let mut body = said("road-damage", "路面有坑", "二七塔");
    body["duplicateOf"] = first["case"]["caseNumber"].clone();
    let answer = api.submit(&body).await;
    assert_eq!(answer["outcome"], "new");
    assert_eq!(answer["similar"][0]["reasons"], json!(["namedByReporter"]));
}

#[tokio::test]
async fn an_operator_sees_matches_with_nothing_but_a_part() {
    let world = World::new().await;
    let api = world.api();
    let mut component = report("manhole", "井盖破损", HUAIHE);
    component["location"]["componentId"] = json!("4101030101000077");
    let manhole = api.submit(&component).await;
    let lamp = api
        .submit(&report("street-light", "路灯不亮，晚上很黑，老人不敢出门", moved(HUAIHE, 300.0, 0.0)))
        .await;
    let tower = api.submit(&said("household-waste", "垃圾没人收，很臭", "二七塔西侧")).await;
    let number = |answer: &Value| answer["case"]["caseNumber"].as_str().unwrap().to_owned();
    let desk = api.sign_in("desk").await;
    for (what, body, expected) in [
        ("a component", json!({ "location": { "componentId": "4101030101000077" } }), number(&manhole)),
        ("the first words", json!({ "description": "路灯不亮，晚上" }), number(&lamp)),
        ("a landmark", json!({ "location": { "address": "二七塔" } }), number(&tower)),
        ("a landmark in the description", json!({ "description": "二七塔那边" }), number(&tower)),
    ] {
        let seen = desk.post("/v1/reports/similar", &body).await.expect(200);
        assert_eq!(numbers(&seen), [expected.as_str()], "{what}: {seen}");
        let case = &seen["similar"][0];
        assert!(case["score"].as_f64().is_some() && case["likeness"].is_object(), "{what}: {seen}");
        assert!(case["centerName"].as_str().unwrap().ends_with("中心"), "{what}: {seen}");
        assert_eq!((&case["status"], case["ageMinutes"].as_i64().is_some()), (&json!("已收到"), true));
    }
    let seen =
        desk.post("/v1/reports/similar", &json!({ "location": { "address": "二七塔" } })).await.expect(200);
    assert_eq!(
        (&seen["places"][0]["name"], &seen["places"][0]["kind"]),
        (&json!("二七塔"), &json!("landmark"))
    );
    assert_eq!(seen["places"][0]["radiusMeters"], 80.0);

    let nothing = desk.post("/v1/reports/similar", &json!({})).await.expect(200);
    assert_eq!(nothing, json!({ "decision": "new", "similar": [], "places": [] }));
    // A center looks through its own cases, a resident through none.
    let elsewhere = api.sign_in("center-410103100").await;
    let words = json!({ "description": "路灯不亮，晚上" });
    assert_eq!(numbers(&elsewhere.post("/v1/reports/similar", &words).await.expect(200)), Vec::<&str>::new());
    let resident = api.post("/v1/reports/similar", &words).await.expect(200);
    assert_eq!(resident, json!({ "decision": "new", "similar": [] }));
    assert_eq!(world.count("select count(*) from report").await, 3, "nothing was stored");
}

#[tokio::test]
async fn a_resident_sees_age_and_what_is_being_done_and_no_figures() {
    let world = World::new().await;
    let api = world.api();
    let first = api.submit(&report("road-damage", "路面有坑", HUAIHE)).await;
    let center = api.sign_in("center-410103001").await;
    center
        .make(first["case"]["caseNumber"].as_str().unwrap(), &json!({ "move": "accept" }))
        .await
        .expect(200);
    let seen = api.post("/v1/reports/similar", &report("road-damage", "路面有坑", HUAIHE)).await.expect(200);
    let case = &seen["similar"][0];
    assert_eq!(
        (&seen["decision"], &case["status"], &case["ageMinutes"]),
        (&json!("join"), &json!("已受理"), &json!(0))
    );
    for hidden in ["score", "likeness", "centerName"] {
        assert!(case.get(hidden).is_none(), "{seen}");
    }
    assert!(seen.get("places").is_none());
}

#[tokio::test]
async fn places_are_found_while_staff_type() {
    let world = World::new().await;
    let api = world.api();
    let desk = api.sign_in("desk").await;
    let names = |answer: Value| -> Vec<String> {
        let places = answer["places"].as_array().unwrap().iter();
        places.map(|it| it["name"].as_str().unwrap().to_owned()).collect()
    };
    let towers = names(desk.get("/v1/places?q=%E4%BA%8C%E4%B8%83%E5%A1%94").await.expect(200));
    assert_eq!(towers, ["二七塔"]);
    let roads = names(desk.get("/v1/places?q=%E5%A4%A7%E5%AD%A6").await.expect(200));
    assert!(roads.contains(&"大学路".to_owned()) && roads.contains(&"大学路街道".to_owned()), "{roads:?}");
    for empty in ["/v1/places", "/v1/places?q=", "/v1/places?q=%20"] {
        assert_eq!(desk.get(empty).await.expect(200), json!({ "places": [] }));
    }
    let long = desk.get(&format!("/v1/places?q={}", "x".repeat(101))).await;
    assert_eq!(long.pointers(), ["/q"]);
    long.expect_problem(422, "validation");
    api.get("/v1/places?q=a").await.expect_problem(401, "not-signed-in");
}

#[tokio::test]
async fn a_register_of_shops_is_imported_and_makes_house_numbers_known() {
    let Some(data) = test_data("geo") else { return };
    let mut world = World::new().await;
    let folder = world.copy_of_rulebook();
    let said = world.run(&[
        "import",
        "places",
        data.join("poi_erqi_food_gcj02_nophone.csv").to_str().unwrap(),
        "--crs",
        "gcj02",
        "--into",
        folder.to_str().unwrap(),
    ]);
    assert!(said.contains("places are in"), "{said}");
    world.run(&["rulebook", "load", folder.to_str().unwrap()]);
    let second = world.add_api(&[]).await;
    let desk = world.api_at(second).sign_in("desk").await;
    let body = json!({ "location": { "address": "交通路150号" } });
    let seen = desk.post("/v1/reports/similar", &body).await.expect(200);
    assert_eq!(seen["places"][0]["kind"], "houseNumber", "{seen}");
    let tower = json!({ "location": { "address": "二七塔" } });
    let seen = desk.post("/v1/reports/similar", &tower).await.expect(200);
    assert_eq!(seen["places"][0]["name"], "二七塔", "what was there is kept: {seen}");
}
