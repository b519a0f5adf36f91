//! Erasing an account: with a fresh code, at once, and the log says so and still holds.

use serde_json::{Value, json};

use super::{Code, Resident, a_minute_later, ask, code, other_than, sign_in, town, try_code};
use crate::harness::{Answer, HUAIHE, World, moved, report};

const PHONE: &str = "13912345678";

pub async fn erase(resident: &Resident, body: &Value) -> Answer {
    let request = resident.api.request(reqwest::Method::DELETE, "/v1/residents/me");
    resident.api.send(request.bearer_auth(resident.token()).json(body)).await
}

/// Asks for the code of an erasure and reads it on the phone.
pub async fn erasure_code(world: &World, resident: &Resident) -> Code {
    let before = world.sms.texts().await.len();
    a_minute_later(world).await;
    let announced = resident.post("/v1/residents/me/erasure-codes", &json!({})).await.expect(202);
    Code::of(&announced, &world.sms.wait_for(before + 1).await.pop().unwrap().parameters[0])
}

/// Every column of every table.
async fn everything_stored(world: &World) -> String {
    let tables: Vec<String> = sqlx::query_scalar(
        "select table_name::text from information_schema.tables
         where table_schema = 'public' and table_type = 'BASE TABLE'",
    )
    .fetch_all(&world.pool)
    .await
    .unwrap();
    let mut stored = String::new();
    for table in tables {
        let query =
            format!("select coalesce(string_agg(row_to_json(t)::text, E'\\n'), '') from \"{table}\" t");
        let rows: String =
            sqlx::query_scalar(sqlx::AssertSqlSafe(query)).fetch_one(&world.pool).await.unwrap();
        stored.push_str(&rows);
    }
    stored
}

#[tokio::test]
async fn an_erasure_takes_identity_contacts_and_words_and_leaves_the_cases() {
    let world = town().await;
    let anna = sign_in(&world, PHONE).await;
    let bert = sign_in(&world, "13800001111").await;
    let mut body = report("manhole", "路口的井盖不见了，我家门牌是甲七号", HUAIHE);
    body["contact"] = json!({ "name": "安女士", "phone": PHONE });
    let sent = anna.submit(&body).await;
    let other = bert.submit(&report("manhole", "井盖丢了", moved(HUAIHE, 2.0, 1.0))).await;
    assert_eq!(other["outcome"], "joined");
    let code = sent["trackingCode"].as_str().unwrap();
    let addition = json!({ "description": "请打甲七号的门铃" });
    anna.post(&format!("/v1/reports/{code}/additions"), &addition).await.expect(201);
    // Sent without the account, and after the last sign-in: with this phone it is theirs too.
    let mut loose = report("noise", "甲七号楼下很吵", moved(HUAIHE, 400.0, 0.0));
    loose["contact"] = json!({ "phone": "+86 139 1234 5678" });
    let loose = anna.api.submit(&loose).await;
    let second = sign_in(&world, "13700002222").await;

    let good = erasure_code(&world, &anna).await;
    erase(&anna, &good.beside(json!({}))).await.expect(204);
    for path in ["/v1/residents/me", "/v1/residents/sessions"] {
        anna.get(path).await.expect_problem(401, "not-signed-in");
    }
    let refresh = json!({ "refreshToken": anna.session["refreshToken"] });
    anna.api.post("/v1/residents/sessions/refresh", &refresh).await.expect_problem(401, "not-signed-in");
    bert.get("/v1/residents/me").await.expect(200);
    second.get("/v1/residents/me").await.expect(200);
    let stored = everything_stored(&world).await;
    for gone in ["甲七号", "安女士", PHONE] {
        assert!(!stored.contains(gone), "{gone} is still there");
    }
    assert_eq!(world.count("select count(*) from reporter_contact").await, 0);
    assert_eq!(world.count("select count(*) from resident").await, 2);
    assert_eq!(world.count("select count(*) from resident_report").await, 1, "of the other one");
    assert_eq!(world.count("select count(*) from report").await, 3, "what the law keeps");
    assert_eq!(world.count("select count(*) from case_log where act = 'erased'").await, 2);
    let reasons = "select count(*) from case_log where act = 'erased' and reason = '报料人申请删除个人信息'";
    assert_eq!(world.count(reasons).await, 2);
    let said = world.run(&["audit", "verify"]);
    assert!(said.contains("every chain holds"), "{said}");
    // Whoever was signed in when is known for as long as the law asks, under a pseudonym.
    assert_eq!(world.count("select count(*) from staff_session where end_reason = 'erased'").await, 1);
    // The tracking page goes on, and the secret of the report with it.
    anna.api.track(&sent["trackingCode"]).await;
    assert_eq!(anna.api.track(&loose["trackingCode"]).await["reportId"], loose["reportId"]);

    let newcomer = sign_in(&world, PHONE).await;
    assert_ne!(newcomer.id(), anna.id(), "a new pseudonym");
    assert!(newcomer.codes().await.is_empty());
}

#[tokio::test]
async fn only_the_fresh_code_of_an_erasure_erases() {
    let world = town().await;
    let anna = sign_in(&world, PHONE).await;
    anna.submit(&report("noise", "半夜很吵", HUAIHE)).await;
    for (body, pointers) in [
        (json!({}), vec!["/code"]),
        (json!({ "code": "12345" }), vec!["/code"]),
        (json!({ "code": 1 }), vec!["/code"]),
    ] {
        let answer = erase(&anna, &body).await;
        assert_eq!(answer.pointers(), pointers);
        answer.expect_problem(422, "validation");
    }
    let request = anna.api.request(reqwest::Method::DELETE, "/v1/residents/me").bearer_auth(anna.token());
    anna.api.send(request).await.expect_problem(415, "unsupported-media-type");
    erase(&anna, &json!({ "code": "123456", "x": "x".repeat(70_000) }))
        .await
        .expect_problem(413, "body-too-large");
    // A code to sign in with erases nothing, and that of an erasure signs nobody in.
    let to_sign_in = code(&world, PHONE).await;
    erase(&anna, &to_sign_in.beside(json!({}))).await.expect_problem(401, "wrong-code");
    let to_erase = erasure_code(&world, &anna).await;
    try_code(&anna.api, PHONE, &to_erase).await.expect_problem(401, "wrong-code");
    for _ in 0..5 {
        erase(&anna, &other_than(&to_erase).beside(json!({}))).await.expect_problem(401, "wrong-code");
    }
    erase(&anna, &to_erase.beside(json!({}))).await.expect_problem(401, "wrong-code");
    // The limits of the phone count for it too.
    anna.post("/v1/residents/me/erasure-codes", &json!({})).await.expect_problem(429, "too-many-requests");
    ask(&anna.api, PHONE).await.expect_problem(429, "too-many-requests");
    // Another one's code is no proof of this one.
    let bert = sign_in(&world, "13800001111").await;
    let of_bert = erasure_code(&world, &bert).await;
    erase(&anna, &of_bert.beside(json!({}))).await.expect_problem(401, "wrong-code");
    let old = erasure_code(&world, &anna).await;
    // Nor is the right one with the secret of another request, or with none.
    let of_another = Code { secret: to_erase.secret, ..old.clone() };
    erase(&anna, &of_another.beside(json!({}))).await.expect_problem(401, "wrong-code");
    erase(&anna, &json!({ "code": old.digits })).await.expect_problem(401, "wrong-code");
    sqlx::query("update sign_in_code set expires_at = now()").execute(&world.pool).await.unwrap();
    erase(&anna, &old.beside(json!({}))).await.expect_problem(401, "wrong-code");
    assert_eq!(anna.codes().await.len(), 1, "nothing was erased");
    let good = erasure_code(&world, &anna).await;
    erase(&anna, &good.beside(json!({}))).await.expect(204);
}

#[tokio::test]
async fn of_two_erasures_at_once_one_happens_and_reports_meanwhile_are_whole_or_refused() {
    let world = town().await;
    let anna = sign_in(&world, PHONE).await;
    anna.submit(&report("noise", "半夜很吵", HUAIHE)).await;
    let good = erasure_code(&world, &anna).await;
    let body = good.beside(json!({}));
    let sent = report("road-damage", "路面有坑", moved(HUAIHE, 300.0, 0.0));
    let (one, two, meanwhile) =
        tokio::join!(erase(&anna, &body), erase(&anna, &body), anna.post("/v1/reports", &sent));
    let statuses = [one.status.as_u16(), two.status.as_u16()];
    assert!(statuses.contains(&204) && statuses.contains(&401), "{statuses:?}");
    assert!([201, 401].contains(&meanwhile.status.as_u16()), "{}", meanwhile.body);
    assert_eq!(world.count("select count(*) from resident_report").await, 0);
}
