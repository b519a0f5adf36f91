//! Every reporter is told, once, and sees that they were.

use std::collections::HashSet;

use futures_util::StreamExt;
use serde_json::json;

use crate::harness::{HUAIHE, World, WorldOptions, report};

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

#[tokio::test]
async fn a_mail_server_slower_than_the_lease_gets_one_mail() {
    let settings = vec![("JIEKOU_WORKER__LEASE_SECONDS", "10".to_owned())];
    let mut world = World::with(WorldOptions { worker: true, settings, ..WorldOptions::default() }).await;
    // A second worker, ready to take whatever lease runs out.
    let first = world.worker.take();
    world.start_worker().await;
    world.mail.accept_slowly(24_000);
    let answer = world.api().submit(&reachable("路面有坑", "anna@jiekou.example")).await;
    tokio::time::sleep(std::time::Duration::from_secs(23)).await;
    wait_for_delivery(&world, &answer["trackingCode"], "delivered").await;
    assert_eq!(world.mail.mails().await.len(), 1);
    drop(first);
}

#[tokio::test]
async fn a_database_away_for_longer_than_the_lease_sends_no_mail_twice() {
    let settings = vec![("JIEKOU_WORKER__LEASE_SECONDS", "10".to_owned())];
    let options = WorldOptions { worker: true, own_postgres: true, settings, ..WorldOptions::default() };
    let mut world = World::with(options).await;
    let first = world.worker.take();
    world.start_worker().await;
    world.mail.accept_slowly(6_000);
    let answer = world.api().submit(&reachable("路面有坑", "anna@jiekou.example")).await;
    wait_for_delivery(&world, &answer["trackingCode"], "sending").await;
    let postgres = world.postgres.as_ref().unwrap();
    postgres.run("stop");
    world.mail.wait_for("the mail that nobody could note", |mails| mails.len() == 1).await;
    tokio::time::sleep(std::time::Duration::from_secs(12)).await;
    postgres.run("start");
    wait_for_delivery(&world, &answer["trackingCode"], "delivered").await;
    assert_eq!(world.mail.mails().await.len(), 1);
    drop(first);
}

#[tokio::test]
async fn a_worker_asked_to_stop_ends_its_conversation_first() {
    let mut world = World::with_worker().await;
    world.mail.accept_slowly(28_000);
    let answer = world.api().submit(&reachable("路面有坑", "anna@jiekou.example")).await;
    wait_for_delivery(&world, &answer["trackingCode"], "sending").await;
    let mut stopping = world.worker.take().unwrap();
    let ended = tokio::task::spawn_blocking(move || stopping.stop()).await.unwrap();
    assert!(ended.success());
    assert_eq!(world.mail.mails().await.len(), 1);
    wait_for_delivery(&world, &answer["trackingCode"], "delivered").await;
}

#[tokio::test]
async fn five_hundred_reporters_of_one_problem_are_each_told_once() {
    let world = World::with_worker().await;
    let api = world.api();
    let sent = futures_util::stream::iter(0..500).map(|n| {
        let (api, body) = (api.clone(), reachable("路面有坑", &format!("resident{n}@jiekou.example")));
        async move { api.submit(&body).await }
    });
    let answers: Vec<_> = sent.buffer_unordered(16).collect().await;
    let number = answers[0]["case"]["caseNumber"].as_str().unwrap();
    let receipts = world.mail.wait_for("receipts", |mails| mails.len() == 500).await;
    let accept = json!({ "move": "accept" });
    api.sign_in("center-410103001").await.make(number, &accept).await.expect(200);
    let mails = world.mail.wait_for("steps", |mails| mails.len() == 1_000).await;
    let told: HashSet<_> = mails[receipts.len()..].iter().map(|mail| mail.to.clone()).collect();
    assert_eq!(told.len(), 500);
}

#[tokio::test]
async fn a_job_of_a_newer_release_waits_for_its_worker() {
    let world = World::with_worker().await;
    let insert =
        "insert into job (kind, payload, created_at, run_at) values ('fromTomorrow', '{}', now(), now())";
    sqlx::query(insert).execute(&world.pool).await.unwrap();
    world.api().submit(&reachable("路面有坑", "anna@jiekou.example")).await;
    world.mail.wait_for("the receipt", |mails| mails.len() == 1).await;
    let waiting = "select count(*) from job where kind = 'fromTomorrow' and dead_at is null and attempts = 0";
    assert_eq!(world.count(waiting).await, 1);
}

#[tokio::test]
async fn a_mail_that_takes_long_holds_up_no_alarm() {
    let settings = vec![("JIEKOU_WORKER__SENDERS", "4".to_owned())];
    let world = World::with(WorldOptions { worker: true, settings, ..WorldOptions::default() }).await;
    let api = world.api();
    world.mail.accept_slowly(40_000);
    for n in 0..6 {
        let mut body = reachable("路面有坑", &format!("resident{n}@jiekou.example"));
        body["location"]["longitude"] = json!(113.60 + f64::from(n) * 0.005);
        api.submit(&body).await;
    }
    world.mail.wait_for("mails under way", |mails| mails.len() >= 3).await;
    let started = std::time::Instant::now();
    api.submit(&report("road-damage", "路面塌陷，有人被困", (113.66, 34.70))).await;
    world.mail.wait_for("the alarm", |mails| mails.iter().any(|mail| mail.words().contains("紧急"))).await;
    assert!(started.elapsed() < std::time::Duration::from_secs(20), "it waited for a mail's 40 s");
}

#[tokio::test]
async fn a_page_that_was_sent_before_shows_a_new_delivery() {
    let mut world = World::new().await;
    let api = world.api();
    let answer = api.submit(&reachable("路面有坑", "anna@jiekou.example")).await;
    for _ in 0..2 {
        assert_eq!(api.track(&answer["trackingCode"]).await["timeline"][0]["deliveries"], json!([]));
    }
    world.mail.fail_for_now();
    world.start_worker().await;
    wait_for_delivery(&world, &answer["trackingCode"], "sending").await;
}

#[tokio::test]
async fn a_receipt_that_comes_late_names_no_deadline_of_a_stage_that_is_over() {
    let mut world = World::new().await;
    let api = world.api();
    let answer = api.submit(&reachable("路面有坑", "anna@jiekou.example")).await;
    let center = api.sign_in("center-410103001").await;
    let number = answer["case"]["caseNumber"].as_str().unwrap();
    center.make(number, &json!({ "move": "accept" })).await.expect(200);
    world.start_worker().await;
    let mails = world.mail.wait_for("receipt and step", |mails| mails.len() == 2).await;
    let receipt =
        mails.iter().map(crate::harness::Mail::words).find(|words| words.contains("已收到")).unwrap();
    assert!(!receipt.contains("最迟"), "{receipt}");

    let mut prompt = reachable("另一条路上有坑", "bert@jiekou.example");
    prompt["location"]["longitude"] = json!(113.66);
    prompt["location"]["latitude"] = json!(34.70);
    api.submit(&prompt).await;
    let mails = world.mail.wait_for("a prompt receipt", |mails| mails.len() == 3).await;
    assert!(mails[2].words().contains("最迟"), "one in time names it: {}", mails[2].words());
}

#[tokio::test]
async fn a_case_alarmed_before_its_place_was_known_alarms_the_center_it_then_gets() {
    let world = World::with_worker().await;
    let api = world.api();
    let mut body = json!({ "category": "road-collapse", "description": "路面塌陷，有人被困" });
    body["location"] = json!({ "address": "说不清楚的地方" });
    let sent = api.submit(&body).await;
    assert_eq!(sent["center"]["code"], "410103000");
    world.mail.wait_for("the district's alarm", |mails| mails.len() == 1).await;
    let mut again = report("road-collapse", "就在这里", HUAIHE);
    again["claimSecret"] = sent["claimSecret"].clone();
    again["duplicateOf"] = sent["case"]["caseNumber"].clone();
    let located = api.submit(&again).await;
    assert_eq!((&located["outcome"], &located["center"]["code"]), (&json!("followUp"), &json!("410103001")));
    world.mail.wait_for("the town center's alarm", |mails| mails.len() == 2).await;
    let told =
        "select count(distinct center_code) from delivery where center_code in ('410103000', '410103001')";
    assert_eq!(world.count(told).await, 2);
}

#[tokio::test]
async fn a_worker_told_twice_to_stop_waits_no_longer_and_its_mail_goes_out_later() {
    let settings = vec![("JIEKOU_WORKER__LEASE_SECONDS", "10".to_owned())];
    let mut world = World::with(WorldOptions { worker: true, settings, ..WorldOptions::default() }).await;
    world.mail.accept_slowly(40_000);
    let answer = world.api().submit(&reachable("路面有坑", "anna@jiekou.example")).await;
    wait_for_delivery(&world, &answer["trackingCode"], "sending").await;
    let mut stopping = world.worker.take().unwrap();
    stopping.ask_to_stop();
    tokio::time::sleep(std::time::Duration::from_secs(1)).await;
    let began = std::time::Instant::now();
    tokio::task::spawn_blocking(move || stopping.stop()).await.unwrap();
    assert!(began.elapsed() < std::time::Duration::from_secs(20), "it did not wait for the mail's 40 s");
    world.mail.accept_slowly(0);
    world.start_worker().await;
    wait_for_delivery(&world, &answer["trackingCode"], "delivered").await;
}
