//! The shape of every document, in both formats.

use serde_json::json;

use super::{filed, get, manhole, sender};
use crate::harness::World;

#[tokio::test]
async fn discovery_is_an_object_in_json_and_names_both_formats() {
    let world = World::new().await;
    let found = get(&world, "discovery.json").await.json(200);
    assert_eq!(found["endpoints"][0]["specification"], "http://wiki.open311.org/GeoReport_v2");
    assert_eq!(found["endpoints"][0]["formats"], json!(["text/xml", "application/json"]));
    assert!(found["endpoints"][0]["url"].as_str().unwrap().ends_with("/open311/v2"));
    assert!(["production", "test"].contains(&found["endpoints"][0]["type"].as_str().unwrap()));
    let page = get(&world, "discovery.xml").await;
    let text = page.xml(200);
    for piece in [
        "<discovery><changeset>",
        "<key_service>",
        "<endpoints><endpoint><specification>",
        "<format>text/xml</format>",
    ] {
        assert!(text.contains(piece), "{piece} is not in {text}");
    }
}

#[tokio::test]
async fn services_are_a_bare_list_of_the_categories_of_the_rulebook() {
    let world = World::new().await;
    let services = get(&world, "services.json").await.json(200);
    let services = services.as_array().expect("a bare array, with no object around it");
    let categories =
        world.api().get("/v1/categories").await.expect(200)["categories"].as_array().unwrap().len();
    assert_eq!(services.len(), categories + 1, "and what fits nowhere");
    for service in services {
        for text in ["service_code", "service_name", "description", "type", "group"] {
            assert!(service[text].is_string(), "{text} of {service}");
        }
        assert_eq!((service["type"].as_str(), service["metadata"].is_boolean()), (Some("realtime"), true));
    }
    let manhole = services.iter().find(|it| it["service_code"] == "manhole").unwrap();
    assert_eq!((&manhole["metadata"], &manhole["service_name"]), (&json!(true), &json!("井盖问题")));
    assert!(manhole["keywords"].as_str().unwrap().contains("井盖,"));
    let page = get(&world, "services.xml?jurisdiction_id=410103").await;
    assert!(page.xml(200).contains("<services><service><service_code>"));
    assert!(page.text.contains("<metadata>true</metadata>"));
}

#[tokio::test]
async fn a_definition_says_what_a_category_asks_and_how_to_answer() {
    let world = World::new().await;
    let manhole = get(&world, "services/manhole.json").await.json(200);
    assert_eq!(manhole["service_code"], "manhole", "an object, not a list");
    let asked = &manhole["attributes"][0];
    assert_eq!(
        (&asked["code"], &asked["datatype"], &asked["order"], &asked["variable"], &asked["required"]),
        (&json!("hasBarrier"), &json!("singlevaluelist"), &json!(1), &json!(true), &json!(false))
    );
    assert_eq!(asked["values"][0], json!({ "key": "true", "name": "是" }));
    let page = get(&world, "services/manhole.xml").await;
    assert!(
        page.xml(200)
            .contains("<service_definition><service_code>manhole</service_code><attributes><attribute>")
    );
    assert!(page.text.contains("<values><value><key>true</key><name>是</name></value>"));
    let none = get(&world, "services/unclassified.json").await.json(200);
    assert_eq!(none["attributes"], json!([]));
}

#[tokio::test]
async fn a_request_has_every_field_and_one_alone_is_still_a_list() {
    let world = World::new().await;
    let sender = sender(&world, "随手拍平台", &["open311:write"]).await;
    let words = "井盖 & 沟 <坏了> 🕳";
    let id = filed(&world, &manhole(&sender, words)).await;
    let own = get(&world, &format!("requests/{id}.json?api_key={}", sender.key)).await.json(200);
    let [request] = own.as_array().unwrap().as_slice() else { panic!("a list of one: {own}") };
    assert_eq!(request["service_request_id"], id);
    assert_eq!(request["description"], words, "whoever sent it sees its own words");
    for (field, value) in [
        ("status", json!("open")),
        ("status_notes", json!("已收到")),
        ("service_code", json!("manhole")),
        ("service_name", json!("井盖问题")),
        ("zipcode", json!(null)),
        ("media_url", json!(null)),
        ("lat", json!(34.735)),
        ("long", json!(113.63)),
    ] {
        assert_eq!(request[field], value, "{field}");
    }
    for moment in ["requested_datetime", "updated_datetime", "expected_datetime"] {
        assert!(request[moment].as_str().unwrap().ends_with("+08:00"), "{moment} has a zone: {request}");
    }
    assert!(request["agency_responsible"].is_string() && request["address"].is_string());
    let page = get(&world, &format!("requests/{id}.xml?api_key={}", sender.key)).await;
    assert!(page.xml(200).contains("<service_requests><request><service_request_id>"));
    assert!(page.text.contains("井盖 &amp; 沟 &lt;坏了&gt; 🕳"), "{}", page.text);
    let all = get(&world, "requests.json").await.json(200);
    assert_eq!(all.as_array().unwrap().len(), 1);
    assert_eq!(get(&world, "requests.json?status=closed").await.json(200), json!([]));
    assert!(
        get(&world, "requests.xml?status=closed")
            .await
            .xml(200)
            .ends_with("<service_requests></service_requests>")
    );
}

#[tokio::test]
async fn extensions_add_steps_photos_and_answers_that_say_nothing_of_a_person() {
    let world = World::new().await;
    let sender = sender(&world, "平台", &["open311:write"]).await;
    let mut form = manhole(&sender, "井盖坏了");
    form.push(("attribute[hasBarrier]", "false"));
    let id = filed(&world, &form).await;
    let plain = get(&world, &format!("requests/{id}.json")).await.json(200);
    assert!(plain[0].get("notes").is_none());
    let more = get(&world, &format!("requests/{id}.json?extensions=true")).await.json(200);
    assert_eq!(more[0]["attributes"][0]["name"], "hasBarrier");
    assert_eq!(more[0]["attributes"][0]["value"], "false");
    assert_eq!(more[0]["extended_attributes"], json!({ "channel": "open311", "photos": [] }));
    assert_eq!(more[0]["notes"][0]["type"], "received");
    let light = [
        ("api_key", sender.key.as_str()),
        ("service_code", "street-light"),
        ("lat", "34.735"),
        ("long", "113.64"),
        ("attribute[lampNumber]", "机主 13912345678"),
    ];
    let id = filed(&world, &light).await;
    let page = get(&world, &format!("requests/{id}.xml?extensions=true")).await;
    assert!(page.xml(200).contains("<attributes></attributes>") && !page.text.contains("13912345678"));
}
