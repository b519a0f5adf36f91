//! Messages come in any order, and the end is the same.

use futures_util::StreamExt;
use serde_json::{Value, json};
use sqlx::Row;

use super::{THERE, connected, order};
use crate::harness::moved;

/// All orders of `items`.
fn permutations<T: Clone>(items: &[T]) -> Vec<Vec<T>> {
    if items.is_empty() {
        return vec![Vec::new()];
    }
    (0..items.len())
        .flat_map(|first| {
            let mut rest = items.to_vec();
            let head = rest.remove(first);
            permutations(&rest).into_iter().map(move |tail| [vec![head.clone()], tail].concat())
        })
        .collect()
}

#[tokio::test]
async fn in_whatever_order_messages_come_the_end_is_the_same() {
    let (platform, world) = connected(false).await;
    let messages: [(&str, Value); 5] = [
        ("pushOrder", Value::Null),
        ("appendOrder", json!({ "remark": "补充甲：在小区门口" })),
        ("appendOrder", json!({ "words": "补充乙：越来越大" })),
        ("urge", json!({ "words": "催办" })),
        ("supervise", json!({ "words": "请尽快办理", "approach": "黄牌" })),
    ];
    let ways = permutations(&messages);
    assert_eq!(ways.len(), 120);
    let run = futures_util::stream::iter(ways.into_iter().enumerate()).map(|(n, way)| {
        let (platform, api) = (platform.clone(), world.api());
        async move {
            let number = format!("P-{n:03}");
            let (east, north) =
                (f64::from(u32::try_from(n % 12).unwrap()), f64::from(u32::try_from(n / 12).unwrap()));
            let place = moved(THERE, east * 500.0, north * 500.0);
            for (operation, body) in way {
                let body = if body.is_null() {
                    order(&format!("第{n}处路面有一个大坑"), place)
                } else {
                    body
                };
                platform.send(&api, operation, &number, &body).await;
            }
        }
    });
    run.buffer_unordered(6).collect::<Vec<()>>().await;
    assert_eq!(world.count("select count(*) from hotline_message where applied_at is null").await, 0);
    assert_eq!(world.count("select count(*) from hotline_message").await, 600);
    let ends = sqlx::query(
        "select o.order_no, r.urge_count, r.report_id,
                (select string_agg(a.words, '/' order by a.words) from addition a where a.report_id = r.report_id) as words,
                (select count(*) from case_log l where l.case_id = r.case_id and l.act = 'supervise') as supervised
         from hotline_order o join report r using (report_id)",
    )
    .fetch_all(&world.pool)
    .await
    .unwrap();
    assert_eq!(ends.len(), 120, "each order is one report");
    assert_eq!(world.count("select count(*) from report").await, 120);
    for end in ends {
        let number: String = end.get("order_no");
        assert_eq!(end.get::<i32, _>("urge_count"), 1, "{number}");
        assert_eq!(end.get::<i64, _>("supervised"), 1, "{number}");
        let words: String = end.get("words");
        let mut words: Vec<&str> = words.split('/').collect();
        words.sort_unstable();
        assert_eq!(words, ["催办", "补充乙：越来越大", "补充甲：在小区门口"], "{number}");
    }
}

#[tokio::test]
async fn what_is_said_of_an_order_before_it_comes_waits_for_it() {
    let (platform, world) = connected(false).await;
    let api = world.api();
    let urged = platform.send(&api, "urge", "ZZ-1", &json!({ "words": "还没人来" })).await;
    assert_eq!((&urged["waits"], urged.get("caseNumber")), (&json!(true), None));
    assert_eq!(world.count("select count(*) from report").await, 0);
    let pushed = platform.send(&api, "pushOrder", "ZZ-1", &order("路面有坑", THERE)).await;
    assert_eq!(pushed["waits"], false);
    let case = super::center(&world).await.case(pushed["caseNumber"].as_str().unwrap()).await;
    assert_eq!(case["reports"][0]["urgeCount"], 1, "{case}");
}

#[tokio::test]
async fn an_order_taken_back_before_or_after_it_comes_is_taken_back_once() {
    let (platform, world) = connected(false).await;
    let api = world.api();
    let push = ("pushOrder", order("路面有坑", THERE));
    let revoke = ("revoke", json!({ "words": "重复派单" }));
    let append = ("appendOrder", json!({ "words": "补充" }));
    for (n, way) in permutations(&[push, revoke, append]).into_iter().enumerate() {
        let number = format!("R-{n}");
        for (operation, body) in way {
            platform.send(&api, operation, &number, &body).await;
        }
        let state: String = sqlx::query_scalar(
            "select c.state from hotline_order o join report r using (report_id) join cases c using (case_id) where o.order_no = $1",
        )
        .bind(&number)
        .fetch_one(&world.pool)
        .await
        .unwrap();
        assert_eq!(state, "voided", "{number}: nobody else needed the case");
    }
    assert_eq!(world.count("select count(*) from report where withdrawn_at is null").await, 0);
    assert_eq!(world.count("select count(*) from addition where words = '补充'").await, 6);
    assert_eq!(world.count("select count(*) from hotline_order where revoked_at is null").await, 0);
}

#[tokio::test]
async fn an_order_pushed_again_adds_what_is_new_in_it_and_nothing_otherwise() {
    let (platform, world) = connected(false).await;
    let api = world.api();
    platform.send(&api, "pushOrder", "ZZ-1", &order("路面有坑", THERE)).await;
    platform.send(&api, "pushOrder", "ZZ-1", &order("路面有坑", THERE)).await;
    assert_eq!(world.count("select count(*) from addition").await, 0);
    platform.send(&api, "pushOrder", "ZZ-1", &order("路面有坑，已有人摔倒受伤", THERE)).await;
    assert_eq!(world.count("select count(*) from report").await, 1);
    assert_eq!(world.count("select count(*) from addition").await, 1);
}

#[tokio::test]
async fn an_order_of_the_same_problem_as_a_residents_joins_its_case() {
    let (platform, world) = connected(false).await;
    let first =
        platform.send(&world.api(), "pushOrder", "ZZ-1", &order("路面有一个大坑，车过不去", THERE)).await;
    let second =
        platform.send(&world.api(), "pushOrder", "ZZ-2", &order("路面有一个大坑，很危险", THERE)).await;
    assert_eq!(first["caseNumber"], second["caseNumber"]);
    assert_ne!(first["trackingCode"], second["trackingCode"]);
}

#[tokio::test]
async fn what_a_crash_leaves_kept_the_worker_applies() {
    let (platform, mut world) = connected(false).await;
    let api = world.api();
    platform.send(&api, "pushOrder", "ZZ-1", &order("路面有坑", THERE)).await;
    platform.send(&api, "urge", "ZZ-1", &json!({})).await;
    // As if the process had died between keeping and applying.
    let undone = [
        "update hotline_message set applied_at = null where operation = 'urge'",
        "update report set urge_count = 0",
        "update job set run_at = now() where kind = 'applyHotline'",
    ];
    for query in undone {
        sqlx::query(query).execute(&world.pool).await.unwrap();
    }
    world.start_worker().await;
    for _ in 0..200 {
        if world.count("select urge_count::bigint from report").await == 1 {
            return;
        }
        tokio::time::sleep(std::time::Duration::from_millis(50)).await;
    }
    panic!("the urge was not applied: {}", world.logs());
}
