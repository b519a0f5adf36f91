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

mod log;
mod owed;

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
