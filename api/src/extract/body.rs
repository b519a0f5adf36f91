//! A JSON object in the body, with the hash by which a resend is recognised.

use std::future::Future;
use std::pin::Pin;
use std::time::Duration;

use actix_web::dev::Payload;
use actix_web::{FromRequest, HttpMessage, HttpRequest, web};
use futures_util::StreamExt;
use serde_json::{Map, Value};
use sha2::{Digest, Sha256};

use crate::problem::{Kind, Problem};
use crate::state::State;

/// Most bytes of a JSON body: 9 photo ids and 4,000 characters need a tenth of it.
const LIMIT: usize = 64 * 1024;
/// Most bytes of a body that brings many at once.
const BULK_LIMIT: usize = 1024 * 1024;

/// The object and its hash. The hash is over the parsed object with its keys sorted, so that a client which writes
/// the same report with other blanks still resends the same report.
#[derive(Debug)]
pub struct JsonBody {
    pub object: Map<String, Value>,
    pub hash: [u8; 32],
}

/// A body that brings many at once.
#[derive(Debug)]
pub struct BulkBody(pub JsonBody);

impl FromRequest for BulkBody {
    type Error = Problem;
    type Future = Pin<Box<dyn Future<Output = Result<Self, Problem>>>>;

    fn from_request(request: &HttpRequest, payload: &mut Payload) -> Self::Future {
        let arriving = arrive(request, payload, BULK_LIMIT);
        Box::pin(async move { parse(&arriving.await?).map(Self) })
    }
}

impl FromRequest for JsonBody {
    type Error = Problem;
    type Future = Pin<Box<dyn Future<Output = Result<Self, Problem>>>>;

    fn from_request(request: &HttpRequest, payload: &mut Payload) -> Self::Future {
        let arriving = arrive(request, payload, LIMIT);
        Box::pin(async move { parse(&arriving.await?) })
    }
}

/// Any JSON value.
#[derive(Debug)]
pub struct AnyJson(pub Value);

impl FromRequest for AnyJson {
    type Error = Problem;
    type Future = Pin<Box<dyn Future<Output = Result<Self, Problem>>>>;

    fn from_request(request: &HttpRequest, payload: &mut Payload) -> Self::Future {
        let arriving = arrive(request, payload, LIMIT);
        Box::pin(async move {
            let bytes = arriving.await?;
            serde_json::from_slice(&bytes).map(Self).map_err(|error| malformed(&error))
        })
    }
}

/// The bytes of a JSON body, which a slow client has not for ever to send.
fn arrive(
    request: &HttpRequest,
    payload: &mut Payload,
    limit: usize,
) -> impl Future<Output = Result<Vec<u8>, Problem>> + use<> {
    let json = request.content_type().eq_ignore_ascii_case("application/json");
    let patience = request.app_data::<web::Data<State>>().map_or(30, |state| state.slow_client_seconds);
    let payload = payload.take();
    async move {
        if !json {
            return Err(Kind::UnsupportedMediaType.into());
        }
        let read = tokio::time::timeout(Duration::from_secs(patience), read(payload, limit));
        read.await.map_err(|_elapsed| Problem::from(Kind::SlowClient))?
    }
}

/// A body as it came, with what it says it is.
#[derive(Debug)]
pub struct RawBody {
    pub content_type: String,
    pub bytes: Vec<u8>,
}

impl FromRequest for RawBody {
    type Error = Problem;
    type Future = Pin<Box<dyn Future<Output = Result<Self, Problem>>>>;

    fn from_request(request: &HttpRequest, payload: &mut Payload) -> Self::Future {
        let content_type = request.content_type().to_owned();
        let patience = request.app_data::<web::Data<State>>().map_or(30, |state| state.slow_client_seconds);
        let payload = payload.take();
        Box::pin(async move {
            let read = tokio::time::timeout(Duration::from_secs(patience), read(payload, LIMIT));
            let bytes = read.await.map_err(|_elapsed| Problem::from(Kind::SlowClient))??;
            Ok(Self { content_type, bytes })
        })
    }
}

async fn read(mut payload: Payload, limit: usize) -> Result<Vec<u8>, Problem> {
    let mut bytes = Vec::with_capacity(2_048);
    while let Some(chunk) = payload.next().await {
        let chunk = chunk
            .map_err(|_broken| Problem::from(Kind::MalformedBody).with_detail("the body ended early"))?;
        if bytes.len() + chunk.len() > limit {
            return Err(Problem::from(Kind::BodyTooLarge).with_detail(format!("at most {limit} bytes")));
        }
        bytes.extend_from_slice(&chunk);
    }
    Ok(bytes)
}

fn parse(bytes: &[u8]) -> Result<JsonBody, Problem> {
    match serde_json::from_slice(bytes) {
        Ok(Value::Object(object)) => {
            let canonical =
                serde_json::to_vec(&object).map_err(|_never| Problem::from(Kind::MalformedBody))?;
            Ok(JsonBody { object, hash: Sha256::digest(&canonical).into() })
        }
        Ok(_) => Err(Problem::from(Kind::MalformedBody).with_detail("the body must be a JSON object")),
        Err(error) => Err(malformed(&error)),
    }
}

fn malformed(error: &serde_json::Error) -> Problem {
    let place = format!("line {} column {}", error.line(), error.column());
    Problem::from(Kind::MalformedBody).with_detail(place)
}
