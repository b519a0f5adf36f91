//! Cases are merged and un-merged, in chains too; nobody's report, deadline or question is lost on the way.

use serde_json::{Value, json};

use crate::harness::{HUAIHE, HUAIHE_CENTER, Staff, World, moved, report};

/// A case of one report, so far from the others that only staff can make them one.
async fn case(world: &World, position: u32) -> Value {
    world.api().submit(&report("road-damage", "路面有坑", spot(position))).await
}

/// Spots 150 m apart, five in a row.
fn spot(position: u32) -> (f64, f64) {
    moved(HUAIHE, f64::from(position % 5) * 150.0, f64::from(position / 5) * -150.0)
}

fn number(answer: &Value) -> &str {
    answer["case"]["caseNumber"].as_str().unwrap()
}

async fn center(world: &World) -> Staff {
    world.api().sign_in(&format!("center-{HUAIHE_CENTER}")).await
}

async fn merge(staff: &Staff, from: &str, into: &str) -> Value {
    staff.make(from, &json!({ "move": "merge", "reason": "同一处", "into": into })).await.expect(200)
}

async fn unmerge(staff: &Staff, number: &str) -> Value {
    staff.make(number, &json!({ "move": "unmerge", "reason": "不是同一处" })).await.expect(200)
}

async fn view(staff: &Staff, number: &str) -> Value {
    staff.get(&format!("/v1/cases/{number}")).await.expect(200)
}

fn receipts(case: &Value) -> Vec<i64> {
    case["reports"].as_array().unwrap().iter().map(|it| it["receiptNumber"].as_i64().unwrap()).collect()
}

#[tokio::test]
async fn an_unmerge_inside_a_chain_brings_its_own_reporters_home() {
    let world = World::new().await;
    let (a, b, c) = (case(&world, 0).await, case(&world, 1).await, case(&world, 2).await);
    let staff = center(&world).await;
    merge(&staff, number(&a), number(&b)).await;
    merge(&staff, number(&b), number(&c)).await;
    let home = unmerge(&staff, number(&a)).await;
    assert_eq!(receipts(&home), [a["receiptNumber"].as_i64().unwrap()]);
    assert_eq!(world.api().track(&a["trackingCode"]).await["case"]["caseNumber"], number(&a));
    assert_eq!(view(&staff, number(&c)).await["reportCount"], 2);
    let middle = unmerge(&staff, number(&b)).await;
    assert_eq!(receipts(&middle), [b["receiptNumber"].as_i64().unwrap()]);
    assert_eq!(view(&staff, number(&c)).await["reportCount"], 1);
}

#[tokio::test]
async fn a_merge_takes_alarm_and_deadline_along_and_an_unmerge_gives_both_back() {
    let world = World::new().await;
    let api = world.api();
    let calm = case(&world, 0).await;
    let body = report("road-collapse", "路面塌陷，有人掉下去了，燃气味很大", moved(HUAIHE, 400.0, 0.0));
    let urgent = api.submit(&body).await;
    let staff = center(&world).await;
    let before = view(&staff, number(&calm)).await;
    let own = view(&staff, number(&urgent)).await;
    assert_eq!((&before["urgency"], &own["alarmed"]), (&json!("normal"), &json!(true)));
    merge(&staff, number(&urgent), number(&calm)).await;
    let merged = view(&staff, number(&calm)).await;
    assert_eq!((&merged["urgency"], &merged["alarmed"]), (&json!("urgent"), &json!(true)));
    assert_eq!(merged["dueAt"], own["dueAt"], "the sooner promise counts");
    let back = unmerge(&staff, number(&urgent)).await;
    for (now, then) in [(&back, &own), (&view(&staff, number(&calm)).await, &before)] {
        for field in ["urgency", "alarmed", "dueAt", "dueKind", "dueRule"] {
            assert_eq!(now[field], then[field], "{field}");
        }
    }
}

#[tokio::test]
async fn an_open_question_goes_along_and_is_asked_once() {
    let world = World::new().await;
    let api = world.api();
    let (asked, other) = (case(&world, 0).await, case(&world, 1).await);
    let staff = center(&world).await;
    staff.make(number(&asked), &json!({ "move": "accept" })).await.expect(200);
    let question = json!({ "move": "askReporter", "note": "哪一侧？" });
    staff.make(number(&asked), &question).await.expect(200);
    staff.make(number(&asked), &json!({ "move": "confirm" })).await;
    merge(&staff, number(&asked), number(&other)).await;
    assert_eq!(api.track(&asked["trackingCode"]).await["question"], "哪一侧？");
    let path = format!("/v1/reports/{}/additions", asked["trackingCode"].as_str().unwrap());
    let words = json!({ "description": "东侧", "claimSecret": asked["claimSecret"] });
    assert_eq!(api.post(&path, &words).await.expect(201)["answersQuestion"], true);
    unmerge(&staff, number(&asked)).await;
    assert!(api.track(&asked["trackingCode"]).await.get("question").is_none(), "it was answered");
}

#[tokio::test]
async fn only_who_answers_for_both_cases_takes_a_merge_back() {
    let world = World::with_worker().await;
    let api = world.api();
    let mut body = report("road-damage", "路面有坑", HUAIHE);
    body["contact"] = json!({ "email": "anna@jiekou.example" });
    let here = api.submit(&body).await;
    let there = api.submit(&report("road-damage", "路面有坑", (113.639957, 34.7428))).await;
    let (name, code) = (&there["center"]["name"], &there["center"]["code"]);
    assert_ne!(code, HUAIHE_CENTER);
    world.mail.wait_for("the receipt", |mails| mails.len() == 1).await;
    merge(&api.sign_in("district").await, number(&here), number(&there)).await;
    let mails = world.mail.wait_for("word of the merge", |mails| mails.len() == 2).await;
    let words = mails[1].words();
    assert!(words.contains(name.as_str().unwrap()), "the center that answers now: {words}");
    let old = center(&world).await;
    let refused = old.make(number(&here), &json!({ "move": "unmerge", "reason": "不是" })).await;
    refused.expect_problem(403, "forbidden");
    unmerge(&api.sign_in("district").await, number(&here)).await;
}

async fn add(world: &World, answer: &Value, words: &str) {
    let path = format!("/v1/reports/{}/additions", answer["trackingCode"].as_str().unwrap());
    let body = json!({ "description": words, "claimSecret": answer["claimSecret"] });
    world.api().post(&path, &body).await.expect(201);
}

#[tokio::test]
async fn what_was_said_while_merged_comes_home_with_its_alarm_and_its_short_clock() {
    let world = World::new().await;
    let (a, b) = (case(&world, 0).await, case(&world, 1).await);
    let staff = center(&world).await;
    let calm = view(&staff, number(&a)).await;
    merge(&staff, number(&a), number(&b)).await;
    add(&world, &a, "旁边闻到很大的煤气味").await;
    let home = unmerge(&staff, number(&a)).await;
    assert_eq!((&home["urgency"], &home["alarmed"]), (&json!("urgent"), &json!(true)));
    assert!(home["dueAt"].as_str() < calm["dueAt"].as_str(), "{} {}", home["dueAt"], calm["dueAt"]);
    assert_eq!(home["reports"][0]["additions"][0]["description"], "旁边闻到很大的煤气味");
    let other = view(&staff, number(&b)).await;
    assert_eq!((&other["urgency"], &other["alarmed"]), (&json!("normal"), &json!(false)));
    assert!(!other.to_string().contains("煤气味"), "words go with the report that said them");
}

#[tokio::test]
async fn an_alarmed_case_that_comes_to_another_center_alarms_that_one_too() {
    let world = World::with_worker().await;
    let api = world.api();
    let here = api.submit(&report("road-damage", "路面塌陷，有人被困", HUAIHE)).await;
    let there = api.submit(&report("road-damage", "路面有坑", (113.639957, 34.7428))).await;
    world.mail.wait_for("the alarm", |mails| mails.len() == 1).await;
    merge(&api.sign_in("district").await, number(&here), number(&there)).await;
    let mails = world.mail.wait_for("the other center's alarm", |mails| mails.len() == 2).await;
    assert!(mails[1].words().contains(number(&there)), "{}", mails[1].words());
}

#[tokio::test]
async fn of_two_merges_the_one_that_stands_keeps_its_promise() {
    let world = World::new().await;
    let staff = center(&world).await;
    let (first, second, into) = (case(&world, 0).await, case(&world, 1).await, case(&world, 2).await);
    for (answer, minutes) in [(&first, 20), (&second, 10)] {
        sqlx::query(
            "with sooner as (update case_clock k set due_at = k.due_at - make_interval(mins => $2)
                 from cases c where c.case_id = k.case_id and c.case_number = $1 returning k.case_id, k.due_at)
             update cases c set due_at = sooner.due_at from sooner where c.case_id = sooner.case_id",
        )
        .bind(number(answer))
        .bind(minutes)
        .execute(&world.pool)
        .await
        .unwrap();
    }
    let promised = view(&staff, number(&second)).await["dueAt"].clone();
    merge(&staff, number(&first), number(&into)).await;
    merge(&staff, number(&second), number(&into)).await;
    unmerge(&staff, number(&first)).await;
    assert_eq!(view(&staff, number(&into)).await["dueAt"], promised);
}

#[tokio::test]
async fn a_question_nobody_answered_is_asked_again_after_the_unmerge_and_urges_count_where_their_reports_are()
{
    let world = World::new().await;
    let api = world.api();
    let (asked, other) = (case(&world, 0).await, case(&world, 1).await);
    let staff = center(&world).await;
    staff.make(number(&asked), &json!({ "move": "accept" })).await.expect(200);
    staff.make(number(&asked), &json!({ "move": "askReporter", "note": "哪一侧？" })).await.expect(200);
    let mut again = report("road-damage", "路面有坑，还没修", spot(0));
    again["claimSecret"] = asked["claimSecret"].clone();
    assert_eq!(api.submit(&again).await["outcome"], "followUp");
    merge(&staff, number(&asked), number(&other)).await;
    assert_eq!(view(&staff, number(&other)).await["urgeCount"], 1);
    // Its author reports once more where it was, though the case lies elsewhere now.
    assert_eq!(api.submit(&again).await["outcome"], "followUp");
    staff.make(number(&other), &json!({ "move": "accept" })).await.expect(200);
    assert_eq!(api.track(&asked["trackingCode"]).await["question"], "哪一侧？");
    let home = unmerge(&staff, number(&asked)).await;
    assert_eq!((&home["question"], &home["urgeCount"]), (&json!("哪一侧？"), &json!(2)));
    assert_eq!(view(&staff, number(&other)).await["urgeCount"], 0);
}

#[tokio::test]
async fn a_stranger_at_the_place_of_a_merged_case_joins_the_case_that_holds_it() {
    for redis in [true, false] {
        let mut world = World::new().await;
        let (a, b, c) = (case(&world, 0).await, case(&world, 1).await, case(&world, 2).await);
        let staff = center(&world).await;
        if !redis {
            world.add_api(&[("JIEKOU_REDIS__URL", "redis://127.0.0.1:1/")]).await;
        }
        let api = world.api_at(usize::from(!redis));
        let report_at_a = || report("road-damage", "路面有坑", spot(0));
        merge(&staff, number(&a), number(&b)).await;
        merge(&staff, number(&b), number(&c)).await;
        let joined = api.submit(&report_at_a()).await;
        assert_eq!((&joined["outcome"], number(&joined)), (&json!("joined"), number(&c)));
        assert_eq!(world.count("select count(*) from cases").await, 3);
        unmerge(&staff, number(&b)).await;
        assert_eq!(number(&api.submit(&report_at_a()).await), number(&b), "the chain is shorter now");
        staff.make(number(&b), &json!({ "move": "reject", "reason": "现场无此问题" })).await.expect(200);
        let fresh = api.submit(&report_at_a()).await;
        assert_eq!(fresh["outcome"], "new", "nobody holds it any more: {fresh}");
        assert_eq!(number(&api.submit(&report_at_a()).await), number(&fresh));
    }
}

#[tokio::test]
async fn cases_merged_into_one_are_shown_once_and_under_its_number() {
    let world = World::new().await;
    let (a, b) = (case(&world, 0).await, case(&world, 1).await);
    let staff = center(&world).await;
    merge(&staff, number(&a), number(&b)).await;
    let mut body = report("road-damage", "路面有坑", spot(0));
    body["confirmNew"] = json!(true);
    let own = world.api().submit(&body).await;
    let shown: Vec<_> =
        own["similar"].as_array().unwrap().iter().map(|it| it["caseNumber"].clone()).collect();
    assert_eq!(shown, [json!(number(&b))]);
}
