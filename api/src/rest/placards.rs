//! `/v1/placards`: the worst segments and spots, named with a deadline until they are lifted.

use actix_web::http::StatusCode;
use actix_web::{HttpResponse, web};
use async_graphql::SimpleObject;
use chrono::{DateTime, Utc};
use jiekou_boot::clock;
use jiekou_core::placard::PlacardState;
use jiekou_core::report::{FieldCode, FieldError};
use jiekou_service::supervision::hang_placard::{Placard, hang_placard};
use jiekou_service::supervision::lift_placard::{Lifting, lift_placard};
use jiekou_service::supervision::view_placards::{list_placards, view_placard};
use jiekou_service::{App, Staff};
use jiekou_store::supervision::placards::PlacardRow;
use serde::{Deserialize, Serialize};
use serde_json::{Map, Value};
use utoipa::{IntoParams, ToSchema};
use uuid::Uuid;

use super::named_period::{named_period, no_period};
use super::shapes::NamedBody;
use crate::extract::{Fields, JsonBody, SignedIn};
use crate::graphql::readers;
use crate::problem::{Kind, Problem, ProblemBody};
use crate::state::State;

#[derive(Debug, Deserialize, IntoParams)]
#[into_params(parameter_in = Query)]
pub struct PlacardsQuery {
    /// `hanging` (its deadline not passed yet), `overdue` or `lifted`; all when left out.
    pub state: Option<String>,
}

/// A placard as it is hung.
#[derive(Debug, ToSchema)]
#[schema(rename_all = "camelCase", example = json!({"period": "2026-11上旬", "segment": "410103001001", "reason": "连续两旬垫底"}))]
#[expect(dead_code, reason = "describes the body")]
pub struct HangBody {
    /// Name of the period it is the worst of, such as `2026-11上旬`.
    pub period: String,
    /// Code of a segment; or `case`.
    pub segment: Option<String>,
    /// Number of a case.
    pub case: Option<String>,
    pub reason: String,
    /// Now, when left out.
    pub since: Option<DateTime<Utc>>,
    /// By `placards.deadline` of the rulebook, when left out.
    pub deadline: Option<DateTime<Utc>>,
}

/// What proves that the place is rectified; which of it is owed says `placards.evidence` of the rulebook.
#[derive(Debug, ToSchema)]
#[schema(rename_all = "camelCase", example = json!({"reason": "复查已整改", "photoIds": ["6f9619ff-8b86-4011-b42d-00cf4fc964ff"]}))]
#[expect(dead_code, reason = "describes the body")]
pub struct LiftBody {
    pub reason: String,
    /// Uploaded since it hangs.
    pub photo_ids: Option<Vec<Uuid>>,
    /// Number of a case there that passed inspection since.
    pub inspection: Option<String>,
}

#[derive(Debug, Serialize, ToSchema)]
pub struct PlacardsBody {
    /// The newest first.
    pub placards: Vec<PlacardBody>,
}

/// A placard.
#[derive(Debug, Serialize, ToSchema, SimpleObject)]
#[graphql(name = "Placard", guard = "readers::STAFF")]
#[serde(rename_all = "camelCase")]
pub struct PlacardBody {
    pub placard_id: Uuid,
    pub period: String,
    /// Code of the city or district that hung it.
    pub area: String,
    /// What it hangs on: a segment, or a case.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub segment: Option<NamedBody>,
    #[serde(skip_serializing_if = "Option::is_none")]
    pub case_number: Option<String>,
    pub center_code: String,
    pub reason: String,
    pub since: DateTime<Utc>,
    /// The last moment that is on time.
    pub deadline: DateTime<Utc>,
    /// `hanging`, `overdue` or `lifted`.
    pub state: &'static str,
    /// When it was told that the deadline has passed.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub told_overdue_at: Option<DateTime<Utc>>,
    #[serde(skip_serializing_if = "Option::is_none")]
    pub lifting: Option<LiftingBody>,
}

/// How it was lifted.
#[derive(Debug, Serialize, ToSchema, SimpleObject)]
#[graphql(name = "PlacardLifting", guard = "readers::STAFF")]
#[serde(rename_all = "camelCase")]
pub struct LiftingBody {
    pub at: DateTime<Utc>,
    pub reason: String,
    pub photo_ids: Vec<Uuid>,
    #[serde(skip_serializing_if = "Option::is_none")]
    pub inspection: Option<String>,
}

impl PlacardBody {
    pub fn of(row: PlacardRow, now: DateTime<Utc>) -> Self {
        let lifting = row.lifted_at.zip(row.lifted_reason).map(|(at, reason)| LiftingBody {
            at,
            reason: reason.shown(),
            photo_ids: row.photos,
            inspection: row.inspected_case,
        });
        let segment = row.segment_code.zip(row.segment_name);
        Self {
            placard_id: row.placard_id,
            period: row.period,
            area: row.area,
            segment: segment.map(|(code, name)| NamedBody { code, name }),
            case_number: row.case_number,
            center_code: row.center_code,
            reason: row.reason.shown(),
            since: row.since,
            deadline: row.deadline,
            state: PlacardState::at(row.deadline, row.lifted_at, now).name(),
            told_overdue_at: row.told_overdue_at,
            lifting,
        }
    }
}

/// Lists placards of the caller's areas.
#[utoipa::path(get, path = "/v1/placards", tag = "supervision", params(PlacardsQuery), security(("staff" = [])),
    responses((status = 200, body = PlacardsBody),
        (status = "4XX", body = ProblemBody, content_type = "application/problem+json"), (status = 503, body = ProblemBody, content_type = "application/problem+json")))]
pub async fn placards(
    state: web::Data<State>,
    query: web::Query<PlacardsQuery>,
    SignedIn(staff): SignedIn,
) -> Result<HttpResponse, Problem> {
    let placards = listed(&state.app, &staff, &query, clock::now()).await?;
    Ok(HttpResponse::Ok().json(PlacardsBody { placards }))
}

/// The placards that a query asks for.
///
/// # Errors
/// As `GET /v1/placards` refuses it.
pub async fn listed(
    app: &App,
    staff: &Staff,
    query: &PlacardsQuery,
    now: DateTime<Utc>,
) -> Result<Vec<PlacardBody>, Problem> {
    let wanted = query.state.as_deref().map(|name| {
        PlacardState::from_name(name).ok_or_else(|| {
            let words = "请填 hanging、overdue 或 lifted";
            let fault = FieldError::new("/state", FieldCode::Unknown, words);
            Problem::from(Kind::Validation).with_errors(vec![fault])
        })
    });
    let rows = list_placards(app, staff, wanted.transpose()?, now).await?;
    Ok(rows.into_iter().map(|row| PlacardBody::of(row, now)).collect())
}

/// Tells a placard.
#[utoipa::path(get, path = "/v1/placards/{placardId}", tag = "supervision", params(("placardId" = Uuid, Path)), security(("staff" = [])),
    responses((status = 200, body = PlacardBody),
        (status = "4XX", body = ProblemBody, content_type = "application/problem+json"), (status = 503, body = ProblemBody, content_type = "application/problem+json")))]
pub async fn placard(
    state: web::Data<State>,
    placard_id: web::Path<String>,
    SignedIn(staff): SignedIn,
) -> Result<HttpResponse, Problem> {
    let row = view_placard(&state.app, &staff, id(&placard_id)?).await?;
    Ok(HttpResponse::Ok().json(PlacardBody::of(row, clock::now())))
}

/// Hangs a placard under an id that the caller chooses. Sent again it is answered with the one that hangs; nothing of it is
/// changed any more.
#[utoipa::path(put, path = "/v1/placards/{placardId}", tag = "supervision", request_body = HangBody,
    params(("placardId" = Uuid, Path)), security(("staff" = [])),
    responses((status = 201, body = PlacardBody), (status = 200, body = PlacardBody),
        (status = "4XX", body = ProblemBody, content_type = "application/problem+json"), (status = 503, body = ProblemBody, content_type = "application/problem+json")))]
pub async fn hang(
    state: web::Data<State>,
    placard_id: web::Path<String>,
    SignedIn(staff): SignedIn,
    body: JsonBody,
) -> Result<HttpResponse, Problem> {
    let asked = read_hang(id(&placard_id)?, &body.object)?;
    let now = clock::now();
    let (row, is_new) = hang_placard(&state.app, &staff, &asked, now).await?;
    let status = if is_new { StatusCode::CREATED } else { StatusCode::OK };
    Ok(HttpResponse::build(status).json(PlacardBody::of(row, now)))
}

/// Lifts a placard, with what proves that the place is rectified. Sent again it is answered with the lifted one.
#[utoipa::path(post, path = "/v1/placards/{placardId}/lifting", tag = "supervision", request_body = LiftBody,
    params(("placardId" = Uuid, Path)), security(("staff" = [])),
    responses((status = 200, body = PlacardBody),
        (status = "4XX", body = ProblemBody, content_type = "application/problem+json"), (status = 503, body = ProblemBody, content_type = "application/problem+json")))]
pub async fn lift(
    state: web::Data<State>,
    placard_id: web::Path<String>,
    SignedIn(staff): SignedIn,
    body: JsonBody,
) -> Result<HttpResponse, Problem> {
    let asked = read_lift(id(&placard_id)?, &body.object)?;
    let now = clock::now();
    let row = lift_placard(&state.app, &staff, &asked, now).await?;
    Ok(HttpResponse::Ok().json(PlacardBody::of(row, now)))
}

fn id(text: &str) -> Result<Uuid, Problem> {
    Uuid::try_parse(text).map_err(|_none| Kind::UnknownPlacard.into())
}

fn read_hang(placard_id: Uuid, body: &Map<String, Value>) -> Result<Placard, Problem> {
    let mut fields = Fields::new(body);
    let named = fields.text("period");
    let period = named_period(named.as_deref());
    if named.is_some() && period.is_none() {
        fields.faults.push(no_period());
    }
    let asked = Placard {
        placard_id,
        period,
        segment: fields.text("segment"),
        case: fields.text("case"),
        reason: fields.text("reason"),
        since: fields.moment("since"),
        deadline: fields.moment("deadline"),
    };
    if fields.faults.is_empty() {
        Ok(asked)
    } else {
        Err(Problem::from(Kind::Validation).with_errors(fields.faults))
    }
}

fn read_lift(placard_id: Uuid, body: &Map<String, Value>) -> Result<Lifting, Problem> {
    let mut fields = Fields::new(body);
    let asked = Lifting {
        placard_id,
        reason: fields.text("reason"),
        photo_ids: fields.ids("photoIds"),
        inspection: fields.text("inspection"),
    };
    if fields.faults.is_empty() {
        Ok(asked)
    } else {
        Err(Problem::from(Kind::Validation).with_errors(fields.faults))
    }
}
