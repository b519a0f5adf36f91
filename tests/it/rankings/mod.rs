//! Rankings: equal to the statistics, seen by whom they concern, frozen when they are published.

mod bad_input;
mod groups;
mod publish;
mod view;

use chrono::NaiveDate;
use jiekou_core::period::{Cycle, Period};
use serde_json::{Value, json};

use crate::harness::{HUAIHE, Staff, World, WorldOptions, moved, report};

/// An installation of this plan, with somebody who may publish.
async fn plan(rulebook: &'static str) -> (World, Staff) {
    let world = World::with(WorldOptions { rulebook: Some(rulebook), ..WorldOptions::default() }).await;
    let staff = world.api().sign_in("district").await;
    (world, staff)
}

/// The period before the one that goes on.
async fn last(world: &World, cycle: Cycle) -> Period {
    Period::at(cycle, world.now().await).previous()
}

/// A case that is found to be a problem: its number and the center that has it.
async fn opened(world: &World, category: &str, place: (f64, f64)) -> (String, String) {
    let sent = world.api().submit(&report(category, "这里有问题，请处理", place)).await;
    let (number, center) = (&sent["case"]["caseNumber"], &sent["center"]["code"]);
    let (number, center) = (number.as_str().unwrap().to_owned(), center.as_str().unwrap().to_owned());
    let staff = world.api().sign_in(&format!("center-{center}")).await;
    staff.go(&number, &[json!({ "move": "accept" }), json!({ "move": "open" })]).await;
    (number, center)
}

/// Two problems at one place and one far away: the centers that have them, and the numbers of the first two.
async fn two_here_one_there(world: &World) -> ([String; 2], String, String) {
    let (first, here) = opened(world, "road-damage", HUAIHE).await;
    let (second, same) = opened(world, "household-waste", moved(HUAIHE, 200.0, 0.0)).await;
    let (_, there) = opened(world, "road-damage", moved(HUAIHE, 0.0, 3_500.0)).await;
    assert_eq!(here, same);
    assert_ne!(here, there);
    ([first, second], here, there)
}

/// Lets everything that happened today have happened on this day.
async fn happened_on(world: &World, day: NaiveDate) {
    let today = Period::at(Cycle::Day, world.now().await).first_day();
    let days = i32::try_from((today - day).num_days()).unwrap();
    for statement in [
        "alter table case_log disable trigger case_log_append_only",
        "update case_log set at = at - make_interval(days => $1)",
        "update cases set opened_at = opened_at - make_interval(days => $1)",
        "update report set received_at = received_at - make_interval(days => $1)",
        "update case_clock set warn_at = warn_at - make_interval(days => $1), due_at = due_at - make_interval(days => $1),
             ended_at = ended_at - make_interval(days => $1)",
        "alter table case_log enable trigger case_log_append_only",
    ] {
        let query = sqlx::query(statement);
        let query = if statement.contains("$1") { query.bind(days) } else { query };
        query.execute(&world.pool).await.unwrap();
    }
}

fn address(code: &str, period: Period) -> String {
    format!("/v1/rankings/{code}?period={period}")
}

async fn publish(staff: &Staff, code: &str, period: impl std::fmt::Display) -> crate::harness::Answer {
    staff.post(&format!("/v1/rankings/{code}/{period}/publication"), &json!({})).await
}

fn rows(ranking: &Value) -> &[Value] {
    ranking["rows"].as_array().unwrap()
}

#[track_caller]
fn row<'a>(ranking: &'a Value, code: &str) -> &'a Value {
    let found = rows(ranking).iter().find(|row| row["code"] == code);
    found.unwrap_or_else(|| panic!("{code} is not ranked: {ranking}"))
}
