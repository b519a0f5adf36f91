//! Closing, forcing it, rework, and appeals against lateness.

use serde_json::json;

use crate::harness::{HUAIHE, HUAIHE_CENTER, Staff, World, report};

/// A case handed to 区城市管理局, its center and the unit.
async fn dispatched(world: &World) -> (String, Staff, Staff) {
    let answer = world.api().submit(&report("road-damage", "路面有一个大坑", HUAIHE)).await;
    let number = answer["case"]["caseNumber"].as_str().unwrap().to_owned();
    let center = world.api().sign_in(&format!("center-{HUAIHE_CENTER}")).await;
    let grants = [("unitHandler", "district", "410103", None, Some("urban-management"))];
    let unit = world.staff("bureau", &grants).await;
    let given = json!({ "move": "dispatch", "unit": "urban-management" });
    center.go(&number, &[json!({ "move": "accept" }), json!({ "move": "open" }), given]).await;
    (number, center, unit)
}

#[tokio::test]
async fn only_where_closing_belongs_a_case_is_forced_closed_and_with_a_reason() {
    let world = World::new().await;
    let (number, center, unit) = dispatched(&world).await;
    let district = world.api().sign_in("district").await;
    let force = json!({ "move": "forceClose", "reason": "工程改造已整体移除" });
    for other in [&unit, &district] {
        other.make(&number, &force).await.expect_problem(403, "move-not-yours");
    }
    assert_eq!(center.make(&number, &json!({ "move": "forceClose" })).await.pointers(), ["/reason"]);
    let case = center.go(&number, &[force]).await;
    assert_eq!((&case["state"], case.get("dueAt")), (&json!("forceClosed"), None));
}

#[tokio::test]
async fn a_dispatcher_who_got_a_case_back_does_not_close_it_but_gives_it_on() {
    let world = World::new().await;
    let (number, _, unit) = dispatched(&world).await;
    unit.go(&number, &[json!({ "move": "return", "reason": "位置不在辖区" })]).await;
    let dispatcher =
        world.staff("dispatcher", &[("centerDispatcher", "town", HUAIHE_CENTER, None, None)]).await;
    let force = json!({ "move": "forceClose", "reason": "没人管" });
    let refused = dispatcher.make(&number, &force).await.expect_problem(409, "move-guarded");
    assert_eq!(refused["guard"], "dispatchAgain");
    dispatcher.go(&number, &[json!({ "move": "open" })]).await;
    dispatcher.make(&number, &force).await.expect_problem(409, "move-guarded");
    let case = dispatcher.go(&number, &[json!({ "move": "dispatch", "unit": "traffic-police" })]).await;
    assert_eq!(case["assignee"], "交警大队");
}

#[tokio::test]
async fn rework_keeps_unit_person_and_photos_and_is_not_returned() {
    let world = World::new().await;
    let (number, center, unit) = dispatched(&world).await;
    let photo = unit.photo().await;
    let way = [
        json!({ "move": "sign" }),
        json!({ "move": "assign", "person": "bureau" }),
        json!({ "move": "handle", "photoIds": [photo] }),
    ];
    unit.go(&number, &way).await;
    let failed = [json!({ "move": "inspect" }), json!({ "move": "fail", "reason": "坑还在" })];
    let case = center.go(&number, &failed).await;
    assert_eq!((&case["state"], &case["dueKind"]), (&json!("rework"), &json!("handle")));
    assert_eq!(case["handling"]["unit"]["code"], "urban-management");
    assert_eq!(
        (&case["handling"]["person"], case["photos"].as_array().unwrap().len()),
        (&json!("bureau"), 1)
    );
    let case = unit.go(&number, &[json!({ "move": "sign" }), json!({ "move": "revokeAssign" })]).await;
    assert_eq!(case["state"], "signed");
    let back = json!({ "move": "return", "reason": "权属不清" });
    let refused = unit.make(&number, &back).await.expect_problem(409, "move-guarded");
    assert_eq!(refused["guard"], "alreadyFedBack");
}

#[tokio::test]
async fn the_unit_appeals_against_lateness_and_two_reviewers_excuse_it() {
    let world = World::new().await;
    let (number, center, unit) = dispatched(&world).await;
    unit.go(&number, &[json!({ "move": "sign" })]).await;
    let late = "update case_clock set due_at = now() - interval '1 minute', warn_at = started_at where kind = 'handle'";
    sqlx::query(late).execute(&world.pool).await.unwrap();
    sqlx::query("select show_clock(case_id, 'handle') from cases").execute(&world.pool).await.unwrap();
    let photo = unit.photo().await;
    let case = unit.go(&number, &[json!({ "move": "handle", "photoIds": [photo] })]).await;
    assert_eq!(case["handling"]["late"], true);
    let line = case["log"].as_array().unwrap().last().unwrap().clone();
    assert!(line["detail"]["dueAt"].is_string() && line["detail"]["late"] == true, "{line}");
    center.go(&number, &[json!({ "move": "inspect" }), json!({ "move": "pass" })]).await;
    let appeal = json!({ "move": "appealTimeout", "reason": "当天暴雨红色预警" });
    center.make(&number, &appeal).await.expect_problem(403, "move-not-yours");
    unit.go(&number, std::slice::from_ref(&appeal)).await;
    let twice = unit.make(&number, &appeal).await.expect_problem(409, "move-guarded");
    assert_eq!(twice["guard"], "contestedBefore");
    let allow = json!({ "move": "allowAppeal", "reason": "属实" });
    unit.make(&number, &allow).await.expect_problem(403, "move-not-yours");
    let district = world.api().sign_in("district").await;
    let case = district.go(&number, std::slice::from_ref(&allow)).await;
    assert_eq!(
        (&case["handling"]["appealOpen"], &case["handling"]["exempted"]),
        (&json!(true), &json!(false))
    );
    let twice = district.make(&number, &allow).await.expect_problem(409, "move-guarded");
    assert_eq!(twice["guard"], "sameReviewer");
    let case = center.go(&number, &[allow]).await;
    let handling = &case["handling"];
    let stands = (&handling["appealOpen"], &handling["exempted"], &handling["late"]);
    assert_eq!(stands, (&json!(false), &json!(true), &json!(true)), "excused; what happened stays as it was");
    let clock = case["clocks"].as_array().unwrap().iter().find(|clock| clock["kind"] == "handle").unwrap();
    assert_eq!(clock["state"], "exempted", "{clock}");
}

#[tokio::test]
async fn who_was_in_time_has_nothing_to_appeal_against() {
    let world = World::new().await;
    let (number, center, unit) = dispatched(&world).await;
    let photo = unit.photo().await;
    unit.go(&number, &[json!({ "move": "sign" }), json!({ "move": "handle", "photoIds": [photo] })]).await;
    center.go(&number, &[json!({ "move": "inspect" }), json!({ "move": "pass" })]).await;
    let refused = unit.make(&number, &json!({ "move": "appealTimeout", "reason": "x" })).await;
    assert_eq!(refused.expect_problem(409, "move-guarded")["guard"], "notLate");
}
