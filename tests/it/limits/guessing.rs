//! Codes and secrets that are guessed at.

use reqwest::Method;
use serde_json::{Value, json};

use super::super::harness::{HUAIHE, WorldOptions, report};
use super::{from, limited};

const GUESSER: &str = "203.0.113.5";

/// A well-formed code that nobody has.
fn code(number: usize) -> String {
    let mut random = [7_u8; 7];
    random[0] = u8::try_from(number).unwrap();
    jiekou_core::report::TrackingCode::from_random(random).to_string()
}

#[tokio::test]
async fn whoever_guesses_codes_is_stopped_before_anything_is_looked_up() {
    let rules = "- { act: lookupMiss, by: address, burst: 4, rate: 1, per: hour }\n";
    let world = limited(rules, WorldOptions::default()).await;
    let api = world.api();
    let sent = api.submit(&report("manhole", "路口的井盖不见了", HUAIHE)).await;
    let known = format!("/v1/reports/{}", sent["trackingCode"].as_str().unwrap());
    let read = async |address: &str, path: &str| from(&api, address, Method::GET, path, None).await;
    for guess in 0..3 {
        // What there is costs nothing, however often it is read.
        read(GUESSER, &known).await.expect(200);
        read(GUESSER, &format!("/v1/reports/{}", code(guess))).await.expect_problem(404, "unknown-report");
    }
    let body = json!({ "description": "补充", "claimSecret": wrong(&sent["claimSecret"]) });
    let addition = format!("{known}/additions");
    let wrong = from(&api, GUESSER, Method::POST, &addition, Some(&body)).await;
    wrong.expect_problem(403, "not-author");
    let refused = read(GUESSER, &known).await;
    assert_eq!(refused.headers["ratelimit-policy"], "\"lookupMiss-by-address\";q=4;w=14400");
    let after: i64 = refused.headers["retry-after"].to_str().unwrap().parse().unwrap();
    assert!((3_500..=3_601).contains(&after), "{after}");
    refused.expect_problem(429, "too-many-requests");
    // A neighbour of the same network is the same to us; others go on, and so does all that cannot be guessed at.
    read("203.0.113.6", &known).await.expect_problem(429, "too-many-requests");
    read("203.0.114.6", &known).await.expect(200);
    read(GUESSER, "/v1/categories").await.expect(200);
    let right = json!({ "description": "补充", "claimSecret": sent["claimSecret"] });
    from(&api, GUESSER, Method::POST, &addition, Some(&right)).await.expect_problem(429, "too-many-requests");
    from(&api, "203.0.114.6", Method::POST, &addition, Some(&right)).await.expect(201);
}

#[tokio::test]
async fn misses_in_one_process_count_in_the_other() {
    let rules = "- { act: lookupMiss, by: address, burst: 3, rate: 1, per: day }\n";
    let mut world = limited(rules, WorldOptions::default()).await;
    world.add_api(&[]).await;
    for guess in 0..3 {
        let path = format!("/v1/reports/{}", code(guess));
        from(&world.api_at(0), GUESSER, Method::GET, &path, None).await.expect(404);
    }
    // The other one learns of it with its first miss, whose answer says nothing about the code any more.
    let path = format!("/v1/reports/{}", code(9));
    let there = world.api_at(1);
    from(&there, GUESSER, Method::GET, &path, None).await.expect_problem(429, "too-many-requests");
    from(&there, GUESSER, Method::GET, &path, None).await.expect_problem(429, "too-many-requests");
}

/// A secret that is another one's.
fn wrong(secret: &Value) -> String {
    let secret = secret.as_str().unwrap();
    let last = if secret.ends_with('2') { "3" } else { "2" };
    format!("{}{last}", &secret[..secret.len() - 1])
}
