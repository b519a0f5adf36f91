//! `POST /hotline/{partner}/{operation}`: a message of a platform.

use actix_web::{HttpRequest, HttpResponse, web};
use jiekou_boot::clock;
use jiekou_partner::hotline::{HEADS, Heads};
use jiekou_service::hotline::receive::{Incoming, Received, receive as take_in};
use serde::Serialize;

use crate::extract::RawBody;
use crate::problem::Problem;
use crate::state::State;

/// What the platform is answered: 200 and `code` 0 once the message is kept.
#[derive(Debug, Serialize)]
#[serde(rename_all = "camelCase")]
struct Taken {
    code: u8,
    order_no: String,
    /// The order itself has not come: what was said of it waits.
    waits: bool,
    #[serde(skip_serializing_if = "Option::is_none")]
    case_number: Option<String>,
    /// By which whoever called can follow it.
    #[serde(skip_serializing_if = "Option::is_none")]
    tracking_code: Option<String>,
}

impl From<Received> for Taken {
    fn from(received: Received) -> Self {
        let Received { order_no, waits, case_number, tracking_code } = received;
        Self { code: 0, order_no, waits, case_number, tracking_code }
    }
}

/// Takes a message in.
pub async fn receive(
    state: web::Data<State>,
    request: HttpRequest,
    path: web::Path<(String, String)>,
    body: RawBody,
) -> Result<HttpResponse, Problem> {
    let head =
        |name: &str| request.headers().get(name).and_then(|value| value.to_str().ok()).unwrap_or_default();
    let [request_id, order_no, timestamp, nonce, signature] = HEADS.map(head);
    let (partner, operation) = path.into_inner();
    let incoming = Incoming {
        partner: &partner,
        operation: &operation,
        heads: Heads { request_id, order_no, timestamp, nonce, signature },
        content_type: &body.content_type,
        body: &body.bytes,
    };
    let received = take_in(&state.app, &incoming, clock::now()).await?;
    Ok(HttpResponse::Ok().json(Taken::from(received)))
}
