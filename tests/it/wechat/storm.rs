//! WeChat sends a push again, up to three times, to whichever process; ids of messages have been seen twice.

use futures_util::future::join_all;

use super::telling::huaihe_on_the_map;
use super::{Scene, code_in};
use crate::harness::WorldOptions;

#[tokio::test]
async fn a_storm_of_retries_with_colliding_ids_loses_and_doubles_nothing() {
    let mut scene = Scene::with("plain", WorldOptions { worker: true, ..WorldOptions::default() }).await;
    scene.world.add_api(&[]).await;
    let (longitude, latitude) = huaihe_on_the_map();
    // Six people at once, each with three messages whose ids are the same for all of them.
    let people = (0..6_u32).map(|person| {
        let follower = scene.follower(&format!("o-{person}"));
        let second = super::Follower::new(scene.world.api_at(1), &follower.openid);
        let north = latitude + f64::from(person) * 0.003;
        async move {
            let push = |kind: &str, at: u32, id: u32, content: String| {
                format!(
                    "<xml><ToUserName>gh_7f083739789a</ToUserName><FromUserName>{}</FromUserName><CreateTime>{}</CreateTime>\
                     <MsgType>{kind}</MsgType>{content}<MsgId>{id}</MsgId></xml>",
                    follower.openid,
                    1_700_000_000 + at,
                )
            };
            let pushes = [
                push("text", 1, 77, format!("<Content>第 {person} 处的路灯不亮</Content>")),
                // The same id again a second later: another message.
                push("location", 2, 77, format!("<Location_X>{north}</Location_X><Location_Y>{longitude}</Location_Y><Label>路边</Label>")),
                push("text", 3, 78, "<Content>1</Content>".to_owned()),
            ];
            let mut confirmed = String::new();
            for xml in pushes {
                // The first, and three retries at the same moment, to both processes.
                let answers = join_all([&follower, &second, &follower, &second].map(|to| to.push(xml.clone()))).await;
                for answer in &answers {
                    assert_eq!(answer, &answers[0], "a retry gets the same answer");
                }
                confirmed = answers[0].clone();
            }
            code_in(&confirmed)
        }
    });
    let codes: std::collections::HashSet<String> = join_all(people).await.into_iter().collect();
    assert_eq!(codes.len(), 6, "everybody has a report of their own");
    for (what, wanted) in [
        ("select count(*) from report", 6),
        ("select count(*) from cases", 6),
        ("select count(*) from wechat_message", 18),
        ("select count(*) from wechat_person", 6),
        ("select count(*) from wechat_submission", 6),
        ("select count(distinct pseudonym) from report", 6),
    ] {
        assert_eq!(scene.world.count(what).await, wanted, "{what}");
    }
    assert_eq!(scene.world.count("select count(*) from wechat_saying where state = 'sent'").await, 0);
    // What was answered is not said again by the worker, whose turn comes after six seconds.
    scene.wait_for_count("select count(*) from job where kind = 'answerWechat'", 0).await;
    for person in 0..6 {
        assert_eq!(scene.wechat.words_to(&format!("o-{person}")), Vec::<String>::new());
    }
}

#[tokio::test]
async fn events_without_an_id_are_told_apart_by_their_time_and_key() {
    let scene = Scene::with("plain", WorldOptions::default()).await;
    let follower = scene.follower("o-anna");
    let click = |at: u32, key: &str| {
        format!(
            "<xml><ToUserName>gh_7f083739789a</ToUserName><FromUserName>o-anna</FromUserName><CreateTime>{at}</CreateTime>\
             <MsgType>event</MsgType><Event>CLICK</Event><EventKey>{key}</EventKey></xml>"
        )
    };
    for (at, key) in [(7, "help"), (7, "help"), (7, "report"), (8, "help"), (7, "help")] {
        assert!(!follower.push(click(at, key)).await.is_empty());
    }
    assert_eq!(scene.world.count("select count(*) from wechat_message").await, 3);
}
