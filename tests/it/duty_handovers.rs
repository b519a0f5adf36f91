//! Handing over: open tasks go to a colleague of the same unit, post or area, all of those named or none.

use reqwest::Method;
use serde_json::{Value, json};

use crate::duty::{Pair, disable};
use crate::harness::{Answer, HUAIHE, HUAIHE_CENTER, Staff, World, WorldOptions, moved, report};

/// Cases of the police, each assigned to `giver`.
struct Police {
    world: World,
    center: Staff,
    numbers: Vec<String>,
    giver: Staff,
    taker: Staff,
}

async fn police(cases: u32, worker: bool) -> Police {
    let world = World::with(WorldOptions { worker, ..WorldOptions::default() }).await;
    let center = world.api().sign_in(&format!("center-{HUAIHE_CENTER}")).await;
    let of_unit = [("unitHandler", "district", "410103", None, Some("traffic-police"))];
    let (giver, taker) = (world.staff("giver", &of_unit).await, world.staff("taker", &of_unit).await);
    let mut numbers = Vec::new();
    for step in 0..cases {
        let place = moved(HUAIHE, 0.0, 300.0 * f64::from(step));
        let answer = world.api().submit(&report("road-damage", &format!("第 {step} 处破损"), place)).await;
        let number = answer["case"]["caseNumber"].as_str().unwrap().to_owned();
        let way = [
            json!({ "move": "accept" }),
            json!({ "move": "open" }),
            json!({ "move": "dispatch", "unit": "traffic-police" }),
            json!({ "move": "assign", "person": "giver" }),
        ];
        center.go(&number, &way).await;
        numbers.push(number);
    }
    Police { world, center, numbers, giver, taker }
}

async fn hand_over(by: &Staff, body: &Value) -> Answer {
    by.post("/v1/duty/handovers", body).await
}

async fn keyed(by: &Staff, key: &str, body: &Value) -> Answer {
    let request = by.request(Method::POST, "/v1/duty/handovers").header("Idempotency-Key", key);
    by.api.send(request.json(body)).await
}

#[tokio::test]
async fn everything_in_somebodys_hands_goes_to_a_colleague_once_and_is_logged_in_each_case() {
    let Police { world, center, numbers, giver, taker } = police(2, false).await;
    let before = center.get(&format!("/v1/cases/{}", numbers[0])).await;
    let body = json!({ "to": "taker", "note": "早班交接" });
    let handed = keyed(&giver, "shift-1", &body).await.expect(201);
    assert_eq!(
        (&handed["from"], &handed["to"], &handed["more"]),
        (&json!("giver"), &json!("taker"), &json!(false))
    );
    let mut sorted = numbers.clone();
    sorted.sort();
    assert_eq!(handed["caseNumbers"], json!(sorted));
    assert_eq!(keyed(&giver, "shift-1", &body).await.expect(201), handed, "resent, done once");
    let other = json!({ "to": "taker" });
    keyed(&giver, "shift-1", &other).await.expect_problem(409, "idempotency-key-reused");
    assert_eq!(world.count("select count(*) from case_log where act = 'handedOver'").await, 2);

    for number in &numbers {
        let case = center.case(number).await;
        assert_eq!(
            (&case["handling"]["person"], &case["handling"]["owner"]["name"]),
            (&json!("taker"), &json!("taker"))
        );
        let line = case["log"].as_array().unwrap().last().unwrap().clone();
        assert_eq!(
            (&line["act"], &line["actorName"], &line["note"]),
            (&json!("handedOver"), &json!("giver"), &json!("早班交接"))
        );
        assert_eq!(
            line["detail"],
            json!({ "from": "giver", "to": "taker", "handoverId": handed["handoverId"], "count": 2 })
        );
    }
    assert_eq!(world.count("select count(*) from cases where case_log_break(case_id) is not null").await, 0);
    // Whoever decided on the case as it was before is told that it has changed.
    let etag = before.headers["etag"].clone();
    let path = format!("/v1/cases/{}/moves", numbers[0]);
    let stale = taker.request(Method::POST, &path).header("If-Match", etag).json(&json!({ "move": "sign" }));
    taker.api.send(stale).await.expect_problem(412, "version-stale");
    // The giver has it no more, and is told why; the taker goes on.
    let refused =
        giver.make(&numbers[0], &json!({ "move": "sign" })).await.expect_problem(409, "move-guarded");
    assert_eq!(refused["guard"], "handedOn");
    assert_eq!(refused["detail"], "您已把本案交接给他人，请由接收人办理");
    assert_eq!(giver.case(&numbers[0]).await["allowedMoves"], json!([]));
    taker.go(&numbers[0], &[json!({ "move": "sign" })]).await;
    assert_eq!(hand_over(&giver, &other).await.pointers(), ["/cases"], "nothing is left to hand over");
    // Given back, it is the giver's again.
    hand_over(&taker, &json!({ "to": "giver", "cases": [numbers[0]] })).await.expect(201);
    giver.go(&numbers[0], &[json!({ "move": "arrive" })]).await;
}

#[tokio::test]
async fn what_is_wrong_with_a_handing_over_is_told_at_once_and_nothing_changes_hands() {
    let Police { world, center, numbers, giver, .. } = police(2, false).await;
    world.staff("market", &[("unitHandler", "district", "410103", None, Some("urban-management"))]).await;
    let outside = world.api().sign_in("center-410103003").await;
    let colleague = world.api().sign_in("taker").await;
    let answer = world.api().submit(&report("street-light", "路灯不亮", moved(HUAIHE, 0.0, 1_200.0))).await;
    let not_theirs = answer["case"]["caseNumber"].as_str().unwrap().to_owned();
    for (by, body, pointers) in [
        (&giver, json!({}), vec!["/to"]),
        (&giver, json!({ "to": 7, "cases": "x" }), vec!["/cases", "/to"]),
        (&giver, json!({ "to": "nobody" }), vec!["/to"]),
        (&giver, json!({ "to": "giver" }), vec!["/to"]),
        (&giver, json!({ "to": "taker", "from": "nobody" }), vec!["/from"]),
        (&giver, json!({ "to": "taker", "note": "长".repeat(1_001) }), vec!["/note"]),
        (&giver, json!({ "to": "taker", "cases": vec!["x"; 201] }), vec!["/cases"]),
        (
            &giver,
            json!({ "to": "taker", "cases": [numbers[0], "x", numbers[0]] }),
            vec!["/cases/1", "/cases/2"],
        ),
        // Not of the unit that the case was handed to.
        (&giver, json!({ "to": "market", "cases": [numbers[0], numbers[1]] }), vec!["/cases/0", "/cases/1"]),
        (&giver, json!({ "to": "taker", "cases": [numbers[0], not_theirs] }), vec!["/cases/1"]),
        // A colleague hands over only their own, and another center's dispatcher sees nothing here.
        (&colleague, json!({ "to": "taker", "from": "giver", "cases": [numbers[0]] }), vec!["/cases/0"]),
        (&outside, json!({ "to": "taker", "from": "giver", "cases": [numbers[0]] }), vec!["/cases/0"]),
        (&outside, json!({ "to": "taker", "from": "giver" }), vec!["/cases"]),
    ] {
        let mut told = hand_over(by, &body).await.pointers();
        told.sort();
        assert_eq!(told, pointers, "{body}");
    }
    world
        .api()
        .post("/v1/duty/handovers", &json!({ "to": "taker" }))
        .await
        .expect_problem(401, "not-signed-in");
    disable(&world, "taker", true).await;
    assert_eq!(
        hand_over(&giver, &json!({ "to": "taker" })).await.pointers(),
        ["/to"],
        "the account is disabled"
    );
    assert_eq!(world.count("select count(*) from case_log where act = 'handedOver'").await, 0);
    assert_eq!(center.case(&numbers[0]).await["handling"]["person"], "giver");
}

#[tokio::test]
async fn the_dispatcher_hands_on_what_lies_with_somebody_who_is_gone() {
    let Police { world, center, numbers, .. } = police(1, false).await;
    disable(&world, "giver", true).await;
    assert_eq!(center.case(&numbers[0]).await["handling"]["owner"]["kind"], "unit");
    hand_over(&center, &json!({ "from": "giver", "to": "taker" })).await.expect(201);
    let case = center.case(&numbers[0]).await;
    assert_eq!(case["handling"]["owner"], json!({ "kind": "person", "name": "taker" }));
}

#[tokio::test]
async fn at_the_change_of_turns_a_hands_what_the_post_has_to_b() {
    let pair = Pair::new(false).await;
    let (on, off) = pair.turns().await;
    let (giver, other) = if on == "grid-a" { (&pair.a, &pair.b) } else { (&pair.b, &pair.a) };
    assert_eq!(
        hand_over(other, &json!({ "to": on })).await.pointers(),
        ["/cases"],
        "who is off duty has nothing"
    );
    let handed = hand_over(giver, &json!({ "to": off })).await.expect(201);
    assert_eq!(handed["caseNumbers"], json!([pair.number]));
    let case = pair.center.case(&pair.number).await;
    assert_eq!(case["handling"]["owner"], json!({ "kind": "person", "name": off }));
    giver.make(&pair.number, &json!({ "move": "sign" })).await.expect_problem(409, "move-guarded");
    other.go(&pair.number, &[json!({ "move": "sign" })]).await;
}

#[tokio::test]
async fn somebody_is_assigned_only_who_is_there_and_works_for_whoever_has_the_case() {
    let Police { world, center, numbers, .. } = police(1, false).await;
    world.staff("market", &[("unitHandler", "district", "410103", None, Some("urban-management"))]).await;
    disable(&world, "taker", true).await;
    center.go(&numbers[0], &[json!({ "move": "revokeAssign" })]).await;
    for person in ["market", "taker", "nobody", &format!("center-{HUAIHE_CENTER}"), "district"] {
        let assigned = center.make(&numbers[0], &json!({ "move": "assign", "person": person })).await;
        assert_eq!(assigned.pointers(), ["/person"], "{person}");
    }
    disable(&world, "taker", false).await;
    center.go(&numbers[0], &[json!({ "move": "assign", "person": "taker" })]).await;
}

#[tokio::test]
async fn the_taker_is_told_by_mail_once_whatever_number_of_cases_it_is() {
    let Police { world, numbers, giver, .. } = police(2, true).await;
    world.work_address("taker", "taker@unit.example").await;
    hand_over(&giver, &json!({ "to": "taker", "note": "13812345678 请跟进" })).await.expect(201);
    let mails = world
        .mail
        .wait_for("mail to the taker", |mails| mails.iter().any(|mail| mail.to == "taker@unit.example"))
        .await;
    let mail = mails.iter().find(|mail| mail.to == "taker@unit.example").unwrap();
    let words = mail.words();
    assert!(words.contains("【案件交接】") && numbers.iter().any(|number| words.contains(number)), "{words}");
    assert!(words.contains("共 2 件") && !words.contains("138"), "{words}");
    let told = "select count(*) from delivery d join case_log l using (log_id) where l.act = 'handedOver'";
    assert_eq!(world.count(told).await, 1);
}
