//! A channel that is away too long alarms once, and once when it is back.

use serde_json::json;

use super::connected;
use crate::harness::Mood;

#[tokio::test]
async fn a_channel_that_is_away_alarms_once_and_once_when_it_is_back() {
    let (platform, mut world) = connected(false).await;
    platform.be(Mood::Down);
    world.start_worker().await;
    let failing =
        "select count(*) from channel_contact where channel = 'hotline/12345' and failing_since is not null";
    for _ in 0..200 {
        if world.count(failing).await == 1 {
            break;
        }
        tokio::time::sleep(std::time::Duration::from_millis(50)).await;
    }
    let mails = |words: &'static str| {
        let mail = world.mail.clone();
        async move { mail.mails().await.iter().filter(|mail| mail.words().contains(words)).count() }
    };
    tokio::time::sleep(std::time::Duration::from_secs(3)).await;
    assert_eq!(mails("渠道中断").await, 0, "half an hour is allowed");
    // Half an hour and a minute later.
    let later = "update channel_contact set failing_since = failing_since - interval '31 minutes' where channel = 'hotline/12345'";
    sqlx::query(later).execute(&world.pool).await.unwrap();
    world
        .mail
        .wait_for("alarm", |mails| {
            mails.iter().any(|mail| mail.words().contains("【渠道中断】郑州市12345政务服务便民热线"))
        })
        .await;
    tokio::time::sleep(std::time::Duration::from_secs(3)).await;
    assert_eq!(mails("渠道中断】郑州市12345").await, 1, "told once, however often it is looked at");
    let desk = world.api().sign_in("desk").await;
    let shown = desk.get("/v1/desk/hotlines").await.expect(200);
    let channel =
        shown["channels"].as_array().unwrap().iter().find(|it| it["channel"] == "hotline/12345").unwrap();
    assert_eq!(channel["reason"], json!("the platform failed"));
    assert!(channel["failingSince"].is_string() && channel["alarmedAt"].is_string(), "{channel}");
    platform.be(Mood::Well);
    world
        .mail
        .wait_for("all-clear", |mails| {
            mails.iter().any(|mail| mail.words().contains("【渠道恢复】郑州市12345"))
        })
        .await;
    tokio::time::sleep(std::time::Duration::from_secs(3)).await;
    assert_eq!((mails("渠道恢复】郑州市12345").await, mails("渠道中断】郑州市12345").await), (1, 1));
}
