//! An urgent report that nobody has verified joins like any other: it hastens its case, and never holds it up.

use serde_json::{Value, json};

use crate::harness::{HUAIHE, HUAIHE_CENTER, Staff, World, moved, report};

fn number(answer: &Value) -> &str {
    answer["case"]["caseNumber"].as_str().unwrap()
}

async fn view(staff: &Staff, number: &str) -> Value {
    staff.get(&format!("/v1/cases/{number}")).await.expect(200)
}

fn urgent() -> Value {
    report("road-collapse", "路面开裂下沉，路面塌陷", moved(HUAIHE, 3.0, 0.0))
}

fn calm() -> Value {
    report("road-damage", "路面开裂下沉", HUAIHE)
}

#[tokio::test]
async fn a_join_hastens_the_verification_that_runs_and_never_delays_it() {
    let world = World::new().await;
    let api = world.api();
    let staff = api.sign_in(&format!("center-{HUAIHE_CENTER}")).await;
    let first = api.submit(&calm()).await;
    for body in [json!({ "move": "accept" }), json!({ "move": "preVerify", "assignee": "核实员小王" })] {
        staff.make(number(&first), &body).await.expect(200);
    }
    let before = view(&staff, number(&first)).await;
    assert_eq!((&before["urgency"], &before["dueKind"]), (&json!("normal"), &json!("preVerify")));
    let joined = api.submit(&urgent()).await;
    assert_eq!((&joined["outcome"], number(&joined)), (&json!("joined"), number(&first)));
    let hastened = view(&staff, number(&first)).await;
    assert_eq!((&hastened["state"], &hastened["urgency"]), (&json!("preVerifying"), &json!("urgent")));
    assert_eq!(hastened["dueKind"], "preVerify");
    assert!(hastened["dueAt"].as_str() < before["dueAt"].as_str(), "{hastened}");
    // Later joins, urgent or calm, move the deadline no more.
    for body in [urgent(), calm()] {
        assert_eq!(number(&api.submit(&body).await), number(&first));
        let later = view(&staff, number(&first)).await;
        for field in ["dueAt", "dueRule", "urgency", "state", "assignee"] {
            assert_eq!(later[field], hastened[field], "{field}");
        }
    }
    let confirmed = staff.make(number(&first), &json!({ "move": "confirm" })).await.expect(200);
    assert_eq!((&confirmed["state"], &confirmed["urgency"]), (&json!("opened"), &json!("urgent")));
}

#[tokio::test]
async fn a_clock_that_ends_sooner_than_the_urgent_one_keeps_its_end() {
    let world = World::new().await;
    let api = world.api();
    let staff = api.sign_in(&format!("center-{HUAIHE_CENTER}")).await;
    let first = api.submit(&calm()).await;
    // Its deadline is a minute away; a clock that started anew now would be a delay.
    for table in ["case_clock", "cases"] {
        let sooner = format!("update {table} set due_at = now() + interval '1 minute'");
        sqlx::query(sqlx::AssertSqlSafe(sooner)).execute(&world.pool).await.unwrap();
    }
    let before = view(&staff, number(&first)).await;
    assert_eq!(number(&api.submit(&urgent()).await), number(&first));
    let after = view(&staff, number(&first)).await;
    assert_eq!((&after["dueAt"], &after["urgency"]), (&before["dueAt"], &json!("urgent")));
}
