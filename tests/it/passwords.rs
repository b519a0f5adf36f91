//! Passwords of staff: what they must be, changing them, and what a guesser learns.

use std::time::{Duration, Instant};

use reqwest::Method;
use serde_json::{Value, json};

use super::harness::{Answer, Api, World};

const DEMO: &str = "jiekou-demo-2026";
const GOOD: &str = "rain over erqi 1923";

async fn sign_in(api: &Api, username: &str, password: &str, new: Option<&str>) -> Answer {
    let mut body = json!({ "username": username, "password": password });
    if let Some(new) = new {
        body["newPassword"] = json!(new);
    }
    api.post("/v1/sessions", &body).await
}

async fn change(api: &Api, session: &Value, body: &Value) -> Answer {
    let token = session["accessToken"].as_str().unwrap();
    api.send(api.request(Method::POST, "/v1/account/password").bearer_auth(token).json(body)).await
}

async fn works(api: &Api, session: &Value) -> bool {
    let token = session["accessToken"].as_str().unwrap();
    api.send(api.request(Method::GET, "/v1/cases").bearer_auth(token)).await.status == 200
}

#[tokio::test]
async fn who_must_change_the_password_signs_in_with_a_new_one() {
    let mut world = World::new().await;
    // Each process lets a name try ten times at once.
    world.add_api(&[]).await;
    let (api, there) = (world.api_at(0), world.api_at(1));
    let before = sign_in(&api, "desk", DEMO, None).await.expect(201);
    let demand = "update staff_account set must_change_password = true where username = 'desk'";
    sqlx::query(demand).execute(&world.pool).await.unwrap();

    sign_in(&api, "desk", "wrong", Some(GOOD)).await.expect_problem(401, "wrong-credentials");
    sign_in(&api, "desk", DEMO, None).await.expect_problem(403, "password-change-needed");
    let long = "长".repeat(1_001);
    for (bad, code) in [
        ("short", "tooShort"),
        ("rain over a", "tooShort"),
        (long.as_str(), "tooLong"),
        ("password123456", "notAllowed"),
        ("the DESK of erqi", "notAllowed"),
        ("jiekou in the rain", "notAllowed"),
        (DEMO, "notAllowed"),
    ] {
        let answer = sign_in(&there, "desk", DEMO, Some(bad)).await;
        assert_eq!(answer.pointers(), ["/newPassword"], "{bad}");
        let body = answer.expect_problem(422, "validation");
        assert_eq!(body["errors"][0]["code"], code, "{bad}");
    }
    let session = sign_in(&api, "desk", DEMO, Some(GOOD)).await.expect(201);
    assert!(works(&api, &session).await);
    assert!(!works(&api, &before).await, "sessions of before have ended");
    sign_in(&api, "desk", DEMO, None).await.expect_problem(401, "wrong-credentials");
    sign_in(&api, "desk", GOOD, None).await.expect(201);
}

#[tokio::test]
async fn a_changed_password_ends_the_other_sessions_and_needs_the_old_one() {
    let world = World::new().await;
    let api = world.api();
    let mine = sign_in(&api, "desk", DEMO, None).await.expect(201);
    let other = sign_in(&api, "desk", DEMO, None).await.expect(201);

    for (body, pointers) in [
        (json!({}), vec!["/password", "/newPassword"]),
        (json!({ "password": 7, "newPassword": GOOD }), vec!["/password"]),
        (json!({ "password": DEMO }), vec!["/newPassword"]),
        (json!({ "password": DEMO, "newPassword": "qwertyqwerty" }), vec!["/newPassword"]),
        (json!({ "password": DEMO, "newPassword": DEMO }), vec!["/newPassword"]),
        (json!({ "password": "not mine", "newPassword": GOOD }), vec!["/password"]),
    ] {
        let answer = change(&api, &mine, &body).await;
        assert_eq!(answer.pointers(), pointers, "{body}");
        answer.expect_problem(422, "validation");
    }
    let large = json!({ "password": DEMO, "newPassword": "x".repeat(70_000) });
    change(&api, &mine, &large).await.expect_problem(413, "body-too-large");
    let stranger = api.post("/v1/account/password", &json!({ "password": DEMO, "newPassword": GOOD })).await;
    stranger.expect_problem(401, "not-signed-in");
    assert!(works(&api, &other).await, "nothing has changed yet");

    let new = json!({ "password": DEMO, "newPassword": GOOD });
    change(&api, &mine, &new).await.expect(204);
    assert!(works(&api, &mine).await && !works(&api, &other).await);
    sign_in(&api, "desk", DEMO, None).await.expect_problem(401, "wrong-credentials");
    sign_in(&api, "desk", GOOD, None).await.expect(201);
    let stored = world.count("select count(*) from staff_account where password_hash like '%erqi%'").await;
    assert_eq!(stored, 0);
}

#[tokio::test]
async fn whoever_holds_a_token_guesses_no_faster_than_anybody_else() {
    let world = World::new().await;
    let api = world.api();
    let session = sign_in(&api, "desk", DEMO, None).await.expect(201);
    for _ in 0..5 {
        let body = json!({ "password": "a guess of mine", "newPassword": GOOD });
        change(&api, &session, &body).await.expect_problem(422, "validation");
    }
    let locked = change(&api, &session, &json!({ "password": DEMO, "newPassword": GOOD })).await;
    let wait: i64 = locked.headers["retry-after"].to_str().unwrap().parse().unwrap();
    assert!((60..=901).contains(&wait), "{wait}");
    let told = locked.expect_problem(429, "account-locked");
    assert_eq!(told["detail"], "请在 15 分钟后再试");
    sign_in(&api, "desk", DEMO, None).await.expect_problem(429, "account-locked");
}

#[tokio::test]
async fn a_guesser_does_not_learn_which_names_exist() {
    let world = World::new().await;
    let api = world.api();
    let mut took = Vec::new();
    for name in ["desk", "nobody-at-all"] {
        let mut told = Vec::new();
        let mut times: Vec<Duration> = Vec::new();
        for _ in 0..6 {
            let started = Instant::now();
            let answer = sign_in(&api, name, "wrong", None).await;
            times.push(started.elapsed());
            told.push((answer.status.as_u16(), answer.body["type"].clone(), answer.body["detail"].clone()));
        }
        times.truncate(5);
        times.sort();
        took.push((times[2], told));
    }
    let [(known, told), (unknown, same)] = took.try_into().unwrap();
    assert_eq!(told, same, "the sixth try is locked for both");
    assert_eq!(told.last().unwrap().0, 429);
    assert!(unknown * 3 > known * 2 && known * 3 > unknown * 2, "{known:?} and {unknown:?}");

    let unlock = "update sign_in_failure set locked_until = now() - interval '1 second'";
    sqlx::query(unlock).execute(&world.pool).await.unwrap();
    sign_in(&api, "desk", DEMO, None).await.expect(201);
    assert_eq!(
        world.count("select count(*) from sign_in_failure").await,
        1,
        "a success forgets the failures"
    );
    let stored =
        world.count("select count(*) from sign_in_failure where name_index::text like '%desk%'").await;
    assert_eq!(stored, 0);
}

#[tokio::test]
async fn a_hash_of_earlier_parameters_is_renewed_by_signing_in() {
    let world = World::new().await;
    let api = world.api();
    let earlier =
        "$argon2id$v=19$m=8192,t=2,p=1$c2FsdHNhbHRzYWx0c2FsdA$qoO6YFL937b3GViOF5cD2cUuwY3Sg9YchJyydY+2l4U";
    sqlx::query("update staff_account set password_hash = $1 where username = 'desk'")
        .bind(earlier)
        .execute(&world.pool)
        .await
        .unwrap();
    let hash = async || {
        sqlx::query_scalar::<_, String>("select password_hash from staff_account where username = 'desk'")
            .fetch_one(&world.pool)
            .await
            .unwrap()
    };
    sign_in(&api, "desk", "wrong", None).await.expect_problem(401, "wrong-credentials");
    assert_eq!(hash().await, earlier);
    let session = sign_in(&api, "desk", DEMO, None).await.expect(201);
    assert!(hash().await.starts_with("$argon2id$v=19$m=19456,t=2,p=1$"));
    assert!(works(&api, &session).await);
    sign_in(&api, "desk", DEMO, None).await.expect(201);
}
