//! 督办: what is asked for, by when, and how often.

use chrono::Days;
use jiekou_core::clock::local::local;
use serde_json::json;

use crate::harness::{HUAIHE, World, report};

#[tokio::test]
async fn supervision_says_what_is_asked_for_by_when_and_is_counted() {
    let world = World::new().await;
    let district = world.api().sign_in("district").await;
    let answer = world.api().submit(&report("road-damage", "路面有一个大坑", HUAIHE)).await;
    let number = answer["case"]["caseNumber"].as_str().unwrap();
    let today = local(world.now().await).date();
    let until = today.checked_add_days(Days::new(3)).unwrap();
    let past = json!({ "move": "supervise", "reason": "限三日办结", "until": today });
    assert_eq!(district.make(number, &past).await.pointers(), ["/until"]);
    let asked = json!({ "move": "supervise", "reason": "限三日办结", "until": until });
    let case = district.go(number, &[json!({ "move": "supervise", "reason": "尽快" }), asked]).await;
    let supervision = &case["handling"]["supervision"];
    assert_eq!(
        (&supervision["requirement"], &supervision["until"], &supervision["times"], &supervision["overdue"]),
        (&json!("限三日办结"), &json!(until), &json!(2), &json!(false))
    );
    let line = case["log"].as_array().unwrap().last().unwrap();
    assert_eq!(line["detail"]["until"], json!(until));
    sqlx::query("update cases set progress = jsonb_set(progress, '{supervisedUntil}', '\"2026-01-01\"')")
        .execute(&world.pool)
        .await
        .unwrap();
    assert_eq!(district.case(number).await["handling"]["supervision"]["overdue"], true);
    let counted = district.get("/v1/statistics").await.expect(200);
    assert_eq!(counted["total"]["figures"]["supervised"], 2);
}
