//! Patrols: written down once by whoever holds a post there, counted, listed, and told when they are overdue.

use std::collections::BTreeMap;

use calamine::{Reader, Xlsx};
use chrono::{DateTime, NaiveDate, TimeDelta, Utc};
use jiekou_core::clock::local::local;
use jiekou_core::period::{Cycle, Period};
use reqwest::Method;
use serde_json::{Value, json};
use uuid::Uuid;

use crate::harness::{Answer, HUAIHE, HUAIHE_CENTER, Process, Staff, World, WorldOptions, moved, report};

/// A street of the XX district, its town, and one of another town.
const STREET: &str = "999901001001";
const TOWN: &str = "999901001";
const ELSEWHERE: &str = "999901002001";

async fn xx_world() -> World {
    World::with(WorldOptions { rulebook: Some("party-road-chief"), ..WorldOptions::default() }).await
}

/// As if the rules had been in force, and the posts held, for so many days already; nobody can wait for that.
async fn since_days(world: &World, days: i32) {
    for statement in [
        "update rulebook_version set effective_from = effective_from - make_interval(days => $1)",
        "update staff_grant set since = since - make_interval(days => $1)",
    ] {
        sqlx::query(statement).bind(days).execute(&world.pool).await.unwrap();
    }
}

async fn chief(world: &World) -> Staff {
    world.staff("chief", &[("roadChief", "segment", STREET, Some("l1-town"), None)]).await
}

async fn officer(world: &World) -> Staff {
    let grant = ("enforcementOfficer", "segment", STREET, Some("l1-enforcement"), None);
    world.staff("officer", &[grant]).await
}

/// A patrol of the last minute.
async fn patrol(world: &World, areas: &[&str]) -> Value {
    let now = world.now().await;
    at(areas, now - TimeDelta::seconds(60), now - TimeDelta::seconds(1))
}

fn at(areas: &[&str], began: DateTime<Utc>, ended: DateTime<Utc>) -> Value {
    json!({ "areas": areas, "beganAt": began.to_rfc3339(), "endedAt": ended.to_rfc3339() })
}

async fn put(staff: &Staff, id: Uuid, body: &Value) -> Answer {
    staff.api.send(staff.request(Method::PUT, &format!("/v1/patrols/{id}")).json(body)).await
}

/// Writes a patrol down under a new id.
async fn walk(staff: &Staff, body: &Value) -> Value {
    put(staff, Uuid::new_v4(), body).await.expect(201)
}

/// State of what each post owes on the street in the period around `day`.
async fn owed(staff: &Staff, cycle: Cycle, day: NaiveDate) -> BTreeMap<String, String> {
    let period = Period::of(cycle, day);
    let body = staff.get(&format!("/v1/patrols/owed?period={period}")).await.expect(200);
    let lines = body["owed"].as_array().unwrap().clone();
    let here = lines.into_iter().filter(|line| line["area"]["code"] == STREET);
    let here = here.filter(|line| line["period"]["name"] == period.to_string());
    let text = |value: &Value| value.as_str().unwrap().to_owned();
    here.map(|line| (text(&line["post"]["code"]), text(&line["state"]))).collect()
}

fn day_of(body: &Value) -> NaiveDate {
    let began: DateTime<Utc> = body["beganAt"].as_str().unwrap().parse().unwrap();
    local(began).date()
}

#[tokio::test]
async fn a_patrol_is_written_down_once_and_a_joint_one_counts_for_everybody_in_it() {
    let world = xx_world().await;
    since_days(&world, 60).await;
    let (chief, officer) = (chief(&world).await, officer(&world).await);
    let center = world.api().sign_in(&format!("center-{TOWN}")).await;
    since_days(&world, 60).await;
    let alone = patrol(&world, &[STREET]).await;
    let week = day_of(&alone);
    let states = owed(&center, Cycle::Week, week).await;
    assert_eq!((states["l1-town"].as_str(), states["l1-enforcement"].as_str()), ("dueSoon", "dueSoon"));
    let first = walk(&chief, &alone).await;
    assert_eq!(first["participants"].as_array().unwrap().len(), 1);
    let states = owed(&center, Cycle::Week, week).await;
    assert_eq!((states["l1-town"].as_str(), states["l1-enforcement"].as_str()), ("done", "dueSoon"));

    // Both ranks one on one record, as the plan has it.
    let mut joint = patrol(&world, &[STREET]).await;
    joint["participants"] = json!(["Officer", "chief"]);
    joint["words"] = json!("门前责任制检查：三家店出店经营，已劝回");
    joint["track"] = json!({ "coordinateSystem": "GCJ-02", "points": [[113.63, 34.73], [113.631, 34.731]] });
    let id = Uuid::new_v4();
    let written = put(&chief, id, &joint).await.expect(201);
    let posts: Vec<&str> = written["participants"]
        .as_array()
        .unwrap()
        .iter()
        .map(|it| it["post"]["code"].as_str().unwrap())
        .collect();
    assert_eq!(posts, ["l1-town", "l1-enforcement"]);
    assert_ne!(written["track"][0], json!([113.63, 34.73]), "WGS-84 is kept");
    let states = owed(&center, Cycle::Week, day_of(&joint)).await;
    assert_eq!((states["l1-town"].as_str(), states["l1-enforcement"].as_str()), ("done", "done"));

    // The same again is the same; anything else under this id is not.
    assert_eq!(put(&chief, id, &joint).await.expect(201), written);
    let mut other = joint.clone();
    other["words"] = json!("没有问题");
    put(&chief, id, &other).await.expect_problem(409, "patrol-differs");
    put(&officer, id, &joint).await.expect_problem(409, "patrol-differs");
    assert_eq!(world.count("select count(*) from patrol").await, 2);
    assert_eq!(officer.get(&format!("/v1/patrols/{id}")).await.expect(200), written);

    // Many at once are still one.
    let (id, body) = (Uuid::new_v4(), patrol(&world, &[STREET]).await);
    let sent = futures_util::future::join_all((0..8).map(|_| put(&chief, id, &body))).await;
    let answers: Vec<Value> = sent.into_iter().map(|answer| answer.expect(201)).collect();
    assert!(answers.iter().all(|answer| *answer == answers[0]));
    assert_eq!(world.count("select count(*) from patrol").await, 3);
}

#[tokio::test]
async fn a_patrol_is_struck_out_by_its_author_or_the_center_and_kept() {
    let world = xx_world().await;
    let (chief, officer) = (chief(&world).await, officer(&world).await);
    let center = world.api().sign_in(&format!("center-{TOWN}")).await;
    let elsewhere = world.api().sign_in("center-999901002").await;
    since_days(&world, 60).await;
    let body = patrol(&world, &[STREET]).await;
    let (own, others) = (walk(&chief, &body).await, walk(&officer, &body).await);
    let path = |patrol: &Value| format!("/v1/patrols/{}/strike", patrol["patrolId"].as_str().unwrap());
    let reason = json!({ "reason": "记错了路段" });
    elsewhere.post(&path(&own), &reason).await.expect_problem(404, "unknown-patrol");
    officer.post(&path(&own), &reason).await.expect_problem(403, "forbidden");
    assert_eq!(chief.post(&path(&own), &json!({})).await.pointers(), ["/reason"]);
    assert_eq!(chief.post(&path(&own), &json!({ "reason": 7 })).await.pointers(), ["/reason"]);
    let states = owed(&center, Cycle::Week, day_of(&body)).await;
    assert_eq!((states["l1-town"].as_str(), states["l1-enforcement"].as_str()), ("done", "done"));
    let struck = chief.post(&path(&own), &reason).await.expect(200);
    assert_eq!(
        (&struck["struck"]["by"], &struck["struck"]["reason"]),
        (&json!("chief"), &json!("记错了路段"))
    );
    let again = center.post(&path(&own), &json!({ "reason": "再一次" })).await.expect(200);
    assert_eq!(again, struck, "who was first stays");
    center.post(&path(&others), &json!({ "reason": "没有到场" })).await.expect(200);
    let states = owed(&center, Cycle::Week, day_of(&body)).await;
    assert_eq!((states["l1-town"].as_str(), states["l1-enforcement"].as_str()), ("dueSoon", "dueSoon"));
    let kept = center.get("/v1/patrols").await.expect(200);
    assert_eq!(kept["patrols"].as_array().unwrap().len(), 2, "kept, and says so");
    assert!(kept["patrols"].as_array().unwrap().iter().all(|patrol| patrol["struck"].is_object()));
    // Not even somebody with the database at hand edits or removes one by mistake.
    for statement in
        ["update patrol set words = 'x'", "delete from patrol", "update patrol set struck_at = null"]
    {
        assert!(sqlx::query(statement).execute(&world.pool).await.is_err(), "{statement}");
    }
}

#[tokio::test]
async fn only_whoever_holds_a_post_there_writes_a_patrol_down() {
    let world = World::new().await;
    let api = world.api();
    let answer = api.submit(&report("road-damage", "路面有坑", HUAIHE)).await;
    let number = answer["case"]["caseNumber"].as_str().unwrap().to_owned();
    let far = api.submit(&report("household-waste", "垃圾没人收", moved(HUAIHE, 0.0, 3_500.0))).await;
    let center = api.sign_in(&format!("center-{HUAIHE_CENTER}")).await;
    let segment = center.case(&number).await["segmentCode"].as_str().unwrap().to_owned();
    let chief = world.staff("l3", &[("roadChief", "segment", &segment, Some("l3"), None)]).await;
    let without = world.staff("nobody", &[("roadChief", "segment", &segment, None, None)]).await;
    let elsewhere =
        world.staff("elsewhere", &[("roadChief", "segment", "410103012001", Some("l3"), None)]).await;
    let mut good = patrol(&world, &[&segment]).await;
    good["caseNumbers"] = json!([number]);
    let id = Uuid::new_v4();
    for stranger in [&without, &elsewhere, &center] {
        put(stranger, id, &good).await.expect_problem(403, "forbidden");
    }
    let unsigned = api.send(api.request(Method::PUT, &format!("/v1/patrols/{id}")).json(&good)).await;
    unsigned.expect_problem(401, "not-signed-in");

    let with = |field: &str, value: Value| {
        let mut body = good.clone();
        body[field] = value;
        body
    };
    let far = far["case"]["caseNumber"].clone();
    let soon = (world.now().await + TimeDelta::hours(1)).to_rfc3339();
    let long_ago = (world.now().await - TimeDelta::days(8)).to_rfc3339();
    for (body, pointers) in [
        (json!({}), &["/areas", "/beganAt", "/endedAt"][..]),
        (with("areas", json!(["nowhere"])), &["/areas/0"]),
        (with("areas", json!("410103")), &["/areas"]),
        (with("areas", json!([])), &["/areas"]),
        (with("endedAt", json!(soon)), &["/endedAt"]),
        (with("beganAt", json!(long_ago)), &["/beganAt"]),
        (with("beganAt", json!("yesterday")), &["/beganAt"]),
        (with("words", json!(7)), &["/words"]),
        (with("words", json!("x".repeat(2_001))), &["/words"]),
        (with("caseNumbers", json!(["x"])), &["/caseNumbers/0"]),
        (with("caseNumbers", json!([number, far])), &["/caseNumbers/1"]),
        (with("participants", json!(["nobody", "ghost", "a\u{0}b"])), &["/participants/2"]),
        (with("participants", json!(["nobody", "ghost"])), &["/participants/0", "/participants/1"]),
        (with("track", json!({ "points": [[113.6, 34.7]] })), &["/track/coordinateSystem"]),
        (
            with("track", json!({ "coordinateSystem": "WGS-84", "points": [[34.7, 113.6]] })),
            &["/track/points/0"],
        ),
        (with("track", json!({ "coordinateSystem": "WGS-84", "points": [[113.6]] })), &["/track/points"]),
        (with("track", json!({ "coordinateSystem": "UTM", "points": [] })), &["/track/coordinateSystem"]),
    ] {
        let answer = put(&chief, id, &body).await;
        assert_eq!(answer.pointers(), pointers, "{body}");
        answer.expect_problem(422, "validation");
    }
    put(&chief, id, &with("words", json!("x".repeat(70 * 1024)))).await.expect_problem(413, "body-too-large");
    let request =
        chief.request(Method::PUT, &format!("/v1/patrols/{id}")).header("Content-Type", "application/json");
    api.send(request).await.expect_problem(400, "malformed-body");
    let request = chief.request(Method::PUT, "/v1/patrols/first").json(&good);
    assert_eq!(api.send(request).await.pointers(), ["/patrolId"]);
    chief.get("/v1/patrols/first").await.expect_problem(404, "unknown-patrol");
    chief.get(&format!("/v1/patrols/{id}")).await.expect_problem(404, "unknown-patrol");
    let deleted = chief.request(Method::DELETE, &format!("/v1/patrols/{id}"));
    api.send(deleted).await.expect_problem(405, "method-not-allowed");
    assert_eq!(world.count("select count(*) from patrol").await, 0, "nothing half-written");
    let written = put(&chief, id, &good).await.expect(201);
    assert_eq!(written["caseNumbers"], json!([number]));
}

#[tokio::test]
async fn everybody_reads_the_patrols_of_their_own_area_page_by_page() {
    let world = xx_world().await;
    let (chief, officer) = (chief(&world).await, officer(&world).await);
    let other = world.staff("other", &[("roadChief", "segment", ELSEWHERE, Some("l1-town"), None)]).await;
    let head = world.staff("head", &[("roadChief", "town", TOWN, Some("chief"), None)]).await;
    let now = world.now().await;
    for minute in 0..58 {
        let began = now - TimeDelta::minutes(60 + minute);
        walk(&chief, &at(&[STREET], began, began + TimeDelta::minutes(1))).await;
    }
    walk(&other, &patrol(&world, &[ELSEWHERE]).await).await;
    let on_road = walk(&head, &patrol(&world, &[STREET]).await).await;
    assert_eq!(on_road["participants"][0]["area"]["code"], TOWN, "it counts for the town of the 总路长");
    let pages = async |staff: &Staff, query: &str| -> Vec<Value> {
        let (mut seen, mut cursor) = (Vec::new(), String::new());
        loop {
            let page = staff.get(&format!("/v1/patrols?{query}{cursor}")).await.expect(200);
            seen.extend(page["patrols"].as_array().unwrap().clone());
            match page["nextCursor"].as_str() {
                Some(next) => cursor = format!("&cursor={next}"),
                None => return seen,
            }
        }
    };
    let district = world.api().sign_in("district").await;
    let center = world.api().sign_in(&format!("center-{TOWN}")).await;
    for (staff, expected) in
        [(&district, 60), (&center, 59), (&chief, 59), (&officer, 59), (&head, 59), (&other, 1)]
    {
        let seen = pages(staff, "").await;
        let ids: std::collections::HashSet<&str> =
            seen.iter().map(|patrol| patrol["patrolId"].as_str().unwrap()).collect();
        assert_eq!((seen.len(), ids.len()), (expected, expected));
        assert!(seen.is_sorted_by(|one, next| one["beganAt"].as_str() >= next["beganAt"].as_str()));
    }
    assert_eq!(pages(&district, "person=other").await.len(), 1);
    assert_eq!(pages(&district, "person=nobody").await.len(), 0);
    assert_eq!(pages(&district, &format!("area={TOWN}")).await.len(), 59);
    let road = "area=R001";
    assert_eq!(pages(&center, road).await.len(), 59, "the road of the street");
    assert_eq!(pages(&district, "from=2026-01-01&to=2026-01-02").await.len(), 0);
    let id = on_road["patrolId"].as_str().unwrap();
    other.get(&format!("/v1/patrols/{id}")).await.expect_problem(404, "unknown-patrol");
    let wrong = district.get("/v1/patrols?area=x&from=y&to=2026-13-01&cursor=z").await;
    assert_eq!(wrong.pointers(), ["/from", "/to"]);
    let wrong = district.get("/v1/patrols?area=x&from=2026-02-01&to=2026-01-01&cursor=z&person=%00").await;
    assert_eq!(wrong.pointers(), ["/area", "/from", "/cursor", "/person"]);
    let unit = world.staff("unit", &[("unitHandler", "district", "999901", None, Some("police"))]).await;
    assert_eq!(pages(&unit, "").await.len(), 0);
    world.api().get("/v1/patrols").await.expect_problem(401, "not-signed-in");
}

#[tokio::test]
async fn overdue_patrols_are_listed_by_area_post_and_period_and_leave_as_files() {
    let world = xx_world().await;
    let community = ("roadChief", "segment", STREET, Some("l2-community"), None);
    let community = world.staff("community", &[community]).await;
    let yesterday = local(world.now().await).date().pred_opt().unwrap();
    let district = world.api().sign_in("district").await;
    let before = district.get(&format!("/v1/patrols/owed?period={yesterday}")).await.expect(200);
    assert_eq!(before["owed"], json!([]), "the rules were not in force then");
    since_days(&world, 60).await;
    let all = async |staff: &Staff, query: &str| -> Vec<Value> {
        let (mut seen, mut cursor) = (Vec::new(), String::new());
        loop {
            let page = staff.get(&format!("/v1/patrols/owed?{query}{cursor}")).await.expect(200);
            seen.extend(page["owed"].as_array().unwrap().clone());
            match page["nextCursor"].as_str() {
                Some(next) => cursor = format!("&cursor={next}"),
                None => return seen,
            }
        }
    };
    // Each of the 36 streets: two days of the 社区二级 and the 采集员, two weeks of both ranks one; six 总路长.
    let now = all(&district, "").await;
    assert_eq!(now.len(), 36 * 2 * 4 + 6 * 2);
    let week = format!("period=week&at={}", yesterday - TimeDelta::days(14));
    let query = format!("{week}&post=l2-community&state=overdue");
    assert_eq!(all(&district, &query).await.len(), 36 * 7, "more than a page");
    let center = format!("{query}&center={TOWN}");
    let in_town = all(&district, &center).await;
    assert_eq!(in_town.len(), 6 * 7);
    assert!(in_town.iter().all(|line| line["state"] == "overdue" && line["done"] == 0 && line["times"] == 1));
    assert_eq!(in_town[0]["holders"], json!(["community"]), "whose account holds the post");
    assert_eq!(in_town.last().unwrap()["holders"].as_array().unwrap().len(), 1, "whom the rulebook names");
    let body = district.get(&format!("/v1/patrols/owed?{query}")).await.expect(200);
    assert_eq!(body["counts"], json!({ "done": 0, "dueSoon": 0, "overdue": 36 * 7 }));

    // One day is made up for, within what the rulebook allows.
    let noon = Period::of(Cycle::Day, yesterday).begins() + TimeDelta::hours(12);
    walk(&community, &at(&[STREET], noon, noon + TimeDelta::minutes(30))).await;
    let day = format!("period={yesterday}&post=l2-community");
    assert_eq!(all(&district, &format!("{day}&state=overdue")).await.len(), 35);
    let done = all(&district, &format!("{day}&state=done")).await;
    assert_eq!((done.len(), &done[0]["area"]["code"]), (1, &json!(STREET)));

    // A chief sees the own street, another town's center nothing of it.
    let own = all(&community, &day).await;
    assert_eq!((own.len(), &own[0]["area"]["code"]), (1, &json!(STREET)));
    let elsewhere = world.api().sign_in("center-999901002").await;
    assert_eq!(all(&elsewhere, &day).await.len(), 6);
    elsewhere.get(&format!("/v1/patrols/owed?{day}&center={TOWN}")).await.expect_problem(403, "forbidden");
    let wrong = district.get("/v1/patrols/owed?period=fortnight&at=x&state=late&format=pdf").await;
    assert_eq!(wrong.pointers(), ["/at", "/period", "/state", "/format"]);
    assert_eq!(district.get("/v1/patrols/owed?post=l9&center=1").await.pointers(), ["/post", "/center"]);

    let file = async |format: &str| {
        let path = format!("/v1/patrols/owed?{query}&format={format}");
        let response = district.request(Method::GET, &path).send().await.unwrap();
        assert_eq!(response.status(), 200);
        response.bytes().await.unwrap()
    };
    let csv = String::from_utf8(file("csv").await.to_vec()).unwrap();
    let mut lines = csv::Reader::from_reader(csv.trim_start_matches('\u{feff}').as_bytes());
    let lines: Vec<csv::StringRecord> = lines.records().map(Result::unwrap).collect();
    assert_eq!(lines.len(), 36 * 7, "a file has everything");
    assert_eq!((&lines[0][0], &lines[0][3], &lines[0][11]), (STREET, "社区二级路长", "逾期"));
    let mut book = Xlsx::new(std::io::Cursor::new(file("xlsx").await)).unwrap();
    assert_eq!(book.worksheet_range_at(0).unwrap().unwrap().rows().count(), 36 * 7 + 1);
}

#[tokio::test]
async fn in_erqi_each_officer_owes_their_own_patrol() {
    let world = World::new().await;
    let grant = ("roadChief", "town", HUAIHE_CENTER, Some("l2"), None);
    let (one, _other) = (world.staff("wang", &[grant]).await, world.staff("li", &[grant]).await);
    since_days(&world, 10).await;
    let body = patrol(&world, &["410103001001"]).await;
    walk(&one, &body).await;
    let query = format!("/v1/patrols/owed?period={}&post=l2&center={HUAIHE_CENTER}", day_of(&body));
    let lines = one.get(&query).await.expect(200)["owed"].as_array().unwrap().clone();
    let states: BTreeMap<&str, &str> = lines
        .iter()
        .map(|line| (line["holder"].as_str().unwrap(), line["state"].as_str().unwrap()))
        .collect();
    assert_eq!((states["wang"], states["li"]), ("done", "dueSoon"));
}

#[tokio::test]
async fn overdue_patrols_are_told_once_in_one_list_each_by_whichever_worker_comes_first() {
    let mut world = xx_world().await;
    let community = ("roadChief", "segment", STREET, Some("l2-community"), None);
    let community = world.staff("community", &[community]).await;
    since_days(&world, 60).await;
    // At once, whatever the time of day is.
    let hour =
        "update rulebook_version set body = jsonb_set(body, '{plan,process,patrols,tellAt}', '\"00:00\"')";
    sqlx::query(hour).execute(&world.pool).await.unwrap();
    let yesterday = local(world.now().await).date().pred_opt().unwrap();
    let noon = Period::of(Cycle::Day, yesterday).begins() + TimeDelta::hours(12);
    walk(&community, &at(&[STREET], noon, noon + TimeDelta::minutes(30))).await;
    world.start_worker().await;
    let second = Process::start("jiekou-worker", &world.settings, &world.folder).await;
    let letters = "select count(*) from delivery where letter_id is not null and state = 'delivered'";
    let wait = async || {
        for _ in 0..400 {
            if world.count("select count(*) from daily_work where work = 'overduePatrols'").await > 0
                && world.count("select count(*) from delivery where state <> 'delivered'").await == 0
            {
                return;
            }
            tokio::time::sleep(std::time::Duration::from_millis(50)).await;
        }
        panic!("nobody was told");
    };
    wait().await;
    let told: Vec<(String, i64)> = sqlx::query_as(
        "select recipient, count(*) from delivery join letter using (letter_id) where subject like '%巡查逾期%' group by 1",
    )
    .fetch_all(&world.pool)
    .await
    .unwrap();
    assert!(told.iter().all(|(_, letters)| *letters == 1), "one list each: {told:?}");
    let to: Vec<&str> = told.iter().map(|(to, _)| to.as_str()).collect();
    assert!(!to.contains(&format!("post/l2-community/{STREET}").as_str()), "theirs was done");
    assert!(to.contains(&"post/l2-community/999901001002") && to.contains(&"post/l1-town/999901001002"));
    let before = world.count(letters).await;
    let mails = world.mail.mails().await;
    let list = mails.iter().map(|mail| mail.words()).find(|words| words.contains("巡查逾期")).unwrap();
    assert!(list.contains(&yesterday.to_string()) && list.contains("应巡 1 次，已巡 0 次"), "{list}");

    // Whoever comes later tells nobody again.
    drop(second);
    world.worker = None;
    world.start_worker().await;
    tokio::time::sleep(std::time::Duration::from_secs(2)).await;
    assert_eq!(world.count(letters).await, before);

    // Days that were missed are caught up on, each with its own lists.
    world.worker = None;
    sqlx::query("delete from daily_work where work = 'overduePatrols'").execute(&world.pool).await.unwrap();
    sqlx::query("insert into daily_work (work, day, done_at) values ('overduePatrols', $1, now())")
        .bind(yesterday - TimeDelta::days(3))
        .execute(&world.pool)
        .await
        .unwrap();
    world.start_worker().await;
    for _ in 0..400 {
        if world.count("select count(*) from daily_work where work = 'overduePatrols'").await == 4 {
            break;
        }
        tokio::time::sleep(std::time::Duration::from_millis(50)).await;
    }
    let days: Vec<NaiveDate> =
        sqlx::query_scalar("select day from daily_work where work = 'overduePatrols' order by day")
            .fetch_all(&world.pool)
            .await
            .unwrap();
    let expected: Vec<NaiveDate> = (0..4).map(|back| yesterday - TimeDelta::days(3 - back)).collect();
    assert_eq!(days, expected);
}

#[tokio::test]
async fn a_month_of_a_city_with_1345_grids_is_read_at_once() {
    let world = World::with(WorldOptions { rulebook: Some("dalian"), ..WorldOptions::default() }).await;
    since_days(&world, 200).await;
    // As if each grid were patrolled daily; restarted, the process reads the rules anew.
    let daily = "update rulebook_version set body = jsonb_set(jsonb_set(jsonb_set(body,
                     '{plan,posts,0,patrol}', '{\"every\":\"day\"}'), '{plan,posts,1,patrol}', '{\"every\":\"day\"}'),
                     '{plan,posts,2,patrol}', '{\"every\":\"day\"}')";
    sqlx::query(daily).execute(&world.pool).await.unwrap();
    let mut world = world;
    world.apis.clear();
    world.add_api(&[]).await;
    let city = world.staff("city", &[("districtDispatcher", "city", "2102", None, None)]).await;
    let last_month = Period::of(Cycle::Month, local(world.now().await).date()).previous();
    let path = format!("/v1/patrols/owed?period={last_month}");
    let started = std::time::Instant::now();
    let body = city.get(&path).await.expect(200);
    let took = started.elapsed();
    assert_eq!(body["counts"]["overdue"], json!(1_345 * last_month.days()));
    assert_eq!(body["owed"].as_array().unwrap().len(), 200);
    println!("a month of 1,345 grids: {took:?}");
}
