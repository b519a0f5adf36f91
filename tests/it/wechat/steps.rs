//! Every step is told by WeChat, in a way that reaches the reporter, and the page says whether it did.

use serde_json::{Value, json};

use super::telling::huaihe_on_the_map;
use super::{Follower, Scene, code_in};
use crate::harness::{HUAIHE_CENTER, WorldOptions};

const TEMPLATE: (&str, &str) = ("TEMPLATE_ID", "T-step");
const TEMPLATE_DATA: (&str, &str) =
    ("TEMPLATE_DATA", "thing1=title,character_string2=code,thing3=words,thing4=center,time5=time");
const SUBSCRIPTION: (&str, &str) = ("SUBSCRIPTION_ID", "S-step");
const SUBSCRIPTION_DATA: (&str, &str) = ("SUBSCRIPTION_DATA", "phrase1=title,thing2=words");

async fn scene(own: &[(&'static str, &'static str)]) -> Scene {
    let name = |field: &str| -> &'static str { format!("JIEKOU_WECHAT__ACCOUNTS__MAIN__{field}").leak() };
    let settings = own.iter().map(|(field, value)| (name(field), (*value).to_owned())).collect();
    Scene::with("plain", WorldOptions { worker: true, settings, ..WorldOptions::default() }).await
}

/// Reports something, and returns the code and the case's number.
async fn reported(scene: &Scene, follower: &Follower) -> (String, String) {
    let (longitude, latitude) = huaihe_on_the_map();
    follower.text("路灯整夜不亮").await;
    follower.location(longitude, latitude, "").await;
    let code = code_in(&follower.text("1").await);
    let page = scene.world.api().get(&format!("/v1/reports/{code}")).await.expect(200);
    (code, page["case"]["caseNumber"].as_str().unwrap().to_owned())
}

async fn accept(scene: &Scene, number: &str) {
    let center = scene.world.api().sign_in(&format!("center-{HUAIHE_CENTER}")).await;
    center.make(number, &json!({ "move": "accept" })).await.expect(200);
}

/// Waits until the newest step on the page says this about its only delivery.
async fn delivery(scene: &Scene, code: &str, state: &str) -> Value {
    for _ in 0..400 {
        let page = scene.world.api().get(&format!("/v1/reports/{code}")).await.expect(200);
        let step = page["timeline"].as_array().unwrap().last().unwrap().clone();
        if step["deliveries"][0]["state"] == state {
            assert_eq!(step["deliveries"][0]["channel"], "wechat");
            return step["deliveries"][0].clone();
        }
        tokio::time::sleep(std::time::Duration::from_millis(50)).await;
    }
    panic!("never {state}: {}", scene.world.api().get(&format!("/v1/reports/{code}")).await.body);
}

/// Two days and an hour have passed since they did anything.
async fn long_quiet(scene: &Scene) {
    sqlx::query("update wechat_person set acted_at = acted_at - interval '49 hours'")
        .execute(&scene.world.pool)
        .await
        .unwrap();
}

#[tokio::test]
async fn within_two_days_a_step_is_told_in_words_and_what_was_confirmed_is_not_told_twice() {
    let scene = scene(&[]).await;
    let follower = scene.follower("o-anna");
    let (code, number) = reported(&scene, &follower).await;
    accept(&scene, &number).await;
    let words = scene.wechat.wait_for_words("o-anna", "已受理").await;
    assert!(words.contains(&code) && words.contains("【已受理】"), "{words}");
    delivery(&scene, &code, "delivered").await;
    assert_eq!(scene.wechat.words_to("o-anna").len(), 1, "the receipt was the confirmation");
}

#[tokio::test]
async fn a_template_message_goes_once_with_its_values_cut_to_fit() {
    let scene = scene(&[TEMPLATE, TEMPLATE_DATA]).await;
    let follower = scene.follower("o-anna");
    let (code, number) = reported(&scene, &follower).await;
    long_quiet(&scene).await;
    // The token has run out, WeChat is busy, and then takes it.
    scene.wechat.expire_tokens();
    scene.wechat.fail_sends(&[-1]);
    accept(&scene, &number).await;
    delivery(&scene, &code, "delivered").await;
    let sent = scene.wechat.templates();
    assert_eq!(sent.len(), 1);
    assert_eq!((&sent[0]["touser"], &sent[0]["template_id"]), (&json!("o-anna"), &json!("T-step")));
    assert_eq!(sent[0]["data"]["thing1"]["value"], "已受理");
    assert_eq!(sent[0]["data"]["character_string2"]["value"].as_str().unwrap().replace('-', ""), code);
    assert!(sent[0]["data"]["thing3"]["value"].as_str().unwrap().chars().count() <= 20);
    assert!(sent[0]["url"].as_str().unwrap().ends_with(&code));
    let id = "select count(*) from delivery where replace(delivery_id::text, '-', '') = $1";
    let known: i64 = sqlx::query_scalar(id)
        .bind(sent[0]["client_msg_id"].as_str().unwrap())
        .fetch_one(&scene.world.pool)
        .await
        .unwrap();
    assert_eq!(known, 1, "the delivery's id is WeChat's to know a second attempt by");
}

#[tokio::test]
async fn a_template_message_that_does_not_arrive_is_shown_as_refused() {
    let scene = scene(&[TEMPLATE, TEMPLATE_DATA]).await;
    let follower = scene.follower("o-anna");
    let (code, number) = reported(&scene, &follower).await;
    accept(&scene, &number).await;
    delivery(&scene, &code, "delivered").await;
    let wechat_id: String =
        sqlx::query_scalar("select wechat_id from wechat_sent").fetch_one(&scene.world.pool).await.unwrap();
    let end = |status: &str| format!("<MsgID>{wechat_id}</MsgID><Status><![CDATA[{status}]]></Status>");
    follower.event("TEMPLATESENDJOBFINISH", &end("success")).await;
    scene.wait_for_count("select count(*) from job where kind = 'wechatNotArrived'", 0).await;
    delivery(&scene, &code, "delivered").await;
    follower.event("TEMPLATESENDJOBFINISH", &end("failed:user block")).await;
    let refused = delivery(&scene, &code, "refused").await;
    assert_eq!(refused["reason"], "they refuse messages of the account");
}

#[tokio::test]
async fn a_consent_is_good_for_one_message() {
    let scene = scene(&[SUBSCRIPTION, SUBSCRIPTION_DATA]).await;
    let follower = scene.follower("o-anna");
    let (code, number) = reported(&scene, &follower).await;
    let list = "<SubscribeMsgPopupEvent><List><TemplateId>S-step</TemplateId><SubscribeStatusString>accept</SubscribeStatusString><PopupScene>2</PopupScene></List></SubscribeMsgPopupEvent>";
    follower.event("subscribe_msg_popup_event", list).await;
    long_quiet(&scene).await;
    accept(&scene, &number).await;
    delivery(&scene, &code, "delivered").await;
    assert_eq!(scene.wechat.subscriptions()[0]["data"]["phrase1"]["value"], "已受理");
    let center = scene.world.api().sign_in(&format!("center-{HUAIHE_CENTER}")).await;
    center.make(&number, &json!({ "move": "open" })).await.expect(200);
    let refused = delivery(&scene, &code, "refused").await;
    assert_eq!(refused["reason"], "they have allowed no more messages");
    assert_eq!(scene.wechat.subscriptions().len(), 1);
}

#[tokio::test]
async fn a_consent_that_was_taken_back_or_used_elsewhere_is_none() {
    let scene = scene(&[SUBSCRIPTION, SUBSCRIPTION_DATA]).await;
    let follower = scene.follower("o-anna");
    let (code, number) = reported(&scene, &follower).await;
    let said = |status: &str| {
        format!(
            "<SubscribeMsgPopupEvent><List><TemplateId>S-step</TemplateId><SubscribeStatusString>{status}</SubscribeStatusString></List></SubscribeMsgPopupEvent>"
        )
    };
    for _ in 0..2 {
        follower.event("subscribe_msg_popup_event", &said("accept")).await;
    }
    assert_eq!(scene.world.count("select granted::bigint from wechat_permission").await, 2);
    long_quiet(&scene).await;
    // Refused or used up, though we counted two.
    scene.wechat.fail_sends(&[43_101]);
    accept(&scene, &number).await;
    delivery(&scene, &code, "refused").await;
    assert_eq!(scene.world.count("select granted::bigint from wechat_permission").await, 0);
    follower.event("subscribe_msg_popup_event", &said("accept")).await;
    // WeChat's own example wraps the change as a popup.
    follower.event("subscribe_msg_change_event", &said("reject")).await;
    assert_eq!(scene.world.count("select granted::bigint from wechat_permission").await, 0);
}

#[tokio::test]
async fn whoever_follows_no_longer_or_cannot_be_reached_is_seen_not_to_be_told() {
    let scene = scene(&[]).await;
    let (anna, bert) = (scene.follower("o-anna"), scene.follower("o-bert"));
    let (code, number) = reported(&scene, &anna).await;
    assert_eq!(anna.event("unsubscribe", "").await, "");
    let (longitude, latitude) = huaihe_on_the_map();
    bert.text("路灯整夜不亮").await;
    bert.location(longitude, latitude, "").await;
    let other = code_in(&bert.text("1").await);
    // WeChat's own count of words within two days is used up.
    scene.wechat.fail_sends(&[45_047]);
    accept(&scene, &number).await;
    assert_eq!(delivery(&scene, &code, "refused").await["reason"], "they follow the account no longer");
    assert_eq!(delivery(&scene, &other, "refused").await["reason"], "WeChat lets nothing through now");
}
