//! What reporters decide: withdrawing, objecting, and whether it is solved.

use serde_json::{Value, json};

use crate::harness::{Answer, HUAIHE, HUAIHE_CENTER, Staff, World, report};

async fn say(world: &World, answer: &Value, what: &str, mut body: Value) -> Answer {
    let path = format!("/v1/reports/{}/{what}", answer["trackingCode"].as_str().unwrap());
    if what != "callback" {
        body["claimSecret"] = answer["claimSecret"].clone();
    }
    world.api().post(&path, &body).await
}

fn number(answer: &Value) -> &str {
    answer["case"]["caseNumber"].as_str().unwrap()
}

async fn center(world: &World) -> Staff {
    world.api().sign_in(&format!("center-{HUAIHE_CENTER}")).await
}

async fn closed(center: &Staff, number: &str) {
    let photo = center.photo().await;
    let mut way = vec![json!({ "move": "accept" }), json!({ "move": "open" })];
    way.extend(handled(&photo));
    center.go(number, &way).await;
}

/// From open or reopened to closed.
fn handled(photo: &str) -> Vec<Value> {
    vec![
        json!({ "move": "dispatch", "assignee": "市政养护所" }),
        json!({ "move": "sign" }),
        json!({ "move": "handle", "photoIds": [photo] }),
        json!({ "move": "inspect" }),
        json!({ "move": "pass" }),
    ]
}

#[tokio::test]
async fn a_withdrawal_ends_a_case_that_nobody_else_needs_and_no_other() {
    let world = World::new().await;
    let alone = world.api().submit(&report("noise", "半夜很吵", HUAIHE)).await;
    let wrong = json!({ "claimSecret": "00000000000000000000000000000000" });
    let path = format!("/v1/reports/{}/withdrawal", alone["trackingCode"].as_str().unwrap());
    world.api().post(&path, &wrong).await.expect_problem(403, "not-author");
    let done = say(&world, &alone, "withdrawal", json!({ "reason": "已经安静了" })).await.expect(200);
    assert_eq!(done["caseEnded"], true);
    let page = world.api().track(&alone["trackingCode"]).await;
    assert_eq!(page["case"]["state"], "voided");
    assert_eq!(page["timeline"].as_array().unwrap().last().unwrap()["act"], "withdraw");
    let again = say(&world, &alone, "withdrawal", json!({})).await.expect(200);
    assert_eq!(again["caseEnded"], true, "again changes nothing");
    assert_eq!(world.count("select count(*) from case_log where act = 'withdraw'").await, 1);

    let first = world.api().submit(&report("road-damage", "路面有坑", HUAIHE)).await;
    let second = world.api().submit(&report("road-damage", "同一个坑", HUAIHE)).await;
    assert_eq!(number(&first), number(&second));
    let done = say(&world, &first, "withdrawal", json!({})).await.expect(200);
    assert_eq!(done["caseEnded"], false, "somebody else needs it");
    assert_eq!(world.api().track(&second["trackingCode"]).await["case"]["state"], "received");
    let done = say(&world, &second, "withdrawal", json!({})).await.expect(200);
    assert_eq!(done["caseEnded"], true, "now nobody does");
}

#[tokio::test]
async fn a_confirmed_or_dangerous_problem_is_not_withdrawn_with_its_report() {
    let world = World::new().await;
    let answer = world.api().submit(&report("road-damage", "路面有坑", HUAIHE)).await;
    let center = center(&world).await;
    center.go(number(&answer), &[json!({ "move": "accept" }), json!({ "move": "open" })]).await;
    assert_eq!(say(&world, &answer, "withdrawal", json!({})).await.expect(200)["caseEnded"], false);
    assert_eq!(center.case(number(&answer)).await["state"], "opened");
    let gas = world.api().submit(&report("gas-leak", "闻到很浓的煤气味，燃气泄漏", HUAIHE)).await;
    assert!(gas.get("safety").is_some(), "{gas}");
    assert_eq!(say(&world, &gas, "withdrawal", json!({})).await.expect(200)["caseEnded"], false);
}

#[tokio::test]
async fn an_objection_is_decided_by_another_reviewer_once() {
    let world = World::new().await;
    let answer = world.api().submit(&report("greening", "绿地里堆了垃圾", HUAIHE)).await;
    let (center, district) = (center(&world).await, world.api().sign_in("district").await);
    let early = say(&world, &answer, "objection", json!({ "reason": "不同意" })).await;
    early.expect_problem(409, "move-not-allowed");
    center.go(number(&answer), &[json!({ "move": "reject", "reason": "属于小区内部" })]).await;
    let bare = say(&world, &answer, "objection", json!({})).await;
    assert_eq!(bare.pointers(), ["/reason"]);
    let why = json!({ "reason": "是公共绿地，不是小区" });
    assert_eq!(say(&world, &answer, "objection", why.clone()).await.status, 204);
    let twice = say(&world, &answer, "objection", why).await.expect_problem(409, "move-guarded");
    assert_eq!(twice["guard"], "contestedBefore");
    // The center's account holds the role of a reviewer too, but it was the one that rejected.
    let allow = json!({ "move": "allowObjection", "reason": "现场确为公共绿地" });
    let same = center.make(number(&answer), &allow).await.expect_problem(409, "move-guarded");
    assert_eq!(same["guard"], "sameReviewer");
    let case = district.go(number(&answer), &[allow]).await;
    assert_eq!((&case["state"], &case["dueKind"]), (&json!("accepted"), &json!("preVerify")));
    let page = world.api().track(&answer["trackingCode"]).await;
    let acts: Vec<&Value> = page["timeline"].as_array().unwrap().iter().map(|step| &step["act"]).collect();
    assert_eq!(acts, ["received", "reject", "object", "allowObjection"]);
}

#[tokio::test]
async fn enough_reporters_who_say_it_is_not_solved_reopen_the_case_for_another_checker() {
    let world = World::new().await;
    let mut reports = Vec::new();
    for words in ["路面有坑", "同一个坑", "还是这个坑"] {
        reports.push(world.api().submit(&report("road-damage", words, HUAIHE)).await);
    }
    let case_number = number(&reports[0]).to_owned();
    let center = center(&world).await;
    let early = say(&world, &reports[0], "callback", json!({ "solved": false })).await;
    early.expect_problem(409, "move-not-allowed");
    closed(&center, &case_number).await;
    assert_eq!(say(&world, &reports[0], "callback", json!({})).await.pointers(), ["/solved"]);
    for satisfaction in [json!(4), json!(-1), json!(1.5), json!("满意")] {
        let wrong = json!({ "solved": true, "satisfaction": satisfaction });
        assert_eq!(say(&world, &reports[0], "callback", wrong).await.pointers(), ["/satisfaction"]);
    }
    let no = json!({ "solved": false, "note": "又塌了" });
    assert_eq!(say(&world, &reports[0], "callback", no.clone()).await.expect(200)["reopened"], false);
    assert_eq!(
        say(&world, &reports[0], "callback", no.clone()).await.expect(200)["reopened"],
        false,
        "one voice"
    );
    assert_eq!(
        say(&world, &reports[1], "callback", json!({ "solved": true, "satisfaction": 3 })).await.expect(200)
            ["reopened"],
        false
    );
    assert_eq!(say(&world, &reports[2], "callback", no.clone()).await.expect(200)["reopened"], true);
    let case = center.case(&case_number).await;
    assert_eq!((&case["state"], &case["dueKind"]), (&json!("reopened"), &json!("dispatch")));
    let line = case["log"].as_array().unwrap().last().unwrap().clone();
    assert_eq!((&line["actorKind"], &line["reason"]), (&json!("system"), &json!("2 位报料人反映没有解决")));

    let photo = center.photo().await;
    let mut way = handled(&photo);
    way.truncate(3);
    center.go(&case_number, &way).await;
    let inspect = json!({ "move": "inspect" });
    let same = center.make(&case_number, &inspect).await.expect_problem(409, "move-guarded");
    assert_eq!(same["guard"], "sameChecker");
    let grants =
        [("inspector", "town", HUAIHE_CENTER, None, None), ("reviewer", "town", HUAIHE_CENTER, None, None)];
    let other = world.staff("second-checker", &grants).await;
    let case = other.go(&case_number, &[inspect, json!({ "move": "pass" })]).await;
    assert_eq!(case["state"], "closed");
    // What was said of the first closing does not count for the second.
    assert_eq!(say(&world, &reports[1], "callback", no).await.expect(200)["reopened"], false);
}

#[tokio::test]
async fn the_only_reporter_reopens_alone_and_too_late_is_too_late() {
    let world = World::new().await;
    let answer = world.api().submit(&report("street-light", "路灯不亮", HUAIHE)).await;
    let center = center(&world).await;
    closed(&center, number(&answer)).await;
    let long_ago = "update cases set progress = jsonb_set(progress, '{verdict,at}', to_jsonb(now() - interval '8 days'))";
    sqlx::query(long_ago).execute(&world.pool).await.unwrap();
    let late = say(&world, &answer, "callback", json!({ "solved": false })).await;
    assert_eq!(late.expect_problem(409, "move-guarded")["guard"], "windowPassed");
    let back = "update cases set progress = jsonb_set(progress, '{verdict,at}', to_jsonb(now()))";
    sqlx::query(back).execute(&world.pool).await.unwrap();
    assert_eq!(
        say(&world, &answer, "callback", json!({ "solved": false })).await.expect(200)["reopened"],
        true
    );
}
