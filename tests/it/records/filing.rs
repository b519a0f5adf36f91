//! Filing, striking out, listing, files.

use calamine::{Data, Reader, Xlsx};
use reqwest::Method;
use serde_json::{Value, json};
use uuid::Uuid;

use super::{filed, ids, put, strike, today, world_of};
use crate::harness::{HUAIHE_CENTER, World};

async fn meeting(world: &World, decisions: &str) -> Value {
    json!({
        "kind": "leading-group-meeting",
        "on": today(world).await,
        "about": { "codes": ["410103"] },
        "fields": { "chaired-by": "区长", "decisions": decisions }
    })
}

#[tokio::test]
async fn a_record_is_filed_once_under_its_id_and_never_changed() {
    let world = World::new().await;
    let (district, admin) = (world.api().sign_in("district").await, world.api().sign_in("admin").await);
    let body = meeting(&world, "整治占道经营").await;
    let id = Uuid::new_v4();
    let answer = put(&district, id, &body).await;
    assert_eq!(answer.headers["location"], format!("/v1/records/{id}"));
    let record = answer.expect(201);
    assert_eq!(
        (&record["kind"]["name"], &record["rule"]),
        (&json!("“路长制”工作领导小组会议"), &json!("ERQI-11"))
    );
    assert_eq!(record["about"]["subjects"], json!([{ "code": "410103", "name": "郑州市二七区" }]));
    assert_eq!(put(&district, id, &body).await.expect(200), record, "the same again is the same record");
    let other = meeting(&world, "别的").await;
    put(&district, id, &other).await.expect_problem(409, "record-differs");
    put(&admin, id, &body).await.expect_problem(409, "record-differs");
    assert_eq!(district.get(&format!("/v1/records/{id}")).await.expect(200), record);
    assert_eq!(world.count("select count(*) from filed_record").await, 1);
    for statement in [
        "update filed_record set fields = '{}'",
        "update filed_record set filed_at = now(), struck_at = now(), struck_by = filed_by, struck_because = 'x'",
        "delete from filed_record",
    ] {
        let refused = sqlx::query(statement).execute(&world.pool).await.unwrap_err();
        assert!(refused.to_string().contains("never changed"), "{statement}: {refused}");
    }

    let desk = world.api().sign_in("desk").await;
    strike(&desk, &record["recordId"], "记错了").await.expect_problem(403, "forbidden");
    let struck = strike(&district, &record["recordId"], "会议改期").await.expect(200);
    assert_eq!(struck["struck"]["reason"], "会议改期");
    assert_eq!(strike(&district, &record["recordId"], "会议改期").await.expect(200), struck);
    strike(&district, &record["recordId"], "另一个原因").await.expect_problem(409, "record-struck");
    strike(&admin, &record["recordId"], "会议改期").await.expect_problem(409, "record-struck");
    assert_eq!(strike(&admin, &record["recordId"], " ").await.pointers(), ["/reason"]);
    assert_eq!(ids(&district.get("/v1/records").await.expect(200)), Vec::<&str>::new());
    let with_struck = district.get("/v1/records?struck=true").await.expect(200);
    assert_eq!(with_struck["records"], json!([struck]));
    let owed = district.get("/v1/records/owed?kind=leading-group-meeting").await.expect(200);
    assert_eq!(owed["owed"][0]["lines"][0]["has"], 0, "what is struck out counts no more");
}

#[tokio::test]
async fn records_are_listed_page_by_page_and_leave_as_files() {
    let world = World::new().await;
    let district = world.api().sign_in("district").await;
    let day = today(&world).await;
    for n in 0..53 {
        let mut body = meeting(&world, &format!("第{n}项")).await;
        body["on"] = json!(day - chrono::Days::new(n % 20));
        filed(&district, &body).await;
    }
    let coordination = json!({
        "kind": "coordination-meeting", "on": day, "about": { "kind": "town", "codes": [HUAIHE_CENTER] },
        "fields": { "units": "=cmd|' /C calc'!A0", "decisions": "协调" }
    });
    filed(&district, &coordination).await;
    let first = district.get("/v1/records").await.expect(200);
    assert_eq!(first["records"].as_array().unwrap().len(), 50);
    assert_eq!(first["records"][0]["kind"]["code"], "coordination-meeting", "the last filed first");
    let next = format!("/v1/records?cursor={}", first["nextCursor"].as_str().unwrap());
    let second = district.get(&next).await.expect(200);
    assert_eq!((second["records"].as_array().unwrap().len(), second.get("nextCursor")), (4, None));
    assert!(ids(&second).iter().all(|id| !ids(&first).contains(id)));
    let only = format!("/v1/records?about={HUAIHE_CENTER}&kind=coordination-meeting&from={day}&to={day}");
    assert_eq!(ids(&district.get(&only).await.expect(200)).len(), 1);
    let older = format!("/v1/records?to={}", day - chrono::Days::new(19));
    assert_eq!(ids(&district.get(&older).await.expect(200)).len(), 2);

    let file = async |query: &str| {
        let response = district.request(Method::GET, &format!("/v1/records?{query}")).send().await.unwrap();
        assert_eq!(response.status(), 200);
        response.bytes().await.unwrap()
    };
    let csv = String::from_utf8(file("format=csv").await.to_vec()).unwrap();
    let mut lines = csv::Reader::from_reader(csv.trim_start_matches('\u{feff}').as_bytes());
    let rows: Vec<csv::StringRecord> = lines.records().map(Result::unwrap).collect();
    assert_eq!(rows.len(), 54, "a file has no pages");
    assert!(rows[0][6].contains("协调") && !csv.contains(",=cmd"), "{:?}", rows[0]);
    let mut book =
        Xlsx::new(std::io::Cursor::new(file("format=xlsx&kind=leading-group-meeting").await)).unwrap();
    let sheet = book.worksheet_range_at(0).unwrap().unwrap();
    let headings: Vec<String> = sheet.rows().next().unwrap().iter().map(ToString::to_string).collect();
    let column = headings.iter().position(|it| it == "议定事项").expect("each field has a column");
    assert_eq!(sheet.rows().count(), 54);
    assert_eq!(sheet.rows().nth(1).unwrap()[column], Data::String("第52项".into()));
}

#[tokio::test]
async fn what_is_wrong_with_a_record_or_a_question_is_told_and_changes_nothing() {
    let world = World::new().await;
    let district = world.api().sign_in("district").await;
    let center = world.api().sign_in(&format!("center-{HUAIHE_CENTER}")).await;
    let body = meeting(&world, "议定").await;
    let id = Uuid::new_v4();
    put(&center, id, &body).await.expect_problem(403, "forbidden");
    let path = format!("/v1/records/{id}");
    let send = async |request: reqwest::RequestBuilder| world.api().send(request).await;
    send(world.api().request(Method::PUT, &path).json(&body)).await.expect_problem(401, "not-signed-in");
    send(district.request(Method::PUT, &path)).await.expect_problem(415, "unsupported-media-type");
    send(district.request(Method::PUT, &path).json(&json!([1]))).await.expect_problem(400, "malformed-body");
    let large = json!({ "kind": "x".repeat(70_000) });
    send(district.request(Method::PUT, &path).json(&large)).await.expect_problem(413, "body-too-large");
    let nonsense = district.request(Method::PUT, "/v1/records/nonsense").json(&body);
    send(nonsense).await.expect_problem(404, "unknown-record");
    send(district.request(Method::POST, &path).json(&body)).await.expect_problem(405, "method-not-allowed");
    for (body, pointers) in [
        (json!({}), vec!["/kind"]),
        (json!({ "kind": 7, "on": "yesterday" }), vec!["/kind", "/on"]),
        (json!({ "kind": "parade" }), vec!["/kind"]),
        (
            json!({ "kind": "leading-group-meeting", "on": "2031-01-01", "about": { "kind": "town", "codes": "410103" }, "fields": [] }),
            vec!["/about/codes", "/about/kind", "/fields", "/fields/chaired-by", "/fields/decisions", "/on"],
        ),
    ] {
        let refused = put(&district, id, &body).await;
        let mut told = refused.pointers();
        told.sort();
        assert_eq!(told, pointers, "{body}");
        refused.expect_problem(422, "validation");
    }
    assert_eq!(world.count("select count(*) from filed_record").await, 0);
    district.get(&path).await.expect_problem(404, "unknown-record");
    for (query, pointers) in [
        ("from=yesterday&to=2026-02-30&struck=maybe&cursor=x", vec!["/cursor", "/from", "/struck", "/to"]),
        ("from=0000-01-01", vec!["/from"]),
        ("kind=", vec!["/kind"]),
    ] {
        let refused = district.get(&format!("/v1/records?{query}")).await;
        let mut told = refused.pointers();
        told.sort();
        assert_eq!(told, pointers, "{query}");
        refused.expect_problem(422, "validation");
    }
    assert_eq!(district.get("/v1/records?format=pdf").await.pointers(), ["/format"]);
    let owed = district.get("/v1/records/owed?period=fortnight&missing=maybe&format=pdf").await;
    assert_eq!(owed.pointers(), ["/period", "/missing", "/format"]);
    let unknown = district.get("/v1/records/owed?kind=chief-accountability").await;
    assert_eq!(unknown.pointers(), ["/kind"], "nobody owes an accountability");
}

#[tokio::test]
async fn only_the_evaluator_of_a_sheet_files_it_and_its_points_are_added_up() {
    let world = world_of("party-road-chief").await;
    let day = today(&world).await;
    let district = "999901";
    let center = world.staff("zhen", &[("centerDispatcher", "town", "999901001", None, None)]).await;
    let platform = world.staff("platform", &[("districtDispatcher", "district", district, None, None)]).await;
    let bureau =
        world.staff("bureau", &[("unitHandler", "district", district, None, Some("urban-management"))]).await;
    let evaluators = [&center, &platform, &bureau];
    let sheets = [
        (
            "squad-assessment",
            "unit",
            "squadron",
            json!({ "patrol": 28.5, "response": 40, "outcome": 0 }),
            68.5,
        ),
        (
            "department-assessment",
            "unit",
            "police",
            json!({ "answer": 30, "on-time": 39.9, "quality": 30 }),
            99.9,
        ),
        (
            "town-assessment",
            "town",
            "999901001",
            json!({ "organisation": 20, "patrol": 40, "responsibility": 20, "outcome": 20 }),
            100.0,
        ),
    ];
    for (position, (kind, about, code, scores, total)) in sheets.into_iter().enumerate() {
        let fields = if position == 0 { json!({ "month": day }) } else { json!({}) };
        let body = json!({ "kind": kind, "on": day, "about": { "kind": about, "codes": [code] }, "fields": fields, "scores": scores });
        for (evaluator, staff) in evaluators.iter().enumerate() {
            let answer = put(staff, Uuid::new_v4(), &body).await;
            if evaluator != position {
                answer.expect_problem(403, "forbidden");
                continue;
            }
            let record = answer.expect(201);
            assert_eq!((&record["total"], &record["full"]), (&json!(total), &json!(100)), "{kind}");
        }
    }
    let elsewhere = json!({ "kind": "squad-assessment", "on": day, "about": { "kind": "unit", "codes": ["city-squadron"] },
        "fields": { "month": day }, "scores": { "patrol": 1, "response": 1, "outcome": 1 } });
    put(&center, Uuid::new_v4(), &elsewhere).await.expect_problem(403, "forbidden");
    let mut short = elsewhere.clone();
    short["scores"] = json!({ "patrol": 30.25, "response": 41, "extra": 1 });
    let mut told = put(&center, Uuid::new_v4(), &short).await.pointers();
    told.sort();
    assert_eq!(told, ["/scores/extra", "/scores/outcome", "/scores/patrol", "/scores/response"]);
    let kinds = center.get("/v1/records/kinds").await.expect(200);
    let mine = |kind: &&Value| kind["filedByCaller"] == true;
    let own: Vec<&Value> = kinds["kinds"].as_array().unwrap().iter().filter(mine).collect();
    assert_eq!((own.len(), &own[0]["code"]), (1, &json!("squad-assessment")));
    assert_eq!(own[0]["filedBy"], json!([{ "role": "centerDispatcher", "level": "town" }]));
}
