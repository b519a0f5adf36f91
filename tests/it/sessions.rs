//! Sessions of staff: tokens that others cannot make, keys that change, and signing out everywhere at once.

use std::time::{Duration, Instant};

use base64::Engine;
use base64::engine::general_purpose::{STANDARD, URL_SAFE_NO_PAD};
use ed25519_dalek::{Signature, Verifier, VerifyingKey};
use reqwest::Method;
use serde_json::{Value, json};
use uuid::Uuid;

use super::harness::{Answer, Api, World, WorldOptions};

/// How soon a sign-out must hold in every process.
const SECONDS: Duration = Duration::from_secs(5);

async fn session(api: &Api, username: &str) -> Value {
    let credentials = json!({ "username": username, "password": "jiekou-demo-2026" });
    api.post("/v1/sessions", &credentials).await.expect(201)
}

async fn with_token(api: &Api, method: Method, path: &str, token: &str) -> Answer {
    api.send(api.request(method, path).bearer_auth(token)).await
}

fn access(session: &Value) -> &str {
    session["accessToken"].as_str().unwrap()
}

async fn works(api: &Api, session: &Value) -> bool {
    let answer = with_token(api, Method::GET, "/v1/cases", access(session)).await;
    match answer.status.as_u16() {
        200 => true,
        _ => {
            answer.expect_problem(401, "not-signed-in");
            false
        }
    }
}

async fn refresh(api: &Api, session: &Value) -> Answer {
    api.post("/v1/sessions/refresh", &json!({ "refreshToken": session["refreshToken"] })).await
}

/// Waits until the session works no more at `api`, and says how long that took.
async fn end_of(api: &Api, session: &Value) -> Duration {
    let started = Instant::now();
    while works(api, session).await {
        assert!(started.elapsed() < SECONDS, "the session still works");
        tokio::time::sleep(Duration::from_millis(20)).await;
    }
    started.elapsed()
}

#[tokio::test]
async fn signing_out_holds_in_every_process_within_seconds() {
    let mut world = World::new().await;
    world.add_api(&[]).await;
    let (here, there) = (world.api_at(0), world.api_at(1));
    let (first, second, third) =
        (session(&here, "desk").await, session(&here, "desk").await, session(&there, "desk").await);
    let other = session(&here, "admin").await;
    for open in [&first, &second, &third, &other] {
        assert!(works(&here, open).await && works(&there, open).await);
    }

    with_token(&here, Method::DELETE, "/v1/sessions/current", access(&first)).await.expect(204);
    assert!(!works(&here, &first).await, "at once where it was asked for");
    println!("the other process knew after {:?}", end_of(&there, &first).await);
    for api in [&here, &there] {
        refresh(api, &first).await.expect_problem(401, "not-signed-in");
        assert!(works(api, &second).await && works(api, &third).await && works(api, &other).await);
    }
    let again = with_token(&there, Method::DELETE, "/v1/sessions/current", access(&first)).await;
    again.expect_problem(401, "not-signed-in");

    with_token(&there, Method::DELETE, "/v1/sessions", access(&third)).await.expect(204);
    for open in [&second, &third] {
        assert!(!works(&there, open).await);
        println!("the other process knew after {:?}", end_of(&here, open).await);
        refresh(&here, open).await.expect_problem(401, "not-signed-in");
    }
    assert!(works(&here, &other).await && works(&there, &other).await, "nobody else is signed out");
    assert!(refresh(&there, &other).await.status.is_success());

    let newcomer = world.add_api(&[]).await;
    let api = world.api_at(newcomer);
    assert!(
        !works(&api, &first).await && !works(&api, &third).await,
        "a process that starts later knows too"
    );
    assert!(works(&api, &other).await);
}

#[tokio::test]
async fn a_refresh_token_used_twice_ends_the_whole_session_of_thief_and_owner() {
    let mut world = World::new().await;
    world.add_api(&[]).await;
    let (here, there) = (world.api_at(0), world.api_at(1));
    let first = session(&here, "desk").await;
    let other = session(&here, "desk").await;
    let next = refresh(&there, &first).await.expect(201);
    assert_eq!(next["sessionId"], first["sessionId"]);
    assert_ne!(next["refreshToken"], first["refreshToken"]);
    assert!(works(&here, &next).await);
    refresh(&there, &first).await.expect_problem(401, "not-signed-in");
    refresh(&here, &next).await.expect_problem(401, "not-signed-in");
    for stolen in [&first, &next] {
        assert!(!works(&there, stolen).await);
        end_of(&here, stolen).await;
    }
    assert!(works(&here, &other).await && refresh(&here, &other).await.status.is_success());
    let ended = world.count("select count(*) from staff_session where end_reason = 'tokenReused'").await;
    assert_eq!(ended, 1);

    // Two at once: one of them wins, and the session ends all the same.
    let race = session(&here, "desk").await;
    let (one, two) = tokio::join!(refresh(&here, &race), refresh(&there, &race));
    let good = [&one, &two].into_iter().filter(|answer| answer.status == 201).count();
    assert_eq!(good, 1, "{one:?} {two:?}");
    end_of(&here, &race).await;
}

#[tokio::test]
async fn somebody_sees_the_own_sessions_and_ends_one_of_them() {
    let world = World::new().await;
    let api = world.api();
    let (phone, desk, other) =
        (session(&api, "desk").await, session(&api, "desk").await, session(&api, "admin").await);
    let list = with_token(&api, Method::GET, "/v1/sessions", access(&desk)).await.expect(200);
    let sessions = list["sessions"].as_array().unwrap();
    let ids: Vec<_> = sessions.iter().map(|it| (it["sessionId"].clone(), it["current"] == true)).collect();
    assert_eq!(ids, [(desk["sessionId"].clone(), true), (phone["sessionId"].clone(), false)]);

    let end =
        async |id: &str| with_token(&api, Method::DELETE, &format!("/v1/sessions/{id}"), access(&desk)).await;
    for stranger in [other["sessionId"].as_str().unwrap(), &Uuid::new_v4().to_string(), "all", "%00"] {
        end(stranger).await.expect_problem(404, "unknown-session");
    }
    assert!(works(&api, &other).await);
    let id = phone["sessionId"].as_str().unwrap();
    end(id).await.expect(204);
    end(id).await.expect_problem(404, "unknown-session");
    assert!(!works(&api, &phone).await && works(&api, &desk).await);
    for (method, path) in [
        (Method::GET, "/v1/sessions"),
        (Method::DELETE, "/v1/sessions"),
        (Method::DELETE, "/v1/sessions/current"),
    ] {
        api.send(api.request(method, path)).await.expect_problem(401, "not-signed-in");
    }
    let put = api.send(api.request(Method::PUT, "/v1/sessions")).await;
    assert_eq!(put.headers["allow"], "DELETE, GET, HEAD, POST");
    put.expect_problem(405, "method-not-allowed");
}

#[tokio::test]
async fn of_more_sessions_than_an_account_may_have_the_one_not_used_for_longest_ends() {
    let settings = vec![("JIEKOU_ACCOUNTS__SESSIONS_MOST", "3".to_owned())];
    let mut world = World::with(WorldOptions { settings, ..WorldOptions::default() }).await;
    world.add_api(&[]).await;
    let (here, there) = (world.api_at(0), world.api_at(1));
    let first = session(&here, "desk").await;
    let second = session(&here, "desk").await;
    let third = session(&there, "desk").await;
    let other = session(&here, "district").await;
    // Used again, the first is not the oldest any more.
    let first = refresh(&here, &first).await.expect(201);
    let fourth = session(&here, "desk").await;
    assert!(!works(&here, &second).await, "at once where it was asked");
    end_of(&there, &second).await;
    refresh(&there, &second).await.expect_problem(401, "not-signed-in");
    for goes_on in [&first, &third, &fourth, &other] {
        assert!(works(&here, goes_on).await && works(&there, goes_on).await);
    }
    // Also when many begin at once, in every process.
    let many = (0..8).map(|at| session(if at % 2 == 0 { &here } else { &there }, "desk"));
    futures_util::future::join_all(many).await;
    let open = "select count(*) from staff_session s join staff_account a using (staff_id)
                where a.username = 'desk' and s.ended_at is null";
    assert_eq!(world.count(open).await, 3);
    // What is over by itself takes no place.
    sqlx::query("update staff_session set last_used_at = now() - interval '13 hours' where ended_at is null")
        .execute(&world.pool)
        .await
        .unwrap();
    session(&here, "desk").await;
    assert_eq!(world.count(open).await, 4);
}

#[tokio::test]
async fn a_session_lasts_no_longer_than_it_may_used_or_not() {
    let world = World::new().await;
    let api = world.api();
    let (idle, old, good) =
        (session(&api, "desk").await, session(&api, "desk").await, session(&api, "desk").await);
    for (open, statement) in [
        (&idle, "update refresh_token set expires_at = now() - interval '1 second' where family = $1"),
        (&old, "update staff_session set started_at = now() - interval '8 days' where session_id = $1"),
    ] {
        let id = Uuid::try_parse(open["sessionId"].as_str().unwrap()).unwrap();
        sqlx::query(statement).bind(id).execute(&world.pool).await.unwrap();
        refresh(&api, open).await.expect_problem(401, "not-signed-in");
    }
    let left = async |session: &Value| {
        let expires = chrono::DateTime::parse_from_rfc3339(session["refreshExpiresAt"].as_str().unwrap());
        (expires.unwrap().to_utc() - world.now().await).num_minutes()
    };
    let next = refresh(&api, &good).await.expect(201);
    assert!((700..=720).contains(&left(&next).await));
    let id = Uuid::try_parse(good["sessionId"].as_str().unwrap()).unwrap();
    let begun =
        "update staff_session set started_at = now() - interval '6 days 23 hours' where session_id = $1";
    sqlx::query(begun).bind(id).execute(&world.pool).await.unwrap();
    let last = refresh(&api, &next).await.expect(201);
    assert!((50..=60).contains(&left(&last).await), "the last hours of a session are not stretched");
}

/// Whether the keys that the installation publishes verify the token.
fn verified(keys: &Value, token: &str) -> bool {
    let parts: Vec<&str> = token.split('.').collect();
    let header: Value = serde_json::from_slice(&URL_SAFE_NO_PAD.decode(parts[0]).unwrap()).unwrap();
    let key = keys["keys"].as_array().unwrap().iter().find(|key| key["kid"] == header["kid"]);
    let Some(key) = key else { return false };
    assert_eq!((&key["kty"], &key["crv"], &key["alg"]), (&json!("OKP"), &json!("Ed25519"), &json!("EdDSA")));
    let public = URL_SAFE_NO_PAD.decode(key["x"].as_str().unwrap()).unwrap().try_into().unwrap();
    let signature = URL_SAFE_NO_PAD.decode(parts[2]).unwrap();
    let signed = format!("{}.{}", parts[0], parts[1]);
    VerifyingKey::from_bytes(&public)
        .unwrap()
        .verify(signed.as_bytes(), &Signature::from_slice(&signature).unwrap())
        .is_ok()
}

#[tokio::test]
async fn keys_rotate_in_a_running_installation_and_nobody_is_signed_out() {
    let mut world = World::new().await;
    let (old, new) = (STANDARD.encode([0; 32]), STANDARD.encode([7; 32]));
    let announced = format!("s1:{old},s2:{new}");
    let rotated = format!("s2:{new},s1:{old}");
    let before = session(&world.api(), "desk").await;
    let mut open = vec![before.clone()];
    // First every process learns the new key, then the first of them signs with it, beside others that do not yet.
    for keys in [&announced, &rotated] {
        let position = world.add_api(&[("JIEKOU_SECRETS__SIGNING_KEYS", keys)]).await;
        open.push(session(&world.api_at(position), "desk").await);
    }
    let (announcing, rotated) = (world.api_at(1), world.api_at(2));
    for api in [&announcing, &rotated] {
        let answer = api.get("/.well-known/jwks.json").await;
        assert_eq!(answer.headers["cache-control"], "public, max-age=300");
        let keys = answer.expect(200);
        for session in &open {
            assert!(works(api, session).await);
            assert!(verified(&keys, access(session)));
        }
        assert!(!keys.to_string().contains(&URL_SAFE_NO_PAD.encode([7; 32])), "no seed is published");
    }
    let refreshed = refresh(&rotated, &before).await.expect(201);
    assert!(works(&announcing, &refreshed).await);
    let last = world.add_api(&[("JIEKOU_SECRETS__SIGNING_KEYS", &format!("s2:{new}"))]).await;
    let last = world.api_at(last);
    assert!(!works(&last, &before).await, "the old key is gone");
    assert!(works(&last, &refreshed).await);
}

#[tokio::test]
async fn a_token_that_we_did_not_sign_opens_nothing() {
    let world = World::new().await;
    let api = world.api();
    let session = session(&api, "desk").await;
    let parts: Vec<&str> = access(&session).split('.').collect();
    let part = |value: Value| URL_SAFE_NO_PAD.encode(value.to_string());
    let mut claims: Value = serde_json::from_slice(&URL_SAFE_NO_PAD.decode(parts[1]).unwrap()).unwrap();
    let none = part(json!({ "alg": "none", "kid": "s1" }));
    let unknown = part(json!({ "alg": "EdDSA", "kid": "s9" }));
    claims["grants"] = json!([{ "role": "admin", "level": "city", "area": "4101" }]);
    let raised = part(claims);
    let large = "A".repeat(5_000);
    for token in [
        &format!("{none}.{}.", parts[1]),
        &format!("{none}.{}.{}", parts[1], parts[2]),
        &format!("{unknown}.{}.{}", parts[1], parts[2]),
        &format!("{}.{raised}.{}", parts[0], parts[2]),
        &format!("{}.{}.", parts[0], parts[1]),
        "",
        "x",
        &large,
    ] {
        for path in ["/v1/cases", "/v1/sessions"] {
            with_token(&api, Method::GET, path, token).await.expect_problem(401, "not-signed-in");
        }
        // A bad credential is told, though a stranger may send this.
        with_token(&api, Method::GET, "/v1/photos/x/released", token)
            .await
            .expect_problem(404, "unknown-photo");
    }
    for header in ["Basic ZGVzazp4", "bearer", "Bearer"] {
        let request = api.request(Method::GET, "/v1/cases").header("Authorization", header);
        api.send(request).await.expect_problem(401, "not-signed-in");
    }
}
