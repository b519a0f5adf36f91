//! A resend gets the same answer; a key is never good for two reports.

use serde_json::json;
use uuid::Uuid;

use crate::harness::{HUAIHE, World, moved, report};

#[tokio::test]
async fn a_resend_with_its_key_gets_the_same_answer_and_records_nothing() {
    let world = World::new().await;
    let api = world.api();
    let key = Uuid::new_v4().to_string();
    let mut body = report("manhole", "井盖丢失", HUAIHE);
    body["photoIds"] =
        json!([api.upload("a.png", super::photos::small_picture()).await.expect(201)["photoId"]]);
    let first = api.try_submit(&body, Some(&key)).await.unwrap().expect(201);
    // In between the case moves on; the answer stays as it was given.
    let center = api.sign_in("center-410103001").await;
    center
        .make(first["case"]["caseNumber"].as_str().unwrap(), &json!({ "move": "accept" }))
        .await
        .expect(200);
    let again = api.try_submit(&body, Some(&key.to_uppercase())).await.unwrap().expect(201);
    assert_eq!(again, first, "the secret included");
    assert_eq!(world.count("select count(*) from report").await, 1);

    let other = report("manhole", "另一个井盖", HUAIHE);
    api.try_submit(&other, Some(&key)).await.unwrap().expect_problem(409, "idempotency-key-reused");
    api.try_submit(&other, Some("order-1")).await.unwrap().expect_problem(400, "idempotency-key-invalid");
}

#[tokio::test]
async fn a_key_sent_many_times_at_once_records_one_report() {
    let mut world = World::new().await;
    world.add_api(&[]).await;
    let key = Uuid::new_v4().to_string();
    let body = report("street-light", "路灯不亮", HUAIHE);
    let sent = (0..20).map(|n| {
        let api = world.api_at(n % 2);
        let (body, key) = (body.clone(), key.clone());
        async move { api.try_submit(&body, Some(&key)).await.unwrap().expect(201) }
    });
    let answers = futures_util::future::join_all(sent).await;
    assert!(answers.iter().all(|answer| *answer == answers[0]));
    assert_eq!(world.count("select count(*) from report").await, 1);
}

#[tokio::test]
async fn staff_have_keys_of_their_own() {
    let world = World::new().await;
    let api = world.api();
    let desk = api.sign_in("desk").await;
    let body = report("greening", "树枝断落", HUAIHE);
    let send = |staff: crate::harness::Staff| {
        let request =
            staff.request(reqwest::Method::POST, "/v1/reports").header("Idempotency-Key", "12345-0001");
        let request = request.json(&body);
        async move { staff.api.send(request).await.expect(201) }
    };
    let first = send(desk.clone()).await;
    assert_eq!(send(desk).await, first);
    let other = send(api.sign_in("district").await).await;
    assert_eq!(other["outcome"], "joined", "another principal's key is another key");
    assert_eq!(world.count("select count(*) from report where channel = 'staff'").await, 2);
}

#[tokio::test]
async fn an_urge_is_resent_safely_too() {
    let world = World::new().await;
    let api = world.api();
    let mut body = report("household-waste", "垃圾没收", HUAIHE);
    let first = api.submit(&body).await;
    body["claimSecret"] = first["claimSecret"].clone();
    let key = Uuid::new_v4().to_string();
    for _ in 0..3 {
        let answer = api.try_submit(&body, Some(&key)).await.unwrap().expect(201);
        assert_eq!(answer["outcome"], "followUp");
    }
    assert_eq!(world.count("select urge_count::bigint from cases").await, 1);
}

#[tokio::test]
async fn after_72_hours_only_the_hash_of_an_answer_is_left() {
    let world = World::with_worker().await;
    let api = world.api();
    let (key, body) = (Uuid::new_v4().to_string(), report("facade", "墙皮脱落", moved(HUAIHE, 50.0, 0.0)));
    api.try_submit(&body, Some(&key)).await.unwrap().expect(201);
    sqlx::query("update idempotency set created_at = created_at - interval '73 hours'")
        .execute(&world.pool)
        .await
        .unwrap();
    // Housekeeping runs at the start of a worker.
    let mut world = world;
    world.worker.as_mut().unwrap().kill();
    world.start_worker().await;
    for _ in 0..100 {
        if world.count("select count(*) from idempotency where sealed is not null").await == 0 {
            break;
        }
        tokio::time::sleep(std::time::Duration::from_millis(50)).await;
    }
    api.try_submit(&body, Some(&key)).await.unwrap().expect_problem(409, "idempotency-answer-erased");
    assert_eq!(world.count("select count(*) from report").await, 1);
}

#[tokio::test]
async fn a_resend_gets_its_answer_though_it_would_be_refused_by_now() {
    let world = World::new().await;
    let api = world.api();
    // Ten years ago is as long as a problem may go back, and it is ten years ago for two more seconds.
    let mut body = report("road-damage", "路面有坑", HUAIHE);
    body["occurredAt"] =
        json!(world.now().await - chrono::Duration::days(3_653) + chrono::Duration::seconds(2));
    let key = Uuid::new_v4().to_string();
    let first = api.try_submit(&body, Some(&key)).await.unwrap().expect(201);
    tokio::time::sleep(std::time::Duration::from_millis(2_500)).await;
    assert_eq!(api.try_submit(&body, Some(&key)).await.unwrap().expect(201), first);
    assert_eq!(
        api.post("/v1/reports", &body).await.pointers(),
        ["/occurredAt"],
        "without the key it is refused"
    );
    body["description"] = json!("另一个坑");
    api.try_submit(&body, Some(&key)).await.unwrap().expect_problem(409, "idempotency-key-reused");
}

#[tokio::test]
async fn an_addition_sent_twice_is_written_once() {
    let world = World::new().await;
    let api = world.api();
    let (first, other) = (
        api.submit(&report("road-damage", "路面有坑", HUAIHE)).await,
        api.submit(&report("street-light", "路灯不亮", moved(HUAIHE, 500.0, 0.0))).await,
    );
    let photo = api.upload("a.png", super::photos::small_picture()).await.expect(201)["photoId"].clone();
    let body = json!({ "description": "更大了", "photoIds": [photo] });
    let key = Uuid::new_v4().to_string();
    let add = async |answer: &serde_json::Value| {
        let path = format!("/v1/reports/{}/additions", answer["trackingCode"].as_str().unwrap());
        let request = api.request(reqwest::Method::POST, &path).json(&body).header("Idempotency-Key", &key);
        api.send(request.header("Claim-Secret", answer["claimSecret"].as_str().unwrap())).await
    };
    let sent = add(&first).await.expect(201);
    assert_eq!(add(&first).await.expect(201), sent);
    assert_eq!(world.count("select count(*) from addition").await, 1);
    add(&other).await.expect_problem(409, "idempotency-key-reused");
}
