//! `POST /open311/v2/servicerequestupdates.{format}`: the caller adds to a request of its own (mySociety's extension).

use actix_web::{HttpRequest, HttpResponse, web};
use jiekou_boot::clock;
use jiekou_core::platform::Scope;
use jiekou_partner::open311::{Form, Format, Node};
use jiekou_service::open311::{PlatformUpdate, add_update};
use uuid::Uuid;

use super::answer::{check_jurisdiction, document, format};
use super::fault::Fault;
use super::incoming;
use super::list_requests::moment;
use crate::state::State;

/// What FixMyStreet says of a report.
const STATUSES: [&str; 14] = [
    "OPEN",
    "CLOSED",
    "FIXED",
    "IN_PROGRESS",
    "PLANNED",
    "ACTION_SCHEDULED",
    "INVESTIGATING",
    "DUPLICATE",
    "NOT_COUNCILS_RESPONSIBILITY",
    "NO_FURTHER_ACTION",
    "INTERNAL_REFERRAL",
    "REOPEN",
    "FOR_TRIAGE",
    "UNABLE_TO_FIX",
];

pub async fn add(
    state: web::Data<State>,
    request: HttpRequest,
    suffix: web::Path<String>,
    payload: web::Payload,
) -> Result<HttpResponse, Fault> {
    let format = format(&suffix)?;
    let incoming = incoming::read(&state, &request, payload, Scope::Updates, format).await?;
    check_jurisdiction(&state, &incoming.form, format)?;
    let update = update(&incoming.form, format)?;
    let added = add_update(&state.app, &incoming.platform, &update, clock::now()).await;
    let added = added.map_err(|error| Fault::of_service(format, error))?;
    let node = Node::Fields(vec![("update_id", Node::Text(added.to_string()))]);
    Ok(document(format, "service_request_updates", &Node::List("request_update", vec![node])))
}

fn update(form: &Form, format: Format) -> Result<PlatformUpdate, Fault> {
    let missing: Vec<&str> = ["service_request_id", "update_id", "status", "updated_datetime"]
        .into_iter()
        .filter(|name| form.get(name).is_none())
        .collect();
    if !missing.is_empty() {
        return Err(Fault::bad(format, format!("missing: {}", missing.join(", "))));
    }
    let text = |name: &str| form.get(name).unwrap_or_default();
    let status = text("status").to_ascii_uppercase();
    if !STATUSES.contains(&status.as_str()) {
        return Err(Fault::bad(format, format!("status: {}", STATUSES.join(", "))));
    }
    let update_id = text("update_id");
    if update_id.len() > 100 || !update_id.bytes().all(|byte| byte.is_ascii_graphic()) {
        return Err(Fault::bad(format, "update_id: at most 100 visible ASCII characters"));
    }
    let unknown = || Fault::not_found(format, "service_request_id was not found");
    Ok(PlatformUpdate {
        report_id: Uuid::try_parse(text("service_request_id")).map_err(|_none| unknown())?,
        update_id: update_id.to_owned(),
        words: form.get("description").map(str::to_owned),
        status,
        updated_at: moment(form, "updated_datetime", format)?.unwrap_or_else(clock::now),
        media_urls: form.all("media_url").into_iter().map(str::to_owned).collect(),
        form_hash: form.hash(),
    })
}
