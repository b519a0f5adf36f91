//! Where reports come from: staff say it, citizens cannot.

use reqwest::Method;
use serde_json::{Value, json};

use super::harness::{HUAIHE, HUAIHE_CENTER, Staff, World, moved, report};

async fn filed(staff: &Staff, body: &Value) -> Value {
    let request = staff.request(Method::POST, "/v1/reports").json(body);
    staff.api.send(request).await.expect(201)
}

fn exposure(words: &str, place: (f64, f64)) -> Value {
    let mut body = report("household-waste", words, place);
    body["origin"] = json!("media");
    body["media"] =
        json!({ "name": "郑州晚报", "publishedOn": "2026-11-20", "url": "https://paper.example/a/1" });
    body
}

fn number(answer: &Value) -> &str {
    answer["case"]["caseNumber"].as_str().unwrap()
}

#[tokio::test]
async fn staff_say_where_a_report_comes_from_and_citizens_cannot() {
    let world = World::new().await;
    let district = world.api().sign_in("district").await;
    let desk = world.api().sign_in("desk").await;
    let words = "垃圾堆在路口没人收";
    let found = world.api().submit(&report("household-waste", words, HUAIHE)).await;
    let published = filed(&district, &exposure(words, HUAIHE)).await;
    assert_eq!((number(&published), &published["outcome"]), (number(&found), &json!("joined")));
    let told = filed(&desk, &report("household-waste", words, moved(HUAIHE, 4.0, 0.0))).await;
    let seen = filed(&district, &report("household-waste", words, moved(HUAIHE, 0.0, 4.0))).await;
    assert_eq!((number(&told), number(&seen)), (number(&found), number(&found)));
    let mut assigned = report("household-waste", words, moved(HUAIHE, 3.0, 3.0));
    assigned["origin"] = json!("leaderAssigned");
    filed(&desk, &assigned).await;

    let center = world.api().sign_in(&format!("center-{HUAIHE_CENTER}")).await;
    let case = center.case(number(&found)).await;
    let reports = case["reports"].as_array().unwrap();
    let origins: Vec<_> = reports.iter().map(|report| report["origin"].as_str().unwrap()).collect();
    assert_eq!(origins, ["public", "media", "public", "patrol", "leaderAssigned"]);
    assert_eq!(reports[1]["media"], exposure(words, HUAIHE)["media"]);
    assert!(reports[0].get("media").is_none());
    let page = world.api().track(&published["trackingCode"]).await;
    assert!(!page.to_string().contains("郑州晚报"), "what the medium wrote is for staff: {page}");

    let before = world.count("select count(*) from report").await;
    for origin in ["media", "patrol", "superiorAssigned", "leaderAssigned"] {
        let mut body = report("household-waste", words, HUAIHE);
        body["origin"] = json!(origin);
        let refused = world.api().try_submit(&body, None).await.unwrap();
        assert_eq!(refused.pointers(), ["/origin"], "{origin}");
        refused.expect_problem(422, "validation");
    }
    let bare = |change: fn(&mut Value)| {
        let mut body = exposure(words, HUAIHE);
        change(&mut body);
        body
    };
    let wrong: [(Value, &[&str]); 6] = [
        (bare(|body| body["media"] = Value::Null), &["/media"]),
        (bare(|body| body["media"] = json!({})), &["/media/name", "/media/publishedOn"]),
        (bare(|body| body["media"]["publishedOn"] = json!("20 Nov")), &["/media/publishedOn"]),
        (bare(|body| body["media"]["publishedOn"] = json!("2030-01-01")), &["/media/publishedOn"]),
        (bare(|body| body["media"]["url"] = json!("javascript:alert(1)")), &["/media/url"]),
        (bare(|body| body["origin"] = json!("patrol")), &["/media"]),
    ];
    for (body, pointers) in wrong {
        let request = district.request(Method::POST, "/v1/reports").json(&body);
        let refused = world.api().send(request).await;
        assert_eq!(refused.pointers(), pointers, "{body}");
        refused.expect_problem(422, "validation");
    }
    assert_eq!(world.count("select count(*) from report").await, before, "nothing was recorded");
}

#[tokio::test]
async fn what_media_publish_is_counted_by_town_and_what_citizens_say_of_media_is_not() {
    let world = World::new().await;
    let district = world.api().sign_in("district").await;
    let words = "报纸上登了：垃圾堆在路口没人收";
    let mut citizens = report("household-waste", words, moved(HUAIHE, 300.0, 0.0));
    citizens["confirmNew"] = json!(true);
    world.api().submit(&citizens).await;
    let first = filed(&district, &exposure(words, HUAIHE)).await;
    let again = filed(&district, &exposure(words, HUAIHE)).await;
    assert_eq!(number(&again), number(&first));
    let figures = async |query: &str| {
        let all = district.get(&format!("/v1/statistics?period=month{query}")).await.expect(200);
        let rows = all["rows"].as_array().unwrap();
        let row = rows.iter().find(|row| row["figures"]["exposures"] != 0).cloned().unwrap_or_default();
        (row["code"].clone(), row["figures"].clone())
    };
    let (code, counted) = figures("").await;
    assert_eq!(code, HUAIHE_CENTER);
    assert_eq!((&counted["exposed"], &counted["exposures"]), (&json!(1), &json!(2)));
    assert_eq!((&counted["received"], &counted["publicOnly"]), (&json!(2), &json!(1)));
    // Split: published once, and two problems of it.
    let center = world.api().sign_in(&format!("center-{HUAIHE_CENTER}")).await;
    center.go(number(&first), &[json!({ "move": "accept" })]).await;
    let split = json!({ "move": "split", "category": "road-damage", "note": "旁边路面有坑", "reason": "报道讲了两件事" });
    let whole = center.make(number(&first), &split).await.expect(200);
    let part = whole["splitInto"][0].as_str().unwrap();
    let report = center.case(part).await["reports"][0].clone();
    assert_eq!((&report["origin"], &report["media"]["name"]), (&json!("media"), &json!("郑州晚报")));
    let (_, counted) = figures("").await;
    assert_eq!((&counted["exposed"], &counted["exposures"]), (&json!(2), &json!(2)));
    // What turns out to be no problem deducts nothing.
    let reject = json!({ "move": "reject", "reason": "不属于城市管理" });
    center.go(part, &[reject]).await;
    let (_, counted) = figures("").await;
    assert_eq!((&counted["exposed"], &counted["exposures"]), (&json!(1), &json!(2)));
}
