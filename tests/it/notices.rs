//! Every reporter is told, once, and sees that they were.

use std::collections::HashSet;

use serde_json::json;

use crate::harness::{HUAIHE, World, report};

/// A report with an address to write to.
fn reachable(words: &str, email: &str) -> serde_json::Value {
    let mut body = report("road-damage", words, HUAIHE);
    body["contact"] = json!({ "email": email });
    body
}

/// Waits until the newest step on the page says this about its delivery.
async fn wait_for_delivery(world: &World, code: &serde_json::Value, state: &str) -> serde_json::Value {
    for _ in 0..400 {
        let page = world.api().track(code).await;
        let step = page["timeline"].as_array().unwrap().last().unwrap().clone();
        if step["deliveries"][0]["state"] == state {
            return step;
        }
        tokio::time::sleep(std::time::Duration::from_millis(50)).await;
    }
    panic!("never {state}: {}", world.api().track(code).await);
}

#[tokio::test]
async fn all_reporters_of_a_case_are_told_every_step() {
    let world = World::with_worker().await;
    let api = world.api();
    let first = api.submit(&reachable("路面有坑", "anna@jiekou.example")).await;
    api.submit(&reachable("坑越来越大", "bert@jiekou.example")).await;
    api.submit(&report("road-damage", "没有留联系方式", HUAIHE)).await;
    world.mail.wait_for("receipts", |mails| mails.len() == 2).await;
    let center = api.sign_in("center-410103001").await;
    center
        .make(first["case"]["caseNumber"].as_str().unwrap(), &json!({ "move": "accept" }))
        .await
        .expect(200);
    let mails = world.mail.wait_for("steps", |mails| mails.len() == 4).await;
    let told: HashSet<_> = mails.iter().skip(2).map(|mail| mail.to.clone()).collect();
    assert_eq!(told, HashSet::from(["anna@jiekou.example".to_owned(), "bert@jiekou.example".to_owned()]));
    let ids: HashSet<_> = mails.iter().map(crate::harness::Mail::message_id).collect();
    assert_eq!(ids.len(), 4);
    wait_for_delivery(&world, &first["trackingCode"], "delivered").await;
}

#[tokio::test]
async fn a_mail_server_that_is_away_for_a_while_costs_time_and_no_mail() {
    let world = World::with_worker().await;
    world.mail.fail_for_now();
    let answer = world.api().submit(&reachable("路面有坑", "anna@jiekou.example")).await;
    let waiting = wait_for_delivery(&world, &answer["trackingCode"], "sending").await;
    assert!(waiting["deliveries"][0].get("at").is_none());
    world.mail.recover();
    world.mail.wait_for("mail after the retry", |mails| mails.len() == 1).await;
    wait_for_delivery(&world, &answer["trackingCode"], "delivered").await;
    assert_eq!(world.mail.mails().await.len(), 1);
}

#[tokio::test]
async fn a_refused_address_ends_visibly() {
    let world = World::with_worker().await;
    world.mail.refuse();
    let answer = world.api().submit(&reachable("路面有坑", "nobody@jiekou.example")).await;
    let step = wait_for_delivery(&world, &answer["trackingCode"], "refused").await;
    assert_eq!(step["deliveries"][0]["reason"], "the mail server refused it");
}
