//! 四化: a table a group each month, and the year from what was published.

use jiekou_core::period::{Cycle, Period};
use serde_json::{Value, json};

use super::{address, happened_on, last, opened, plan, publish, row, rows};
use crate::harness::moved;

/// A point in a town of the drawing of 登封.
const DENGFENG: (f64, f64) = (113.06, 34.48);

#[tokio::test]
async fn offices_are_ranked_by_each_of_the_four_groups_and_the_figures_are_those_of_their_topics() {
    let (world, city) = plan("dengfeng").await;
    let (_, here) = opened(&world, "road-damage", DENGFENG).await;
    opened(&world, "household-waste", moved(DENGFENG, 150.0, 0.0)).await;
    opened(&world, "dirty-road", moved(DENGFENG, 0.0, 150.0)).await;
    let period = last(&world, Cycle::Month).await;
    happened_on(&world, period.first_day()).await;
    let of_group = async |group: &str| -> Value {
        city.get(&format!("{}&group={group}", address("four-month", period))).await.expect(200)
    };
    let whole = city.get(&address("four-month", period)).await.expect(200);
    assert_eq!(whole["groups"], json!(["order", "cleanness", "lighting", "greening"]));
    let statistics =
        city.get(&format!("/v1/statistics?period={period}&by=category&center={here}")).await.expect(200);
    let valid = |slugs: &[&str]| -> i64 {
        let counted = rows(&statistics).iter().filter(|it| slugs.contains(&it["code"].as_str().unwrap()));
        counted.map(|it| it["figures"]["valid"].as_i64().unwrap()).sum()
    };
    let (order, cleanness) = (of_group("order").await, of_group("cleanness").await);
    assert_eq!(row(&order, &here)["figures"]["valid"], valid(&["road-damage"]));
    assert_eq!(row(&cleanness, &here)["figures"]["valid"], valid(&["household-waste", "dirty-road"]));
    assert_eq!(valid(&["road-damage", "household-waste", "dirty-road"]), 3);
    assert_eq!(row(&of_group("greening").await, &here)["figures"]["valid"], 0);
    assert_eq!(row(&whole, &here)["figures"]["valid"], 3);
    let terms = row(&whole, &here)["terms"].as_array().unwrap();
    let words: Vec<&str> = terms.iter().map(|it| it["words"].as_str().unwrap()).collect();
    assert_eq!(words, ["序化", "洁化", "亮化", "绿化"]);
    let none = city.get(&format!("{}&group=conduct", address("four-month", period))).await;
    assert_eq!(none.pointers(), ["/group"]);
}

#[tokio::test]
async fn the_year_is_the_mean_of_its_published_months_and_what_is_missing_is_named() {
    let (world, city) = plan("dengfeng").await;
    let year = last(&world, Cycle::Year).await;
    let months: Vec<Period> = year.parts(Cycle::Month).collect();
    let (_, here) = opened(&world, "road-damage", DENGFENG).await;
    happened_on(&world, months[2].first_day()).await;
    for month in &months[..3] {
        publish(&city, "four-month", month).await.expect(201);
    }
    let path = format!("{}&group=order", address("four-year", year));
    let ranking = city.get(&path).await.expect(200);
    let missing: Vec<String> = months[3..].iter().map(ToString::to_string).collect();
    assert_eq!(ranking["missing"], json!(missing));
    let terms = row(&ranking, &here)["terms"].as_array().unwrap().clone();
    let of: Vec<&Value> = terms.iter().map(|term| &term["of"]).collect();
    assert_eq!(
        of,
        months[..3].iter().map(|it| json!(it.to_string())).collect::<Vec<_>>().iter().collect::<Vec<_>>()
    );
    let points: f64 = terms.iter().map(|term| term["points"].as_f64().unwrap()).sum();
    assert!((row(&ranking, &here)["score"].as_f64().unwrap() - points / 3.0).abs() < 0.001);

    let refused = publish(&city, "four-year", year).await.expect_problem(409, "ranking-incomplete");
    assert!(refused["detail"].as_str().unwrap().starts_with(&missing[0]), "{refused}");
    let path = format!("/v1/rankings/four-year/{year}/publication");
    let published = city.post(&path, &json!({ "withoutMissing": true })).await.expect(201);
    assert_eq!(published["missing"], json!(missing), "named in what is frozen");
    // A month that comes in later changes what would come out, not what was published.
    publish(&city, "four-month", months[3]).await.expect(201);
    let after = city.get(&address("four-year", year)).await.expect(200);
    assert_eq!((&after["missing"], &after["rows"]), (&json!(missing), &published["rows"]));
}
