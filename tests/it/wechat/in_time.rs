//! An answer within five seconds, whatever is slow behind it. [`super::Follower`] holds every answer to that.

use std::time::Duration;

use super::telling::huaihe_on_the_map;
use super::{Scene, code_in};
use crate::harness::WorldOptions;
use crate::harness::wechat_server::HANGS;

/// Holds a table until the transaction is dropped.
async fn held(scene: &Scene, table: &'static str) -> sqlx::Transaction<'static, sqlx::Postgres> {
    let mut holding = scene.world.pool.begin().await.unwrap();
    let lock = format!("lock table {table} in access exclusive mode");
    sqlx::query(sqlx::AssertSqlSafe(lock)).execute(&mut *holding).await.unwrap();
    holding
}

#[tokio::test]
async fn a_database_that_keeps_nothing_is_told_honestly_and_the_message_is_kept_when_it_can_be() {
    let scene = Scene::new().await;
    let follower = scene.follower("o-anna");
    let holding = held(&scene, "wechat_message").await;
    let said = follower.text("路灯不亮").await;
    assert!(said.contains("还在保存") && said.contains("再发一次"), "{said}");
    assert_eq!(follower.event("LOCATION", "<Latitude>34.7</Latitude><Longitude>113.6</Longitude>").await, "");
    holding.rollback().await.unwrap();
    let later = scene.wechat.wait_for_words("o-anna", "在哪里").await;
    assert!(later.starts_with("在哪里"), "{later}");
    // Sent again all the same, it says nothing new.
    follower.text("路灯不亮").await;
    let (longitude, latitude) = huaihe_on_the_map();
    let whole = follower.location(longitude, latitude, "").await;
    assert!(whole.contains("问题：路灯不亮\n"), "{whole}");
}

#[tokio::test]
async fn a_conversation_that_is_slow_is_answered_later_by_a_message() {
    let scene = Scene::new().await;
    let follower = scene.follower("o-anna");
    let holding = held(&scene, "wechat_conversation").await;
    let said = follower.text("路灯不亮").await;
    assert!(said.contains("马上回复"), "{said}");
    holding.rollback().await.unwrap();
    scene.wechat.wait_for_words("o-anna", "在哪里").await;
    assert_eq!(scene.wechat.words_to("o-anna").len(), 1);
}

#[tokio::test]
async fn a_report_that_is_slow_to_record_is_confirmed_later_and_once() {
    let scene = Scene::new().await;
    let follower = scene.follower("o-anna");
    let (longitude, latitude) = huaihe_on_the_map();
    follower.text("路灯不亮").await;
    follower.location(longitude, latitude, "").await;
    let holding = held(&scene, "report").await;
    let confirm = follower.text_of("1");
    assert!(follower.push(confirm.clone()).await.contains("马上回复"));
    holding.rollback().await.unwrap();
    let confirmed = scene.wechat.wait_for_words("o-anna", "查询码：").await;
    scene.world.api().get(&format!("/v1/reports/{}", code_in(&confirmed))).await.expect(200);
    scene.wait_for_count("select count(*) from wechat_saying where state = 'sent'", 1).await;
    // A retry that comes after all says nothing twice.
    assert_eq!(follower.push(confirm).await, "");
    assert_eq!(scene.world.count("select count(*) from report").await, 1);
    assert_eq!(scene.wechat.words_to("o-anna").len(), 1);
}

#[tokio::test]
async fn a_process_that_dies_with_messages_in_hand_loses_none() {
    let mut scene = Scene::new().await;
    let follower = scene.follower("o-anna");
    let holding = held(&scene, "wechat_conversation").await;
    assert!(follower.text("路灯不亮").await.contains("马上回复"));
    scene.world.apis[0].kill();
    holding.rollback().await.unwrap();
    scene.wechat.wait_for_words("o-anna", "在哪里").await;
    scene.world.add_api(&[]).await;
}

#[tokio::test]
async fn a_media_server_that_hangs_and_a_redis_that_is_away_hold_no_answer_up() {
    let mut scene =
        Scene::with("plain", WorldOptions { own_redis: true, worker: true, ..WorldOptions::default() }).await;
    scene.wechat.put("media", "image/png", crate::photos::small_picture());
    scene.wechat.fail_media(&[HANGS]);
    let follower = scene.follower("o-anna");
    assert!(follower.photo("media").await.contains("收到照片"));
    scene.world.redis.take();
    assert!(follower.text("路灯不亮").await.contains("在哪里"));
    let (longitude, latitude) = huaihe_on_the_map();
    assert!(follower.location(longitude, latitude, "").await.contains("回复 1 提交"));
    let said = follower.text("1").await;
    assert!(said.contains("照片还在接收"), "{said}");
    // The call is given up after ten seconds, and made again.
    tokio::time::sleep(Duration::from_secs(10)).await;
    let confirmed = scene.wechat.wait_for_words("o-anna", "查询码：").await;
    assert!(!confirmed.contains("没有接收到"), "{confirmed}");
    assert_eq!(scene.world.count("select count(*) from photo where report_id is not null").await, 1);
}
