//! Residents sign in with WeChat: one account, whichever way they come.

use serde_json::{Value, json};
use sha2::{Digest, Sha256};

use super::telling::huaihe_on_the_map;
use super::{Scene, code_in};
use crate::harness::WorldOptions;
use crate::harness::wechat_server::{APPID, SECRET};

/// An installation with a 公众号 `main` and a 小程序 `mini`, and a way to send text messages.
async fn scene() -> Scene {
    let mini = |field: &str, value: &str| -> (&'static str, String) {
        (format!("JIEKOU_WECHAT__ACCOUNTS__MINI__{field}").leak(), value.to_owned())
    };
    let settings = vec![
        mini("APPID", APPID),
        mini("SECRET", SECRET),
        mini("TOKEN", "token-of-the-mini"),
        mini("MODE", "plain"),
        mini("KIND", "mini"),
    ];
    Scene::with("plain", WorldOptions { worker: true, sms: true, settings, ..WorldOptions::default() }).await
}

/// Random enough for a page of a test.
const VERIFIER: &str = "dBjftJeZ4CVP-mB92K27uhbUJU1p1r_wW1gFWFOEjXk";

/// What a page gives to WeChat, and gets back with the code.
fn state_of(verifier: &str) -> String {
    Sha256::digest(verifier.as_bytes()).iter().map(|byte| format!("{byte:02x}")).collect()
}

async fn signed_in(scene: &Scene, account: &str, code: &str, phone_code: Option<&str>) -> Value {
    let mut body = json!({ "account": account, "code": code });
    if let Some(phone_code) = phone_code {
        body["phoneCode"] = json!(phone_code);
    }
    // A 小程序 has nothing of the kind.
    if account == "main" {
        (body["state"], body["verifier"]) = (json!(state_of(VERIFIER)), json!(VERIFIER));
    }
    scene.world.api().post("/v1/residents/wechat-sessions", &body).await.expect(201)
}

#[tokio::test]
async fn both_accounts_of_one_person_are_one_resident_by_their_unionid() {
    let scene = scene().await;
    // A code of the local server says who: openid, and unionid where there is one.
    let page = signed_in(&scene, "main", "o-page.u-anna", None).await;
    let mini = signed_in(&scene, "mini", "o-mini.u-anna", None).await;
    let other = signed_in(&scene, "mini", "o-bert", None).await;
    assert_eq!(page["residentId"], mini["residentId"]);
    assert_ne!(page["residentId"], other["residentId"]);
    assert_eq!(signed_in(&scene, "mini", "o-bert", None).await["residentId"], other["residentId"]);
    assert_eq!(scene.world.count("select count(*) from resident").await, 2);
    let token = page["accessToken"].as_str().unwrap();
    let me = scene.world.api().request(reqwest::Method::GET, "/v1/residents/me").bearer_auth(token);
    scene.world.api().send(me).await.expect(200);
}

#[tokio::test]
async fn a_verified_phone_links_the_account_that_signed_in_by_text_message() {
    let scene = scene().await;
    let phone = crate::residents::sign_in(&scene.world, "13912345678").await;
    let mini = signed_in(&scene, "mini", "o-mini", Some("13912345678")).await;
    assert_eq!(mini["residentId"].as_str().unwrap(), phone.id());
    // From then on without the phone.
    assert_eq!(signed_in(&scene, "mini", "o-mini", None).await["residentId"], mini["residentId"]);
}

#[tokio::test]
async fn reports_sent_to_the_account_are_the_residents_before_and_after() {
    let scene = scene().await;
    let follower = scene.follower("o-anna");
    let (longitude, latitude) = huaihe_on_the_map();
    let mut codes = Vec::new();
    let mut session = Value::Null;
    for (number, words) in ["路灯整夜不亮", "人行道的井盖不见了"].into_iter().enumerate() {
        follower.text(words).await;
        follower.location(longitude, latitude + f64::from(u32::try_from(number).unwrap()) * 0.003, "").await;
        codes.push(code_in(&follower.text("1").await));
        if number == 0 {
            session = signed_in(&scene, "main", "o-anna.u-anna", None).await;
        }
    }
    let own = scene.world.api().request(reqwest::Method::GET, "/v1/residents/me/reports");
    let own =
        scene.world.api().send(own.bearer_auth(session["accessToken"].as_str().unwrap())).await.expect(200);
    let listed = own.to_string();
    assert!(codes.iter().all(|code| listed.contains(code)), "{own}");
}

#[tokio::test]
async fn wrong_codes_and_wechat_away_are_told_apart() {
    let scene = scene().await;
    let api = scene.world.api();
    let post = |body: Value| {
        let api = api.clone();
        async move { api.post("/v1/residents/wechat-sessions", &body).await }
    };
    post(json!({ "account": "mini", "code": "bad" })).await.expect_problem(401, "wrong-code");
    post(json!({ "account": "mini", "code": "" })).await.expect_problem(401, "wrong-code");
    post(json!({ "account": "mini", "code": "busy" })).await.expect_problem(503, "unavailable");
    post(json!({ "account": "none", "code": "o-anna" })).await.expect_problem(404, "no-such-address");
    // Two accounts: it must be said which.
    post(json!({ "code": "o-anna" })).await.expect_problem(404, "no-such-address");
    let missing = post(json!({ "account": "mini" })).await;
    assert_eq!(missing.pointers(), ["/code"]);
    let abroad = post(json!({ "account": "mini", "code": "o-anna", "phoneCode": "+4479460958" })).await;
    assert_eq!(abroad.pointers(), ["/phoneCode"]);
    assert_eq!(scene.world.count("select count(*) from resident").await, 0);
}

#[tokio::test]
async fn a_link_with_a_code_of_somebody_else_signs_nobody_in() {
    let scene = scene().await;
    let api = scene.world.api();
    let post = |more: Value| {
        let api = api.clone();
        async move {
            let mut body = json!({ "account": "main", "code": "o-anna.u-anna" });
            body.as_object_mut().unwrap().extend(more.as_object().unwrap().clone());
            api.post("/v1/residents/wechat-sessions", &body).await
        }
    };
    // The page of whoever opens the link has a verifier of its own; the state is of whoever made the link.
    let of_the_link = state_of("a verifier of whoever made the link, 0123456".replace(' ', "-").as_str());
    post(json!({ "state": of_the_link, "verifier": VERIFIER })).await.expect_problem(401, "wrong-code");
    post(json!({ "state": VERIFIER, "verifier": VERIFIER })).await.expect_problem(401, "wrong-code");
    for (more, pointers) in [
        (json!({}), vec!["/state", "/verifier"]),
        (json!({ "state": of_the_link }), vec!["/verifier"]),
        (json!({ "verifier": VERIFIER }), vec!["/state"]),
        (json!({ "state": state_of("short"), "verifier": "short" }), vec!["/verifier"]),
        (json!({ "state": 1, "verifier": VERIFIER }), vec!["/state"]),
    ] {
        let answer = post(more).await;
        assert_eq!(answer.pointers(), pointers);
        answer.expect_problem(422, "validation");
    }
    assert_eq!(scene.world.count("select count(*) from resident").await, 0);
    post(json!({ "state": state_of(VERIFIER), "verifier": VERIFIER })).await.expect(201);
}
