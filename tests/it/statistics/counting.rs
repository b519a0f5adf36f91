//! Counting: nothing is missed and nothing counted twice, whatever the order in which transactions end and whoever dies.

use std::time::Duration;

use jiekou_core::period::{Cycle, Period};
use serde_json::json;
use sqlx::Connection;

use super::{counted_all, expect_equal, told};
use crate::harness::{HUAIHE, HUAIHE_CENTER, World, moved, report};

async fn this_month(world: &World) -> Period {
    Period::at(Cycle::Month, world.now().await)
}

/// Waits until the worker has counted all lines that can be seen.
async fn caught_up(world: &World) {
    for _ in 0..200 {
        let waiting = "select count(*) from case_log where log_id > (select counted_log from counting)";
        if world.count(waiting).await == 0 {
            return;
        }
        tokio::time::sleep(Duration::from_millis(50)).await;
    }
    panic!("the worker does not catch up");
}

#[tokio::test]
async fn what_commits_after_later_lines_is_counted_all_the_same() {
    let mut world = World::new().await;
    let slow = world.api().submit(&report("road-damage", "路面有坑", HUAIHE)).await;
    let quick = world.api().submit(&report("household-waste", "垃圾没人收", moved(HUAIHE, 400.0, 0.0))).await;
    let number = |answer: &serde_json::Value| answer["case"]["caseNumber"].as_str().unwrap().to_owned();
    let center = world.api().sign_in(&format!("center-{HUAIHE_CENTER}")).await;
    counted_all(&mut world).await;
    world.start_worker().await;
    // A transaction that has drawn its line's number and takes its time.
    let mut connection = world.pool.acquire().await.unwrap();
    let mut open = connection.begin().await.unwrap();
    sqlx::query("select from cases where case_number = $1 for update")
        .bind(number(&slow))
        .execute(&mut *open)
        .await
        .unwrap();
    sqlx::query(
        "select append_case_log(case_id, now(), 'hasten', 'staff', null, state, state, null, null, null, null)
         from cases where case_number = $1",
    )
    .bind(number(&slow))
    .execute(&mut *open)
    .await
    .unwrap();
    center.go(&number(&quick), &[json!({ "move": "accept" }), json!({ "move": "open" })]).await;
    let month = this_month(&world).await;
    tokio::time::sleep(Duration::from_secs(1)).await;
    let before = told(&center, month, "town").await;
    assert_eq!((&before[HUAIHE_CENTER]["valid"], &before[HUAIHE_CENTER]["hastened"]), (&json!(1), &json!(0)));
    open.commit().await.unwrap();
    let after = told(&center, month, "town").await;
    assert_eq!(after[HUAIHE_CENTER]["hastened"], 1, "seen as soon as it is there");
    caught_up(&world).await;
    world.worker = None;
    let rolled =
        "select coalesce(sum(hastened), 0)::bigint from roll_up where cycle = 'day' and dimension = 'town'";
    assert_eq!(world.count(rolled).await, 1, "and rolled up once");
    let district = world.api().sign_in("district").await;
    expect_equal(&world, &district, month, "category", "in the end").await;
}

#[tokio::test]
async fn workers_that_die_while_counting_leave_nothing_half_counted() {
    let mut world = World::new().await;
    // Many cases at once, as after an upgrade.
    let many = "with opened as (
            insert into cases (case_id, case_number, district_code, center_code, category, family, state, urgency,
                place_unknown, confirm_new, fingerprint, takes_reports, report_count, version, routing,
                rulebook_version_id, opened_at, changed_at, log_seq, log_head)
            select 500000000 + n, 'many' || n, '410103', '41010300' || (n % 7 + 1), 'road-damage', 'road', 'received',
                'normal', false, false, '\\xff', true, 1, 1, '[]', (select max(rulebook_version_id) from rulebook_version),
                now() - make_interval(days => n % 200), now(), 0, ''
            from generate_series(1, 30000) n returning case_id, opened_at)
        insert into case_log (case_id, seq, at, act, actor_kind, to_state, hash)
        select case_id, 1, opened_at, 'received', 'reporter', 'received', '' from opened";
    sqlx::query(many).execute(&world.pool).await.unwrap();
    let district = world.api().sign_in("district").await;
    let busy = district.get("/v1/statistics?period=year").await;
    busy.expect_problem(503, "still-counting");
    for _ in 0..4 {
        world.start_worker().await;
        tokio::time::sleep(Duration::from_millis(350)).await;
        world.worker.take().unwrap().kill();
    }
    // Two side by side: one of them counts.
    world.start_worker().await;
    let other = world.worker.take();
    counted_all(&mut world).await;
    drop(other);
    let year = Period::at(Cycle::Year, world.now().await);
    for period in [year, year.previous(), this_month(&world).await] {
        for by in ["town", "category"] {
            expect_equal(&world, &district, period, by, "after all").await;
        }
    }
    let counted =
        "select sum(received)::bigint from roll_up where cycle = 'month' and dimension = 'category'";
    assert_eq!(world.count(counted).await, 30_000);
    // Other definitions: everything is counted anew.
    sqlx::query("update counting set definitions = 0").execute(&world.pool).await.unwrap();
    counted_all(&mut world).await;
    assert_eq!(world.count(counted).await, 30_000);
}
