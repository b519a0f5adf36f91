//! What may be the same problem waits for its center, and each is answered with one move.

use serde_json::{Value, json};

use crate::harness::{HUAIHE, HUAIHE_CENTER, Staff, World, moved, report};

fn number(answer: &Value) -> &str {
    answer["case"]["caseNumber"].as_str().unwrap()
}

async fn center(world: &World) -> Staff {
    world.api().sign_in(&format!("center-{HUAIHE_CENTER}")).await
}

async fn view(staff: &Staff, number: &str) -> Value {
    staff.get(&format!("/v1/cases/{number}")).await.expect(200)
}

fn others(case: &Value) -> Vec<&str> {
    case["possiblySame"].as_array().unwrap().iter().map(|it| it["caseNumber"].as_str().unwrap()).collect()
}

async fn queue(staff: &Staff) -> Vec<String> {
    let page = staff.get("/v1/cases?possiblySame=true").await.expect(200);
    let lines = page["cases"].as_array().unwrap().iter();
    lines.map(|line| line["caseNumber"].as_str().unwrap().to_owned()).collect()
}

/// Two reports of one family 62 m apart in other words: nobody can tell. The second stands as new.
async fn pair(world: &World) -> (Value, Value) {
    pair_at(world, HUAIHE).await
}

async fn pair_at(world: &World, place: (f64, f64)) -> (Value, Value) {
    let api = world.api();
    let first = api.submit(&report("road-damage", "人行道地砖松动", place)).await;
    let second = api.submit(&report("road-damage", "车行道开裂一条缝", moved(place, 62.0, 0.0))).await;
    assert_eq!((&first["outcome"], &second["outcome"]), (&json!("new"), &json!("new")));
    (first, second)
}

#[tokio::test]
async fn a_report_that_may_be_the_same_waits_with_everything_its_center_needs_to_decide() {
    let world = World::new().await;
    let staff = center(&world).await;
    let api = world.api();
    let photo = api.upload("a.png", crate::photos::small_picture()).await.expect(201)["photoId"].clone();
    let mut body = report("road-damage", "人行道地砖松动", HUAIHE);
    body["photoIds"] = json!([photo]);
    let first = api.submit(&body).await;
    let second = api.submit(&report("road-damage", "车行道开裂一条缝", moved(HUAIHE, 62.0, 0.0))).await;
    assert_eq!(queue(&staff).await, [number(&second)]);
    let case = view(&staff, number(&second)).await;
    let other = case["possiblySame"][0].clone();
    assert_eq!(other["caseNumber"], number(&first));
    assert_eq!(other["center"]["code"], HUAIHE_CENTER);
    assert_eq!((&other["state"], &other["category"]), (&json!("received"), &json!("road-damage")));
    assert_eq!((&other["reportCount"], &other["reporterSaysDifferent"]), (&json!(1), &json!(false)));
    assert!(other["distanceMeters"].as_f64().is_some_and(|meters| (meters - 62.0).abs() < 1.0), "{other}");
    assert!(other["score"].as_f64().is_some_and(|score| score > 0.0 && score < 1.0));
    assert!(other["reasons"].as_array().unwrap().contains(&json!("nearby")));
    assert!(other["likeness"]["closeness"].is_number() && other["openedAt"].is_string());
    let url = other["photoUrls"][0].as_str().unwrap();
    assert!(url.contains(photo.as_str().unwrap()) && url.contains("signature="), "{url}");
    assert!(case["allowedMoves"].as_array().unwrap().contains(&json!("keepApart")));
    // What it was like when it was opened is kept with the report.
    assert_eq!(case["reports"][0]["similarTo"][0]["caseNumber"], number(&first));
    // The older case shows it too, but waits for nothing.
    assert_eq!(others(&view(&staff, number(&first)).await), [number(&second)]);
    // Another center sees neither.
    let stranger = world.api().sign_in("center-410103012").await;
    assert_eq!(queue(&stranger).await, Vec::<String>::new());
    assert_eq!(staff.get("/v1/cases?possiblySame=1&cursor=x").await.pointers(), ["/possiblySame", "/cursor"]);
}

#[tokio::test]
async fn one_click_merges_and_the_reasons_of_the_judge_stand_for_it() {
    let world = World::new().await;
    let staff = center(&world).await;
    let (first, second) = pair(&world).await;
    let merge = json!({ "move": "merge", "into": number(&first) });
    let merged = staff.make(number(&second), &merge).await.expect(200);
    assert_eq!(merged["mergedInto"], number(&first));
    let line = merged["log"].as_array().unwrap().last().unwrap().clone();
    assert!(line["reason"].as_str().unwrap().contains("相距62米"), "{line}");
    assert_eq!(queue(&staff).await, Vec::<String>::new());
    assert_eq!(others(&view(&staff, number(&first)).await), Vec::<&str>::new());
    // Taken back, the pair is decided: they are two.
    let back = staff.make(number(&second), &json!({ "move": "unmerge", "reason": "不是" })).await.expect(200);
    assert_eq!(others(&back), Vec::<&str>::new());
    assert_eq!(queue(&staff).await, Vec::<String>::new());
    // And a merge that nobody suggested owes its reason.
    assert_eq!(staff.make(number(&second), &merge).await.pointers(), ["/reason"]);
}

#[tokio::test]
async fn one_click_keeps_apart_and_the_pair_never_comes_back() {
    let world = World::new().await;
    let staff = center(&world).await;
    let (first, second) = pair(&world).await;
    let apart = |other: &str| json!({ "move": "keepApart", "into": other });
    assert_eq!(staff.make(number(&second), &json!({ "move": "keepApart" })).await.pointers(), ["/into"]);
    assert_eq!(staff.make(number(&second), &apart("4101030010000")).await.pointers(), ["/into"]);
    assert_eq!(staff.make(number(&second), &apart(number(&second))).await.pointers(), ["/into"]);
    let unit = world.api().sign_in(&format!("unit-{HUAIHE_CENTER}")).await;
    unit.make(number(&second), &apart(number(&first))).await.expect_problem(403, "move-not-yours");
    let kept = staff.make(number(&second), &apart(number(&first))).await.expect(200);
    assert_eq!((&kept["state"], &kept["dueAt"]), (&json!("received"), &second["dueAt"]));
    assert_eq!(others(&kept), Vec::<&str>::new());
    assert!(!kept["allowedMoves"].as_array().unwrap().contains(&json!("keepApart")));
    let line = kept["log"].as_array().unwrap().last().unwrap().clone();
    assert_eq!(line["act"], "keepApart");
    assert!(line["note"].as_str().unwrap().contains(number(&first)), "{line}");
    assert_eq!(queue(&staff).await, Vec::<String>::new());
    assert_eq!(others(&view(&staff, number(&first)).await), Vec::<&str>::new());
    assert_eq!(staff.make(number(&second), &apart(number(&first))).await.pointers(), ["/into"], "decided");
    let page = world.api().track(&second["trackingCode"]).await;
    assert!(!page.to_string().contains("keepApart"), "its reporter is not told: {page}");
    assert_eq!(world.count("select count(*) from cases where case_log_break(case_id) is not null").await, 0);
}

#[tokio::test]
async fn the_older_case_answers_too_and_a_suggestion_follows_merges_and_dies_with_either_case() {
    let world = World::new().await;
    let staff = center(&world).await;
    let (first, second) = pair(&world).await;
    let far = world.api().submit(&report("road-damage", "井圈下沉", moved(HUAIHE, 300.0, 0.0))).await;
    let into_far = json!({ "move": "merge", "reason": "同一处", "into": number(&far) });
    staff.make(number(&first), &into_far).await.expect(200);
    assert_eq!(others(&view(&staff, number(&second)).await), [number(&far)], "the holder is suggested");
    let apart = json!({ "move": "keepApart", "into": number(&second) });
    staff.make(number(&far), &apart).await.expect(200);
    assert_eq!(queue(&staff).await, Vec::<String>::new());

    let (third, fourth) = pair_at(&world, moved(HUAIHE, 0.0, 400.0)).await;
    staff.make(number(&fourth), &into_far).await.expect(200);
    assert_eq!(queue(&staff).await, Vec::<String>::new(), "merged elsewhere");
    staff.make(number(&fourth), &json!({ "move": "unmerge", "reason": "不是" })).await.expect(200);
    assert_eq!(queue(&staff).await, [number(&fourth)]);
    staff.make(number(&third), &json!({ "move": "reject", "reason": "现场无此问题" })).await.expect(200);
    assert_eq!(queue(&staff).await, Vec::<String>::new(), "the other one is closed");
}

#[tokio::test]
async fn a_resident_who_says_it_is_another_problem_is_believed_until_the_center_has_looked() {
    let world = World::new().await;
    let staff = center(&world).await;
    let first = world.api().submit(&report("road-damage", "路面有坑", HUAIHE)).await;
    let mut body = report("road-damage", "路面有坑", HUAIHE);
    body["confirmNew"] = json!(true);
    let own = world.api().submit(&body).await;
    assert_eq!(own["outcome"], "new");
    let case = view(&staff, number(&own)).await;
    assert_eq!(others(&case), [number(&first)]);
    assert_eq!(case["possiblySame"][0]["reporterSaysDifferent"], true);
}

#[tokio::test]
async fn every_joined_report_says_why_and_keeps_its_own_code_receipt_and_updates() {
    let world = World::new().await;
    let (api, staff) = (world.api(), center(&world).await);
    let first = api.submit(&report("road-damage", "路面有坑", HUAIHE)).await;
    let near = moved(HUAIHE, 8.0, 0.0);
    let second = api.submit(&report("road-damage", "路面有个坑", near)).await;
    let mut wish = report("road-damage", "骑车摔倒了", moved(HUAIHE, 400.0, 0.0));
    wish["duplicateOf"] = json!(number(&first));
    let third = api.submit(&wish).await;
    let joined = [&second, &third];
    for answer in joined {
        assert_eq!((&answer["outcome"], number(answer)), (&json!("joined"), number(&first)));
    }
    let case = view(&staff, number(&first)).await;
    let reports = case["reports"].as_array().unwrap();
    assert!(reports[0].get("joinedBecause").is_none() && reports[0].get("similarTo").is_none());
    let why = &reports[1]["joinedBecause"];
    assert_eq!(why["caseNumber"], number(&first));
    assert!(why["distanceMeters"].as_f64().is_some_and(|meters| (meters - 8.0).abs() < 0.5), "{why}");
    assert!(why["score"].as_f64().unwrap() > 0.4 && why["likeness"]["wordsAlike"].is_number(), "{why}");
    for reason in ["nearby", "sameCategory", "similarWords"] {
        assert!(why["reasons"].as_array().unwrap().contains(&json!(reason)), "{reason}: {why}");
    }
    assert_eq!(reports[2]["joinedBecause"]["reasons"], json!(["namedByReporter"]));
    // One case, three people: each with a code, a secret, a place in the order and a page of their own.
    let answers = [&first, &second, &third];
    for field in ["trackingCode", "claimSecret", "reportId"] {
        let kept: std::collections::HashSet<_> = answers.iter().map(|it| it[field].to_string()).collect();
        assert_eq!(kept.len(), 3, "{field}");
    }
    let receipts: Vec<_> = answers.iter().map(|it| it["receiptNumber"].as_i64().unwrap()).collect();
    assert!(receipts.is_sorted(), "{receipts:?}");
    staff.make(number(&first), &json!({ "move": "accept" })).await.expect(200);
    for answer in answers {
        let page = api.track(&answer["trackingCode"]).await;
        let acts: Vec<_> =
            page["timeline"].as_array().unwrap().iter().map(|step| step["act"].clone()).collect();
        let own = if answer["outcome"] == "new" { "received" } else { "joined" };
        assert_eq!(acts, [own, "accept"]);
    }
}

#[tokio::test]
async fn a_resident_sees_at_most_five_with_distance_age_and_what_is_being_done() {
    let world = World::new().await;
    let (api, staff) = (world.api(), center(&world).await);
    let mut opened = Vec::new();
    for n in 0..7 {
        let mut body = report("road-damage", "路面有坑", moved(HUAIHE, f64::from(n) * 4.0, 0.0));
        body["confirmNew"] = json!(true);
        opened.push(api.submit(&body).await);
    }
    staff.make(number(&opened[0]), &json!({ "move": "accept" })).await.expect(200);
    let mut body = report("road-damage", "路面有坑", HUAIHE);
    body["confirmNew"] = json!(true);
    let answer = api.submit(&body).await;
    let similar = answer["similar"].as_array().unwrap();
    assert_eq!(similar.len(), 5);
    for other in similar {
        assert!(other["distanceMeters"].is_number() && other["openedAt"].is_string(), "{other}");
        assert!(!other["reasons"].as_array().unwrap().is_empty());
    }
    let nearest = similar.iter().find(|other| other["caseNumber"] == number(&opened[0])).unwrap();
    assert_eq!(nearest["state"], "accepted", "what is being done");
}
