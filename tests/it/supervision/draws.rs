//! Draws: by the machine's chance, once, and to be drawn again by anybody.

use std::collections::BTreeSet;

use jiekou_core::draw::{draw, hexadecimal, list_hash};
use jiekou_core::period::{Cycle, Period};
use serde_json::{Value, json};

use crate::harness::{HUAIHE_CENTER, World, WorldOptions};

fn codes(roads: &Value) -> Vec<String> {
    roads.as_array().unwrap().iter().map(|road| road["code"].as_str().unwrap().to_owned()).collect()
}

#[tokio::test]
async fn roads_are_drawn_once_and_anybody_can_draw_them_again() {
    let world = World::new().await;
    let district = world.api().sign_in("district").await;
    let present = Period::at(Cycle::TenDays, world.now().await);
    let body = json!({ "purpose": "以克论净", "period": present.to_string(), "count": 5, "among": { "towns": [HUAIHE_CENTER] } });
    let drawn = district.post("/v1/draws", &body).await.expect(201);
    assert_eq!((&drawn["verified"], &drawn["algorithm"]), (&json!(true), &json!("sha256-order-v1")));

    // As somebody else would do it.
    let list: BTreeSet<String> = codes(&drawn["roads"]).into_iter().collect();
    let seed = drawn["seed"].as_str().unwrap();
    let bytes: Vec<u8> = (0..32).map(|n| u8::from_str_radix(&seed[2 * n..2 * n + 2], 16).unwrap()).collect();
    assert_eq!(hexadecimal(&list_hash(&list)), drawn["listHash"].as_str().unwrap());
    assert_eq!(draw(&bytes.try_into().unwrap(), &list, 5), codes(&drawn["drawn"]));
    assert!(drawn["drawn"][0]["name"].is_string());

    let again = district.post("/v1/draws", &body).await;
    assert_eq!(again.pointers(), ["/period"], "nobody redraws until it suits");
    again.expect_problem(422, "validation");
    let mut others = body.clone();
    others["count"] = json!(3);
    others["among"] = json!({});
    assert_eq!(district.post("/v1/draws", &others).await.pointers(), ["/period"]);
    let path = format!("/v1/draws/{}", drawn["drawId"].as_str().unwrap());
    assert_eq!(district.get(&path).await.expect(200), drawn);
    assert_eq!(district.get("/v1/draws").await.expect(200)["draws"], json!([drawn]));
    let changed = sqlx::query("update road_draw set drawn = roads[1:5]").execute(&world.pool).await;
    assert!(changed.is_err());
    // The next period has a seed of its own.
    others["period"] = json!(present.next().to_string());
    let next = district.post("/v1/draws", &others).await.expect(201);
    assert_ne!(next["seed"], drawn["seed"]);
    assert_eq!(next["roads"].as_array().unwrap().len(), 185, "all roads");
}

#[tokio::test]
async fn what_was_tampered_with_is_not_verified() {
    let world = World::new().await;
    let district = world.api().sign_in("district").await;
    let present = Period::at(Cycle::TenDays, world.now().await).to_string();
    let body = json!({ "purpose": "以克论净", "period": present, "count": 2 });
    let drawn = district.post("/v1/draws", &body).await.expect(201);
    let roads = codes(&drawn["roads"]);
    let other = roads.iter().find(|code| !codes(&drawn["drawn"]).contains(code)).unwrap();
    sqlx::raw_sql("alter table road_draw disable trigger road_draw_frozen")
        .execute(&world.pool)
        .await
        .unwrap();
    sqlx::query("update road_draw set drawn[1] = $1").bind(other).execute(&world.pool).await.unwrap();
    let path = format!("/v1/draws/{}", drawn["drawId"].as_str().unwrap());
    assert_eq!(district.get(&path).await.expect(200)["verified"], false);
}

#[tokio::test]
async fn nobody_chooses_a_road_and_only_who_assesses_draws() {
    let world =
        World::with(WorldOptions { rulebook: Some("party-road-chief"), ..WorldOptions::default() }).await;
    let district = world.api().sign_in("district").await;
    let present = Period::at(Cycle::TenDays, world.now().await);
    let good = json!({ "purpose": "以克论净", "period": present.to_string(), "count": 2 });
    let with = |changes: &[(&str, Value)]| {
        let mut body = good.clone();
        for (name, value) in changes {
            body[*name] = value.clone();
        }
        body
    };
    for (body, pointers) in [
        (json!({}), vec!["/purpose", "/period", "/count"]),
        (with(&[("seed", json!("00"))]), vec!["/seed"]),
        (with(&[("roads", json!(["R001"])), ("drawn", json!(["R001"]))]), vec!["/roads", "/drawn"]),
        (with(&[("purpose", json!("路长的路"))]), vec!["/purpose"]),
        (with(&[("period", json!("2026-11"))]), vec!["/period"]),
        (with(&[("period", json!(present.previous().to_string()))]), vec!["/period"]),
        (with(&[("period", json!(present.next().next().to_string()))]), vec!["/period"]),
        (with(&[("count", json!(0))]), vec!["/count"]),
        (with(&[("count", json!(-1))]), vec!["/count"]),
        (with(&[("count", json!(1.5))]), vec!["/count"]),
        (with(&[("count", json!(100_000))]), vec!["/count"]),
        (with(&[("count", json!("two"))]), vec!["/count"]),
        (
            with(&[("among", json!({ "classes": ["highway"], "towns": ["999901999", "\u{0}"] }))]),
            vec!["/among/classes/0"],
        ),
        (
            with(&[("among", json!({ "towns": ["999901999", "\u{0}"] }))]),
            vec!["/among/towns/0", "/among/towns/1", "/among"],
        ),
    ] {
        let answer = district.post("/v1/draws", &body).await;
        assert_eq!(answer.pointers(), pointers, "{body}");
        answer.expect_problem(422, "validation");
    }
    assert_eq!(world.count("select count(*) from road_draw").await, 0);
    let center = world.api().sign_in("center-999901001").await;
    center.post("/v1/draws", &good).await.expect_problem(403, "forbidden");
    let main = with(&[("among", json!({ "classes": ["main"] }))]);
    let drawn = district.post("/v1/draws", &main).await.expect(201);
    let path = format!("/v1/draws/{}", drawn["drawId"].as_str().unwrap());
    assert_eq!(center.get(&path).await.expect(200)["verified"], true, "whoever is assessed sees how");
    let neighbour = world.staff("neighbour", &[("supervisor", "district", "410104", None, None)]).await;
    neighbour.get(&path).await.expect_problem(404, "unknown-draw");
    for none in ["x", "%00"] {
        district.get(&format!("/v1/draws/{none}")).await.expect_problem(404, "unknown-draw");
    }
    world.api().get("/v1/draws").await.expect_problem(401, "not-signed-in");
}
