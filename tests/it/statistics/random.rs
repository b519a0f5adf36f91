//! Random histories by real moves.

use std::collections::BTreeMap;

use jiekou_core::period::{Cycle, Period};
use rand::rngs::SmallRng;
use rand::seq::IndexedRandom;
use rand::{Rng, SeedableRng};
use serde_json::{Value, json};

use super::{counted_all, expect_equal};
use crate::harness::{HUAIHE, Staff, World, moved, report};

const CASES: usize = 36;
const MOVES: usize = 420;

/// Everybody who has a say, and the cases.
struct Town {
    actors: Vec<Staff>,
    cases: Vec<Value>,
    chance: SmallRng,
    today: chrono::NaiveDate,
    /// How often each move was made.
    made: BTreeMap<String, usize>,
}

impl Town {
    async fn new(world: &World, seed: u64) -> Self {
        let mut chance = SmallRng::seed_from_u64(seed);
        let mut cases = Vec::new();
        let mut actors = vec![world.api().sign_in("district").await];
        let mut centers = std::collections::BTreeSet::new();
        for position in 0..CASES {
            // Two rows that are 3.5 km apart: they lie in different towns.
            let (column, row) = ((position / 2) as f64, (position % 2) as f64);
            let place = moved(HUAIHE, column * 160.0 - 1_500.0, row * 3_500.0);
            let category = ["road-damage", "household-waste", "vehicle-parking"][position % 3];
            let mut body = report(category, "这里有问题，请处理", place);
            body["confirmNew"] = json!(true);
            let by_staff = chance.random_bool(0.3);
            if by_staff && chance.random_bool(0.4) {
                body["origin"] = json!("media");
                body["media"] = json!({ "name": "郑州晚报", "publishedOn": "2026-11-20" });
            }
            let answer = if by_staff {
                let request = actors[0].request(reqwest::Method::POST, "/v1/reports").json(&body);
                world.api().send(request).await.expect(201)
            } else {
                world.api().submit(&body).await
            };
            centers.insert(answer["center"]["code"].as_str().unwrap().to_owned());
            cases.push(answer);
        }
        assert!(centers.len() > 1, "{centers:?}");
        // Where no town answers, the district does.
        for center in centers.iter().filter(|center| !center.ends_with("000")) {
            actors.push(world.api().sign_in(&format!("center-{center}")).await);
        }
        for unit in ["urban-management", "traffic-police"] {
            let grants = [("unitHandler", "district", "410103", None, Some(unit))];
            actors.push(world.staff(unit, &grants).await);
        }
        let officer = [("enforcementOfficer", "district", "410103", None, None)];
        actors.push(world.staff("officer", &officer).await);
        Self { actors, cases, chance, today: world.now().await.date_naive(), made: BTreeMap::new() }
    }

    fn number(&self, case: usize) -> &str {
        self.cases[case]["case"]["caseNumber"].as_str().unwrap()
    }

    /// Somebody does something that they may do.
    async fn step(&mut self, world: &World) {
        let case = self.chance.random_range(0..self.cases.len());
        if self.chance.random_bool(0.12) {
            return self.reporter(world, case).await;
        }
        let number = self.number(case).to_owned();
        let mut choices = Vec::new();
        for actor in 0..self.actors.len() {
            let seen = self.actors[actor].get(&format!("/v1/cases/{number}")).await;
            let moves = seen.body["allowedMoves"].as_array().cloned().unwrap_or_default();
            choices.extend(moves.iter().map(|name| (actor, name.as_str().unwrap().to_owned())));
        }
        // What leads on is likely, so that histories are long.
        let often = |(_, name): &(usize, String)| match name.as_str() {
            "forceClose" | "reject" | "void" | "split" | "keepApart" | "correctPlace" | "transfer" => 1,
            "accept" | "open" | "dispatch" | "sign" | "handle" | "inspect" | "pass" | "extend"
            | "suspend" => 60,
            "fail" | "return" | "reopen" | "confirm" | "requestExtension" | "requestSuspension" => 25,
            _ => 4,
        };
        let Ok((actor, chosen)) = choices.choose_weighted(&mut self.chance, often) else { return };
        let (actor, chosen) = (self.actors[*actor].clone(), chosen.clone());
        let body = self.body(&actor, &chosen).await;
        let answer = actor.make(&number, &body).await;
        // A guard or another rule may speak against it; what is refused must leave no trace.
        assert!(answer.status.as_u16() < 500, "{chosen}: {}", answer.body);
        if answer.status == 200 {
            *self.made.entry(chosen).or_default() += 1;
        }
    }

    async fn body(&mut self, actor: &Staff, chosen: &str) -> Value {
        let mut body = json!({ "move": chosen });
        match chosen {
            "dispatch" => {
                let unit = ["urban-management", "traffic-police"].choose(&mut self.chance).unwrap();
                body["unit"] = json!(unit);
            }
            "transfer" => {
                body["unit"] = json!("neighbour");
                body["takenBy"] = json!("值班员");
            }
            "return" => body["reason"] = json!("权属不清"),
            "handle" | "selfHandle" => body["photoIds"] = json!([actor.photo().await]),
            "merge" => {
                let into = self.chance.random_range(0..self.cases.len());
                body["into"] = json!(self.number(into));
            }
            "correctCategory" => {
                let category = ["road-damage", "household-waste", "vehicle-parking"].choose(&mut self.chance);
                body["category"] = json!(category.unwrap());
            }
            "correctPlace" => {
                let (x, y) = moved(HUAIHE, self.chance.random_range(-900.0..900.0), 600.0);
                body["location"] = json!({ "longitude": x, "latitude": y, "coordinateSystem": "WGS-84" });
            }
            "requestSuspension" => {
                let until = self.today + chrono::Days::new(9);
                body["until"] = json!(until);
            }
            "assign" => body["person"] = json!("urban-management"),
            "whistle" => body["units"] = json!(["traffic-police"]),
            "persuade" => body["worked"] = json!(self.chance.random_bool(0.5)),
            "askReporter" => body["note"] = json!("具体在哪一侧？"),
            _ => {}
        }
        if body.get("reason").is_none() {
            body["reason"] = json!("情况属实");
        }
        body
    }

    /// A reporter joins, asks again, answers or takes back.
    async fn reporter(&mut self, world: &World, case: usize) {
        let answer = self.cases[case].clone();
        let path = |what: &str| format!("/v1/reports/{}/{what}", answer["trackingCode"].as_str().unwrap());
        let secret = answer["claimSecret"].clone();
        let done = match self.chance.random_range(0..8) {
            0 => world.api().post(&path("withdrawal"), &json!({ "claimSecret": secret })).await,
            1..3 => {
                let words = json!({ "claimSecret": secret, "words": "还在" });
                world.api().post(&path("additions"), &words).await
            }
            3..5 => {
                let mut again = report("road-damage", "同一处问题", HUAIHE);
                again["duplicateOf"] = json!(self.number(case));
                world.api().try_submit(&again, None).await.unwrap()
            }
            _ => {
                let solved = self.chance.random_bool(0.6);
                let satisfaction = [None, Some(0), Some(1), Some(2), Some(3)][self.chance.random_range(0..5)];
                let solved = json!({ "solved": solved, "satisfaction": satisfaction });
                world.api().post(&path("callback"), &solved).await
            }
        };
        assert!(done.status.as_u16() < 500, "{}", done.body);
    }
}

/// Spreads what happened over a year and lets part of it be late: nobody can wait for that. The worker has not counted
/// anything yet.
async fn spread(world: &World) {
    for statement in [
        "alter table case_log disable trigger case_log_append_only",
        "create temporary table shift as select case_id, make_interval(days => (row_number() over () * 11 % 390)::int) as by from cases",
        "update cases c set opened_at = opened_at - by from shift s where s.case_id = c.case_id",
        "update case_log l set at = at - by from shift s where s.case_id = l.case_id",
        "update report r set received_at = received_at - by from shift s where s.case_id = r.case_id",
        "update call_back_answer a set answered_at = answered_at - by from shift s where s.case_id = a.case_id",
        "update case_clock k set started_at = started_at - by, warn_at = warn_at - by, due_at = due_at - by,
             ended_at = ended_at - by, paused_at = paused_at - by, exempted_at = exempted_at - by
         from shift s where s.case_id = k.case_id",
        "update case_clock set due_at = ended_at - interval '1 hour' where ended_at is not null and (case_id + n) % 3 = 0",
        "update case_clock set overdue_raised_at = now(), warn_raised_at = now()
         where ended_at is null and paused_at is null and due_at < now()",
        "update case_clock set exempted_at = now() where ended_at > due_at and kind = 'handle' and case_id % 4 = 1",
    ] {
        sqlx::query(statement).execute(&world.pool).await.unwrap();
    }
}

async fn expect_all_equal(world: &World, staff: &Staff, when: &str) {
    let today = jiekou_core::clock::local::local(world.now().await).date();
    let mut rows = 0;
    for (cycle, days_ago) in [
        (Cycle::Year, 0),
        (Cycle::Year, 360),
        (Cycle::Quarter, 0),
        (Cycle::Month, 0),
        (Cycle::Month, 40),
        (Cycle::HalfMonth, 0),
        (Cycle::TenDays, 0),
        (Cycle::TenDays, 66),
        (Cycle::Week, 0),
        (Cycle::Day, 0),
    ] {
        let period = Period::of(cycle, today - chrono::Days::new(days_ago));
        for by in ["town", "segment", "unit", "category"] {
            rows += expect_equal(world, staff, period, by, when).await;
        }
    }
    assert!(rows > 40, "{when}: only {rows} rows have something");
}

#[tokio::test]
async fn whatever_is_done_to_cases_statistics_say_what_the_tables_say() {
    // One connection, so that the temporary table stays.
    let mut world = World::new().await;
    let own = sqlx::postgres::PgPoolOptions::new().max_connections(1);
    world.pool = own.connect_lazy_with((*world.pool.connect_options()).clone());
    let mut town = Town::new(&world, 7).await;
    let district = town.actors[0].clone();
    for _ in 0..MOVES {
        town.step(&world).await;
    }
    spread(&world).await;
    expect_all_equal(&world, &district, "nothing counted").await;
    counted_all(&mut world).await;
    assert!(world.count("select count(*) from roll_up").await > 100);
    expect_all_equal(&world, &district, "all counted").await;
    // Merged and parted, given to others and corrected, after they were counted.
    for _ in 0..MOVES / 2 {
        town.step(&world).await;
    }
    expect_all_equal(&world, &district, "partly counted").await;
    counted_all(&mut world).await;
    expect_all_equal(&world, &district, "counted again").await;
    let of_units = "select count(*) from roll_up where cycle = 'day' and dimension = 'unit' and returned > 0";
    assert!(world.count(of_units).await > 0, "{:?}", town.made);
    for owed in ["dispatch", "handle", "pass", "fail", "return", "merge", "suspend", "extend", "reopen"] {
        assert!(town.made.contains_key(owed), "{owed} was never made: {:?}", town.made);
    }
}
