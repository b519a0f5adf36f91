//! `/v1/enquiries`: questions, suggestions, praise and notices of anybody.

use actix_web::{HttpRequest, HttpResponse, web};
use chrono::{DateTime, Utc};
use jiekou_boot::clock;
use jiekou_core::report::RawContact;
use jiekou_service::enquiries::file::{RawEnquiry, file_enquiry as file};
use jiekou_service::enquiries::view::read_enquiry;
use serde::Serialize;
use utoipa::ToSchema;

use super::report_submit::ContactBody;
use super::shapes::shown;
use crate::extract::{Caller, Fields, JsonBody, idempotency_key};
use crate::problem::{Problem, ProblemBody};
use crate::state::State;

/// The kinds of enquiries.
#[derive(Debug, ToSchema)]
#[schema(rename_all = "camelCase")]
#[expect(dead_code, reason = "describes the body")]
pub enum EnquiryKindName {
    Question,
    Suggestion,
    Praise,
    Proposal,
    Stability,
}

/// What is asked, suggested, praised or told.
#[derive(Debug, ToSchema)]
#[schema(rename_all = "camelCase", example = json!({"kind": "question", "description": "夜市几点收摊？"}))]
#[expect(dead_code, reason = "describes the body")]
pub struct NewEnquiryBody {
    #[schema(value_type = EnquiryKindName)]
    pub kind: String,
    #[schema(min_length = 1, max_length = 2000)]
    pub description: String,
    pub contact: Option<ContactBody>,
    /// Whoever says it is named to nobody.
    pub secret: Option<bool>,
}

/// What its author gets back.
#[derive(Debug, Serialize, ToSchema)]
#[serde(rename_all = "camelCase")]
pub struct FiledEnquiryBody {
    /// By which the answer is read; of a notice on social stability by nobody outside.
    pub tracking_code: String,
    #[schema(value_type = EnquiryKindName)]
    pub kind: String,
}

/// An enquiry as its author reads it.
#[derive(Debug, Serialize, ToSchema)]
#[serde(rename_all = "camelCase")]
pub struct OwnEnquiryBody {
    pub tracking_code: String,
    #[schema(value_type = EnquiryKindName)]
    pub kind: String,
    /// Without telephone and identity numbers.
    pub description: String,
    pub received_at: DateTime<Utc>,
    /// `open`, `answered` or `withdrawn`.
    pub state: String,
    #[serde(skip_serializing_if = "Option::is_none")]
    pub answer: Option<String>,
    #[serde(skip_serializing_if = "Option::is_none")]
    pub answered_at: Option<DateTime<Utc>>,
}

/// Keeps an enquiry; it never becomes a case.
#[utoipa::path(post, path = "/v1/enquiries", tag = "enquiries", request_body = NewEnquiryBody,
    params(("Idempotency-Key" = Option<String>, Header)),
    responses((status = 201, body = FiledEnquiryBody), (status = "4XX", body = ProblemBody, content_type = "application/problem+json"), (status = 503, body = ProblemBody, content_type = "application/problem+json")))]
pub async fn file_enquiry(
    state: web::Data<State>,
    request: HttpRequest,
    Caller(caller): Caller,
    body: JsonBody,
) -> Result<HttpResponse, Problem> {
    let key = idempotency_key(&request, body.hash, &caller)?;
    let mut fields = Fields::new(&body.object);
    let raw = RawEnquiry {
        kind: fields.text("kind"),
        words: fields.text("description"),
        contact: fields.inside("contact", "/contact", |contact| RawContact {
            name: contact.text("name"),
            phone: contact.text("phone"),
            email: contact.text("email"),
        }),
        secret: fields.flag("secret"),
        faults: fields.faults,
    };
    let filed = file(&state.app, raw, &caller, key.as_ref(), clock::now()).await?;
    let location = format!("/v1/enquiries/{}", filed.tracking_code);
    let body = FiledEnquiryBody { tracking_code: filed.tracking_code, kind: filed.kind.name().to_owned() };
    Ok(HttpResponse::Created().insert_header(("Location", location)).json(body))
}

/// Reads an enquiry and its answer.
#[utoipa::path(get, path = "/v1/enquiries/{trackingCode}", tag = "enquiries", params(("trackingCode" = String, Path)),
    responses((status = 200, body = OwnEnquiryBody), (status = "4XX", body = ProblemBody, content_type = "application/problem+json"), (status = 503, body = ProblemBody, content_type = "application/problem+json")))]
pub async fn own_enquiry(state: web::Data<State>, code: web::Path<String>) -> Result<HttpResponse, Problem> {
    let enquiry = read_enquiry(&state.app, &code).await?;
    Ok(HttpResponse::Ok().json(OwnEnquiryBody {
        tracking_code: enquiry.tracking_code,
        kind: enquiry.kind,
        description: enquiry.words,
        received_at: enquiry.received_at,
        state: enquiry.state,
        answer: enquiry.answer.as_deref().map(shown),
        answered_at: enquiry.answered_at,
    }))
}
