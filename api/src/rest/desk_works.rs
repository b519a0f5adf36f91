//! `/v1/desk/works`: planned works and outages, with what a caller is told.

use actix_web::{HttpResponse, web};
use async_graphql::SimpleObject;
use chrono::{DateTime, Utc};
use jiekou_boot::clock;
use jiekou_core::report::{FieldCode, FieldError, RawLocation};
use jiekou_service::desk::works::{self, RawWork};
use jiekou_service::{App, Staff};
use jiekou_store::desk::works::WorkView;
use serde::{Deserialize, Serialize};
use utoipa::{IntoParams, ToSchema};
use uuid::Uuid;

use crate::extract::{Fields, JsonBody, SignedIn};
use crate::graphql::readers;
use crate::problem::{Kind, Problem, ProblemBody};
use crate::state::State;

#[derive(Debug, Deserialize, IntoParams)]
#[serde(rename_all = "camelCase")]
#[into_params(parameter_in = Query)]
pub struct WorkQuery {
    pub longitude: Option<f64>,
    pub latitude: Option<f64>,
    /// `WGS-84`, `GCJ-02` or `BD-09`.
    pub coordinate_system: Option<String>,
    /// Instead of a point.
    #[param(max_length = 200)]
    pub address: Option<String>,
}

/// Works as they are written down.
#[derive(Debug, ToSchema)]
#[schema(rename_all = "camelCase", example = json!({"kind": "water", "areas": ["town/410103001"], "from": "2026-12-01T08:00:00+08:00", "to": "2026-12-01T18:00:00+08:00", "answer": "自来水公司检修，18点恢复供水。"}))]
#[expect(dead_code, reason = "describes the body")]
pub struct NewWorkBody {
    /// `water`, `power`, `gas`, `heat`, `road`, `event` or `other`.
    pub kind: String,
    /// `town/410103001`, `segment/…`, `community/…`, `grid/…` or `road/R001`.
    #[schema(min_items = 1, max_items = 50)]
    pub areas: Vec<String>,
    pub from: DateTime<Utc>,
    pub to: DateTime<Utc>,
    /// What a caller is told.
    #[schema(min_length = 1, max_length = 1000)]
    pub answer: String,
}

#[derive(Debug, Serialize, ToSchema, SimpleObject)]
#[graphql(name = "Work", guard = "readers::STAFF")]
#[serde(rename_all = "camelCase")]
pub struct WorkBody {
    pub work_id: Uuid,
    pub kind: String,
    pub areas: Vec<String>,
    pub from: DateTime<Utc>,
    pub to: DateTime<Utc>,
    /// It has begun.
    pub under_way: bool,
    pub answer: String,
    pub written_at: DateTime<Utc>,
}

#[derive(Debug, Serialize, ToSchema)]
pub struct WorksBody {
    /// Those that have begun first; none that are over.
    pub works: Vec<WorkBody>,
}

impl WorkBody {
    fn of(work: WorkView, now: DateTime<Utc>) -> Self {
        Self {
            under_way: work.from_at <= now,
            work_id: work.work_id,
            kind: work.kind,
            areas: work.areas,
            from: work.from_at,
            to: work.to_at,
            answer: work.answer,
            written_at: work.written_at,
        }
    }
}

/// Works at a place, or all of them.
#[utoipa::path(get, path = "/v1/desk/works", tag = "desk", params(WorkQuery), security(("staff" = [])),
    responses((status = 200, body = WorksBody), (status = "4XX", body = ProblemBody, content_type = "application/problem+json"), (status = 503, body = ProblemBody, content_type = "application/problem+json")))]
pub async fn works(
    state: web::Data<State>,
    query: web::Query<WorkQuery>,
    SignedIn(staff): SignedIn,
) -> Result<HttpResponse, Problem> {
    let works = listed(&state.app, &staff, query.into_inner(), clock::now()).await?;
    Ok(HttpResponse::Ok().json(WorksBody { works }))
}

/// The works that a query asks for.
///
/// # Errors
/// As `GET /v1/desk/works` refuses it.
pub async fn listed(
    app: &App,
    staff: &Staff,
    query: WorkQuery,
    now: DateTime<Utc>,
) -> Result<Vec<WorkBody>, Problem> {
    let WorkQuery { longitude, latitude, coordinate_system, address } = query;
    let asked = longitude.is_some() || latitude.is_some() || address.is_some();
    let at = RawLocation { longitude, latitude, coordinate_system, address, ..RawLocation::default() };
    let found = works::list_works(app, staff, asked.then_some(at), now).await?;
    Ok(found.into_iter().map(|work| WorkBody::of(work, now)).collect())
}

/// Writes works down under an id of the client's choice.
#[utoipa::path(put, path = "/v1/desk/works/{workId}", tag = "desk", request_body = NewWorkBody, params(("workId" = Uuid, Path)), security(("staff" = [])),
    responses((status = 200, body = WorkBody), (status = "4XX", body = ProblemBody, content_type = "application/problem+json"), (status = 503, body = ProblemBody, content_type = "application/problem+json")))]
pub async fn put_work(
    state: web::Data<State>,
    id: web::Path<String>,
    SignedIn(staff): SignedIn,
    body: JsonBody,
) -> Result<HttpResponse, Problem> {
    let malformed = || FieldError::new("/workId", FieldCode::Malformed, "请自选一个 UUID 作为编号");
    let id = Uuid::try_parse(&id)
        .map_err(|_unreadable| Problem::from(Kind::Validation).with_errors(vec![malformed()]))?;
    let mut fields = Fields::new(&body.object);
    let raw = RawWork {
        kind: fields.text("kind"),
        areas: fields.texts("areas"),
        from: fields.moment("from"),
        to: fields.moment("to"),
        answer: fields.text("answer"),
        faults: fields.faults,
    };
    let now = clock::now();
    let work = works::put_work(&state.app, &staff, id, raw, now).await?;
    Ok(HttpResponse::Ok().json(WorkBody::of(work, now)))
}

/// Takes works off the list.
#[utoipa::path(delete, path = "/v1/desk/works/{workId}", tag = "desk", params(("workId" = Uuid, Path)), security(("staff" = [])),
    responses((status = 204), (status = "4XX", body = ProblemBody, content_type = "application/problem+json"), (status = 503, body = ProblemBody, content_type = "application/problem+json")))]
pub async fn cancel_work(
    state: web::Data<State>,
    id: web::Path<String>,
    SignedIn(staff): SignedIn,
) -> Result<HttpResponse, Problem> {
    let id = Uuid::try_parse(&id).map_err(|_unreadable| Problem::from(Kind::UnknownDeskEntry))?;
    works::cancel_work(&state.app, &staff, id, clock::now()).await?;
    Ok(HttpResponse::NoContent().finish())
}
