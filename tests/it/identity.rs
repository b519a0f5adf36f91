//! A reporter's identity: masked, opened for a reason, logged, found by its hash, sealed anew.

use serde_json::{Value, json};
use uuid::Uuid;

use super::harness::{Answer, HUAIHE, HUAIHE_CENTER, Staff, World, WorldOptions, report};
use super::residents::Resident;

const PHONE: &str = "13912345678";
const EMAIL: &str = "zhang@jiekou.example";

/// A report whose author can be reached, and who says the own number in the words too.
async fn reported(world: &World) -> Value {
    let mut body = report("manhole", "井盖丢了，打 139 1234 5678 找我", HUAIHE);
    body["contact"] = json!({ "name": "张三丰", "phone": PHONE, "email": EMAIL });
    world.api().submit(&body).await
}

fn path(sent: &Value) -> String {
    format!("/v1/reports/{}/identity", sent["reportId"].as_str().unwrap())
}

async fn open(staff: &Staff, sent: &Value) -> Answer {
    staff.post(&path(sent), &json!({ "reason": "callBack", "words": "回访处理结果" })).await
}

async fn center(world: &World) -> Staff {
    world.api().sign_in(&format!("center-{HUAIHE_CENTER}")).await
}

async fn views(world: &World, sent: &Value, secret: Option<&str>) -> Answer {
    let path = format!("/v1/reports/{}/identity-views", sent["trackingCode"].as_str().unwrap());
    let request = world.api().request(reqwest::Method::GET, &path);
    let request = match secret {
        Some(secret) => request.header("Claim-Secret", secret),
        None => request,
    };
    world.api().send(request).await
}

#[tokio::test]
async fn staff_see_a_masked_contact_and_open_it_for_a_reason_that_the_reporter_reads() {
    let world = World::new().await;
    let sent = reported(&world).await;
    let number = sent["case"]["caseNumber"].as_str().unwrap();
    let center = center(&world).await;
    let case = center.case(number).await;
    assert_eq!(
        case["reports"][0]["contact"],
        json!({ "name": "张**", "phone": "139****5678", "email": "z***@jiekou.example" })
    );
    assert_eq!(case["reports"][0]["description"], "井盖丢了，打 ［电话已隐去］ 找我");
    let secret = sent["claimSecret"].as_str().unwrap();
    assert_eq!(views(&world, &sent, Some(secret)).await.expect(200), json!({ "views": [] }));

    let answer = open(&center, &sent).await;
    assert_eq!(answer.headers["cache-control"], "no-store");
    let opened = answer.expect(200);
    assert_eq!(opened["contact"], json!({ "name": "张三丰", "phone": PHONE, "email": EMAIL }));
    assert_eq!(opened["caseNumber"], number);
    let words = opened["words"].as_array().unwrap();
    assert_eq!((words.len(), &words[0]["standsIn"]), (1, &json!("description")));
    assert_eq!(words[0]["text"], "井盖丢了，打 139 1234 5678 找我");
    let watermark = opened["watermark"].as_str().unwrap();
    assert!(watermark.ends_with(&format!("第{}号", opened["openingId"])), "{watermark}");
    assert!(watermark.contains("派遣员"), "who looked: {watermark}");

    let read = views(&world, &sent, Some(secret)).await.expect(200);
    let view = &read["views"][0];
    assert_eq!((&view["reason"], &view["reasonWords"]), (&json!("callBack"), &json!("回访处理结果")));
    assert_eq!((&view["at"], &view["office"]), (&opened["openedAt"], &sent["center"]["name"]));
    assert_eq!(view.as_object().unwrap().len(), 4, "which office, not which person: {view}");
    views(&world, &sent, None).await.expect_problem(403, "not-author");
    views(&world, &sent, Some(&"0".repeat(32))).await.expect_problem(403, "not-author");
    let metrics = world.api().get("/metrics").await.expect(200).to_string();
    assert!(metrics.contains(r#"jiekou_identity_openings_total{reason=\"callBack\"} 1"#), "{metrics}");
    // Opening changes nothing that is stored.
    let stored: String =
        sqlx::query_scalar("select description from report").fetch_one(&world.pool).await.unwrap();
    assert!(stored.contains("139 1234 5678"));
}

#[tokio::test]
async fn only_who_speaks_with_reporters_opens_an_identity_and_only_in_the_own_area() {
    let world = World::new().await;
    let sent = reported(&world).await;
    let number = sent["case"]["caseNumber"].as_str().unwrap();
    for role in jiekou_core::staff::Role::ALL {
        let here = world
            .staff(
                &format!("h-{}", role.name().to_lowercase()),
                &[(role.name(), "town", HUAIHE_CENTER, None, None)],
            )
            .await;
        let elsewhere = world
            .staff(
                &format!("e-{}", role.name().to_lowercase()),
                &[(role.name(), "town", "410103003", None, None)],
            )
            .await;
        open(&elsewhere, &sent).await.expect_problem(404, "unknown-report");
        let answer = open(&here, &sent).await;
        let search = here.post("/v1/reports/by-contact", &json!({ "phone": PHONE })).await;
        let case = here.get(&format!("/v1/cases/{number}")).await;
        if jiekou_core::privacy::speaks_with_reporters(role) {
            answer.expect(200);
            assert_eq!(search.expect(200)["reports"].as_array().unwrap().len(), 1);
            assert!(case.body["reports"][0].get("contact").is_some());
            let nothing = elsewhere.post("/v1/reports/by-contact", &json!({ "phone": PHONE })).await;
            assert_eq!(nothing.expect(200), json!({ "reports": [] }));
        } else {
            answer.expect_problem(403, "forbidden");
            search.expect_problem(403, "forbidden");
            assert!(case.body["reports"][0].get("contact").is_none(), "{role:?}");
        }
    }
    world
        .api()
        .post(&path(&sent), &json!({ "reason": "callBack", "words": "回访处理结果" }))
        .await
        .expect_problem(401, "not-signed-in");
    assert_eq!(world.count("select count(*) from identity_opening").await, 3);
    assert_eq!(world.count("select count(*) from identity_search where found = 1").await, 3);
}

#[tokio::test]
async fn an_opening_needs_a_reason_is_never_taken_back_and_is_counted() {
    let settings = vec![
        ("JIEKOU_IDENTITY__OPENINGS_AN_HOUR", "3".to_owned()),
        ("JIEKOU_IDENTITY__SEARCHES_AN_HOUR", "2".to_owned()),
    ];
    let world = World::with(WorldOptions { settings, ..WorldOptions::default() }).await;
    let sent = reported(&world).await;
    let center = center(&world).await;
    for (body, pointers) in [
        (json!({}), vec!["/reason", "/words"]),
        (json!({ "reason": "curiosity", "words": "想看看是谁" }), vec!["/reason"]),
        (json!({ "reason": "callBack", "words": "看" }), vec!["/words"]),
        (json!({ "reason": "callBack", "words": "看".repeat(501) }), vec!["/words"]),
        (json!({ "reason": 1, "words": [] }), vec!["/reason", "/words"]),
    ] {
        assert_eq!(center.post(&path(&sent), &body).await.pointers(), pointers, "{body}");
    }
    let nobody = format!("/v1/reports/{}/identity", Uuid::new_v4());
    let wish = json!({ "reason": "callBack", "words": "回访处理结果" });
    center.post(&nobody, &wish).await.expect_problem(404, "unknown-report");
    center.post("/v1/reports/made-up/identity", &wish).await.expect_problem(404, "unknown-report");
    assert_eq!(world.count("select count(*) from identity_opening").await, 0, "nothing was opened");

    // All at once: each counts.
    let opened = futures_util::future::join_all((0..8).map(|_| open(&center, &sent))).await;
    let (good, refused): (Vec<Answer>, Vec<Answer>) =
        opened.into_iter().partition(|answer| answer.status == 200);
    assert_eq!((good.len(), refused.len()), (3, 5));
    for answer in refused {
        let wait: i64 = answer.headers["retry-after"].to_str().unwrap().parse().unwrap();
        assert!((3_000..=3_601).contains(&wait), "{wait}");
        answer.expect_problem(429, "too-many-requests");
    }
    assert_eq!(world.count("select count(*) from identity_opening").await, 3);
    let search =
        async || center.post("/v1/reports/by-contact", &json!({ "email": EMAIL.to_uppercase() })).await;
    assert_eq!(search().await.expect(200)["reports"].as_array().unwrap().len(), 1);
    search().await.expect(200);
    search().await.expect_problem(429, "too-many-requests");
    for statement in [
        "update identity_opening set reason = 'clarify'",
        "delete from identity_opening",
        "truncate identity_opening",
        "update identity_search set found = 0",
        "delete from identity_search",
        "truncate identity_search",
    ] {
        let refused = sqlx::query(statement).execute(&world.pool).await.unwrap_err();
        assert!(refused.to_string().contains("append-only"), "{statement}: {refused}");
    }
}

#[tokio::test]
async fn reports_are_found_by_a_phone_however_it_is_written() {
    let world = World::new().await;
    for phone in ["139 1234 5678", "+86-139-1234-5678", "13900000000"] {
        let mut body = report("household-waste", "垃圾没有收", HUAIHE);
        body["confirmNew"] = json!(true);
        body["contact"] = json!({ "phone": phone });
        world.api().submit(&body).await;
    }
    let desk = world.api().sign_in("desk").await;
    for phone in ["13912345678", "+8613912345678", "139-1234-5678"] {
        let found = desk.post("/v1/reports/by-contact", &json!({ "phone": phone })).await.expect(200);
        let reports = found["reports"].as_array().unwrap();
        assert_eq!(reports.len(), 2, "{phone}: {found}");
        assert!(reports.iter().all(|it| it["contact"]["phone"] == "139****5678"), "{found}");
    }
    for (body, pointer) in [
        (json!({}), "/phone"),
        (json!({ "phone": "139123" , "email": EMAIL }), "/email"),
        (json!({ "phone": "call me" }), "/phone"),
        (json!({ "email": "nobody" }), "/email"),
    ] {
        assert_eq!(desk.post("/v1/reports/by-contact", &body).await.pointers(), [pointer], "{body}");
    }
    let none = desk.post("/v1/reports/by-contact", &json!({ "phone": "13912345679" })).await.expect(200);
    assert_eq!(none, json!({ "reports": [] }));
}

/// A second key, of 32 times the byte 1.
const OTHER_KEY: &str = "AQEBAQEBAQEBAQEBAQEBAQEBAQEBAQEBAQEBAQEBAQE=";

#[tokio::test]
async fn a_new_key_seals_everything_anew_while_serving_and_the_old_one_can_be_taken_away() {
    let settings = vec![("JIEKOU_WORKER__LEASE_SECONDS", "10".to_owned())];
    let mut world = World::with(WorldOptions { settings, sms: true, ..WorldOptions::default() }).await;
    let mut sents = Vec::new();
    for n in 0..7 {
        let mut body = report("household-waste", "垃圾没有收", HUAIHE);
        body["confirmNew"] = json!(true);
        body["contact"] = json!({ "phone": format!("1391234567{n}") });
        sents.push(world.api().submit(&body).await);
    }
    world.work_address("desk", "desk@jiekou.example").await;
    world.start_worker().await;
    let resident = super::residents::sign_in(&world, "13700001111").await;
    world.worker.as_mut().unwrap().kill();
    // As many more as make several batches.
    sqlx::query(
        "insert into reporter_contact (pseudonym, key_id, sealed, created_at)
         select gen_random_uuid(), key_id, sealed, created_at from reporter_contact, generate_series(1, 150)
         where phone_index is not null",
    )
    .execute(&world.pool)
    .await
    .unwrap();
    let said = world.run(&["seals"]);
    assert!(said.contains("contact: 1057 by k1\n"), "{said}");

    let first = world.settings["JIEKOU_SECRETS__MASTER_KEYS"].clone();
    world.settings.insert("JIEKOU_SECRETS__MASTER_KEYS".to_owned(), format!("k2:{OTHER_KEY},{first}"));
    let both = world.add_api(&[]).await;
    let said = world.run(&["seals"]);
    assert!(said.contains("contact: 1057 by k1, an older key"), "{said}");
    // A worker that is killed on the way leaves every row sealed by one key or the other.
    world.start_worker().await;
    let sealed_anew = "select count(*) from reporter_contact where key_id = 'k2'";
    wait(&world, sealed_anew, 1).await;
    world.worker.as_mut().unwrap().kill();
    world.start_worker().await;
    // The copies belong to nobody, so they do not open and stay; they are told, and hold up nobody else.
    wait(&world, sealed_anew, 7).await;
    wait(&world, "select count(*) from staff_account where email_key_id = 'k2'", 1).await;
    wait(&world, "select count(*) from resident_identity where key_id = 'k2'", 1).await;
    sqlx::query("delete from reporter_contact where phone_index is null").execute(&world.pool).await.unwrap();
    let worker = world.worker.as_ref().unwrap().address.clone();
    let numbers = reqwest::get(format!("http://{worker}/metrics")).await.unwrap().text().await.unwrap();
    assert!(numbers.contains("jiekou_sealed_by_old_keys{what=\"contact\"} 0"), "{numbers}");
    assert!(world.logs().contains("sealed data does not open"));
    let center = world.api_at(both).sign_in(&format!("center-{HUAIHE_CENTER}")).await;
    let opened = open(&center, &sents[3]).await.expect(200);
    assert_eq!(opened["contact"]["phone"], "13912345673");

    // Without the old key.
    world.settings.insert("JIEKOU_SECRETS__MASTER_KEYS".to_owned(), format!("k2:{OTHER_KEY}"));
    let alone = world.add_api(&[]).await;
    let center = world.api_at(alone).sign_in(&format!("center-{HUAIHE_CENTER}")).await;
    let opened = open(&center, &sents[6]).await.expect(200);
    assert_eq!(opened["contact"]["phone"], "13912345676");
    let resident = Resident::of(&world.api_at(alone), resident.session);
    let known = resident.get("/v1/residents/me").await.expect(200).to_string();
    assert!(known.contains("1111"), "the phone opens: {known}");
    assert!(world.run(&["seals"]).contains("contact: 7 by k2"));
}

async fn wait(world: &World, query: &'static str, at_least: i64) {
    for _ in 0..600 {
        if world.count(query).await >= at_least {
            return;
        }
        tokio::time::sleep(std::time::Duration::from_millis(50)).await;
    }
    panic!("{query} never came to {at_least}");
}
