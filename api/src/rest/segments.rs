//! `GET /v1/segments`: the road segments a place can be named by, for who has no coordinates.

use async_graphql::SimpleObject;
use std::collections::HashMap;

use actix_web::{HttpResponse, web};
use chrono::{DateTime, Utc};
use jiekou_core::place::{Segment, Town};
use jiekou_service::supervision::view_placards::placarded_segments;
use jiekou_service::{App, ServiceError};
use serde::Serialize;
use utoipa::ToSchema;

use crate::graphql::readers;
use crate::problem::{Problem, ProblemBody};
use crate::state::State;

/// The segments of the rulebook, by town.
#[derive(Debug, Serialize, ToSchema)]
pub struct SegmentsBody {
    pub towns: Vec<TownSegmentsBody>,
}

/// A town or subdistrict (镇办) with its segments.
#[derive(Debug, Serialize, ToSchema, SimpleObject)]
#[graphql(name = "TownSegments", guard = "readers::ANYBODY")]
pub struct TownSegmentsBody {
    pub code: String,
    pub name: String,
    /// The codes are what a report's `location.segmentCode` takes.
    pub segments: Vec<SegmentBody>,
}

#[derive(Debug, Serialize, ToSchema, SimpleObject)]
#[graphql(name = "Segment", guard = "readers::ANYBODY")]
pub struct SegmentBody {
    pub code: String,
    pub name: String,
    /// It is under supervision by placard (挂牌督办).
    #[serde(skip_serializing_if = "Option::is_none")]
    pub placard: Option<HangingBody>,
}

/// The fact that a placard hangs, without its words.
#[derive(Debug, Clone, Serialize, ToSchema, SimpleObject)]
#[graphql(name = "HangingPlacard", guard = "readers::ANYBODY")]
pub struct HangingBody {
    pub since: DateTime<Utc>,
    pub deadline: DateTime<Utc>,
}

impl TownSegmentsBody {
    fn of(town: &Town, segments: &[Segment], placards: &HashMap<String, HangingBody>) -> Self {
        let within = segments.iter().filter(|segment| segment.town_code == town.code);
        let segments = within.map(|segment| SegmentBody {
            code: segment.code.clone(),
            name: segment.name.clone(),
            placard: placards.get(&segment.code).cloned(),
        });
        Self { code: town.code.clone(), name: town.name.clone(), segments: segments.collect() }
    }
}

/// The segments.
#[utoipa::path(get, path = "/v1/segments", tag = "reports", responses((status = 200, body = SegmentsBody),
    (status = 503, body = ProblemBody, content_type = "application/problem+json")))]
pub async fn segments(state: web::Data<State>) -> Result<HttpResponse, Problem> {
    Ok(HttpResponse::Ok().json(SegmentsBody { towns: towns(&state.app).await? }))
}

/// The segments by town, each with the placard that hangs on it.
///
/// # Errors
/// When storage fails.
pub async fn towns(app: &App) -> Result<Vec<TownSegmentsBody>, ServiceError> {
    let hanging = placarded_segments(app).await?.into_iter();
    let placards = hanging.map(|(code, since, deadline)| (code, HangingBody { since, deadline })).collect();
    let rules = app.rules();
    let data = rules.data();
    Ok(data.towns.iter().map(|town| TownSegmentsBody::of(town, &data.segments, &placards)).collect())
}
