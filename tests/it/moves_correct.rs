//! A wrong place or category is corrected: the case goes where it belongs, and is recognised there.

use std::time::Duration;

use serde_json::{Value, json};

use crate::harness::{HUAIHE, HUAIHE_CENTER, Staff, World, moved, report};

/// A point of a town that is not 淮河路街道, and its center.
const ELSEWHERE_CENTER: &str = "410103012";

async fn received(world: &World, category: &str, words: &str) -> (Value, String, Staff) {
    let answer = world.api().submit(&report(category, words, HUAIHE)).await;
    let number = answer["case"]["caseNumber"].as_str().unwrap().to_owned();
    let center = world.api().sign_in(&format!("center-{HUAIHE_CENTER}")).await;
    (answer, number, center)
}

/// A point inside the first segment of a town.
async fn inside(world: &World, town: &str) -> (f64, f64) {
    let ring: sqlx::types::Json<Vec<(f64, f64)>> = sqlx::query_scalar(
        "select segment -> 'geometry' -> 0 -> 0 from rulebook_version, jsonb_array_elements(body -> 'segments') segment
         where segment ->> 'townCode' = $1 limit 1",
    )
    .bind(town)
    .fetch_one(&world.pool)
    .await
    .unwrap();
    let corners = &ring.0[..ring.0.len() - 1];
    let count = f64::from(u32::try_from(corners.len()).unwrap());
    corners.iter().fold((0.0, 0.0), |(x, y), corner| (x + corner.0 / count, y + corner.1 / count))
}

fn location((longitude, latitude): (f64, f64)) -> Value {
    json!({ "longitude": longitude, "latitude": latitude, "coordinateSystem": "WGS-84", "accuracyMeters": 10 })
}

#[tokio::test]
async fn a_corrected_place_hands_the_case_to_its_center_and_the_clock_runs_on() {
    let world = World::new().await;
    let (answer, number, center) = received(&world, "road-damage", "路面有一个大坑").await;
    let before = center.case(&number).await;
    let there = inside(&world, ELSEWHERE_CENTER).await;
    let correct = |location: Value| json!({ "move": "correctPlace", "reason": "报料人说错了路口", "location": location });
    let bare = json!({ "move": "correctPlace", "reason": "x" });
    assert_eq!(center.make(&number, &bare).await.pointers(), ["/location"]);
    let swapped = json!({ "longitude": there.1, "latitude": there.0, "coordinateSystem": "WGS-84" });
    assert_eq!(center.make(&number, &correct(swapped)).await.pointers(), ["/location"]);
    let case = center.go(&number, &[correct(location(there))]).await;
    assert_eq!(case["center"]["code"], ELSEWHERE_CENTER);
    assert_eq!((&case["dueAt"], &case["dueKind"]), (&before["dueAt"], &before["dueKind"]));
    assert_ne!(case["routing"], before["routing"]);
    assert_eq!(case["allowedMoves"], json!([]), "it is another center's now");
    // After the hand-over it is not there any more for the one before, and whoever reports there joins it.
    let stale = json!({ "move": "accept" });
    center.make(&number, &stale).await.expect_problem(404, "unknown-case");
    let other = world.api().sign_in(&format!("center-{ELSEWHERE_CENTER}")).await;
    other.go(&number, &[stale]).await;
    tokio::time::sleep(Duration::from_millis(300)).await;
    let joined = world.api().submit(&report("road-damage", "路面有个大坑", there)).await;
    assert_eq!((&joined["outcome"], &joined["case"]["caseNumber"]), (&json!("joined"), &json!(number)));
    let fresh = world.api().submit(&report("road-damage", "路面有个大坑", HUAIHE)).await;
    assert_eq!(fresh["outcome"], "new", "where it was by mistake there is nothing any more");
    assert_eq!(world.api().track(&answer["trackingCode"]).await["center"]["code"], ELSEWHERE_CENTER);
}

#[tokio::test]
async fn a_place_of_another_center_waits_until_the_unit_has_given_the_case_back() {
    let world = World::new().await;
    let (_, number, center) = received(&world, "road-damage", "路面有一个大坑").await;
    let way = [
        json!({ "move": "accept" }),
        json!({ "move": "open" }),
        json!({ "move": "dispatch", "unit": "urban-management" }),
    ];
    center.go(&number, &way).await;
    let there = inside(&world, ELSEWHERE_CENTER).await;
    let away = json!({ "move": "correctPlace", "reason": "错了", "location": location(there) });
    assert_eq!(center.make(&number, &away).await.pointers(), ["/location"]);
    let near =
        json!({ "move": "correctPlace", "reason": "偏了", "location": location(moved(HUAIHE, 30.0, 0.0)) });
    let case = center.go(&number, &[near]).await;
    assert_eq!((&case["state"], &case["center"]["code"]), (&json!("dispatched"), &json!(HUAIHE_CENTER)));
    assert_eq!(
        center.go(&number, &[json!({ "move": "return", "reason": "位置不在辖区" }), away]).await["center"]["code"],
        ELSEWHERE_CENTER
    );
}

#[tokio::test]
async fn a_corrected_category_has_its_own_limit_from_the_dispatch_on() {
    let world = World::new().await;
    let (_, number, center) = received(&world, "street-light", "路灯不亮").await;
    let way = [
        json!({ "move": "accept" }),
        json!({ "move": "open" }),
        json!({ "move": "dispatch", "assignee": "市政养护所" }),
        json!({ "move": "sign" }),
    ];
    let signed = center.go(&number, &way).await;
    assert_eq!(signed["dueRule"], "categories.street-light.handleLimit");
    let unknown = json!({ "move": "correctCategory", "reason": "x", "category": "dragons" });
    assert_eq!(center.make(&number, &unknown).await.pointers(), ["/category"]);
    let correct = json!({ "move": "correctCategory", "reason": "是路面问题", "category": "road-damage" });
    let case = center.go(&number, &[correct]).await;
    assert_eq!(
        (&case["category"], &case["dueRule"]),
        (&json!("road-damage"), &json!("categories.road-damage.handleLimit"))
    );
    let family: String = sqlx::query_scalar("select family from cases").fetch_one(&world.pool).await.unwrap();
    let expected: String = sqlx::query_scalar(
        "select category ->> 'family' from rulebook_version, jsonb_array_elements(body -> 'categories') category
         where category ->> 'slug' = 'road-damage'",
    )
    .fetch_one(&world.pool)
    .await
    .unwrap();
    assert_eq!(family, expected, "and it is recognised among its like");
}
