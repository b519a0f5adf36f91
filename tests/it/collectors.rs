//! 采集: what a collector's report carries, and that departments' problems were collected or transferred.

use serde_json::{Value, json};

use crate::harness::{Staff, World, WorldOptions, report};
use crate::moves_on_site::{xx_place, xx_world};

struct Road {
    world: World,
    place: (f64, f64),
    collector: Staff,
}

async fn road() -> Road {
    let world = xx_world().await;
    let (place, segment) = xx_place(&world).await;
    let post = [("gridWorker", "segment", segment.as_str(), Some("l2-collector"), None)];
    let collector = world.staff("collector", &post).await;
    Road { world, place, collector }
}

fn number(answer: &Value) -> &str {
    answer["case"]["caseNumber"].as_str().unwrap()
}

#[tokio::test]
async fn a_collectors_report_has_kind_code_place_and_photo_or_is_refused_with_all_that_it_lacks() {
    let Road { world, place, collector } = road().await;
    let bare = json!({ "description": "井盖破损", "location": { "address": "某某路口" } });
    let refused = collector.post("/v1/reports", &bare).await;
    assert_eq!(refused.pointers(), ["/category", "/location", "/photoIds"]);
    let words = collector.post("/v1/reports", &json!({})).await.pointers();
    for pointer in ["/category", "/description", "/location", "/photoIds"] {
        assert_eq!(words.iter().filter(|it| *it == pointer).count(), 1, "{pointer} in {words:?}");
    }
    assert_eq!(world.count("select count(*) from report").await, 0);
    // A resident and other staff owe none of that.
    world.api().post("/v1/reports", &bare).await.expect(201);

    for (category, words, kind) in
        [("manhole", "井盖破损", "component"), ("shop-outside", "饭店出店经营", "event")]
    {
        let mut body = report(category, words, place);
        body["photoIds"] = json!([collector.photo().await]);
        body["confirmNew"] = json!(true);
        let answer = collector.post("/v1/reports", &body).await.expect(201);
        let case = collector.case(number(&answer)).await;
        assert_eq!(case["kind"], kind, "{case}");
        assert_eq!(case["code"]["system"], "GB/T 30428.2-2013");
        assert!(case["code"]["code"].as_str().is_some_and(|code| code.len() == 4), "{case}");
        assert!(case["location"]["longitude"].is_number() && case["segmentCode"].is_string());
        assert_eq!(case["photos"].as_array().unwrap().len(), 1);
        assert_eq!(
            (&case["reports"][0]["channel"], &case["handling"]["collector"]),
            (&json!("staff"), &json!("collector"))
        );
    }
}

/// A resident's case that a department leads, accepted and opened by the town center.
async fn opened(road: &Road, words: &str) -> (String, Staff) {
    let mut body = report("street-light", words, road.place);
    body["confirmNew"] = json!(true);
    let answer = road.world.api().submit(&body).await;
    let number = number(&answer).to_owned();
    // Somebody who only dispatches, and looks at nothing.
    let name = format!("dispatcher-{}", number[9..].to_lowercase());
    let center = road.world.staff(&name, &[("centerDispatcher", "town", &number[..9], None, None)]).await;
    center.go(&number, &[json!({ "move": "accept" })]).await;
    (number, center)
}

#[tokio::test]
async fn a_departments_problem_is_collected_before_it_is_dispatched_or_else_transferred() {
    let road = road().await;
    let dispatch = json!({ "move": "dispatch", "unit": "power" });
    // Nobody has seen it: not to a department, but to the street's own people.
    let (number, center) = opened(&road, "路灯不亮").await;
    center.go(&number, &[json!({ "move": "open" })]).await;
    assert_eq!(center.make(&number, &dispatch).await.pointers(), ["/unit"]);
    center.go(&number, &[json!({ "move": "arrive" })]).await;
    assert_eq!(
        center.make(&number, &dispatch).await.pointers(),
        ["/unit"],
        "the center only wrote something down"
    );
    // The collector comes and looks.
    let case = road.collector.go(&number, &[json!({ "move": "arrive" })]).await;
    assert_eq!(case["handling"]["collector"], "collector");
    let case = center.go(&number, std::slice::from_ref(&dispatch)).await;
    assert_eq!((&case["state"], &case["handling"]["unit"]["code"]), (&json!("dispatched"), &json!("power")));
    // Confirmed by the center's verifier.
    let (number, center) = opened(&road, "另一盏灯也不亮").await;
    let case = center
        .go(&number, &[json!({ "move": "preVerify" }), json!({ "move": "confirm" }), dispatch.clone()])
        .await;
    assert_eq!(case["state"], "dispatched");
    assert!(case["handling"]["collector"].is_string());
    // Or transferred: a record of who took it instead of a collector.
    let (number, center) = opened(&road, "第三盏灯").await;
    let away = json!({ "move": "transfer", "unit": "power", "reason": "产权属供电公司", "takenBy": "供电公司 3 号" });
    let case = center.go(&number, &[json!({ "move": "open" }), away]).await;
    let handling = &case["handling"];
    assert_eq!(
        (&handling["transfer"]["takenBy"], &handling["collector"]),
        (&json!("供电公司 3 号"), &Value::Null)
    );
    assert_eq!(handling["transfer"]["unit"]["code"], "power");
    // Of every case that a department has, one of both is known.
    let neither = "select count(*) from cases c where c.unit_code is not null
        and not exists (select from report r where r.case_id = c.case_id and r.collected)
        and c.progress ->> 'collectedBy' is null
        and not exists (select from case_log l where l.case_id = c.case_id and l.act = 'transfer')";
    assert_eq!(road.world.count(neither).await, 0);
}

#[tokio::test]
async fn where_the_rules_ask_for_no_collector_departments_get_what_residents_report() {
    let world = World::with(WorldOptions::default()).await;
    let answer = world.api().submit(&report("street-light", "路灯不亮", crate::harness::HUAIHE)).await;
    let center = world.api().sign_in(&format!("center-{}", crate::harness::HUAIHE_CENTER)).await;
    let way = [
        json!({ "move": "accept" }),
        json!({ "move": "open" }),
        json!({ "move": "dispatch", "unit": "urban-management" }),
    ];
    assert_eq!(center.go(number(&answer), &way).await["state"], "dispatched");
}
