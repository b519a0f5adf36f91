//! Filing: the form as clients send it, once however often, and found again.

use reqwest::Method;
use reqwest::multipart::{Form, Part};
use serde_json::json;
use uuid::Uuid;

use super::{Page, address, case_of, filed, get, manhole, post, sender};
use crate::harness::{HUAIHE_CENTER, World};
use crate::photos::small_picture;

#[tokio::test]
async fn a_form_is_taken_with_and_without_its_charset_and_by_header_key() {
    let world = World::new().await;
    let sender = sender(&world, "平台", &["open311:write"]).await;
    let body =
        "service_code=household-waste&lat=34.735&long=113.63&description=%E5%9E%83%E5%9C%BE+%26+%F0%9F%97%91";
    let mut ids = Vec::new();
    for kind in [
        "application/x-www-form-urlencoded",
        "application/x-www-form-urlencoded; charset=utf-8",
        "application/x-www-form-urlencoded;charset=UTF-8",
    ] {
        let request =
            world.api().request(Method::POST, &address("requests.xml")).header("content-type", kind);
        let page = Page::of(request.header("Api-Key", &sender.key).body(body)).await;
        let id =
            page.xml(200).split_once("<service_request_id>").unwrap().1.split_once('<').unwrap().0.to_owned();
        assert!(
            page.text.contains("<service_requests><request>") && !page.text.contains("<token>"),
            "an id xor a token"
        );
        ids.push(id);
    }
    assert!(ids.iter().all(|id| *id == ids[0]), "sent three times, taken once: {ids:?}");
    let words: String =
        sqlx::query_scalar("select description from report").fetch_one(&world.pool).await.unwrap();
    assert_eq!(words, "垃圾 & 🗑");
    let report: (String, String) =
        sqlx::query_as("select channel, origin from report").fetch_one(&world.pool).await.unwrap();
    assert_eq!(report, ("open311".to_owned(), "public".to_owned()));
}

#[tokio::test]
async fn a_request_is_taken_once_by_its_senders_id_for_good_and_found_by_it() {
    let world = World::new().await;
    let (sender, other) = (
        sender(&world, "甲", &["open311:write"]).await,
        super::sender(&world, "乙", &["open311:write"]).await,
    );
    let token = Uuid::new_v4().to_string();
    let mut form = manhole(&sender, "井盖坏了");
    form.push(("client_request_id", &token));
    form.push(("account_id", "u-7"));
    let answer = post(&world, "requests.json", &form).await.json(200);
    assert_eq!(answer[0]["account_id"], "u-7");
    let id = answer[0]["service_request_id"].as_str().unwrap();
    // The answers that only an author sees are erased after 72 hours; the id is not forgotten.
    sqlx::query("update idempotency set sealed = null, key_id = null").execute(&world.pool).await.unwrap();
    assert_eq!(filed(&world, &form).await, id);
    let found = get(&world, &format!("tokens/{token}.json")).await.json(200);
    assert_eq!(found, json!([{ "service_request_id": id, "token": token }]));
    let mut changed = form.clone();
    changed[4].1 = "另一件事";
    assert_eq!(post(&world, "requests.json", &changed).await.json(400)[0]["code"], 400, "the id is taken");
    // Another platform's ids are its own; ids that could be guessed are told to their platform only.
    let mut elsewhere = manhole(&other, "广告牌歪了");
    (elsewhere[1].1, elsewhere[2].1) = ("street-light", "34.7450");
    elsewhere.push(("client_request_id", "42"));
    let theirs = filed(&world, &elsewhere).await;
    get(&world, "tokens/42.json").await.json(404);
    get(&world, &format!("tokens/42.json?api_key={}", sender.key)).await.json(404);
    let found = get(&world, &format!("tokens/42.json?api_key={}", other.key)).await.json(200);
    assert_eq!(found[0]["service_request_id"], theirs);
    assert_eq!(world.count("select count(*) from report").await, 2);
}

#[tokio::test]
async fn the_same_form_is_the_same_request_for_a_day_and_another_one_after_it() {
    let world = World::new().await;
    let sender = sender(&world, "平台", &["open311:write"]).await;
    let first = filed(&world, &manhole(&sender, "井盖坏了")).await;
    let shift = async |hours: i32| {
        sqlx::query(
            "update idempotency set created_at = created_at - make_interval(hours => $1),
                 key = regexp_replace(key, '[0-9]+$', ((regexp_match(key, '[0-9]+$'))[1]::bigint - 1)::text)
             where key like 'form/%'",
        )
        .bind(hours)
        .execute(&world.pool)
        .await
        .unwrap()
    };
    shift(20).await;
    assert_eq!(filed(&world, &manhole(&sender, "井盖坏了")).await, first, "across midnight");
    sqlx::query("update idempotency set created_at = created_at - interval '5 hours'")
        .execute(&world.pool)
        .await
        .unwrap();
    assert_ne!(filed(&world, &manhole(&sender, "井盖坏了")).await, first);
    assert_eq!(world.count("select count(distinct case_id) from report").await, 1, "which joins its case");
}

#[tokio::test]
async fn forms_sent_at_the_same_moment_through_two_processes_are_one_request() {
    let mut world = World::new().await;
    world.add_api(&[]).await;
    let sender = sender(&world, "平台", &["open311:write"]).await;
    let form = manhole(&sender, "井盖坏了");
    let send = async |at: usize| {
        let request = world.api_at(at % 2).request(Method::POST, &address("requests.json")).form(&form);
        Page::of(request).await.json(200)[0]["service_request_id"].clone()
    };
    let ids = futures_util::future::join_all((0..8).map(send)).await;
    assert!(ids.iter().all(|id| *id == ids[0]), "{ids:?}");
    assert_eq!(world.count("select count(*) from report").await, 1);
}

#[tokio::test]
async fn a_place_may_be_words_a_road_or_a_component_and_a_request_may_have_no_words() {
    let world = World::new().await;
    let sender = sender(&world, "平台", &["open311:write"]).await;
    let listed = world.api().get("/v1/segments").await.expect(200);
    let towns = listed["towns"].as_array().unwrap().iter();
    let segment = towns.filter_map(|town| town["segments"][0]["code"].as_str()).next().unwrap().to_owned();
    let key = ("api_key", sender.key.as_str());
    let roads = [key, ("service_code", "household-waste"), ("address_id", segment.as_str())];
    let id = filed(&world, &roads).await;
    let request =
        get(&world, &format!("requests/{id}.json?api_key={}", sender.key)).await.json(200)[0].clone();
    assert_eq!(request["address_id"], segment);
    assert_eq!(request["description"], request["service_name"]);
    filed(&world, &[key, ("service_code", "manhole"), ("address_id", "4101030102000123")]).await;
    filed(
        &world,
        &[key, ("service_code", "unclassified"), ("address_string", "某处路口"), ("description", "说不清")],
    )
    .await;
    let stored: Vec<(Option<String>, Option<String>, Option<String>)> = sqlx::query_as(
        "select place ->> 'segmentCode', place ->> 'componentId', place ->> 'address' from report order by receipt_number",
    )
    .fetch_all(&world.pool)
    .await
    .unwrap();
    assert_eq!(stored[0].0.as_deref(), Some(segment.as_str()));
    assert_eq!(stored[1].1.as_deref(), Some("4101030102000123"));
    assert_eq!(stored[2].2.as_deref(), Some("某处路口"));
    let longest = "坑".repeat(4_000);
    let mut long = manhole(&sender, &longest);
    long[2].1 = "34.75";
    filed(&world, &long).await;
}

#[tokio::test]
async fn photos_come_along_in_a_multipart_form_and_contact_details_are_sealed() {
    let world = World::new().await;
    let sender = sender(&world, "平台", &["open311:write"]).await;
    let form = || {
        Form::new()
            .text("api_key", sender.key.clone())
            .text("service_code", "manhole")
            .text("lat", "34.735")
            .text("long", "113.63")
            .text("first_name", "小明")
            .text("last_name", "金")
            .text("phone", "139-1234-5678")
            .text("email", "canary@jiekou.example")
            .part("media", Part::bytes(small_picture()).file_name("a.png").mime_str("image/png").unwrap())
    };
    let send = async |form: Form| {
        Page::of(world.api().request(Method::POST, &address("requests.json")).multipart(form)).await
    };
    let first = send(form()).await.json(200);
    let again = send(form()).await.json(200);
    assert_eq!(first[0]["service_request_id"], again[0]["service_request_id"]);
    assert_eq!(world.count("select count(*) from photo where report_id is not null").await, 1);
    let id = first[0]["service_request_id"].as_str().unwrap();
    let center = world.api().sign_in(&format!("center-{HUAIHE_CENTER}")).await;
    let case = center.case(&case_of(&world, id).await).await;
    assert_eq!(case["photos"].as_array().unwrap().len(), 1);
    assert!(
        !case.to_string().contains("139-1234") && !case.to_string().contains("13912345678"),
        "nobody sees the number: {case}"
    );
    assert_eq!(world.count("select count(*) from reporter_contact where phone_index is not null").await, 1);
    // A key that comes behind the photo is no key: nothing of strangers is read into memory.
    let late = Form::new()
        .text("service_code", "manhole")
        .part("media", Part::bytes(small_picture()).file_name("a.png"))
        .text("api_key", sender.key.clone());
    send(late).await.json(403);
    let broken = form().part("media", Part::bytes(b"no picture".to_vec()).file_name("b.png"));
    assert_eq!(send(broken).await.json(400)[0]["code"], 400);
    let many = (0..10).fold(form(), |form, n| {
        form.part("media", Part::bytes(small_picture()).file_name(format!("{n}.png")))
    });
    assert!(send(many).await.json(400)[0]["description"].as_str().unwrap().contains("at most 9"));
    assert_eq!(world.count("select count(*) from report").await, 1);
}
