//! What superiors and leaders want done: origin, number, deadline and reply.

use reqwest::Method;
use serde_json::{Value, json};

use crate::harness::{HUAIHE, Staff, World, report, wall_clock};

fn assigned(origin: &str, number: &str, days: i64) -> Value {
    let mut body = report("household-waste", "市领导批示：路口垃圾堆积，尽快清理", HUAIHE);
    body["origin"] = json!(origin);
    let deadline = wall_clock() + chrono::TimeDelta::days(days);
    body["assignment"] =
        json!({ "number": number, "issuedBy": "市城管委", "deadline": deadline.to_rfc3339() });
    body
}

async fn file(desk: &Staff, key: &str, body: &Value) -> crate::harness::Answer {
    let request = desk.request(Method::POST, "/v1/desk/reports").header("Idempotency-Key", key).json(body);
    desk.api.send(request).await
}

#[tokio::test]
async fn an_order_of_a_superior_is_a_report_with_number_deadline_and_reply() {
    let world = World::new().await;
    let desk = world.api().sign_in("desk").await;
    let later = file(&desk, "k-1", &assigned("superiorAssigned", "郑城管〔2026〕7号", 9)).await.expect(201);
    let sooner = file(&desk, "k-2", &assigned("leaderAssigned", "批示12", 3)).await.expect(201);
    assert_eq!(
        file(&desk, "k-1", &assigned("superiorAssigned", "郑城管〔2026〕7号", 9)).await.status,
        409,
        "another moment, another body"
    );
    let list = desk.get("/v1/desk/assignments?open=true").await.expect(200);
    let numbers: Vec<&Value> =
        list["assignments"].as_array().unwrap().iter().map(|it| &it["number"]).collect();
    assert_eq!(numbers, [&json!("批示12"), &json!("郑城管〔2026〕7号")], "the most pressing first");
    assert_eq!(list["assignments"][0]["origin"], "leaderAssigned");
    let path =
        |answer: &Value| format!("/v1/desk/assignments/{}/reply", answer["trackingCode"].as_str().unwrap());
    assert_eq!(desk.post(&path(&sooner), &json!({})).await.pointers(), ["/reply"]);
    let replied = desk.post(&path(&sooner), &json!({ "reply": "已清理完毕。" })).await.expect(200);
    assert_eq!((&replied["reply"], &replied["overdue"]), (&json!("已清理完毕。"), &json!(false)));
    let open = desk.get("/v1/desk/assignments?open=true").await.expect(200);
    assert_eq!(open["assignments"].as_array().unwrap().len(), 1);
    sqlx::query("update desk_filing set deadline = now() - interval '1 hour'")
        .execute(&world.pool)
        .await
        .unwrap();
    let all = desk.get("/v1/desk/assignments").await.expect(200);
    let overdue: Vec<&Value> =
        all["assignments"].as_array().unwrap().iter().map(|it| &it["overdue"]).collect();
    assert_eq!(overdue, [&json!(true), &json!(false)], "{later}");
    desk.post("/v1/desk/assignments/22222222222F/reply", &json!({ "reply": "x" }))
        .await
        .expect_problem(404, "unknown-desk-entry");
}

#[tokio::test]
async fn what_is_wrong_with_an_order_is_told_at_once_and_nothing_is_filed() {
    let world = World::new().await;
    let desk = world.api().sign_in("desk").await;
    let bare = |change: fn(&mut Value)| {
        let mut body = assigned("leaderAssigned", "批示12", 3);
        change(&mut body);
        body
    };
    let cases: [(Value, &[&str]); 5] = [
        (
            bare(|body| body["assignment"] = Value::Null),
            &["/assignment/number", "/assignment/issuedBy", "/assignment/deadline"],
        ),
        (
            bare(|body| body["assignment"]["deadline"] = json!("2020-01-01T00:00:00Z")),
            &["/assignment/deadline"],
        ),
        (bare(|body| body["assignment"]["number"] = json!("长".repeat(65))), &["/assignment/number"]),
        (bare(|body| body["origin"] = Value::Null), &["/assignment"]),
        (bare(|body| body["recording"] = json!(7)), &["/recording"]),
    ];
    for (body, pointers) in cases {
        let refused = file(&desk, "k-1", &body).await;
        assert_eq!(refused.pointers(), pointers, "{body}");
    }
    let keyless = desk.post("/v1/desk/reports", &assigned("leaderAssigned", "批示12", 3)).await;
    keyless.expect_problem(400, "idempotency-key-invalid");
    assert_eq!(world.count("select count(*) from report").await, 0);
}
