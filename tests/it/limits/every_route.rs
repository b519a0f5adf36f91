//! Every route that changes something, with a quota of one.

use std::collections::BTreeMap;
use std::fmt::Write;

use reqwest::Method;
use serde_json::json;

use super::{from, limited};
use crate::harness::WorldOptions;
use crate::harness::contract::{Operation, operations};

const ACTS: [&str; 10] = [
    "search",
    "report",
    "addition",
    "photo",
    "signInCode",
    "signIn",
    "open311",
    "reading",
    "handling",
    "account",
];

/// Acts that are never counted by the account of a member of staff: their network pays.
const NOT_BY_DESK: [&str; 2] = ["signInCode", "reading"];

/// One of each a day.
fn one_of_each() -> String {
    let mut rules = String::new();
    for act in ACTS {
        for by in ["address", "desk"].iter().filter(|by| **by == "address" || !NOT_BY_DESK.contains(&act)) {
            writeln!(rules, "- {{ act: {act}, by: {by}, burst: 1, rate: 1, per: day }}").unwrap();
        }
    }
    rules
}

#[tokio::test]
async fn every_route_that_changes_something_refuses_the_second_when_one_is_the_quota() {
    let world = limited(&one_of_each(), WorldOptions::default()).await;
    let api = world.api();
    let staff = api.sign_in("admin").await;
    let said = world.run(&["limits"]);
    let acts: BTreeMap<String, &str> = said
        .lines()
        .take_while(|line| !line.is_empty())
        .filter_map(|line| {
            let mut words = line.split_whitespace();
            Some((format!("{} {}", words.next()?, words.next()?), words.next_back()?))
        })
        .collect();
    let writes: Vec<Operation> =
        operations(&api).await.into_iter().filter(|it| it.method != Method::GET).collect();
    assert!(writes.len() > 60, "the routes were found");
    let mut spent = Vec::new();
    for (position, operation) in writes.iter().enumerate() {
        let (method, path) = (operation.method.clone(), operation.made_up());
        let act = acts[&format!("{method} {}", operation.path)];
        let what = format!("{method} {path}, which is {act}");
        // A stranger from a network of its own: whatever the first one is answered, the second one is not looked at.
        let network = format!("203.0.{position}.1");
        let first = from(&api, &network, method.clone(), &path, Some(&json!({}))).await;
        assert_ne!(first.status, 429, "{what}");
        let second = from(&api, &network, method.clone(), &path, Some(&json!({}))).await;
        assert_eq!(second.status, 429, "{what}: {}", second.body);
        assert!(second.headers.contains_key("retry-after"), "{what}");
        let policy = second.headers["ratelimit-policy"].to_str().unwrap().to_owned();
        assert!(policy.starts_with(&format!("\"{act}-by-address\"")), "{what}: {policy}");
        second.expect_problem(429, "too-many-requests");
        // A credential that is not counted buys nothing.
        if NOT_BY_DESK.contains(&act) {
            let request = staff.request(method.clone(), &path).header("X-Forwarded-For", &network);
            let answer = api.send(request.json(&json!({}))).await;
            assert_eq!(answer.status, 429, "{what} with a token: {}", answer.body);
        }
        // A member of staff pays by account for all routes of one kind, from wherever they come. Whoever signs out is gone.
        if operation.staff && operation.secured && !operation.id.starts_with("sign_out") {
            let request = staff.request(method, &path).header("X-Forwarded-For", &network).json(&json!({}));
            let answer = api.send(request).await;
            assert_eq!(answer.status == 429, spent.contains(&act), "{what}: {}", answer.body);
            spent.push(act);
        }
    }
    for act in ["handling", "account"] {
        assert!(spent.iter().filter(|it| **it == act).count() > 1, "{act}");
    }
}
