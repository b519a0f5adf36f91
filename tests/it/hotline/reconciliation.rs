//! After messages were lost both ways, the books of both sides agree again, and the report says what was done.

use serde_json::{Value, json};

use super::{THERE, connected, order};
use crate::harness::{Mood, moved};

fn differences(report: &Value, which: &str) -> Vec<(String, String, String)> {
    let text = |it: &Value, name: &str| it[name].as_str().unwrap().to_owned();
    let all = report[which].as_array().unwrap().iter();
    all.map(|it| (text(it, "orderNo"), text(it, "difference"), text(it, "done"))).collect()
}

#[tokio::test]
async fn what_was_lost_on_either_way_is_put_right_and_nothing_differs_any_more() {
    let (platform, mut world) = connected(true).await;
    let api = world.api();
    let center = super::center(&world).await;
    let spot = |n: f64| moved(THERE, 600.0 * n, 0.0);
    let mut cases = Vec::new();
    for n in 0..4_u8 {
        let body = order(&format!("第{n}处路面有坑"), spot(f64::from(n)));
        let answer = platform.send(&api, "pushOrder", &format!("K-{n}"), &body).await;
        cases.push(answer["caseNumber"].as_str().unwrap().to_owned());
    }
    // Theirs to us: an order, an append and a revocation never arrive.
    platform.message("pushOrder", "K-8", &order("没有送达的工单：路灯不亮", spot(8.0)));
    platform.message("appendOrder", "K-8", &json!({ "words": "整条路都黑" }));
    platform.message("appendOrder", "K-1", &json!({ "words": "没有送达的补充" }));
    platform.message("revoke", "K-3", &json!({ "words": "没有送达的撤单" }));
    // Ours to them: one is said and forgotten, one is never sent because the worker dies.
    platform.be(Mood::Forgetful);
    center.go(&cases[0], &[json!({ "move": "accept" })]).await;
    platform.wait_for("K-0", "sign", 1).await;
    for _ in 0..100 {
        if world.count("select count(*) from hotline_call where state = 'delivered'").await == 1 {
            break;
        }
        tokio::time::sleep(std::time::Duration::from_millis(50)).await;
    }
    platform.be(Mood::Down);
    // The center that the number of the case begins with.
    let other = api.sign_in(&format!("center-{}", &cases[2][..9])).await;
    other.go(&cases[2], &[json!({ "move": "reject", "reason": "不属于本区" })]).await;
    for _ in 0..100 {
        if world.count("select count(*) from hotline_call where operation = 'returnOrder' and lease_token is null and attempts > 0").await == 1 {
            break;
        }
        tokio::time::sleep(std::time::Duration::from_millis(50)).await;
    }
    world.worker.take().unwrap().kill();
    platform.be(Mood::Well);
    let before: Vec<String> = ["K-0", "K-2"].iter().map(|number| platform.state(number)).collect();
    assert_eq!(before, ["sent", "sent"]);
    // What we have just heard may not be listed yet.
    tokio::time::sleep(std::time::Duration::from_secs(3)).await;

    let district = world.api().sign_in("district").await;
    let report = district.post("/v1/desk/hotlines/12345/reconciliations", &json!({})).await.expect(200);
    let found = differences(&report, "found");
    let told: Vec<(&str, &str)> =
        found.iter().map(|(number, it, _)| (number.as_str(), it.as_str())).collect();
    let expected = [
        ("K-0", "stateDiffers"),
        ("K-1", "unheard"),
        ("K-2", "stateDiffers"),
        ("K-3", "unheard"),
        ("K-8", "notHere"),
    ];
    assert_eq!(told, expected, "{report}");
    assert_eq!(found[0].2, "said sign again");
    assert_eq!(found[4].2, "took in pushOrder, took in appendOrder");
    assert_eq!((&report["remaining"], report.get("failure")), (&json!([]), None), "{report}");
    assert_eq!((platform.state("K-0").as_str(), platform.state("K-2").as_str()), ("signed", "returned"));
    assert_eq!(
        world.count("select count(*) from addition where words in ('没有送达的补充', '整条路都黑')").await,
        2
    );
    assert_eq!(world.count("select count(*) from report where withdrawn_at is not null").await, 1);
    assert_eq!(world.count("select count(*) from hotline_order where taken_at is not null").await, 5);

    let again = district.post("/v1/desk/hotlines/12345/reconciliations", &json!({})).await.expect(200);
    assert_eq!((&again["found"], &again["compared"]), (&json!([]), &json!(5)), "{again}");
    let list = district.get("/v1/desk/hotlines/reconciliations?partner=12345").await.expect(200);
    assert_eq!(list["reconciliations"].as_array().unwrap().len(), 2);
    let said = world.run(&["hotline", "reconcile"]);
    assert!(said.contains("12345: 5 orders compared, 0 differences found, 0 remain"), "{said}");
}

#[tokio::test]
async fn an_order_that_the_platform_does_not_list_stays_a_difference_and_is_named() {
    let (platform, world) = connected(false).await;
    let message = platform.message("pushOrder", "ZZ-1", &order("路面有坑", THERE));
    platform.deliver(&world.api(), &message, None).await.expect(200);
    let stray = platform.message("pushOrder", "ZZ-2", &order("路灯不亮", moved(THERE, 900.0, 0.0)));
    platform.deliver(&world.api(), &stray, None).await.expect(200);
    sqlx::query("update hotline_message set order_no = 'GONE' where false")
        .execute(&world.pool)
        .await
        .unwrap();
    sqlx::query("insert into hotline_order (partner, order_no, heard_at, heard_of, taken_at) select '12345', 'GONE', now() - interval '1 hour', now(), now()")
        .execute(&world.pool)
        .await
        .unwrap();
    let district = world.api().sign_in("district").await;
    let report = district.post("/v1/desk/hotlines/12345/reconciliations", &json!({})).await.expect(200);
    for which in ["found", "remaining"] {
        let told = differences(&report, which);
        assert_eq!(told.len(), 1, "{report}");
        assert_eq!((told[0].0.as_str(), told[0].1.as_str()), ("GONE", "notThere"));
    }
}

#[tokio::test]
async fn a_night_is_compared_once_by_the_worker_and_a_platform_that_is_away_is_asked_again() {
    let (platform, mut world) = connected(false).await;
    platform.be(Mood::Down);
    world.start_worker().await;
    let failed = "select count(*) from hotline_reconciliation where failure is not null";
    for _ in 0..200 {
        if world.count(failed).await >= 1 {
            break;
        }
        tokio::time::sleep(std::time::Duration::from_millis(50)).await;
    }
    platform.be(Mood::Well);
    let done = "select count(*) from hotline_reconciliation where failure is null and partner = '12345'";
    for _ in 0..400 {
        if world.count(done).await == 1 {
            break;
        }
        tokio::time::sleep(std::time::Duration::from_millis(50)).await;
    }
    assert_eq!(world.count(done).await, 1);
    assert_eq!(world.count("select count(*) from daily_work where work = 'hotlineReconciliation'").await, 1);
}

#[tokio::test]
async fn books_are_for_those_who_oversee_the_desk() {
    let (_platform, world) = connected(false).await;
    let api = world.api();
    let other = world.staff("neighbour", &[("supervisor", "district", "410104", None, None)]).await;
    let desk = api.sign_in("desk").await;
    let center = super::center(&world).await;
    for path in ["/v1/desk/hotlines", "/v1/desk/hotlines/reconciliations", "/v1/desk/hotlines/12345/orders/A"]
    {
        api.get(path).await.expect_problem(401, "not-signed-in");
        other.get(path).await.expect_problem(403, "forbidden");
        center.get(path).await.expect_problem(403, "forbidden");
    }
    desk.get("/v1/desk/hotlines").await.expect(200);
    desk.get("/v1/desk/hotlines/12345/orders/A").await.expect_problem(404, "unknown-order");
    desk.get("/v1/desk/hotlines/reconciliations").await.expect_problem(403, "forbidden");
    desk.post("/v1/desk/hotlines/12345/reconciliations", &json!({})).await.expect_problem(403, "forbidden");
    let district = api.sign_in("district").await;
    let nobody = district.post("/v1/desk/hotlines/nobody/reconciliations", &json!({})).await;
    nobody.expect_problem(404, "unknown-order");
}
