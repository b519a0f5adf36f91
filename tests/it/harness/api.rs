//! A client of the API, as a resident or as staff.

use std::time::Duration;

use reqwest::header::HeaderMap;
use reqwest::multipart::{Form, Part};
use reqwest::{Client, Method, RequestBuilder, StatusCode};
use serde_json::{Value, json};

/// A client without a credential.
#[derive(Clone)]
pub struct Api {
    client: Client,
    base: String,
}

/// What came back.
#[derive(Debug)]
pub struct Answer {
    pub status: StatusCode,
    pub headers: HeaderMap,
    pub body: Value,
}

impl Answer {
    async fn of(request: RequestBuilder) -> Result<Self, reqwest::Error> {
        let response = request.send().await?;
        let (status, headers) = (response.status(), response.headers().clone());
        let text = response.text().await?;
        let body = serde_json::from_str(&text).unwrap_or(Value::String(text));
        Ok(Self { status, headers, body })
    }

    /// The body of an answer that must have this status.
    #[track_caller]
    pub fn expect(self, status: u16) -> Value {
        assert_eq!(self.status.as_u16(), status, "{}", self.body);
        self.body
    }

    #[track_caller]
    pub fn expect_problem(self, status: u16, slug: &str) -> Value {
        assert_eq!(self.headers["content-type"], "application/problem+json", "{}", self.body);
        let body = self.expect(status);
        assert_eq!(body["type"], format!("/problems#{slug}"), "{body}");
        body
    }

    /// Pointers of the wrong fields.
    pub fn pointers(&self) -> Vec<String> {
        let errors = self.body["errors"].as_array().cloned().unwrap_or_default();
        errors.iter().map(|error| error["pointer"].as_str().unwrap().to_owned()).collect()
    }
}

impl Api {
    pub fn new(address: &str) -> Self {
        // A connection is given up before the server, which closes idle ones after five seconds, ends it under a request.
        let client = Client::builder().pool_idle_timeout(Duration::from_secs(2)).build().unwrap();
        Self { client, base: format!("http://{address}") }
    }

    pub fn request(&self, method: Method, path: &str) -> RequestBuilder {
        self.client.request(method, format!("{}{path}", self.base))
    }

    pub async fn get(&self, path: &str) -> Answer {
        Answer::of(self.request(Method::GET, path)).await.unwrap()
    }

    pub async fn post(&self, path: &str, body: &Value) -> Answer {
        Answer::of(self.request(Method::POST, path).json(body)).await.unwrap()
    }

    /// Sends a report; the connection may fail.
    pub async fn try_submit(&self, body: &Value, key: Option<&str>) -> Result<Answer, reqwest::Error> {
        let mut request = self.request(Method::POST, "/v1/reports").json(body);
        if let Some(key) = key {
            request = request.header("Idempotency-Key", key);
        }
        Answer::of(request).await
    }

    pub async fn submit(&self, body: &Value) -> Value {
        self.try_submit(body, None).await.unwrap().expect(201)
    }

    pub async fn send(&self, request: RequestBuilder) -> Answer {
        Answer::of(request).await.unwrap()
    }

    pub async fn track(&self, code: &Value) -> Value {
        self.get(&format!("/v1/reports/{}", code.as_str().unwrap())).await.expect(200)
    }

    pub async fn upload(&self, name: &str, bytes: Vec<u8>) -> Answer {
        self.upload_to("/v1/photos", name, bytes).await
    }

    pub async fn upload_to(&self, path: &str, name: &str, bytes: Vec<u8>) -> Answer {
        let form = Form::new().part("file", Part::bytes(bytes).file_name(name.to_owned()));
        Answer::of(self.request(Method::POST, path).multipart(form)).await.unwrap()
    }

    /// Signs in as a demonstration account.
    pub async fn sign_in(&self, username: &str) -> Staff {
        let body = json!({ "username": username, "password": "jiekou-demo-2026" });
        let session = self.post("/v1/sessions", &body).await.expect(201);
        Staff { api: self.clone(), token: session["accessToken"].as_str().unwrap().to_owned() }
    }
}

/// A signed-in member of staff.
#[derive(Clone)]
pub struct Staff {
    pub api: Api,
    token: String,
}

impl Staff {
    /// The access token.
    pub fn token(&self) -> &str {
        &self.token
    }

    pub fn request(&self, method: Method, path: &str) -> RequestBuilder {
        self.api.request(method, path).bearer_auth(&self.token)
    }

    pub async fn get(&self, path: &str) -> Answer {
        Answer::of(self.request(Method::GET, path)).await.unwrap()
    }

    pub async fn post(&self, path: &str, body: &Value) -> Answer {
        Answer::of(self.request(Method::POST, path).json(body)).await.unwrap()
    }

    /// Makes a move on the case as it is now.
    pub async fn make(&self, number: &str, body: &Value) -> Answer {
        let seen = self.get(&format!("/v1/cases/{number}")).await;
        let etag = seen.headers.get("etag").cloned();
        let request = self.request(Method::POST, &format!("/v1/cases/{number}/moves")).json(body);
        let request = match etag {
            Some(etag) => request.header("If-Match", etag),
            None => request.header("If-Match", "\"0\""),
        };
        Answer::of(request).await.unwrap()
    }

    /// Makes these moves one after another, each of which must succeed, and returns the case after the last.
    pub async fn go(&self, number: &str, bodies: &[Value]) -> Value {
        let mut case = Value::Null;
        for body in bodies {
            case = self.make(number, body).await.expect(200);
        }
        case
    }

    /// The case as it is now.
    pub async fn case(&self, number: &str) -> Value {
        self.get(&format!("/v1/cases/{number}")).await.expect(200)
    }

    /// Uploads a small picture and returns its id.
    pub async fn photo(&self) -> String {
        let body = self.api.upload("after.png", super::super::photos::small_picture()).await.expect(201);
        body["photoId"].as_str().unwrap().to_owned()
    }
}
