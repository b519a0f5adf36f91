//! After an upgrade the worker renews what an earlier release stored, while serving.

use std::time::Duration;

use jiekou_core::dedup::Fingerprint;
use redis::AsyncCommands;
use serde_json::{Value, json};

use crate::harness::picture::{WHOLE, street};
use crate::harness::{HUAIHE, HUAIHE_CENTER, World, moved, report};
use crate::same_photo::{photo, with_photos};

/// Turns every case and photo into what the release before stored: hashes of photos in fingerprints of version 2, and no
/// prints. The case with `unreadable` in its address gets a version that nobody can read.
async fn age(world: &World) {
    for statement in [
        "delete from photo_print",
        "update photo set print_version = 0, attached_at = null",
        "delete from job",
    ] {
        sqlx::query(statement).execute(&world.pool).await.unwrap();
    }
    let cases: Vec<(i64, Vec<u8>, bool)> = sqlx::query_as(
        "select case_id, fingerprint, coalesce(address like '%unreadable%', false) from cases",
    )
    .fetch_all(&world.pool)
    .await
    .unwrap();
    assert!(!cases.is_empty());
    for (case_id, bytes, unreadable) in cases {
        let mut old = with_hashes(&bytes);
        old[0] = if unreadable { 1 } else { 2 };
        let update = sqlx::query("update cases set fingerprint = $2 where case_id = $1");
        update.bind(case_id).bind(old).execute(&world.pool).await.unwrap();
    }
}

/// A fingerprint as version 2 had it: the sketch's hashes as they are and not the steps between them, and then hashes of
/// photos and not their prints.
fn with_hashes(bytes: &[u8]) -> Vec<u8> {
    let print = Fingerprint::from_bytes(bytes).unwrap();
    let hashes = print.sketch.hashes();
    let steps = hashes.iter().scan(0, |before, hash| Some(hash - std::mem::replace(before, *hash)));
    let tail = steps.flat_map(varint).count() + print.photos.len() * 102;
    let mut old = bytes[..bytes.len() - tail].to_vec();
    old.extend(hashes.iter().copied().flat_map(varint));
    old.push(u8::try_from(print.photos.len()).unwrap());
    old.extend(print.photos.iter().map(|_| 5));
    old
}

fn varint(mut number: u32) -> Vec<u8> {
    let mut bytes = Vec::new();
    while number > 127 {
        bytes.push(number as u8 | 128);
        number >>= 7;
    }
    bytes.push(number as u8);
    bytes
}

async fn redis_of(world: &World) -> redis::aio::MultiplexedConnection {
    let client = redis::Client::open(world.settings["JIEKOU_REDIS__URL"].as_str()).unwrap();
    client.get_multiplexed_async_connection().await.unwrap()
}

/// The index of the release before, full, and none of this one's.
async fn age_index(world: &World) -> String {
    let mut server = redis_of(world).await;
    let prefix = &world.settings["JIEKOU_REDIS__PREFIX"];
    let keys: Vec<String> = server.keys(format!("*{prefix}:dedup:*")).await.unwrap();
    assert!(!keys.is_empty());
    let _: i64 = server.del(keys).await.unwrap();
    let tag = format!("{{{prefix}:dedup:v2:{HUAIHE_CENTER}}}");
    let _: () = server.set(format!("{tag}:ready"), 1).await.unwrap();
    let _: () = server.hset(format!("{tag}:prints"), "1", "old").await.unwrap();
    let _: () = server.geo_add(format!("{tag}:places:road"), (HUAIHE.0, HUAIHE.1, "1")).await.unwrap();
    tag
}

async fn renewed(world: &World) {
    for _ in 0..200 {
        let left = "select (select count(*) from cases where get_byte(fingerprint, 0) < 3)
                         + (select count(*) from photo where print_version < 1)";
        if world.count(left).await == 0
            && world.count("select count(*) from job where kind = 'renew'").await == 0
        {
            return;
        }
        tokio::time::sleep(Duration::from_millis(50)).await;
    }
    panic!("something is not renewed: {}", world.logs());
}

async fn decision(world: &World, body: &Value) -> (String, Value) {
    let said = world.api().post("/v1/reports/similar", body).await.expect(200);
    (said["decision"].as_str().unwrap().to_owned(), said["similar"].clone())
}

#[tokio::test]
async fn old_cases_and_photos_are_recognised_after_an_upgrade() {
    let mut world = World::new().await;
    let api = world.api();
    let picture = photo(&api, street(1, WHOLE, 1.0)).await;
    let with_photo = api.submit(&with_photos("road-damage", "路面有个坑", HUAIHE, &[picture])).await;
    let elsewhere = moved(HUAIHE, 0.0, -600.0);
    let mut body = report("street-light", "小区门口的路灯坏了晚上看不见路", elsewhere);
    body["location"]["address"] = json!("unreadable 48 号院");
    let unreadable = api.submit(&body).await;
    let lost = photo(&api, street(2, WHOLE, 1.0)).await;
    let gone = api
        .submit(&with_photos("greening", "树倒了", moved(HUAIHE, 0.0, 900.0), std::slice::from_ref(&lost)))
        .await;
    age(&world).await;
    let old_tag = age_index(&world).await;
    let id = lost.as_str().unwrap().replace('-', "");
    std::fs::remove_file(world.folder.join(format!("photos/thumbnail/{}/{id}", &id[30..]))).unwrap();

    // Served at once: what the release before wrote is recognised by all but its photos.
    let near = moved(HUAIHE, 68.0, 0.0);
    let copy = photo(&api, street(1, [0.1, 0.0, 1.0, 0.9], 1.1)).await;
    let by_photo = with_photos("road-damage", "快来修", near, &[copy]);
    assert_eq!(decision(&world, &report("road-damage", "路面有个坑", HUAIHE)).await.0, "join");
    let (said, similar) = decision(&world, &by_photo).await;
    assert_eq!(said, "ask", "{similar}");
    let by_words = report("street-light", "小区门口的路灯坏了晚上看不见路", moved(elsewhere, 5.0, 0.0));
    assert_eq!(decision(&world, &by_words).await.0, "new");

    world.start_worker().await;
    renewed(&world).await;
    let (said, similar) = decision(&world, &by_photo).await;
    assert_eq!(said, "join", "{similar}");
    assert_eq!(similar[0]["caseNumber"], with_photo["case"]["caseNumber"]);
    assert!(similar[0]["reasons"].to_string().contains("samePhoto"), "{similar}");
    let (said, similar) = decision(&world, &by_words).await;
    assert_eq!((said.as_str(), &similar[0]["caseNumber"]), ("join", &unreadable["case"]["caseNumber"]));
    // A photo whose file is gone is laid aside, and its case renewed by its words.
    assert_eq!(
        world
            .count("select count(*) from photo_print join photo using (photo_id) where report_id is not null")
            .await,
        1
    );
    let (said, similar) = decision(&world, &report("greening", "树倒了", moved(HUAIHE, 3.0, 900.0))).await;
    assert_eq!((said.as_str(), &similar[0]["caseNumber"]), ("join", &gone["case"]["caseNumber"]));

    let mut server = redis_of(&world).await;
    for key in ["ready", "prints", "places:road"] {
        let left: i64 = server.ttl(format!("{old_tag}:{key}")).await.unwrap();
        assert!((1..=3_600).contains(&left), "{key}: {left}");
    }
    let prefix = &world.settings["JIEKOU_REDIS__PREFIX"];
    let new: Vec<String> = server.keys(format!("*{prefix}:dedup:v3:*")).await.unwrap();
    let kept: Vec<i64> = futures_util::future::join_all(new.iter().map(|key| {
        let mut server = server.clone();
        async move { server.ttl(key).await.unwrap() }
    }))
    .await;
    assert!(!kept.is_empty() && kept.iter().all(|left| *left == -1), "{kept:?}");
}

#[tokio::test]
async fn a_photo_sent_again_is_found_in_a_case_that_was_renewed() {
    let mut world = World::new().await;
    let api = world.api();
    let picture = photo(&api, street(7, WHOLE, 1.0)).await;
    let first = api.submit(&with_photos("road-damage", "路面有个坑", HUAIHE, &[picture])).await;
    age(&world).await;
    world.start_worker().await;
    renewed(&world).await;
    let copy = photo(&api, street(7, [0.05, 0.05, 0.95, 0.95], 0.85)).await;
    let second =
        api.submit(&with_photos("household-waste", "垃圾没人收", moved(HUAIHE, 0.0, -200.0), &[copy])).await;
    let staff = api.sign_in(&format!("center-{HUAIHE_CENTER}")).await;
    let number = second["case"]["caseNumber"].as_str().unwrap();
    for _ in 0..100 {
        let case = staff.get(&format!("/v1/cases/{number}")).await.expect(200);
        if case["reusedPhotos"][0]["firstCaseNumber"] == first["case"]["caseNumber"] {
            return;
        }
        tokio::time::sleep(Duration::from_millis(50)).await;
    }
    panic!("not flagged: {}", world.logs());
}
