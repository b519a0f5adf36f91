//! How many codes are sent: to a phone, for a network, in all.

use futures_util::future::join_all;
use reqwest::Method;
use serde_json::json;

use super::{a_minute_later, ask, sign_in, town_with};
use crate::harness::{Answer, Api, World};

const PHONE: &str = "13912345678";

fn wide(more: &[(&'static str, &str)]) -> Vec<(&'static str, String)> {
    let wide = [
        ("JIEKOU_RESIDENTS__CODES_OF_NETWORK", "1000/minute"),
        ("JIEKOU_RESIDENTS__CODES_OF_ALL", "1000/minute"),
        ("JIEKOU_HTTP__TRUSTED_PROXIES", "127.0.0.1"),
    ];
    wide.iter().chain(more).map(|(name, value)| (*name, (*value).to_owned())).collect()
}

async fn ask_from(api: &Api, address: &str, phone: &str) -> Answer {
    let request = api.request(Method::POST, "/v1/residents/sign-in-codes");
    api.send(request.header("X-Forwarded-For", address).json(&json!({ "phone": phone }))).await
}

#[track_caller]
fn refused(answer: Answer, seconds: std::ops::RangeInclusive<i64>) {
    let wait: i64 = answer.headers["retry-after"].to_str().unwrap().parse().unwrap();
    assert!(seconds.contains(&wait), "{wait} s");
    answer.expect_problem(429, "too-many-requests");
}

async fn later(world: &World, interval: &'static str) {
    let statement = format!("update sign_in_code set created_at = created_at - interval '{interval}'");
    sqlx::query(sqlx::AssertSqlSafe(statement)).execute(&world.pool).await.unwrap();
}

#[tokio::test]
async fn a_phone_gets_one_code_a_minute_five_an_hour_and_ten_a_day() {
    let world = town_with(wide(&[])).await;
    let api = world.api();
    ask(&api, PHONE).await.expect(202);
    refused(ask(&api, PHONE).await, 55..=61);
    // However it is written.
    refused(ask(&api, "+86 139 1234 5678").await, 55..=61);
    ask(&api, "13800001111").await.expect(202);
    for _ in 0..4 {
        a_minute_later(&world).await;
        ask(&api, PHONE).await.expect(202);
    }
    a_minute_later(&world).await;
    refused(ask(&api, PHONE).await, 3_200..=3_300);
    later(&world, "1 hour").await;
    for _ in 0..5 {
        a_minute_later(&world).await;
        ask(&api, PHONE).await.expect(202);
    }
    later(&world, "1 hour").await;
    refused(ask(&api, PHONE).await, 70_000..=86_400);
    later(&world, "22 hours").await;
    ask(&api, PHONE).await.expect(202);
    let texts = world.sms.wait_for(12).await;
    assert_eq!(texts.iter().filter(|text| text.to.ends_with(PHONE)).count(), 11);
}

#[tokio::test]
async fn a_network_is_counted_as_one_and_only_proxies_are_believed() {
    let world = town_with(wide(&[("JIEKOU_RESIDENTS__CODES_OF_NETWORK", "3/minute")])).await;
    let api = world.api();
    for (at, address) in ["198.51.100.7", "198.51.100.8", "203.0.113.1, 198.51.100.9"].iter().enumerate() {
        ask_from(&api, address, &format!("1390000000{at}")).await.expect(202);
    }
    refused(ask_from(&api, "198.51.100.10", "13900000008").await, 55..=61);
    ask_from(&api, "198.51.101.10", "13900000008").await.expect(202);
    for (at, address) in
        ["2001:db8:1:2::1", "2001:db8:1:2:ffff::2", "2001:db8:1:2:3:4:5:6"].iter().enumerate()
    {
        ask_from(&api, address, &format!("1380000000{at}")).await.expect(202);
    }
    refused(ask_from(&api, "2001:db8:1:2::9", "13800000008").await, 55..=61);
    ask_from(&api, "2001:db8:1:3::9", "13800000008").await.expect(202);

    let mut world = world;
    let direct = world.add_api(&[("JIEKOU_HTTP__TRUSTED_PROXIES", "192.0.2.1")]).await;
    let api = world.api_at(direct);
    for at in 0..3 {
        ask_from(&api, &format!("198.18.{at}.1"), &format!("1370000000{at}")).await.expect(202);
    }
    refused(ask_from(&api, "198.18.9.1", "13700000009").await, 55..=61);
}

#[tokio::test]
async fn bombing_a_phone_from_everywhere_sends_one_message_and_others_sign_in_meanwhile() {
    let mut world = town_with(wide(&[])).await;
    world.add_api(&[]).await;
    let apis = [world.api_at(0), world.api_at(1)];
    let bombs = (0..200).map(|at| {
        let (api, address) = (&apis[at % 2], format!("198.{}.{}.7", 18 + at % 2, at));
        async move { ask_from(api, &address, PHONE).await }
    });
    let answers = join_all(bombs).await;
    let taken = answers.iter().filter(|answer| answer.status == 202).count();
    assert_eq!(taken, 1);
    for answer in answers.into_iter().filter(|answer| answer.status != 202) {
        refused(answer, 1..=61);
    }
    let texts = world.sms.wait_for(1).await;
    assert_eq!(texts.len(), 1);
    sign_in(&world, "13800001111").await;
    assert_eq!(world.count("select count(*) from sign_in_code").await, 2);
}

#[tokio::test]
async fn an_installation_sends_no_more_codes_than_it_says_however_many_ask_at_once() {
    let mut world = town_with(wide(&[("JIEKOU_RESIDENTS__CODES_OF_ALL", "20/minute")])).await;
    world.add_api(&[]).await;
    let apis = [world.api_at(0), world.api_at(1)];
    let asked = (0..60).map(|at| {
        let (api, phone) = (&apis[at % 2], format!("139{at:08}"));
        async move { ask_from(api, &format!("198.18.{at}.7"), &phone).await }
    });
    let answers = join_all(asked).await;
    assert_eq!(answers.iter().filter(|answer| answer.status == 202).count(), 20);
    assert_eq!(world.sms.wait_for(20).await.len(), 20);
}
