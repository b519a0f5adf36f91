//! Cases go from hand to hand: units, persons, returns, arbitration, joint handling, other authorities.

use serde_json::{Value, json};

use crate::harness::{Grant, HUAIHE, HUAIHE_CENTER, Staff, World, report};

/// People of a unit of 二七区.
fn of_unit<'a>(role: &'a str, unit: &'a str) -> [Grant<'a>; 1] {
    [(role, "district", "410103", None, Some(unit))]
}

/// An opened case in 淮河路街道, its number, and the center.
async fn opened(world: &World) -> (String, Staff) {
    let answer = world.api().submit(&report("road-damage", "路面有一个大坑", HUAIHE)).await;
    let number = answer["case"]["caseNumber"].as_str().unwrap().to_owned();
    let center = world.api().sign_in(&format!("center-{HUAIHE_CENTER}")).await;
    center.go(&number, &[json!({ "move": "accept" }), json!({ "move": "open" })]).await;
    (number, center)
}

#[tokio::test]
async fn a_unit_sees_what_it_was_given_assigns_a_person_and_gives_it_back() {
    let world = World::new().await;
    let (number, center) = opened(&world).await;
    let police = world.staff("police", &of_unit("unitHandler", "traffic-police")).await;
    world.staff("officer-li", &of_unit("unitHandler", "traffic-police")).await;
    let bureau = world.staff("bureau", &of_unit("unitHandler", "urban-management")).await;
    let path = format!("/v1/cases/{number}");
    police.get(&path).await.expect_problem(404, "unknown-case");

    let given = json!({ "move": "dispatch", "unit": "traffic-police", "complexity": "simple" });
    let case = center.go(&number, &[given]).await;
    assert_eq!(case["assignee"], "交警大队");
    assert_eq!(case["handling"]["unit"]["code"], "traffic-police");
    assert_eq!(case["handling"]["complexity"], "simple");
    bureau.get(&path).await.expect_problem(404, "unknown-case");
    // The center writes down what a unit without accounts reports; a unit with accounts of its own is asked itself.
    police.go(&number, &[json!({ "move": "sign" })]).await;
    let stranger = json!({ "move": "assign", "person": "bureau" });
    assert_eq!(police.make(&number, &stranger).await.pointers(), ["/person"]);
    let case = police.go(&number, &[json!({ "move": "assign", "person": "Officer-Li" })]).await;
    assert_eq!(case["handling"]["person"], "officer-li");

    let back = json!({ "move": "return", "reason": "权属不清" });
    let refused = police.make(&number, &back).await.expect_problem(409, "move-guarded");
    assert_eq!(refused["guard"], "personAssigned");
    assert!(refused["detail"].as_str().unwrap().contains("撤回指派"), "{refused}");
    let unlisted = json!({ "move": "return", "reason": "不想做" });
    police.go(&number, &[json!({ "move": "revokeAssign" })]).await;
    assert_eq!(police.make(&number, &unlisted).await.pointers(), ["/reason"]);
    let case = police.go(&number, &[back]).await;
    assert_eq!((&case["state"], &case["returns"]), (&json!("returned"), &json!(1)));
    assert_eq!(case["allowedMoves"], json!([]), "it is nothing of theirs any more");
    police.get(&path).await.expect_problem(404, "unknown-case");
    let case = center.case(&number).await;
    assert!(case.get("assignee").is_none() && case["handling"].get("unit").is_none(), "{case}");
}

#[tokio::test]
async fn after_the_second_return_the_district_decides_while_the_clock_runs_on() {
    let world = World::new().await;
    let (number, center) = opened(&world).await;
    let district = world.api().sign_in("district").await;
    let dispatch = |unit: &str| json!({ "move": "dispatch", "unit": unit });
    let back = json!({ "move": "return", "reason": "不属本单位职责" });
    center.go(&number, &[dispatch("traffic-police"), json!({ "move": "sign" }), back.clone()]).await;
    let running = center.go(&number, &[dispatch("urban-management"), json!({ "move": "sign" })]).await;
    let returned = center.go(&number, std::slice::from_ref(&back)).await;
    assert_eq!((&returned["returns"], &returned["dueKind"]), (&json!(2), &json!("handle")));
    assert_eq!(returned["dueAt"], running["dueAt"], "nobody gains time by giving it back");

    center.make(&number, &dispatch("health-campaign")).await.expect_problem(403, "move-not-yours");
    district.go(&number, &[dispatch("urban-management")]).await;
    let signed = center.go(&number, &[json!({ "move": "sign" })]).await;
    assert_eq!(signed["dueAt"], running["dueAt"], "handling still counts from before the arbitration");
    let refused = center.make(&number, &back).await.expect_problem(409, "move-guarded");
    assert_eq!(refused["guard"], "arbitrationIsFinal");
}

#[tokio::test]
async fn several_units_handle_together_under_one_lead() {
    let world = World::new().await;
    let (number, center) = opened(&world).await;
    let lead = world.staff("lead", &of_unit("unitHandler", "urban-management")).await;
    let helper = world.staff("helper", &of_unit("unitHandler", "traffic-police")).await;
    let together = json!({ "move": "dispatch", "unit": "urban-management", "units": ["traffic-police", "urban-management"] });
    assert_eq!(center.make(&number, &together).await.pointers(), ["/units/1"], "the lead is no helper");
    let together = json!({ "move": "dispatch", "unit": "urban-management", "units": ["traffic-police", "health-campaign"] });
    center.go(&number, &[together]).await;
    lead.go(&number, &[json!({ "move": "sign" })]).await;
    helper
        .make(&number, &json!({ "move": "return", "reason": "权属不清" }))
        .await
        .expect_problem(403, "move-not-yours");
    helper
        .go(&number, &[json!({ "move": "arrive" }), json!({ "move": "assist", "note": "已疏导交通" })])
        .await;
    let by_phone = json!({ "move": "assist", "unit": "health-campaign", "note": "已消杀" });
    center.go(&number, &[by_phone]).await;
    let photo = lead.photo().await;
    let case = lead.go(&number, &[json!({ "move": "handle", "photoIds": [photo] })]).await;
    let parts = case["handling"]["parts"].as_array().unwrap();
    let of = |unit: &str| parts.iter().find(|part| part["unit"]["code"] == unit).unwrap();
    assert_eq!(of("traffic-police")["part"], "helper");
    assert!(of("traffic-police")["arrivedAt"].is_string() && of("traffic-police")["doneAt"].is_string());
    assert_eq!(of("health-campaign")["note"], "已消杀");
}

#[tokio::test]
async fn a_case_of_somebody_else_is_transferred_with_who_took_it_and_followed_to_its_end() {
    let world = World::new().await;
    let (number, center) = opened(&world).await;
    let bare = json!({ "move": "transfer", "unit": "neighbour" });
    assert_eq!(center.make(&number, &bare).await.pointers(), ["/reason", "/takenBy"]);
    let own = json!({ "move": "transfer", "unit": "enforcement", "reason": "归执法", "takenBy": "值班" });
    assert_eq!(center.make(&number, &own).await.pointers(), ["/unit"]);
    let away = json!({ "move": "transfer", "unit": "neighbour", "reason": "道路中线以西归邻区", "takenBy": "邻区座席 3 号" });
    let case = center.go(&number, &[away]).await;
    assert_eq!((&case["state"], &case["assignee"]), (&json!("dispatched"), &json!("邻区数字化城管中心")));
    let line = case["log"].as_array().unwrap().last().unwrap().clone();
    assert_eq!(line["detail"], json!({ "unit": "neighbour", "takenBy": "邻区座席 3 号" }));
    let photo = center.photo().await;
    let way = [
        json!({ "move": "sign" }),
        json!({ "move": "handle", "photoIds": [photo] }),
        json!({ "move": "inspect" }),
        json!({ "move": "pass" }),
    ];
    assert_eq!(center.go(&number, &way).await["state"], "closed");
}

#[tokio::test]
async fn the_road_chief_of_the_segment_gets_the_task_and_another_one_does_not() {
    let world = World::new().await;
    let answer = world.api().submit(&report("street-light", "路灯不亮", HUAIHE)).await;
    let number = answer["case"]["caseNumber"].as_str().unwrap();
    let center = world.api().sign_in(&format!("center-{HUAIHE_CENTER}")).await;
    let segment = center.case(number).await["segmentCode"].as_str().unwrap().to_owned();
    let own = world.staff("chief", &[("roadChief", "segment", &segment, Some("l3"), None)]).await;
    let other = world.staff("other", &[("roadChief", "segment", "410103001999", Some("l3"), None)]).await;
    let to_post = json!({ "move": "dispatch", "post": "l3" });
    center.go(number, &[json!({ "move": "accept" }), json!({ "move": "open" }), to_post]).await;
    other.make(number, &json!({ "move": "sign" })).await.expect_problem(404, "unknown-case");
    let photo = own.photo().await;
    let way = [
        json!({ "move": "sign" }),
        json!({ "move": "arrive" }),
        json!({ "move": "handle", "photoIds": [photo], "note": "已更换灯泡" }),
    ];
    let case = own.go(number, &way).await;
    assert_eq!((&case["state"], &case["assignee"]), (&json!("handled"), &json!("三级路长")));
    let acts: Vec<&Value> = case["log"].as_array().unwrap().iter().map(|line| &line["act"]).collect();
    assert!(acts.contains(&&json!("arrive")));
    own.make(number, &json!({ "move": "inspect" })).await.expect_problem(403, "move-not-yours");
}
