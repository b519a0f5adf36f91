//! A report with a picture that a known case has, though it was cut, is recognised by it.

use serde_json::{Value, json};

use crate::harness::picture::{WHOLE, street};
use crate::harness::{Api, HUAIHE, World, moved, report};

pub async fn photo(api: &Api, bytes: Vec<u8>) -> Value {
    api.upload("street.png", bytes).await.expect(201)["photoId"].clone()
}

/// A report with these photos.
pub fn with_photos(category: &str, words: &str, place: (f64, f64), photos: &[Value]) -> Value {
    let mut body = report(category, words, place);
    body["photoIds"] = json!(photos);
    body
}

fn reasons(answer: &Value) -> String {
    answer["similar"][0]["reasons"].to_string()
}

#[tokio::test]
async fn a_cut_and_darker_copy_joins_where_place_and_words_would_only_ask() {
    let world = World::new().await;
    let api = world.api();
    let original = photo(&api, street(1, WHOLE, 1.0)).await;
    let other = photo(&api, street(5, WHOLE, 1.0)).await;
    let first = api.submit(&with_photos("road-damage", "路面有个坑", HUAIHE, &[other, original])).await;
    let near = moved(HUAIHE, 68.0, 0.0);
    let unlike = photo(&api, street(2, WHOLE, 1.0)).await;
    let asked = api.post("/v1/reports/similar", &with_photos("road-damage", "快来修", near, &[unlike])).await;
    let asked = asked.expect(200);
    assert_eq!(asked["decision"], "ask", "{asked}");
    assert!(!reasons(&asked).contains("samePhoto"), "{asked}");
    let copy = photo(&api, street(1, [0.1, 0.05, 1.0, 0.95], 0.8)).await;
    let body = with_photos("road-damage", "快来修", near, &[copy]);
    let seen = api.post("/v1/reports/similar", &body).await.expect(200);
    assert!(reasons(&seen).contains("samePhoto"), "{seen}");
    let joined = api.submit(&body).await;
    assert_eq!(joined["outcome"], "joined", "{joined}");
    assert_eq!(joined["case"]["caseNumber"], first["case"]["caseNumber"]);
}
