//! People's data: who reported is known to one encrypted table and to nobody else.

use reqwest::{Method, StatusCode};
use serde_json::{Value, json};
use sqlx::PgPool;

use super::harness::{HUAIHE, HUAIHE_CENTER, Staff, World, WorldOptions, moved, report};

const NAME: &str = "金丝雀甲";
const PHONE: &str = "13912345678";
const EMAIL: &str = "canary@jiekou.example";
/// A town center that has nothing to do with [`HUAIHE`].
const OTHER_CENTER: &str = "410103003";

/// Fails when `text` holds anything of the canary, also as the hexadecimal of its bytes.
#[track_caller]
fn assert_silent(place: &str, text: &str) {
    let text = text.to_lowercase();
    for secret in [NAME, PHONE, "139-1234-5678", EMAIL] {
        let hexadecimal: String = secret.bytes().map(|byte| format!("{byte:02x}")).collect();
        for form in [secret.to_owned(), hexadecimal] {
            if let Some(at) = text.find(&form) {
                let around: String =
                    text[..at].chars().rev().take(200).collect::<Vec<_>>().into_iter().rev().collect();
                panic!("{place} holds {secret}: …{around}");
            }
        }
    }
}

fn canary() -> Value {
    let mut body = report("manhole", "路口的井盖不见了，请尽快处理", HUAIHE);
    body["contact"] = json!({ "name": NAME, "phone": PHONE, "email": EMAIL });
    body
}

/// Every column of every table but `reporter_contact`.
async fn everything_stored(pool: &PgPool) -> Vec<(String, String)> {
    let tables: Vec<String> = sqlx::query_scalar(
        "select table_name::text from information_schema.tables
         where table_schema = 'public' and table_type = 'BASE TABLE' and table_name <> 'reporter_contact'",
    )
    .fetch_all(pool)
    .await
    .unwrap();
    let mut stored = Vec::new();
    for table in tables {
        let query =
            format!("select coalesce(string_agg(row_to_json(t)::text, E'\\n'), '') from \"{table}\" t");
        let rows = sqlx::query_scalar(sqlx::AssertSqlSafe(query)).fetch_one(pool).await.unwrap();
        stored.push((table, rows));
    }
    stored
}

#[tokio::test]
async fn nobody_but_the_sealed_table_knows_who_reported() {
    let filter =
        "info,jiekou_api=trace,jiekou_worker=trace,jiekou_service=trace,jiekou_store=trace,jiekou_boot=trace";
    let settings = vec![("JIEKOU_LOG__FILTER", filter.to_owned())];
    let mut world = World::with(WorldOptions { worker: true, settings, ..WorldOptions::default() }).await;
    let api = world.api();
    let key = uuid::Uuid::new_v4().to_string();
    let sent = api.try_submit(&canary(), Some(&key)).await.unwrap().expect(201);
    let resent = api.try_submit(&canary(), Some(&key)).await.unwrap().expect(201);
    assert_eq!(sent, resent);
    let (code, number) =
        (sent["trackingCode"].as_str().unwrap(), sent["case"]["caseNumber"].as_str().unwrap());
    let mut joins = report("manhole", "井盖丢了", moved(HUAIHE, 2.0, 1.0));
    joins["contact"] = json!({ "phone": "139-1234-5678" });
    let joined = api.submit(&joins).await;
    let mut refused = canary();
    refused["category"] = json!("flying-saucer");
    refused["contact"]["phone"] = json!(format!("{PHONE}{PHONE}"));
    let refused = api.post("/v1/reports", &refused).await.expect_problem(422, "validation");

    let staff = api.sign_in(&format!("center-{HUAIHE_CENTER}")).await;
    let moved_on = staff.make(number, &json!({ "move": "accept" })).await.expect(200);
    world.mail.wait_for("mail to the canary", |mails| mails.iter().any(|mail| mail.to == EMAIL)).await;
    let addition = json!({ "description": "还没有修好", "claimSecret": sent["claimSecret"] });
    let added = api.post(&format!("/v1/reports/{code}/additions"), &addition).await.expect(201);

    let district = api.sign_in("district").await;
    for (place, answer) in [
        ("the answer", sent.clone()),
        ("the answer to a report that joins", joined),
        ("a refusal", refused),
        ("a move", moved_on),
        ("an addition", added),
        ("the tracking page", api.get(&format!("/v1/reports/{code}")).await.expect(200)),
        ("similar", api.post("/v1/reports/similar", &canary()).await.expect(200)),
        ("the list of cases", staff.get("/v1/cases").await.expect(200)),
        ("the case", staff.get(&format!("/v1/cases/{number}")).await.expect(200)),
        ("the district's list", district.get("/v1/cases").await.expect(200)),
        ("the district's case", district.get(&format!("/v1/cases/{number}")).await.expect(200)),
        ("the metrics", api.get("/metrics").await.expect(200)),
        ("the readiness", api.get("/readyz").await.expect(200)),
        ("what runs", api.get("/v1/about").await.expect(200)),
    ] {
        assert_silent(place, &answer.to_string());
    }
    let mut events = api.request(Method::GET, &format!("/v1/reports/{code}/events")).send().await.unwrap();
    assert_silent("the live page", &String::from_utf8_lossy(&events.chunk().await.unwrap().unwrap()));

    // Stopped in good order, they have written all they will ever write.
    let worker = world.worker.as_ref().unwrap().address.clone();
    let numbers = reqwest::get(format!("http://{worker}/metrics")).await.unwrap().text().await.unwrap();
    assert_silent("the worker's metrics", &numbers);
    drop(events);
    let (mut api_process, mut worker_process) = (world.apis.remove(0), world.worker.take().unwrap());
    tokio::task::spawn_blocking(move || (api_process.stop(), worker_process.stop())).await.unwrap();
    let logs = world.logs();
    assert!(logs.contains("report recorded"), "the logs were read");
    assert_silent("a log", &logs);
    assert!(
        !logs.contains(sent["claimSecret"].as_str().unwrap()),
        "a secret that proves authorship is no log's"
    );

    for (table, rows) in everything_stored(&world.pool).await {
        let must = ["report", "cases", "case_log", "delivery", "idempotency"];
        assert!(
            !must.contains(&table.as_str()) || !rows.is_empty(),
            "{table} is empty, so this proves nothing"
        );
        assert_silent(&format!("table {table}"), &rows);
    }
    assert_eq!(world.count("select count(*) from reporter_contact").await, 2);
    let row: String =
        sqlx::query_scalar("select string_agg(row_to_json(t)::text, ' ') from reporter_contact t")
            .fetch_one(&world.pool)
            .await
            .unwrap();
    assert_silent("the sealed table", &row);
    let plain =
        format!("select count(*) from reporter_contact where position('{PHONE}'::bytea in sealed) > 0");
    let plain: i64 = sqlx::query_scalar(sqlx::AssertSqlSafe(plain)).fetch_one(&world.pool).await.unwrap();
    assert_eq!(plain, 0);
    let index = "select count(distinct phone_index) from reporter_contact where phone_index is not null";
    assert_eq!(world.count(index).await, 1, "one phone however it is written");
}

#[tokio::test]
async fn a_center_sees_its_own_cases_only() {
    let world = World::new().await;
    let api = world.api();
    let sent = api.submit(&canary()).await;
    assert_eq!(sent["center"]["code"], HUAIHE_CENTER);
    let number = sent["case"]["caseNumber"].as_str().unwrap();
    let (path, moves) = (format!("/v1/cases/{number}"), format!("/v1/cases/{number}/moves"));
    let listed = async |staff: &Staff, path: &str| {
        let page = staff.get(path).await.expect(200);
        page["cases"].as_array().unwrap().iter().any(|line| line["caseNumber"] == number)
    };

    let ours = api.sign_in(&format!("center-{HUAIHE_CENTER}")).await;
    let others = api.sign_in(&format!("center-{OTHER_CENTER}")).await;
    let district = api.sign_in("district").await;
    assert!(listed(&ours, "/v1/cases").await);
    assert!(listed(&district, "/v1/cases").await);
    assert!(!listed(&others, "/v1/cases").await);
    assert!(listed(&ours, &format!("/v1/cases?center={HUAIHE_CENTER}")).await);
    let asked = others.get(&format!("/v1/cases?center={HUAIHE_CENTER}")).await;
    assert!(asked.status == 403 || asked.body["cases"] == json!([]), "{} {}", asked.status, asked.body);
    ours.get(&path).await.expect(200);
    others.get(&path).await.expect_problem(404, "unknown-case");
    others.make(number, &json!({ "move": "accept" })).await.expect_problem(404, "unknown-case");
    let unknown = ours.get("/v1/cases/410103-20260101-00001").await;
    assert_eq!(others.get(&path).await.body, unknown.body, "hidden and unknown cases look the same");

    let session = json!({ "username": "district", "password": "jiekou-demo-2026" });
    let token =
        api.post("/v1/sessions", &session).await.expect(201)["accessToken"].as_str().unwrap().to_owned();
    let with = async |authorization: &str, method: Method, path: &str| {
        let request = api
            .request(method, path)
            .header("Authorization", authorization)
            .json(&json!({ "move": "accept" }));
        api.send(request.header("If-Match", "\"1\"")).await
    };
    assert_eq!(with(&format!("Bearer {token}"), Method::GET, &path).await.status, StatusCode::OK);
    api.get("/v1/cases").await.expect_problem(401, "not-signed-in");
    api.get(&path).await.expect_problem(401, "not-signed-in");
    api.post(&moves, &json!({ "move": "accept" })).await.expect_problem(401, "not-signed-in");
    // The first character of each part: the last one of a part may hold bits that mean nothing.
    let parts: Vec<usize> =
        std::iter::once(0).chain(token.match_indices('.').map(|(at, _)| at + 1)).collect();
    let forged = parts.iter().map(|at| {
        let other = if token[*at..].starts_with('A') { "B" } else { "A" };
        format!("Bearer {}{other}{}", &token[..*at], &token[at + 1..])
    });
    let forged: Vec<String> = forged.collect();
    assert_eq!(forged.len(), 3, "a token of three parts");
    let unsigned = format!("Bearer {}", &token[..parts[2]]);
    for bad in forged.iter().map(String::as_str).chain([
        unsigned.as_str(),
        "Bearer",
        "Bearer ",
        "Basic YTpi",
        token.as_str(),
    ]) {
        for (method, path) in
            [(Method::GET, "/v1/cases"), (Method::GET, path.as_str()), (Method::POST, moves.as_str())]
        {
            with(bad, method, path).await.expect_problem(401, "not-signed-in");
        }
        let submitted = api.request(Method::POST, "/v1/reports").header("Authorization", bad).json(&canary());
        api.send(submitted).await.expect_problem(401, "not-signed-in");
    }
    assert_eq!(world.count("select count(*) from report").await, 1);
}
