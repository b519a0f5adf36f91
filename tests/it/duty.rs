//! Who is on duty, and that every open task always belongs to somebody who is there.

use chrono::{DateTime, Utc};
use jiekou_core::duty::Rota;
use jiekou_core::staff::Turn;
use serde_json::{Value, json};

use crate::harness::{HUAIHE, HUAIHE_CENTER, Staff, World, WorldOptions, moved, report};

/// A place in a residential grid of 大连市, and its town's center.
const RESIDENTIAL: (f64, f64) = (121.521_25, 38.863_888);
const TOWN: &str = "210202001";

/// A grid of 大连市 with two workers who take turns, and a case dispatched to their post.
pub struct Pair {
    pub world: World,
    pub center: Staff,
    pub grid: String,
    pub number: String,
    pub a: Staff,
    pub b: Staff,
}

impl Pair {
    pub async fn new(worker: bool) -> Self {
        let options = WorldOptions { rulebook: Some("dalian"), worker, ..WorldOptions::default() };
        let world = World::with(options).await;
        let answer = world.api().submit(&report("facade", "楼体外墙破损脱落", RESIDENTIAL)).await;
        let number = answer["case"]["caseNumber"].as_str().unwrap().to_owned();
        let grid: String = sqlx::query_scalar("select grid_code from cases where case_number = $1")
            .bind(&number)
            .fetch_one(&world.pool)
            .await
            .unwrap();
        // The demonstration's own pair may work in this very grid.
        sqlx::query("delete from staff_grant where turn is not null").execute(&world.pool).await.unwrap();
        let post = [("gridWorker", "grid", grid.as_str(), Some("grid-residential"), None)];
        let (a, b) = (world.staff("grid-a", &post).await, world.staff("grid-b", &post).await);
        sqlx::query(
            "update staff_grant set turn = case username when 'grid-a' then 'A' else 'B' end
             from staff_account s where s.staff_id = staff_grant.staff_id and username in ('grid-a', 'grid-b')",
        )
        .execute(&world.pool)
        .await
        .unwrap();
        let center = world.api().sign_in(&format!("center-{TOWN}")).await;
        let way = [
            json!({ "move": "accept" }),
            json!({ "move": "open" }),
            json!({ "move": "dispatch", "post": "grid-residential" }),
        ];
        center.go(&number, &way).await;
        Self { world, center, grid, number, a, b }
    }

    /// Who is on duty now, and who is not.
    pub async fn turns(&self) -> (&'static str, &'static str) {
        let now = self.world.now().await;
        let a = Rota::default().on_duty([(Some(Turn::A), "grid-a"), (Some(Turn::B), "grid-b")], now);
        if a == Some("grid-a") { ("grid-a", "grid-b") } else { ("grid-b", "grid-a") }
    }
}

pub async fn disable(world: &World, username: &str, disabled: bool) {
    sqlx::query("update staff_account set disabled_at = case when $2 then now() end where username = $1")
        .bind(username)
        .bind(disabled)
        .execute(&world.pool)
        .await
        .unwrap();
}

async fn owner(pair: &Pair) -> Value {
    pair.center.case(&pair.number).await["handling"]["owner"].clone()
}

fn moment(value: &Value) -> DateTime<Utc> {
    value.as_str().unwrap().parse().unwrap()
}

#[tokio::test]
async fn of_a_and_b_exactly_one_is_on_duty_and_has_what_was_handed_to_their_post() {
    let pair = Pair::new(false).await;
    let (on, off) = pair.turns().await;
    assert_eq!(owner(&pair).await, json!({ "kind": "person", "name": on }));
    let duty = pair.center.get("/v1/duty").await.expect(200);
    let post = duty["posts"].as_array().unwrap().iter().find(|it| it["area"] == pair.grid.as_str()).unwrap();
    assert_eq!(post["oneOnDuty"], true);
    assert_eq!(post["post"], json!({ "code": "grid-residential", "name": "居民区网格员（社区专干）" }));
    let names = |list: &Value| -> Vec<String> {
        list.as_array().unwrap().iter().map(|it| it["name"].as_str().unwrap().to_owned()).collect()
    };
    assert_eq!(
        (names(&post["onDuty"]), names(&post["offDuty"])),
        (vec![on.to_owned()], vec![off.to_owned()])
    );
    assert_eq!(post["next"]["name"], off, "the other one is next");
    let at = moment(&duty["at"]);
    assert!(moment(&post["since"]) <= at && at < moment(&post["until"]), "{post}");
    assert_eq!((&post["onDuty"][0]["openTasks"], &post["offDuty"][0]["openTasks"]), (&json!(1), &json!(0)));
    assert_eq!(duty["openTasks"], 1);
    // Each of both sees the pair, and nothing of others.
    let own = pair.a.get("/v1/duty").await.expect(200);
    assert_eq!(own["posts"].as_array().unwrap().len(), 1, "{own}");
    assert_eq!((&own["openTasks"], &own["units"]), (&json!(1), &json!([])));
}

#[tokio::test]
async fn a_task_of_somebody_who_is_gone_falls_to_the_one_on_duty_and_at_last_to_the_center() {
    let pair = Pair::new(false).await;
    let (on, off) = pair.turns().await;
    let assigned = pair.center.go(&pair.number, &[json!({ "move": "assign", "person": off })]).await;
    assert_eq!(assigned["handling"]["owner"], json!({ "kind": "person", "name": off }));
    disable(&pair.world, off, true).await;
    assert_eq!(owner(&pair).await, json!({ "kind": "person", "name": on, "fallen": true }));
    let duty = pair.center.get("/v1/duty").await.expect(200);
    let fallen = json!([{ "from": off, "why": "accountGone", "toKind": "person", "to": on, "openTasks": 1,
        "firstCaseNumber": pair.number }]);
    assert_eq!(duty["fallen"], fallen);
    disable(&pair.world, on, true).await;
    assert_eq!(owner(&pair).await["kind"], "center");
    disable(&pair.world, off, false).await;
    assert_eq!(owner(&pair).await, json!({ "kind": "person", "name": off }));
    sqlx::query(
        "delete from staff_grant g using staff_account s where g.staff_id = s.staff_id and s.username = $1",
    )
    .bind(off)
    .execute(&pair.world.pool)
    .await
    .unwrap();
    assert_eq!(owner(&pair).await["kind"], "center");
    let duty = pair.center.get("/v1/duty").await.expect(200);
    assert_eq!(duty["fallen"][0]["why"], "grantGone");
    assert_eq!((&duty["centers"][0]["openTasks"], &duty["openTasks"]), (&json!(1), &json!(1)));
}

#[tokio::test]
async fn duty_is_shown_within_the_callers_area_only() {
    let world = World::new().await;
    world.api().submit(&report("road-damage", "路面有一个大坑", HUAIHE)).await;
    let own = world.api().sign_in(&format!("center-{HUAIHE_CENTER}")).await;
    let other = world.api().sign_in("center-410103003").await;
    let district = world.api().sign_in("district").await;
    let open = async |staff: &Staff, path: &str| staff.get(path).await.expect(200)["openTasks"].clone();
    assert_eq!(open(&own, "/v1/duty").await, 1);
    assert_eq!(open(&other, "/v1/duty").await, 0);
    assert_eq!(open(&district, "/v1/duty").await, 1);
    assert_eq!(open(&district, "/v1/duty?area=410103001").await, 1);
    assert_eq!(open(&district, "/v1/duty?area=410103003").await, 0);
    for area in ["410103003", "410104", "nowhere", ""] {
        assert_eq!(own.get(&format!("/v1/duty?area={area}")).await.pointers(), ["/area"], "{area}");
    }
    world.api().get("/v1/duty").await.expect_problem(401, "not-signed-in");
}

/// A number below `below` that follows from `seed`.
fn draw(seed: &mut u64, below: u64) -> usize {
    *seed = seed.wrapping_mul(6_364_136_223_846_793_005).wrapping_add(1_442_695_040_888_963_407);
    usize::try_from((*seed >> 33) % below).unwrap()
}

#[tokio::test]
async fn through_random_histories_every_open_task_is_counted_with_exactly_one_owner_who_is_there() {
    let world = World::new().await;
    let api = world.api();
    let center = api.sign_in(&format!("center-{HUAIHE_CENTER}")).await;
    let mut numbers = Vec::new();
    for step in 0..6 {
        let body = report(
            "road-damage",
            &format!("第 {step} 处路面破损"),
            moved(HUAIHE, 0.0, 200.0 * f64::from(step)),
        );
        let number = api.submit(&body).await["case"]["caseNumber"].as_str().unwrap().to_owned();
        center.go(&number, &[json!({ "move": "accept" }), json!({ "move": "open" })]).await;
        numbers.push(number);
    }
    let people = ["police-1", "police-2", "urban-1", "urban-2"];
    for person in people {
        let unit = if person.starts_with("police") { "traffic-police" } else { "urban-management" };
        world.staff(person, &[("unitHandler", "district", "410103", None, Some(unit))]).await;
    }
    let mut seed = 20_261_129;
    let mut refused = 0;
    for _ in 0..60 {
        let (number, person) = (&numbers[draw(&mut seed, 6)], people[draw(&mut seed, 4)]);
        let unit = if draw(&mut seed, 2) == 0 { "traffic-police" } else { "urban-management" };
        let answer = match draw(&mut seed, 7) {
            0 => center.make(number, &json!({ "move": "dispatch", "unit": unit })).await,
            1 => center.make(number, &json!({ "move": "assign", "person": person })).await,
            2 => center.make(number, &json!({ "move": "return", "reason": "权属不清" })).await,
            3 => center.make(number, &json!({ "move": "revokeAssign" })).await,
            4 => center.make(number, &json!({ "move": "sign" })).await,
            5 => {
                let handed = json!({ "from": person, "to": people[draw(&mut seed, 4)] });
                center.post("/v1/duty/handovers", &handed).await
            }
            _ => {
                disable(&world, person, draw(&mut seed, 2) == 0).await;
                continue;
            }
        };
        assert!([200, 201, 403, 409, 422].contains(&answer.status.as_u16()), "{}", answer.body);
        refused += usize::from(answer.status.as_u16() >= 400);

        let duty = center.get("/v1/duty").await.expect(200);
        let sum = |list: &Value| {
            list.as_array().unwrap().iter().map(|it| it["openTasks"].as_i64().unwrap()).sum::<i64>()
        };
        let of_people: i64 = duty["units"].as_array().unwrap().iter().map(|unit| sum(&unit["people"])).sum();
        let open = world.count("select count(*) from cases where takes_reports").await;
        let owned = of_people + sum(&duty["units"]) + sum(&duty["centers"]);
        assert_eq!((owned, duty["openTasks"].as_i64()), (open, Some(open)), "{duty}");
        for number in &numbers {
            let owner = center.case(number).await["handling"]["owner"].clone();
            if owner["kind"] == "person" {
                let name = owner["name"].as_str().unwrap();
                let there: bool =
                    sqlx::query_scalar("select disabled_at is null from staff_account where username = $1")
                        .bind(name)
                        .fetch_one(&world.pool)
                        .await
                        .unwrap();
                assert!(there, "{owner} is gone");
            }
            assert!(!owner["name"].as_str().unwrap().is_empty(), "{owner}");
        }
    }
    assert!(refused > 5 && refused < 50, "{refused} of 60 were refused: the history is one-sided");
}
