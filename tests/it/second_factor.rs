//! The second factor: enrolling, codes that are good once, recovery codes, and roles that must have one.

use reqwest::Method;
use serde_json::{Value, json};
use totp_rs::{Algorithm, Secret, TOTP};

use super::harness::{Answer, Api, World, WorldOptions, wall_clock};

const DEMO: &str = "jiekou-demo-2026";
const STEP: u64 = 30;

/// An authenticator app.
struct App {
    totp: TOTP,
}

impl App {
    fn new(offer: &Value) -> Self {
        let secret = Secret::Encoded(offer["secret"].as_str().unwrap().to_owned()).to_bytes().unwrap();
        Self { totp: TOTP::new(Algorithm::SHA1, 6, 0, STEP, secret).unwrap() }
    }

    /// What it shows `steps` from now.
    fn code(&self, steps: i64) -> String {
        let now = wall_clock().timestamp() + steps * i64::try_from(STEP).unwrap();
        self.totp.generate(u64::try_from(now).unwrap())
    }
}

/// Waits until a step has just begun, so that none ends in the middle of a test.
async fn fresh_step() {
    loop {
        let into = wall_clock().timestamp() % 30;
        if into < 15 {
            return;
        }
        tokio::time::sleep(std::time::Duration::from_millis(200)).await;
    }
}

async fn sign_in(api: &Api, username: &str, code: Option<&str>) -> Answer {
    let mut body = json!({ "username": username, "password": DEMO });
    if let Some(code) = code {
        body["totp"] = json!(code);
    }
    api.post("/v1/sessions", &body).await
}

async fn ask(api: &Api, session: &Value, path: &str, body: &Value) -> Answer {
    let token = session["accessToken"].as_str().unwrap();
    api.send(api.request(Method::POST, path).bearer_auth(token).json(body)).await
}

async fn get(api: &Api, session: &Value, path: &str) -> Answer {
    let token = session["accessToken"].as_str().unwrap();
    api.send(api.request(Method::GET, path).bearer_auth(token)).await
}

const OFFER: &str = "/v1/account/second-factor";
const CONFIRM: &str = "/v1/account/second-factor/confirmation";
const RENEW: &str = "/v1/account/second-factor/recovery-codes";

/// Enrols a second factor: the app, and the recovery codes.
async fn enrol(api: &Api, session: &Value) -> (App, Vec<String>) {
    let offer = ask(api, session, OFFER, &json!({ "password": DEMO })).await.expect(201);
    let app = App::new(&offer);
    let confirmed = ask(api, session, CONFIRM, &json!({ "totp": app.code(-1) })).await.expect(201);
    (app, codes(&confirmed))
}

fn codes(body: &Value) -> Vec<String> {
    body["recoveryCodes"].as_array().unwrap().iter().map(|code| code.as_str().unwrap().to_owned()).collect()
}

#[tokio::test]
async fn an_enrolled_second_factor_is_needed_and_each_of_its_codes_is_good_once() {
    let mut world = World::new().await;
    world.add_api(&[]).await;
    let (api, there) = (world.api_at(0), world.api_at(1));
    fresh_step().await;
    let session = sign_in(&api, "desk", None).await.expect(201);
    let other = sign_in(&api, "desk", None).await.expect(201);
    let offer = ask(&api, &session, OFFER, &json!({ "password": DEMO })).await.expect(201);
    let secret = offer["secret"].as_str().unwrap();
    assert_eq!(offer["uri"], format!("otpauth://totp/Jiekou:desk?secret={secret}&issuer=Jiekou"));
    sign_in(&api, "desk", None).await.expect(201);
    for (body, pointer) in [
        (json!({}), "/totp"),
        (json!({ "totp": 123456 }), "/totp"),
        (json!({ "totp": "000000" }), "/totp"),
        (json!({ "totp": "" }), "/totp"),
    ] {
        let answer = ask(&api, &session, CONFIRM, &body).await;
        assert_eq!(answer.pointers(), [pointer], "{body}");
        answer.expect_problem(422, "validation");
    }
    let app = App::new(&offer);
    let confirmed = ask(&api, &session, CONFIRM, &json!({ "totp": app.code(-1) })).await.expect(201);
    assert_eq!(codes(&confirmed).len(), 10);
    get(&api, &session, "/v1/cases").await.expect(200);
    get(&api, &other, "/v1/cases").await.expect_problem(401, "not-signed-in");

    for (code, why) in [
        (None, "none"),
        (Some(String::new()), "empty"),
        (Some("000000".to_owned()), "made up"),
        (Some(app.code(-1)), "used for enrolling"),
        (Some(app.code(5)), "of later"),
    ] {
        sign_in(&there, "desk", code.as_deref()).await.expect_problem(401, "wrong-credentials");
        println!("refused: {why}");
        sqlx::query("delete from sign_in_failure").execute(&world.pool).await.unwrap();
    }
    let code = app.code(0);
    let (one, two) = tokio::join!(sign_in(&api, "desk", Some(&code)), sign_in(&there, "desk", Some(&code)));
    let statuses = [one.status.as_u16(), two.status.as_u16()];
    assert_eq!(statuses.iter().filter(|status| **status == 201).count(), 1, "{statuses:?}");
    sign_in(&api, "desk", Some(&code)).await.expect_problem(401, "wrong-credentials");
    sign_in(&api, "desk", Some(&format!(" {} ", app.code(1)))).await.expect(201);
    sign_in(&api, "desk", Some(&app.code(0))).await.expect_problem(401, "wrong-credentials");
    assert!(!world.logs().contains(secret));
    let stored = world.count("select count(*) from staff_account where totp_sealed is not null").await;
    assert_eq!(stored, 1);
}

#[tokio::test]
async fn an_installation_says_how_many_steps_a_code_may_be_off() {
    let drift = |steps: &str| WorldOptions {
        settings: vec![("JIEKOU_ACCOUNTS__TOTP_DRIFT_STEPS", steps.to_owned())],
        ..WorldOptions::default()
    };
    let strict = World::with(drift("0")).await;
    let api = strict.api();
    fresh_step().await;
    let session = sign_in(&api, "desk", None).await.expect(201);
    let offer = ask(&api, &session, OFFER, &json!({ "password": DEMO })).await.expect(201);
    let app = App::new(&offer);
    for off in [-1, 1] {
        let answer = ask(&api, &session, CONFIRM, &json!({ "totp": app.code(off) })).await;
        assert_eq!(answer.pointers(), ["/totp"], "{off}");
    }
    ask(&api, &session, CONFIRM, &json!({ "totp": app.code(0) })).await.expect(201);
    sign_in(&api, "desk", Some(&app.code(-1))).await.expect_problem(401, "wrong-credentials");
    sign_in(&api, "desk", Some(&app.code(1))).await.expect_problem(401, "wrong-credentials");

    let lenient = World::with(drift("2")).await;
    let api = lenient.api();
    fresh_step().await;
    let session = sign_in(&api, "desk", None).await.expect(201);
    let (app, _) = enrol(&api, &session).await;
    sign_in(&api, "desk", Some(&app.code(3))).await.expect_problem(401, "wrong-credentials");
    sign_in(&api, "desk", Some(&app.code(2))).await.expect(201);
}

#[tokio::test]
async fn a_recovery_code_stands_in_for_the_app_once_and_new_ones_end_the_old() {
    let world = World::new().await;
    let api = world.api();
    fresh_step().await;
    let session = sign_in(&api, "desk", None).await.expect(201);
    let (app, codes) = enrol(&api, &session).await;
    let account = get(&api, &session, "/v1/account").await.expect(200);
    assert_eq!((&account["secondFactor"], &account["recoveryCodesLeft"]), (&json!(true), &json!(10)));
    assert_eq!((&account["username"], &account["secondFactorDemanded"]), (&json!("desk"), &json!(false)));

    sign_in(&api, "desk", Some(&codes[0])).await.expect(201);
    sign_in(&api, "desk", Some(&codes[0])).await.expect_problem(401, "wrong-credentials");
    sign_in(&api, "desk", Some(&codes[1].to_lowercase().replace('-', " "))).await.expect(201);
    sign_in(&api, "desk", Some("2222-2222-2222-2222")).await.expect_problem(401, "wrong-credentials");
    let account = get(&api, &session, "/v1/account").await.expect(200);
    assert_eq!(account["recoveryCodesLeft"], 8);

    for (path, body, pointer) in [
        (RENEW, json!({}), "/password"),
        (OFFER, json!({}), "/password"),
        (RENEW, json!({ "password": "wrong", "totp": app.code(0) }), "/password"),
        (OFFER, json!({ "password": DEMO }), "/totp"),
        (RENEW, json!({ "password": DEMO, "totp": "000000" }), "/totp"),
        (OFFER, json!({ "password": DEMO, "totp": codes[0] }), "/totp"),
        (RENEW, json!({ "password": DEMO, "totp": 5 }), "/totp"),
    ] {
        let answer = ask(&api, &session, path, &body).await;
        assert_eq!(answer.pointers(), [pointer], "{body}");
        answer.expect_problem(422, "validation");
        sqlx::query("delete from sign_in_failure").execute(&world.pool).await.unwrap();
    }
    let again = json!({ "password": DEMO, "totp": app.code(0) });
    let renewed = self::codes(&ask(&api, &session, RENEW, &again).await.expect(201));
    assert_eq!(renewed.len(), 10);
    assert!(renewed.iter().all(|code| !codes.contains(code)));
    sign_in(&api, "desk", Some(&codes[2])).await.expect_problem(401, "wrong-credentials");
    sign_in(&api, "desk", Some(&renewed[2])).await.expect(201);
    let stored: Vec<Vec<u8>> =
        sqlx::query_scalar("select code_hash from recovery_code").fetch_all(&world.pool).await.unwrap();
    assert!(stored.len() == 10 && stored.iter().all(|hash| hash.len() == 32));

    // Another phone takes the place of the first, proven by a recovery code.
    let moved = json!({ "password": DEMO, "totp": renewed[3] });
    let offer = ask(&api, &session, OFFER, &moved).await.expect(201);
    let phone = App::new(&offer);
    sign_in(&api, "desk", Some(&phone.code(0))).await.expect_problem(401, "wrong-credentials");
    ask(&api, &session, CONFIRM, &json!({ "totp": phone.code(0) })).await.expect(201);
    sign_in(&api, "desk", Some(&app.code(1))).await.expect_problem(401, "wrong-credentials");
    sign_in(&api, "desk", Some(&phone.code(1))).await.expect(201);

    let acts: Vec<String> =
        sqlx::query_scalar("select act from staff_log order by log_id").fetch_all(&world.pool).await.unwrap();
    assert_eq!(acts, ["secondFactorEnrolled", "recoveryCodesRenewed", "secondFactorEnrolled"]);
}

#[tokio::test]
async fn whose_role_needs_a_second_factor_can_only_enrol_one() {
    let options = WorldOptions {
        settings: vec![("JIEKOU_ACCOUNTS__SECOND_FACTOR_ROLES", "admin, deskOperator".to_owned())],
        ..WorldOptions::default()
    };
    let world = World::with(options).await;
    let api = world.api();
    fresh_step().await;
    let dispatcher = sign_in(&api, "district", None).await.expect(201);
    assert_eq!(dispatcher["secondFactorNeeded"], false);
    get(&api, &dispatcher, "/v1/cases").await.expect(200);
    ask(&api, &dispatcher, RENEW, &json!({ "password": DEMO })).await.expect_problem(409, "no-second-factor");

    let session = sign_in(&api, "admin", None).await.expect(201);
    assert_eq!(session["secondFactorNeeded"], true);
    for path in ["/v1/cases", "/v1/staff", "/v1/staff/log", "/v1/statistics"] {
        get(&api, &session, path).await.expect_problem(403, "second-factor-needed");
    }
    let report = json!({ "description": "x" });
    ask(&api, &session, "/v1/reports", &report).await.expect_problem(403, "second-factor-needed");
    let account = get(&api, &session, "/v1/account").await.expect(200);
    assert_eq!((&account["secondFactor"], &account["secondFactorDemanded"]), (&json!(false), &json!(true)));
    let refreshed =
        api.post("/v1/sessions/refresh", &json!({ "refreshToken": session["refreshToken"] })).await;
    let session = refreshed.expect(201);
    assert_eq!(session["secondFactorNeeded"], true, "refreshing is no way round");

    let (app, _) = enrol(&api, &session).await;
    get(&api, &session, "/v1/staff").await.expect_problem(403, "second-factor-needed");
    let refreshed =
        api.post("/v1/sessions/refresh", &json!({ "refreshToken": session["refreshToken"] })).await;
    let session = refreshed.expect(201);
    assert_eq!(session["secondFactorNeeded"], false);
    get(&api, &session, "/v1/staff").await.expect(200);
    sign_in(&api, "admin", None).await.expect_problem(401, "wrong-credentials");
    let session = sign_in(&api, "admin", Some(&app.code(0))).await.expect(201);
    get(&api, &session, "/v1/staff").await.expect(200);
}

#[tokio::test]
async fn who_must_change_the_password_may_send_the_same_code_again() {
    let world = World::new().await;
    let api = world.api();
    fresh_step().await;
    let session = sign_in(&api, "desk", None).await.expect(201);
    let (app, _) = enrol(&api, &session).await;
    let demand = "update staff_account set must_change_password = true where username = 'desk'";
    sqlx::query(demand).execute(&world.pool).await.unwrap();
    let code = app.code(0);
    sign_in(&api, "desk", Some(&code)).await.expect_problem(403, "password-change-needed");
    let body =
        json!({ "username": "desk", "password": DEMO, "totp": code, "newPassword": "rain over erqi 1923" });
    api.post("/v1/sessions", &body).await.expect(201);
    let again = json!({ "username": "desk", "password": "rain over erqi 1923", "totp": code });
    api.post("/v1/sessions", &again).await.expect_problem(401, "wrong-credentials");
}

#[tokio::test]
async fn the_own_account_is_nobody_elses() {
    let world = World::new().await;
    let api = world.api();
    let session = sign_in(&api, "desk", None).await.expect(201);
    let large = json!({ "password": "x".repeat(70_000), "totp": "x".repeat(70_000) });
    for path in [OFFER, CONFIRM, RENEW] {
        api.post(path, &json!({ "password": DEMO, "totp": "1" })).await.expect_problem(401, "not-signed-in");
        ask(&api, &session, path, &large).await.expect_problem(413, "body-too-large");
        let token = session["accessToken"].as_str().unwrap();
        let empty =
            api.request(Method::POST, path).bearer_auth(token).header("Content-Type", "application/json");
        api.send(empty).await.expect_problem(400, "malformed-body");
    }
    api.get("/v1/account").await.expect_problem(401, "not-signed-in");
    let late = ask(&api, &session, CONFIRM, &json!({ "totp": "123456" })).await;
    assert_eq!(late.pointers(), ["/totp"], "nothing was offered");
    let offer = ask(&api, &session, OFFER, &json!({ "password": DEMO })).await.expect(201);
    sqlx::query("update staff_account set offered_totp_at = now() - interval '16 minutes'")
        .execute(&world.pool)
        .await
        .unwrap();
    let late = ask(&api, &session, CONFIRM, &json!({ "totp": App::new(&offer).code(0) })).await;
    assert_eq!(late.pointers(), ["/totp"], "an offer ends after a quarter of an hour");
}
