//! Calling a platform.

use chrono::{DateTime, Utc};
use secrecy::{ExposeSecret, SecretString};
use serde_json::{Map, Value, json};

use super::{HEADS, Logged, Page, Signed};
use crate::{Http, HttpError};

/// Most bytes of an answer; a page of a list has at most 500 lines.
const ANSWER: usize = 1024 * 1024;
/// Stands for the order number where a call is about no single order.
const NO_ORDER: &str = "-";

/// Where a platform is, and what we share with it.
#[derive(Debug, Clone)]
pub struct Peer {
    /// Without a slash at the end; empty: it is never called.
    pub base_url: String,
    /// The first signs, all of them verify.
    pub secrets: Vec<SecretString>,
    /// Where else its files lie: origins, such as `https://files.example`.
    pub media_hosts: Vec<String>,
}

/// What came of a call.
#[derive(Debug, Clone, PartialEq)]
pub enum Called {
    Taken(Map<String, Value>),
    /// It will never be taken.
    Refused(&'static str),
    /// Not now, or nobody knows.
    Again(&'static str),
}

/// Calls platforms.
#[derive(Debug, Clone)]
pub struct HotlineClient {
    http: Http,
}

impl HotlineClient {
    pub fn new(http: Http) -> Self {
        Self { http }
    }

    /// One call, signed at `now` with `nonce`. A repetition has the request id of what it repeats.
    pub async fn call(
        &self,
        peer: &Peer,
        operation: &str,
        (request_id, order_no): (&str, &str),
        body: &Value,
        (nonce, now): (&str, DateTime<Utc>),
    ) -> Called {
        let (Some(secret), false) = (peer.secrets.first(), peer.base_url.is_empty()) else {
            return Called::Refused("no address or key of the platform is configured");
        };
        let body = body.to_string();
        let signed = Signed { operation, request_id, order_no, sent_at: now, nonce };
        let signature = signed.signature(body.as_bytes(), secret.expose_secret().as_bytes());
        let moment = now.timestamp_millis().to_string();
        let values = [request_id, order_no, &moment, nonce, &signature];
        let request = self.http.client().post(format!("{}/{operation}", peer.base_url));
        let request =
            HEADS.into_iter().zip(values).fold(request, |request, (name, value)| request.header(name, value));
        let request = request.header("Content-Type", "application/json").body(body);
        match self.http.call(request, ANSWER).await {
            Ok((status, answer)) => read(status, &answer),
            Err(HttpError::NotSent) => Called::Again("no connection to the platform"),
            Err(HttpError::Unknown) => Called::Again("the platform did not answer"),
            Err(HttpError::TooLong(_)) => Called::Again("the platform's answer is too long"),
            Err(HttpError::Client(_)) => Called::Again("the client for outward calls is missing"),
        }
    }

    /// Whether it answers.
    pub async fn ping(&self, peer: &Peer, request_id: &str, nonce: &str, now: DateTime<Utc>) -> Called {
        self.call(peer, "ping", (request_id, NO_ORDER), &json!({}), (nonce, now)).await
    }

    /// Its orders of which it sent something within `span`, a page of them.
    ///
    /// # Errors
    /// Why there is no page.
    pub async fn list(
        &self,
        peer: &Peer,
        span: (DateTime<Utc>, DateTime<Utc>),
        cursor: Option<&str>,
        request_id: &str,
        (nonce, now): (&str, DateTime<Utc>),
    ) -> Result<Page, &'static str> {
        let (from, to) = (span.0.timestamp_millis(), span.1.timestamp_millis());
        let asked = json!({ "from": from, "to": to, "cursor": cursor });
        let called = self.call(peer, "listOrders", (request_id, NO_ORDER), &asked, (nonce, now)).await;
        Page::read(&taken(called)?).ok_or("the platform's list cannot be read")
    }

    /// All it has sent about an order.
    ///
    /// # Errors
    /// Why that is not known.
    pub async fn messages(
        &self,
        peer: &Peer,
        order_no: &str,
        request_id: &str,
        (nonce, now): (&str, DateTime<Utc>),
    ) -> Result<Vec<Logged>, &'static str> {
        let called = self.call(peer, "getOrder", (request_id, order_no), &json!({}), (nonce, now)).await;
        Logged::read(&taken(called)?).ok_or("the platform's messages cannot be read")
    }
}

fn taken(called: Called) -> Result<Map<String, Value>, &'static str> {
    match called {
        Called::Taken(answer) => Ok(answer),
        Called::Refused(reason) | Called::Again(reason) => Err(reason),
    }
}

fn read(status: reqwest::StatusCode, answer: &[u8]) -> Called {
    if status.is_success() {
        let answer: Option<Map<String, Value>> = serde_json::from_slice(answer).ok();
        return match answer {
            Some(answer) if answer.get("code").and_then(Value::as_i64) == Some(0) => Called::Taken(answer),
            Some(answer) if answer.contains_key("code") => Called::Refused("the platform refused it"),
            // A page of a proxy, or half an answer.
            Some(_) | None => Called::Again("the platform's answer cannot be read"),
        };
    }
    match status.as_u16() {
        408 | 425 | 429 => Called::Again("the platform asks to wait"),
        // A key that is being changed is right again soon.
        401 | 403 => Called::Again("the platform did not believe the signature"),
        400..=499 => Called::Refused("the platform refused it"),
        _ => Called::Again("the platform failed"),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn an_answer_is_taken_refused_or_tried_again() {
        for (status, answer, called) in [
            (200, r#"{"code":7}"#, Called::Refused("the platform refused it")),
            (200, "<html>", Called::Again("the platform's answer cannot be read")),
            (200, "{}", Called::Again("the platform's answer cannot be read")),
            (404, "", Called::Refused("the platform refused it")),
            (401, "", Called::Again("the platform did not believe the signature")),
            (429, "", Called::Again("the platform asks to wait")),
            (503, "", Called::Again("the platform failed")),
        ] {
            let status = reqwest::StatusCode::from_u16(status).unwrap();
            assert_eq!(read(status, answer.as_bytes()), called, "{status} {answer}");
        }
        assert!(matches!(read(reqwest::StatusCode::OK, br#"{"code":0}"#), Called::Taken(_)));
    }
}
