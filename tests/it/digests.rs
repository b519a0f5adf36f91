//! The digest of a day: made once when the day is over, equal to the statistics, and without a word about any person.

use chrono::{NaiveDate, TimeDelta};
use jiekou_core::clock::local::local;
use serde_json::{Value, json};

use crate::harness::{HUAIHE, HUAIHE_CENTER, Process, World, moved, report};

const NAME: &str = "金丝雀乙";
const PHONE: &str = "13987654321";

/// As if everything so far had happened a day ago, under rules that were in force for longer, and digests were made at
/// midnight; nobody can wait for that.
async fn a_day_later(world: &World) {
    for statement in [
        "alter table case_log disable trigger case_log_append_only",
        "update cases set opened_at = opened_at - interval '1 day'",
        "update case_log set at = at - interval '1 day'",
        "update report set received_at = received_at - interval '1 day'",
        "update case_clock set started_at = started_at - interval '1 day', warn_at = warn_at - interval '1 day',
             due_at = due_at - interval '1 day', ended_at = ended_at - interval '1 day'",
        "alter table case_log enable trigger case_log_append_only",
        "update rulebook_version set effective_from = effective_from - interval '40 days',
             body = jsonb_set(body, '{plan,process,digest,at}', '\"00:00\"')",
        "update staff_grant set since = since - interval '40 days'",
    ] {
        sqlx::query(statement).execute(&world.pool).await.unwrap();
    }
}

async fn yesterday(world: &World) -> NaiveDate {
    local(world.now().await).date().pred_opt().unwrap()
}

async fn wait_for(world: &World, query: &'static str, wanted: i64) {
    for _ in 0..400 {
        if world.count(query).await == wanted {
            return;
        }
        tokio::time::sleep(std::time::Duration::from_millis(50)).await;
    }
    panic!("{query}: {} and not {wanted}", world.count(query).await);
}

/// Reports in two towns, one of them moved on, one raised to leaders, one supervised.
async fn a_days_work(world: &World) {
    let (api, mut numbers) = (world.api(), Vec::new());
    for (position, (category, words)) in
        [("road-damage", "路面有坑"), ("household-waste", "垃圾没人收"), ("noise", "半夜施工很吵")]
            .into_iter()
            .enumerate()
    {
        let metres = f64::from(u32::try_from(position).unwrap()) * 250.0;
        let mut body =
            report(category, &format!("{words}，联系人{NAME} {PHONE}"), moved(HUAIHE, metres, 0.0));
        body["contact"] = json!({ "name": NAME, "phone": PHONE });
        numbers.push(api.submit(&body).await["case"]["caseNumber"].as_str().unwrap().to_owned());
    }
    api.submit(&report("household-waste", "垃圾没人收", moved(HUAIHE, 0.0, 3_500.0))).await;
    let center = api.sign_in(&format!("center-{HUAIHE_CENTER}")).await;
    let note = format!("{NAME}来电 {PHONE}");
    center.go(&numbers[0], &[json!({ "move": "accept", "note": note }), json!({ "move": "open" })]).await;
    center.go(&numbers[1], &[json!({ "move": "escalate", "level": "district", "reason": note })]).await;
    let district = api.sign_in("district").await;
    district.go(&numbers[2], &[json!({ "move": "supervise", "reason": note })]).await;
}

#[tokio::test]
async fn the_digest_of_a_day_says_what_the_statistics_say_and_is_made_once_for_each_area() {
    let mut world = World::new().await;
    a_days_work(&world).await;
    a_day_later(&world).await;
    let (day, digests) = (yesterday(&world).await, "select count(*) from digest");
    world.start_worker().await;
    let second = Process::start("jiekou-worker", &world.settings, &world.folder).await;
    wait_for(&world, digests, 18).await;
    let district = world.api().sign_in("district").await;
    let center = world.api().sign_in(&format!("center-{HUAIHE_CENTER}")).await;
    let by_town = district.get(&format!("/v1/statistics?period={day}")).await.expect(200);
    let figures = |rows: &Value, area: &str| {
        let rows = rows.as_array().unwrap();
        let own = rows.iter().find(|row| row["code"] == area).unwrap();
        own["figures"].clone()
    };
    let shared = ["reports", "received", "closed", "due", "overdue", "supervised", "escalated"];
    let all = district.get("/v1/digests").await.expect(200);
    assert_eq!((&all["day"], &all["area"]["code"]), (&json!(day), &json!("410103")));
    for name in shared {
        assert_eq!(all[name], by_town["total"]["figures"][name], "{name}");
    }
    assert_eq!((&all["received"], &all["supervised"], &all["escalated"]), (&json!(4), &json!(1), &json!(1)));
    let own = center.get(&format!("/v1/digests?area={HUAIHE_CENTER}&day={day}")).await.expect(200);
    for name in shared {
        assert_eq!(own[name], figures(&by_town["rows"], HUAIHE_CENTER)[name], "{name}");
    }
    assert_eq!(own["received"], 3);
    assert_eq!(center.get("/v1/digests").await.expect(200), own, "without an area one's own");
    let by_kind = district.get(&format!("/v1/statistics?period={day}&by=category")).await.expect(200);
    for line in all["categories"].as_array().unwrap() {
        let told = figures(&by_kind["rows"], line["code"].as_str().unwrap());
        assert_eq!((&line["received"], &line["overdue"]), (&told["received"], &told["overdue"]));
    }
    assert_eq!(all["categories"][0]["code"], "household-waste");
    // 二级路长 of seventeen towns owe a day; chiefs, deputies and weeks when theirs ended.
    let owed =
        district.get(&format!("/v1/patrols/owed?period={day}&post=l2&state=overdue")).await.expect(200);
    assert_eq!(owed["counts"]["overdue"], 17);
    assert!(all["patrolsOverdue"].as_i64().unwrap() >= 17);
    assert!(own["patrolsOverdue"].as_i64().unwrap() >= 1 && own["patrolsDue"].as_i64().unwrap() >= 1);

    let text = center.get("/v1/digests?format=text").await;
    assert_eq!(text.headers["content-type"], "text/plain; charset=utf-8");
    assert_eq!(text.body, own["text"]);
    assert!(text.body.as_str().unwrap().contains("上报 3 件"), "{}", text.body);

    // Each goes to its center, once, however many workers there are and come.
    let mails = "select count(*) from delivery join letter using (letter_id)
                 where subject like '%日报告%' and state = 'delivered'";
    wait_for(&world, mails, 18).await;
    let sent = world.mail.mails().await;
    assert!(sent.iter().any(|mail| mail.words().contains(own["text"].as_str().unwrap().trim())));
    drop(second);
    world.worker = None;
    world.start_worker().await;
    tokio::time::sleep(std::time::Duration::from_secs(2)).await;
    assert_eq!((world.count(digests).await, world.count(mails).await), (18, 18));

    // Days that were missed are caught up on; what was made stays as it was made.
    world.worker = None;
    sqlx::query("update daily_work set day = day - 2 where work = 'digest'")
        .execute(&world.pool)
        .await
        .unwrap();
    sqlx::query("delete from digest").execute(&world.pool).await.unwrap();
    world.start_worker().await;
    wait_for(&world, digests, 36).await;
    let before = day - TimeDelta::days(1);
    assert_eq!(district.get(&format!("/v1/digests?day={before}")).await.expect(200)["received"], 0);
}

#[tokio::test]
async fn no_digest_and_no_mail_of_one_knows_who_reported() {
    let mut world = World::new().await;
    a_days_work(&world).await;
    a_day_later(&world).await;
    world.start_worker().await;
    wait_for(&world, "select count(*) from digest", 18).await;
    let mails = "select count(*) from delivery where letter_id is not null and state = 'delivered'";
    for _ in 0..400 {
        let waiting = "select count(*) from delivery where letter_id is not null and state <> 'delivered'";
        if world.count(mails).await > 0 && world.count(waiting).await == 0 {
            break;
        }
        tokio::time::sleep(std::time::Duration::from_millis(50)).await;
    }
    let district = world.api().sign_in("district").await;
    let mut places: Vec<(String, String)> = vec![
        ("the digest".into(), district.get("/v1/digests").await.expect(200).to_string()),
        ("its text".into(), district.get("/v1/digests?format=text").await.expect(200).to_string()),
    ];
    for table in ["digest", "letter"] {
        let query = format!("select coalesce(string_agg(row_to_json(t)::text, ' '), '') from {table} t");
        let rows: String =
            sqlx::query_scalar(sqlx::AssertSqlSafe(query)).fetch_one(&world.pool).await.unwrap();
        assert!(rows.contains("淮河路"), "{table} is empty, so this proves nothing");
        places.push((table.into(), rows));
    }
    let sent = world.mail.mails().await;
    assert!(sent.iter().any(|mail| mail.words().contains("日报告")));
    places.extend(sent.iter().map(|mail| ("a mail".to_owned(), format!("{} {}", mail.words(), mail.text))));
    for (place, text) in places {
        for secret in [NAME, PHONE, &PHONE[7..]] {
            assert!(!text.contains(secret), "{place} holds {secret}");
        }
    }
    let planted = format!("select count(*) from report where description like '%{PHONE}%'");
    let planted: i64 = sqlx::query_scalar(sqlx::AssertSqlSafe(planted)).fetch_one(&world.pool).await.unwrap();
    assert_eq!(planted, 3, "it was there to be found");
}

#[tokio::test]
async fn a_digest_is_read_by_those_whose_area_it_is() {
    let world = World::new().await;
    let api = world.api();
    let center = api.sign_in(&format!("center-{HUAIHE_CENTER}")).await;
    let chief = world.staff("chief", &[("roadChief", "segment", "410103001001", Some("l3"), None)]).await;
    let unit = world.staff("unit", &[("unitHandler", "district", "410103", None, Some("police"))]).await;
    center.get("/v1/digests?area=410103").await.expect_problem(403, "forbidden");
    center.get("/v1/digests?area=410103012").await.expect_problem(403, "forbidden");
    for stranger in [&chief, &unit] {
        stranger.get("/v1/digests").await.expect_problem(403, "forbidden");
        stranger.get("/v1/digests?area=410103").await.expect_problem(403, "forbidden");
    }
    center.get("/v1/digests").await.expect_problem(404, "unknown-digest");
    center.get("/v1/digests?day=2020-01-01").await.expect_problem(404, "unknown-digest");
    assert_eq!(center.get("/v1/digests?area=%00").await.pointers(), ["/area"]);
    assert_eq!(center.get("/v1/digests?day=0000-00-00&format=pdf").await.pointers(), ["/day", "/format"]);
    api.get("/v1/digests").await.expect_problem(401, "not-signed-in");
}
