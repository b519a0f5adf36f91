//! A spot with far more known problems of one kind than are ever compared: Redis and PostgreSQL see the same of them, a
//! report is answered like any other, and what repeats a case word for word finds it behind the crowd.

use std::collections::BTreeSet;
use std::time::Duration;

use chrono::Utc;
use futures_util::StreamExt;
use jiekou_core::dedup::{Candidate, Fingerprint, NEAREST, Sketch, Vocabulary, cell, nearest};
use jiekou_core::place::Wgs84;
use jiekou_store::dedup::{DedupIndex, Found, Marks, Search};
use jiekou_store::reports::record::{self, Reach};
use serde_json::{Value, json};

use crate::harness::{HUAIHE, HUAIHE_CENTER, World, moved, report};

const CROWD: usize = 180;
const FAMILY: &str = "road";
const REACH: f64 = 160.0;
const REPEATED: &str = "变电箱门口的石板整块翘起来绊倒老人";
const COMPONENT: &str = "4101030101000050";

/// Different problems of one family, none of them told in the words of another.
fn words(n: usize) -> String {
    let places = [
        "小学门前",
        "菜场后巷",
        "公交站旁",
        "银行拐角",
        "医院东侧",
        "药店台阶下",
        "桥洞里",
        "河堤边",
        "广场北面",
        "邮局对过",
        "加油站口",
        "影院楼下",
        "车库坡道",
    ];
    let faults = [
        "裂了一道长缝",
        "缺了两块砖",
        "鼓起一个包",
        "有个深坑",
        "边石歪倒",
        "接缝错开",
        "漏出钢筋",
        "碎石乱滚",
        "沉了一截",
        "铺得高低不平",
        "补丁脱落",
        "被根顶起",
    ];
    format!("{}{}", places[n % 13], faults[n / 13 % 12])
}

/// One process with Redis, one without, and a crowd of cases of their own; `spread` metres lie between the nearest and
/// the furthest.
async fn crowded(spread: f64) -> World {
    let mut world = World::new().await;
    world.add_api(&[("JIEKOU_REDIS__URL", "redis://127.0.0.1:1")]).await;
    let ready = world.api().submit(&report("street-light", "路灯不亮", HUAIHE)).await;
    assert_eq!(ready["outcome"], "new");
    let mut bodies: Vec<Value> = (0..CROWD)
        .map(|n| {
            let (angle, meters) = (n as f64 * 2.4, spread * n as f64 / CROWD as f64);
            report("road-damage", &words(n), moved(HUAIHE, angle.cos() * meters, angle.sin() * meters))
        })
        .collect();
    // Behind all of them, and younger than all of them where all lie at one spot.
    let behind = moved(HUAIHE, spread, 0.0);
    bodies.push(report("road-damage", REPEATED, behind));
    let mut component = report("road-damage", "井圈周围一圈下沉了", behind);
    component["location"]["componentId"] = json!(COMPONENT);
    bodies.push(component);
    let sent = bodies.into_iter().enumerate().map(|(n, mut body)| {
        body["confirmNew"] = json!(true);
        let api = world.api_at(n % 2);
        async move { assert_eq!(api.submit(&body).await["outcome"], "new") }
    });
    // The last two last, so that their numbers are the highest.
    futures_util::stream::iter(sent).buffered(8).collect::<Vec<()>>().await;
    // What the process without Redis opened the worker would put into the index; here an empty index is filled anew.
    forget_index(&world).await;
    world.api().post("/v1/reports/similar", &report("road-damage", "路面有坑", HUAIHE)).await.expect(200);
    for _ in 0..200 {
        let Found::Candidates(found) =
            index(&world).search(&search(&fingerprint("x", None), 2_000)).await.unwrap()
        else {
            tokio::time::sleep(Duration::from_millis(50)).await;
            continue;
        };
        assert_eq!(found.len(), CROWD + 2);
        return world;
    }
    panic!("the index was not rebuilt");
}

async fn forget_index(world: &World) {
    let client = redis::Client::open(world.settings["JIEKOU_REDIS__URL"].as_str()).unwrap();
    let mut connection = client.get_multiplexed_async_connection().await.unwrap();
    let ours = format!("{{{}:*", world.settings["JIEKOU_REDIS__PREFIX"]);
    let keys: Vec<String> = redis::cmd("KEYS").arg(ours).query_async(&mut connection).await.unwrap();
    redis::cmd("DEL").arg(keys).query_async::<()>(&mut connection).await.unwrap();
}

fn index(world: &World) -> DedupIndex {
    DedupIndex::new(&world.settings["JIEKOU_REDIS__URL"], &world.settings["JIEKOU_REDIS__PREFIX"]).unwrap()
}

fn spot() -> Wgs84 {
    Wgs84::new(HUAIHE.0, HUAIHE.1).unwrap()
}

fn fingerprint(text: &str, component: Option<&str>) -> Fingerprint {
    let words = Vocabulary::new(&[], std::iter::empty()).read(text);
    Fingerprint {
        point: Some(spot()),
        accuracy_meters: Some(10.0),
        category: "road-damage".into(),
        family: FAMILY.into(),
        opened_at: Utc::now(),
        component_id: component.map(str::to_owned),
        address: None,
        words: words.whole(),
        sketch: Sketch::of(&words),
        photos: vec![],
    }
}

fn search(print: &Fingerprint, most: usize) -> Search<'static> {
    static CENTERS: std::sync::LazyLock<[String; 1]> =
        std::sync::LazyLock::new(|| [HUAIHE_CENTER.to_owned()]);
    static FAMILIES: std::sync::LazyLock<[String; 1]> = std::sync::LazyLock::new(|| [FAMILY.to_owned()]);
    let (centers, families) = (CENTERS.as_slice(), FAMILIES.as_slice());
    Search { centers, families, point: spot(), reach_meters: REACH, nearest: most, marks: Marks::of(print) }
}

fn reach(print: &Fingerprint, seen: Vec<i64>) -> Reach {
    Reach {
        locks: vec![],
        cells: cell::within(spot(), REACH),
        families: vec![FAMILY.into()],
        component_id: print.component_id.clone(),
        seen,
        longitude: Some(HUAIHE.0),
        latitude: Some(HUAIHE.1),
        meters: REACH,
        words: print.words.map(u64::cast_signed),
        nearest: i32::try_from(NEAREST).unwrap(),
    }
}

async fn from_redis(world: &World, print: &Fingerprint) -> Vec<Candidate> {
    let Found::Candidates(found) = index(world).search(&search(print, NEAREST)).await.unwrap() else {
        panic!("the index is not ready")
    };
    nearest(print, &found).into_iter().cloned().collect()
}

async fn from_postgres(world: &World, print: &Fingerprint, seen: Vec<i64>) -> Vec<i64> {
    let rows = record::candidates(&world.pool, &reach(print, seen), Utc::now()).await.unwrap();
    rows.into_iter().map(|(case_id, _)| case_id).collect()
}

async fn expect_one_view(world: &World) {
    let asked = [
        fingerprint("路面有坑", None),
        fingerprint(REPEATED, None),
        fingerprint("路面有坑", Some(COMPONENT)),
        fingerprint(REPEATED, Some(COMPONENT)),
    ];
    for (print, extra) in asked.iter().zip([0, 1, 1, 2]) {
        let ours: BTreeSet<i64> = from_redis(world, print).await.iter().map(|it| it.case_id).collect();
        let theirs: BTreeSet<i64> = from_postgres(world, print, vec![]).await.into_iter().collect();
        assert_eq!(ours, theirs);
        assert_eq!(ours.len(), NEAREST + extra, "the nearest, and what repeats the report");
        // The judge saw these: nothing is left to see, however many lie behind.
        let seen: Vec<i64> = ours.into_iter().collect();
        assert_eq!(from_postgres(world, print, seen.clone()).await, [] as [i64; 0]);
        // What came meanwhile among the nearest is not hidden by what was seen.
        let unseen = from_postgres(world, print, seen[1..].to_vec()).await;
        assert_eq!(unseen, [seen[0]]);
    }
}

/// The same text and the same component join their own case, whoever lies nearer, and through either process.
async fn expect_right_joins(world: &World) {
    let case_of = async |query: &'static str| -> String {
        sqlx::query_scalar(query).fetch_one(&world.pool).await.unwrap()
    };
    let repeated = case_of(
        "select case_number from cases join report using (case_id) where description like '变电箱%' limit 1",
    )
    .await;
    let component = case_of("select case_number from cases where component_id = '4101030101000050'").await;
    let before = world.count("select count(*) from cases").await;
    for process in 0..2 {
        let api = world.api_at(process);
        let again = api.submit(&report("road-damage", REPEATED, HUAIHE)).await;
        assert_eq!((&again["outcome"], &again["case"]["caseNumber"]), (&json!("joined"), &json!(repeated)));
        let mut same = report("road-damage", "这里塌下去一圈", HUAIHE);
        same["location"]["componentId"] = json!(COMPONENT);
        let joined = api.submit(&same).await;
        assert_eq!(
            (&joined["outcome"], &joined["case"]["caseNumber"]),
            (&json!("joined"), &json!(component))
        );
        // In words of its own: one of the crowd, and not one case more.
        assert_eq!(api.submit(&report("road-damage", "路面有坑", HUAIHE)).await["outcome"], "joined");
    }
    assert_eq!(world.count("select count(*) from cases").await, before);
}

#[tokio::test]
async fn a_crowd_in_one_street_is_seen_alike_and_joined_rightly() {
    let world = crowded(45.0).await;
    expect_one_view(&world).await;
    expect_right_joins(&world).await;
}

#[tokio::test]
async fn a_crowd_at_one_point_is_seen_alike_and_joined_rightly() {
    let world = crowded(0.0).await;
    expect_one_view(&world).await;
    expect_right_joins(&world).await;
}

#[tokio::test]
async fn in_a_crowd_both_processes_say_the_same_is_similar() {
    let world = crowded(45.0).await;
    for (n, (east, north)) in [(0.0, 0.0), (20.0, -15.0), (-40.0, 5.0), (60.0, 60.0)].into_iter().enumerate()
    {
        let draft = report("road-damage", &words(n * 31), moved(HUAIHE, east, north));
        let said = [
            world.api_at(0).post("/v1/reports/similar", &draft).await.expect(200),
            world.api_at(1).post("/v1/reports/similar", &draft).await.expect(200),
        ];
        assert_eq!(said[0], said[1]);
        assert!(said[0]["similar"].as_array().is_some_and(|similar| !similar.is_empty()));
    }
}
