//! `/v1/patrols/{patrolId}`: a patrol is written down, read, and struck out.

use actix_web::{HttpResponse, web};
use async_graphql::SimpleObject;
use chrono::{DateTime, Utc};
use jiekou_boot::clock;
use jiekou_core::patrol::{Area, RawPatrol, RawTrack, Walk};
use jiekou_core::place::CoordinateSystem;
use jiekou_core::report::{FieldCode, FieldError};
use jiekou_core::rulebook::Rulebook;
use jiekou_service::list_patrols;
use jiekou_service::record_patrol::record_patrol;
use jiekou_service::strike_patrol;
use jiekou_store::patrols::list::PatrolView;
use jiekou_store::words::Words;
use serde::Serialize;
use utoipa::ToSchema;
use uuid::Uuid;

use super::report_submit::CoordinateSystemName;
use super::shapes::NamedBody;
use crate::extract::{Fields, JsonBody, SignedIn};
use crate::graphql::readers;
use crate::problem::{Kind, Problem, ProblemBody};
use crate::state::State;

/// A patrol as whoever walked it writes it down.
#[derive(Debug, ToSchema)]
#[schema(rename_all = "camelCase", example = json!({"areas": ["segment/410103001007"], "beganAt": "2026-11-26T09:00:00+08:00", "endedAt": "2026-11-26T10:10:00+08:00", "words": "路面整洁，一处井盖松动已上报"}))]
#[expect(dead_code, reason = "describes the body")]
pub struct NewPatrolBody {
    /// The segments, roads, grids, communities, towns or districts that were walked: `segment/410103001007`, `road/R001`,
    /// `grid/…`, `community/…`, `town/…`, `district/…`, `city/…`, or a code alone where only one thing has it.
    #[schema(min_items = 1, max_items = 20)]
    pub areas: Vec<String>,
    pub began_at: DateTime<Utc>,
    /// Not in the future, at most 24 hours after it began.
    pub ended_at: DateTime<Utc>,
    /// Where it went; one point is a place.
    pub track: Option<TrackBody>,
    /// What was found.
    #[schema(max_length = 2000)]
    pub words: Option<String>,
    /// Numbers of the cases that were reported or seen on it.
    #[schema(max_items = 50)]
    pub case_numbers: Option<Vec<String>>,
    /// Names of the accounts that came along; each must hold a post there.
    #[schema(max_items = 20)]
    pub participants: Option<Vec<String>>,
}

/// A way as longitude and latitude pairs.
#[derive(Debug, ToSchema)]
#[schema(rename_all = "camelCase")]
#[expect(dead_code, reason = "describes the body")]
pub struct TrackBody {
    #[schema(value_type = CoordinateSystemName)]
    pub coordinate_system: String,
    /// `[longitude, latitude]`, degrees.
    #[schema(min_items = 1, max_items = 500)]
    pub points: Vec<[f64; 2]>,
}

/// Why a patrol is struck out.
#[derive(Debug, ToSchema)]
#[schema(rename_all = "camelCase", example = json!({"reason": "日期填错"}))]
#[expect(dead_code, reason = "describes the body")]
pub struct StrikeBody {
    #[schema(min_length = 1, max_length = 500)]
    pub reason: String,
}

/// A patrol (巡查记录).
#[derive(Debug, Serialize, ToSchema, SimpleObject)]
#[graphql(name = "Patrol", guard = "readers::STAFF")]
#[serde(rename_all = "camelCase")]
pub struct PatrolBody {
    pub patrol_id: Uuid,
    pub areas: Vec<WalkedBody>,
    pub began_at: DateTime<Utc>,
    pub ended_at: DateTime<Utc>,
    /// WGS-84, `[longitude, latitude]`.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub track: Option<Vec<[f64; 2]>>,
    #[serde(skip_serializing_if = "Option::is_none")]
    pub words: Option<String>,
    pub case_numbers: Vec<String>,
    /// Who walked it, and what it counts for.
    pub participants: Vec<ParticipantBody>,
    pub recorded_by: String,
    pub recorded_at: DateTime<Utc>,
    /// It was struck out and counts for nothing.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub struck: Option<StruckBody>,
}

/// An area or a road that was walked.
#[derive(Debug, Serialize, ToSchema, SimpleObject)]
#[graphql(name = "Walked", guard = "readers::STAFF")]
#[serde(rename_all = "camelCase")]
pub struct WalkedBody {
    /// Such as `segment/410103001007` or `road/R001`.
    pub area: String,
    pub name: String,
}

#[derive(Debug, Serialize, ToSchema, SimpleObject)]
#[graphql(name = "PatrolParticipant", guard = "readers::STAFF")]
#[serde(rename_all = "camelCase")]
pub struct ParticipantBody {
    pub name: String,
    pub post: NamedBody,
    /// The area that the post is held for.
    pub area: NamedBody,
}

#[derive(Debug, Serialize, ToSchema, SimpleObject)]
#[graphql(name = "PatrolStruck", guard = "readers::STAFF")]
#[serde(rename_all = "camelCase")]
pub struct StruckBody {
    pub at: DateTime<Utc>,
    pub by: String,
    pub reason: String,
}

impl PatrolBody {
    pub fn of(rules: &Rulebook, patrol: PatrolView) -> Self {
        let walked = |area: &String| {
            let name = Walk::parse(rules, area).map_or_else(|_gone| area.clone(), |walk| walk.name(rules));
            WalkedBody { area: area.clone(), name }
        };
        let participants = patrol.parts.0.into_iter().map(|part| {
            let post = rules.plan().posts.iter().find(|post| post.code == part.post);
            let area = post.map(|post| Area::new(post.level, part.area.as_str()).name(rules));
            ParticipantBody {
                name: part.name,
                post: NamedBody {
                    name: post.map_or_else(|| part.post.clone(), |post| post.name.clone()),
                    code: part.post,
                },
                area: NamedBody { name: area.unwrap_or_else(|| part.area.clone()), code: part.area },
            }
        });
        let struck = match (patrol.struck_at, patrol.struck_by, patrol.strike_reason) {
            (Some(at), Some(by), Some(reason)) => Some(StruckBody { at, by, reason: reason.shown() }),
            _ => None,
        };
        Self {
            patrol_id: patrol.patrol_id,
            areas: patrol.areas.iter().map(walked).collect(),
            began_at: patrol.began_at,
            ended_at: patrol.ended_at,
            track: patrol.track.map(|track| track.0),
            words: patrol.words.as_ref().map(Words::shown),
            case_numbers: patrol.case_numbers,
            participants: participants.collect(),
            recorded_by: patrol.author,
            recorded_at: patrol.recorded_at,
            struck,
        }
    }
}

/// Writes a patrol down under an id of the client's choice. The same sent again gets the same answer.
#[utoipa::path(put, path = "/v1/patrols/{patrolId}", tag = "patrols", request_body = NewPatrolBody, params(("patrolId" = Uuid, Path)), security(("staff" = [])),
    responses((status = 201, body = PatrolBody), (status = "4XX", body = ProblemBody, content_type = "application/problem+json"), (status = 503, body = ProblemBody, content_type = "application/problem+json")))]
pub async fn put_patrol(
    state: web::Data<State>,
    id: web::Path<String>,
    SignedIn(staff): SignedIn,
    body: JsonBody,
) -> Result<HttpResponse, Problem> {
    let malformed = || FieldError::new("/patrolId", FieldCode::Malformed, "请自选一个 UUID 作为编号");
    let id = Uuid::try_parse(&id)
        .map_err(|_unreadable| Problem::from(Kind::Validation).with_errors(vec![malformed()]))?;
    let patrol = record_patrol(&state.app, &staff, id, read(&body), body.hash, clock::now()).await?;
    Ok(HttpResponse::Created().json(PatrolBody::of(&state.app.rules(), patrol)))
}

fn read(body: &JsonBody) -> RawPatrol {
    let mut fields = Fields::new(&body.object);
    let system = |name: &str| match name {
        "WGS-84" => Some(CoordinateSystem::Wgs84),
        "GCJ-02" => Some(CoordinateSystem::Gcj02),
        "BD-09" => Some(CoordinateSystem::Bd09),
        _ => None,
    };
    RawPatrol {
        areas: fields.texts("areas"),
        began_at: fields.moment("beganAt"),
        ended_at: fields.moment("endedAt"),
        track: fields.inside("track", "/track", |track| RawTrack {
            system: track.named("coordinateSystem", " WGS-84、GCJ-02 或 BD-09", system),
            points: track.pairs("points"),
        }),
        words: fields.text("words"),
        case_numbers: fields.texts("caseNumbers"),
        participants: fields.texts("participants"),
        faults: fields.faults,
    }
}

/// One patrol.
#[utoipa::path(get, path = "/v1/patrols/{patrolId}", tag = "patrols", params(("patrolId" = Uuid, Path)), security(("staff" = [])),
    responses((status = 200, body = PatrolBody), (status = "4XX", body = ProblemBody, content_type = "application/problem+json"), (status = 503, body = ProblemBody, content_type = "application/problem+json")))]
pub async fn view_patrol(
    state: web::Data<State>,
    id: web::Path<String>,
    SignedIn(staff): SignedIn,
) -> Result<HttpResponse, Problem> {
    let patrol = list_patrols::view_patrol(&state.app, &staff, known(&id)?).await?;
    Ok(HttpResponse::Ok().json(PatrolBody::of(&state.app.rules(), patrol)))
}

/// Strikes a patrol out, by its author or the center: it is kept with the reason and counts no more.
#[utoipa::path(post, path = "/v1/patrols/{patrolId}/strike", tag = "patrols", request_body = StrikeBody, params(("patrolId" = Uuid, Path)), security(("staff" = [])),
    responses((status = 200, body = PatrolBody), (status = "4XX", body = ProblemBody, content_type = "application/problem+json"), (status = 503, body = ProblemBody, content_type = "application/problem+json")))]
pub async fn strike_patrol(
    state: web::Data<State>,
    id: web::Path<String>,
    SignedIn(staff): SignedIn,
    body: JsonBody,
) -> Result<HttpResponse, Problem> {
    let id = known(&id)?;
    let mut fields = Fields::new(&body.object);
    let reason = fields.text("reason");
    if !fields.faults.is_empty() {
        return Err(Problem::from(Kind::Validation).with_errors(fields.faults));
    }
    let now = clock::now();
    let patrol = strike_patrol::strike_patrol(&state.app, &staff, id, reason.as_deref(), now).await?;
    Ok(HttpResponse::Ok().json(PatrolBody::of(&state.app.rules(), patrol)))
}

/// What is no id names no patrol.
fn known(id: &str) -> Result<Uuid, Problem> {
    Uuid::try_parse(id).map_err(|_unreadable| Kind::UnknownPatrol.into())
}
