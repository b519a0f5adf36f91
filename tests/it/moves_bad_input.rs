//! Moves that are wrong: each a clear answer, and nothing half applied.

use reqwest::Method;
use serde_json::{Value, json};

use crate::harness::{HUAIHE, HUAIHE_CENTER, Staff, World, report};

async fn received(world: &World) -> (String, Staff) {
    let answer = world.api().submit(&report("road-damage", "路面有一个大坑", HUAIHE)).await;
    let number = answer["case"]["caseNumber"].as_str().unwrap().to_owned();
    (number, world.api().sign_in(&format!("center-{HUAIHE_CENTER}")).await)
}

/// Everything that a move may change, as one text.
async fn state(world: &World) -> String {
    sqlx::query_scalar(
        "select (select jsonb_agg(c order by case_id) from cases c)::text
             || (select coalesce(jsonb_agg(l order by log_id), '[]') from case_log l)::text
             || (select coalesce(jsonb_agg(p), '[]') from case_part p)::text
             || (select count(*) from photo where case_id is not null)::text
             || (select count(*) from job)::text",
    )
    .fetch_one(&world.pool)
    .await
    .unwrap()
}

#[tokio::test]
async fn a_wrong_move_is_named_and_changes_nothing() {
    let world = World::new().await;
    let (number, center) = received(&world).await;
    let unit =
        world.staff("bureau", &[("unitHandler", "district", "410103", None, Some("urban-management"))]).await;
    let other = world.api().sign_in("center-410103012").await;
    let admin = world.api().sign_in("admin").await;
    let before = state(&world).await;
    let photo = center.photo().await;

    let cases: [(&Staff, Value, u16, &str); 9] = [
        (&center, json!({ "move": "dance" }), 422, "validation"),
        (&center, json!({}), 422, "validation"),
        (&center, json!({ "move": "reject" }), 422, "validation"),
        (&center, json!({ "move": "dispatch", "unit": "urban-management" }), 409, "move-not-allowed"),
        (&admin, json!({ "move": "accept" }), 403, "move-not-yours"),
        (&other, json!({ "move": "accept" }), 404, "unknown-case"),
        (&unit, json!({ "move": "sign" }), 404, "unknown-case"),
        (&center, json!({ "move": "withdraw" }), 403, "move-not-yours"),
        (&center, json!({ "move": "handle", "photoIds": [photo] }), 409, "move-not-allowed"),
    ];
    for (who, body, status, slug) in cases {
        who.make(&number, &body).await.expect_problem(status, slug);
    }
    let typed = json!({ "move": "escalate", "reason": 7, "level": "moon", "units": "police", "until": "someday", "worked": "no" });
    let pointers = center.make(&number, &typed).await.pointers();
    for pointer in ["/reason", "/level", "/units", "/until", "/worked"] {
        assert!(pointers.iter().any(|it| it == pointer), "{pointer}: {pointers:?}");
    }
    let long = json!({ "move": "reject", "reason": "长".repeat(501) });
    assert_eq!(center.make(&number, &long).await.pointers(), ["/reason"]);
    assert_eq!(state(&world).await, before);
}

#[tokio::test]
async fn a_decision_on_what_has_changed_is_refused_and_a_join_meanwhile_is_no_change() {
    let world = World::new().await;
    let (number, center) = received(&world).await;
    let path = format!("/v1/cases/{number}/moves");
    let etag = center.get(&format!("/v1/cases/{number}")).await.headers["etag"].clone();
    world.api().submit(&report("road-damage", "同一个坑", HUAIHE)).await;
    let accept = |etag| {
        center.request(Method::POST, &path).header("If-Match", etag).json(&json!({ "move": "accept" }))
    };
    world.api().send(accept(etag.clone())).await.expect(200);
    world.api().send(accept(etag)).await.expect_problem(412, "version-stale");
    center.post(&path, &json!({ "move": "accept" })).await.expect_problem(428, "version-missing");
}

#[tokio::test]
async fn of_many_who_move_at_the_same_moment_one_wins() {
    let world = World::new().await;
    let (number, center) = received(&world).await;
    let etag = center.get(&format!("/v1/cases/{number}")).await.headers["etag"].clone();
    let path = format!("/v1/cases/{number}/moves");
    let moves = (0..8).map(|_| {
        let request = center.request(Method::POST, &path).header("If-Match", etag.clone());
        let api = center.api.clone();
        async move { api.send(request.json(&json!({ "move": "accept" }))).await.status.as_u16() }
    });
    let mut statuses = futures_util::future::join_all(moves).await;
    statuses.sort_unstable();
    assert_eq!(statuses, [200, 412, 412, 412, 412, 412, 412, 412]);
    assert_eq!(world.count("select count(*) from case_log where act = 'accept'").await, 1);
    assert_eq!(world.count("select count(*) from cases where case_log_break(case_id) is not null").await, 0);
}

#[tokio::test]
async fn a_photo_that_is_taken_stops_the_whole_move() {
    let world = World::new().await;
    let (number, center) = received(&world).await;
    let photo = center.photo().await;
    let way = [
        json!({ "move": "accept" }),
        json!({ "move": "open" }),
        json!({ "move": "dispatch", "assignee": "养护所" }),
        json!({ "move": "sign" }),
        json!({ "move": "handle", "photoIds": [photo] }),
        json!({ "move": "inspect" }),
        json!({ "move": "fail", "reason": "没修好" }),
        json!({ "move": "sign" }),
    ];
    center.go(&number, &way).await;
    let before = state(&world).await;
    let again = json!({ "move": "handle", "photoIds": [center.photo().await, photo] });
    assert_eq!(center.make(&number, &again).await.pointers(), ["/photoIds/1"]);
    assert_eq!(state(&world).await, before);
}
