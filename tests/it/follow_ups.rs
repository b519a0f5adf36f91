//! What its author says later: reports again, additions, answers. All of it is kept, and danger in it alarms.

use futures_util::future::join_all;
use serde_json::{Value, json};

use crate::harness::{HUAIHE, HUAIHE_CENTER, World, moved, report};

fn number(answer: &Value) -> &str {
    answer["case"]["caseNumber"].as_str().unwrap()
}

/// The same report again by its proved author.
fn again(answer: &Value, words: &str) -> Value {
    let mut body = report("household-waste", words, HUAIHE);
    body["claimSecret"] = answer["claimSecret"].clone();
    body
}

async fn add(world: &World, answer: &Value, words: &str) -> Value {
    let path = format!("/v1/reports/{}/additions", answer["trackingCode"].as_str().unwrap());
    let body = json!({ "description": words, "claimSecret": answer["claimSecret"] });
    world.api().post(&path, &body).await.expect(201)
}

#[tokio::test]
async fn a_follow_up_keeps_its_photos_answers_and_contact() {
    let world = World::with_worker().await;
    let api = world.api();
    let first = api.submit(&report("household-waste", "垃圾三天没收", HUAIHE)).await;
    let staff = api.sign_in(&format!("center-{HUAIHE_CENTER}")).await;
    let photo = staff.photo().await;
    let mut body = again(&first, "垃圾五天没收");
    body["photoIds"] = json!([photo]);
    body["contact"] = json!({ "email": "anna@jiekou.example" });
    assert_eq!(api.submit(&body).await["outcome"], "followUp");
    let case = staff.get(&format!("/v1/cases/{}", number(&first))).await.expect(200);
    assert_eq!(case["photos"][0]["photoId"], photo);
    assert_eq!(case["photos"][0]["reportId"], first["reportId"]);
    let line = case["log"].as_array().unwrap().last().unwrap().clone();
    assert_eq!((&line["act"], &line["note"]), (&json!("urged"), &json!("垃圾五天没收")));
    assert!(line["detail"]["place"]["longitude"].is_number());
    assert_eq!(world.count("select count(*) from addition").await, 1);
    // From now on the author can be reached.
    staff.make(number(&first), &json!({ "move": "accept" })).await.expect(200);
    world
        .mail
        .wait_for("word of the step", |mails| mails.len() == 1 && mails[0].to == "anna@jiekou.example")
        .await;
    // What is known stays where nothing new is given.
    let mut phone = again(&first, "还没收");
    phone["contact"] = json!({ "phone": "13900001111" });
    assert_eq!(api.submit(&phone).await["outcome"], "followUp");
    staff.make(number(&first), &json!({ "move": "open" })).await.expect(200);
    world.mail.wait_for("the next step", |mails| mails.len() == 2).await;
    // A photo that is taken is refused, and nothing is half done.
    let refused = api.post("/v1/reports", &body).await;
    assert_eq!(refused.pointers(), ["/photoIds/0"]);
    assert_eq!(world.count("select urge_count::bigint from cases").await, 2);
}

#[tokio::test]
async fn danger_in_a_follow_up_or_an_addition_alarms_the_center_and_shortens_the_clock() {
    let world = World::with_worker().await;
    let api = world.api();
    let calm = api.submit(&report("household-waste", "垃圾三天没收", HUAIHE)).await;
    let followed = api.submit(&again(&calm, "垃圾堆着火了，火很大")).await;
    assert_eq!(followed["outcome"], "followUp");
    assert!(followed["safety"]["numbers"].as_array().unwrap().contains(&json!("119")), "{followed}");
    assert!(followed["dueAt"].as_str() < calm["dueAt"].as_str(), "{calm} {followed}");
    let far = api.submit(&report("household-waste", "垃圾没收", moved(HUAIHE, 700.0, 0.0))).await;
    assert!(add(&world, &far, "没有别的").await.get("safety").is_none());
    let added = add(&world, &far, "旁边闻到很大的煤气味").await;
    assert!(added["safety"]["numbers"].as_array().is_some_and(|numbers| !numbers.is_empty()), "{added}");
    assert_eq!(world.count("select count(*) from cases where alarmed and urgency = 'urgent'").await, 2);
    for answer in [&calm, &far] {
        let number = number(answer).to_owned();
        let alarm = |mail: &crate::harness::Mail| mail.words().contains(&number);
        world.mail.wait_for("an alarm", |mails| mails.iter().any(alarm)).await;
    }
}

#[tokio::test]
async fn joins_urges_additions_and_merges_at_once_end_without_a_failure_and_lose_no_word() {
    let mut world = World::new().await;
    world.add_api(&[]).await;
    let api = world.api();
    let staff = api.sign_in(&format!("center-{HUAIHE_CENTER}")).await;
    let (here, there) = (HUAIHE, moved(HUAIHE, 300.0, 0.0));
    let a = api.submit(&report("household-waste", "垃圾三天没收", here)).await;
    let b = api.submit(&report("household-waste", "垃圾三天没收", there)).await;
    let merging = async {
        for _ in 0..12 {
            let into = json!({ "move": "merge", "reason": "同一处", "into": number(&b) });
            expect_no_failure(&staff.make(number(&a), &into).await);
            let back = json!({ "move": "unmerge", "reason": "不是" });
            expect_no_failure(&staff.make(number(&a), &back).await);
        }
    };
    let talking = join_all((0..40).map(|n| {
        let (world, a) = (&world, &a);
        async move {
            let api = world.api_at(n % 2);
            let answer = if n % 3 == 0 {
                api.try_submit(&again(a, &format!("第{n}次催办")), None).await.unwrap()
            } else if n % 3 == 1 {
                api.try_submit(&report("household-waste", "垃圾三天没收", here), None).await.unwrap()
            } else {
                let path = format!("/v1/reports/{}/additions", a["trackingCode"].as_str().unwrap());
                let body = json!({ "description": format!("第{n}次补充"), "claimSecret": a["claimSecret"] });
                api.post(&path, &body).await
            };
            expect_no_failure(&answer);
        }
    }));
    tokio::join!(merging, talking);
    // Every word is on the page of its author, whichever case it was said to.
    let page = api.track(&a["trackingCode"]).await;
    let acts: Vec<_> = page["timeline"].as_array().unwrap().iter().map(|step| step["act"].clone()).collect();
    let said = |act: &str| acts.iter().filter(|it| *it == act).count();
    assert_eq!((said("urged"), said("added")), (14, 13), "{acts:?}");
    assert_eq!(world.count("select sum(report_count)::bigint from cases").await, 15);
    assert_eq!(world.count("select count(*) from report").await, 15);
    assert_eq!(world.count("select count(*) from cases where case_log_break(case_id) is not null").await, 0);
}

#[track_caller]
fn expect_no_failure(answer: &crate::harness::Answer) {
    assert!(answer.status.as_u16() < 500, "{} {}", answer.status, answer.body);
}

#[tokio::test]
async fn people_joining_a_case_make_no_move_stale_and_an_alarm_does() {
    let world = World::new().await;
    let api = world.api();
    let first = api.submit(&report("household-waste", "垃圾三天没收", HUAIHE)).await;
    let staff = api.sign_in(&format!("center-{HUAIHE_CENTER}")).await;
    let path = format!("/v1/cases/{}", number(&first));
    let etag = async || staff.get(&path).await.headers["etag"].clone();
    let seen = etag().await;
    api.submit(&report("household-waste", "垃圾三天没收", HUAIHE)).await;
    api.submit(&again(&first, "还没收")).await;
    assert_eq!(etag().await, seen);
    let accept = |tag| {
        let path = format!("{path}/moves");
        staff.request(reqwest::Method::POST, &path).header("If-Match", tag).json(&json!({ "move": "accept" }))
    };
    add(&world, &first, "旁边闻到很大的煤气味").await;
    api.send(accept(seen)).await.expect_problem(412, "version-stale");
    api.send(accept(etag().await)).await.expect(200);
}
