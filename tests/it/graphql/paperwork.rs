//! What staff write down besides cases: circulars, draws, records, and the papers of the desk.

use jiekou_core::period::{Cycle, Period};
use reqwest::Method;
use serde_json::{Value, json};
use uuid::Uuid;

use super::fixture::{EMAIL, NAME, PHONE};
use super::text;
use crate::harness::{HUAIHE, HUAIHE_CENTER, Staff, World, moved, report, wall_clock};

/// One of each, with the arguments that lead to it.
pub async fn written(world: &World, district: &Staff, number: &str) -> Vec<(&'static str, String)> {
    let desk = world.api().sign_in("desk").await;
    let present = Period::at(Cycle::TenDays, world.now().await);
    let circular = circulated(district, present, number).await;
    let draw = drawn(district, present).await;
    let record = recorded(world, district).await;
    strike(district, &record).await;
    let enquiry = enquired(world, &desk).await;
    assigned(&desk).await;
    outage(&desk).await;
    answered(&desk).await;
    hotline(world).await;
    digests(world).await;
    vec![
        ("circulars", format!("(period: \"{present}\")")),
        ("circular", format!("(circularId: {circular})")),
        ("circularDraft", format!("(period: \"{present}\")")),
        ("draw", format!("(drawId: {draw})")),
        ("record", format!("(recordId: \"{record}\")")),
        ("records", "(struck: true)".to_owned()),
        ("enquiry", format!("(trackingCode: {enquiry})")),
    ]
}

pub async fn put(staff: &Staff, path: &str, body: &Value, status: u16) -> Value {
    staff.api.send(staff.request(Method::PUT, path).json(body)).await.expect(status)
}

pub async fn circulated(district: &Staff, period: Period, number: &str) -> Value {
    let body = json!({
        "period": period.to_string(), "cases": [number], "words": "请限期整改。",
        "addressees": ["center/410103000", "center/410103001"],
    });
    district.post("/v1/circulars", &body).await.expect(201)["circularId"].clone()
}

pub async fn drawn(district: &Staff, period: Period) -> Value {
    let body = json!({ "purpose": "以克论净", "period": period.to_string(), "count": 3 });
    district.post("/v1/draws", &body).await.expect(201)["drawId"].clone()
}

/// The minutes of a meeting, which all of the staff read.
pub async fn recorded(world: &World, district: &Staff) -> Uuid {
    let id = Uuid::new_v4();
    let today = (world.now().await + chrono::TimeDelta::hours(8)).date_naive();
    let body = json!({
        "kind": "leading-group-meeting", "on": today, "about": { "codes": ["410103"] },
        "fields": { "chaired-by": "区长", "decisions": "整治占道经营" }
    });
    put(district, &format!("/v1/records/{id}"), &body, 201).await;
    id
}

async fn strike(district: &Staff, record: &Uuid) {
    put(district, &format!("/v1/records/{record}/strike"), &json!({ "reason": "会议改期" }), 200).await;
}

/// A question of somebody who says who they are, and its answer.
pub async fn enquired(world: &World, desk: &Staff) -> Value {
    let body = json!({
        "kind": "question", "description": format!("夜市几点收摊？电话{PHONE}"),
        "contact": { "name": NAME, "phone": PHONE, "email": EMAIL },
    });
    let code = world.api().post("/v1/enquiries", &body).await.expect(201)["trackingCode"].clone();
    let path = format!("/v1/desk/enquiries/{}/answer", text(&code));
    desk.post(&path, &json!({ "answer": "夜市22点收摊。" })).await.expect(200);
    code
}

/// What a superior wants done, and the reply.
pub async fn assigned(desk: &Staff) {
    let mut body = report("household-waste", "路口垃圾堆积，尽快清理", moved(HUAIHE, 0.0, -250.0));
    body["confirmNew"] = json!(true);
    body["origin"] = json!("superiorAssigned");
    body["contact"] = json!({ "name": NAME, "phone": PHONE });
    let deadline = (wall_clock() + chrono::TimeDelta::days(3)).to_rfc3339();
    body["assignment"] =
        json!({ "number": "郑城管〔2026〕7号", "issuedBy": "市城管委", "deadline": deadline });
    let key = Uuid::new_v4().to_string();
    let request = desk.request(Method::POST, "/v1/desk/reports").header("Idempotency-Key", key).json(&body);
    let filed = desk.api.send(request).await.expect(201);
    let path = format!("/v1/desk/assignments/{}/reply", text(&filed["trackingCode"]));
    desk.post(&path, &json!({ "reply": "已清理完毕。" })).await.expect(200);
}

pub async fn outage(desk: &Staff) {
    let at = |hours| (wall_clock() + chrono::TimeDelta::hours(hours)).to_rfc3339();
    let body = json!({
        "kind": "water", "areas": [format!("town/{HUAIHE_CENTER}")], "from": at(-1), "to": at(30),
        "answer": "自来水公司检修，18点恢复。",
    });
    put(desk, &format!("/v1/desk/works/{}", Uuid::new_v4()), &body, 200).await;
}

pub async fn answered(desk: &Staff) {
    let body = json!({ "title": "夜市经营时间", "keywords": "摆摊", "body": "全区夜市22点收摊。" });
    put(desk, &format!("/v1/desk/articles/{}", Uuid::new_v4()), &body, 200).await;
}

/// A colleague who stands in for the chief, and somebody of a unit.
pub async fn on_duty(world: &World, chief: &Staff, segment: &str) {
    world.staff("chief-b", &[("roadChief", "segment", segment, Some("l3"), None)]).await;
    let bureau = [("unitHandler", "district", "410103", None, Some("urban-management"))];
    world.staff("bureau", &bureau).await;
    let until = (wall_clock() + chrono::TimeDelta::days(3)).to_rfc3339();
    chief.post("/v1/duty/deputies", &json!({ "person": "chief-b", "until": until })).await.expect(201);
}

/// A channel that is away, a call that did not arrive, and what a comparison found. No platform is behind them.
async fn hotline(world: &World) {
    for statement in [
        "insert into channel_contact values ('hotline/12345', now(), now(), now(), '拒绝连接', now())
             on conflict do nothing",
        "insert into hotline_order (partner, order_no, heard_at, heard_of) values ('12345', 'K-1', now(), now())",
        "insert into hotline_call (call_id, partner, order_no, operation, body, state, attempts, next_at, reason,
             created_at, final_at)
             values (gen_random_uuid(), '12345', 'K-1', 'sign', '{}', 'dead', 5, now(), '拒绝连接', now(), now())",
        "insert into hotline_reconciliation (run_id, partner, span_from, span_to, began_at, ended_at, compared, found,
             remaining, failure)
             values (gen_random_uuid(), '12345', now() - interval '1 day', now(), now(), now(), 3,
             '[{\"orderNo\": \"K-1\", \"difference\": \"notThere\", \"theirs\": null, \"ours\": \"sent\", \"done\": \"已记录\"}]',
             '[]', null)",
    ] {
        sqlx::query(statement).execute(&world.pool).await.unwrap();
    }
}

/// The digest of yesterday of the district and its centers: nobody can wait for the night.
async fn digests(world: &World) {
    let yesterday = (world.now().await + chrono::TimeDelta::hours(8)).date_naive().pred_opt().unwrap();
    for (area, name, level) in [
        ("410103", "二七区", "district"),
        ("410103001", "淮河路街道", "town"),
        ("410103003", "某镇办", "town"),
    ] {
        let body = json!({
            "day": yesterday, "area": area, "name": name, "level": level, "reports": 3, "received": 2, "closed": 1,
            "due": 1, "overdue": 1, "dueNext": 0, "supervised": 0, "escalated": 0, "patrolsOverdue": 2, "patrolsDue": 1,
            "categories": [{ "code": "manhole", "name": "井盖", "received": 2, "overdue": 1 }],
        });
        sqlx::query("insert into digest values ($1, $2, $3, now()) on conflict do nothing")
            .bind(yesterday)
            .bind(area)
            .bind(body)
            .execute(&world.pool)
            .await
            .unwrap();
    }
}
