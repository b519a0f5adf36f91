//! Who sees which figures, what is refused, and files.

use calamine::{Data, Reader, Xlsx};
use serde_json::{Value, json};

use crate::harness::{HUAIHE, HUAIHE_CENTER, Staff, World, moved, report};

/// Two cases in 淮河路, one of them handed to the bureau; one somewhere else, with the center that answers there.
async fn cases(world: &World) -> (Staff, String) {
    let here = world.api().submit(&report("road-damage", "路面有坑", HUAIHE)).await;
    world.api().submit(&report("household-waste", "垃圾没人收", moved(HUAIHE, 300.0, 0.0))).await;
    let there =
        world.api().submit(&report("household-waste", "垃圾没人收", moved(HUAIHE, 0.0, 3_500.0))).await;
    assert_ne!(there["center"]["code"], HUAIHE_CENTER);
    let center = world.api().sign_in(&format!("center-{HUAIHE_CENTER}")).await;
    let number = here["case"]["caseNumber"].as_str().unwrap();
    let way = [
        json!({ "move": "accept" }),
        json!({ "move": "open" }),
        json!({ "move": "dispatch", "unit": "urban-management" }),
    ];
    center.go(number, &way).await;
    (center, there["center"]["code"].as_str().unwrap().to_owned())
}

fn row<'a>(body: &'a Value, code: &str) -> &'a Value {
    body["rows"].as_array().unwrap().iter().find(|row| row["code"] == code).unwrap_or(&Value::Null)
}

#[tokio::test]
async fn everybody_sees_the_figures_of_their_own_area_and_no_others() {
    let world = World::new().await;
    let (center, elsewhere) = cases(&world).await;
    let district = world.api().sign_in("district").await;
    let all = district.get("/v1/statistics").await.expect(200);
    assert_eq!((&all["total"]["figures"]["received"], &all["by"]), (&json!(3), &json!("town")));
    assert_eq!(all["rows"].as_array().unwrap().len(), 18, "every center, also those without a case");
    assert_eq!(all["total"]["rates"]["dispatch"], 1.0);
    assert_eq!(all["words"]["onTime"], "按期结案率");
    let own = center.get("/v1/statistics").await.expect(200);
    assert_eq!((own["rows"].as_array().unwrap().len(), &own["rows"][0]["code"]), (1, &json!(HUAIHE_CENTER)));
    assert_eq!(own["total"]["figures"]["received"], 2);
    let kinds = center.get("/v1/statistics?by=category&period=year").await.expect(200);
    assert_eq!(row(&kinds, "household-waste")["figures"]["received"], 1);
    let narrowed = format!("/v1/statistics?by=category&center={HUAIHE_CENTER}");
    let narrowed = district.get(&narrowed).await.expect(200);
    assert_eq!(row(&narrowed, "household-waste")["figures"]["received"], 1);
    let elsewhere = format!("/v1/statistics?center={elsewhere}");
    center.get(&elsewhere).await.expect_problem(403, "forbidden");

    let unit =
        world.staff("bureau", &[("unitHandler", "district", "410103", None, Some("urban-management"))]).await;
    let of_unit = unit.get("/v1/statistics?by=unit").await.expect(200);
    assert_eq!(of_unit["rows"].as_array().unwrap().len(), 1);
    assert_eq!(row(&of_unit, "urban-management")["figures"]["dispatched"], 1);
    assert_eq!(row(&of_unit, "urban-management")["name"], "区城市管理局");
    unit.get("/v1/statistics?by=town").await.expect_problem(403, "forbidden");

    let segments = center.get("/v1/statistics?by=segment").await.expect(200);
    let code = segments["rows"][0]["code"].as_str().unwrap().to_owned();
    let chief = world.staff("chief", &[("roadChief", "segment", code.as_str(), None, None)]).await;
    let of_segment = chief.get("/v1/statistics?by=segment").await.expect(200);
    assert_eq!(of_segment["rows"], json!([row(&segments, &code)]));
    chief.get("/v1/statistics?by=category").await.expect_problem(403, "forbidden");
    world.api().get("/v1/statistics").await.expect_problem(401, "not-signed-in");
}

#[tokio::test]
async fn what_is_no_period_dimension_day_or_format_is_told_all_at_once() {
    let world = World::new().await;
    let district = world.api().sign_in("district").await;
    let wrong = district.get("/v1/statistics?period=fortnight&by=street&at=tomorrow&format=pdf").await;
    let mut pointers = wrong.pointers();
    pointers.sort();
    assert_eq!(pointers, ["/at", "/by", "/format", "/period"]);
    wrong.expect_problem(422, "validation");
    for at in ["0000-01-01", "262142-12-31", "2026-02-30"] {
        let path = format!("/v1/statistics?period=week&at={at}");
        assert_eq!(district.get(&path).await.pointers(), ["/at"], "{at}");
    }
    let unknown = district.get("/v1/statistics?center=410103999").await;
    assert_eq!(unknown.pointers(), ["/center"]);
    for (query, name) in [
        ("period=tenDays&at=2026-11-20", "2026-11中旬"),
        ("period=halfMonth&at=2026-11-16", "2026-11下半月"),
        ("period=week&at=2027-01-03", "2026-W53"),
        ("period=2026-Q4", "2026-Q4"),
        ("period=2026-11%E4%B8%8A%E6%97%AC", "2026-11上旬"),
    ] {
        let body = district.get(&format!("/v1/statistics?{query}")).await.expect(200);
        assert_eq!(body["period"]["name"], name);
    }
}

#[tokio::test]
async fn a_table_of_figures_leaves_as_csv_and_as_a_workbook() {
    let world = World::new().await;
    cases(&world).await;
    let district = world.api().sign_in("district").await;
    let json = district.get("/v1/statistics?by=category").await.expect(200);
    let file = async |format: &str| {
        let path = format!("/v1/statistics?by=category&format={format}");
        let response = district.request(reqwest::Method::GET, &path).send().await.unwrap();
        assert_eq!(response.status(), 200);
        let disposition = response.headers()["content-disposition"].to_str().unwrap().to_owned();
        assert!(disposition.starts_with("attachment;") && disposition.ends_with(format), "{disposition}");
        response.bytes().await.unwrap()
    };
    let csv = String::from_utf8(file("csv").await.to_vec()).unwrap();
    let csv = csv.strip_prefix('\u{feff}').expect("spreadsheet programs know UTF-8 by its mark");
    let mut lines = csv::Reader::from_reader(csv.as_bytes());
    let column = |name: &str, headings: &[String]| headings.iter().position(|it| it == name).unwrap();
    let headings: Vec<String> = lines.headers().unwrap().iter().map(str::to_owned).collect();
    let received = column("上报数", &headings);
    let read: Vec<csv::StringRecord> = lines.records().map(Result::unwrap).collect();
    assert_eq!(read.len(), json["rows"].as_array().unwrap().len() + 1, "and the sum");
    for line in &read[..read.len() - 1] {
        let told = row(&json, &line[0]);
        assert_eq!(
            (json!(line[1]), json!(line[received].parse::<i64>().unwrap())),
            (told["name"].clone(), told["figures"]["received"].clone())
        );
    }
    assert_eq!(&read[read.len() - 1][received], "3");

    let mut book = Xlsx::new(std::io::Cursor::new(file("xlsx").await)).unwrap();
    let sheet = book.worksheet_range_at(0).unwrap().unwrap();
    let headings: Vec<String> = sheet.rows().next().unwrap().iter().map(ToString::to_string).collect();
    let (received, rate) = (column("上报数", &headings), column("派遣率", &headings));
    let last = sheet.rows().next_back().unwrap();
    assert_eq!((&last[1], &last[received]), (&Data::String("合计".into()), &Data::Float(3.0)));
    assert_eq!(last[rate], Data::Float(1.0), "a number that a spreadsheet counts with");
    assert_eq!(sheet.rows().count(), read.len() + 1);
}
