//! Bad input to the addresses of residents: told in full, and nothing is changed by it.

use reqwest::Method;
use serde_json::json;

use super::{Resident, ask, code, sign_in, town, try_code};
use crate::harness::World;

const PHONE: &str = "13912345678";

const POSTS: [&str; 3] =
    ["/v1/residents/sign-in-codes", "/v1/residents/sessions", "/v1/residents/sessions/refresh"];

async fn nothing_was_made(world: &World) {
    for table in ["sign_in_code", "account_message", "resident", "staff_session"] {
        let query = format!("select count(*) from {table}");
        let rows: i64 = sqlx::query_scalar(sqlx::AssertSqlSafe(query)).fetch_one(&world.pool).await.unwrap();
        assert_eq!(rows, 0, "{table}");
    }
}

#[tokio::test]
async fn every_missing_or_wrong_field_is_named_and_nothing_is_made() {
    let world = town().await;
    let api = world.api();
    for (path, body, pointers) in [
        (POSTS[0], json!({}), vec!["/phone"]),
        (POSTS[0], json!({ "phone": 13_912_345_678_i64 }), vec!["/phone"]),
        (POSTS[0], json!({ "phone": "0371-66931196" }), vec!["/phone"]),
        (POSTS[0], json!({ "phone": "1391234567" }), vec!["/phone"]),
        (POSTS[0], json!({ "phone": "+14155550100" }), vec!["/phone"]),
        (POSTS[0], json!({ "phone": "13912345678\u{0}" }), vec!["/phone"]),
        (POSTS[1], json!({}), vec!["/phone", "/code"]),
        (POSTS[1], json!({ "phone": "x", "code": "12345" }), vec!["/phone", "/code"]),
        (POSTS[1], json!({ "phone": PHONE, "code": 123_456 }), vec!["/code"]),
        (POSTS[1], json!({ "phone": PHONE, "code": "12345a" }), vec!["/code"]),
        (POSTS[2], json!({}), vec!["/refreshToken"]),
        (POSTS[2], json!({ "refreshToken": ["x"] }), vec!["/refreshToken"]),
    ] {
        let answer = api.post(path, &body).await;
        assert_eq!(answer.pointers(), pointers, "{path} {body}: {}", answer.body);
        answer.expect_problem(422, "validation");
    }
    nothing_was_made(&world).await;
}

#[tokio::test]
async fn bodies_that_are_missing_too_large_or_no_json_are_refused() {
    let world = town().await;
    let api = world.api();
    let large = json!({ "phone": "1".repeat(70_000), "code": "1", "refreshToken": "x" });
    for path in POSTS {
        api.send(api.request(Method::POST, path)).await.expect_problem(415, "unsupported-media-type");
        let empty = api.request(Method::POST, path).header("Content-Type", "application/json");
        api.send(empty).await.expect_problem(400, "malformed-body");
        api.post(path, &json!([PHONE])).await.expect_problem(400, "malformed-body");
        api.post(path, &large).await.expect_problem(413, "body-too-large");
        let put = api.send(api.request(Method::PUT, path)).await;
        assert!(put.headers.contains_key("allow"));
        put.expect_problem(405, "method-not-allowed");
    }
    nothing_was_made(&world).await;
    for token in ["", "x", &"f".repeat(64), &"x".repeat(60_000)] {
        let refused = api.post(POSTS[2], &json!({ "refreshToken": token })).await;
        refused.expect_problem(401, "not-signed-in");
    }
}

#[tokio::test]
async fn a_malformed_code_is_no_try_and_a_broken_cursor_is_told() {
    let world = town().await;
    let api = world.api();
    let code = code(&world, PHONE).await;
    for _ in 0..9 {
        try_code(&api, PHONE, &code.with_digits("12345")).await.expect_problem(422, "validation");
    }
    let resident = Resident::of(&api, try_code(&api, PHONE, &code).await.expect(201));
    for cursor in ["x", "1.2", "9999999999999999999.00000000-0000-0000-0000-000000000000", "%00"] {
        let answer = resident.get(&format!("/v1/residents/me/reports?cursor={cursor}")).await;
        assert_eq!(answer.pointers(), ["/cursor"], "{cursor}");
        answer.expect_problem(422, "validation");
    }
    for path in ["/v1/residents/me/reports", "/v1/residents/sessions"] {
        api.get(path).await.expect_problem(401, "not-signed-in");
    }
    ask(&api, PHONE).await.expect_problem(429, "too-many-requests");
    sign_in(&world, PHONE).await;
}
