//! What people send is fetched at once, and again where it does not come.

use super::telling::huaihe_on_the_map;
use super::{Scene, code_in};
use crate::harness::WorldOptions;
use crate::harness::scanner_server::{ScannerMode, ScannerServer, VIRUS};
use crate::photos::small_picture;
use crate::videos::{ffmpeg, filmed};

#[tokio::test]
async fn a_photo_that_does_not_come_at_once_is_fetched_again() {
    let scene = Scene::new().await;
    scene.wechat.put("media", "image/png", small_picture());
    // Busy, a gateway that fails, a token that ran out.
    scene.wechat.fail_media(&[-1, 502]);
    scene.follower("o-anna").photo("media").await;
    scene
        .wait_for_count("select count(*) from wechat_medium where state = 'kept' and photo_id is not null", 1)
        .await;
    assert_eq!(scene.wechat.fetches("media"), 3);
    assert_eq!(scene.world.count("select count(*) from wechat_medium where sealed is not null").await, 0);
}

#[tokio::test]
async fn a_photo_that_is_gone_is_asked_for_again() {
    let scene = Scene::new().await;
    let follower = scene.follower("o-anna");
    follower.text("路灯不亮").await;
    // Status 200 and JSON where bytes are due.
    follower.photo("no-such-media").await;
    scene.wechat.wait_for_words("o-anna", "再发一次").await;
    assert_eq!(scene.wechat.fetches("no-such-media"), 1, "what is gone is not fetched again");
    let (longitude, latitude) = huaihe_on_the_map();
    let whole = follower.location(longitude, latitude, "").await;
    assert!(whole.contains("没有照片"), "{whole}");
}

#[tokio::test]
async fn what_is_no_photo_or_too_large_is_lost_and_told() {
    let scene = Scene::new().await;
    scene.wechat.put("text", "image/jpeg", b"this is no picture".to_vec());
    scene.wechat.put("large", "image/jpeg", vec![0xff; 11 * 1024 * 1024]);
    for media_id in ["text", "large"] {
        let openid = format!("o-{media_id}");
        scene.follower(&openid).photo(media_id).await;
        scene.wechat.wait_for_words(&openid, "再发一次").await;
    }
    assert_eq!(scene.world.count("select count(*) from photo").await, 0);
}

#[tokio::test]
async fn who_confirms_before_the_photos_are_there_gets_the_code_when_they_are() {
    let scene = Scene::new().await;
    let follower = scene.follower("o-anna");
    scene.wechat.put("media", "image/png", small_picture());
    scene.wechat.slow_media(std::time::Duration::from_secs(3));
    let (longitude, latitude) = huaihe_on_the_map();
    follower.text("路灯不亮").await;
    follower.location(longitude, latitude, "").await;
    follower.photo("media").await;
    follower.photo("gone").await;
    assert!(follower.text("1").await.contains("照片还在接收"));
    // The next message begins another report.
    assert!(follower.text("井盖坏了").await.contains("在哪里"));
    let confirmed = scene.wechat.wait_for_words("o-anna", "查询码：").await;
    assert!(confirmed.contains("有 1 份照片或录音没有接收到"), "{confirmed}");
    scene.world.api().get(&format!("/v1/reports/{}", code_in(&confirmed))).await.expect(200);
    assert_eq!(scene.world.count("select count(*) from photo where report_id is not null").await, 1);
    assert_eq!(scene.world.count("select count(*) from report").await, 1);
}

/// Somebody sends `film`, which is on no phone any more.
async fn sends_a_film(scene: &Scene, film: Vec<u8>) {
    scene.wechat.put("film", "video/mp4", film);
    let follower = scene.follower("o-anna");
    let content = "<MediaId><![CDATA[film]]></MediaId><ThumbMediaId><![CDATA[thumb]]></ThumbMediaId>";
    let said = follower.push(follower.push_of("shortvideo", content)).await;
    assert!(said.contains("会有人查看") && said.contains("什么问题"), "{said}");
}

async fn scene_that_films(program: &str) -> Scene {
    let settings = vec![("JIEKOU_VIDEOS__FFMPEG", program.to_owned())];
    Scene::with("plain", WorldOptions { worker: true, settings, ..WorldOptions::default() }).await
}

#[tokio::test]
async fn a_video_is_fetched_from_where_wechat_says_it_lies_and_its_still_is_a_photo() {
    let Some(program) = ffmpeg() else { return };
    let scene = scene_that_films(&program).await;
    let film = filmed(&program, &scene.world.folder, 3, &[]);
    sends_a_film(&scene, film).await;
    scene.wait_for_count("select count(*) from photo where video_seconds between 2.8 and 3.2", 1).await;
    let kept = "select count(*) from wechat_medium m join photo p using (photo_id) where m.state = 'kept'";
    assert_eq!(scene.world.count(kept).await, 1);
    assert_eq!(scene.world.count("select count(*) from recording").await, 0);
}

#[tokio::test]
async fn a_video_that_is_too_long_to_be_shown_is_kept_for_an_operator() {
    let Some(program) = ffmpeg() else { return };
    let scene = scene_that_films(&program).await;
    let film = filmed(&program, &scene.world.folder, 40, &[]);
    sends_a_film(&scene, film).await;
    let kept = "select count(*) from recording where kind = 'video' and content_type = 'video/mp4'";
    scene.wait_for_count(kept, 1).await;
    assert_eq!(scene.world.count("select count(*) from photo").await, 0);
}

#[tokio::test]
async fn where_no_stills_are_taken_a_video_is_kept_for_an_operator() {
    let Some(program) = ffmpeg() else { return };
    let scene = scene_that_films("").await;
    let film = filmed(&program, &scene.world.folder, 3, &[]);
    sends_a_film(&scene, film).await;
    scene.wait_for_count("select count(*) from recording where kind = 'video'", 1).await;
}

#[tokio::test]
async fn what_only_says_that_it_is_a_video_is_not_kept_and_its_author_is_told() {
    let scene = Scene::new().await;
    let claimed = [[0_u8, 0, 0, 24].as_slice(), b"ftypmp42", &[7; 500]].concat();
    sends_a_film(&scene, claimed).await;
    scene.wait_for_count("select count(*) from wechat_medium where state = 'lost'", 1).await;
    assert_eq!(
        scene.world.count("select (select count(*) from recording) + (select count(*) from photo)").await,
        0
    );
    scene.wechat.wait_for_words("o-anna", "再发一次").await;
}

#[tokio::test]
async fn an_infected_recording_is_not_kept_and_one_without_a_verdict_waits_for_it() {
    let scanner = ScannerServer::start().await;
    let options = WorldOptions { worker: true, settings: scanner.settings(), ..WorldOptions::default() };
    let scene = Scene::with("plain", options).await;
    let recording = [b"#!AMR\n".as_slice(), &[7; 500]].concat();
    scene.wechat.put("ill", "audio/amr", [recording.as_slice(), VIRUS].concat());
    scene.wechat.put("well", "audio/amr", recording);
    scene.follower("o-anna").voice("ill", "").await;
    scene.wechat.wait_for_words("o-anna", "再发一次").await;
    assert_eq!(scene.world.count("select count(*) from recording").await, 0);
    scanner.set(ScannerMode::HangsUp).await;
    scene.follower("o-bert").voice("well", "").await;
    scene
        .wait_for_count(
            "select count(*) from job where kind = 'fetchWechatMedium' and last_error is not null",
            1,
        )
        .await;
    assert_eq!(scene.world.count("select count(*) from recording").await, 0);
    scanner.set(ScannerMode::Looks).await;
    scene.wait_for_count("select count(*) from recording", 1).await;
}
