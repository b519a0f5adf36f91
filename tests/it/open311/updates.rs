//! mySociety's updates, both ways: a stock FixMyStreet can be a client.

use serde_json::{Value, json};

use super::{Sender, case_of, filed, get, manhole, post, sender};
use crate::harness::{HUAIHE_CENTER, World};

async fn updates(world: &World, sender: &Sender, query: &str) -> Vec<Value> {
    let path = format!("servicerequestupdates.json?api_key={}{query}", sender.key);
    get(world, &path).await.json(200).as_array().unwrap().clone()
}

async fn waited(world: &World, sender: &Sender, count: usize) -> Vec<Value> {
    for _ in 0..200 {
        let found = updates(world, sender, "").await;
        if found.len() >= count {
            return found;
        }
        tokio::time::sleep(std::time::Duration::from_millis(50)).await;
    }
    panic!("no {count} updates: {:?}", updates(world, sender, "").await);
}

#[tokio::test]
async fn a_platform_polls_what_became_of_its_own_requests_and_of_no_others() {
    let world = World::with_worker().await;
    let mine = sender(&world, "甲", &["open311:write", "updates"]).await;
    let theirs = sender(&world, "乙", &["open311:write", "updates"]).await;
    let id = filed(&world, &manhole(&mine, "井盖坏了")).await;
    let joined = filed(&world, &manhole(&theirs, "井盖坏了，留下一个洞")).await;
    let number = case_of(&world, &id).await;
    assert_eq!(case_of(&world, &joined).await, number);
    let center = world.api().sign_in(&format!("center-{HUAIHE_CENTER}")).await;
    center.go(&number, &[json!({ "move": "accept" }), json!({ "move": "open" })]).await;
    center.go(&number, &[json!({ "move": "forceClose", "reason": "已由市政处理" })]).await;
    for (sender, id) in [(&mine, &id), (&theirs, &joined)] {
        let found = waited(&world, sender, 3).await;
        assert_eq!(found.len(), 3, "{found:?}");
        assert!(found.iter().all(|update| update["service_request_id"] == **id), "its own: {found:?}");
        let statuses: Vec<&str> = found.iter().map(|it| it["status"].as_str().unwrap()).collect();
        assert_eq!(statuses, ["investigating", "action_scheduled", "closed"]);
        assert!(found[2]["description"].as_str().unwrap().contains("已由市政处理"));
        assert!(found.iter().all(|it| it["updated_datetime"].as_str().unwrap().ends_with("+08:00")));
    }
    let page = get(&world, &format!("servicerequestupdates.xml?api_key={}", mine.key)).await;
    assert!(page.xml(200).contains("<service_request_updates><request_update><update_id>"));
    let none = updates(&world, &mine, "&start_date=2026-01-01T00:00:00Z&end_date=2026-01-02T00:00:00Z").await;
    assert_eq!(none.len(), 0);
    let far = format!("servicerequestupdates.json?api_key={}&start_date=2026-01-01T00:00:00Z", mine.key);
    get(&world, &far).await.json(400);
    get(&world, "servicerequestupdates.json").await.json(403);
}

#[tokio::test]
async fn an_update_is_added_once_by_its_id_and_only_to_the_platforms_own_requests() {
    let world = World::with_worker().await;
    let mine = sender(&world, "甲", &["open311:write", "updates"]).await;
    let theirs = sender(&world, "乙", &["open311:write", "updates"]).await;
    let id = filed(&world, &manhole(&mine, "井盖坏了")).await;
    let update = |sender: &Sender, words: &str| -> Vec<(&'static str, String)> {
        vec![
            ("api_key", sender.key.clone()),
            ("service_request_id", id.clone()),
            ("update_id", "9001".to_owned()),
            ("status", "OPEN".to_owned()),
            ("updated_datetime", "2026-11-27T08:00:00+08:00".to_owned()),
            ("description", words.to_owned()),
            ("email", "canary@jiekou.example".to_owned()),
            ("public_anonymity_required", "TRUE".to_owned()),
        ]
    };
    let send = async |form: &[(&str, String)], path: &str| {
        let form: Vec<(&str, &str)> = form.iter().map(|(name, value)| (*name, value.as_str())).collect();
        post(&world, path, &form).await
    };
    let first = send(&update(&mine, "还没有修 & 更大了"), "servicerequestupdates.json").await.json(200);
    let update_id = first[0]["update_id"].as_str().unwrap();
    let again = send(&update(&mine, "还没有修 & 更大了"), "servicerequestupdates.xml").await;
    assert!(again.xml(200).contains(&format!("<request_update><update_id>{update_id}</update_id>")));
    send(&update(&mine, "别的话"), "servicerequestupdates.json").await.json(400);
    assert_eq!(world.count("select count(*) from addition").await, 1);
    let words: String =
        sqlx::query_scalar("select words from addition").fetch_one(&world.pool).await.unwrap();
    assert_eq!(words, "还没有修 & 更大了");
    // What it said itself does not come back to it.
    let center = world.api().sign_in(&format!("center-{HUAIHE_CENTER}")).await;
    center.go(&case_of(&world, &id).await, &[json!({ "move": "accept" })]).await;
    let found = waited(&world, &mine, 1).await;
    assert_eq!((found.len(), &found[0]["status"]), (1, &json!("investigating")));
    send(&update(&theirs, "不是我的"), "servicerequestupdates.json").await.json(404);
    for (field, value, status) in [
        ("service_request_id", "00000000-0000-0000-0000-000000000000", 404),
        ("service_request_id", "7", 404),
        ("service_request_id", "", 400),
        ("update_id", "", 400),
        ("update_id", "一", 400),
        ("status", "SOMEWHAT", 400),
        ("updated_datetime", "yesterday", 400),
        ("api_key", "jk_x", 403),
    ] {
        let mut wrong = update(&mine, "错的");
        wrong.iter_mut().find(|(name, _)| *name == field).unwrap().1 = value.to_owned();
        let errors = send(&wrong, "servicerequestupdates.json").await.json(status);
        assert_eq!(errors[0]["code"], status, "{field} {value}");
    }
    // A state without words is told to staff in words.
    let mut bare = update(&mine, "");
    (bare[2].1, bare[3].1) = ("9002".to_owned(), "FIXED".to_owned());
    send(&bare, "servicerequestupdates.json").await.json(200);
    let told = "select count(*) from addition where words like '%FIXED%'";
    assert_eq!(world.count(told).await, 1);
}
