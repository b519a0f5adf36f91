//! WeChat is one of the ways in that are watched.

use std::time::Duration;

use super::Scene;
use crate::harness::WorldOptions;

#[tokio::test]
async fn wechat_that_is_away_too_long_alarms_once_and_once_when_it_is_back() {
    let settings = vec![("JIEKOU_HOTLINES__WATCH_SECONDS", "1".to_owned())];
    let scene =
        Scene::with("plain", WorldOptions { worker: true, settings, ..WorldOptions::default() }).await;
    let world = &scene.world;
    let well = "select count(*) from channel_contact where channel = 'wechat/main' and failing_since is null";
    scene.wait_for_count(well, 1).await;
    scene.wechat.be_away(true);
    scene.wait_for_count(well, 0).await;
    let longer = "update channel_contact set failing_since = failing_since - interval '31 minutes' where channel = 'wechat/main'";
    sqlx::query(longer).execute(&world.pool).await.unwrap();
    let told = |words: &'static str| {
        let mail = world.mail.clone();
        async move { mail.mails().await.iter().filter(|mail| mail.words().contains(words)).count() }
    };
    world
        .mail
        .wait_for("alarm", |mails| mails.iter().any(|mail| mail.words().contains("【渠道中断】微信")))
        .await;
    scene.wechat.be_away(false);
    world
        .mail
        .wait_for("all-clear", |mails| mails.iter().any(|mail| mail.words().contains("【渠道恢复】微信")))
        .await;
    tokio::time::sleep(Duration::from_secs(3)).await;
    assert_eq!((told("渠道中断】微信").await, told("渠道恢复】微信").await), (1, 1));
}
