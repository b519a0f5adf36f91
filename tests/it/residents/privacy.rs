//! What is told at the door is what is done: who reported what is forgotten when the notice says so, and not before.

use serde_json::{Value, json};

use super::{Resident, sign_in, town, town_with};
use crate::harness::{HUAIHE, HUAIHE_CENTER, World, WorldOptions, moved, report};

const PHONE: &str = "13912345678";

async fn notice(world: &World) -> Value {
    world.api().get("/v1/privacy").await.expect(200)
}

fn days(notice: &Value, name: &str) -> i64 {
    let kept = notice["kept"].as_array().unwrap().iter().find(|it| it["name"] == name).unwrap();
    kept["atMostSeconds"].as_i64().unwrap() / 86_400
}

/// Sends a report with a contact, and rejects it, which ends its case.
async fn ended(world: &World, anna: &Resident, at: f64) -> Value {
    let mut body = report("noise", "半夜很吵", moved(HUAIHE, at, 0.0));
    body["contact"] = json!({ "email": "anna@jiekou.example" });
    body["confirmNew"] = json!(true);
    let sent = anna.submit(&body).await;
    let center = world.api().sign_in(&format!("center-{HUAIHE_CENTER}")).await;
    let number = sent["case"]["caseNumber"].as_str().unwrap();
    center.make(number, &json!({ "move": "reject", "reason": "不属受理范围" })).await.expect(200);
    sent
}

/// Lets days pass for a report, its contact and link, and the log of its case.
async fn later(world: &World, sent: &Value, days: i32) {
    let report_id = uuid::Uuid::try_parse(sent["reportId"].as_str().unwrap()).unwrap();
    for statement in [
        "alter table case_log disable trigger user",
        "update cases set progress = jsonb_set(progress, '{verdict,at}',
             to_jsonb((progress #>> '{verdict,at}')::timestamptz - make_interval(days => $2)))
         where case_id = (select case_id from report where report_id = $1) and progress #>> '{verdict,at}' is not null",
        "update case_log set at = at - make_interval(days => $2) where case_id = (select case_id from report where report_id = $1)",
        "update cases set changed_at = changed_at - make_interval(days => $2) where case_id = (select case_id from report where report_id = $1)",
        "update resident_report set received_at = received_at - make_interval(days => $2) where report_id = $1",
        "update reporter_contact set created_at = created_at - make_interval(days => $2) where pseudonym = (select pseudonym from report where report_id = $1)",
    ] {
        let query = sqlx::query(statement);
        let query = if statement.contains("$1") { query.bind(report_id).bind(days) } else { query };
        query.execute(&world.pool).await.unwrap();
    }
}

/// Lets a worker keep house anew.
async fn housekeeping(world: &mut World) {
    world.worker.as_mut().unwrap().kill();
    world.start_worker().await;
    tokio::time::sleep(std::time::Duration::from_millis(1_500)).await;
}

async fn known(world: &World) -> (i64, i64) {
    (
        world.count("select count(*) from reporter_contact").await,
        world.count("select count(*) from resident_report").await,
    )
}

#[tokio::test]
async fn who_reported_is_forgotten_when_the_notice_says_so_and_not_before() {
    let mut world = town().await;
    let anna = sign_in(&world, PHONE).await;
    assert_eq!((days(&notice(&world).await, "contact"), days(&notice(&world).await, "link")), (180, 180));
    let over = ended(&world, &anna, 0.0).await;
    let recent = ended(&world, &anna, 400.0).await;
    let mut open = report("noise", "还在吵", moved(HUAIHE, 800.0, 0.0));
    open["contact"] = json!({ "phone": "13700003333" });
    let open = anna.submit(&open).await;
    later(&world, &over, 179).await;
    later(&world, &recent, 10).await;
    later(&world, &open, 400).await;
    housekeeping(&mut world).await;
    assert_eq!(known(&world).await, (3, 3), "a day too early");
    later(&world, &over, 2).await;
    housekeeping(&mut world).await;
    assert_eq!(known(&world).await, (2, 2));
    let mine = anna.codes().await;
    assert!(!mine.contains(&over["trackingCode"].as_str().unwrap().to_owned()));
    assert!(
        mine.contains(&open["trackingCode"].as_str().unwrap().to_owned()),
        "a case that goes on keeps its reporter"
    );
    // The report itself, its code and its secret go on.
    world.api().track(&over["trackingCode"]).await;
    let said = json!({ "reason": "请再看一看", "claimSecret": over["claimSecret"] });
    let path = format!("/v1/reports/{}/objection", over["trackingCode"].as_str().unwrap());
    let objection = world.api().post(&path, &said).await;
    assert_eq!(objection.body["guard"], "windowPassed", "nobody could object any more: {}", objection.body);
}

#[tokio::test]
async fn no_setting_forgets_a_reporter_who_may_still_object() {
    let mut world = town_with(vec![("JIEKOU_PRIVACY__IDENTITY_DAYS", "1".to_owned())]).await;
    let anna = sign_in(&world, PHONE).await;
    let told = days(&notice(&world).await, "contact");
    assert_eq!(told, 60, "the rules look back so far for the same problem");
    let sent = ended(&world, &anna, 0.0).await;
    later(&world, &sent, 14).await;
    housekeeping(&mut world).await;
    assert_eq!(known(&world).await, (1, 1));
    let path = format!("/v1/reports/{}/objection", sent["trackingCode"].as_str().unwrap());
    anna.post(&path, &json!({ "reason": "请再看一看" })).await.expect(204);
}

#[tokio::test]
async fn an_account_that_nobody_uses_is_forgotten_and_one_with_a_report_is_not() {
    let mut world = town().await;
    let (anna, bert) = (sign_in(&world, PHONE).await, sign_in(&world, "13800001111").await);
    anna.submit(&report("noise", "半夜很吵", HUAIHE)).await;
    sqlx::raw_sql(
        "update resident set created_at = created_at - interval '200 days';
         update staff_session set last_used_at = last_used_at - interval '181 days' where resident_id is not null;",
    )
    .execute(&world.pool)
    .await
    .unwrap();
    housekeeping(&mut world).await;
    let left: Vec<uuid::Uuid> =
        sqlx::query_scalar("select resident_id from resident").fetch_all(&world.pool).await.unwrap();
    assert_eq!(left, [uuid::Uuid::try_parse(anna.id()).unwrap()]);
    assert_eq!(world.count("select count(*) from resident_identity").await, 1);
    bert.get("/v1/residents/me").await.expect_problem(401, "not-signed-in");
}

#[tokio::test]
async fn the_page_tells_what_the_interface_tells_and_needs_no_script() {
    let world = World::with(WorldOptions {
        settings: vec![("JIEKOU_PRIVACY__IDENTITY_DAYS", "99".to_owned())],
        ..WorldOptions::default()
    })
    .await;
    let page = world.api().get("/privacy").await;
    assert_eq!(page.headers["content-type"], "text/html; charset=utf-8");
    let text = page.body.as_str().unwrap();
    assert!(!text.contains("<script") && !text.contains('{'), "every place is filled");
    let notice = notice(&world).await;
    for kept in notice["kept"].as_array().unwrap() {
        assert!(
            text.contains(kept["what"].as_str().unwrap()) && text.contains(kept["howLong"].as_str().unwrap())
        );
    }
    assert!(text.contains("案件办结后 99 天") && text.contains(notice["responsible"].as_str().unwrap()));
    assert!(
        !text.contains("验证码和索取它的手机号"),
        "where nobody signs in by phone nothing is told of codes"
    );
    let tag = page.headers["etag"].clone();
    let request = world.api().request(reqwest::Method::GET, "/privacy").header("If-None-Match", tag);
    assert_eq!(world.api().send(request).await.status, 304);
    let with_phones = town().await;
    let told = with_phones.api().get("/privacy").await.body;
    let told = told.as_str().unwrap();
    assert!(told.contains("短信服务商"));
    let risks = self::notice(&with_phones).await["signInRisks"].as_str().unwrap().to_owned();
    assert!(risks.contains("不要把验证码告诉任何人") && told.contains(&risks) && !text.contains(&risks));
}
