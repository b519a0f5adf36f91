//! What a ranking says while it is a preview, and who sees what of it.

use std::collections::BTreeSet;

use calamine::{Data, Reader, Xlsx};
use jiekou_core::period::Cycle;
use serde_json::json;

use super::{address, happened_on, last, plan, row, rows, two_here_one_there};
use crate::harness::World;

#[tokio::test]
async fn a_ranking_ranks_every_town_by_its_ground_and_is_equal_to_the_statistics() {
    let (world, city) = plan("zhengzhou").await;
    let (_, here, there) = two_here_one_there(&world).await;
    let period = last(&world, Cycle::TenDays).await;
    happened_on(&world, period.last_day()).await;
    let ranking = city.get(&address("towns-ten-days", period)).await.expect(200);
    assert_eq!((&ranking["rule"], &ranking["period"]["name"]), (&json!("ZZ-04"), &json!(period.to_string())));
    assert_eq!((&ranking["period"]["over"], &ranking["published"]), (&json!(true), &json!(null)));

    let statistics = city.get(&format!("/v1/statistics?period={period}")).await.expect(200);
    let towns =
        std::fs::read_to_string(crate::harness::project().join("rulebooks/zhengzhou/areas/towns.geojson"));
    let towns = towns.unwrap().matches("\"centerName\"").count();
    assert_eq!((rows(&ranking).len(), &ranking["count"]), (towns, &json!(towns)), "all of them");
    let codes: BTreeSet<&str> = rows(&ranking).iter().map(|row| row["code"].as_str().unwrap()).collect();
    assert_eq!(codes.len(), towns, "each once");
    for it in rows(&ranking) {
        let told = row(&statistics, it["code"].as_str().unwrap());
        assert_eq!((&it["figures"], &it["rates"]), (&told["figures"], &told["rates"]), "{}", it["code"]);
        let points: f64 =
            it["terms"].as_array().unwrap().iter().map(|term| term["points"].as_f64().unwrap()).sum();
        assert!((points - it["score"].as_f64().unwrap()).abs() < 1e-6, "{it}");
    }
    for (code, problems) in [(&here, 2.0), (&there, 1.0)] {
        let it = row(&ranking, code);
        let km2 = it["squareMeters"].as_f64().unwrap() / 1e6;
        let density = &it["terms"][1];
        assert_eq!((&density["kind"], &density["of"]), (&json!("density"), &json!("valid")));
        assert!((density["measured"].as_f64().unwrap() - problems / km2).abs() < 0.001, "{it}");
        assert!((it["score"].as_f64().unwrap() - (100.0 - problems / km2)).abs() < 0.002, "{it}");
    }
    let amounts: Vec<i64> = rows(&ranking).iter().map(|row| row["amountFen"].as_i64().unwrap()).collect();
    assert_eq!((amounts[0], amounts[9], amounts[10]), (20_000_000, 2_000_000, 0));
    assert_eq!((amounts[towns - 1], amounts.iter().sum::<i64>()), (-20_000_000, 0));
    let of_last = rows(&ranking).last().unwrap()["measures"].as_array().unwrap().clone();
    let names: Vec<&str> = of_last.iter().map(|it| it["name"].as_str().unwrap()).collect();
    assert_eq!(names, ["通报批评", "约谈", "在点评会上作检查", "免职"]);

    let districts =
        city.get(&format!("/v1/rankings/districts-month?period={}", period.last_day())).await.expect(200);
    assert_eq!(rows(&districts).len(), 5);
    let erqi = row(&districts, "410103");
    assert_eq!(
        erqi["figures"]["valid"].as_i64().unwrap() + others(&districts),
        3,
        "a district counts its towns"
    );
    let ground = rows(&ranking).iter().filter(|it| it["code"].as_str().unwrap().starts_with("410103"));
    let ground: i64 = ground.map(|it| it["squareMeters"].as_i64().unwrap()).sum();
    assert_eq!(erqi["squareMeters"], ground);
}

fn others(districts: &serde_json::Value) -> i64 {
    let others = rows(districts).iter().filter(|it| it["code"] != "410103");
    others.map(|it| it["figures"]["valid"].as_i64().unwrap()).sum()
}

#[tokio::test]
async fn before_it_is_published_a_town_sees_its_own_row_and_afterwards_all() {
    let (world, city) = plan("zhengzhou").await;
    let (_, here, _) = two_here_one_there(&world).await;
    let period = last(&world, Cycle::TenDays).await;
    happened_on(&world, period.first_day()).await;
    let path = address("towns-ten-days", period);
    let all = city.get(&path).await.expect(200);
    let town = world.api().sign_in(&format!("center-{here}")).await;
    let own = town.get(&path).await.expect(200);
    assert_eq!(rows(&own), [row(&all, &here).clone()]);
    assert_eq!((&own["count"], &own["rows"][0]["rank"]), (&all["count"], &row(&all, &here)["rank"]));

    let district = world.staff("erqi", &[("supervisor", "district", &here[..6], None, None)]).await;
    let of_district = district.get(&path).await.expect(200);
    let codes = rows(&of_district).iter().map(|row| row["code"].as_str().unwrap());
    assert!(codes.clone().all(|code| code.starts_with(&here[..6])) && codes.count() > 5);
    let chief = world.staff("chief", &[("roadChief", "segment", &format!("{here}001"), None, None)]).await;
    chief.get(&path).await.expect_problem(403, "forbidden");
    let unit =
        world.staff("bureau", &[("unitHandler", "city", "4101", None, Some("urban-management"))]).await;
    unit.get(&path).await.expect_problem(403, "forbidden");

    super::publish(&city, "towns-ten-days", period).await.expect(201);
    for staff in [&town, &district, &chief, &unit] {
        let seen = staff.get(&path).await.expect(200);
        assert_eq!(seen["rows"], all["rows"], "ranks, scores and amounts are told to everybody");
    }
    world.api().get(&path).await.expect_problem(401, "not-signed-in");
}

#[tokio::test]
async fn departments_are_ranked_too_and_each_sees_its_own() {
    let (world, district) = plan("party-road-chief").await;
    let all = district.get("/v1/rankings/departments-month").await.expect(200);
    assert_eq!((&all["of"], &all["period"]["over"]), (&json!("unit"), &json!(false)));
    let police = row(&all, "police");
    assert_eq!((&police["name"], &police["score"]), (&json!("区公安分局"), &json!(70.0)));
    assert_eq!(police["squareMeters"], json!(null));
    let unit = world.staff("police", &[("unitHandler", "district", "999901", None, Some("police"))]).await;
    let own = unit.get("/v1/rankings/departments-month").await.expect(200);
    assert_eq!(rows(&own), std::slice::from_ref(police));
    unit.get("/v1/rankings/towns-month").await.expect_problem(403, "forbidden");
}

#[tokio::test]
async fn a_ranking_leaves_as_csv_and_as_a_workbook() {
    let (world, city) = plan("zhengzhou").await;
    two_here_one_there(&world).await;
    let json = city.get("/v1/rankings/towns-ten-days").await.expect(200);
    let file = async |format: &str| {
        let path = format!("/v1/rankings/towns-ten-days?format={format}");
        let response = city.request(reqwest::Method::GET, &path).send().await.unwrap();
        assert_eq!(response.status(), 200);
        response.bytes().await.unwrap()
    };
    let csv = String::from_utf8(file("csv").await.to_vec()).unwrap();
    let mut lines = csv::Reader::from_reader(csv.strip_prefix('\u{feff}').unwrap().as_bytes());
    let headings: Vec<String> = lines.headers().unwrap().iter().map(str::to_owned).collect();
    let column =
        |name: &str| headings.iter().position(|it| it == name).unwrap_or_else(|| panic!("{headings:?}"));
    let (money, density) = (column("奖罚（元）"), column("每平方公里立案数"));
    let read: Vec<csv::StringRecord> = lines.records().map(Result::unwrap).collect();
    assert_eq!(read.len(), rows(&json).len());
    for (line, told) in read.iter().zip(rows(&json)) {
        assert_eq!((&line[0], &line[1]), (told["rank"].to_string().as_str(), told["code"].as_str().unwrap()));
        assert_eq!(line[3].parse::<f64>().unwrap(), told["score"].as_f64().unwrap());
        assert_eq!(line[density].parse::<f64>().unwrap(), told["terms"][1]["measured"].as_f64().unwrap());
        assert_eq!(line[money].parse::<i64>().unwrap() * 100, told["amountFen"].as_i64().unwrap());
    }
    let mut book = Xlsx::new(std::io::Cursor::new(file("xlsx").await)).unwrap();
    let sheet = book.worksheet_range_at(0).unwrap().unwrap();
    assert_eq!(sheet.rows().count(), read.len() + 1);
    assert_eq!(sheet.rows().nth(1).unwrap()[money], Data::Float(200_000.0));
}

#[tokio::test]
async fn what_is_owed_and_what_was_published_is_listed() {
    let (world, city) = plan("zhengzhou").await;
    let period = last(&world, Cycle::TenDays).await;
    let fresh = city.get("/v1/rankings").await.expect(200);
    assert_eq!(fresh["rankings"][0]["owed"], json!([]), "nothing of the time before the rules came");
    assert_eq!(fresh["published"], json!([]));
    begins(&world, period.previous()).await;
    let listed = city.get("/v1/rankings").await.expect(200);
    let names = [period.to_string(), period.previous().to_string()];
    assert_eq!(listed["rankings"][0]["owed"], json!(names));
    assert_eq!(listed["rankings"][0]["running"], json!(period.next().to_string()));
    assert_eq!(listed["rankings"][1]["every"], "month");
    super::publish(&city, "towns-ten-days", period).await.expect(201);
    let listed = city.get("/v1/rankings").await.expect(200);
    assert_eq!(listed["rankings"][0]["owed"], json!(names[1..]));
    let issue = &listed["published"][0];
    assert_eq!((&issue["code"], &issue["period"]), (&json!("towns-ten-days"), &json!(names[0])));
}

/// Lets the rules have come into force on the first day of this period.
async fn begins(world: &World, period: jiekou_core::period::Period) {
    sqlx::query("update rulebook_version set effective_from = $1")
        .bind(period.begins())
        .execute(&world.pool)
        .await
        .unwrap();
}
