//! `GET /v1/segments`: the road segments a place can be named by, for who has no coordinates.

use actix_web::{HttpResponse, web};
use jiekou_core::place::{Segment, Town};
use serde::Serialize;
use utoipa::ToSchema;

use super::shapes::NamedBody;
use crate::state::State;

/// The segments of the rulebook, by town.
#[derive(Debug, Serialize, ToSchema)]
pub struct SegmentsBody {
    pub towns: Vec<TownSegmentsBody>,
}

/// A town or subdistrict (镇办) with its segments.
#[derive(Debug, Serialize, ToSchema)]
pub struct TownSegmentsBody {
    pub code: String,
    pub name: String,
    /// The codes are what a report's `location.segmentCode` takes.
    pub segments: Vec<NamedBody>,
}

impl TownSegmentsBody {
    fn of(town: &Town, segments: &[Segment]) -> Self {
        let within = segments.iter().filter(|segment| segment.town_code == town.code);
        let segments =
            within.map(|segment| NamedBody { code: segment.code.clone(), name: segment.name.clone() });
        Self { code: town.code.clone(), name: town.name.clone(), segments: segments.collect() }
    }
}

/// The segments.
#[utoipa::path(get, path = "/v1/segments", tag = "reports", responses((status = 200, body = SegmentsBody)))]
pub async fn segments(state: web::Data<State>) -> HttpResponse {
    let rules = state.app.rules();
    let data = rules.data();
    let towns = data.towns.iter().map(|town| TownSegmentsBody::of(town, &data.segments)).collect();
    HttpResponse::Ok().json(SegmentsBody { towns })
}
