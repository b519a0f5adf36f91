//! Open311 GeoReport v2: a conformant endpoint, also where others are not, and with real clients.

mod filing;
mod media;
mod peers;
mod reads;
mod refusals;
mod shapes;
mod updates;

use reqwest::header::HeaderMap;
use reqwest::{Method, RequestBuilder};
use serde_json::{Value, json};

use crate::harness::{Staff, World};

/// A platform with a key, as an administrator of the district made it.
pub struct Sender {
    pub platform_id: String,
    pub key_id: String,
    pub key: String,
}

/// What came back, as text.
#[derive(Debug)]
pub struct Page {
    pub status: u16,
    pub headers: HeaderMap,
    pub text: String,
}

impl Page {
    pub async fn of(request: RequestBuilder) -> Self {
        let response = request.send().await.unwrap();
        let (status, headers) = (response.status().as_u16(), response.headers().clone());
        Self { status, headers, text: response.text().await.unwrap() }
    }

    #[track_caller]
    pub fn json(&self, status: u16) -> Value {
        assert_eq!(self.status, status, "{}", self.text);
        assert_eq!(self.headers["content-type"], "application/json; charset=utf-8", "{}", self.text);
        serde_json::from_str(&self.text).unwrap()
    }

    #[track_caller]
    pub fn xml(&self, status: u16) -> &str {
        assert_eq!(self.status, status, "{}", self.text);
        assert_eq!(self.headers["content-type"], "text/xml; charset=utf-8");
        assert!(self.text.starts_with("<?xml version=\"1.0\" encoding=\"utf-8\"?>"), "{}", self.text);
        &self.text
    }
}

pub async fn admin(world: &World) -> Staff {
    world.api().sign_in("admin").await
}

/// Registers a platform of the district and issues a key with these scopes.
pub async fn sender(world: &World, name: &str, scopes: &[&str]) -> Sender {
    let admin = admin(world).await;
    let body = json!({ "name": name, "level": "district", "area": "410103" });
    let platform = admin.post("/v1/platforms", &body).await.expect(201);
    let platform_id = platform["platformId"].as_str().unwrap().to_owned();
    let key = issue(&admin, &platform_id, &json!({ "scopes": scopes, "perMinute": 6_000 })).await;
    Sender {
        platform_id,
        key_id: key["issued"]["keyId"].as_str().unwrap().to_owned(),
        key: key["key"].as_str().unwrap().to_owned(),
    }
}

pub async fn issue(admin: &Staff, platform_id: &str, wish: &Value) -> Value {
    admin.post(&format!("/v1/platforms/{platform_id}/keys"), wish).await.expect(201)
}

pub fn address(path: &str) -> String {
    format!("/open311/v2/{path}")
}

pub async fn get(world: &World, path: &str) -> Page {
    Page::of(world.api().request(Method::GET, &address(path))).await
}

pub async fn post(world: &World, path: &str, form: &[(&str, &str)]) -> Page {
    Page::of(world.api().request(Method::POST, &address(path)).form(form)).await
}

/// A good request about a manhole in 淮河路街道.
pub fn manhole<'a>(sender: &'a Sender, words: &'a str) -> Vec<(&'a str, &'a str)> {
    vec![
        ("api_key", sender.key.as_str()),
        ("service_code", "manhole"),
        ("lat", "34.735012"),
        ("long", "113.630034"),
        ("description", words),
    ]
}

/// Files a request and returns its id.
pub async fn filed(world: &World, form: &[(&str, &str)]) -> String {
    let answer = post(world, "requests.json", form).await.json(200);
    answer[0]["service_request_id"].as_str().unwrap().to_owned()
}

/// The number of the case that a request follows.
pub async fn case_of(world: &World, id: &str) -> String {
    let query =
        "select c.case_number from report r join cases c using (case_id) where r.report_id = $1::text::uuid";
    sqlx::query_scalar(query).bind(id).fetch_one(&world.pool).await.unwrap()
}
