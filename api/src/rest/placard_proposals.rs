//! `GET /v1/placards/proposals`: the worst segments and spots of a period, by numbers. A person decides.

use actix_web::{HttpResponse, web};
use chrono::{DateTime, Utc};
use jiekou_boot::clock;
use jiekou_service::supervision::propose_placards::{Proposals, WorstSegment, propose_placards};
use jiekou_store::supervision::worst::OverdueSpot;
use serde::{Deserialize, Serialize};
use utoipa::{IntoParams, ToSchema};

use super::named_period::needed_period;
use crate::extract::SignedIn;
use crate::problem::{Problem, ProblemBody};
use crate::state::State;

#[derive(Debug, Deserialize, IntoParams)]
#[into_params(parameter_in = Query)]
pub struct ProposalsQuery {
    /// Name of the period, such as `2026-11上旬`.
    pub period: Option<String>,
}

/// What a placard may be hung on; where one hangs already nothing is proposed.
#[derive(Debug, Serialize, ToSchema)]
pub struct ProposalsBody {
    pub period: String,
    /// The worst first: by `overdue`, then `openOverdue`, `open` and `received`.
    pub segments: Vec<WorstSegmentBody>,
    /// Those that came back most often first, then those overdue for longest.
    pub spots: Vec<WorstSpotBody>,
}

/// A segment with the numbers that make it one of the worst.
#[derive(Debug, Serialize, ToSchema)]
#[serde(rename_all = "camelCase")]
pub struct WorstSegmentBody {
    pub code: String,
    pub name: String,
    /// Of the statistics of the period: due in it and late, opened in it, come back in it.
    pub overdue: i64,
    pub received: i64,
    pub recurred: i64,
    /// Now: open cases, and those of them whose deadline has passed.
    pub open: i64,
    pub open_overdue: i64,
}

/// An open case whose deadline has passed.
#[derive(Debug, Serialize, ToSchema)]
#[serde(rename_all = "camelCase")]
pub struct WorstSpotBody {
    pub case_number: String,
    pub center_code: String,
    #[serde(skip_serializing_if = "Option::is_none")]
    pub segment_code: Option<String>,
    pub category: String,
    pub overdue_since: DateTime<Utc>,
    /// How often the problem was here lately, this time included.
    pub times_here: i32,
    pub report_count: i32,
    pub urge_count: i32,
}

/// Proposes the worst segments and spots of a period. Nothing is hung by it.
#[utoipa::path(get, path = "/v1/placards/proposals", tag = "supervision", params(ProposalsQuery), security(("staff" = [])),
    responses((status = 200, body = ProposalsBody),
        (status = "4XX", body = ProblemBody, content_type = "application/problem+json"), (status = 503, body = ProblemBody, content_type = "application/problem+json")))]
pub async fn proposals(
    state: web::Data<State>,
    query: web::Query<ProposalsQuery>,
    SignedIn(staff): SignedIn,
) -> Result<HttpResponse, Problem> {
    let period = needed_period(query.period.as_deref())?;
    let proposals = propose_placards(&state.app, &staff, period, clock::now()).await?;
    Ok(HttpResponse::Ok().json(ProposalsBody::from(proposals)))
}

impl From<Proposals> for ProposalsBody {
    fn from(proposals: Proposals) -> Self {
        Self {
            period: proposals.period.to_string(),
            segments: proposals.segments.into_iter().map(WorstSegmentBody::from).collect(),
            spots: proposals.spots.into_iter().map(WorstSpotBody::from).collect(),
        }
    }
}

impl From<WorstSegment> for WorstSegmentBody {
    fn from(it: WorstSegment) -> Self {
        let WorstSegment { code, name, overdue, received, recurred, open, open_overdue } = it;
        Self { code, name, overdue, received, recurred, open, open_overdue }
    }
}

impl From<OverdueSpot> for WorstSpotBody {
    fn from(spot: OverdueSpot) -> Self {
        Self {
            case_number: spot.case_number,
            center_code: spot.center_code,
            segment_code: spot.segment_code,
            category: spot.category,
            overdue_since: spot.due_at,
            times_here: spot.times_here,
            report_count: spot.report_count,
            urge_count: spot.urge_count,
        }
    }
}
