//! Placards: proposed by numbers, hung by a person, told of when late, lifted with evidence.

use chrono::{DateTime, TimeDelta, Utc};
use jiekou_core::period::{Cycle, Period};
use serde_json::{Value, json};
use uuid::Uuid;

use super::{put, told, wait_for};
use crate::harness::{HUAIHE, HUAIHE_CENTER, Staff, World, WorldOptions, moved, report};

const SEGMENT: &str = "410103001001";

async fn present(world: &World) -> String {
    Period::at(Cycle::TenDays, world.now().await).to_string()
}

async fn in_a_week(world: &World) -> DateTime<Utc> {
    world.now().await + TimeDelta::days(7)
}

async fn hang(staff: &Staff, body: &Value) -> (String, Value) {
    let path = format!("/v1/placards/{}", Uuid::new_v4());
    let placard = put(staff, &path, body).await.expect(201);
    (path, placard)
}

fn states(list: &Value) -> Vec<&str> {
    list["placards"].as_array().unwrap().iter().map(|it| it["state"].as_str().unwrap()).collect()
}

#[tokio::test]
async fn the_worst_segment_hangs_until_it_is_lifted_with_evidence() {
    let world = World::new().await;
    let district = world.api().sign_in("district").await;
    let body = json!({
        "period": present(&world).await, "segment": SEGMENT, "reason": "三处占道经营反复出现", "deadline": in_a_week(&world).await,
    });
    let (path, placard) = hang(&district, &body).await;
    assert_eq!((&placard["state"], &placard["segment"]["code"]), (&json!("hanging"), &json!(SEGMENT)));
    let again = put(&district, &path, &body).await.expect(200);
    assert_eq!(again, placard, "sent again it is the same one");
    let mut other = body.clone();
    other["reason"] = json!("另一个原因");
    assert_eq!(put(&district, &path, &other).await.pointers(), ["/reason"], "what hangs is not changed");
    let second = put(&district, &format!("/v1/placards/{}", Uuid::new_v4()), &body).await;
    assert_eq!(second.pointers(), ["/segment"], "one at a time");

    // Everybody sees that it hangs, and nothing else.
    let public = world.api().get("/v1/segments").await.expect(200);
    let all: Vec<&Value> = public["towns"]
        .as_array()
        .unwrap()
        .iter()
        .flat_map(|town| town["segments"].as_array().unwrap())
        .collect();
    let hung: Vec<_> = all.iter().filter(|segment| segment.get("placard").is_some()).collect();
    assert_eq!((hung.len(), &hung[0]["code"]), (1, &json!(SEGMENT)));
    assert_eq!(hung[0]["placard"].as_object().unwrap().len(), 2, "since and deadline");

    let lifting = format!("{path}/lifting");
    assert_eq!(district.post(&lifting, &json!({})).await.pointers(), ["/reason", "/photoIds"]);
    let photo = district.photo().await;
    let body = json!({ "reason": "现场已经整改", "photoIds": [photo] });
    let lifted = district.post(&lifting, &body).await.expect(200);
    assert_eq!((&lifted["state"], &lifted["lifting"]["photoIds"]), (&json!("lifted"), &json!([photo])));
    assert_eq!(district.post(&lifting, &body).await.expect(200), lifted, "sent again it is the same lifting");
    let other = json!({ "reason": "又一次", "photoIds": [district.photo().await] });
    assert_eq!(district.post(&lifting, &other).await.pointers(), ["/reason"]);
    district.get(&format!("/v1/photos/{photo}/display")).await.expect(200);
    world.api().get(&format!("/v1/photos/{photo}/display")).await.expect_problem(404, "unknown-photo");
    let public = world.api().get("/v1/segments").await.expect(200);
    assert!(!public.to_string().contains("placard"));
}

#[tokio::test]
async fn a_spot_is_lifted_by_passed_inspection_and_the_case_shows_its_placard() {
    let world = World::new().await;
    let district = world.api().sign_in("district").await;
    let center = world.api().sign_in(&format!("center-{HUAIHE_CENTER}")).await;
    let answer = world.api().submit(&report("road-damage", "路面有一个大坑", HUAIHE)).await;
    let number = answer["case"]["caseNumber"].as_str().unwrap();
    let body = json!({ "period": present(&world).await, "case": number, "reason": "多次返工" });
    let (path, placard) = hang(&district, &body).await;
    let (since, deadline): (DateTime<Utc>, DateTime<Utc>) = (
        serde_json::from_value(placard["since"].clone()).unwrap(),
        serde_json::from_value(placard["deadline"].clone()).unwrap(),
    );
    assert_eq!(deadline - since, TimeDelta::days(10), "the rulebook's time");
    let case = center.case(number).await;
    assert_eq!(
        (&case["placard"]["state"], &case["placard"]["reason"]),
        (&json!("hanging"), &json!("多次返工"))
    );
    let lifting = format!("{path}/lifting");
    let by_inspection = json!({ "reason": "核查通过", "inspection": number });
    assert_eq!(district.post(&lifting, &by_inspection).await.pointers(), ["/inspection"], "not yet");

    let photo = center.photo().await;
    let way = [
        json!({ "move": "accept" }),
        json!({ "move": "open" }),
        json!({ "move": "dispatch", "unit": "urban-management" }),
        json!({ "move": "sign" }),
        json!({ "move": "handle", "photoIds": [photo] }),
        json!({ "move": "inspect" }),
        json!({ "move": "pass" }),
    ];
    center.go(number, &way).await;
    let other = world.api().submit(&report("household-waste", "垃圾没人收", moved(HUAIHE, 300.0, 0.0))).await;
    let other = other["case"]["caseNumber"].as_str().unwrap().to_owned();
    let elsewhere = json!({ "reason": "核查通过", "inspection": other });
    assert_eq!(district.post(&lifting, &elsewhere).await.pointers(), ["/inspection"]);
    let lifted = district.post(&lifting, &by_inspection).await.expect(200);
    assert_eq!(lifted["lifting"]["inspection"], number);
    assert_eq!(center.case(number).await["placard"]["state"], "lifted");
}

#[tokio::test]
async fn a_deadline_that_has_passed_is_told_once_to_who_hung_it_and_to_the_ladder() {
    let world = World::with(WorldOptions {
        worker: true,
        rulebook: Some("party-road-chief"),
        ..WorldOptions::default()
    })
    .await;
    let district = world.api().sign_in("district").await;
    let segment = "999901001001";
    let soon = world.now().await + TimeDelta::seconds(2);
    let body = json!({ "period": present(&world).await, "segment": segment, "reason": "垃圾成堆", "deadline": soon });
    let (path, _) = hang(&district, &body).await;
    // One that is lifted in time is told of to nobody.
    let timely = json!({ "period": present(&world).await, "segment": "999901001002", "reason": "垃圾成堆", "deadline": soon });
    let (lifted, _) = hang(&district, &timely).await;
    let lifting = json!({ "reason": "清完了", "photoIds": [district.photo().await] });
    district.post(&format!("{lifted}/lifting"), &lifting).await.expect(200);

    wait_for("news of the deadline", async || !told(&world).await.is_empty()).await;
    wait_for("the end of the jobs", async || {
        world.count("select count(*) from job where kind = 'tellPlacard'").await == 0
    })
    .await;
    let to: Vec<String> = told(&world).await.into_iter().map(|(_, to)| to).collect();
    let ladder = [
        "center/999901000",
        "post/chief/999901001",
        "post/l1-town/999901001001",
        "post/l2-community/999901001001",
    ];
    assert_eq!(to, ladder);
    let mails = world.mail.wait_for("messages", |mails| mails.len() == 4).await;
    assert!(mails.iter().all(|mail| mail.words().contains("【挂牌超期】路段 甲示意1号路第1段")));
    let seen = district.get(&path).await.expect(200);
    assert_eq!(seen["state"], "overdue");
    assert!(seen["toldOverdueAt"].is_string());
    assert_eq!(states(&district.get("/v1/placards?state=overdue").await.expect(200)), ["overdue"]);
    assert_eq!(states(&district.get("/v1/placards?state=lifted").await.expect(200)), ["lifted"]);
    assert_eq!(states(&district.get("/v1/placards?state=hanging").await.expect(200)), Vec::<&str>::new());
    assert_eq!(states(&district.get("/v1/placards").await.expect(200)).len(), 2);
}

#[tokio::test]
async fn the_worst_are_proposed_with_their_numbers_and_a_person_decides() {
    let world = World::new().await;
    let district = world.api().sign_in("district").await;
    let mut numbers = Vec::new();
    for (category, east) in [("road-damage", 0.0), ("household-waste", 5.0), ("street-light", 1_500.0)] {
        let answer = world.api().submit(&report(category, "没有人处理", moved(HUAIHE, east, 0.0))).await;
        numbers.push(answer["case"]["caseNumber"].as_str().unwrap().to_owned());
    }
    let late = "update cases set due_at = now() - interval '1 day' where case_number = any ($1)";
    sqlx::query(late).bind(&numbers[..2]).execute(&world.pool).await.unwrap();
    let path = format!("/v1/placards/proposals?period={}", present(&world).await);
    let proposed = district.get(&path).await.expect(200);
    let segments = proposed["segments"].as_array().unwrap();
    let (worst, next) = (&segments[0], &segments[1]);
    let of = |it: &Value| ["openOverdue", "open", "received"].map(|name| it[name].as_i64().unwrap());
    assert_eq!((of(worst), of(next)), ([2, 2, 2], [0, 1, 1]));
    let spots: Vec<&str> = proposed["spots"]
        .as_array()
        .unwrap()
        .iter()
        .map(|spot| spot["caseNumber"].as_str().unwrap())
        .collect();
    assert_eq!(spots, numbers[..2]);
    assert!(proposed["spots"][0]["overdueSince"].is_string());
    assert_eq!(world.count("select count(*) from placard").await, 0, "nothing is hung by it");
    let body = json!({ "period": present(&world).await, "segment": worst["code"], "reason": "超期最多" });
    hang(&district, &body).await;
    let proposed = district.get(&path).await.expect(200);
    assert_eq!(proposed["segments"][0]["code"], next["code"], "what hangs is not proposed again");
}

#[tokio::test]
async fn placards_are_hung_by_who_assesses_and_read_where_one_works() {
    let world = World::new().await;
    let district = world.api().sign_in("district").await;
    let center = world.api().sign_in(&format!("center-{HUAIHE_CENTER}")).await;
    let elsewhere = world.api().sign_in("center-410103003").await;
    let body = json!({ "period": present(&world).await, "segment": SEGMENT, "reason": "脏乱" });
    let path = format!("/v1/placards/{}", Uuid::new_v4());
    put(&center, &path, &body).await.expect_problem(403, "forbidden");
    put(&district, &path, &body).await.expect(201);
    let lifting = json!({ "reason": "好了", "photoIds": [center.photo().await] });
    center.post(&format!("{path}/lifting"), &lifting).await.expect_problem(403, "forbidden");
    center.get("/v1/placards/proposals?period=2026-11上旬").await.expect_problem(403, "forbidden");
    assert_eq!(center.get(&path).await.expect(200)["reason"], "脏乱");
    assert_eq!(states(&center.get("/v1/placards").await.expect(200)).len(), 1);
    elsewhere.get(&path).await.expect_problem(404, "unknown-placard");
    assert_eq!(states(&elsewhere.get("/v1/placards").await.expect(200)).len(), 0);
    world.api().get("/v1/placards").await.expect_problem(401, "not-signed-in");
    let neighbour = world.staff("neighbour", &[("supervisor", "district", "410104", None, None)]).await;
    assert_eq!(
        put(&neighbour, &format!("/v1/placards/{}", Uuid::new_v4()), &body).await.pointers(),
        ["/segment"]
    );
    put(&neighbour, &path, &body).await.expect_problem(404, "unknown-placard");
    neighbour.post(&format!("{path}/lifting"), &lifting).await.expect_problem(404, "unknown-placard");
}

#[tokio::test]
async fn a_placard_with_faults_is_told_all_of_them_and_hangs_nowhere() {
    let world = World::new().await;
    let district = world.api().sign_in("district").await;
    let period = present(&world).await;
    let now = world.now().await;
    let good = json!({ "period": period, "segment": SEGMENT, "reason": "脏乱" });
    let with = |changes: &[(&str, Value)]| {
        let mut body = good.clone();
        for (name, value) in changes {
            body[*name] = value.clone();
        }
        body
    };
    let next = Period::at(Cycle::TenDays, now).next().to_string();
    let path = format!("/v1/placards/{}", Uuid::new_v4());
    for (body, pointers) in [
        (json!({}), vec!["/reason", "/period", "/segment"]),
        (with(&[("period", json!("2026-11"))]), vec!["/period"]),
        (with(&[("period", json!(next))]), vec!["/period"]),
        (with(&[("period", json!("soon")), ("since", json!("x"))]), vec!["/period", "/since"]),
        (with(&[("segment", json!("nowhere"))]), vec!["/segment"]),
        (with(&[("segment", json!("\u{0}")), ("reason", json!("\u{0}"))]), vec!["/reason", "/segment"]),
        (with(&[("segment", Value::Null), ("case", json!("12"))]), vec!["/case"]),
        (with(&[("case", json!("12"))]), vec!["/case"]),
        (with(&[("deadline", json!(now - TimeDelta::seconds(60)))]), vec!["/deadline"]),
        (with(&[("since", json!(now + TimeDelta::days(1)))]), vec!["/since"]),
        (with(&[("reason", json!("长".repeat(501)))]), vec!["/reason"]),
    ] {
        let answer = put(&district, &path, &body).await;
        assert_eq!(answer.pointers(), pointers, "{body}");
        answer.expect_problem(422, "validation");
    }
    for id in ["x", "%00", "12"] {
        put(&district, &format!("/v1/placards/{id}"), &good).await.expect_problem(404, "unknown-placard");
    }
    assert_eq!(district.get("/v1/placards?state=gone").await.pointers(), ["/state"]);
    assert_eq!(district.get("/v1/placards/proposals").await.pointers(), ["/period"]);
    let none = format!("/v1/placards/{}/lifting", Uuid::new_v4());
    district.post(&none, &json!({ "reason": "x" })).await.expect_problem(404, "unknown-placard");
    assert_eq!(world.count("select count(*) from placard").await, 0);

    // Evidence must be there, free, single and from after.
    let old = district.photo().await;
    put(&district, &path, &good).await.expect(201);
    let lifting = format!("{path}/lifting");
    let fresh = district.photo().await;
    for (photos, pointers) in [
        (json!([old]), vec!["/photoIds/0"]),
        (json!([fresh, fresh]), vec!["/photoIds/1"]),
        (json!([fresh, Uuid::new_v4()]), vec!["/photoIds/1"]),
        (json!(["x"]), vec!["/photoIds/0"]),
    ] {
        let answer = district.post(&lifting, &json!({ "reason": "好了", "photoIds": photos })).await;
        assert_eq!(answer.pointers(), pointers, "{photos}");
    }
    assert_eq!(world.count("select count(*) from placard where lifted_at is not null").await, 0);
}
