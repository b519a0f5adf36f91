//! Somebody goes quiet.

use super::Scene;

/// Lets this many minutes pass for the only conversation there is: what is stored of it is sealed, so the clock of the
/// draft cannot be turned; the processes are told to be as patient as the test.
async fn pass(scene: &Scene, kind: &'static str) {
    sqlx::query("update job set run_at = now() where kind = $1")
        .bind(kind)
        .execute(&scene.world.pool)
        .await
        .unwrap();
}

#[tokio::test]
async fn whoever_goes_quiet_is_reminded_once_and_a_reminder_that_comes_too_early_says_nothing() {
    let settings = vec![("JIEKOU_WECHAT__REMIND_MINUTES", "1".to_owned())];
    let options = crate::harness::WorldOptions { worker: true, settings, ..Default::default() };
    let scene = Scene::with("plain", options).await;
    let follower = scene.follower("o-anna");
    follower.text("路灯不亮").await;
    // The job comes before its time: nothing is said, and the next message has a job of its own.
    pass(&scene, "remindWechat").await;
    scene.wait_for_count("select count(*) from job where kind = 'remindWechat'", 0).await;
    assert_eq!(scene.wechat.words_to("o-anna"), Vec::<String>::new());
    follower.text("整条街都不亮").await;
    tokio::time::sleep(std::time::Duration::from_secs(58)).await;
    let reminded = scene.wechat.wait_for_words("o-anna", "草稿再保留").await;
    assert!(reminded.contains("回复 1 提交"), "{reminded}");
    scene.wait_for_count("select count(*) from job where kind = 'remindWechat'", 0).await;
    assert_eq!(scene.wechat.words_to("o-anna").len(), 1);
}

#[tokio::test]
async fn who_has_left_is_told_nothing_any_more() {
    let scene = Scene::new().await;
    let follower = scene.follower("o-anna");
    follower.photo("no-such-media").await;
    scene.wechat.wait_for_words("o-anna", "再发一次").await;
    scene.wechat.slow_media(std::time::Duration::from_secs(1));
    follower.photo("nor-this").await;
    assert_eq!(follower.event("unsubscribe", "").await, "");
    scene.wait_for_count("select count(*) from wechat_medium where state = 'lost'", 2).await;
    scene.wait_for_count("select count(*) from job where kind = 'sayWechat'", 0).await;
    assert_eq!(scene.wechat.words_to("o-anna").len(), 1);
}
