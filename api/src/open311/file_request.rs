//! `POST /open311/v2/requests.{format}`: a platform files a service request.

use actix_web::{HttpRequest, HttpResponse, web};
use jiekou_boot::clock;
use jiekou_core::category::{Category, QuestionKind, UNCLASSIFIED};
use jiekou_core::platform::Scope;
use jiekou_core::report::{FieldCode, FieldError, RawContact, RawLocation, RawReport};
use jiekou_core::rulebook::Rulebook;
use jiekou_partner::open311::{Form, Node};
use jiekou_service::open311::{ServiceRequest, file_request};
use serde_json::{Map, Value};
use uuid::Uuid;

use super::answer::{check_jurisdiction, document, format};
use super::fault::Fault;
use super::incoming;
use crate::state::State;

pub async fn file(
    state: web::Data<State>,
    request: HttpRequest,
    suffix: web::Path<String>,
    payload: web::Payload,
) -> Result<HttpResponse, Fault> {
    let format = format(&suffix)?;
    let incoming = incoming::read(&state, &request, payload, Scope::Open311Write, format).await?;
    let form = &incoming.form;
    check_jurisdiction(&state, form, format)?;
    let rules = state.app.rules();
    let code = form.get("service_code").ok_or_else(|| Fault::bad(format, "service_code is missing"))?;
    let category = rules.category(code);
    if category.is_none() && code != UNCLASSIFIED {
        return Err(Fault::not_found(format, "service_code was not found"));
    }
    let header = request.headers().get("Idempotency-Key").and_then(|value| value.to_str().ok());
    let filed = ServiceRequest {
        raw: raw(form, category, &rules, incoming.photo_ids),
        client_id: form.get("client_request_id").or(header).map(str::to_owned),
        form_hash: form.hash(),
    };
    let filed = file_request(&state.app, &incoming.platform, filed, clock::now()).await;
    let filed = filed.map_err(|error| Fault::of_service(format, error))?;
    let answer = Node::Fields(vec![
        ("service_request_id", Node::Text(filed.report_id.to_string())),
        ("service_notice", Node::Text(filed.notice)),
        ("account_id", Node::text(form.get("account_id"))),
    ]);
    Ok(document(format, "service_requests", &Node::List("request", vec![answer])))
}

/// The form as a report; what cannot be read is noted.
fn raw(form: &Form, category: Option<&Category>, rules: &Rulebook, photo_ids: Vec<Uuid>) -> RawReport {
    let mut faults = Vec::new();
    let location = location(form, rules, &mut faults);
    let attributes = attributes(form, category, &mut faults);
    let text = |name: &str| form.get(name).map(str::to_owned);
    // A request may be nothing but a kind and a place.
    let named = category.map_or("待分类的问题", |category| category.name.as_str());
    let contact = RawContact { name: name(form), phone: text("phone"), email: text("email") };
    RawReport {
        category: category.map(|category| category.slug.clone()),
        description: Some(text("description").unwrap_or_else(|| named.to_owned())),
        location,
        photo_ids,
        media_urls: form.all("media_url").into_iter().map(str::to_owned).collect(),
        attributes,
        contact: Some(contact),
        faults,
        ..RawReport::default()
    }
}

fn location(form: &Form, rules: &Rulebook, faults: &mut Vec<FieldError>) -> Option<RawLocation> {
    let mut degrees = |name: &str, pointer: &str| {
        let text = form.get(name)?;
        let number = text.parse::<f64>().ok().filter(|number| number.is_finite());
        if number.is_none() {
            faults.push(FieldError::new(pointer, FieldCode::WrongType, "应为以度为单位的数字"));
        }
        number
    };
    let latitude = degrees("lat", "/location/latitude");
    let longitude = degrees("long", "/location/longitude");
    let address_id = form.get("address_id");
    let segment = address_id.filter(|code| rules.segment(code).is_some());
    let component = address_id.filter(|_| segment.is_none());
    let anything = form.get("lat").or(form.get("long")).or(form.get("address_string")).or(address_id);
    anything.map(|_| RawLocation {
        longitude,
        latitude,
        coordinate_system: latitude.or(longitude).map(|_| "WGS-84".to_owned()),
        accuracy_meters: None,
        address: form.get("address_string").map(str::to_owned),
        component_id: component.map(str::to_owned),
        segment_code: segment.map(str::to_owned),
    })
}

/// First and last name as they are said here.
fn name(form: &Form) -> Option<String> {
    match (form.get("first_name"), form.get("last_name")) {
        (Some(first), Some(last)) if first.is_ascii() => Some(format!("{first} {last}")),
        (Some(first), Some(last)) => Some(format!("{last}{first}")),
        (first, last) => first.or(last).map(str::to_owned),
    }
}

/// The answers, of the types that the questions have. What nobody asked stays a text, and is refused as unknown.
fn attributes(form: &Form, category: Option<&Category>, faults: &mut Vec<FieldError>) -> Map<String, Value> {
    let questions = category.map(|category| category.questions.as_slice()).unwrap_or_default();
    let mut answers = Map::new();
    for (code, values) in form.attributes() {
        let pointer = || format!("/attributes/{}", code.replace('~', "~0").replace('/', "~1"));
        let kind = questions.iter().find(|question| question.code == code).map(|question| question.kind);
        let [text] = values.as_slice() else {
            faults.push(FieldError::new(pointer(), FieldCode::TooMany, "只能答一项"));
            continue;
        };
        let value = match kind {
            Some(QuestionKind::Number) => text.parse::<f64>().ok().map(Value::from),
            Some(QuestionKind::YesNo) => yes_or_no(text).map(Value::Bool),
            Some(QuestionKind::Text | QuestionKind::Choice) | None => Some(Value::String((*text).to_owned())),
        };
        match value {
            Some(value) => {
                answers.insert(code.to_owned(), value);
            }
            None => faults.push(FieldError::new(pointer(), FieldCode::WrongType, "答案的类型不对")),
        }
    }
    answers
}

fn yes_or_no(text: &str) -> Option<bool> {
    match text.to_ascii_lowercase().as_str() {
        "true" | "yes" | "1" | "是" => Some(true),
        "false" | "no" | "0" | "否" => Some(false),
        _ => None,
    }
}
