//! Who is believed: signatures, clocks, replays, storms of repetitions, and what is wrong with a message.

use futures_util::future::join_all;
use serde_json::{Value, json};

use super::{THERE, connected, order};
use crate::harness::World;

/// Everything that a message may leave behind.
async fn kept(world: &World) -> i64 {
    world
        .count(
            "select (select count(*) from hotline_message) + (select count(*) from hotline_nonce)
                  + (select count(*) from hotline_order) + (select count(*) from report) + (select count(*) from enquiry)",
        )
        .await
}

#[tokio::test]
async fn an_order_becomes_a_report_with_its_caller_sealed_and_its_words_without_numbers() {
    let (platform, world) = connected(false).await;
    let mut pushed = order("王小明反映路面有一个大坑，电话13900001234", THERE);
    pushed["isSecret"] = json!("是");
    let answer = platform.send(&world.api(), "pushOrder", "ZZ-1", &pushed).await;
    assert_eq!((&answer["code"], &answer["waits"]), (&json!(0), &json!(false)));
    let number = answer["caseNumber"].as_str().unwrap();
    assert!(number.starts_with("410103001"), "{number}");
    let center = super::center(&world).await;
    let case = center.case(number).await;
    let report = &case["reports"][0];
    assert_eq!((&report["channel"], &report["origin"]), (&json!("hotline"), &json!("public")));
    assert!(!case.to_string().contains("13900001234") && !case.to_string().contains("王小明"), "{case}");
    let orders = center.get(&format!("/v1/cases/{number}/orders")).await.expect(200);
    let shown = &orders["orders"][0];
    assert_eq!((&shown["secret"], &shown["callbackAllowed"]), (&json!(true), &json!(true)));
    assert_eq!((&shown["recording"], &shown["state"]), (&json!("rec/2026/7"), &json!("sent")));
    let page = world.api().track(&answer["trackingCode"]).await;
    assert_eq!(page["case"]["state"], "received");
    // What came is kept, and only sealed.
    let stored: String = sqlx::query_scalar(
        "select string_agg(row_to_json(m)::text, '') || (select string_agg(row_to_json(o)::text, '') from hotline_order o)
         from hotline_message m",
    )
    .fetch_one(&world.pool)
    .await
    .unwrap();
    let phone: String = "13900001234".bytes().map(|byte| format!("{byte:02x}")).collect();
    assert!(!stored.contains("13900001234") && !stored.contains(&phone) && !stored.contains("王小明"));
    assert_eq!(world.count("select count(*) from reporter_contact where phone_index is not null").await, 1);
    assert!(!world.logs().contains("13900001234"));
}

#[tokio::test]
async fn what_nobody_signed_or_signed_too_long_ago_leaves_nothing_behind() {
    let (platform, world) = connected(false).await;
    let api = world.api();
    let message = platform.message("pushOrder", "ZZ-1", &order("路面有坑", THERE));
    let wrong = "0".repeat(64);
    for signature in [Some("1234"), Some(wrong.as_str()), Some("")] {
        platform.deliver(&api, &message, signature).await.expect_problem(401, "signature-refused");
    }
    for milliseconds in [-301_000, 301_000] {
        let mut skewed = message.clone();
        skewed.milliseconds += milliseconds;
        let problem = platform.deliver(&api, &skewed, None).await.expect_problem(401, "signature-refused");
        assert_eq!(problem["detail"], "the clocks differ too much");
    }
    // A key that is another partner's, or nobody's.
    let other = platform.named("12319");
    other.deliver(&api, &message, None).await.expect_problem(401, "signature-refused");
    let nobody = platform.named("nobody");
    nobody.deliver(&api, &message, None).await.expect_problem(401, "signature-refused");
    // Signed for one operation, sent to another; and an operation that there is not.
    let bare = api.request(reqwest::Method::POST, "/hotline/12345/revoke").body("{}");
    api.send(bare).await.expect_problem(401, "signature-refused");
    let mut unknown = message.clone();
    unknown.operation = "deleteOrder".to_owned();
    platform.deliver(&api, &unknown, None).await.expect_problem(404, "no-such-address");
    assert_eq!(kept(&world).await, 0);
    platform.deliver(&api, &message, None).await.expect(200);
}

#[tokio::test]
async fn a_storm_of_repetitions_makes_one_report_and_answers_them_all_the_same() {
    let (platform, mut world) = connected(false).await;
    world.add_api(&[]).await;
    let message = platform.message("pushOrder", "ZZ-1", &order("路面有坑", THERE));
    let apis = [world.api(), world.api_at(1)];
    let sent = (0..40).map(|n| {
        // A retry is signed anew: another moment and nonce, the same request id.
        let message = message.clone();
        let (platform, api) = (platform.clone(), apis[usize::try_from(n).unwrap() % 2].clone());
        async move {
            for turn in 0.. {
                let mut again = message.clone();
                again.nonce = format!("nonce-{n:04}-{turn:04}");
                again.milliseconds += n;
                let answer = platform.deliver(&api, &again, None).await;
                // Whoever hears 503 comes back, as platforms do.
                if answer.status != 503 {
                    return answer.expect(200);
                }
                tokio::time::sleep(std::time::Duration::from_millis(200)).await;
            }
            unreachable!("a platform comes back until it is heard")
        }
    });
    let answers = join_all(sent).await;
    let last = platform.deliver(&world.api(), &message, None).await.expect(200);
    assert!(answers.iter().all(|answer| answer["code"] == 0));
    assert_eq!(world.count("select count(*) from report").await, 1);
    assert_eq!(world.count("select count(*) from hotline_message").await, 1);
    assert_eq!(last["waits"], false);
    let urge = platform.message("urge", "ZZ-1", &json!({}));
    let urges = (0..10).map(|_| {
        let (platform, api, urge) = (platform.clone(), world.api(), urge.clone());
        async move { platform.deliver(&api, &urge, None).await.expect(200) }
    });
    join_all(urges).await;
    assert_eq!(world.count("select urge_count::bigint from report").await, 1);
}

#[tokio::test]
async fn a_nonce_belongs_to_one_message_and_a_request_id_to_one_body() {
    let (platform, world) = connected(false).await;
    let api = world.api();
    let first = platform.message("pushOrder", "ZZ-1", &order("路面有坑", THERE));
    platform.deliver(&api, &first, None).await.expect(200);
    let mut replayed = platform.message("urge", "ZZ-1", &json!({}));
    replayed.nonce.clone_from(&first.nonce);
    platform.deliver(&api, &replayed, None).await.expect_problem(409, "message-replayed");
    let mut reused = platform.message("urge", "ZZ-1", &json!({}));
    reused.request_id.clone_from(&first.request_id);
    platform.deliver(&api, &reused, None).await.expect_problem(409, "idempotency-key-reused");
    assert_eq!(world.count("select count(*) from hotline_message").await, 1);
    assert_eq!(world.count("select urge_count::bigint from report").await, 0);
    // Refused as a whole: its nonce is free.
    reused.request_id = "another".to_owned();
    platform.deliver(&api, &reused, None).await.expect(200);
}

#[tokio::test]
async fn what_is_wrong_with_a_message_is_told_field_by_field_and_nothing_is_kept() {
    let (platform, world) = connected(false).await;
    let api = world.api();
    let cases: [(&str, Value, u16, &str, &[&str]); 8] = [
        ("pushOrder", json!({}), 422, "validation", &["/discription"]),
        (
            "pushOrder",
            json!({ "discription": "", "isSecret": "?" }),
            422,
            "validation",
            &["/discription", "/isSecret"],
        ),
        ("pushOrder", json!({ "discription": "长".repeat(4_001) }), 422, "validation", &["/discription"]),
        ("pushOrder", json!({ "discription": "坑", "taskId": "other" }), 422, "validation", &["/taskId"]),
        ("appendOrder", json!({}), 422, "validation", &["/words"]),
        ("supervise", json!({}), 422, "validation", &["/words"]),
        ("revoke", json!({ "words": 7.5, "level": [] }), 200, "", &[]),
        (
            "callbackResult",
            json!({ "publicSatisfaction": 4 }),
            422,
            "validation",
            &["/reached", "/publicSatisfaction"],
        ),
    ];
    let mut taken = 0;
    for (operation, body, status, slug, pointers) in cases {
        let answer = platform.deliver(&api, &platform.message(operation, "ZZ-1", &body), None).await;
        assert_eq!(answer.pointers(), pointers, "{operation} {body}");
        if slug.is_empty() {
            answer.expect(status);
            taken += 3;
        } else {
            answer.expect_problem(status, slug);
        }
        assert_eq!(kept(&world).await, taken, "{operation} {body}");
    }
    for (content_type, body, status, slug) in [
        ("application/json", Vec::new(), 400, "malformed-body"),
        ("application/json", b"[]".to_vec(), 400, "malformed-body"),
        ("text/xml", b"<a/>".to_vec(), 415, "unsupported-media-type"),
        ("application/json", vec![b' '; 65 * 1024], 413, "body-too-large"),
    ] {
        for operation in ["pushOrder", "appendOrder", "urge", "supervise", "revoke", "callbackResult"] {
            let mut message = platform.message(operation, "ZZ-2", &json!({}));
            (message.content_type, message.body) = (content_type.to_owned(), body.clone());
            platform.deliver(&api, &message, None).await.expect_problem(status, slug);
        }
    }
    api.get("/hotline/12345/pushOrder").await.expect_problem(405, "method-not-allowed");
    assert_eq!(kept(&world).await, taken);
}

#[tokio::test]
async fn an_order_comes_as_a_form_too_and_without_a_place_waits_in_the_districts_queue() {
    let (platform, world) = connected(false).await;
    let mut message = platform.message("pushOrder", "ZZ-1", &json!({}));
    message.content_type = "application/x-www-form-urlencoded".to_owned();
    message.body = b"discription=%E8%B7%AF%E9%9D%A2%E6%9C%89%E5%9D%91&levelFour=050301".to_vec();
    let answer = platform.deliver(&world.api(), &message, None).await.expect(200);
    let number = answer["caseNumber"].as_str().unwrap();
    assert!(number.starts_with("410103000"), "{number}");
    let case = world.api().sign_in("district").await.case(number).await;
    assert_eq!((&case["placeUnknown"], &case["category"]), (&json!(true), &json!("road-damage")));
}
