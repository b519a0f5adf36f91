//! The inboxes: of centers, units, people on the street and leaders.

use jiekou_core::case::State;
use jiekou_core::staff::{Grant, Level, Role};
use jiekou_store::cases::inbox::{self, Filter, Scope, Sort};
use reqwest::Method;
use serde_json::{Value, json};
use sqlx::PgConnection;

use crate::harness::{HUAIHE, HUAIHE_CENTER, Staff, World, WorldOptions, moved, report};

const BUREAU: &str = "urban-management";
const POLICE: &str = "traffic-police";

fn number(answer: &Value) -> String {
    answer["case"]["caseNumber"].as_str().unwrap().to_owned()
}

async fn center(world: &World) -> Staff {
    world.api().sign_in(&format!("center-{HUAIHE_CENTER}")).await
}

async fn of_unit(world: &World, name: &str, unit: &str) -> Staff {
    world.staff(name, &[("unitHandler", "district", "410103", None, Some(unit))]).await
}

/// A problem that is no other's, some street corners away.
async fn problem(world: &World, n: u8) -> String {
    let place = moved(HUAIHE, 200.0 * f64::from(n % 3), 200.0 * f64::from(n / 3));
    number(&world.api().submit(&report("road-damage", "路面有一个大坑", place)).await)
}

async fn lines(staff: &Staff, query: &str) -> Vec<Value> {
    staff.get(&format!("/v1/cases?{query}")).await.expect(200)["cases"].as_array().unwrap().clone()
}

async fn numbers(staff: &Staff, query: &str) -> Vec<String> {
    let lines = lines(staff, query).await;
    lines.iter().map(|line| line["caseNumber"].as_str().unwrap().to_owned()).collect()
}

fn given_to(unit: &str) -> [Value; 3] {
    [json!({ "move": "accept" }), json!({ "move": "open" }), json!({ "move": "dispatch", "unit": unit })]
}

#[tokio::test]
async fn a_center_has_first_what_ends_first() {
    let world = World::new().await;
    let center = center(&world).await;
    let calm = problem(&world, 0).await;
    let given = problem(&world, 1).await;
    let urgent =
        number(&world.api().submit(&report("gas-leak", "煤气味很重", moved(HUAIHE, 0.0, 200.0))).await);
    center.go(&given, &given_to(BUREAU)).await;
    let left = lines(&center, "sort=timeLeft").await;
    let dues: Vec<&str> = left.iter().map(|line| line["dueAt"].as_str().unwrap()).collect();
    assert!(dues.is_sorted(), "{dues:?}");
    assert_eq!(left.len(), 3);
    assert_eq!(numbers(&center, "").await, [urgent.as_str(), &given, &calm]);
    assert_eq!(
        numbers(&center, &format!("sort=timeLeft&state=dispatched&center={HUAIHE_CENTER}")).await,
        [given.as_str()]
    );
    // A question stops the clock: what waits for its reporter comes last.
    center.go(&calm, &[json!({ "move": "askReporter", "note": "在哪条车道？" })]).await;
    let left = lines(&center, "sort=timeLeft").await;
    assert_eq!((&left[2]["caseNumber"], left[2].get("dueAt")), (&json!(calm), None));
    assert!(numbers(&center, "overdue=true").await.is_empty());
    sqlx::query("update cases set due_at = now() - interval '1 minute' where case_number = $1")
        .bind(&given)
        .execute(&world.pool)
        .await
        .unwrap();
    let late = lines(&center, "sort=timeLeft&overdue=true").await;
    assert_eq!((late.len(), &late[0]["caseNumber"], &late[0]["overdue"]), (1, &json!(given), &json!(true)));
}

#[tokio::test]
async fn a_unit_has_what_it_leads_helps_with_and_was_called_to_and_keeps_what_is_past() {
    let world = World::new().await;
    let center = center(&world).await;
    let (bureau, police) = (of_unit(&world, "bureau", BUREAU).await, of_unit(&world, "police", POLICE).await);
    let (led, other) = (problem(&world, 0).await, problem(&world, 1).await);
    assert!(numbers(&police, "").await.is_empty(), "nothing of the district is a unit's by itself");
    let joint = json!({ "move": "dispatch", "unit": BUREAU, "units": [POLICE] });
    center.go(&led, &[json!({ "move": "accept" }), json!({ "move": "open" }), joint]).await;
    center.go(&other, &[json!({ "move": "accept" }), json!({ "move": "open" })]).await;
    assert_eq!(numbers(&bureau, "scope=unit&sort=timeLeft").await, [led.as_str()]);
    assert_eq!(numbers(&police, "scope=unit&sort=timeLeft").await, [led.as_str()]);
    center.go(&other, &[json!({ "move": "whistle", "units": [POLICE] })]).await;
    assert_eq!(numbers(&police, "").await, [other.as_str(), &led]);
    assert_eq!(numbers(&bureau, "").await, [led.as_str()]);

    // Nobody has signed for it; then somebody of the unit goes.
    assert_eq!(numbers(&bureau, "unattended=true").await, [led.as_str()]);
    let runner = of_unit(&world, "runner", BUREAU).await;
    assert!(numbers(&runner, "scope=mine").await.is_empty());
    bureau.go(&led, &[json!({ "move": "sign" }), json!({ "move": "assign", "person": "runner" })]).await;
    assert!(numbers(&bureau, "unattended=true").await.is_empty());
    let mine = lines(&runner, "scope=mine&sort=timeLeft").await;
    assert_eq!((mine.len(), &mine[0]["person"], &mine[0]["unit"]), (1, &json!("runner"), &json!(BUREAU)));
    assert!(numbers(&bureau, "scope=mine").await.is_empty());

    let photo = runner.photo().await;
    runner.go(&led, &[json!({ "move": "handle", "photoIds": [photo] })]).await;
    center.go(&led, &[json!({ "move": "inspect" }), json!({ "move": "pass" })]).await;
    assert_eq!(numbers(&bureau, "scope=unit&state=closed").await, [led.as_str()]);
    assert!(numbers(&bureau, "scope=unit&sort=timeLeft").await.is_empty());

    // What a unit gives back is no longer on its list.
    center.go(&other, &[json!({ "move": "dispatch", "unit": BUREAU })]).await;
    assert_eq!(numbers(&police, "").await, [led.as_str()], "the call was over when it was given to somebody");
    bureau.go(&other, &[json!({ "move": "return", "reason": "权属不清" })]).await;
    assert_eq!(numbers(&bureau, "").await, [led]);
    assert_eq!(numbers(&center, "unattended=true").await, [other]);
}

#[tokio::test]
async fn a_road_chief_has_the_own_segment_and_the_district_everything() {
    let world = World::new().await;
    let center = center(&world).await;
    let near = problem(&world, 0).await;
    let far = number(&world.api().submit(&report("street-light", "路灯不亮", (113.645, 34.752))).await);
    let segment = center.case(&near).await["segmentCode"].as_str().unwrap().to_owned();
    let chief = world.staff("chief", &[("roadChief", "segment", &segment, Some("l3"), None)]).await;
    let worker = world.staff("worker", &[("gridWorker", "grid", &segment, None, None)]).await;
    for staff in [&chief, &worker] {
        assert_eq!(numbers(staff, "sort=timeLeft").await, [near.as_str()]);
    }
    let district = world.api().sign_in("district").await;
    assert_eq!(numbers(&district, "").await, [far, near.clone()]);
    assert_eq!(numbers(&district, &format!("segment={segment}&sort=timeLeft")).await, [near.as_str()]);
    let other = world.api().sign_in("center-410103012").await;
    assert!(numbers(&other, &format!("segment={segment}")).await.is_empty());
    assert!(numbers(&other, &format!("center={HUAIHE_CENTER}")).await.is_empty());
}

#[tokio::test]
async fn whoever_works_the_street_raises_it_to_leaders_who_find_it_and_supervise_it() {
    let world = World::new().await;
    let center = center(&world).await;
    let (first, second) = (problem(&world, 0).await, problem(&world, 1).await);
    let segment = center.case(&first).await["segmentCode"].as_str().unwrap().to_owned();
    let worker = world.staff("worker", &[("gridWorker", "grid", &segment, None, None)]).await;
    let inspector = world.staff("inspector", &[("inspector", "town", HUAIHE_CENTER, None, None)]).await;
    let district = world.api().sign_in("district").await;
    assert!(numbers(&district, "raised=true").await.is_empty());
    let raise = json!({ "move": "escalate", "level": "district", "reason": "多次整治仍然反弹" });
    let case = worker.go(&first, std::slice::from_ref(&raise)).await;
    assert_eq!(case["handling"]["raisedTo"]["level"], "district", "past the town");
    inspector.go(&second, &[raise]).await;
    assert_eq!(numbers(&district, "raised=true").await, [second.clone(), first.clone()]);
    assert_eq!(numbers(&district, "raised=true&sort=timeLeft").await.len(), 2);
    let case = district.go(&first, &[json!({ "move": "supervise", "reason": "限三日办结" })]).await;
    assert!(case["handling"]["supervisedAt"].is_string());
    let raised = lines(&district, "raised=true").await;
    assert_eq!((&raised[0]["supervised"], &raised[1]["supervised"]), (&json!(false), &json!(true)));
    assert!(raised.iter().all(|line| line["raised"] == true));
    let own =
        if center.case(&second).await["segmentCode"] == segment { vec![second, first] } else { vec![first] };
    assert_eq!(numbers(&worker, "raised=true").await, own, "each sees of it what is their own");
}

#[tokio::test]
async fn in_dalian_a_grid_worker_and_a_road_inspector_raise_directly_to_the_leaders_of_the_city() {
    let world = World::with(WorldOptions { rulebook: Some("dalian"), ..WorldOptions::default() }).await;
    let leaders = world.staff("leaders", &[("districtDispatcher", "city", "2102", None, None)]).await;
    // In a grid and on a street of 海军广场街道.
    let place = (121.521, 38.861);
    let first = number(&world.api().submit(&report("household-waste", "垃圾没人收", place)).await);
    let second = number(&world.api().submit(&report("street-light", "路灯不亮", place)).await);
    let case = leaders.case(&first).await;
    let segment = case["segmentCode"].as_str().unwrap();
    let grid: String = sqlx::query_scalar("select grid_code from cases where case_number = $1")
        .bind(&first)
        .fetch_one(&world.pool)
        .await
        .unwrap();
    let post = Some("environment-inspector");
    let inspector = world.staff("inspector", &[("supervisor", "segment", segment, post, None)]).await;
    let worker =
        world.staff("worker", &[("gridWorker", "grid", &grid, Some("grid-residential"), None)]).await;
    let raise = json!({ "move": "escalate", "level": "city", "reason": "多部门推诿，直报市领导" });
    for (who, number) in [(&worker, &first), (&inspector, &second)] {
        let case = who.go(number, std::slice::from_ref(&raise)).await;
        assert_eq!(case["handling"]["raisedTo"]["level"], "city", "past community, street and district");
    }
    assert_eq!(numbers(&leaders, "raised=true").await, [second, first]);
}

#[tokio::test]
async fn pages_neither_repeat_nor_skip_a_case_while_others_come_and_go() {
    let world = World::new().await;
    let center = center(&world).await;
    let first = problem(&world, 0).await;
    many_like(&world, &first, 120).await;
    for sort in ["newest", "timeLeft"] {
        let before = numbers(&center, &format!("sort={sort}")).await;
        let page = center.get(&format!("/v1/cases?sort={sort}")).await.expect(200);
        // What was read moves on, and something new comes in, at either end.
        let gone = page["cases"][7]["caseNumber"].as_str().unwrap().to_owned();
        sqlx::query(
            "update cases set state = 'accepted', due_at = due_at + interval '1 hour' where case_number = $1",
        )
        .bind(&gone)
        .execute(&world.pool)
        .await
        .unwrap();
        problem(&world, if sort == "newest" { 3 } else { 5 }).await;
        let mut seen = before.clone();
        let mut cursor = page["nextCursor"].clone();
        while let Some(next) = cursor.as_str() {
            let page = center.get(&format!("/v1/cases?sort={sort}&cursor={next}")).await.expect(200);
            let lines = page["cases"].as_array().unwrap();
            seen.extend(lines.iter().map(|line| line["caseNumber"].as_str().unwrap().to_owned()));
            cursor = page["nextCursor"].clone();
        }
        let all: Vec<String> = sqlx::query_scalar(
            "select case_number from cases where case_number like '%like%' or case_number = $1",
        )
        .bind(&first)
        .fetch_all(&world.pool)
        .await
        .unwrap();
        for number in all.iter().filter(|number| **number != gone) {
            assert_eq!(seen.iter().filter(|it| *it == number).count(), 1, "{sort}: {number}");
        }
    }
    let other = center.get("/v1/cases?sort=timeLeft&cursor=17").await;
    assert_eq!(other.pointers(), ["/cursor"]);
}

#[tokio::test]
async fn everything_wrong_with_a_query_is_told_at_once() {
    let world = World::new().await;
    let center = center(&world).await;
    let wrong = "center=1&state=lost&segment=1&sort=up&scope=yours&overdue=1&raised=&unattended=yes&possiblySame=x\
                 &hotSpot=maybe&cursor=x";
    let answer = center.get(&format!("/v1/cases?{wrong}")).await;
    let pointers = [
        "/center",
        "/state",
        "/segment",
        "/sort",
        "/scope",
        "/overdue",
        "/raised",
        "/unattended",
        "/possiblySame",
        "/hotSpot",
        "/cursor",
    ];
    assert_eq!(answer.pointers(), pointers);
    answer.expect_problem(422, "validation");
    for cursor in ["9999999999999999999.1", "-1.1", "253402300800000000.1", "1.9223372036854775808", "%00.1"]
    {
        let answer = center.get(&format!("/v1/cases?sort=timeLeft&cursor={cursor}")).await;
        assert_eq!(answer.pointers(), ["/cursor"], "{cursor}");
    }
    center
        .api
        .send(center.request(Method::GET, "/v1/cases?sort=newest&sort=timeLeft"))
        .await
        .expect_problem(422, "validation");
}

/// Older copies of a case with numbers of their own, each due a second later than the one before.
async fn many_like(world: &World, number: &str, count: i32) {
    sqlx::query(
        "insert into cases (case_id, case_number, district_code, center_code, segment_code, category, family, state, urgency,
             place_unknown, confirm_new, fingerprint, takes_reports, report_count, version, due_at, due_kind, due_rule,
             routing, rulebook_version_id, opened_at, changed_at, log_seq, log_head)
         select c.case_id - n, 'like' || n, c.district_code, c.center_code, c.segment_code, c.category, c.family, c.state,
             c.urgency, false, false, c.fingerprint, true, 1, 1, c.due_at + n * interval '1 second', c.due_kind, c.due_rule,
             c.routing, c.rulebook_version_id, c.opened_at, c.changed_at, 0, ''
         from cases c cross join generate_series(1, $2::int) n where c.case_number = $1",
    )
    .bind(number)
    .bind(count)
    .execute(&world.pool)
    .await
    .unwrap();
}

#[tokio::test]
async fn a_page_costs_what_it_shows_however_many_cases_there_are() {
    let world = World::new().await;
    let first = problem(&world, 0).await;
    many_like(&world, &first, 20_000).await;
    // Some of each kind, and a person, a unit and a place that have a share of all.
    sqlx::query(
        "update cases set state = case case_id % 50 when 0 then 'suspended' when -1 then 'signed' else state end,
             unit_code = case when case_id % 4 = 0 then 'urban-management' end, raised = case_id % 100 = 0",
    )
    .execute(&world.pool)
    .await
    .unwrap();
    sqlx::query("vacuum (analyze) cases").execute(&world.pool).await.unwrap();
    let town = [Grant::new(Role::CenterDispatcher, Level::Town, HUAIHE_CENTER)];
    let district = [Grant::new(Role::DistrictDispatcher, Level::District, "410103")];
    let bureau =
        [Grant { unit: Some(BUREAU.into()), ..Grant::new(Role::UnitHandler, Level::District, "410103") }];
    let open = || Some(State::ALL.into_iter().filter(|state| state.takes_reports()).collect());
    let base = Filter { limit: 51, ..Filter::default() };
    let lists = [
        ("newest", Filter { grants: &town, ..base.clone() }),
        ("newest of a state", Filter { grants: &town, states: Some(vec![State::Suspended]), ..base.clone() }),
        ("time left", Filter { grants: &town, states: open(), sort: Sort::TimeLeft, ..base.clone() }),
        (
            "time left of a state",
            Filter {
                grants: &town,
                states: Some(vec![State::Suspended]),
                sort: Sort::TimeLeft,
                ..base.clone()
            },
        ),
        ("the district's newest", Filter { grants: &district, ..base.clone() }),
        (
            "the district's, by time left",
            Filter { grants: &district, states: open(), sort: Sort::TimeLeft, ..base.clone() },
        ),
        ("a unit's newest", Filter { grants: &bureau, scope: Scope::Unit, ..base.clone() }),
        (
            "a unit's, by time left",
            Filter { grants: &bureau, states: open(), sort: Sort::TimeLeft, ..base.clone() },
        ),
        ("raised", Filter { grants: &town, raised: true, ..base.clone() }),
    ];
    for (name, filter) in lists {
        let mut transaction = world.pool.begin().await.unwrap();
        let before = rows_read(&mut transaction).await;
        let found = inbox::list(&mut *transaction, &filter).await.unwrap();
        let read = rows_read(&mut transaction).await - before;
        assert_eq!(found.lines.len(), 51, "{name}");
        assert!(read <= 300, "{name}: {read} rows read");
    }
}

#[tokio::test]
async fn an_inbox_is_read_again_when_the_database_is_back() {
    let world = World::with(WorldOptions { own_postgres: true, ..WorldOptions::default() }).await;
    let center = center(&world).await;
    let case = problem(&world, 0).await;
    let (path, all_at_once) = ("/v1/cases?sort=timeLeft", 8);
    let together = async || {
        let asked = (0..all_at_once).map(|_| center.get(path));
        futures_util::future::join_all(asked).await
    };
    for answer in together().await {
        answer.expect(200);
    }
    let postgres = world.postgres.as_ref().unwrap();
    postgres.run("stop");
    for answer in together().await {
        answer.expect_problem(503, "unavailable");
    }
    postgres.run("start");
    // Connections of before are found broken once, and no more.
    let mut broken = 0;
    for _ in 0..10 {
        broken += together().await.iter().filter(|answer| answer.status != 200).count();
    }
    assert!(broken <= 16, "{broken} readers met a broken connection");
    assert_eq!(numbers(&center, "sort=timeLeft").await, [case]);
}

/// Rows of cases that this session has read.
async fn rows_read(connection: &mut PgConnection) -> i64 {
    sqlx::query_scalar(
        "select (seq_tup_read + coalesce(idx_tup_fetch, 0))::bigint from pg_stat_xact_user_tables where relname = 'cases'",
    )
    .fetch_one(connection)
    .await
    .unwrap()
}
