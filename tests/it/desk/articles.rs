//! What the desk knows is found by words, pinyin and initials.

use reqwest::Method;
use serde_json::{Value, json};
use uuid::Uuid;

use crate::harness::{Answer, Staff, World};

async fn put(desk: &Staff, id: Uuid, body: &Value) -> Answer {
    desk.api.send(desk.request(Method::PUT, &format!("/v1/desk/articles/{id}")).json(body)).await
}

#[tokio::test]
async fn a_question_finds_its_article_by_words_pinyin_and_initials() {
    let world = World::new().await;
    let desk = world.api().sign_in("desk").await;
    let [market, lamps] = std::array::from_fn(|_| Uuid::new_v4());
    let article = |title: &str, keywords: &str, body: &str| json!({ "title": title, "keywords": keywords, "body": body });
    put(&desk, market, &article("夜市经营时间", "摆摊 地摊", "全区夜市22点收摊，节假日23点。"))
        .await
        .expect(200);
    put(&desk, lamps, &article("路灯报修", "", "路灯由照明管理处维修，24小时内到场。")).await.expect(200);
    let found = async |asked: &str| {
        let answer = desk.get(&format!("/v1/desk/articles?q={asked}")).await.expect(200);
        let articles = answer["articles"].as_array().unwrap().clone();
        articles.iter().map(|it| it["title"].as_str().unwrap().to_owned()).collect::<Vec<_>>()
    };
    for asked in ["夜市几点收摊", "摆摊", "yeshi", "ysjy", "节假日"] {
        assert_eq!(found(asked).await.first().map(String::as_str), Some("夜市经营时间"), "{asked}");
    }
    assert_eq!(found("ludeng").await, ["路灯报修"]);
    assert_eq!(found("停车收费").await, Vec::<String>::new());
    assert_eq!(found("").await.len(), 2, "the newest");
    put(&desk, lamps, &article("路灯报修", "照明", "改由市政处维修。")).await.expect(200);
    assert_eq!(found("照明").await, ["路灯报修"]);
    let path = format!("/v1/desk/articles/{lamps}");
    assert_eq!(desk.api.send(desk.request(Method::DELETE, &path)).await.status, 204);
    assert!(found("路灯").await.is_empty());
}

#[tokio::test]
async fn what_is_wrong_with_an_article_is_told_at_once() {
    let world = World::new().await;
    let desk = world.api().sign_in("desk").await;
    let id = Uuid::new_v4();
    assert_eq!(put(&desk, id, &json!({})).await.pointers(), ["/title", "/body"]);
    let long = json!({ "title": "长".repeat(101), "keywords": "长".repeat(201), "body": " " });
    assert_eq!(put(&desk, id, &long).await.pointers(), ["/title", "/keywords", "/body"]);
    assert_eq!(put(&desk, id, &json!({ "title": 7, "body": "x" })).await.pointers(), ["/title"]);
    assert_eq!(desk.get(&format!("/v1/desk/articles?q={}", "l".repeat(101))).await.pointers(), ["/q"]);
    let none = desk.request(Method::DELETE, &format!("/v1/desk/articles/{id}"));
    desk.api.send(none).await.expect_problem(404, "unknown-desk-entry");
    assert_eq!(world.count("select count(*) from article").await, 0);
}
