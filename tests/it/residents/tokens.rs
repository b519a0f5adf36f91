//! A resident's token opens nothing of staff, and a token of staff nothing of residents.

use reqwest::Method;
use serde_json::{Value, json};

use super::{Resident, sign_in, town};
use crate::harness::{Answer, HUAIHE, report};

const PHONE: &str = "13912345678";

/// Every address and method of the contract, with ids that there are not.
fn operations(contract: &Value) -> Vec<(Method, String, String)> {
    let mut operations = Vec::new();
    for (path, methods) in contract["paths"].as_object().unwrap() {
        for method in methods.as_object().unwrap().keys() {
            let mut address = path.clone();
            while let Some((before, rest)) = address.split_once('{') {
                let (name, after) = rest.split_once('}').unwrap();
                let value = match name {
                    "trackingCode" => "7TUSSNP8P44U",
                    "period" | "month" => "2026-02",
                    "rankingCode" => "towns-month",
                    "caseNumber" => "41010301020261124000011",
                    _ => "00000000-0000-4000-8000-000000000000",
                };
                address = format!("{before}{value}{after}");
            }
            operations.push((method.to_uppercase().parse().unwrap(), address, path.clone()));
        }
    }
    operations
}

async fn call(resident: &Resident, method: &Method, path: &str, token: Option<&str>) -> Answer {
    let mut request = resident.api.request(method.clone(), path).header("If-Match", "\"1\"");
    if let Some(token) = token {
        request = request.bearer_auth(token);
    }
    if *method != Method::GET {
        request = request.json(&json!({}));
    }
    resident.api.send(request).await
}

#[tokio::test]
async fn on_every_route_a_token_of_the_other_kind_is_no_token() {
    let world = town().await;
    let resident = sign_in(&world, PHONE).await;
    let credentials = json!({ "username": "admin", "password": "jiekou-demo-2026" });
    let staff = resident.api.post("/v1/sessions", &credentials).await.expect(201);
    let staff = staff["accessToken"].as_str().unwrap();
    let contract = resident.api.get("/openapi.json").await.expect(200);
    let (mut of_staff, mut of_residents) = (0, 0);
    for (method, address, path) in operations(&contract) {
        // The stream never ends, and the refresh and sign-in have no token.
        if path.ends_with("/events") {
            continue;
        }
        let without = call(&resident, &method, &address, None).await;
        let closed = without.status == 401 && without.body["type"] == "/problems#not-signed-in";
        if !closed {
            // What a resident's account opens is what strangers may do too.
            let with = call(&resident, &method, &address, Some(resident.token())).await;
            assert_eq!(with.status, without.status, "{method} {path}: {}", with.body);
            continue;
        }
        if path.starts_with("/v1/residents/") {
            of_residents += 1;
            call(&resident, &method, &address, Some(staff)).await.expect_problem(401, "not-signed-in");
        } else {
            of_staff += 1;
            let answer = call(&resident, &method, &address, Some(resident.token())).await;
            assert_eq!(answer.status, 401, "{method} {path}: {}", answer.body);
            answer.expect_problem(401, "not-signed-in");
        }
    }
    assert!(of_staff >= 50, "{of_staff} routes of staff");
    assert!(of_residents >= 4, "{of_residents} routes of residents");
    // Both tokens are still good where they belong.
    resident.get("/v1/residents/sessions").await.expect(200);
    let request = resident.api.request(Method::GET, "/v1/cases").bearer_auth(staff);
    resident.api.send(request).await.expect(200);
}

#[tokio::test]
async fn staff_see_the_same_of_a_report_with_an_account_as_of_one_without() {
    let world = town().await;
    let resident = sign_in(&world, PHONE).await;
    let mut body = report("manhole", "路口的井盖不见了", HUAIHE);
    body["origin"] = json!("media");
    let refused = resident.post("/v1/reports", &body).await;
    assert_eq!(refused.pointers().first().map(String::as_str), Some("/origin"), "{}", refused.body);
    let sent = resident.submit(&report("manhole", "路口的井盖不见了", HUAIHE)).await;
    let number = sent["case"]["caseNumber"].as_str().unwrap();
    let case = resident.api.sign_in("district").await.case(number).await.to_string();
    assert!(!case.contains(resident.id()) && !case.contains(PHONE), "{case}");
}
