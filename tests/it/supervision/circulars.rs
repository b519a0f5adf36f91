//! Circulars: frozen, told to the leaders once, with deductions that climb while nobody rectifies.

use jiekou_core::period::{Cycle, Period};
use reqwest::Method;
use serde_json::{Value, json};

use super::{told, wait_for};
use crate::harness::{HUAIHE, HUAIHE_CENTER, Staff, World, moved, report};

const LEADERS: [&str; 2] = ["center/410103000", "center/410103001"];

/// The present 旬 and the ones before it, the latest first.
async fn periods(world: &World) -> impl Iterator<Item = Period> {
    let present = Period::at(Cycle::TenDays, world.now().await);
    std::iter::successors(Some(present), |period| Some(period.previous()))
}

/// A case of its own whose deadline passed two months ago.
async fn overdue(world: &World, category: &str, place: (f64, f64)) -> String {
    let mut body = report(category, "没有人处理", place);
    body["confirmNew"] = json!(true);
    let answer = world.api().submit(&body).await;
    assert_eq!(answer["outcome"], "new", "{answer}");
    let number = answer["case"]["caseNumber"].as_str().unwrap().to_owned();
    let late = "update cases set due_at = now() - interval '2 months' where case_number = $1";
    sqlx::query(late).bind(&number).execute(&world.pool).await.unwrap();
    number
}

async fn issue(staff: &Staff, period: Period, cases: Option<&[&str]>) -> Value {
    let mut body = json!({ "period": period.to_string(), "addressees": LEADERS });
    if let Some(cases) = cases {
        body["cases"] = json!(cases);
    }
    staff.post("/v1/circulars", &body).await.expect(201)
}

/// Number, k and points of every problem.
fn steps(circular: &Value) -> Vec<(String, i64, f64)> {
    let items = circular["items"].as_array().unwrap().iter();
    let step = |item: &Value| {
        let number = item["caseNumber"].as_str().unwrap().to_owned();
        (number, item["times"].as_i64().unwrap(), item["deduction"].as_f64().unwrap())
    };
    items.map(step).collect()
}

#[tokio::test]
async fn what_is_notified_again_and_again_is_deducted_in_steps_until_it_is_closed() {
    let world = World::new().await;
    let district = world.api().sign_in("district").await;
    let center = world.api().sign_in(&format!("center-{HUAIHE_CENTER}")).await;
    let pit = overdue(&world, "road-damage", HUAIHE).await;
    let waste = overdue(&world, "household-waste", moved(HUAIHE, 300.0, 0.0)).await;
    let mut before: Vec<Period> = periods(&world).await.take(6).collect();
    before.reverse();
    let [first, second, third, fourth, fifth, sixth] = before.try_into().unwrap();

    let draft = district.get(&format!("/v1/circulars/draft?period={first}")).await.expect(200);
    assert_eq!((draft["items"].as_array().unwrap().len(), draft.get("issued")), (2, None));
    assert_eq!(
        draft["sums"],
        json!([{ "code": HUAIHE_CENTER, "name": draft["sums"][0]["name"], "problems": 2, "deduction": 2.0 }])
    );
    let circular = issue(&district, first, None).await;
    assert_eq!(circular["items"], draft["items"], "what was previewed is what is issued");
    assert_eq!(circular["drawnUp"], true);
    let both = |k: i64, points: f64| vec![(pit.clone(), k, points), (waste.clone(), k, points)];
    assert_eq!(steps(&circular), both(1, 1.0));
    assert_eq!(steps(&issue(&district, second, None).await), both(2, 2.0));

    // The pit is closed and opened again: it begins anew. The waste goes on.
    let photo = center.photo().await;
    let way = [
        json!({ "move": "accept" }),
        json!({ "move": "open" }),
        json!({ "move": "dispatch", "unit": "urban-management" }),
        json!({ "move": "sign" }),
        json!({ "move": "handle", "photoIds": [photo] }),
        json!({ "move": "inspect" }),
        json!({ "move": "pass" }),
        json!({ "move": "reopen", "reason": "又塌了" }),
    ];
    center.go(&pit, &way).await;
    let circular = issue(&district, third, Some(&[&pit, &waste])).await;
    // Longest overdue first: the pit has a new deadline.
    assert_eq!(steps(&circular), [(waste.clone(), 3, 4.0), (pit.clone(), 1, 1.0)]);
    assert_eq!(circular["sums"][0]["deduction"], 5.0);
    assert_eq!(circular["drawnUp"], false);

    // Whoever is left out of one circular begins anew too; beyond the list of factors the last one doubles.
    assert_eq!(steps(&issue(&district, fourth, Some(&[&waste])).await), [(waste.clone(), 4, 8.0)]);
    let circular = issue(&district, sixth, Some(&[&pit, &waste])).await;
    assert_eq!(steps(&circular), [(waste.clone(), 1, 1.0), (pit.clone(), 1, 1.0)], "a gap of one period");

    // What is issued is a term of scores.
    let list = district.get(&format!("/v1/circulars?period={}", second)).await.expect(200);
    assert_eq!(list["circulars"].as_array().unwrap().len(), 1);
    assert_eq!(list["deductions"][0]["deduction"], 4.0);
    let late = json!({ "period": fifth.to_string(), "addressees": LEADERS });
    assert_eq!(district.post("/v1/circulars", &late).await.pointers(), ["/period"], "the chain is frozen");
    let changed = sqlx::query("update circular_item set deduction = 0").execute(&world.pool).await;
    assert!(changed.is_err());
}

#[tokio::test]
async fn another_problem_of_the_kind_on_the_segment_goes_on_where_the_first_was_left() {
    let world = World::new().await;
    let district = world.api().sign_in("district").await;
    let center = world.api().sign_in(&format!("center-{HUAIHE_CENTER}")).await;
    let first_pit = overdue(&world, "road-damage", HUAIHE).await;
    let segment = center.case(&first_pit).await["segmentCode"].clone();
    let [present, before] = periods(&world).await.take(2).collect::<Vec<_>>().try_into().unwrap();
    issue(&district, before, None).await;
    // One 200 m on, far enough to be another problem.
    let mut second_pit = String::new();
    for east in [150.0, -150.0, 200.0, -200.0] {
        let number = overdue(&world, "road-damage", moved(HUAIHE, east, 0.0)).await;
        if center.case(&number).await["segmentCode"] == segment {
            second_pit = number;
            break;
        }
    }
    assert!(!second_pit.is_empty(), "a place on the same segment");
    let circular = issue(&district, present, Some(&[&second_pit])).await;
    assert_eq!(steps(&circular), [(second_pit, 2, 2.0)]);
}

#[tokio::test]
async fn the_leaders_that_a_circular_names_get_it_once() {
    let world = World::with_worker().await;
    let district = world.api().sign_in("district").await;
    let pit = overdue(&world, "road-damage", HUAIHE).await;
    let present = periods(&world).await.next().unwrap();
    let body = json!({ "period": present.to_string(), "addressees": LEADERS, "words": "请各镇办限期整改。" });
    let circular = district.post("/v1/circulars", &body).await.expect(201);
    let again = district.post("/v1/circulars", &body).await.expect(200);
    assert_eq!(again["circularId"], circular["circularId"], "sent again it is the same one");
    let mut other = body.clone();
    other["words"] = json!("别的话");
    assert_eq!(district.post("/v1/circulars", &other).await.pointers(), ["/period"]);
    let mails = world.mail.wait_for("circulars", |mails| mails.len() == 2).await;
    for mail in &mails {
        let words = mail.words();
        assert!(
            words.contains(&format!("【通报】{present}")) && words.contains("请各镇办限期整改。"),
            "{words}"
        );
        assert!(words.contains(&pit) && words.contains("连续第 1 次，扣 1 分"), "{words}");
    }
    assert_eq!(told(&world).await.len(), 2);
    let path = format!("/v1/circulars/{}", circular["circularId"].as_str().unwrap());
    wait_for("the end of both messages", async || {
        let leaders = district.get(&path).await.expect(200)["leaders"].clone();
        leaders.as_array().unwrap().iter().all(|leader| leader["state"] == "delivered")
    })
    .await;
}

#[tokio::test]
async fn a_circular_leaves_as_csv_and_as_a_workbook() {
    let world = World::new().await;
    let district = world.api().sign_in("district").await;
    let pit = overdue(&world, "road-damage", HUAIHE).await;
    let present = periods(&world).await.next().unwrap();
    let id = issue(&district, present, None).await["circularId"].as_str().unwrap().to_owned();
    for (format, kind) in [("csv", "text/csv"), ("xlsx", "application/vnd")] {
        let path = format!("/v1/circulars/{id}?format={format}");
        let response = district.request(Method::GET, &path).send().await.unwrap();
        assert!(response.headers()["content-type"].to_str().unwrap().starts_with(kind));
        let bytes = response.bytes().await.unwrap();
        if format == "csv" {
            let text = String::from_utf8(bytes.to_vec()).unwrap();
            assert!(text.contains(&pit) && text.lines().last().unwrap().starts_with("合计,"), "{text}");
        }
    }
    assert_eq!(district.get(&format!("/v1/circulars/{id}?format=pdf")).await.pointers(), ["/format"]);
}

#[tokio::test]
async fn circulars_are_issued_by_who_assesses_and_read_where_one_works() {
    let world = World::new().await;
    let district = world.api().sign_in("district").await;
    let center = world.api().sign_in(&format!("center-{HUAIHE_CENTER}")).await;
    overdue(&world, "road-damage", HUAIHE).await;
    let present = periods(&world).await.next().unwrap();
    let body = json!({ "period": present.to_string(), "addressees": LEADERS });
    center.post("/v1/circulars", &body).await.expect_problem(403, "forbidden");
    center.get(&format!("/v1/circulars/draft?period={present}")).await.expect_problem(403, "forbidden");
    world.api().post("/v1/circulars", &body).await.expect_problem(401, "not-signed-in");
    let id = issue(&district, present, None).await["circularId"].as_str().unwrap().to_owned();
    let path = format!("/v1/circulars/{id}");
    assert_eq!(center.get(&path).await.expect(200)["items"].as_array().unwrap().len(), 1);
    assert_eq!(center.get("/v1/circulars").await.expect(200)["circulars"].as_array().unwrap().len(), 1);
    let neighbour =
        world.staff("neighbour", &[("districtDispatcher", "district", "410104", None, None)]).await;
    neighbour.get(&path).await.expect_problem(404, "unknown-circular");
    assert_eq!(neighbour.get("/v1/circulars").await.expect(200)["circulars"], json!([]));
    let unit =
        world.staff("bureau", &[("unitHandler", "district", "410103", None, Some("urban-management"))]).await;
    unit.get(&path).await.expect_problem(403, "forbidden");
    for none in ["00000000-0000-4000-8000-000000000000", "x", "%00"] {
        district.get(&format!("/v1/circulars/{none}")).await.expect_problem(404, "unknown-circular");
    }
}

#[tokio::test]
async fn a_circular_with_faults_is_told_all_of_them_and_changes_nothing() {
    let world = World::new().await;
    let district = world.api().sign_in("district").await;
    let present = periods(&world).await.next().unwrap();
    let pit = world.api().submit(&report("road-damage", "路面有坑", HUAIHE)).await;
    let pit = pit["case"]["caseNumber"].as_str().unwrap();
    let (name, next) = (present.to_string(), present.next().to_string());
    for (body, pointers) in [
        (json!({}), vec!["/period"]),
        (json!({ "period": "2026-11", "addressees": LEADERS, "cases": [pit] }), vec!["/period"]),
        (json!({ "period": next, "addressees": LEADERS, "cases": [pit] }), vec!["/period"]),
        (
            json!({ "period": 7, "addressees": "all", "cases": {}, "words": [] }),
            vec!["/period", "/cases", "/addressees", "/words"],
        ),
        (json!({ "period": name, "addressees": LEADERS }), vec!["/cases"]),
        (json!({ "period": name, "addressees": [], "cases": [] }), vec!["/addressees", "/cases"]),
        (
            json!({ "period": name, "addressees": ["post/l1/410103001", "nobody", "center/410103001", "center/410103001", "\u{0}"], "cases": [pit] }),
            vec!["/addressees/0", "/addressees/1", "/addressees/3", "/addressees/4"],
        ),
        (
            json!({ "period": name, "addressees": LEADERS, "cases": ["12", pit, pit, "\u{0}"], "words": "\u{7}" }),
            vec!["/words", "/cases/0", "/cases/2", "/cases/3"],
        ),
        (
            json!({ "period": name, "addressees": LEADERS, "cases": [pit], "words": "长".repeat(2_001) }),
            vec!["/words"],
        ),
    ] {
        let answer = district.post("/v1/circulars", &body).await;
        assert_eq!(answer.pointers(), pointers, "{body}");
        answer.expect_problem(422, "validation");
    }
    for query in ["", "period=x", "period=2026-11"] {
        assert_eq!(
            district.get(&format!("/v1/circulars/draft?{query}")).await.pointers(),
            ["/period"],
            "{query}"
        );
    }
    assert_eq!(world.count("select count(*) from circular").await, 0);
    assert_eq!(world.count("select count(*) from letter").await, 0);
}
