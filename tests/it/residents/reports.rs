//! What is a resident's: reports sent with the account, and earlier ones with the phone that was verified since.

use futures_util::future::join_all;
use serde_json::{Value, json};
use uuid::Uuid;

use super::{Resident, code, sign_in, town, try_code};
use crate::harness::{Api, HUAIHE, HUAIHE_CENTER, World, moved, report};

const PHONE: &str = "13912345678";

async fn sent_with_phone(api: &Api, phone: &str, at: f64) -> Value {
    let mut body = report("manhole", "路口的井盖不见了", moved(HUAIHE, at, 0.0));
    body["contact"] = json!({ "phone": phone });
    body["confirmNew"] = json!(true);
    api.submit(&body).await
}

fn code_of(sent: &Value) -> &str {
    sent["trackingCode"].as_str().unwrap()
}

async fn at(resident: &Resident, sent: &Value, what: &str, body: Value) -> crate::harness::Answer {
    resident.post(&format!("/v1/reports/{}/{what}", code_of(sent)), &body).await
}

async fn closed(world: &World, sent: &Value) {
    let center = world.api().sign_in(&format!("center-{HUAIHE_CENTER}")).await;
    let photo = center.photo().await;
    let way = [
        json!({ "move": "accept" }),
        json!({ "move": "open" }),
        json!({ "move": "dispatch", "assignee": "市政养护所" }),
        json!({ "move": "sign" }),
        json!({ "move": "handle", "photoIds": [photo] }),
        json!({ "move": "inspect" }),
        json!({ "move": "pass" }),
    ];
    center.go(sent["case"]["caseNumber"].as_str().unwrap(), &way).await;
}

#[tokio::test]
async fn an_account_proves_authorship_where_a_secret_would() {
    let world = town().await;
    let (anna, bert) = (sign_in(&world, PHONE).await, sign_in(&world, "13800001111").await);
    let sent = anna.submit(&report("noise", "半夜很吵", HUAIHE)).await;
    assert!(sent["claimSecret"].is_string(), "who signs out later can go on without the account");
    at(&bert, &sent, "additions", json!({ "description": "x" })).await.expect_problem(403, "not-author");
    at(&bert, &sent, "withdrawal", json!({})).await.expect_problem(403, "not-author");
    anna.api
        .post(&format!("/v1/reports/{}/withdrawal", code_of(&sent)), &json!({}))
        .await
        .expect_problem(403, "not-author");
    at(&anna, &sent, "additions", json!({ "description": "还在吵" })).await.expect(201);
    // The secret of the report is as good as ever, whoever brings it.
    let secret = json!({ "description": "我也听到", "claimSecret": sent["claimSecret"] });
    at(&bert, &sent, "additions", secret.clone()).await.expect(201);
    anna.api.post(&format!("/v1/reports/{}/additions", code_of(&sent)), &secret).await.expect(201);
    let done = at(&anna, &sent, "withdrawal", json!({ "reason": "安静了" })).await.expect(200);
    assert_eq!(done["caseEnded"], true);
    let mine = anna.get("/v1/residents/me/reports").await.expect(200);
    assert!(mine["reports"][0]["withdrawnAt"].is_string());
    assert!(bert.codes().await.is_empty());

    let sent = anna.submit(&report("road-damage", "路面有坑", moved(HUAIHE, 300.0, 0.0))).await;
    closed(&world, &sent).await;
    let answer = json!({ "solved": false, "note": "还是坑" });
    assert_eq!(at(&anna, &sent, "callback", answer).await.expect(200)["reopened"], true);
}

#[tokio::test]
async fn the_same_problem_again_from_one_account_is_an_urge_and_from_another_a_report() {
    let world = town().await;
    let (anna, bert) = (sign_in(&world, PHONE).await, sign_in(&world, "13800001111").await);
    let first = anna.submit(&report("household-waste", "垃圾三天没收", HUAIHE)).await;
    let again = anna.submit(&report("household-waste", "垃圾五天没收", HUAIHE)).await;
    assert_eq!((&again["outcome"], &again["reportId"]), (&json!("followUp"), &first["reportId"]));
    assert!(again.get("claimSecret").is_none(), "only its hash is known");
    assert_eq!(bert.submit(&report("household-waste", "垃圾没收", HUAIHE)).await["outcome"], "joined");
    assert_eq!(world.api().submit(&report("household-waste", "垃圾没收", HUAIHE)).await["outcome"], "joined");
    let mut other = report("household-waste", "另一堆垃圾", HUAIHE);
    other["confirmNew"] = json!(true);
    assert_eq!(
        anna.submit(&other).await["outcome"],
        "new",
        "who has looked and says it is another is believed"
    );
    assert_eq!(world.count("select max(urge_count)::bigint from cases").await, 1);
    assert_eq!((anna.codes().await.len(), bert.codes().await.len()), (2, 1));
    // Many at once are one report and urges.
    let body = report("noise", "半夜很吵", moved(HUAIHE, 500.0, 0.0));
    let answers = join_all((0..6).map(|_| anna.submit(&body))).await;
    let reports = answers.iter().filter(|answer| answer["outcome"] != "followUp").count();
    assert_eq!(reports, 1, "{answers:?}");
    assert_eq!(anna.codes().await.len(), 3);
}

#[tokio::test]
async fn a_key_resends_the_same_report_of_the_same_account_only() {
    let world = town().await;
    let (anna, bert) = (sign_in(&world, PHONE).await, sign_in(&world, "13800001111").await);
    let body = report("noise", "半夜很吵", HUAIHE);
    let send = async |resident: &Resident| {
        let request =
            resident.api.request(reqwest::Method::POST, "/v1/reports").bearer_auth(resident.token());
        resident.api.send(request.header("Idempotency-Key", "report-1").json(&body)).await.expect(201)
    };
    let first = send(&anna).await;
    assert_eq!(send(&anna).await, first);
    assert_ne!(send(&bert).await["reportId"], first["reportId"], "keys of others are others");
    assert_eq!(world.count("select count(*) from report").await, 2);
    let path = format!("/v1/reports/{}/additions", code_of(&first));
    let add = async || {
        let request = anna.api.request(reqwest::Method::POST, &path).bearer_auth(anna.token());
        let request = request.header("Idempotency-Key", "addition 1".replace(' ', "-"));
        anna.api.send(request.json(&json!({ "description": "还在吵" }))).await.expect(201)
    };
    assert_eq!(add().await, add().await);
    assert_eq!(world.count("select count(*) from addition").await, 1);
}

#[tokio::test]
async fn reports_sent_earlier_with_a_phone_are_its_owners_once_it_is_verified() {
    let world = town().await;
    let api = world.api();
    let mut theirs = Vec::new();
    for (at, written) in [PHONE, "+86 139-1234-5678", "8613912345678", "0086 13912345678"].iter().enumerate()
    {
        let east = 200.0 * f64::from(u32::try_from(at).unwrap());
        theirs.push(sent_with_phone(&api, written, east).await);
    }
    let others = sent_with_phone(&api, "13800001111", 900.0).await;
    // Whoever types a number proves nothing.
    let bert = sign_in(&world, "13800001111").await;
    assert_eq!(bert.codes().await, [code_of(&others)]);
    let wrong = code(&world, PHONE).await;
    try_code(&api, PHONE, &super::other_than(&wrong)).await.expect_problem(401, "wrong-code");
    assert_eq!(world.count("select count(*) from resident_report").await, 1);
    let anna = sign_in(&world, PHONE).await;
    let newest_first: Vec<&str> = theirs.iter().rev().map(code_of).collect();
    assert_eq!(anna.codes().await, newest_first);
    at(&anna, &theirs[0], "withdrawal", json!({})).await.expect(200);
    // Nobody gets what is somebody's already.
    let mut body = report("noise", "半夜很吵", moved(HUAIHE, 1_200.0, 0.0));
    body["contact"] = json!({ "phone": PHONE });
    let of_bert = bert.submit(&body).await;
    let anna = sign_in(&world, PHONE).await;
    assert_eq!(anna.codes().await, newest_first);
    assert!(bert.codes().await.contains(&code_of(&of_bert).to_owned()));
}

#[tokio::test]
async fn the_list_leads_through_every_report_once_the_newest_first() {
    let world = town().await;
    let anna = sign_in(&world, PHONE).await;
    let mut codes = Vec::new();
    for at in 0..45 {
        let mut body = report("manhole", "井盖破损", moved(HUAIHE, 3.0 * f64::from(at), 0.0));
        body["confirmNew"] = json!(true);
        codes.push(code_of(&anna.submit(&body).await).to_owned());
    }
    codes.reverse();
    assert_eq!(anna.codes().await, codes);
    let first = anna.get("/v1/residents/me/reports").await;
    assert_eq!(first.headers["cache-control"], "no-store");
    let first = first.expect(200);
    assert_eq!(first["reports"].as_array().unwrap().len(), 20);
    let line = &first["reports"][0];
    assert_eq!(line["category"], json!({ "slug": "manhole", "name": line["category"]["name"] }));
    assert_eq!((&line["description"], &line["center"]["code"]), (&json!("井盖破损"), &json!(HUAIHE_CENTER)));
    assert!(line["case"]["caseNumber"].is_string() && line["dueAt"].is_string());
}

#[tokio::test]
async fn an_account_that_is_gone_sends_nothing_and_leaves_nothing_half_done() {
    let world = town().await;
    let anna = sign_in(&world, PHONE).await;
    sqlx::query("delete from resident where resident_id = $1")
        .bind(Uuid::try_parse(anna.id()).unwrap())
        .execute(&world.pool)
        .await
        .unwrap();
    // Its token is good for minutes yet, for nobody said that the session ended.
    let answer = anna.post("/v1/reports", &report("noise", "半夜很吵", HUAIHE)).await;
    answer.expect_problem(401, "not-signed-in");
    assert_eq!(world.count("select count(*) from report").await, 0);
    assert_eq!(world.count("select count(*) from cases").await, 0);
}
