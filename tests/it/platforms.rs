//! Platforms and their keys: made by administrators of the area, shown once, rotated, counted, ended.

use serde_json::{Value, json};

use super::harness::{HUAIHE_CENTER, Staff, World};
use super::open311::{address, admin, issue, manhole, post, sender};

fn district(name: &str) -> Value {
    json!({ "name": name, "level": "district", "area": "410103" })
}

async fn is_good(world: &World, key: &str) -> bool {
    let path = format!("{}?api_key={key}", address("requests.json"));
    world.api().get(&path).await.status == 200
}

async fn registered(admin: &Staff, body: &Value) -> String {
    admin.post("/v1/platforms", body).await.expect(201)["platformId"].as_str().unwrap().to_owned()
}

#[tokio::test]
async fn a_key_is_shown_once_and_stored_as_a_hash() {
    let world = World::new().await;
    let admin = admin(&world).await;
    let id = registered(&admin, &district("随手拍平台")).await;
    let answer = admin.post(&format!("/v1/platforms/{id}/keys"), &json!({ "scopes": ["updates"] })).await;
    assert_eq!(answer.headers["cache-control"], "no-store");
    let issued = answer.expect(201);
    let key = issued["key"].as_str().unwrap();
    assert!(key.starts_with(issued["issued"]["prefix"].as_str().unwrap()) && key.len() == 44, "{key}");
    let listed = admin.get("/v1/platforms").await.expect(200);
    assert_eq!(listed["platforms"][0]["keys"][0]["prefix"], issued["issued"]["prefix"]);
    assert!(listed["platforms"][0]["keys"][0]["lastUsedAt"].is_null());
    let rows: String = sqlx::query_scalar(
        "select coalesce(string_agg(row_to_json(k)::text, ''), '') || (select string_agg(row_to_json(l)::text, '') from staff_log l)
         from api_key k",
    )
    .fetch_one(&world.pool)
    .await
    .unwrap();
    for text in [listed.to_string(), rows, world.logs()] {
        assert!(!text.contains(&key[12..]), "the secret part is nowhere: {text}");
    }
    let log = admin.get("/v1/staff/log").await.expect(200);
    let acts: Vec<&str> =
        log["lines"].as_array().unwrap().iter().map(|it| it["act"].as_str().unwrap()).collect();
    assert_eq!(acts[..2], ["keyIssued", "platformRegistered"]);
    assert_eq!(log["lines"][0]["detail"]["name"], "随手拍平台");
}

#[tokio::test]
async fn keys_are_rotated_with_two_good_side_by_side_until_a_date() {
    let world = World::new().await;
    let (admin, sender) = (admin(&world).await, sender(&world, "平台", &["open311:write"]).await);
    let keys = format!("/v1/platforms/{}/keys", sender.platform_id);
    let scopes = json!(["open311:write"]);
    let later = (world.now().await + chrono::Duration::seconds(3)).to_rfc3339();
    let next = issue(&admin, &sender.platform_id, &json!({ "scopes": scopes, "othersEndAt": later })).await;
    let next = next["key"].as_str().unwrap();
    assert!(is_good(&world, &sender.key).await && is_good(&world, next).await, "both");
    admin.post(&keys, &json!({ "scopes": scopes })).await.expect_problem(409, "too-many-keys");
    tokio::time::sleep(std::time::Duration::from_secs(4)).await;
    assert!(!is_good(&world, &sender.key).await && is_good(&world, next).await, "the old one has ended");
    let third = issue(&admin, &sender.platform_id, &json!({ "scopes": scopes })).await;
    assert!(is_good(&world, third["key"].as_str().unwrap()).await);
    // At once.
    let now = world.now().await.to_rfc3339();
    let only = issue(&admin, &sender.platform_id, &json!({ "scopes": scopes, "othersEndAt": now })).await;
    assert!(is_good(&world, only["key"].as_str().unwrap()).await && !is_good(&world, next).await);
}

#[tokio::test]
async fn a_stopped_platform_has_no_good_key_until_it_goes_on() {
    let world = World::new().await;
    let (admin, sender) = (admin(&world).await, sender(&world, "平台", &["open311:write"]).await);
    let act = async |act: &str, reason: &str| {
        admin.post(&format!("/v1/platforms/{}/{act}", sender.platform_id), &json!({ "reason": reason })).await
    };
    assert_eq!(act("disabling", " ").await.pointers(), ["/reason"]);
    act("disabling", "滥用").await.expect(204);
    act("disabling", "滥用").await.expect(204);
    assert!(!is_good(&world, &sender.key).await);
    post(&world, "requests.json", &manhole(&sender, "井盖")).await.json(403);
    act("enabling", "已改正").await.expect(204);
    assert!(is_good(&world, &sender.key).await);
    assert_eq!(world.count("select count(*) from staff_log where act like 'platform%abled'").await, 2);
}

#[tokio::test]
async fn a_quota_holds_across_processes_and_refused_uses_do_not_count() {
    let mut world = World::new().await;
    world.add_api(&[]).await;
    let (admin, sender) = (admin(&world).await, sender(&world, "平台", &["updates"]).await);
    let wish = json!({ "scopes": ["updates"], "perMinute": 6000, "perDay": 10 });
    let key = issue(&admin, &sender.platform_id, &wish).await["key"].as_str().unwrap().to_owned();
    let path = format!("{}?api_key={key}", address("servicerequestupdates.json"));
    let use_it = async |at: usize| world.api_at(at % 2).get(&path).await.status.as_u16();
    let statuses = futures_util::future::join_all((0..25).map(use_it)).await;
    assert_eq!(statuses.iter().filter(|status| **status == 200).count(), 10, "{statuses:?}");
    assert_eq!(statuses.iter().filter(|status| **status == 429).count(), 15);
    let used = "select used_in_day from api_key where per_day = 10";
    let used: i32 = sqlx::query_scalar(used).fetch_one(&world.pool).await.unwrap();
    assert_eq!(used, 10);
    sqlx::query("update api_key set day = day - 1").execute(&world.pool).await.unwrap();
    assert_eq!(use_it(0).await, 200, "a new day");
}

#[tokio::test]
async fn only_administrators_of_the_area_see_and_make_platforms() {
    let world = World::new().await;
    let (admin, sender) = (admin(&world).await, sender(&world, "区平台", &["updates"]).await);
    let town = world.staff("town-admin", &[("admin", "town", HUAIHE_CENTER, None, None)]).await;
    let desk = world.api().sign_in("desk").await;
    let own = json!({ "name": "街道平台", "level": "town", "area": HUAIHE_CENTER });
    let id = registered(&town, &own).await;
    issue(&town, &id, &json!({ "scopes": ["device"] })).await;
    let names = async |staff: &Staff| -> Vec<String> {
        let listed = staff.get("/v1/platforms").await.expect(200);
        let platforms = listed["platforms"].as_array().unwrap();
        platforms.iter().map(|it| it["name"].as_str().unwrap().to_owned()).collect()
    };
    assert_eq!(names(&town).await, ["街道平台"]);
    assert_eq!(names(&admin).await.len(), 2);
    town.post("/v1/platforms", &district("x")).await.expect_problem(403, "forbidden");
    let keys = format!("/v1/platforms/{}/keys", sender.platform_id);
    let end = format!("{keys}/{}/end", sender.key_id);
    let stop = format!("/v1/platforms/{}/disabling", sender.platform_id);
    let (wish, reason) = (json!({ "scopes": ["updates"] }), json!({ "reason": "x" }));
    for (path, body) in [(&keys, &wish), (&end, &reason), (&stop, &reason)] {
        town.post(path, body).await.expect_problem(404, "unknown-platform");
        desk.post(path, body).await.expect_problem(403, "forbidden");
        world.api().post(path, body).await.expect_problem(401, "not-signed-in");
    }
    desk.get("/v1/platforms").await.expect_problem(403, "forbidden");
    world.api().get("/v1/platforms").await.expect_problem(401, "not-signed-in");
    assert!(is_good(&world, &sender.key).await);
}

#[tokio::test]
async fn what_is_wrong_with_a_platform_or_a_key_is_told_at_once() {
    let world = World::new().await;
    let (admin, sender) = (admin(&world).await, sender(&world, "平台", &["updates"]).await);
    for (body, pointers) in [
        (json!({}), vec!["/name", "/level"]),
        (json!({ "name": " ", "level": "galaxy", "area": 7 }), vec!["/area", "/name", "/level"]),
        (json!({ "name": "x".repeat(101), "level": "town", "area": "410103999" }), vec!["/name", "/area"]),
        (
            json!({ "name": "x", "level": "district", "area": "410103", "actsFor": "nobody" }),
            vec!["/actsFor"],
        ),
    ] {
        assert_eq!(admin.post("/v1/platforms", &body).await.pointers(), pointers, "{body}");
    }
    let keys = format!("/v1/platforms/{}/keys", sender.platform_id);
    for (body, pointers) in [
        (json!({}), vec!["/scopes"]),
        (
            json!({ "scopes": ["admin", "bulk", "updates", "updates"] }),
            vec!["/scopes/0", "/scopes/1", "/scopes/3"],
        ),
        (
            json!({ "scopes": ["updates"], "perMinute": 0, "perDay": -1, "endsAt": "2020-01-01T00:00:00Z",
                "othersEndAt": "2099-01-01T00:00:00Z" }),
            vec!["/endsAt", "/othersEndAt", "/perMinute", "/perDay"],
        ),
        (json!({ "scopes": "updates", "endsAt": "soon" }), vec!["/scopes", "/endsAt"]),
    ] {
        assert_eq!(admin.post(&keys, &body).await.pointers(), pointers, "{body}");
    }
    let unknown = format!("{keys}/{}/end", sender.platform_id);
    admin.post(&unknown, &json!({ "reason": "x" })).await.expect_problem(404, "unknown-key");
    admin.post("/v1/platforms/x/keys", &json!({})).await.expect_problem(404, "unknown-platform");
    assert_eq!(world.count("select count(*) from api_key").await, 1);
    // Nobody lends a platform more than is theirs to give.
    let town = world.staff("town-admin", &[("admin", "town", HUAIHE_CENTER, None, None)]).await;
    let lent = json!({ "name": "x", "level": "town", "area": HUAIHE_CENTER, "actsFor": "district" });
    town.post("/v1/platforms", &lent).await.expect_problem(403, "forbidden");
}
