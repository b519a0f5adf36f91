//! The clocks of a case as its center sees them: several at once, standing still, extended, and gone with the case.

use chrono::{DateTime, TimeDelta, Utc};
use serde_json::{Value, json};

use crate::harness::{HUAIHE, HUAIHE_CENTER, Staff, World, WorldOptions, report};

fn number(answer: &Value) -> &str {
    answer["case"]["caseNumber"].as_str().unwrap()
}

fn moment(value: &Value) -> DateTime<Utc> {
    value.as_str().unwrap_or_else(|| panic!("{value} is no moment")).parse().unwrap()
}

/// Kind, rule and state of every clock of a case, in the order they were started.
fn clocks(case: &Value) -> Vec<(String, String, String)> {
    let text = |clock: &Value, field: &str| clock[field].as_str().unwrap().to_owned();
    let clocks = case["clocks"].as_array().unwrap().iter();
    clocks.map(|it| (text(it, "kind"), text(it, "rule"), text(it, "state"))).collect()
}

fn running(case: &Value) -> Vec<String> {
    let mut rules: Vec<String> = clocks(case)
        .into_iter()
        .filter(|(_, _, state)| matches!(state.as_str(), "running" | "warn" | "overdue"))
        .map(|(_, rule, _)| rule)
        .collect();
    rules.sort_unstable();
    rules
}

async fn view(staff: &Staff, number: &str) -> Value {
    staff.get(&format!("/v1/cases/{number}")).await.expect(200)
}

#[tokio::test]
async fn a_case_lists_its_clocks_with_their_rules_from_the_first_moment_on() {
    let world = World::new().await;
    let api = world.api();
    let answer = api.submit(&report("road-damage", "路面有一个大坑", HUAIHE)).await;
    let center = api.sign_in(&format!("center-{HUAIHE_CENTER}")).await;
    let opened = view(&center, number(&answer)).await;
    let first = &opened["clocks"][0];
    assert_eq!(clocks(&opened), [("accept".into(), "clocks.accept".into(), "running".into())]);
    assert_eq!((&first["dueAt"], &first["startedAt"]), (&opened["dueAt"], &opened["openedAt"]));
    assert_eq!(moment(&first["dueAt"]) - moment(&first["startedAt"]), TimeDelta::minutes(30));
    assert_eq!(moment(&first["dueAt"]) - moment(&first["warnAt"]), TimeDelta::minutes(6), "a fifth is left");

    for body in [
        json!({ "move": "accept" }),
        json!({ "move": "open" }),
        json!({ "move": "dispatch", "assignee": "市政养护所" }),
    ] {
        center.make(number(&answer), &body).await.expect(200);
    }
    let dispatched = view(&center, number(&answer)).await;
    assert_eq!(running(&dispatched), ["categories.road-damage.handleLimit", "clocks.sign"]);
    assert_eq!((&dispatched["dueKind"], &dispatched["dueRule"]), (&json!("sign"), &json!("clocks.sign")));
    let signed = center.make(number(&answer), &json!({ "move": "sign" })).await.expect(200);
    assert_eq!(running(&signed), ["categories.road-damage.handleLimit"]);
    assert_eq!(signed["dueKind"], "handle");
    let photo = center.photo().await;
    center.make(number(&answer), &json!({ "move": "handle", "photoIds": [photo] })).await.expect(200);
    let ended: Vec<_> = clocks(&view(&center, number(&answer)).await)
        .into_iter()
        .map(|(kind, _, state)| (kind, state))
        .collect();
    for kind in ["accept", "preVerify", "dispatch", "sign", "handle"] {
        assert!(ended.contains(&(kind.to_owned(), "finishedOnTime".to_owned())), "{kind}: {ended:?}");
    }
}

#[tokio::test]
async fn a_question_stops_the_clock_and_the_answer_gives_back_what_was_left() {
    let world = World::new().await;
    let api = world.api();
    let answer = api.submit(&report("noise", "半夜很吵", HUAIHE)).await;
    let center = api.sign_in(&format!("center-{HUAIHE_CENTER}")).await;
    center.make(number(&answer), &json!({ "move": "accept" })).await.expect(200);
    let before = view(&center, number(&answer)).await;
    let asked = json!({ "move": "askReporter", "note": "具体是哪一家店？" });
    let asked = center.make(number(&answer), &asked).await.expect(200);
    assert_eq!(running(&asked), Vec::<String>::new());
    assert!(asked.get("dueAt").is_none(), "a clock that stands has no deadline");
    let stood = asked["clocks"][1].clone();
    assert_eq!((&stood["state"], &stood["dueAt"]), (&json!("paused"), &before["dueAt"]));
    // Three hours later, as the database tells it.
    sqlx::query(
        "update case_clock set paused_at = paused_at - interval '3 hours' where paused_at is not null",
    )
    .execute(&world.pool)
    .await
    .unwrap();
    let path = format!("/v1/reports/{}/additions", answer["trackingCode"].as_str().unwrap());
    let words = json!({ "description": "路口的烧烤店", "claimSecret": answer["claimSecret"] });
    assert_eq!(api.post(&path, &words).await.expect(201)["answersQuestion"], true);
    let after = view(&center, number(&answer)).await;
    assert_eq!(running(&after), ["clocks.preVerify"]);
    let moved = moment(&after["dueAt"]) - moment(&before["dueAt"]);
    assert!((TimeDelta::hours(3)..TimeDelta::minutes(181)).contains(&moved), "{moved}");
    let left = moment(&after["clocks"][1]["dueAt"]) - moment(&after["clocks"][1]["warnAt"]);
    assert_eq!(left, moment(&before["clocks"][1]["dueAt"]) - moment(&before["clocks"][1]["warnAt"]));
}

#[tokio::test]
async fn a_merge_ends_the_clocks_of_its_case_and_an_unmerge_starts_them_where_they_would_be() {
    let world = World::new().await;
    let api = world.api();
    let first = api.submit(&report("road-damage", "路面有坑", HUAIHE)).await;
    let far = crate::harness::moved(HUAIHE, 300.0, 0.0);
    let second = api.submit(&report("road-damage", "路面有坑", far)).await;
    let center = api.sign_in(&format!("center-{HUAIHE_CENTER}")).await;
    let before = view(&center, number(&second)).await;
    let merge = json!({ "move": "merge", "reason": "同一处", "into": number(&first) });
    let merged = center.make(number(&second), &merge).await.expect(200);
    assert_eq!(running(&merged), Vec::<String>::new());
    let back = json!({ "move": "unmerge", "reason": "不是同一处" });
    let back = center.make(number(&second), &back).await.expect(200);
    assert_eq!(running(&back), ["clocks.accept"]);
    for field in ["dueAt", "dueKind", "dueRule"] {
        assert_eq!(back[field], before[field], "{field}");
    }
}

#[tokio::test]
async fn in_a_grid_of_dalian_the_tightest_of_all_limits_is_shown_and_the_others_run_beside() {
    let world = World::with(WorldOptions { rulebook: Some("dalian"), ..WorldOptions::default() }).await;
    let api = world.api();
    let residential = (121.521_25, 38.863_888);
    let answer = api.submit(&report("facade", "楼体外墙破损脱落", residential)).await;
    let center = api.sign_in("center-210202001").await;
    for body in [
        json!({ "move": "accept" }),
        json!({ "move": "open" }),
        json!({ "move": "dispatch", "assignee": "便民服务小分队" }),
        json!({ "move": "sign" }),
    ] {
        center.make(number(&answer), &body).await.expect(200);
    }
    let case = view(&center, number(&answer)).await;
    let rules = running(&case);
    for rule in ["categories.facade.handleLimit", "overlays.residential"] {
        assert!(rules.contains(&rule.to_owned()), "{rule}: {rules:?}");
    }
    assert!(rules.iter().any(|rule| rule.ends_with('h')), "a cap of natural hours: {rules:?}");
    let soonest = case["clocks"].as_array().unwrap().iter().filter(|it| it["kind"] == "handle");
    let soonest = soonest.min_by_key(|it| moment(&it["dueAt"])).unwrap();
    assert_eq!((&case["dueAt"], &case["dueRule"]), (&soonest["dueAt"], &soonest["rule"]));
}

/// What the migration does with the cases that are open when it comes.
fn upgrade() -> &'static str {
    let migration = include_str!("../../crates/store/migrations/20261126000020_case_clocks.sql");
    migration.split("-- Cases that are open now").nth(1).unwrap().split_once('\n').unwrap().1
}

#[tokio::test]
async fn an_upgrade_gives_every_open_case_its_clock_and_a_merge_of_before_can_be_taken_back() {
    let world = World::new().await;
    let api = world.api();
    let place = |meters| crate::harness::moved(HUAIHE, meters, 0.0);
    let into = api.submit(&report("road-damage", "路面有坑", place(0.0))).await;
    let from = api.submit(&report("road-damage", "路面有坑", place(200.0))).await;
    let other = api.submit(&report("road-damage", "路面有坑", place(400.0))).await;
    let center = api.sign_in(&format!("center-{HUAIHE_CENTER}")).await;
    for body in [
        json!({ "move": "accept" }),
        json!({ "move": "open" }),
        json!({ "move": "dispatch", "assignee": "甲" }),
        json!({ "move": "sign" }),
    ] {
        center.make(number(&other), &body).await.expect(200);
    }
    let before = (view(&center, number(&into)).await, view(&center, number(&from)).await);
    let handled = view(&center, number(&other)).await;
    let merge = json!({ "move": "merge", "reason": "同一处", "into": number(&into) });
    center.make(number(&from), &merge).await.expect(200);
    // As the release before left it: no clocks, and the merge knows the deadlines; that of `from` was five minutes sooner.
    sqlx::raw_sql(
        "update case_merge set from_due_at = now() + interval '20 minutes', from_due_kind = 'accept',
             from_due_rule = 'clocks.accept', into_due_at = c.due_at, into_due_kind = c.due_kind,
             into_due_rule = c.due_rule, due_at_given = now() + interval '20 minutes'
         from cases c where c.case_id = into_case;
         update cases set due_at = m.due_at_given from case_merge m where m.into_case = case_id;
         delete from case_clock;",
    )
    .execute(&world.pool)
    .await
    .unwrap();
    let mut upgrading = world.pool.begin().await.unwrap();
    sqlx::raw_sql(upgrade()).execute(&mut *upgrading).await.unwrap();
    upgrading.commit().await.unwrap();

    let upgraded = view(&center, number(&other)).await;
    assert_eq!(running(&upgraded), ["categories.road-damage.handleLimit"]);
    assert_eq!(upgraded["clocks"][0]["dueAt"], handled["dueAt"]);
    let (start, warn) =
        (moment(&upgraded["clocks"][0]["startedAt"]), moment(&upgraded["clocks"][0]["warnAt"]));
    assert!(start < warn && warn < moment(&handled["dueAt"]));
    let allowance: Value = sqlx::query_scalar(
        "select allowance from case_clock where rule = 'categories.road-damage.handleLimit'",
    )
    .fetch_one(&world.pool)
    .await
    .unwrap();
    assert_eq!(allowance, json!({ "limit": { "amount": 5, "unit": "workDay" }, "share": "1/1" }));

    let back = json!({ "move": "unmerge", "reason": "不是同一处" });
    let back = center.make(number(&from), &back).await.expect(200);
    assert_eq!((running(&back), &back["dueKind"]), (vec!["clocks.accept".to_owned()], &before.1["dueKind"]));
    assert!(moment(&back["dueAt"]) < moment(&before.1["dueAt"]), "its own clock, as the merge kept it");
    assert_eq!(
        view(&center, number(&into)).await["dueAt"],
        before.0["dueAt"],
        "and the other has its own again"
    );
}
