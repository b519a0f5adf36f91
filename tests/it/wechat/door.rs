//! Who is believed, and how they are answered.

use jiekou_partner::wechat::{AesKey, Element, sign};
use reqwest::Method;

use super::{Follower, KEY, KEY_BEFORE, Scene, TOKEN};
use crate::harness::wechat_server::APPID;
use crate::harness::{Answer, WorldOptions};

/// Pushes are kept nowhere.
async fn assert_nothing_kept(scene: &Scene) {
    assert_eq!(scene.world.count("select count(*) from wechat_message").await, 0);
    assert_eq!(scene.world.count("select count(*) from wechat_person").await, 0);
}

async fn post(scene: &Scene, query: &str, body: String) -> Answer {
    let api = scene.world.api();
    api.send(api.request(Method::POST, &format!("/wechat/main?{query}")).body(body)).await
}

/// The query and body of a push encrypted with `key`.
fn sealed(key: &str, appid: &str, xml: &str) -> (String, String) {
    let sealed = AesKey::parse(key).unwrap().seal(appid, xml.as_bytes(), [7; 16]);
    let signature = sign(&[TOKEN, "1714037059", "486452656", &sealed]);
    let query = format!("{}&encrypt_type=aes&msg_signature={signature}", Follower::query());
    (
        query,
        format!("<xml><ToUserName>gh_7f083739789a</ToUserName><Encrypt><![CDATA[{sealed}]]></Encrypt></xml>"),
    )
}

/// The words of an answer that is encrypted with `key`.
#[track_caller]
fn unsealed(key: &str, answer: &Answer) -> String {
    let body = answer.body.as_str().unwrap();
    let envelope = Element::parse(body.as_bytes()).unwrap();
    let value = |name| envelope.value(name).unwrap_or_else(|| panic!("no {name} in {body}"));
    let parts = [TOKEN, value("TimeStamp"), value("Nonce"), value("Encrypt")];
    assert_eq!(value("MsgSignature"), sign(&parts));
    let plain = AesKey::parse(key).unwrap().open(APPID, value("Encrypt")).unwrap();
    Element::parse(&plain).unwrap().value("Content").unwrap().to_owned()
}

#[tokio::test]
async fn the_address_is_verified_with_what_wechat_sent_and_the_right_signature_only() {
    let scene = Scene::with("plain", WorldOptions::default()).await;
    let api = scene.world.api();
    let good = format!("/wechat/main?{}&echostr=4375120948345356249", Follower::query());
    let answer = api.send(api.request(Method::GET, &good)).await;
    assert_eq!(
        (answer.status.as_u16(), answer.body.to_string().trim_matches('"')),
        (200, "4375120948345356249")
    );
    for bad in [
        good.replace("nonce=4", "nonce=5"),
        good.replace("signature=", "signature=0"),
        "/wechat/main?echostr=1".to_owned(),
        "/wechat/main".to_owned(),
    ] {
        api.get(&bad).await.expect_problem(403, "wechat-signature");
    }
    api.get(&good.replace("main", "other")).await.expect_problem(404, "no-such-address");
}

#[tokio::test]
async fn whoever_does_not_know_the_token_is_refused_and_nothing_is_kept() {
    let scene = Scene::with("plain", WorldOptions::default()).await;
    let follower = scene.follower("o-anna");
    for query in ["", "signature=x&timestamp=1&nonce=2", &Follower::query().replace("nonce=4", "nonce=5")] {
        let answer = post(&scene, query, follower.text_of("路灯不亮")).await;
        answer.expect_problem(403, "wechat-signature");
    }
    for body in [
        "",
        "words",
        "<xml></xml>",
        "<xml><MsgType>text</MsgType></xml>",
        "{}",
        "<!DOCTYPE x [<!ENTITY a 'b'>]><xml>&a;</xml>",
    ] {
        post(&scene, &Follower::query(), body.to_owned()).await.expect_problem(400, "malformed-body");
    }
    post(&scene, &Follower::query(), "x".repeat(70_000)).await.expect_problem(413, "body-too-large");
    assert_nothing_kept(&scene).await;
}

#[tokio::test]
async fn in_safe_mode_pushes_and_answers_are_encrypted_with_either_key() {
    let scene = Scene::with("safe", WorldOptions::default()).await;
    let follower = scene.follower("o-anna");
    post(&scene, &Follower::query(), follower.text_of("路灯不亮"))
        .await
        .expect_problem(403, "wechat-signature");
    let (query, body) = sealed(&"x".repeat(43), APPID, &follower.text_of("路灯不亮"));
    post(&scene, &query, body).await.expect_problem(403, "wechat-signature");
    let (query, body) = sealed(KEY, "wx-of-somebody-else", &follower.text_of("路灯不亮"));
    post(&scene, &query, body.clone()).await.expect_problem(403, "wechat-signature");
    let (query, _) = sealed(KEY, APPID, &follower.text_of("路灯不亮"));
    post(&scene, &query, body).await.expect_problem(403, "wechat-signature");
    assert_nothing_kept(&scene).await;
    for key in [KEY, KEY_BEFORE] {
        let (query, body) = sealed(key, APPID, &follower.text_of("路灯不亮"));
        let answer = post(&scene, &query, body).await;
        assert_eq!(answer.status, 200);
        assert!(unsealed(key, &answer).contains("在哪里"), "answered with the key of the push");
    }
}

#[tokio::test]
async fn in_compatible_mode_the_encrypted_part_counts_and_plain_ones_are_taken() {
    let scene = Scene::with("compatible", WorldOptions::default()).await;
    let follower = scene.follower("o-anna");
    assert!(follower.text("路灯不亮").await.contains("在哪里"));
    let (query, body) = sealed(KEY, APPID, &follower.text_of("大学路77号"));
    // Plain and encrypted side by side.
    let both = body.replace("</xml>", "<FromUserName>o-anna</FromUserName><Content>别的</Content></xml>");
    let answer = post(&scene, &query, both).await;
    assert!(unsealed(KEY, &answer).contains("路灯不亮"));
}

#[tokio::test]
async fn who_begins_to_follow_is_greeted_and_who_leaves_is_noted() {
    let scene = Scene::with("plain", WorldOptions::default()).await;
    let follower = scene.follower("o-anna");
    assert!(
        follower
            .event("subscribe", "<EventKey><![CDATA[qrscene_7]]></EventKey><Ticket>t</Ticket>")
            .await
            .starts_with("您好")
    );
    assert_eq!(follower.event("unsubscribe", "").await, "");
    assert_eq!(
        scene.world.count("select count(*) from wechat_person where unsubscribed_at is not null").await,
        1
    );
    follower.event("subscribe", "").await;
    assert_eq!(
        scene.world.count("select count(*) from wechat_person where unsubscribed_at is null").await,
        1
    );
    for (event, content) in [
        ("SCAN", "<EventKey>7</EventKey><Ticket>t</Ticket>"),
        ("VIEW", "<EventKey>https://jiekou.example/</EventKey>"),
        ("weapp_audit_success", ""),
        ("LOCATION", "<Latitude>34.7</Latitude><Longitude>113.6</Longitude><Precision>60.0</Precision>"),
        ("CLICK", "<EventKey>no-such-button</EventKey>"),
    ] {
        assert_eq!(follower.event(event, content).await, "", "{event}");
    }
    assert!(follower.event("CLICK", "<EventKey>help</EventKey>").await.contains("怎么报料"));
    for (kind, content) in [
        ("link", "<Title>t</Title><Description>d</Description><Url>https://example.com</Url>"),
        ("file", "<Title>t</Title>"),
        ("location", "<Location_X>north</Location_X><Location_Y>113.6</Location_Y>"),
    ] {
        let said = follower.push(follower.push_of(kind, content)).await;
        assert!(!said.is_empty(), "{kind}");
    }
    assert_eq!(scene.world.count("select count(*) from report").await, 0);
}

#[tokio::test]
async fn a_mini_program_that_pushes_json_is_answered_by_a_message() {
    let scene = Scene::new().await;
    let follower = scene.follower("o-anna");
    let push = r#"{"ToUserName":"gh_1","FromUserName":"o-anna","CreateTime":"1714037059","MsgType":"text","Content":"路灯不亮","MsgId":1}"#;
    assert_eq!(follower.push_raw(push.to_owned()).await, "success");
    scene.wechat.wait_for_words("o-anna", "在哪里").await;
    assert_eq!(scene.wechat.words_to("o-anna").len(), 1);
}

#[tokio::test]
async fn wrong_settings_of_an_account_are_told_at_the_start_and_no_secret_with_them() {
    let scene = Scene::with("plain", WorldOptions::default()).await;
    for (name, value, words) in [
        ("JIEKOU_WECHAT__ACCOUNTS__MAIN__AES_KEY", "hush-hush", "43 letters"),
        ("JIEKOU_WECHAT__ACCOUNTS__MAIN__MODE", "loud", "plain, compatible or safe"),
        ("JIEKOU_WECHAT__ACCOUNTS__MAIN__TOKEN", "", "TOKEN is missing"),
        ("JIEKOU_WECHAT__KEEP_HOURS", "400", "1 to 40"),
    ] {
        let mut settings = scene.world.settings.clone();
        settings.insert(name.to_owned(), value.to_owned());
        let done = std::process::Command::new(crate::harness::binary("jiekou-api"))
            .arg("config")
            .envs(&settings)
            .output()
            .unwrap();
        let said = String::from_utf8_lossy(&done.stderr).into_owned();
        assert!(!done.status.success() && said.contains(words) && !said.contains("hush"), "{name}: {said}");
    }
    let shown = scene.world.run(&["config"]);
    assert!(shown.contains("wechat.accounts = main") && !shown.contains(TOKEN) && !shown.contains(KEY));
}
