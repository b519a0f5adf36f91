//! Records of the plans: filed once, never changed, owed by period, and read by those they concern.

mod filing;
mod owed;
mod people;
mod sanctions;

use chrono::{FixedOffset, NaiveDate};
use reqwest::Method;
use serde_json::{Value, json};
use uuid::Uuid;

use crate::harness::{Answer, Staff, World, WorldOptions};

async fn world_of(rulebook: &'static str) -> World {
    World::with(WorldOptions { rulebook: Some(rulebook), ..WorldOptions::default() }).await
}

/// Today in Beijing.
async fn today(world: &World) -> NaiveDate {
    world.now().await.with_timezone(&FixedOffset::east_opt(8 * 3600).unwrap()).date_naive()
}

async fn put(staff: &Staff, id: Uuid, body: &Value) -> Answer {
    staff.api.send(staff.request(Method::PUT, &format!("/v1/records/{id}")).json(body)).await
}

/// Files a record, which must be new.
async fn filed(staff: &Staff, body: &Value) -> Value {
    put(staff, Uuid::new_v4(), body).await.expect(201)
}

async fn strike(staff: &Staff, id: &Value, reason: &str) -> Answer {
    let path = format!("/v1/records/{}/strike", id.as_str().unwrap());
    staff.api.send(staff.request(Method::PUT, &path).json(&json!({ "reason": reason }))).await
}

fn ids(page: &Value) -> Vec<&str> {
    page["records"].as_array().unwrap().iter().map(|record| record["recordId"].as_str().unwrap()).collect()
}
