//! `GET /v1/reports/{trackingCode}`: how a report stands.

use actix_web::http::header::{CACHE_CONTROL, ContentType, ETAG, IF_NONE_MATCH};
use actix_web::{HttpRequest, HttpResponse, web};
use async_graphql::SimpleObject;
use chrono::{DateTime, Utc};
use jiekou_service::track_report::{Step, Tracking, TrackingPage, track_report as track};
use serde::Serialize;
use utoipa::ToSchema;
use uuid::Uuid;

use super::shapes::NamedBody;
use crate::graphql::readers;
use crate::page_cache::SentPage;
use crate::problem::{Kind, Problem, ProblemBody};
use crate::state::State;

/// The tracking page; nothing personal is on it.
#[derive(Debug, Serialize, ToSchema, SimpleObject)]
#[graphql(name = "TrackedReport", guard = "readers::ANYBODY")]
#[serde(rename_all = "camelCase")]
pub struct TrackingBody {
    pub report_id: Uuid,
    pub outcome: String,
    pub received_at: DateTime<Utc>,
    pub category: TrackedCategoryBody,
    pub case: TrackedCaseBody,
    pub center: NamedBody,
    #[serde(skip_serializing_if = "Option::is_none")]
    pub segment: Option<TrackedSegmentBody>,
    #[serde(skip_serializing_if = "Option::is_none")]
    pub due_at: Option<DateTime<Utc>>,
    #[serde(skip_serializing_if = "Option::is_none")]
    pub due_kind: Option<String>,
    /// What the center asks the reporter; answered with an addition.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub question: Option<String>,
    pub timeline: Vec<StepBody>,
    /// Other problems that the report named, each a case of its own with a page of its own.
    #[serde(skip_serializing_if = "Vec::is_empty")]
    pub parts: Vec<PartBody>,
    /// Tracking code of the report that this one is a part of.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub part_of: Option<String>,
}

/// Another problem that the report named, as it stands.
#[derive(Debug, Serialize, ToSchema, SimpleObject)]
#[graphql(name = "TrackedPart", guard = "readers::ANYBODY")]
#[serde(rename_all = "camelCase")]
pub struct PartBody {
    pub tracking_code: String,
    pub case_number: String,
    pub state: String,
}

#[derive(Debug, Serialize, ToSchema, SimpleObject)]
#[graphql(name = "TrackedCategory", guard = "readers::ANYBODY")]
pub struct TrackedCategoryBody {
    pub slug: String,
    pub name: String,
}

#[derive(Debug, Serialize, ToSchema, SimpleObject)]
#[graphql(name = "TrackedCase", guard = "readers::ANYBODY")]
#[serde(rename_all = "camelCase")]
pub struct TrackedCaseBody {
    pub case_number: String,
    pub state: String,
    /// How many people reported the problem.
    pub report_count: i32,
}

#[derive(Debug, Serialize, ToSchema, SimpleObject)]
#[graphql(name = "TrackedSegment", guard = "readers::ANYBODY")]
pub struct TrackedSegmentBody {
    pub name: String,
}

/// A step in words.
#[derive(Debug, Serialize, ToSchema, SimpleObject)]
#[graphql(name = "TrackedStep", guard = "readers::ANYBODY")]
pub struct StepBody {
    pub id: i64,
    pub at: DateTime<Utc>,
    pub act: String,
    pub title: String,
    pub words: String,
    /// Whether the reporter was told of it, channel by channel.
    pub deliveries: Vec<DeliveryBody>,
}

#[derive(Debug, Serialize, ToSchema, SimpleObject)]
#[graphql(name = "TrackedDelivery", guard = "readers::ANYBODY")]
pub struct DeliveryBody {
    pub channel: String,
    /// `created`, `sending`, `delivered`, `refused` or `dead`.
    pub state: String,
    #[serde(skip_serializing_if = "Option::is_none")]
    pub reason: Option<String>,
    #[serde(skip_serializing_if = "Option::is_none")]
    pub at: Option<DateTime<Utc>>,
}

impl From<Step> for StepBody {
    fn from(step: Step) -> Self {
        let deliveries = step.deliveries.into_iter().map(|told| DeliveryBody {
            channel: told.channel,
            state: told.state,
            reason: told.reason,
            at: told.at,
        });
        Self {
            id: step.id,
            at: step.at,
            act: step.act,
            title: step.title,
            words: step.words,
            deliveries: deliveries.collect(),
        }
    }
}

impl From<TrackingPage> for TrackingBody {
    fn from(page: TrackingPage) -> Self {
        Self {
            report_id: page.report_id,
            outcome: page.outcome,
            received_at: page.received_at,
            category: TrackedCategoryBody { slug: page.category, name: page.category_name },
            case: TrackedCaseBody {
                case_number: page.case_number,
                state: page.state,
                report_count: page.report_count,
            },
            center: NamedBody { code: page.center_code, name: page.center_name },
            segment: page.segment_name.map(|name| TrackedSegmentBody { name }),
            due_at: page.due_at,
            due_kind: page.due_kind,
            question: page.question,
            timeline: page.timeline.into_iter().map(StepBody::from).collect(),
            parts: page
                .parts
                .into_iter()
                .map(|part| PartBody {
                    tracking_code: part.tracking_code,
                    case_number: part.case_number,
                    state: part.state,
                })
                .collect(),
            part_of: page.part_of,
        }
    }
}

/// How a report stands. An unchanged page answers 304 to its ETag.
#[utoipa::path(get, path = "/v1/reports/{trackingCode}", tag = "reports",
    params(("trackingCode" = String, Path), ("If-None-Match" = Option<String>, Header)),
    responses((status = 200, body = TrackingBody), (status = 304), (status = 404, body = ProblemBody, content_type = "application/problem+json"), (status = 503, body = ProblemBody, content_type = "application/problem+json")))]
pub async fn track_report(
    state: web::Data<State>,
    request: HttpRequest,
    code: web::Path<String>,
) -> Result<HttpResponse, Problem> {
    let known = request.headers().get(IF_NONE_MATCH).and_then(|value| value.to_str().ok());
    // What was sent last is asked about like what the client has.
    let sent = if known.is_none() { state.pages.get(&code) } else { None };
    let asked = known.or(sent.as_ref().map(|page| page.etag.as_str()));
    match (track(&state.app, &code, asked).await?, sent) {
        (Tracking::Unchanged { etag }, None) => Ok(HttpResponse::NotModified()
            .insert_header((ETAG, etag))
            .insert_header((CACHE_CONTROL, "no-cache"))
            .finish()),
        (Tracking::Unchanged { .. }, Some(page)) => Ok(answer(page)),
        (Tracking::Page(page), _) => {
            let etag = page.etag.clone();
            let body =
                serde_json::to_vec(&TrackingBody::from(*page)).map_err(|_unwritable| Kind::Internal)?;
            let page = SentPage { etag, body: body.into() };
            state.pages.keep(&code, page.clone());
            Ok(answer(page))
        }
    }
}

fn answer(page: SentPage) -> HttpResponse {
    HttpResponse::Ok()
        .content_type(ContentType::json())
        .insert_header((ETAG, page.etag))
        .insert_header((CACHE_CONTROL, "no-cache"))
        .body(page.body)
}
