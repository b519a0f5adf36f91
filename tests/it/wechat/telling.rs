//! A problem told in several messages becomes one report.

use serde_json::json;

use super::{Scene, code_in};
use crate::harness::{HUAIHE, HUAIHE_CENTER, picture, report};
use crate::photos::small_picture;

/// [`HUAIHE`] as WeChat's map has it.
pub fn huaihe_on_the_map() -> (f64, f64) {
    let point = jiekou_core::place::Wgs84::new(HUAIHE.0, HUAIHE.1).unwrap().to_gcj02();
    (point.longitude, point.latitude)
}

#[tokio::test]
async fn photo_place_and_words_in_any_order_become_one_report_at_the_right_center() {
    let scene = Scene::new().await;
    let (longitude, latitude) = huaihe_on_the_map();
    for (number, order) in
        ["photo place words", "words photo place", "place words photo"].into_iter().enumerate()
    {
        let follower = scene.follower(&format!("o-{number}"));
        let media_id = format!("media-{number}");
        scene.wechat.put(
            &media_id,
            "image/png",
            picture::street(u32::try_from(number).unwrap() + 40, picture::WHOLE, 1.0),
        );
        // Apart from each other: no two of them are one problem.
        let north = latitude + f64::from(u32::try_from(number).unwrap()) * 0.002;
        let mut said = String::new();
        for part in order.split(' ') {
            said = match part {
                "photo" => follower.photo(&media_id).await,
                "place" => follower.location(longitude, north, "兴华南街").await,
                _ => follower.text(["人行道的井盖不见了", "路灯整夜不亮", "垃圾没有人收"][number]).await,
            };
        }
        let counted = if order.ends_with("photo") { "共 1 张" } else { "1 张照片" };
        assert!(said.contains("回复 1 提交") && said.contains(counted), "{order}: {said}");
        let mut confirmed = follower.text("1").await;
        if confirmed.contains("照片还在接收") {
            confirmed = scene.wechat.wait_for_words(&follower.openid, "查询码：").await;
        }
        let page = scene.world.api().get(&format!("/v1/reports/{}", code_in(&confirmed))).await.expect(200);
        assert_eq!(page["center"]["code"], HUAIHE_CENTER, "{order}");
    }
    assert_eq!(scene.world.count("select count(*) from report where channel = 'wechat'").await, 3);
    assert_eq!(scene.world.count("select count(*) from photo where report_id is not null").await, 3);
    let shift = "select count(*) from report where place -> 'declared' ->> 'system' = 'GCJ-02'
        and abs((place ->> 'latitude')::float8 - (place -> 'declared' ->> 'latitude')::float8)
          + abs((place ->> 'longitude')::float8 - (place -> 'declared' ->> 'longitude')::float8) > 0.003";
    assert_eq!(scene.world.count(shift).await, 3, "declared in GCJ-02 and converted once");
}

#[tokio::test]
async fn likely_matches_are_shown_and_the_citizen_chooses() {
    let scene = Scene::new().await;
    let known = scene.world.api().submit(&report("manhole", "路口的井盖不见了", HUAIHE)).await;
    let (longitude, latitude) = huaihe_on_the_map();
    let number = known["case"]["caseNumber"].as_str().unwrap();
    for (openid, reply, cases, joined) in [("o-same", "1", 1, true), ("o-other", "0", 2, false)] {
        let follower = scene.follower(openid);
        follower.text("井盖丢了，有个洞").await;
        let said = follower.location(longitude, latitude, "兴华南街").await;
        assert!(said.contains("附近有相似的问题") && said.contains("1. 相距约"), "{said}");
        let confirmed = follower.text(reply).await;
        assert_eq!(confirmed.contains("已并入"), joined, "{confirmed}");
        let page = scene.world.api().get(&format!("/v1/reports/{}", code_in(&confirmed))).await.expect(200);
        assert_eq!(page["case"]["caseNumber"] == number, joined);
        assert_eq!(scene.world.count("select count(*) from cases").await, cases);
    }
}

#[tokio::test]
async fn an_address_in_words_is_enough_and_danger_is_answered_at_once() {
    let scene = Scene::new().await;
    let follower = scene.follower("o-anna");
    let said = follower.text("这里燃气泄漏，味道很大").await;
    assert!(said.contains("119") && said.contains("在哪里"), "{said}");
    let said = follower.text("说不清楚的地方").await;
    assert!(said.contains("回复 1 提交") && said.contains("没有照片"), "{said}");
    let confirmed = follower.text("提交").await;
    assert!(confirmed.contains("119") && confirmed.contains("查询码"), "{confirmed}");
    scene.world.mail.wait_for("the alarm", |mails| mails.len() == 1).await;
}

#[tokio::test]
async fn words_that_were_spoken_count_and_what_was_not_understood_is_kept_for_an_operator() {
    let scene = Scene::new().await;
    let (longitude, latitude) = huaihe_on_the_map();
    let recording = [b"#!AMR\n".as_slice(), &[0x3c; 300]].concat();
    scene.wechat.put("voice-1", "audio/amr", recording.clone());
    scene.wechat.put("voice-2", "audio/amr", recording.clone());
    let follower = scene.follower("o-anna");
    assert!(follower.voice("voice-1", "路口的井盖丢了。").await.contains("听到的是：路口的井盖丢了。"));
    follower.text("取消").await;
    assert!(follower.voice("voice-2", "").await.contains("会有人收听"));
    follower.location(longitude, latitude, "").await;
    scene.wait_for_count("select count(*) from recording", 2).await;
    let confirmed = follower.text("1").await;
    let page = scene.world.api().get(&format!("/v1/reports/{}", code_in(&confirmed))).await.expect(200);
    let number = page["case"]["caseNumber"].as_str().unwrap();
    let staff = scene.world.api().sign_in(&format!("center-{HUAIHE_CENTER}")).await;
    let listed = staff.get(&format!("/v1/cases/{number}/recordings")).await.expect(200);
    assert_eq!(
        (listed["recordings"].as_array().unwrap().len(), &listed["recordings"][0]["contentType"]),
        (1, &json!("audio/amr"))
    );
    let path = format!("/v1/recordings/{}", listed["recordings"][0]["recordingId"].as_str().unwrap());
    let heard = staff.request(reqwest::Method::GET, &path).send().await.unwrap();
    assert_eq!((heard.status().as_u16(), heard.bytes().await.unwrap().to_vec()), (200, recording.clone()));
    let other = scene.world.api().sign_in("center-410103003").await;
    other.get(&path).await.expect_problem(404, "unknown-recording");
    other.get(&format!("/v1/cases/{number}/recordings")).await.expect_problem(404, "unknown-case");
    scene.world.api().get(&path).await.expect_problem(401, "not-signed-in");
    let stored = std::fs::read_dir(scene.world.folder.join("photos/original")).unwrap();
    let files = stored.flat_map(|folder| std::fs::read_dir(folder.unwrap().path()).unwrap());
    for file in files {
        let bytes = std::fs::read(file.unwrap().path()).unwrap();
        assert!(!bytes.windows(5).any(|window| window == b"#!AMR"), "kept sealed");
    }
}

#[tokio::test]
async fn nobody_but_the_sealed_table_knows_who_wrote_and_what() {
    let filter = "info,jiekou_api=trace,jiekou_worker=trace,jiekou_service=trace,jiekou_store=trace,jiekou_partner=trace";
    let settings = vec![("JIEKOU_LOG__FILTER", filter.to_owned())];
    let options = crate::harness::WorldOptions { worker: true, settings, ..Default::default() };
    let scene = Scene::with("plain", options).await;
    let (openid, draft) = ("o6_bmjrPTlm6_2sgVt7hMZOPfL2M", "井盖丢了请打13912345678");
    scene.wechat.put("canary-media", "image/png", small_picture());
    let follower = scene.follower(openid);
    follower.text(draft).await;
    follower.photo("canary-media").await;
    scene.wait_for_count("select count(*) from photo", 1).await;
    follower
        .event("LOCATION", "<Latitude>34.7</Latitude><Longitude>113.6</Longitude><Precision>60</Precision>")
        .await;
    let tables: Vec<String> = sqlx::query_scalar(
        "select table_name::text from information_schema.tables
         where table_schema = 'public' and table_type = 'BASE TABLE' and table_name <> 'reporter_contact'",
    )
    .fetch_all(&scene.world.pool)
    .await
    .unwrap();
    let mut places = vec![("logs".to_owned(), scene.world.logs())];
    for table in tables {
        let query =
            format!("select coalesce(string_agg(row_to_json(t)::text, E'\\n'), '') from \"{table}\" t");
        let rows = sqlx::query_scalar(sqlx::AssertSqlSafe(query)).fetch_one(&scene.world.pool).await.unwrap();
        places.push((table, rows));
    }
    for (place, text) in places {
        for secret in [openid, "13912345678", "canary-media", super::TOKEN, "secret-of-the-account"] {
            let hexadecimal: String = secret.bytes().map(|byte| format!("{byte:02x}")).collect();
            assert!(!text.contains(secret) && !text.contains(&hexadecimal), "{place} holds {secret}");
        }
    }
}
