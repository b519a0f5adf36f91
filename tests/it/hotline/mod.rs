//! Hotlines: a platform hands orders over, and hears what becomes of them.

mod attachments;
mod believed;
mod enquiries;
mod order_of_messages;
mod outage;
mod outward;
mod reconciliation;

use serde_json::{Value, json};

use crate::harness::{HUAIHE, HUAIHE_CENTER, HotlinePlatform, Staff, World, WorldOptions};

/// A platform and an installation that knows it.
async fn connected(worker: bool) -> (HotlinePlatform, World) {
    let platform = HotlinePlatform::start("12345");
    let settings = HotlinePlatform::settings(&[&platform]);
    let mut world = World::with(WorldOptions { settings, ..WorldOptions::default() }).await;
    if worker {
        // Books are compared when a test says so, and not because a night is over.
        let done = "insert into daily_work values ('hotlineReconciliation', current_date + 30, now())";
        sqlx::query(done).execute(&world.pool).await.unwrap();
        world.start_worker().await;
    }
    (platform, world)
}

/// An order about `words` at a WGS-84 point, by the names that the platform of 二七区 uses; its point is in GCJ-02, as near
/// as makes no difference here.
fn order(words: &str, (longitude, latitude): (f64, f64)) -> Value {
    json!({
        "serviceType": "投诉", "discription": words, "coordx": longitude.to_string(), "coordy": latitude,
        "reflectPerson": "王小明", "callNumber": "13900001234", "orderTime": "2026-11-20 08:30:00", "wpSource": "电话",
        "isSubscribeCallback": "1", "recordId": "rec/2026/7"
    })
}

/// Where [`HUAIHE`] is on a map of the platform: some 570 m away.
const THERE: (f64, f64) = (113.6361, 34.7337);

async fn center(world: &World) -> Staff {
    assert!(HUAIHE.0 < THERE.0);
    world.api().sign_in(&format!("center-{HUAIHE_CENTER}")).await
}
