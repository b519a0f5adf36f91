//! `GET /open311/v2/requests.{format}`: service requests, filtered.

use actix_web::{HttpRequest, HttpResponse, web};
use chrono::{DateTime, Utc};
use jiekou_boot::clock;
use jiekou_core::category::UNCLASSIFIED;
use jiekou_core::public_view::PublicStatus;
use jiekou_partner::open311::{Form, Format, parse_moment};
use jiekou_service::open311::{LONGEST_SPAN, MOST, Wanted, list_requests};
use uuid::Uuid;

use super::answer::{check_jurisdiction, document, format, parameters};
use super::fault::Fault;
use super::incoming::reader;
use super::request_node;
use crate::state::State;

/// The highest page.
const LAST_PAGE: i64 = 10_000;

pub async fn requests(
    state: web::Data<State>,
    request: HttpRequest,
    suffix: web::Path<String>,
) -> Result<HttpResponse, Fault> {
    let format = format(&suffix)?;
    let form = parameters(request.query_string(), format)?;
    check_jurisdiction(&state, &form, format)?;
    let wanted = wanted(&state, &form, format)?;
    let reader = reader(&state, &request, &form, format).await?;
    let found = list_requests(&state.app, &wanted, reader.as_ref(), clock::now()).await;
    let found = found.map_err(|error| Fault::of_service(format, error))?;
    Ok(document(format, "service_requests", &request_node::requests(found, wanted.extended)))
}

fn wanted(state: &State, form: &Form, format: Format) -> Result<Wanted, Fault> {
    let extended = form.get("extensions") == Some("true");
    if let Some(ids) = form.listed("service_request_id") {
        if i64::try_from(ids.len()).unwrap_or(i64::MAX) > MOST {
            return Err(Fault::bad(format, format!("service_request_id: at most {MOST}")));
        }
        // What is no id is the id of nothing.
        let ids = ids.iter().filter_map(|id| Uuid::try_parse(id).ok()).collect();
        return Ok(Wanted { ids: Some(ids), extended, page_size: MOST, page: 1, ..Wanted::default() });
    }
    let services = form.listed("service_code");
    let rules = state.app.rules();
    let known = |code: &String| code == UNCLASSIFIED || rules.category(code).is_some();
    if services.iter().flatten().any(|code| !known(code)) {
        return Err(Fault::not_found(format, "service_code was not found"));
    }
    let moment = |name: &str| moment(form, name, format);
    let (from, until) = (moment("start_date")?, moment("end_date")?);
    if let Some((from, until)) = from.zip(until) {
        if until < from {
            return Err(Fault::bad(format, "end_date lies before start_date"));
        }
        if until - from > LONGEST_SPAN {
            return Err(Fault::bad(format, "start_date and end_date may span 90 days at most"));
        }
    }
    Ok(Wanted {
        ids: None,
        services,
        from,
        until,
        updated_from: moment("updated_after")?,
        updated_until: moment("updated_before")?,
        status: status(form, format)?,
        extended,
        page: number(form, "page", 1, LAST_PAGE, format)?,
        page_size: number(form, "page_size", MOST, MOST, format)?,
    })
}

/// One of both, or, where both or none is named, either.
fn status(form: &Form, format: Format) -> Result<Option<PublicStatus>, Fault> {
    let mut asked = Vec::new();
    for name in form.listed("status").unwrap_or_default() {
        let status = PublicStatus::from_name(&name.to_ascii_lowercase());
        asked.push(status.ok_or_else(|| Fault::bad(format, "status: open, closed or both"))?);
    }
    Ok(asked.first().copied().filter(|first| asked.iter().all(|other| other == first)))
}

/// A moment with its zone.
pub fn moment(form: &Form, name: &str, format: Format) -> Result<Option<DateTime<Utc>>, Fault> {
    let read = |text: &str| {
        let words = || format!("{name}: a moment with its zone, such as 2026-11-27T08:00:00+08:00");
        parse_moment(text).ok_or_else(|| Fault::bad(format, words()))
    };
    form.get(name).map(read).transpose()
}

fn number(form: &Form, name: &str, usual: i64, most: i64, format: Format) -> Result<i64, Fault> {
    let Some(text) = form.get(name) else { return Ok(usual) };
    let number = text.parse().ok().filter(|number| (1..=most).contains(number));
    number.ok_or_else(|| Fault::bad(format, format!("{name}: 1 to {most}")))
}
