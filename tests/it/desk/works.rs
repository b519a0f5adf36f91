//! Planned works show before anybody files what they cause.

use reqwest::Method;
use serde_json::{Value, json};
use uuid::Uuid;

use crate::harness::{Answer, HUAIHE, HUAIHE_CENTER, Staff, World, wall_clock};

fn work(area: &str, from_hours: i64, to_hours: i64) -> Value {
    let at = |hours| (wall_clock() + chrono::TimeDelta::hours(hours)).to_rfc3339();
    json!({ "kind": "water", "areas": [area], "from": at(from_hours), "to": at(to_hours), "answer": "自来水公司检修，18点恢复。" })
}

async fn put(desk: &Staff, id: Uuid, body: &Value) -> Answer {
    desk.api.send(desk.request(Method::PUT, &format!("/v1/desk/works/{id}")).json(body)).await
}

#[tokio::test]
async fn works_show_where_and_while_they_are_and_no_longer() {
    let world = World::new().await;
    let desk = world.api().sign_in("desk").await;
    let [here, there, over, later] = std::array::from_fn(|_| Uuid::new_v4());
    let town = format!("town/{HUAIHE_CENTER}");
    put(&desk, here, &work(&town, -1, 3)).await.expect(200);
    put(&desk, there, &work("town/410103003", -1, 3)).await.expect(200);
    put(&desk, over, &work(&town, -5, -1)).await.expect(200);
    put(&desk, later, &work(&town, 30, 40)).await.expect(200);
    let at = format!("longitude={}&latitude={}&coordinateSystem=WGS-84", HUAIHE.0, HUAIHE.1);
    let shown = desk.get(&format!("/v1/desk/works?{at}")).await.expect(200);
    let ids: Vec<(&str, bool)> = shown["works"]
        .as_array()
        .unwrap()
        .iter()
        .map(|it| (it["workId"].as_str().unwrap(), it["underWay"].as_bool().unwrap()))
        .collect();
    assert_eq!(ids, [(here.to_string().as_str(), true), (later.to_string().as_str(), false)]);
    assert_eq!(shown["works"][0]["answer"], "自来水公司检修，18点恢复。");
    let all = desk.get("/v1/desk/works").await.expect(200);
    assert_eq!(all["works"].as_array().unwrap().len(), 3);
    let path = format!("/v1/desk/works/{here}");
    for _ in 0..2 {
        let gone = desk.api.send(desk.request(Method::DELETE, &path)).await;
        assert_eq!(gone.status, 204);
    }
    let shown = desk.get(&format!("/v1/desk/works?{at}")).await.expect(200);
    assert_eq!(shown["works"].as_array().unwrap().len(), 1);
    let nobody = desk.request(Method::DELETE, &format!("/v1/desk/works/{}", Uuid::new_v4()));
    desk.api.send(nobody).await.expect_problem(404, "unknown-desk-entry");
    desk.api
        .send(desk.request(Method::DELETE, "/v1/desk/works/x"))
        .await
        .expect_problem(404, "unknown-desk-entry");
}

#[tokio::test]
async fn what_is_wrong_with_works_is_told_at_once() {
    let world = World::new().await;
    let desk = world.api().sign_in("desk").await;
    let id = Uuid::new_v4();
    let wrong = json!({ "kind": "tea", "areas": ["town/1", "moon"], "to": "2026-01-01T00:00:00Z" });
    let refused = put(&desk, id, &wrong).await;
    assert_eq!(refused.pointers(), ["/kind", "/areas/0", "/areas/1", "/from", "/answer"]);
    assert_eq!(put(&desk, id, &json!({})).await.pointers(), ["/kind", "/areas", "/from", "/to", "/answer"]);
    assert_eq!(put(&desk, id, &work("town/410103001", 3, 2)).await.pointers(), ["/to"]);
    let many = json!({ "kind": "road", "areas": vec!["town/410103001"; 51], "from": "2026-12-01T00:00:00Z", "to": "2026-12-02T00:00:00Z", "answer": "x" });
    assert_eq!(put(&desk, id, &many).await.pointers(), ["/areas"]);
    let path = "/v1/desk/works/no-uuid";
    let malformed = desk.api.send(desk.request(Method::PUT, path).json(&work("town/410103001", 1, 2))).await;
    assert_eq!(malformed.pointers(), ["/workId"]);
    assert_eq!(world.count("select count(*) from planned_work").await, 0);
    desk.get("/v1/desk/works?longitude=0&latitude=0&coordinateSystem=WGS-84")
        .await
        .expect_problem(422, "validation");
}
