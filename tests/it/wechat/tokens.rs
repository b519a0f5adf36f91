//! One token for all processes, and the signature of the JS-SDK.

use futures_util::future::join_all;
use jiekou_partner::wechat::js_signature;

use super::Scene;
use crate::harness::WorldOptions;
use crate::harness::wechat_server::{APPID, TICKET};

const PAGE: &str = "http%3A%2F%2F127.0.0.1%3A8480%2Freport%3Fa%3D1";

#[tokio::test]
async fn all_processes_share_one_token_that_one_of_them_fetches() {
    let mut scene = Scene::with("plain", WorldOptions::default()).await;
    scene.world.add_api(&[]).await;
    scene.world.add_api(&[]).await;
    let apis: Vec<_> = (0..12).map(|n| scene.world.api_at(n % 3)).collect();
    let path = format!("/v1/wechat/js-signature?url={PAGE}");
    let answers = join_all(apis.iter().map(|api| api.get(&path))).await;
    for answer in answers {
        let signed = answer.expect(200);
        let (nonce, at) = (signed["nonceStr"].as_str().unwrap(), signed["timestamp"].as_i64().unwrap());
        let right = js_signature(TICKET, nonce, at, "http://127.0.0.1:8480/report?a=1");
        assert_eq!(
            (signed["signature"].as_str().unwrap(), &signed["appId"]),
            (right.as_str(), &serde_json::json!(APPID))
        );
    }
    assert_eq!((scene.wechat.tokens_asked(), scene.wechat.tickets_asked()), (1, 1));
}

#[tokio::test]
async fn a_token_that_runs_out_is_fetched_once_more_by_all_together() {
    let scene = Scene::new().await;
    for n in 0..6 {
        scene.wechat.put(&format!("media-{n}"), "image/png", crate::photos::small_picture());
    }
    let follower = scene.follower("o-anna");
    follower.photo("media-0").await;
    scene.wait_for_count("select count(*) from photo", 1).await;
    // WeChat says 42001 before the token says that it is old.
    scene.wechat.expire_tokens();
    join_all((1..6).map(|n| {
        let follower = follower.clone();
        async move { follower.photo(&format!("media-{n}")).await }
    }))
    .await;
    scene.wait_for_count("select count(*) from photo", 6).await;
    assert_eq!(scene.wechat.tokens_asked(), 2);
}

#[tokio::test]
async fn a_token_is_renewed_before_it_ends() {
    let scene = Scene::new().await;
    scene.wechat.tokens_last(2);
    let mut asked = 0;
    for n in 1..=2 {
        let media_id = format!("media-{n}");
        scene.wechat.put(&media_id, "image/png", crate::photos::small_picture());
        scene.follower("o-anna").photo(&media_id).await;
        scene.wait_for_count("select count(*) from wechat_medium where state = 'waiting'", 0).await;
        // WeChat never says that the token is old: it is fetched in time.
        assert_eq!(scene.wechat.fetches(&media_id), 1);
        assert!(scene.wechat.tokens_asked() > asked, "nobody has fetched another");
        asked = scene.wechat.tokens_asked();
        tokio::time::sleep(std::time::Duration::from_millis(2_500)).await;
    }
}

#[tokio::test]
async fn without_redis_a_process_keeps_its_own() {
    let mut scene = Scene::with("plain", WorldOptions::default()).await;
    let other = scene.world.add_api(&[("JIEKOU_REDIS__URL", "redis://127.0.0.1:1")]).await;
    let alone = scene.world.api_at(other);
    for _ in 0..3 {
        alone.get(&format!("/v1/wechat/js-signature?url={PAGE}")).await.expect(200);
    }
    assert_eq!((scene.wechat.tokens_asked(), scene.wechat.tickets_asked()), (1, 1));
}

#[tokio::test]
async fn only_pages_of_ours_are_signed_and_wechat_away_is_said() {
    let scene = Scene::with("plain", WorldOptions::default()).await;
    let api = scene.world.api();
    for url in ["https%3A%2F%2Fevil.example%2F", "http%3A%2F%2F127.0.0.1%3A8480.evil.example%2F"] {
        let refused = api.get(&format!("/v1/wechat/js-signature?url={url}")).await;
        assert_eq!(refused.pointers(), ["/url"]);
        refused.expect_problem(422, "validation");
    }
    api.get("/v1/wechat/js-signature").await.expect_problem(422, "validation");
    api.get(&format!("/v1/wechat/js-signature?url={PAGE}&account=none"))
        .await
        .expect_problem(404, "no-such-address");
    let mut scene = scene;
    let away = scene.world.add_api(&[("JIEKOU_WECHAT__API_URL", "http://127.0.0.1:1")]).await;
    scene
        .world
        .api_at(away)
        .get(&format!("/v1/wechat/js-signature?url={PAGE}"))
        .await
        .expect_problem(503, "unavailable");
}
