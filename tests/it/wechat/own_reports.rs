//! 进度, 查询, 撤回: how the own reports stand.

use serde_json::json;

use super::telling::huaihe_on_the_map;
use super::{Scene, code_in};
use crate::harness::{HUAIHE, HUAIHE_CENTER, WorldOptions, moved, report};

#[tokio::test]
async fn progress_lists_the_own_open_reports_and_nobody_elses() {
    let scene = Scene::with("plain", WorldOptions::default()).await;
    let api = scene.world.api();
    api.submit(&report("manhole", "别人的井盖", moved(HUAIHE, 900.0, 0.0))).await;
    let follower = scene.follower("o-anna");
    assert!(follower.text("进度").await.contains("没有正在办理的报料"));
    let (longitude, latitude) = huaihe_on_the_map();
    follower.text("路灯整夜不亮").await;
    follower.location(longitude, latitude, "").await;
    let code = code_in(&follower.text("1").await);
    let listed = follower.text("进度").await;
    assert_eq!(listed.lines().count(), 1, "{listed}");
    assert!(listed.replace('-', "").contains(&code) && listed.contains("已收到"), "{listed}");
    let page = api.get(&format!("/v1/reports/{code}")).await.expect(200);
    let center = api.sign_in(&format!("center-{HUAIHE_CENTER}")).await;
    center.make(page["case"]["caseNumber"].as_str().unwrap(), &json!({ "move": "accept" })).await.expect(200);
    assert!(follower.event("CLICK", "<EventKey>progress</EventKey>").await.contains("已受理"));
    let shown = follower.text(&format!("查询 {}", code.to_lowercase())).await;
    assert!(shown.contains("已受理") && shown.contains(&code), "{shown}");
    assert!(scene.follower("o-bert").text("进度").await.contains("没有正在办理的报料"));
    let wrong = format!("{}{}", &code[..11], if code.ends_with('2') { '3' } else { '2' });
    assert!(follower.text(&format!("查询 {wrong}")).await.contains("没有这个查询码"));
}

#[tokio::test]
async fn only_its_author_takes_a_report_back() {
    let scene = Scene::with("plain", WorldOptions::default()).await;
    let follower = scene.follower("o-anna");
    let (longitude, latitude) = huaihe_on_the_map();
    follower.text("路灯整夜不亮").await;
    follower.location(longitude, latitude, "").await;
    let code = code_in(&follower.text("1").await);
    assert!(scene.follower("o-bert").text(&format!("撤回 {code}")).await.contains("不能撤回"));
    assert!(follower.text("取消").await.contains("撤回"));
    assert!(follower.text(&format!("撤回 {code}")).await.contains("已撤回"));
    assert_eq!(scene.world.count("select count(*) from report where withdrawn_at is not null").await, 1);
    assert!(follower.text("进度").await.contains("没有正在办理的报料"));
}

#[tokio::test]
async fn the_same_problem_told_again_by_the_same_person_is_an_urge() {
    let scene = Scene::with("plain", WorldOptions::default()).await;
    let follower = scene.follower("o-anna");
    let (longitude, latitude) = huaihe_on_the_map();
    let mut codes = Vec::new();
    for _ in 0..2 {
        follower.text("路灯整夜不亮").await;
        follower.location(longitude, latitude, "").await;
        let confirmed = follower.text("1").await;
        codes.push(code_in(&confirmed));
        assert_eq!(confirmed.contains("已为您催办"), codes.len() == 2, "{confirmed}");
    }
    assert_eq!(codes[0], codes[1]);
    assert_eq!(scene.world.count("select count(*) from report").await, 1);
    assert_eq!(scene.world.count("select max(urge_count)::bigint from cases").await, 1);
}

#[tokio::test]
async fn who_writes_faster_than_anybody_is_told_and_costs_nothing() {
    let settings = vec![("JIEKOU_LIMITS__FACTOR", "1".to_owned())];
    let scene = Scene::with("plain", WorldOptions { settings, ..WorldOptions::default() }).await;
    let follower = scene.follower("o-anna");
    let mut told = 0;
    for number in 0..70 {
        let said = follower.text(&format!("第{number}句")).await;
        told += u32::from(said.contains("发得太快"));
    }
    assert!((5..=12).contains(&told), "{told}");
    assert_eq!(scene.world.count("select count(*) from wechat_message").await, i64::from(70 - told));
    assert!(
        !scene.follower("o-bert").text("路灯不亮").await.contains("发得太快"),
        "another one is not slowed"
    );
}
