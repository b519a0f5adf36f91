//! What is owed, and what of it is missing.

use calamine::{Data, Reader, Xlsx};
use jiekou_core::period::{Cycle, Period};
use reqwest::Method;
use serde_json::{Value, json};

use super::{filed, strike, today, world_of};

#[tokio::test]
async fn a_census_is_whole_when_every_road_was_covered_in_its_ten_days() {
    let world = world_of("zhengzhou").await;
    let day = today(&world).await;
    let city = world.staff("city", &[("districtDispatcher", "city", "4101", None, None)]).await;
    let census = |road: &str, on: chrono::NaiveDate| {
        json!({ "kind": "census", "on": on, "about": { "codes": [road] },
            "fields": { "vehicles": 2, "trading": 0, "garbage": 1, "ads": 4 } })
    };
    let owed = async |query: &str| {
        let body = city.get(&format!("/v1/records/owed?kind=census{query}")).await.expect(200);
        body["owed"][0].clone()
    };
    let before = owed("").await;
    assert_eq!(
        (&before["period"]["cycle"], &before["done"], &before["of"]),
        (&json!("tenDays"), &json!(0), &json!(228))
    );
    let lines = before["lines"].as_array().unwrap().clone();
    let roads: Vec<&str> = lines.iter().map(|line| line["code"].as_str().unwrap()).collect();
    assert!(lines.iter().all(|line| line["standing"] == "running" && line["about"] == "road"));
    let mut first = Value::Null;
    for road in &roads[..57] {
        first = filed(&city, &census(road, day)).await;
    }
    let quarter = owed("&missing=true").await;
    assert_eq!((&quarter["done"], &quarter["coverage"]), (&json!(57), &json!(0.25)));
    assert_eq!(quarter["lines"].as_array().unwrap().len(), 171, "what is not there");
    for road in &roads[57..] {
        filed(&city, &census(road, day)).await;
    }
    let whole = owed("").await;
    assert_eq!((&whole["done"], &whole["coverage"]), (&json!(228), &json!(1.0)));
    assert!(whole["lines"].as_array().unwrap().iter().all(|line| line["standing"] == "done"));
    strike(&city, &first["recordId"], "路名写错").await.expect(200);
    assert_eq!(owed("").await["done"], 227);

    // The ten days before: nobody went, and what is filed now is late.
    let last = Period::of(Cycle::TenDays, day).previous();
    let named = format!("&period={last}");
    assert_eq!(owed(&named).await["lines"][0]["standing"], "missing");
    filed(&city, &census(roads[0], last.last_day())).await;
    let late = owed(&named).await;
    assert_eq!((&late["lines"][0]["standing"], &late["done"]), (&json!("late"), &json!(1)));
    assert_eq!(late["lines"][0]["lastOn"], json!(last.last_day()));
    // A month has its three parts, each its own.
    let month = format!("/v1/records/owed?kind=census&period=month&at={}", last.first_day());
    let month = city.get(&month).await.expect(200);
    let cycles: Vec<&Value> =
        month["owed"].as_array().unwrap().iter().map(|it| &it["period"]["cycle"]).collect();
    assert_eq!(cycles, [&json!("tenDays"); 3]);
    let year = city.get("/v1/records/owed?kind=census&period=year").await.expect(200);
    assert_eq!(year["owed"].as_array().unwrap().len(), 36);
}

#[tokio::test]
async fn everybody_sees_what_is_owed_of_their_own_area_and_files_only_there() {
    let world = world_of("dengfeng").await;
    let day = today(&world).await;
    let towns: Vec<String> = {
        let all = world.staff("all", &[("districtDispatcher", "district", "410185", None, None)]).await;
        let body = all.get("/v1/records/owed?kind=green-belt-clearing").await.expect(200);
        assert_eq!(body["owed"][0]["of"], 15);
        let lines = body["owed"][0]["lines"].as_array().unwrap();
        lines.iter().map(|line| line["code"].as_str().unwrap().to_owned()).collect()
    };
    let center = world.staff("office", &[("centerDispatcher", "town", towns[0].as_str(), None, None)]).await;
    let clearing = |town: &str| json!({ "kind": "green-belt-clearing", "on": day, "about": { "codes": [town] }, "fields": { "left-over": 0 } });
    filed(&center, &clearing(&towns[0])).await;
    let other = super::put(&center, uuid::Uuid::new_v4(), &clearing(&towns[1])).await;
    other.expect_problem(403, "forbidden");
    let own = center.get("/v1/records/owed?kind=green-belt-clearing").await.expect(200);
    assert_eq!((&own["owed"][0]["of"], &own["owed"][0]["lines"][0]["standing"]), (&json!(1), &json!("done")));
    // Several roads in one night are one record, and each of them is covered.
    let washing = center.get("/v1/records/owed?kind=green-belt-washing").await.expect(200);
    let roads: Vec<&Value> =
        washing["owed"][0]["lines"].as_array().unwrap().iter().map(|line| &line["code"]).collect();
    assert!(roads.len() > 1, "the roads that run through the office's ground");
    let night = json!({ "kind": "green-belt-washing", "on": day, "about": { "codes": roads } });
    filed(&center, &night).await;
    let washed = center.get("/v1/records/owed?kind=green-belt-washing").await.expect(200);
    assert_eq!(washed["owed"][0]["coverage"], 1.0);
    // Everything that is owed now, whatever its cycle.
    let all = center.get("/v1/records/owed").await.expect(200);
    let kinds: Vec<&str> =
        all["owed"].as_array().unwrap().iter().map(|it| it["kind"]["code"].as_str().unwrap()).collect();
    assert_eq!(
        kinds,
        ["waste-assessment", "green-belt-washing", "green-belt-clearing"],
        "nothing of the city's own"
    );
}

#[tokio::test]
async fn parking_spaces_of_a_year_are_added_up_and_a_table_of_what_is_owed_leaves_as_a_file() {
    let world = world_of("dengfeng").await;
    let day = today(&world).await;
    let bureau =
        world.staff("bureau", &[("unitHandler", "district", "410185", None, Some("urban-management"))]).await;
    let built = |spaces: i64| {
        json!({ "kind": "parking-built", "on": day, "about": { "codes": ["410185"] },
            "fields": { "place": "少林大道", "spaces": spaces } })
    };
    let owed = async || {
        let body = bureau.get("/v1/records/owed?kind=parking-built").await.expect(200);
        let line = body["owed"][0]["lines"][0].clone();
        (line["needs"].clone(), line["has"].clone(), line["standing"].clone())
    };
    assert_eq!(owed().await, (json!(500), json!(0), json!("running")));
    filed(&bureau, &built(300)).await;
    filed(&bureau, &built(199)).await;
    assert_eq!(owed().await, (json!(500), json!(499), json!("running")));
    filed(&bureau, &built(1)).await;
    assert_eq!(owed().await, (json!(500), json!(500), json!("done")));
    let path = "/v1/records/owed?kind=parking-built&format=xlsx";
    let bytes = bureau.request(Method::GET, path).send().await.unwrap().bytes().await.unwrap();
    let mut book = Xlsx::new(std::io::Cursor::new(bytes)).unwrap();
    let sheet = book.worksheet_range_at(0).unwrap().unwrap();
    let row = sheet.rows().nth(1).unwrap();
    assert_eq!((&row[0], &row[7]), (&Data::String("新建公共停车泊位".into()), &Data::Float(500.0)));
}

#[tokio::test]
async fn dalian_owes_five_artefacts_and_its_meetings_need_grid_workers() {
    let world = world_of("dalian").await;
    let day = today(&world).await;
    let city = world.staff("city", &[("districtDispatcher", "city", "2102", None, None)]).await;
    let owed = city.get("/v1/records/owed").await.expect(200);
    let of_rule = |rule: &str| -> Vec<(String, String)> {
        let all = owed["owed"].as_array().unwrap().iter().filter(|it| it["rule"] == rule);
        let name = |it: &Value, pointer: &str| it.pointer(pointer).unwrap().as_str().unwrap().to_owned();
        all.map(|it| (name(it, "/kind/name"), name(it, "/period/cycle"))).collect()
    };
    let artefacts = [
        ("日报告", "day"),
        ("周巡查", "week"),
        ("月评比", "month"),
        ("季奖励", "quarter"),
        ("年排名", "year"),
    ];
    let artefacts = artefacts.map(|(name, cycle)| (name.to_owned(), cycle.to_owned()));
    assert_eq!(of_rule("DL-09"), artefacts);
    // What Jiekou itself produces is filed by a link to it.
    let report = json!({ "kind": "daily-report", "on": day, "about": { "codes": ["210200"] },
        "fields": { "produced": format!("/v1/statistics?period={day}") } });
    filed(&city, &report).await;
    let daily = city.get("/v1/records/owed?kind=daily-report").await.expect(200);
    assert_eq!(daily["owed"][0]["lines"][0]["standing"], "done");
    let mut meeting = json!({ "kind": "joint-meeting", "on": day, "about": { "codes": ["210202"] },
        "fields": { "situation": "平稳", "opinions": "增设果皮箱", "next": "清理楼道" },
        "attendees": { "community-secretary": 5, "unitHandler": 9 } });
    let refused = super::put(&city, uuid::Uuid::new_v4(), &meeting).await;
    assert_eq!(refused.pointers(), ["/attendees/gridWorker"]);
    meeting["attendees"]["gridWorker"] = json!(12);
    filed(&city, &meeting).await;
    let joint = city.get("/v1/records/owed?kind=joint-meeting").await.expect(200);
    assert_eq!((&joint["owed"][0]["done"], &joint["owed"][0]["of"]), (&json!(1), &json!(4)));
    // The third party owes its own, and sees it.
    let company = world.staff("company", &[("inspector", "city", "2102", None, Some("third-party"))]).await;
    let own = company.get("/v1/records/owed").await.expect(200);
    let kinds: Vec<&str> =
        own["owed"].as_array().unwrap().iter().map(|it| it["kind"]["code"].as_str().unwrap()).collect();
    assert_eq!(kinds, ["third-party-week", "third-party-month"]);
}
