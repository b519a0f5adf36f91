//! A report with two problems becomes two linked cases, and its author follows both.

use serde_json::{Value, json};

use crate::harness::{HUAIHE, HUAIHE_CENTER, Staff, World, report};

async fn received(world: &World) -> (Value, String, Staff) {
    let mut body = report("road-damage", "路面有大坑，旁边路灯也不亮", HUAIHE);
    body["contact"] = json!({ "email": "resident@example.org" });
    let answer = world.api().submit(&body).await;
    let number = answer["case"]["caseNumber"].as_str().unwrap().to_owned();
    (answer, number, world.api().sign_in(&format!("center-{HUAIHE_CENTER}")).await)
}

fn light() -> Value {
    json!({ "move": "split", "reason": "两个问题", "category": "street-light", "note": "路灯不亮" })
}

fn acts(page: &Value) -> Vec<&str> {
    page["timeline"].as_array().unwrap().iter().map(|step| step["act"].as_str().unwrap()).collect()
}

#[tokio::test]
async fn a_report_with_two_problems_becomes_two_cases_and_its_author_follows_both() {
    let world = World::with_worker().await;
    let (answer, number, center) = received(&world).await;
    let whole = center.go(&number, &[light()]).await;
    let part = whole["splitInto"][0].as_str().unwrap().to_owned();
    assert_eq!((&whole["state"], &whole["category"]), (&json!("received"), &json!("road-damage")));
    let line = whole["log"].as_array().unwrap().last().unwrap();
    assert_eq!((&line["act"], &line["detail"]["into"]), (&json!("split"), &json!(part)));

    let case = center.case(&part).await;
    assert_eq!((&case["splitFrom"], &case["category"]), (&json!(number), &json!("street-light")));
    assert_eq!((&case["state"], &case["dueKind"]), (&json!("received"), &json!("accept")));
    assert_eq!(
        (&case["log"][0]["act"], &case["log"][0]["detail"]["from"]),
        (&json!("splitOff"), &json!(number))
    );
    assert_eq!(case["reports"][0]["receiptNumber"], answer["receiptNumber"], "the order of receipt is kept");
    assert_eq!(case["reports"][0]["description"], "路灯不亮");

    let page = world.api().track(&answer["trackingCode"]).await;
    assert_eq!(acts(&page), ["received", "split"]);
    assert_eq!(
        (&page["parts"][0]["caseNumber"], &page["parts"][0]["state"]),
        (&json!(part), &json!("received"))
    );
    let code = page["parts"][0]["trackingCode"].clone();
    center.go(&part, &[json!({ "move": "accept" })]).await;
    let page = world.api().track(&answer["trackingCode"]).await;
    assert_eq!(
        (&page["parts"][0]["state"], &page["case"]["state"]),
        (&json!("accepted"), &json!("received"))
    );
    let own = world.api().track(&code).await;
    assert_eq!((&own["partOf"], acts(&own)), (&answer["trackingCode"], vec!["splitOff", "accept"]));
    world
        .mail
        .wait_for("word of the second case", |mails| {
            mails.iter().any(|mail| mail.words().contains(code.as_str().unwrap()))
        })
        .await;
    assert_eq!(world.count("select count(*) from cases where case_log_break(case_id) is not null").await, 0);

    // Whoever reports the second problem joins its case.
    let joined = world.api().submit(&report("street-light", "路灯不亮", HUAIHE)).await;
    assert_eq!((&joined["outcome"], &joined["case"]["caseNumber"]), (&json!("joined"), &json!(part)));
}

#[tokio::test]
async fn a_part_is_merged_back_and_parted_again_in_its_place() {
    let world = World::new().await;
    let (answer, number, center) = received(&world).await;
    let part = center.go(&number, &[light()]).await["splitInto"][0].as_str().unwrap().to_owned();
    center.go(&part, &[json!({ "move": "merge", "reason": "还是一处", "into": number })]).await;
    let whole = center.case(&number).await;
    assert_eq!(whole["reportCount"], 2);
    for report in whole["reports"].as_array().unwrap() {
        assert_eq!(report["receiptNumber"], answer["receiptNumber"]);
    }
    let back = center.go(&part, &[json!({ "move": "unmerge", "reason": "不是" })]).await;
    assert_eq!((&back["state"], &back["reportCount"]), (&json!("received"), &json!(1)));
    let page = world.api().track(&answer["trackingCode"]).await;
    assert_eq!(page["parts"][0]["caseNumber"], json!(part));
}

#[tokio::test]
async fn a_wrong_split_is_named_and_opens_nothing() {
    let world = World::new().await;
    let (_, number, center) = received(&world).await;
    assert_eq!(center.make(&number, &json!({ "move": "split" })).await.pointers(), ["/reason", "/category"]);
    let mut wrong = light();
    wrong["category"] = json!("dragons");
    wrong["reportId"] = json!("018f0000-0000-7000-8000-000000000000");
    wrong["location"] = json!({ "longitude": 34.0, "latitude": 113.0, "coordinateSystem": "WGS-84" });
    let mut pointers = center.make(&number, &wrong).await.pointers();
    pointers.sort();
    assert_eq!(pointers, ["/category", "/location", "/reportId"]);
    let same = json!({ "move": "split", "reason": "x", "category": "road-damage" });
    assert_eq!(center.make(&number, &same).await.pointers(), ["/note"]);
    let mut pictured = light();
    pictured["photoIds"] = json!([center.photo().await]);
    assert_eq!(center.make(&number, &pictured).await.pointers(), ["/photoIds/0"]);
    let other = world.api().sign_in("center-410103012").await;
    let request = other
        .request(reqwest::Method::POST, &format!("/v1/cases/{number}/moves"))
        .header("If-Match", "\"0\"")
        .json(&light());
    world.api().send(request).await.expect_problem(404, "unknown-case");
    let stale = center
        .request(reqwest::Method::POST, &format!("/v1/cases/{number}/moves"))
        .header("If-Match", "\"77\"")
        .json(&light());
    world.api().send(stale).await.expect_problem(412, "version-stale");
    center.go(&number, &[json!({ "move": "reject", "reason": "不属于受理范围" })]).await;
    center.make(&number, &light()).await.expect_problem(409, "move-not-allowed");
    assert_eq!(world.count("select count(*) from cases").await, 1);
}
