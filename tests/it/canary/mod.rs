//! Planted phone numbers, identity numbers and addresses go in through every door and come out through none.

mod doors;
mod owners;
mod search;
mod walk;

use std::collections::BTreeSet;
use std::path::Path;
use std::sync::Mutex;

use jiekou_core::period::{Cycle, Period};
use serde_json::json;
use sqlx::postgres::PgListener;

use self::doors::{DOORS, Scene};
use self::search::{Canary, found};
use crate::harness::{HUAIHE_CENTER, HotlinePlatform, WebServer, WechatServer, World, WorldOptions, report};

/// Fails when anything of a canary is in what was said.
#[track_caller]
fn assert_silent(canaries: &[Canary], place: &str, text: &str) {
    let found = found(canaries, text);
    assert!(found.is_empty(), "{place} holds {found:#?}");
}

async fn scene() -> Scene {
    let filter =
        "info,jiekou_api=trace,jiekou_worker=trace,jiekou_service=trace,jiekou_store=trace,jiekou_boot=trace";
    let (hotline, wechat) = (HotlinePlatform::start("12345"), WechatServer::start().await);
    let mut settings = vec![
        ("JIEKOU_LOG__FILTER", filter.to_owned()),
        ("JIEKOU_OUTWARD__PRIVATE_NETWORKS", "true".to_owned()),
    ];
    settings.extend(HotlinePlatform::settings(&[&hotline]));
    settings.extend(crate::wechat::account(&wechat, "plain"));
    let options = WorldOptions { sms: true, settings, ..WorldOptions::default() };
    let mut world = World::with(options).await;
    // Books are compared when a test says so, and not because a night is over.
    let done = "insert into daily_work values ('hotlineReconciliation', current_date + 30, now())";
    sqlx::query(done).execute(&world.pool).await.unwrap();
    world.start_worker().await;
    let api = world.api();
    let chief =
        world.staff("canary-chief", &[("roadChief", "segment", "410103001001", Some("l3"), None)]).await;
    world.staff("canary-deputy", &[("roadChief", "segment", "410103001002", Some("l3"), None)]).await;
    Scene {
        center: api.sign_in(&format!("center-{HUAIHE_CENTER}")).await,
        district: api.sign_in("district").await,
        admin: api.sign_in("admin").await,
        chief,
        desk: api.sign_in("desk").await,
        hotline,
        wechat,
        hook: WebServer::start().await,
        owners: Mutex::default(),
        ways: Mutex::default(),
        api,
        world,
        answers: Mutex::default(),
        sent: Mutex::default(),
    }
}

/// Keys and values under the test's own prefix.
async fn everything_in_redis(world: &World) -> String {
    let client = redis::Client::open(world.settings["JIEKOU_REDIS__URL"].as_str()).unwrap();
    let mut connection = client.get_multiplexed_async_connection().await.unwrap();
    let pattern = format!("*{}*", world.settings["JIEKOU_REDIS__PREFIX"]);
    let keys: Vec<String> = redis::cmd("KEYS").arg(pattern).query_async(&mut connection).await.unwrap();
    assert!(!keys.is_empty(), "Redis holds the index");
    let mut text = String::new();
    for key in keys {
        let kind: String = redis::cmd("TYPE").arg(&key).query_async(&mut connection).await.unwrap();
        let command = match kind.as_str() {
            "hash" => redis::cmd("HGETALL").arg(&key).clone(),
            "zset" => redis::cmd("ZRANGE").arg(&key).arg(0).arg(-1).clone(),
            "set" => redis::cmd("SMEMBERS").arg(&key).clone(),
            "list" => redis::cmd("LRANGE").arg(&key).arg(0).arg(-1).clone(),
            "stream" => redis::cmd("XRANGE").arg(&key).arg("-").arg("+").clone(),
            _ => redis::cmd("GET").arg(&key).clone(),
        };
        let value: redis::Value = command.query_async(&mut connection).await.unwrap();
        text.push_str(&format!("{key} {}\n", written(&value)));
    }
    text
}

fn written(value: &redis::Value) -> String {
    match value {
        redis::Value::BulkString(bytes) => String::from_utf8_lossy(bytes).into_owned(),
        redis::Value::Array(items) => items.iter().map(written).collect::<Vec<_>>().join(" "),
        other => format!("{other:?}"),
    }
}

/// Every name that the store's sources give a channel.
fn channels(folder: &Path) -> BTreeSet<String> {
    let mut names = BTreeSet::new();
    for entry in std::fs::read_dir(folder).unwrap() {
        let path = entry.unwrap().path();
        if path.is_dir() {
            names.extend(channels(&path));
        } else if let Ok(source) = std::fs::read_to_string(&path) {
            let literals = source.split(['"', '\'']).filter(|it| it.starts_with("jiekou_"));
            let names_of = literals.filter(|it| it.bytes().all(|b| b.is_ascii_lowercase() || b == b'_'));
            names.extend(names_of.map(str::to_owned));
        }
    }
    names
}

/// Names and bytes of every file under a folder.
fn everything_under(folder: &Path) -> String {
    let mut text = String::new();
    for entry in std::fs::read_dir(folder).unwrap() {
        let path = entry.unwrap().path();
        if path.is_dir() {
            text.push_str(&everything_under(&path));
        } else {
            text.push_str(&format!(
                "{} {}\n",
                path.display(),
                String::from_utf8_lossy(&std::fs::read(&path).unwrap())
            ));
        }
    }
    text
}

/// The doors whose canaries are in the stored words, where they belong.
async fn planted(world: &World, canaries: &[Canary]) -> BTreeSet<String> {
    let tables: Vec<String> = sqlx::query_scalar(
        "select table_name::text from information_schema.tables where table_schema = 'public' and table_type = 'BASE TABLE'",
    )
    .fetch_all(&world.pool)
    .await
    .unwrap();
    let mut planted = BTreeSet::new();
    for table in tables {
        let query =
            format!("select coalesce(string_agg(row_to_json(t)::text, E'\\n'), '') from \"{table}\" t");
        let rows: String =
            sqlx::query_scalar(sqlx::AssertSqlSafe(query)).fetch_one(&world.pool).await.unwrap();
        planted.extend(canaries.iter().filter(|it| rows.contains(&it.phone)).map(|it| it.door.to_owned()));
    }
    planted
}

#[tokio::test]
async fn nothing_that_leads_to_a_person_comes_out_anywhere() {
    let mut scene = scene().await;
    let canaries: Vec<Canary> =
        DOORS.iter().enumerate().map(|(position, (name, _))| Canary::new(name, position)).collect();
    let mut listener = PgListener::connect(&scene.world.settings["JIEKOU_DATABASE__URL"]).await.unwrap();
    let channels = channels(&crate::harness::project().join("crates/store"));
    assert!(channels.len() >= 3, "{channels:?}");
    listener.listen_all(channels.iter().map(String::as_str)).await.unwrap();
    for ((_, door), canary) in DOORS.iter().zip(&canaries) {
        door(&scene, canary).await;
    }
    let period = Period::at(Cycle::TenDays, scene.world.now().await).to_string();
    let draw =
        json!({ "purpose": "以克论净", "period": period, "count": 5, "among": { "towns": [HUAIHE_CENTER] } });
    let drawn = scene.district.post("/v1/draws", &draw).await.expect(201);
    scene.sent.lock().unwrap().push(drawn);
    // Whatever is not stored proves nothing about reading; what was refused and a photo's metadata must not be stored, and
    // the words of a hotline are hidden before they are.
    let never = ["what is refused", "a photo", "an order of a hotline"];
    let planted = planted(&scene.world, &canaries).await;
    let expected: BTreeSet<String> = DOORS
        .iter()
        .map(|(name, _)| (*name).to_owned())
        .filter(|name| !never.contains(&name.as_str()))
        .collect();
    assert_eq!(planted, expected, "each door lets its words in");

    for (door, text) in scene.answers.lock().unwrap().iter() {
        // Whoever searches for a number is told no other.
        assert_silent(&canaries, &format!("an answer at the door {door}"), text);
    }
    let (mut leaky, mut searched) = (Vec::new(), BTreeSet::new());
    for said in walk::read_everything(&scene).await {
        // Many readers are told the same.
        if !searched.insert((said.whole_for, said.text.clone())) {
            continue;
        }
        // Whoever takes the own data away takes all of it.
        let others: Vec<Canary> =
            canaries.iter().filter(|it| said.whole_for != Some(it.door)).cloned().collect();
        let leaks = found(&others, &said.text);
        if !leaks.is_empty() {
            leaky.push(format!("{} holds {leaks:#?}", said.place));
        }
        if let Some(door) = said.whole_for {
            assert!(found(&canaries, &said.text).iter().any(|it| it.contains(door)), "{}", said.place);
        }
    }
    assert!(leaky.is_empty(), "{}", leaky.join("\n"));
    for asked in scene.hook.asked().await {
        let text = format!("{:?} {}", asked.headers, String::from_utf8_lossy(&asked.body));
        assert_silent(&canaries, "a message to a webhook", &text);
    }
    assert_silent(&canaries, "Redis", &everything_in_redis(&scene.world).await);
    assert_silent(&canaries, "a photo file", &everything_under(&scene.world.folder.join("photos")));
    for address in [&scene.world.apis[0].address, &scene.world.worker.as_ref().unwrap().address] {
        let numbers = reqwest::get(format!("http://{address}/metrics")).await.unwrap().text().await.unwrap();
        assert!(numbers.contains("jiekou_"), "the numbers were read");
        assert_silent(&canaries, "a metric", &numbers);
    }
    let mails = scene
        .world
        .mail
        .wait_for("mails to others", |mails| {
            mails.iter().filter(|mail| mail.to.starts_with("somebody@")).count() >= 2
        })
        .await;
    for mail in mails {
        assert_silent(
            &canaries,
            &format!("a mail to {}", mail.to),
            &format!("{} {}", mail.words(), body(&mail.text)),
        );
        let own = canaries.iter().any(|canary| canary.email == mail.to);
        assert!(own || found(&canaries, &mail.to).is_empty(), "{}", mail.to);
    }
    let mut payloads = String::new();
    while let Ok(Ok(notification)) =
        tokio::time::timeout(std::time::Duration::from_millis(200), listener.recv()).await
    {
        payloads.push_str(&format!("{} {}\n", notification.channel(), notification.payload()));
    }
    assert!(payloads.contains("jiekou_case_changed"), "{payloads}");
    assert_silent(&canaries, "a notification", &payloads);
    // Stopped in good order, they have written all they will ever write.
    let (mut api, mut worker) = (scene.world.apis.remove(0), scene.world.worker.take().unwrap());
    tokio::task::spawn_blocking(move || (api.stop(), worker.stop())).await.unwrap();
    let logs = scene.world.logs();
    assert!(logs.contains("report recorded"), "the logs were read");
    for line in logs.lines() {
        assert_silent(&canaries, "a log", line);
    }
}

/// A mail without the lines that say to whom it goes.
fn body(mail: &str) -> String {
    mail.lines().filter(|line| !line.to_lowercase().starts_with("to:")).collect::<Vec<_>>().join("\n")
}

#[tokio::test]
async fn whoever_opens_an_identity_sees_what_the_search_looks_for() {
    let world = World::new().await;
    let canary = Canary::new("a report", 0);
    let mut body = report("manhole", &canary.words(), crate::harness::HUAIHE);
    body["contact"] = json!({ "phone": canary.phone, "email": canary.email });
    let sent = world.api().submit(&body).await;
    let center = world.api().sign_in(&format!("center-{HUAIHE_CENTER}")).await;
    let path = format!("/v1/reports/{}/identity", sent["reportId"].as_str().unwrap());
    let wish = json!({ "reason": "clarify", "words": "现场找不到位置" });
    let opened = center.post(&path, &wish).await.expect(200);
    assert_eq!(found(std::slice::from_ref(&canary), &opened.to_string()).len(), 4, "{opened}");
    assert_eq!(opened["contact"]["phone"], canary.phone.as_str());
    assert_eq!(opened["words"][0]["text"], canary.words());
}
