//! On the street: arriving, persuading, enforcement, whistles, raising to leaders, settling on the spot.

use serde_json::{Value, json};

use crate::harness::{HUAIHE, HUAIHE_CENTER, Staff, World, WorldOptions, report};

/// A world of 二七区 with a received case, its number and its segment.
async fn found(world: &World, category: &str, words: &str) -> (String, String, Staff) {
    let answer = world.api().submit(&report(category, words, HUAIHE)).await;
    let number = answer["case"]["caseNumber"].as_str().unwrap().to_owned();
    let center = world.api().sign_in(&format!("center-{HUAIHE_CENTER}")).await;
    let segment = center.case(&number).await["segmentCode"].as_str().unwrap().to_owned();
    (number, segment, center)
}

fn last(case: &Value) -> &Value {
    case["log"].as_array().unwrap().last().unwrap()
}

#[tokio::test]
async fn failed_persuasion_leads_to_the_enforcement_team() {
    let world = World::new().await;
    let (number, segment, center) = found(&world, "shop-outside", "饭店出店经营").await;
    let chief = world.staff("chief", &[("roadChief", "segment", &segment, Some("l3"), None)]).await;
    let team =
        world.staff("team", &[("enforcementOfficer", "district", "410103", None, Some("enforcement"))]).await;
    center.go(&number, &[json!({ "move": "accept" }), json!({ "move": "open" })]).await;
    assert_eq!(chief.make(&number, &json!({ "move": "persuade" })).await.pointers(), ["/worked"]);
    let failed = json!({ "move": "persuade", "worked": false, "note": "店主拒不收回" });
    let case = chief.go(&number, &[json!({ "move": "arrive" }), failed]).await;
    assert_eq!(case["handling"]["persuasion"], "failed");
    let case = chief.go(&number, &[json!({ "move": "toEnforcement" })]).await;
    assert_eq!((&case["state"], &case["handling"]["loop"]), (&json!("dispatched"), &json!("enforcement")));
    assert_eq!(case["handling"]["unit"]["code"], "enforcement");
    let photo = team.photo().await;
    let way = [
        json!({ "move": "sign" }),
        json!({ "move": "arrive" }),
        json!({ "move": "handle", "photoIds": [photo], "note": "已责令改正" }),
    ];
    let case = team.go(&number, &way).await;
    assert_eq!(case["state"], "handled");
    let arrived = case["log"].as_array().unwrap().iter().rev().find(|line| line["act"] == "arrive").unwrap();
    assert_eq!(arrived["detail"]["unit"], "enforcement");
}

#[tokio::test]
async fn a_whistle_calls_units_and_the_case_shows_who_has_reported_for_duty() {
    let world = World::new().await;
    let (number, segment, center) = found(&world, "illegal-building", "楼顶私搭乱建").await;
    let chief = world.staff("chief", &[("roadChief", "segment", &segment, None, None)]).await;
    let police =
        world.staff("police", &[("unitHandler", "district", "410103", None, Some("traffic-police"))]).await;
    center.go(&number, &[json!({ "move": "accept" }), json!({ "move": "open" })]).await;
    assert_eq!(chief.make(&number, &json!({ "move": "whistle" })).await.pointers(), ["/units"]);
    let nobody = json!({ "move": "whistle", "units": ["traffic-police", "nobody"] });
    assert_eq!(chief.make(&number, &nobody).await.pointers(), ["/units/1"]);
    let whistle =
        json!({ "move": "whistle", "units": ["traffic-police", "urban-management"], "note": "请到场会商" });
    let case = chief.go(&number, &[whistle]).await;
    let part = |case: &Value, unit: &str| {
        let parts = case["handling"]["parts"].as_array().unwrap().clone();
        parts.into_iter().find(|part| part["unit"]["code"] == unit).unwrap()
    };
    assert_eq!(part(&case, "traffic-police")["part"], "called");
    assert!(part(&case, "traffic-police")["answerDueAt"].is_string());
    // Called, they see the case; another unit does not, and nobody arrives for somebody else.
    let other = json!({ "move": "arrive", "unit": "urban-management" });
    assert_eq!(police.make(&number, &other).await.pointers(), ["/unit"]);
    let case = police.go(&number, &[json!({ "move": "arrive" })]).await;
    assert_eq!(part(&case, "traffic-police")["arrivedBy"], "police");
    let case = center.go(&number, &[json!({ "move": "arrive", "unit": "urban-management" })]).await;
    assert!(part(&case, "urban-management")["arrivedAt"].is_string());
    assert_eq!(
        center.make(&number, &json!({ "move": "arrive", "unit": "enforcement" })).await.pointers(),
        ["/unit"]
    );
}

#[tokio::test]
async fn what_is_too_big_climbs_the_ladder_and_never_down() {
    let world = World::new().await;
    let (number, segment, center) = found(&world, "road-damage", "路面塌陷风险").await;
    let worker = world.staff("worker", &[("gridWorker", "segment", &segment, None, None)]).await;
    let district = world.api().sign_in("district").await;
    assert_eq!(worker.make(&number, &json!({ "move": "escalate" })).await.pointers(), ["/reason"]);
    let case = worker.go(&number, &[json!({ "move": "escalate", "reason": "超出路段能力" })]).await;
    let raised = &case["handling"]["raisedTo"];
    assert_eq!((&raised["level"], &raised["tier"]), (&json!("town"), &json!("prominent")));
    let down = json!({ "move": "escalate", "reason": "退回", "level": "segment" });
    assert_eq!(center.make(&number, &down).await.pointers(), ["/level"]);
    let directly = json!({ "move": "escalate", "reason": "有塌陷风险，直报区里", "level": "district" });
    let case = worker.go(&number, &[directly]).await;
    assert_eq!(case["handling"]["raisedTo"]["tier"], "major");
    assert_eq!(last(&case)["detail"]["to"], "区数字化城管监督指挥平台");
    let top = json!({ "move": "escalate", "reason": "再上" });
    let refused = worker.make(&number, &top).await.expect_problem(409, "move-guarded");
    assert_eq!(refused["guard"], "topOfLadder");
    let case = district
        .go(&number, &[json!({ "move": "supervise", "reason": "限期处置" }), json!({ "move": "hasten" })])
        .await;
    assert!(case["handling"]["supervisedAt"].is_string() && case["handling"]["hastened"] == 1, "{case}");
    center
        .make(&number, &json!({ "move": "supervise", "reason": "x" }))
        .await
        .expect_problem(403, "move-not-yours");
}

/// The XX区: self-handled classes, and whoever owns the loop closes.
pub async fn xx_world() -> World {
    World::with(WorldOptions { rulebook: Some("party-road-chief"), ..WorldOptions::default() }).await
}

/// A point of its first segment, and the segment's code.
pub async fn xx_place(world: &World) -> ((f64, f64), String) {
    let (code, ring): (String, sqlx::types::Json<Vec<(f64, f64)>>) = sqlx::query_as(
        "select segment ->> 'code', segment -> 'geometry' -> 0 -> 0
         from rulebook_version, jsonb_array_elements(body -> 'segments') segment limit 1",
    )
    .fetch_one(&world.pool)
    .await
    .unwrap();
    let corners = &ring.0[..ring.0.len() - 1];
    let count = f64::from(u32::try_from(corners.len()).unwrap());
    let (x, y) =
        corners.iter().fold((0.0, 0.0), |(x, y), corner| (x + corner.0 / count, y + corner.1 / count));
    ((x, y), code)
}

#[tokio::test]
async fn what_is_settled_on_the_spot_needs_two_photos_and_closes_in_its_own_loop() {
    let world = xx_world().await;
    let (place, segment) = xx_place(&world).await;
    let chief = world.staff("chief", &[("roadChief", "segment", &segment, Some("l2-community"), None)]).await;
    let case = world.api().submit(&report("household-waste", "路边一堆暴露垃圾", place)).await;
    let number = case["case"]["caseNumber"].as_str().unwrap();
    let case = chief.case(number).await;
    assert_eq!(case["handling"]["loop"], "self");
    let after = chief.photo().await;
    let half = json!({ "move": "selfHandle", "photoIds": [after] });
    assert_eq!(chief.make(number, &half).await.pointers(), ["/beforePhotoIds"]);
    assert_eq!(chief.make(number, &json!({ "move": "selfHandle" })).await.pointers(), ["/photoIds"]);
    let before = chief.photo().await;
    let whole =
        json!({ "move": "selfHandle", "beforePhotoIds": [before], "photoIds": [after], "note": "已清运" });
    let case = chief.go(number, &[whole]).await;
    assert_eq!(case["state"], "closed");
    assert_eq!(last(&case)["detail"], json!({ "beforePhotoIds": [before], "photoIds": [after] }));
    // Another class is dispatched.
    let case = world.api().submit(&report("street-light", "路灯不亮", place)).await;
    let number = case["case"]["caseNumber"].as_str().unwrap();
    let after = chief.photo().await;
    let refused = chief.make(number, &json!({ "move": "selfHandle", "photoIds": [after] })).await;
    assert_eq!(refused.expect_problem(409, "move-guarded")["guard"], "notSelfHandled");
}

#[tokio::test]
async fn a_community_chief_persuades_before_enforcement_and_a_collector_need_not() {
    let world = xx_world().await;
    let (place, segment) = xx_place(&world).await;
    let post = |role: &'static str, post: &'static str| [(role, "segment", segment.clone(), post)];
    let [(role, level, area, code)] = post("roadChief", "l2-community");
    let chief = world.staff("chief", &[(role, level, &area, Some(code), None)]).await;
    let [(role, level, area, code)] = post("gridWorker", "l2-collector");
    let collector = world.staff("collector", &[(role, level, &area, Some(code), None)]).await;
    let mut numbers = Vec::new();
    for words in ["饭店出店经营", "夜里烧烤占道"] {
        let body = report("shop-outside", words, place);
        let body = json!({ "category": body["category"], "description": words, "location": body["location"], "confirmNew": true });
        let case = world.api().submit(&body).await;
        numbers.push(case["case"]["caseNumber"].as_str().unwrap().to_owned());
    }
    assert_ne!(numbers[0], numbers[1]);
    let town = numbers[0].get(..9).unwrap();
    let center = world.api().sign_in(&format!("center-{town}")).await;
    for number in &numbers {
        center.go(number, &[json!({ "move": "accept" })]).await;
    }
    let hand_over = json!({ "move": "toEnforcement" });
    let refused = chief.make(&numbers[0], &hand_over).await.expect_problem(409, "move-guarded");
    assert_eq!(refused["guard"], "persuadeFirst");
    let worked = json!({ "move": "persuade", "worked": true });
    chief.go(&numbers[0], &[worked]).await;
    chief.make(&numbers[0], &hand_over).await.expect_problem(409, "move-guarded");
    let case =
        chief.go(&numbers[0], &[json!({ "move": "persuade", "worked": false }), hand_over.clone()]).await;
    assert_eq!(case["handling"]["loop"], "enforcement");
    assert_eq!(collector.go(&numbers[1], &[hand_over]).await["handling"]["loop"], "enforcement");
}
