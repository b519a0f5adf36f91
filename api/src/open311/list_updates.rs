//! `GET /open311/v2/servicerequestupdates.{format}`: what the caller's own requests have come to (mySociety's extension).

use actix_web::{HttpRequest, HttpResponse, web};
use chrono::Duration;
use jiekou_boot::clock;
use jiekou_core::platform::Scope;
use jiekou_partner::open311::{Node, written};
use jiekou_service::open311::{CaseUpdate, LONGEST_SPAN, list_updates};

use super::answer::{check_jurisdiction, document, format, parameters};
use super::fault::Fault;
use super::incoming::sender;
use super::list_requests::moment;
use crate::state::State;

/// How far back is meant where nothing is said.
const USUAL_SPAN: Duration = Duration::days(1);

pub async fn updates(
    state: web::Data<State>,
    request: HttpRequest,
    suffix: web::Path<String>,
) -> Result<HttpResponse, Fault> {
    let format = format(&suffix)?;
    let form = parameters(request.query_string(), format)?;
    let platform = sender(&state, &request, &form, Scope::Updates, format).await?;
    check_jurisdiction(&state, &form, format)?;
    let until = moment(&form, "end_date", format)?.unwrap_or_else(clock::now);
    let from = moment(&form, "start_date", format)?.unwrap_or(until - USUAL_SPAN);
    if until < from || until - from > LONGEST_SPAN {
        return Err(Fault::bad(format, "start_date and end_date may span 0 to 90 days"));
    }
    let found = list_updates(&state.app, &platform, from, until).await;
    let found = found.map_err(|error| Fault::of_service(format, error))?;
    let updates = found.into_iter().map(node).collect();
    Ok(document(format, "service_request_updates", &Node::List("request_update", updates)))
}

fn node(update: CaseUpdate) -> Node {
    Node::Fields(vec![
        ("update_id", Node::Text(update.update_id.to_string())),
        ("service_request_id", Node::Text(update.report_id.to_string())),
        ("status", Node::Text(update.progress.name().to_owned())),
        ("updated_datetime", Node::Text(written(update.at))),
        ("description", Node::Text(update.words)),
        ("external_status_code", Node::Text(update.state)),
        ("media_url", Node::Empty),
    ])
}
