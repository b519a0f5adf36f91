//! Whom a move concerns is told by mail: once, and nothing of the reporter.

use serde_json::{Value, json};

use crate::duty::Pair;
use crate::harness::{HUAIHE, HUAIHE_CENTER, Mail, Staff, World, report};

const WORDS: &str = "路灯不亮，请打 13812345678 找王女士";

struct Street {
    world: World,
    center: Staff,
    number: String,
}

async fn street() -> Street {
    let world = World::with_worker().await;
    let mut body = report("street-light", WORDS, HUAIHE);
    body["contact"] = json!({ "name": "王女士", "phone": "13812345678", "email": "wang@citizen.example" });
    let answer = world.api().submit(&body).await;
    let number = answer["case"]["caseNumber"].as_str().unwrap().to_owned();
    let center = world.api().sign_in(&format!("center-{HUAIHE_CENTER}")).await;
    center.go(&number, &[json!({ "move": "accept" }), json!({ "move": "open" })]).await;
    Street { world, center, number }
}

/// The address of a unit of 二七区, in the rules.
async fn address(world: &World, unit: &str) -> String {
    sqlx::query_scalar(
        "select u -> 'contact' ->> 'email' from rulebook_version, jsonb_array_elements(body -> 'plan' -> 'units') u
         where u ->> 'code' = $1",
    )
    .bind(unit)
    .fetch_one(&world.pool)
    .await
    .unwrap()
}

/// Waits until somebody was told of `act`, and returns every recipient of it, sorted.
async fn told(world: &World, act: &str) -> Vec<String> {
    for _ in 0..400 {
        let found: Vec<(String, String)> = sqlx::query_as(
            "select recipient, d.state from delivery d join case_log l using (log_id)
             where l.act = $1 and recipient is not null order by recipient",
        )
        .bind(act)
        .fetch_all(&world.pool)
        .await
        .unwrap();
        if !found.is_empty() && found.iter().all(|(_, state)| state == "delivered") {
            return found.into_iter().map(|(recipient, _)| recipient).collect();
        }
        tokio::time::sleep(std::time::Duration::from_millis(50)).await;
    }
    panic!("nobody was told of {act}");
}

#[tokio::test]
async fn each_move_tells_those_whom_it_concerns_once_and_nothing_of_the_reporter() {
    let Street { world, center, number } = street().await;
    let of_unit = |unit| [("unitHandler", "district", "410103", None, Some(unit))];
    let police = world.staff("officer", &of_unit("traffic-police")).await;
    world.work_address("officer", "officer@police.example").await;
    let district = world.api().sign_in("district").await;
    let officer: String =
        sqlx::query_scalar("select 'person/' || staff_id from staff_account where username = 'officer'")
            .fetch_one(&world.pool)
            .await
            .unwrap();
    let own = format!("center/{HUAIHE_CENTER}");
    let go = async |by: &Staff, body: Value| by.go(&number, &[body]).await;
    let joint = json!({ "move": "dispatch", "unit": "traffic-police", "units": ["urban-management"] });
    go(&center, joint).await;
    assert_eq!(told(&world, "dispatch").await, ["unit/traffic-police", "unit/urban-management"]);
    go(&center, json!({ "move": "assign", "person": "officer" })).await;
    assert_eq!(told(&world, "assign").await, std::slice::from_ref(&officer));
    go(&center, json!({ "move": "whistle", "units": ["health-campaign", "urban-management"] })).await;
    assert_eq!(told(&world, "whistle").await, ["unit/health-campaign", "unit/urban-management"]);
    go(&district, json!({ "move": "supervise", "reason": "限三日" })).await;
    assert_eq!(told(&world, "supervise").await, [own.clone(), officer, "unit/traffic-police".to_owned()]);
    go(&center, json!({ "move": "escalate", "reason": "需要断路施工" })).await;
    assert_eq!(told(&world, "escalate").await, ["center/410103000"]);
    go(&center, json!({ "move": "revokeAssign" })).await;
    go(&police, json!({ "move": "return", "reason": "权属不清" })).await;
    assert_eq!(told(&world, "return").await, [own]);
    go(&center, json!({ "move": "transfer", "unit": "neighbour", "reason": "归邻区", "takenBy": "三号" }))
        .await;
    assert_eq!(told(&world, "transfer").await, ["unit/neighbour"]);

    let mails = world.mail.mails().await;
    let (unit, neighbour) = (address(&world, "traffic-police").await, address(&world, "neighbour").await);
    for to in [unit.as_str(), "officer@police.example", &neighbour] {
        assert!(mails.iter().any(|mail| mail.to == to), "nothing reached {to}");
    }
    for mail in mails.iter().filter(|mail| mail.to != "wang@citizen.example") {
        let words = mail.words();
        assert!(words.contains(&number), "{words}");
        for personal in ["13812345678", "王女士", "wang@", "请打"] {
            assert!(!words.contains(personal), "{words}");
        }
    }
    let assigned = mails.iter().find(|mail| mail.to == "officer@police.example").unwrap().words();
    assert!(assigned.contains("【指派给您】") && assigned.contains("路灯"), "{assigned}");
}

#[tokio::test]
async fn somebody_without_an_address_is_told_at_that_of_their_unit_and_nobody_twice() {
    let Street { world, center, number } = street().await;
    world.staff("silent", &[("unitHandler", "district", "410103", None, Some("traffic-police"))]).await;
    let given = [
        json!({ "move": "dispatch", "unit": "traffic-police" }),
        json!({ "move": "assign", "person": "silent" }),
    ];
    center.go(&number, &given).await;
    assert_eq!(told(&world, "assign").await, ["unit/traffic-police"]);
    // The job done twice tells nobody twice.
    sqlx::query(
        "insert into job (kind, payload, created_at, run_at)
         select 'announce', jsonb_build_object('logId', log_id, 'caseId', case_id), now(), now() from case_log",
    )
    .execute(&world.pool)
    .await
    .unwrap();
    for _ in 0..200 {
        if world.count("select count(*) from job where kind = 'announce'").await == 0 {
            break;
        }
        tokio::time::sleep(std::time::Duration::from_millis(50)).await;
    }
    assert_eq!(told(&world, "assign").await, ["unit/traffic-police"]);
    assert_eq!(told(&world, "dispatch").await, ["unit/traffic-police"]);
}

#[tokio::test]
async fn a_post_that_gets_a_case_is_told_at_the_address_that_the_rules_have_for_it() {
    let pair = Pair::new(true).await;
    assert_eq!(told(&pair.world, "dispatch").await, [format!("post/grid-residential/{}", pair.grid)]);
    let mails = pair.world.mail.mails().await;
    let words: Vec<String> =
        mails.iter().filter(|mail| mail.to == "grid@jiekou.example").map(Mail::words).collect();
    assert_eq!(words.len(), 1, "{words:?}");
    assert!(words[0].contains("【新任务】") && words[0].contains("居民区网格员"), "{words:?}");
}
