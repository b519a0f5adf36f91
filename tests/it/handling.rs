//! A case is handled by its center, step by step, and the resident sees every step.

use reqwest::Method;
use serde_json::{Value, json};

use crate::harness::{HUAIHE, HUAIHE_CENTER, Staff, World, moved, report};

async fn center(world: &World) -> Staff {
    world.api().sign_in(&format!("center-{HUAIHE_CENTER}")).await
}

fn number(answer: &Value) -> &str {
    answer["case"]["caseNumber"].as_str().unwrap()
}

#[tokio::test]
async fn a_report_is_handled_from_received_to_archived_and_its_author_sees_every_step() {
    let world = World::new().await;
    let api = world.api();
    let answer = api.submit(&report("road-damage", "路面有一个大坑", HUAIHE)).await;
    let (center, unit) = (center(&world).await, api.sign_in(&format!("unit-{HUAIHE_CENTER}")).await);
    let photo = unit.photo().await;
    let way = [
        (&center, json!({ "move": "accept" }), "accepted", "preVerify"),
        (&center, json!({ "move": "preVerify", "assignee": "核实员小王" }), "preVerifying", "preVerify"),
        (&center, json!({ "move": "confirm" }), "opened", "dispatch"),
        (&center, json!({ "move": "dispatch", "assignee": "市政养护所" }), "dispatched", "sign"),
        (&unit, json!({ "move": "sign" }), "signed", "handle"),
        (&unit, json!({ "move": "handle", "photoIds": [photo], "note": "已修补" }), "handled", "inspect"),
        (&center, json!({ "move": "inspect" }), "inspecting", "inspect"),
        (&center, json!({ "move": "pass" }), "closed", "callBack"),
        (&center, json!({ "move": "callBack" }), "callback", "callBack"),
        (&center, json!({ "move": "archive" }), "archived", ""),
    ];
    for (who, body, state, due) in way {
        let case = who.make(number(&answer), &body).await.expect(200);
        assert_eq!(case["state"], state, "{body}");
        assert_eq!(case["dueKind"].as_str().unwrap_or_default(), due, "{body}");
    }
    let page = api.track(&answer["trackingCode"]).await;
    let acts: Vec<_> =
        page["timeline"].as_array().unwrap().iter().map(|step| step["act"].as_str().unwrap()).collect();
    let expected = [
        "received",
        "accept",
        "preVerify",
        "confirm",
        "dispatch",
        "sign",
        "handle",
        "inspect",
        "pass",
        "callBack",
        "archive",
    ];
    assert_eq!(acts, expected);
    assert_eq!(page["case"]["state"], "archived");
    assert_eq!(world.count("select count(*) from cases where case_log_break(case_id) is not null").await, 0);
    let changed = sqlx::query("update case_log set note = 'x'").execute(&world.pool).await;
    assert!(changed.is_err(), "the log is append-only");
}

#[tokio::test]
async fn return_and_rework_go_where_they_must() {
    let world = World::new().await;
    let api = world.api();
    let answer = api.submit(&report("street-light", "路灯不亮", HUAIHE)).await;
    let center = center(&world).await;
    let make = async |body: Value| center.make(number(&answer), &body).await.expect(200);
    make(json!({ "move": "accept" })).await;
    make(json!({ "move": "open" })).await;
    make(json!({ "move": "dispatch", "assignee": "甲单位" })).await;
    let returned = make(json!({ "move": "return", "reason": "不属本单位职责：管线归热力公司" })).await;
    assert_eq!((&returned["state"], &returned["returns"]), (&json!("returned"), &json!(1)));
    let dispatched = make(json!({ "move": "dispatch", "assignee": "乙单位" })).await;
    assert_eq!(dispatched["assignee"], "乙单位");
    make(json!({ "move": "sign" })).await;
    make(json!({ "move": "handle", "photoIds": [center.photo().await] })).await;
    make(json!({ "move": "inspect" })).await;
    let rework = make(json!({ "move": "fail", "reason": "灯还是不亮" })).await;
    assert_eq!((&rework["state"], &rework["assignee"]), (&json!("rework"), &json!("乙单位")));
    assert_eq!(make(json!({ "move": "sign" })).await["state"], "signed");
}

#[tokio::test]
async fn a_move_that_is_not_allowed_names_those_that_are_and_changes_nothing() {
    let world = World::new().await;
    let api = world.api();
    let answer = api.submit(&report("greening", "绿地脏乱", HUAIHE)).await;
    let center = center(&world).await;
    let path = format!("/v1/cases/{}/moves", number(&answer));
    let seen = center.get(&format!("/v1/cases/{}", number(&answer))).await;
    let etag = seen.headers["etag"].clone();

    let illegal = center.make(number(&answer), &json!({ "move": "pass" })).await;
    let allowed = illegal.expect_problem(409, "move-not-allowed")["allowedMoves"].clone();
    let allowed: Vec<&str> = allowed.as_array().unwrap().iter().map(|it| it.as_str().unwrap()).collect();
    assert!(allowed.starts_with(&["accept", "reject"]) && !allowed.contains(&"pass"), "{allowed:?}");
    let unit = api.sign_in(&format!("unit-{HUAIHE_CENTER}")).await;
    unit.make(number(&answer), &json!({ "move": "accept" })).await.expect_problem(403, "move-not-yours");
    let faults = center.make(number(&answer), &json!({ "move": "merge" })).await;
    assert_eq!(faults.pointers(), ["/reason", "/into"]);
    let unknown = center.make(number(&answer), &json!({ "move": "dance" })).await;
    assert_eq!(unknown.pointers(), ["/move"]);
    center.post(&path, &json!({ "move": "accept" })).await.expect_problem(428, "version-missing");
    center.make(number(&answer), &json!({ "move": "accept" })).await.expect(200);
    let stale = center.request(Method::POST, &path).header("If-Match", etag).json(&json!({ "move": "open" }));
    api.send(stale).await.expect_problem(412, "version-stale");
    assert_eq!(world.count("select count(*) from case_log").await, 2);
}

#[tokio::test]
async fn another_center_neither_sees_nor_moves_the_case_and_the_district_cannot_close_it() {
    let world = World::new().await;
    let api = world.api();
    let answer = api.submit(&report("noise", "商业噪声扰民", HUAIHE)).await;
    let other = api.sign_in("center-410103012").await;
    other.get(&format!("/v1/cases/{}", number(&answer))).await.expect_problem(404, "unknown-case");
    other.make(number(&answer), &json!({ "move": "accept" })).await.expect_problem(404, "unknown-case");
    assert_eq!(other.get("/v1/cases").await.expect(200)["cases"], json!([]));
    assert_eq!(other.get("/v1/cases?center=410103001").await.expect(200)["cases"], json!([]));
    api.get("/v1/cases").await.expect_problem(401, "not-signed-in");

    let (center, district) = (center(&world).await, api.sign_in("district").await);
    for body in [
        json!({ "move": "accept" }),
        json!({ "move": "open" }),
        json!({ "move": "dispatch", "assignee": "甲" }),
        json!({ "move": "sign" }),
        json!({ "move": "handle", "photoIds": [center.photo().await] }),
        json!({ "move": "inspect" }),
    ] {
        center.make(number(&answer), &body).await.expect(200);
    }
    let refused = district.make(number(&answer), &json!({ "move": "pass" })).await;
    refused.expect_problem(403, "move-not-yours");
}

#[tokio::test]
async fn a_merge_moves_every_reporter_and_an_unmerge_gives_all_back() {
    let world = World::new().await;
    let api = world.api();
    let first = api.submit(&report("road-damage", "路面有坑", HUAIHE)).await;
    let far = moved(HUAIHE, 200.0, 0.0);
    let second = api.submit(&report("road-damage", "同一个坑", far)).await;
    let third = api.submit(&report("road-damage", "还是这个坑", far)).await;
    assert_eq!(second["case"], third["case"]);
    let center = center(&world).await;
    let into = json!({ "move": "merge", "reason": "同一处", "into": number(&first) });
    center.make(number(&second), &into).await.expect(200);
    let master = center.get(&format!("/v1/cases/{}", number(&first))).await.expect(200);
    assert_eq!(master["reportCount"], 3);
    assert_eq!(master["reports"][0]["receiptNumber"], first["receiptNumber"], "receipt order is kept");
    for report in [&second, &third] {
        let page = api.track(&report["trackingCode"]).await;
        assert_eq!(page["case"]["caseNumber"], first["case"]["caseNumber"]);
        assert_eq!(
            page["timeline"][0]["act"],
            report["outcome"].as_str().map(|it| if it == "new" { "received" } else { "joined" }).unwrap()
        );
    }
    // Steps of the master reach those who were merged into it.
    center.make(number(&first), &json!({ "move": "accept" })).await.expect(200);
    let told = api.track(&third["trackingCode"]).await;
    let acts: Vec<_> =
        told["timeline"].as_array().unwrap().iter().map(|step| step["act"].as_str().unwrap()).collect();
    assert_eq!(acts, ["joined", "merge", "accept"]);

    let back =
        center.make(number(&second), &json!({ "move": "unmerge", "reason": "不是同一处" })).await.expect(200);
    assert_eq!((&back["state"], &back["reportCount"]), (&json!("received"), &json!(2)));
    assert_eq!(back["reports"][0]["receiptNumber"], second["receiptNumber"]);
    let master = center.get(&format!("/v1/cases/{}", number(&first))).await.expect(200);
    assert_eq!(master["reportCount"], 1);
    assert_eq!(api.track(&second["trackingCode"]).await["case"]["caseNumber"], second["case"]["caseNumber"]);
    // New reports of the restored case join it again.
    let again = api.submit(&report("road-damage", "路面有坑没人修", far)).await;
    assert_eq!(again["case"]["caseNumber"], second["case"]["caseNumber"]);
}

#[tokio::test]
async fn a_question_of_the_center_is_answered_by_a_resident_without_an_account() {
    let world = World::new().await;
    let api = world.api();
    let answer = api.submit(&report("noise", "半夜很吵", HUAIHE)).await;
    let center = center(&world).await;
    center.make(number(&answer), &json!({ "move": "accept" })).await.expect(200);
    let asked = json!({ "move": "askReporter", "note": "具体是哪一家店？" });
    center.make(number(&answer), &asked).await.expect(200);
    let page = api.track(&answer["trackingCode"]).await;
    assert_eq!(page["question"], "具体是哪一家店？");
    let path = format!("/v1/reports/{}/additions", answer["trackingCode"].as_str().unwrap());
    let words = json!({ "description": "路口的烧烤店", "claimSecret": answer["claimSecret"] });
    let added = api.post(&path, &words).await.expect(201);
    assert_eq!(added["answersQuestion"], true);
    let page = api.track(&answer["trackingCode"]).await;
    assert!(page.get("question").is_none());
    assert_eq!(page["timeline"].as_array().unwrap().last().unwrap()["act"], "answered");
    let case = center.get(&format!("/v1/cases/{}", number(&answer))).await.expect(200);
    assert_eq!(case["log"].as_array().unwrap().last().unwrap()["note"], "路口的烧烤店");
}
