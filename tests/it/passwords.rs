//! Passwords of staff: what they must be, changing them, and what a guesser learns.

use std::time::{Duration, Instant};

use reqwest::Method;
use serde_json::{Value, json};

use sha1::{Digest, Sha1};

use super::harness::{Answer, Api, Reply, WebServer, World, WorldOptions};

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

/// Where the service is asked about a password, and the line that says it was breached.
fn range_of(password: &str) -> (String, String) {
    let hash: String = Sha1::digest(password.as_bytes()).iter().map(|byte| format!("{byte:02X}")).collect();
    (format!("/base/range/{}", &hash[..5]), format!("{}:17\r\n", &hash[5..]))
}

/// An installation that asks a service of breached passwords.
async fn asking(service: &WebServer) -> World {
    let settings = vec![
        ("JIEKOU_ACCOUNTS__BREACHED_PASSWORDS_URL", service.url("/base/")),
        ("JIEKOU_ACCOUNTS__BREACHED_PASSWORDS_SECONDS", "1".to_owned()),
    ];
    World::with(WorldOptions { settings, ..WorldOptions::default() }).await
}

const OTHER_LINE: &str = "0018A45C4D1DEF81644B54AB7F969B88D65:2\r\n";

#[tokio::test]
async fn a_breached_password_is_refused_wherever_one_is_chosen_and_nobody_learns_it() {
    let service = WebServer::start().await;
    let world = asking(&service).await;
    let api = world.api();
    let (path, line) = range_of(GOOD);
    service.answer(&path, Reply::of("text/plain", format!("{OTHER_LINE}{line}").into_bytes())).await;
    let mine = sign_in(&api, "desk", DEMO, None).await.expect(201);
    let refused = change(&api, &mine, &json!({ "password": DEMO, "newPassword": GOOD })).await;
    assert_eq!(refused.pointers(), ["/newPassword"]);
    assert!(refused.body["errors"][0]["detail"].as_str().unwrap().contains("泄露"), "{}", refused.body);
    refused.expect_problem(422, "validation");
    let refused = sign_in(&api, "desk", DEMO, Some(GOOD)).await;
    assert_eq!(refused.pointers(), ["/newPassword"]);
    let grant = "inspector:town:410103001";
    let said = world.run(&["staff", "invite", "wang", "--name", "王芳", "--grant", grant]);
    let code = said.split_once("/invitation#").unwrap().1.lines().next().unwrap();
    let accept = |password: &'static str| {
        let (api, body) = (api.clone(), json!({ "code": code, "password": password }));
        async move { api.post("/v1/invitations/acceptance", &body).await }
    };
    let refused = accept(GOOD).await;
    assert_eq!(refused.pointers(), ["/password"], "{}", refused.body);

    // The same range padded with the same hash, seen never: it is none that was breached.
    let padding = format!("{OTHER_LINE}{}", line.replace(":17", ":0"));
    service.answer(&path, Reply::of("text/plain", padding.into_bytes())).await;
    let accepted = accept(GOOD).await;
    assert!(accepted.status.is_success(), "{}", accepted.body);
    change(&api, &mine, &json!({ "password": DEMO, "newPassword": GOOD })).await.expect(204);
    // What the list refuses is not asked about; five digits of a hash are all that is told.
    let asked = service.asked().await;
    change(&api, &mine, &json!({ "password": GOOD, "newPassword": "password123456" })).await;
    assert_eq!(service.asked().await.len(), asked.len());
    for request in &asked {
        assert_eq!((request.method.as_str(), request.path.as_str()), ("GET", path.as_str()));
        assert_eq!(request.headers["add-padding"], "true");
        assert!(request.body.is_empty() && !format!("{request:?}").contains(line.split(':').next().unwrap()));
    }
}

#[tokio::test]
async fn without_a_service_of_breached_passwords_the_list_decides_and_it_is_said_once() {
    let service = WebServer::start().await;
    let world = asking(&service).await;
    let api = world.api();
    let mine = sign_in(&api, "desk", DEMO, None).await.expect(201);
    let mut old = DEMO.to_owned();
    let faults = [
        Reply::silence(),
        Reply::status(500),
        Reply::status(404),
        Reply { status: 302, headers: vec![("location", service.url("/elsewhere"))], body: Vec::new() },
        Reply::of("text/html", b"<html>busy</html>".to_vec()),
        Reply::of("text/plain", Vec::new()),
        Reply::of("text/plain", vec![0xff; 200]),
        Reply::of("text/plain", vec![b'x'; 2_000_000]),
    ];
    let count = faults.len();
    for (at, fault) in faults.into_iter().enumerate() {
        let new = format!("rain over erqi number {at}");
        service.answer(&range_of(&new).0, fault).await;
        let started = Instant::now();
        change(&api, &mine, &json!({ "password": old, "newPassword": new })).await.expect(204);
        assert!(started.elapsed() < Duration::from_secs(20), "{at}: {:?}", started.elapsed());
        old = new;
    }
    let refused = change(&api, &mine, &json!({ "password": old, "newPassword": "password123456" })).await;
    assert_eq!(refused.pointers(), ["/newPassword"], "the list needs nobody");
    assert!(
        service.asked().await.iter().all(|request| request.path.starts_with("/base/range/")),
        "no redirect"
    );
    let told = |words: &str| world.logs().matches(words).count();
    assert_eq!(told("does not answer: passwords are taken unchecked"), 1);
    let numbers = api.get("/metrics").await.body.as_str().unwrap().to_owned();
    assert!(numbers.contains(&format!("jiekou_passwords_unchecked_total {count}\n")), "{numbers}");

    // It answers again, and is believed again.
    let new = "snow over erqi 1923";
    let (path, line) = range_of(new);
    service.answer(&path, Reply::of("text/plain", line.into_bytes())).await;
    let refused = change(&api, &mine, &json!({ "password": old, "newPassword": new })).await;
    assert_eq!(refused.pointers(), ["/newPassword"]);
    assert_eq!(told("answers again"), 1);
    assert!(!world.logs().contains("rain over"));
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
    // What takes the time of a try is its one slow hash; clocks of a shared machine would tell less.
    let slow_hashes = async || {
        let numbers = api.get("/metrics").await.body.as_str().unwrap().to_owned();
        let line = numbers.lines().find_map(|line| line.strip_prefix("jiekou_slow_hashes_total "));
        line.unwrap().parse::<u64>().unwrap()
    };
    let mut seen = Vec::new();
    for name in ["desk", "nobody-at-all"] {
        let mut told = Vec::new();
        for _ in 0..6 {
            let before = slow_hashes().await;
            let answer = sign_in(&api, name, "wrong", None).await;
            let hashed = slow_hashes().await - before;
            let (what, detail) = (answer.body["type"].clone(), answer.body["detail"].clone());
            told.push((answer.status.as_u16(), what, detail, hashed));
        }
        seen.push(told);
    }
    let [told, same] = seen.try_into().unwrap();
    assert_eq!(told, same, "the sixth try is locked for both");
    let statuses_and_hashes: Vec<_> = told.iter().map(|it| (it.0, it.3)).collect();
    assert_eq!(statuses_and_hashes, [(401, 1), (401, 1), (401, 1), (401, 1), (401, 1), (429, 0)]);

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
