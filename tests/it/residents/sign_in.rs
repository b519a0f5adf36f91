//! Signing in: a code is good once, for minutes, for a few tries, and says nothing to who has it not.

use std::time::{Duration, Instant};

use futures_util::future::join_all;
use serde_json::{Value, json};

use super::{Code, Resident, a_minute_later, ask, code, other_than, sign_in, town, town_with, try_code};
use crate::harness::{Api, World};

const PHONE: &str = "13912345678";

async fn refresh(api: &Api, session: &Value) -> crate::harness::Answer {
    api.post("/v1/residents/sessions/refresh", &json!({ "refreshToken": session["refreshToken"] })).await
}

#[tokio::test]
async fn a_code_signs_in_once_and_the_same_phone_is_the_same_person() {
    let world = town().await;
    let api = world.api();
    let answer = ask(&api, "+86 139-1234-5678").await;
    assert_eq!(answer.headers["cache-control"], "no-store");
    let answer = answer.expect(202);
    let secret = answer["requestSecret"].as_str().unwrap();
    assert!(secret.len() == 32 && secret.bytes().all(|b| b.is_ascii_hexdigit()), "{secret}");
    assert_eq!(answer, json!({ "expiresInSeconds": 300, "requestSecret": secret }));
    let text = world.sms.wait_for(1).await.remove(0);
    assert_eq!((text.to.as_str(), text.parameters[1].as_str()), ("+8613912345678", "5"));
    let code = Code::of(&answer, &text.parameters[0]);
    assert!(code.digits.len() == 6 && code.digits.bytes().all(|b| b.is_ascii_digit()), "{code:?}");
    let first = try_code(&api, PHONE, &code).await;
    assert_eq!(first.headers["cache-control"], "no-store");
    let first = Resident::of(&api, first.expect(201));
    try_code(&api, PHONE, &code).await.expect_problem(401, "wrong-code");
    let again = sign_in(&world, PHONE).await;
    assert_eq!(first.id(), again.id());
    let other = sign_in(&world, "13800001111").await;
    assert_ne!(first.id(), other.id());
    assert_eq!(world.count("select count(*) from resident").await, 2);
    assert_eq!(world.count("select count(*) from resident_identity").await, 2);
    assert!(world.sms.faults().await.is_empty(), "{:?}", world.sms.faults().await);
    // What was sent is nowhere any more.
    assert_eq!(world.count("select count(*) from account_message where sealed is not null").await, 0);
}

#[tokio::test]
async fn of_many_who_sign_in_with_one_code_at_once_one_does() {
    let mut world = town().await;
    world.add_api(&[]).await;
    let code = code(&world, PHONE).await;
    let apis = [world.api_at(0), world.api_at(1)];
    let tries = (0..8).map(|at| try_code(&apis[at % 2], PHONE, &code));
    let answers = join_all(tries).await;
    let good = answers.iter().filter(|answer| answer.status == 201).count();
    assert_eq!(good, 1, "{answers:?}");
    for answer in answers.into_iter().filter(|answer| answer.status != 201) {
        answer.expect_problem(401, "wrong-code");
    }
    assert_eq!(world.count("select count(*) from resident").await, 1);
    assert_eq!(world.count("select count(*) from staff_session").await, 1);
}

#[tokio::test]
async fn wrong_codes_are_counted_and_the_sixth_try_is_one_too_many_whatever_it_is() {
    let world = town().await;
    let api = world.api();
    let code = code(&world, PHONE).await;
    for _ in 0..4 {
        try_code(&api, PHONE, &other_than(&code)).await.expect_problem(401, "wrong-code");
    }
    assert_eq!(world.count("select tries::bigint from sign_in_code").await, 4);
    // The fifth may still be right.
    try_code(&api, PHONE, &code).await.expect(201);
    let code = super::code(&world, PHONE).await;
    // Also when all come at once.
    let wrong = other_than(&code);
    join_all((0..12).map(|_| try_code(&api, PHONE, &wrong))).await;
    assert_eq!(world.count("select max(tries)::bigint from sign_in_code").await, 5);
    try_code(&api, PHONE, &code).await.expect_problem(401, "wrong-code");
}

#[tokio::test]
async fn a_new_code_voids_the_old_one_and_none_outlives_its_minutes() {
    let world = town().await;
    let api = world.api();
    let old = code(&world, PHONE).await;
    let new = code(&world, PHONE).await;
    assert_ne!(old.secret, new.secret);
    try_code(&api, PHONE, &old).await.expect_problem(401, "wrong-code");
    try_code(&api, "13800001111", &new).await.expect_problem(401, "wrong-code");
    sqlx::query("update sign_in_code set expires_at = now()").execute(&world.pool).await.unwrap();
    try_code(&api, PHONE, &new).await.expect_problem(401, "wrong-code");
    let last = code(&world, PHONE).await;
    try_code(&api, PHONE, &last).await.expect(201);
}

#[tokio::test]
async fn a_code_is_good_for_the_request_that_it_was_sent_for_and_for_no_other() {
    let world = town().await;
    let api = world.api();
    let code = code(&world, PHONE).await;
    let refused = try_code(&api, PHONE, &other_than(&code)).await.expect_problem(401, "wrong-code");
    // Somebody who reads the message on the locked screen has no secret, or one of an own request.
    let stranger = super::code(&world, "13800001111").await;
    let of_another = Code { secret: stranger.secret.clone(), ..code.clone() };
    let said = try_code(&api, PHONE, &of_another).await.expect_problem(401, "wrong-code");
    assert_eq!(said, refused, "nothing tells a wrong secret from a wrong code");
    for secret in ["", "x", &"0".repeat(32), &"f".repeat(60_000)] {
        let tried = Code { secret: secret.to_owned(), ..code.clone() };
        // Tries are not what is tried here.
        sqlx::query("update sign_in_code set tries = 0").execute(&world.pool).await.unwrap();
        try_code(&api, PHONE, &tried).await.expect_problem(401, "wrong-code");
    }
    let without = json!({ "phone": PHONE, "code": code.digits });
    api.post("/v1/residents/sessions", &without).await.expect_problem(401, "wrong-code");
    let tries = "select max(tries)::bigint from sign_in_code";
    assert_eq!(world.count(tries).await, 2, "each is a try");
    let mut wrong_type = code.beside(json!({ "phone": PHONE }));
    wrong_type["requestSecret"] = json!(7);
    let answer = api.post("/v1/residents/sessions", &wrong_type).await;
    assert_eq!(answer.pointers(), ["/requestSecret"]);
    assert_eq!(world.count(tries).await, 2, "no try");
    let spaced = Code { secret: format!(" {} ", code.secret.to_uppercase()), ..code.clone() };
    try_code(&api, PHONE, &spaced).await.expect(201);
    // Nothing stored leads to a secret, and no log has one.
    let rows: String = sqlx::query_scalar("select string_agg(row_to_json(t)::text, ' ') from sign_in_code t")
        .fetch_one(&world.pool)
        .await
        .unwrap();
    for secret in [&code.secret, &stranger.secret] {
        assert!(!rows.contains(secret.as_str()) && !world.logs().contains(secret.as_str()));
    }
}

#[tokio::test]
async fn nobody_learns_whether_a_phone_has_an_account() {
    let world = town_with(vec![("JIEKOU_RESIDENTS__CODES_OF_NETWORK", "1000/minute".to_owned())]).await;
    let api = world.api();
    sign_in(&world, PHONE).await;
    a_minute_later(&world).await;
    let mut answers = Vec::new();
    for phone in [PHONE, "13800001111"] {
        let mut asked = ask(&api, phone).await.expect(202);
        asked["requestSecret"] = json!("another each time");
        let wrong = try_code(&api, phone, &Code::made_up()).await;
        answers.push((asked, wrong.status, wrong.body));
    }
    assert_eq!(answers[0], answers[1]);
    // Nobody asked for a code there: the same answer, after as long.
    let unasked = try_code(&api, "13700002222", &Code::made_up()).await;
    assert_eq!((unasked.status, &unasked.body), (answers[0].1, &answers[0].2));
    sqlx::query("update sign_in_code set tries = -100").execute(&world.pool).await.unwrap();
    // In turns, so that whatever else the machine does falls on both alike.
    let mut times = [const { Vec::new() }; 2];
    for _ in 0..31 {
        for (times, phone) in times.iter_mut().zip([PHONE, "13700002222"]) {
            let started = Instant::now();
            try_code(&api, phone, &Code::made_up()).await;
            times.push(started.elapsed());
        }
    }
    let [known, unknown] = times.map(|mut times| {
        times.sort_unstable();
        times[15]
    });
    let apart = known.max(unknown) - known.min(unknown);
    assert!(apart < Duration::from_millis(15), "{known:?} for a known phone, {unknown:?} for an unknown one");
}

#[tokio::test]
async fn a_session_is_refreshed_listed_and_ended_as_that_of_staff_is() {
    let mut world = town().await;
    world.add_api(&[]).await;
    let (api, there) = (world.api_at(0), world.api_at(1));
    let phone = sign_in(&world, PHONE).await;
    let desk = sign_in(&world, PHONE).await;
    let list = desk.get("/v1/residents/sessions").await.expect(200);
    let ids: Vec<_> = list["sessions"].as_array().unwrap().iter().map(|it| it["sessionId"].clone()).collect();
    assert_eq!(ids, [desk.session["sessionId"].clone(), phone.session["sessionId"].clone()]);
    // Rotated; the second use of a token ends its session, and no other.
    let next = refresh(&there, &phone.session).await.expect(201);
    assert_eq!(
        (&next["sessionId"], &next["residentId"]),
        (&phone.session["sessionId"], &phone.session["residentId"])
    );
    refresh(&api, &phone.session).await.expect_problem(401, "not-signed-in");
    refresh(&api, &next).await.expect_problem(401, "not-signed-in");
    Resident::of(&api, next).get("/v1/residents/me/reports").await.expect_problem(401, "not-signed-in");
    desk.get("/v1/residents/me/reports").await.expect(200);
    // Each side refreshes its own only, and a token that was shown at the wrong door is still good.
    let body = json!({ "refreshToken": desk.session["refreshToken"] });
    api.post("/v1/sessions/refresh", &body).await.expect_problem(401, "not-signed-in");
    let staff = json!({ "username": "desk", "password": "jiekou-demo-2026" });
    let staff = api.post("/v1/sessions", &staff).await.expect(201);
    refresh(&api, &staff).await.expect_problem(401, "not-signed-in");
    let body = json!({ "refreshToken": staff["refreshToken"] });
    api.post("/v1/sessions/refresh", &body).await.expect(201);
    let desk = Resident::of(&api, refresh(&api, &desk.session).await.expect(201));
    // Out of one, and everywhere.
    let other = sign_in(&world, PHONE).await;
    let stranger = sign_in(&world, "13800001111").await;
    let path = format!("/v1/residents/sessions/{}", other.session["sessionId"].as_str().unwrap());
    stranger.delete(&path).await.expect_problem(404, "unknown-session");
    stranger.delete("/v1/residents/sessions/all").await.expect_problem(404, "unknown-session");
    desk.delete(&path).await.expect(204);
    other.get("/v1/residents/sessions").await.expect_problem(401, "not-signed-in");
    desk.delete("/v1/residents/sessions").await.expect(204);
    refresh(&api, &desk.session).await.expect_problem(401, "not-signed-in");
    ends(&Resident { api: there, ..desk }).await;
    stranger.get("/v1/residents/sessions").await.expect(200);
}

#[tokio::test]
async fn with_one_session_too_many_the_one_not_used_for_longest_ends() {
    let world = town_with(vec![("JIEKOU_RESIDENTS__SESSIONS_MOST", "2".to_owned())]).await;
    let api = world.api();
    let first = sign_in(&world, PHONE).await;
    let second = sign_in(&world, PHONE).await;
    let stranger = sign_in(&world, "13800001111").await;
    let first = Resident::of(&api, refresh(&api, &first.session).await.expect(201));
    let third = sign_in(&world, PHONE).await;
    second.get("/v1/residents/sessions").await.expect_problem(401, "not-signed-in");
    refresh(&api, &second.session).await.expect_problem(401, "not-signed-in");
    for goes_on in [&first, &third, &stranger] {
        goes_on.get("/v1/residents/sessions").await.expect(200);
    }
    let why = "select count(*) from staff_session where end_reason = 'tooManySessions'";
    assert_eq!(world.count(why).await, 1);
}

/// Waits until the session works no more.
async fn ends(resident: &Resident) {
    for _ in 0..100 {
        if resident.get("/v1/residents/sessions").await.status == 401 {
            return;
        }
        tokio::time::sleep(Duration::from_millis(50)).await;
    }
    panic!("the session still works");
}

#[tokio::test]
async fn without_a_sender_of_messages_sign_in_says_so_and_reports_go_on() {
    let world = World::new().await;
    let api = world.api();
    ask(&api, PHONE).await.expect_problem(404, "no-phone-sign-in");
    try_code(&api, PHONE, &Code::made_up()).await.expect_problem(404, "no-phone-sign-in");
    assert_eq!(world.count("select count(*) from sign_in_code").await, 0);
}
