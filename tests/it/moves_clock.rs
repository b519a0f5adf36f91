//! What moves do to the clock: questions, extensions, suspensions.

use std::time::Duration;

use chrono::{DateTime, Utc};
use serde_json::{Value, json};

use crate::harness::{HUAIHE, HUAIHE_CENTER, Staff, World, report};

async fn received(world: &World) -> (Value, String, Staff) {
    let answer = world.api().submit(&report("road-damage", "路面有一个大坑", HUAIHE)).await;
    let number = answer["case"]["caseNumber"].as_str().unwrap().to_owned();
    let center = world.api().sign_in(&format!("center-{HUAIHE_CENTER}")).await;
    (answer, number, center)
}

/// Signed by the unit, which has an account of its own.
async fn signed(world: &World) -> (String, Staff, Staff) {
    let (_, number, center) = received(world).await;
    let grants = [("unitHandler", "district", "410103", None, Some("urban-management"))];
    let unit = world.staff("bureau", &grants).await;
    let given = json!({ "move": "dispatch", "unit": "urban-management" });
    center.go(&number, &[json!({ "move": "accept" }), json!({ "move": "open" }), given]).await;
    unit.go(&number, &[json!({ "move": "sign" })]).await;
    (number, center, unit)
}

/// The handling clock has run out a minute ago.
async fn overdue(world: &World) {
    let clock = "update case_clock set due_at = now() - interval '1 minute', warn_at = started_at where kind = 'handle'";
    sqlx::query(clock).execute(&world.pool).await.unwrap();
    let shown = "select show_clock(case_id, 'handle') from cases";
    sqlx::query(shown).execute(&world.pool).await.unwrap();
}

fn due(case: &Value) -> DateTime<Utc> {
    case["dueAt"].as_str().unwrap_or_else(|| panic!("nothing is due: {case}")).parse().unwrap()
}

#[tokio::test]
async fn a_question_stops_the_clock_until_its_answer() {
    let world = World::new().await;
    let (answer, number, center) = received(&world).await;
    let before = due(&center.case(&number).await);
    let asked = center.go(&number, &[json!({ "move": "askReporter", "note": "哪个路口？" })]).await;
    assert!(asked.get("dueAt").is_none() && asked["handling"]["pausedSince"].is_string(), "{asked}");
    sqlx::query("update case_clock set paused_at = now() - interval '2 minutes' where paused_at is not null")
        .execute(&world.pool)
        .await
        .unwrap();
    let path = format!("/v1/reports/{}/additions", answer["trackingCode"].as_str().unwrap());
    let words = json!({ "description": "淮河路与兴华街口", "claimSecret": answer["claimSecret"] });
    world.api().post(&path, &words).await.expect(201);
    let back = center.case(&number).await;
    let moved = (due(&back) - before).num_seconds();
    assert!((119..180).contains(&moved), "two minutes of waiting are given back, no more: {moved}");
    assert!(back["handling"].get("pausedSince").is_none() && back["dueKind"] == "accept");
    // A case that goes on to another stage without the answer has that stage's clock.
    center.go(&number, &[json!({ "move": "askReporter", "note": "几号？" })]).await;
    let accepted = center.go(&number, &[json!({ "move": "accept" })]).await;
    assert_eq!((&accepted["dueKind"], &accepted["question"]), (&json!("preVerify"), &json!("几号？")));
}

#[tokio::test]
async fn an_extension_is_asked_for_by_the_unit_and_granted_by_the_center_once() {
    let world = World::new().await;
    let (number, center, unit) = signed(&world).await;
    let before = due(&center.case(&number).await);
    center.make(&number, &json!({ "move": "extend" })).await.expect_problem(409, "move-guarded");
    let why = json!({ "move": "requestExtension", "reason": "沥青明天才到" });
    assert_eq!(unit.make(&number, &json!({ "move": "requestExtension" })).await.pointers(), ["/reason"]);
    let asked = unit.go(&number, std::slice::from_ref(&why)).await;
    assert_eq!(asked["handling"]["request"]["kind"], "extension");
    assert_eq!(due(&asked), before, "asking moves nothing");
    unit.make(&number, &json!({ "move": "extend" })).await.expect_problem(403, "move-not-yours");
    center.go(&number, &[json!({ "move": "refuseRequest", "reason": "今天完成" })]).await;
    unit.go(&number, std::slice::from_ref(&why)).await;
    let granted = center.go(&number, &[json!({ "move": "extend" })]).await;
    assert!(
        due(&granted) > before && granted["handling"]["extensions"] == 1,
        "what was refused did not count"
    );
    let refused = unit.make(&number, &why).await.expect_problem(409, "move-guarded");
    assert_eq!(refused["guard"], "extensionsUsedUp");
}

#[tokio::test]
async fn who_is_late_asks_for_no_extension_and_nobody_grants_their_own() {
    let world = World::new().await;
    let (number, center, unit) = signed(&world).await;
    let why = json!({ "move": "requestExtension", "reason": "沥青明天才到" });
    center.go(&number, std::slice::from_ref(&why)).await;
    let own = center.make(&number, &json!({ "move": "extend" })).await.expect_problem(409, "move-guarded");
    assert_eq!(own["guard"], "ownRequest");
    center.go(&number, &[json!({ "move": "refuseRequest", "reason": "误点" })]).await;
    overdue(&world).await;
    let refused = unit.make(&number, &why).await.expect_problem(409, "move-guarded");
    assert_eq!(refused["guard"], "overdue");
}

#[tokio::test]
async fn a_suspension_ends_by_itself_on_its_day_and_the_clock_goes_on() {
    let world = World::with_worker().await;
    let (number, center, unit) = signed(&world).await;
    let before = due(&center.case(&number).await);
    let today = jiekou_core::clock::local::local(world.now().await).date();
    let until = |days| (today + chrono::Days::new(days)).to_string();
    let ask =
        |until: String| json!({ "move": "requestSuspension", "reason": "冬季不能施工", "until": until });
    for wrong in [until(0), until(366)] {
        assert_eq!(unit.make(&number, &ask(wrong)).await.pointers(), ["/until"]);
    }
    unit.go(&number, &[ask(until(90))]).await;
    let suspended = center.go(&number, &[json!({ "move": "suspend" })]).await;
    assert_eq!((&suspended["state"], suspended.get("dueAt")), (&json!("suspended"), None));
    assert_eq!(suspended["handling"]["suspendedUntil"], until(90));
    // Its day comes.
    sqlx::query("update cases set progress = jsonb_set(progress, '{suspendedUntil}', to_jsonb($1::text))")
        .bind(today.to_string())
        .execute(&world.pool)
        .await
        .unwrap();
    let waiting = "update job set run_at = now() where kind = 'resumeCase'";
    assert_eq!(sqlx::query(waiting).execute(&world.pool).await.unwrap().rows_affected(), 1);
    let mut back = Value::Null;
    for _ in 0..100 {
        back = center.case(&number).await;
        if back["state"] == "signed" {
            break;
        }
        tokio::time::sleep(Duration::from_millis(100)).await;
    }
    assert_eq!(back["state"], "signed", "{back}");
    assert!(due(&back) >= before);
    let line = back["log"].as_array().unwrap().last().unwrap().clone();
    assert_eq!((&line["act"], &line["actorKind"]), (&json!("resume"), &json!("system")));
    let again = unit.make(&number, &ask(until(30))).await.expect_problem(409, "move-guarded");
    assert_eq!(again["guard"], "suspensionsUsedUp");
}

#[tokio::test]
async fn a_dispatcher_may_end_a_suspension_early_and_the_late_job_changes_nothing() {
    let world = World::with_worker().await;
    let (number, center, unit) = signed(&world).await;
    let today = jiekou_core::clock::local::local(world.now().await).date();
    let until = (today + chrono::Days::new(9)).to_string();
    unit.go(&number, &[json!({ "move": "requestSuspension", "reason": "等材料", "until": until })]).await;
    center.go(&number, &[json!({ "move": "suspend" }), json!({ "move": "resume" })]).await;
    sqlx::query("update job set run_at = now() where kind = 'resumeCase'")
        .execute(&world.pool)
        .await
        .unwrap();
    for _ in 0..100 {
        if world.count("select count(*) from job where kind = 'resumeCase'").await == 0 {
            break;
        }
        tokio::time::sleep(Duration::from_millis(50)).await;
    }
    assert_eq!(world.count("select count(*) from case_log where act = 'resume'").await, 1);
}
