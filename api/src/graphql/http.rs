//! `/graphql` over HTTP: `POST` for everything, `GET` for persisted queries; Server-Sent Events where they are asked for
//! (graphql-sse, distinct connections), and WebSockets.

use actix_web::http::StatusCode;
use actix_web::http::header::{ACCEPT, CACHE_CONTROL, HeaderMap, UPGRADE};
use actix_web::{HttpRequest, HttpResponse, guard, web};
use async_graphql::Response;
use jiekou_core::report::FieldError;
use serde::Deserialize;
use serde_json::Value;

use super::asked::Asked;
use super::caller::Caller;
use super::{socket, sse};
use crate::address::several;
use crate::extract::{Address, AnyCaller, AnyJson};
use crate::problem::{Kind, Problem};
use crate::state::State;

/// The media type that says by its status whether anything was executed (GraphQL over HTTP).
const GRAPHQL: &str = "application/graphql-response+json";
const EVENTS: &str = "text/event-stream";

/// The routes.
pub fn register(config: &mut web::ServiceConfig) {
    let upgrade = guard::fn_guard(|context| {
        let upgrade = context.head().headers().get(UPGRADE).and_then(|value| value.to_str().ok());
        upgrade.is_some_and(|value| value.eq_ignore_ascii_case("websocket"))
    });
    let routes =
        [web::get().guard(upgrade).to(socket::open), web::get().to(persisted), web::post().to(operations)];
    config.service(several("/graphql", "GET, POST", routes));
}

/// The parts of a `GET`, as GraphQL over HTTP names them.
#[derive(Debug, Deserialize)]
#[serde(rename_all = "camelCase")]
struct PersistedQuery {
    query: Option<String>,
    operation_name: Option<String>,
    variables: Option<String>,
    extensions: Option<String>,
}

/// A persisted query by its hash. It only reads, so that links and pictures on other sites can do nothing.
async fn persisted(
    state: web::Data<State>,
    request: HttpRequest,
    query: web::Query<PersistedQuery>,
    AnyCaller(bearer): AnyCaller,
    Address(address): Address,
) -> Result<HttpResponse, Problem> {
    let PersistedQuery { query, operation_name, variables, extensions } = query.into_inner();
    if query.is_some() {
        return Err(Problem::from(Kind::MethodNotAllowed).with_detail("GET 只用于已保存的查询，请用 POST"));
    }
    let parsed = |text: Option<String>| match text {
        Some(text) => serde_json::from_str(&text).map_err(|_no_json| Problem::from(Kind::MalformedBody)),
        None => Ok(Value::Null),
    };
    let object = [
        ("operationName", operation_name.map_or(Value::Null, Value::from)),
        ("variables", parsed(variables)?),
        ("extensions", parsed(extensions)?),
    ];
    let object = object.into_iter().map(|(name, value)| (name.to_owned(), value)).collect();
    let asked = Asked::read(&object).map_err(wrong)?;
    let caller = Caller { state: state.into_inner(), bearer, address };
    caller.state.graphql.pass(&caller, 1)?;
    if accepts(request.headers(), EVENTS) {
        return Ok(sse::answer(caller, asked));
    }
    let response = caller.state.graphql.answer(&caller, &asked, true).await;
    Ok(written(&request, status(&request, &response), &response))
}

/// One operation, or several one after the other.
async fn operations(
    state: web::Data<State>,
    request: HttpRequest,
    AnyCaller(bearer): AnyCaller,
    Address(address): Address,
    AnyJson(body): AnyJson,
) -> Result<HttpResponse, Problem> {
    let caller = Caller { state: state.into_inner(), bearer, address };
    let door = &caller.state.graphql;
    let events = accepts(request.headers(), EVENTS);
    match body {
        Value::Object(object) => {
            door.pass(&caller, 1)?;
            let asked = Asked::read(&object).map_err(wrong)?;
            if events {
                return Ok(sse::answer(caller, asked));
            }
            let response = door.answer(&caller, &asked, false).await;
            Ok(written(&request, status(&request, &response), &response))
        }
        Value::Array(items) if events => {
            drop(items);
            Err(Problem::from(Kind::MalformedBody).with_detail("订阅一次只能一个操作"))
        }
        Value::Array(items) => {
            if items.is_empty() || items.len() > door.batch {
                let words = format!("一次最多 {} 个操作", door.batch);
                return Err(Problem::from(Kind::BodyTooLarge).with_detail(words));
            }
            door.pass(&caller, items.len())?;
            let mut asked = Vec::with_capacity(items.len());
            for (position, item) in items.iter().enumerate() {
                let Value::Object(object) = item else {
                    return Err(Problem::from(Kind::MalformedBody).with_detail("每个操作应为 JSON 对象"));
                };
                asked.push(Asked::read(object).map_err(|faults| wrong(within(position, faults)))?);
            }
            let mut responses = Vec::with_capacity(asked.len());
            for asked in &asked {
                responses.push(door.answer(&caller, asked, false).await);
            }
            Ok(written(&request, StatusCode::OK, &responses))
        }
        Value::Null | Value::Bool(_) | Value::Number(_) | Value::String(_) => {
            Err(Problem::from(Kind::MalformedBody).with_detail("请发送 JSON 对象或数组"))
        }
    }
}

fn wrong(faults: Vec<FieldError>) -> Problem {
    Problem::from(Kind::Validation).with_errors(faults)
}

fn within(position: usize, faults: Vec<FieldError>) -> Vec<FieldError> {
    let inside = |fault: FieldError| FieldError { pointer: format!("/{position}{}", fault.pointer), ..fault };
    faults.into_iter().map(inside).collect()
}

fn accepts(headers: &HeaderMap, media: &str) -> bool {
    let accepted = headers.get_all(ACCEPT).filter_map(|value| value.to_str().ok());
    let mut ranges = accepted.flat_map(|value| value.split(','));
    ranges.any(|range| range.split(';').next().is_some_and(|name| name.trim().eq_ignore_ascii_case(media)))
}

/// 200, as clients of `application/json` expect, or for those who ask for it 400 where nothing was executed.
fn status(request: &HttpRequest, response: &Response) -> StatusCode {
    let nothing = response.data == async_graphql::Value::Null
        && response.errors.iter().any(|error| error.path.is_empty());
    if nothing && accepts(request.headers(), GRAPHQL) { StatusCode::BAD_REQUEST } else { StatusCode::OK }
}

fn written(request: &HttpRequest, status: StatusCode, body: &impl serde::Serialize) -> HttpResponse {
    let media = if accepts(request.headers(), GRAPHQL) { GRAPHQL } else { "application/json" };
    HttpResponse::build(status).insert_header((CACHE_CONTROL, "no-store")).content_type(media).json(body)
}
