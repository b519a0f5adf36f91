//! `POST /v1/reports/similar`: what a report would be like, before it is sent.

use actix_web::{HttpResponse, web};
use async_graphql::SimpleObject;
use chrono::{DateTime, Utc};
use jiekou_boot::clock;
use jiekou_service::preview_similar::{Preview, preview_similar};
use serde::Serialize;
use utoipa::ToSchema;
use uuid::Uuid;

use super::report_submit::{ContactBody, LocationBody};
use super::shapes::{PlaceBody, SimilarBody};
use crate::extract::{Caller, JsonBody, read_report};
use crate::graphql::readers;
use crate::problem::{Problem, ProblemBody};
use crate::state::State;

#[derive(Debug, Serialize, ToSchema, SimpleObject)]
#[graphql(name = "ReportPreview", guard = "readers::ANYBODY")]
pub struct PreviewBody {
    /// `join`, `ask` or `new`.
    pub decision: String,
    pub similar: Vec<SimilarBody>,
    /// Where the words may mean, the most likely first; for staff.
    #[serde(skip_serializing_if = "Option::is_none")]
    #[graphql(guard = "readers::STAFF")]
    pub places: Option<Vec<PlaceBody>>,
}

/// A report that is still being written: the fields of a report, none of them required.
#[derive(Debug, ToSchema)]
#[schema(rename_all = "camelCase", example = json!({"description": "井盖破损", "location": {"address": "二七塔附近"}}))]
#[expect(dead_code, reason = "describes the body; extract::read_report reads it")]
pub struct DraftBody {
    pub category: Option<String>,
    #[schema(max_length = 2000)]
    pub description: Option<String>,
    pub location: Option<LocationBody>,
    #[schema(max_items = 9)]
    pub photo_ids: Option<Vec<Uuid>>,
    #[schema(value_type = Option<Object>)]
    pub attributes: Option<serde_json::Value>,
    pub occurred_at: Option<DateTime<Utc>>,
    pub contact: Option<ContactBody>,
    pub anonymous: Option<bool>,
    pub duplicate_of: Option<String>,
    pub confirm_new: Option<bool>,
    pub claim_secret: Option<String>,
}

/// What a report would be like; nothing is stored. Nothing is required: a part of the words, an address, a component or
/// a landmark is enough for a member of staff.
#[utoipa::path(post, path = "/v1/reports/similar", tag = "reports", request_body = DraftBody,
    responses((status = 200, body = PreviewBody), (status = "4XX", body = ProblemBody, content_type = "application/problem+json"), (status = 503, body = ProblemBody, content_type = "application/problem+json")))]
pub async fn similar_reports(
    state: web::Data<State>,
    Caller(caller): Caller,
    body: JsonBody,
) -> Result<HttpResponse, Problem> {
    let raw = read_report(&body.object, None);
    let preview = preview_similar(&state.app, raw, &caller, clock::now()).await?;
    Ok(HttpResponse::Ok().json(PreviewBody::from(preview)))
}

impl From<Preview> for PreviewBody {
    fn from(preview: Preview) -> Self {
        Self {
            decision: preview.decision.to_owned(),
            similar: preview.similar.into_iter().map(SimilarBody::from).collect(),
            places: preview.places.map(|places| places.into_iter().map(PlaceBody::from).collect()),
        }
    }
}
