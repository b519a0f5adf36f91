//! A closed problem that comes back is a new case, linked to the one before and counted.

use std::time::Duration;

use serde_json::{Value, json};

use crate::harness::{HUAIHE, HUAIHE_CENTER, Staff, World, moved, report};

fn number(answer: &Value) -> &str {
    answer["case"]["caseNumber"].as_str().unwrap()
}

async fn center(world: &World) -> Staff {
    world.api().sign_in(&format!("center-{HUAIHE_CENTER}")).await
}

async fn lamp(world: &World, place: (f64, f64)) -> Value {
    let answer = world.api().submit(&report("street-light", "路灯不亮", place)).await;
    assert_eq!(answer["outcome"], "new", "{answer}");
    answer
}

/// Takes a case all the way to its close.
async fn close(staff: &Staff, number: &str) {
    let photo = staff.photo().await;
    for body in [
        json!({ "move": "accept" }),
        json!({ "move": "open" }),
        json!({ "move": "dispatch", "assignee": "路灯所" }),
        json!({ "move": "sign" }),
        json!({ "move": "handle", "photoIds": [photo] }),
        json!({ "move": "inspect" }),
        json!({ "move": "pass" }),
    ] {
        staff.make(number, &body).await.expect(200);
    }
}

/// The case once the worker has done all there is to do.
async fn settled(world: &World, staff: &Staff, number: &str) -> Value {
    for _ in 0..200 {
        if world.count("select count(*) from job where dead_at is null").await == 0 {
            return staff.get(&format!("/v1/cases/{number}")).await.expect(200);
        }
        tokio::time::sleep(Duration::from_millis(50)).await;
    }
    panic!("jobs are left: {}", world.logs());
}

/// Lets so many days go by since everything that has happened.
async fn days_go_by(world: &World, days: i32) {
    for statement in [
        "alter table case_log disable trigger case_log_append_only",
        "update case_log set at = at - make_interval(days => $1)",
        "alter table case_log enable trigger case_log_append_only",
        "update cases set opened_at = opened_at - make_interval(days => $1), changed_at = changed_at - make_interval(days => $1),
             recognised_until = recognised_until - make_interval(days => $1)",
    ] {
        let query = sqlx::query(statement);
        let query = if statement.contains("$1") { query.bind(days) } else { query };
        query.execute(&world.pool).await.unwrap();
    }
}

#[tokio::test]
async fn a_lamp_that_fails_again_is_linked_counted_and_at_the_third_time_a_hot_spot() {
    let world = World::with_worker().await;
    let staff = center(&world).await;
    let first = lamp(&world, HUAIHE).await;
    assert!(settled(&world, &staff, number(&first)).await.get("recurrence").is_none());
    close(&staff, number(&first)).await;
    let second = lamp(&world, moved(HUAIHE, 5.0, 0.0)).await;
    assert_eq!(second["similar"], json!([]), "a closed case is no duplicate");
    let case = settled(&world, &staff, number(&second)).await;
    let expected =
        json!({ "previousCaseNumber": number(&first), "timesHere": 2, "windowDays": 60, "hotSpot": false });
    assert_eq!(case["recurrence"], expected);
    let line = case["log"].as_array().unwrap().last().unwrap().clone();
    assert_eq!((&line["act"], &line["detail"]["timesHere"]), (&json!("recurred"), &json!(2)));
    let page = world.api().track(&second["trackingCode"]).await;
    assert!(!page.to_string().contains("recurred"), "its reporter is not told: {page}");

    close(&staff, number(&second)).await;
    let third = lamp(&world, HUAIHE).await;
    let case = settled(&world, &staff, number(&third)).await;
    assert_eq!(case["recurrence"]["previousCaseNumber"], number(&second));
    assert_eq!((&case["recurrence"]["timesHere"], &case["recurrence"]["hotSpot"]), (&json!(3), &json!(true)));
    let hot = staff.get("/v1/cases?hotSpot=true").await.expect(200);
    let lines = hot["cases"].as_array().unwrap();
    assert_eq!(lines.len(), 1, "{hot}");
    assert_eq!((&lines[0]["caseNumber"], &lines[0]["timesHere"]), (&json!(number(&third)), &json!(3)));
    assert_eq!(staff.get("/v1/cases?hotSpot=maybe").await.pointers(), ["/hotSpot"]);
    assert_eq!(world.count("select count(*) from cases where case_log_break(case_id) is not null").await, 0);
}

#[tokio::test]
async fn what_was_rejected_lies_elsewhere_is_another_problem_or_long_ago_is_no_recurrence() {
    let world = World::with_worker().await;
    let staff = center(&world).await;
    let rejected = lamp(&world, HUAIHE).await;
    staff.make(number(&rejected), &json!({ "move": "reject", "reason": "现场正常" })).await.expect(200);
    let elsewhere = lamp(&world, moved(HUAIHE, 300.0, 0.0)).await;
    close(&staff, number(&elsewhere)).await;
    let other = world.api().submit(&report("household-waste", "垃圾没人收", HUAIHE)).await;
    close(&staff, number(&other)).await;
    let old = lamp(&world, HUAIHE).await;
    assert!(settled(&world, &staff, number(&old)).await.get("recurrence").is_none());
    close(&staff, number(&old)).await;
    days_go_by(&world, 61).await;
    let fresh = lamp(&world, HUAIHE).await;
    assert!(settled(&world, &staff, number(&fresh)).await.get("recurrence").is_none());
    close(&staff, number(&fresh)).await;
    days_go_by(&world, 45).await;
    let again = lamp(&world, HUAIHE).await;
    let recurrence = settled(&world, &staff, number(&again)).await["recurrence"].clone();
    assert_eq!((&recurrence["timesHere"], &recurrence["hotSpot"]), (&json!(2), &json!(false)));
}

#[tokio::test]
async fn cases_merged_into_one_were_here_once_and_an_unmerge_takes_the_link_back() {
    let world = World::with_worker().await;
    let staff = center(&world).await;
    let (a, b) = (lamp(&world, HUAIHE).await, lamp(&world, moved(HUAIHE, 150.0, 0.0)).await);
    let into = |other: &Value| json!({ "move": "merge", "reason": "同一处", "into": number(other) });
    staff.make(number(&a), &into(&b)).await.expect(200);
    close(&staff, number(&b)).await;
    // At the place of the merged case, and at that of the other.
    for (place, times) in [(HUAIHE, 2), (moved(HUAIHE, 150.0, 0.0), 2)] {
        let answer = lamp(&world, place).await;
        let case = settled(&world, &staff, number(&answer)).await;
        assert_eq!(case["recurrence"]["previousCaseNumber"], number(&b), "{case}");
        assert_eq!(case["recurrence"]["timesHere"], times);
    }
    // A case far away becomes the return of what was merged into it, and is none any more without it.
    let far = lamp(&world, moved(HUAIHE, 300.0, 0.0)).await;
    let back = staff.get("/v1/cases").await.expect(200)["cases"].clone();
    let recurred = back.as_array().unwrap().iter().find(|line| line["timesHere"] == 2).unwrap();
    let recurred = recurred["caseNumber"].as_str().unwrap().to_owned();
    staff.make(&recurred, &into(&far)).await.expect(200);
    let case = settled(&world, &staff, number(&far)).await;
    assert_eq!(case["recurrence"]["previousCaseNumber"], number(&b));
    staff.make(&recurred, &json!({ "move": "unmerge", "reason": "不是" })).await.expect(200);
    let case = settled(&world, &staff, number(&far)).await;
    assert!(case.get("recurrence").is_none(), "{case}");
    let acts: Vec<_> = case["log"].as_array().unwrap().iter().map(|line| line["act"].clone()).collect();
    assert_eq!(acts, ["received", "absorb", "recurred", "release", "notRecurred"]);
}

#[tokio::test]
async fn a_vendor_who_is_back_after_the_window_is_counted_though_the_case_is_still_open() {
    let world = World::with_worker().await;
    let staff = center(&world).await;
    let vendor = report("street-vendor", "流动摊贩占道经营", HUAIHE);
    let first = world.api().submit(&vendor).await;
    settled(&world, &staff, number(&first)).await;
    days_go_by(&world, 1).await;
    // The index remembers the window as it was; a process without Redis does not.
    let mut world = world;
    world.add_api(&[("JIEKOU_REDIS__URL", "redis://127.0.0.1:1/")]).await;
    let second = world.api_at(1).submit(&vendor).await;
    assert_eq!(second["outcome"], "new", "{second}");
    let case = settled(&world, &staff, number(&second)).await;
    assert_eq!(case["recurrence"]["previousCaseNumber"], number(&first), "{case}");
}
