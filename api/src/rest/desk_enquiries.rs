//! `/v1/desk/enquiries`: enquiries are read and answered.

use actix_web::{HttpResponse, web};
use async_graphql::SimpleObject;
use chrono::{DateTime, Utc};
use jiekou_boot::clock;
use jiekou_service::enquiries::answer::answer_enquiry as answer;
use jiekou_service::enquiries::view::{self, EnquiryFile};
use jiekou_store::enquiries::{EnquiryLine, EnquiryView};
use serde::{Deserialize, Serialize};
use utoipa::{IntoParams, ToSchema};

use super::enquiries::EnquiryKindName;
use super::shapes::shown;
use crate::extract::{Fields, JsonBody, SignedIn};
use crate::graphql::readers;
use crate::problem::{Kind, Problem, ProblemBody};
use crate::state::State;

#[derive(Debug, Deserialize, IntoParams)]
#[into_params(parameter_in = Query)]
pub struct EnquiryQuery {
    /// `open`, `answered` or `withdrawn`; all when left out.
    pub state: Option<String>,
    pub cursor: Option<String>,
}

/// An enquiry as staff see it. Its author is not in it.
#[derive(Debug, Serialize, ToSchema, SimpleObject)]
#[graphql(name = "Enquiry", guard = "readers::STAFF")]
#[serde(rename_all = "camelCase")]
pub struct EnquiryBody {
    pub tracking_code: String,
    #[schema(value_type = EnquiryKindName)]
    pub kind: String,
    pub channel: String,
    pub description: String,
    /// 保密
    pub secret: bool,
    pub state: String,
    pub urge_count: i32,
    pub received_at: DateTime<Utc>,
    #[serde(skip_serializing_if = "Option::is_none")]
    pub answer: Option<String>,
    #[serde(skip_serializing_if = "Option::is_none")]
    pub answered_by: Option<String>,
    #[serde(skip_serializing_if = "Option::is_none")]
    pub answered_at: Option<DateTime<Utc>>,
    /// What was said of it later; only in the answer for one enquiry.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub lines: Option<Vec<EnquiryLineBody>>,
}

#[derive(Debug, Serialize, ToSchema, SimpleObject)]
#[graphql(name = "EnquiryLine", guard = "readers::STAFF")]
pub struct EnquiryLineBody {
    pub at: DateTime<Utc>,
    /// `added`, `urged`, `withdrawn`, `answered` or `calledBack`.
    pub act: String,
    #[serde(skip_serializing_if = "Option::is_none")]
    pub words: Option<String>,
}

#[derive(Debug, Serialize, ToSchema)]
#[serde(rename_all = "camelCase")]
pub struct EnquiriesBody {
    /// The newest first.
    pub enquiries: Vec<EnquiryBody>,
    #[serde(skip_serializing_if = "Option::is_none")]
    pub next_cursor: Option<String>,
}

/// The answer.
#[derive(Debug, ToSchema)]
#[schema(example = json!({"answer": "夜市22点收摊。"}))]
#[expect(dead_code, reason = "describes the body")]
pub struct EnquiryAnswerBody {
    #[schema(min_length = 1, max_length = 4000)]
    pub answer: String,
}

impl EnquiryBody {
    pub fn of(enquiry: EnquiryView, lines: Option<Vec<EnquiryLine>>) -> Self {
        let line = |line: EnquiryLine| EnquiryLineBody {
            at: line.at,
            act: line.act,
            words: line.words.as_deref().map(shown),
        };
        Self {
            tracking_code: enquiry.tracking_code,
            kind: enquiry.kind,
            channel: enquiry.channel,
            description: enquiry.words,
            secret: enquiry.secret,
            state: enquiry.state,
            urge_count: enquiry.urge_count,
            received_at: enquiry.received_at,
            answer: enquiry.answer.as_deref().map(shown),
            answered_by: enquiry.answered_by,
            answered_at: enquiry.answered_at,
            lines: lines.map(|lines| lines.into_iter().map(line).collect()),
        }
    }

    pub fn of_file(file: EnquiryFile) -> Self {
        Self::of(file.enquiry, Some(file.lines))
    }
}

/// Lists enquiries.
#[utoipa::path(get, path = "/v1/desk/enquiries", tag = "desk", params(EnquiryQuery), security(("staff" = [])),
    responses((status = 200, body = EnquiriesBody), (status = "4XX", body = ProblemBody, content_type = "application/problem+json"), (status = 503, body = ProblemBody, content_type = "application/problem+json")))]
pub async fn list_enquiries(
    state: web::Data<State>,
    query: web::Query<EnquiryQuery>,
    SignedIn(staff): SignedIn,
) -> Result<HttpResponse, Problem> {
    let page =
        view::list_enquiries(&state.app, &staff, query.state.as_deref(), query.cursor.as_deref()).await?;
    let enquiries = page.items.into_iter().map(|enquiry| EnquiryBody::of(enquiry, None)).collect();
    Ok(HttpResponse::Ok().json(EnquiriesBody { enquiries, next_cursor: page.next }))
}

/// One enquiry.
#[utoipa::path(get, path = "/v1/desk/enquiries/{trackingCode}", tag = "desk", params(("trackingCode" = String, Path)), security(("staff" = [])),
    responses((status = 200, body = EnquiryBody), (status = "4XX", body = ProblemBody, content_type = "application/problem+json"), (status = 503, body = ProblemBody, content_type = "application/problem+json")))]
pub async fn view_enquiry(
    state: web::Data<State>,
    code: web::Path<String>,
    SignedIn(staff): SignedIn,
) -> Result<HttpResponse, Problem> {
    let file = view::view_enquiry(&state.app, &staff, &code).await?;
    Ok(HttpResponse::Ok().json(EnquiryBody::of_file(file)))
}

/// Answers an enquiry; the platform of an order is told.
#[utoipa::path(post, path = "/v1/desk/enquiries/{trackingCode}/answer", tag = "desk", request_body = EnquiryAnswerBody, params(("trackingCode" = String, Path)), security(("staff" = [])),
    responses((status = 200, body = EnquiryBody), (status = "4XX", body = ProblemBody, content_type = "application/problem+json"), (status = 503, body = ProblemBody, content_type = "application/problem+json")))]
pub async fn answer_enquiry(
    state: web::Data<State>,
    code: web::Path<String>,
    SignedIn(staff): SignedIn,
    body: JsonBody,
) -> Result<HttpResponse, Problem> {
    let mut fields = Fields::new(&body.object);
    let words = fields.text("answer");
    if !fields.faults.is_empty() {
        return Err(Problem::from(Kind::Validation).with_errors(fields.faults));
    }
    let file = answer(&state.app, &staff, &code, words.as_deref(), clock::now()).await?;
    Ok(HttpResponse::Ok().json(EnquiryBody::of_file(file)))
}
