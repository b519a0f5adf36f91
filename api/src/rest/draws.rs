//! `/v1/draws`: roads drawn by lot, with all that it takes to draw again.

use actix_web::http::StatusCode;
use actix_web::{HttpResponse, web};
use async_graphql::SimpleObject;
use chrono::{DateTime, Utc};
use jiekou_boot::clock;
use jiekou_core::draw::hexadecimal;
use jiekou_core::place::RoadClass;
use jiekou_core::report::{FieldCode, FieldError};
use jiekou_service::supervision::draw_roads::{
    Among, DrawRequest, DrawView, draw_roads, list_draws, view_draw,
};
use serde::Serialize;
use serde_json::{Map, Value};
use utoipa::ToSchema;
use uuid::Uuid;

use super::named_period::{named_period, no_period};
use super::shapes::NamedBody;
use crate::extract::{Fields, JsonBody, SignedIn};
use crate::graphql::readers;
use crate::problem::{Kind, Problem, ProblemBody};
use crate::state::State;

/// A draw as it is asked for. Seed and roads are nobody's to choose.
#[derive(Debug, ToSchema)]
#[schema(rename_all = "camelCase", example = json!({"purpose": "以克论净", "period": "2026-11上旬", "count": 3, "among": {"towns": ["410103001"]}}))]
#[expect(dead_code, reason = "describes the body")]
pub struct DrawRequestBody {
    /// One of `draws.purposes` of the rulebook.
    pub purpose: String,
    /// Name of the period, such as `2026-11上旬`; the present one or the next.
    pub period: String,
    /// How many roads.
    pub count: u32,
    /// Which roads are in the list; all when left out.
    pub among: Option<AmongBody>,
}

#[derive(Debug, ToSchema)]
#[expect(dead_code, reason = "describes the body")]
pub struct AmongBody {
    /// `main`, `secondary`, `branch` or `backStreet`.
    pub classes: Option<Vec<String>>,
    /// Codes of towns; a road is in the list when a segment of it lies in one.
    pub towns: Option<Vec<String>>,
}

#[derive(Debug, Serialize, ToSchema)]
pub struct DrawsBody {
    /// The newest first.
    pub draws: Vec<DrawBody>,
}

/// A draw.
#[derive(Debug, Serialize, ToSchema, SimpleObject)]
#[graphql(name = "Draw", guard = "readers::STAFF")]
#[serde(rename_all = "camelCase")]
pub struct DrawBody {
    pub draw_id: Uuid,
    pub purpose: String,
    pub period: String,
    /// Code of the city or district that drew.
    pub area: String,
    /// `sha256-order-v1`: docs/supervision.md describes it.
    pub algorithm: String,
    /// 32 bytes of the operating system's chance, in hexadecimal.
    pub seed: String,
    /// Which roads were in the list.
    #[schema(value_type = Object)]
    pub among: Value,
    /// The whole list, sorted by code.
    pub roads: Vec<NamedBody>,
    /// SHA-256 of the list, in hexadecimal.
    pub list_hash: String,
    pub count: i32,
    /// The roads that were drawn, in the order of their lots.
    pub drawn: Vec<NamedBody>,
    pub drawn_at: DateTime<Utc>,
    /// Drawing again from seed and list just now has given the same roads.
    pub verified: bool,
}

/// Lists draws.
#[utoipa::path(get, path = "/v1/draws", tag = "supervision", security(("staff" = [])),
    responses((status = 200, body = DrawsBody),
        (status = "4XX", body = ProblemBody, content_type = "application/problem+json"), (status = 503, body = ProblemBody, content_type = "application/problem+json")))]
pub async fn draws(state: web::Data<State>, SignedIn(staff): SignedIn) -> Result<HttpResponse, Problem> {
    let draws = list_draws(&state.app, &staff).await?.into_iter().map(DrawBody::from).collect();
    Ok(HttpResponse::Ok().json(DrawsBody { draws }))
}

/// Tells a draw, and draws again to see that it is true.
#[utoipa::path(get, path = "/v1/draws/{drawId}", tag = "supervision", params(("drawId" = Uuid, Path)), security(("staff" = [])),
    responses((status = 200, body = DrawBody),
        (status = "4XX", body = ProblemBody, content_type = "application/problem+json"), (status = 503, body = ProblemBody, content_type = "application/problem+json")))]
pub async fn draw(
    state: web::Data<State>,
    draw_id: web::Path<String>,
    SignedIn(staff): SignedIn,
) -> Result<HttpResponse, Problem> {
    let id = Uuid::try_parse(&draw_id).map_err(|_none| Problem::from(Kind::UnknownDraw))?;
    Ok(HttpResponse::Ok().json(DrawBody::from(view_draw(&state.app, &staff, id).await?)))
}

/// Draws roads for a purpose and a period. Once: a second draw is refused.
#[utoipa::path(post, path = "/v1/draws", tag = "supervision", request_body = DrawRequestBody, security(("staff" = [])),
    responses((status = 201, body = DrawBody),
        (status = "4XX", body = ProblemBody, content_type = "application/problem+json"), (status = 503, body = ProblemBody, content_type = "application/problem+json")))]
pub async fn make_draw(
    state: web::Data<State>,
    SignedIn(staff): SignedIn,
    body: JsonBody,
) -> Result<HttpResponse, Problem> {
    let asked = read(&body.object)?;
    let view = draw_roads(&state.app, &staff, &asked, clock::now()).await?;
    Ok(HttpResponse::build(StatusCode::CREATED).json(DrawBody::from(view)))
}

fn read(body: &Map<String, Value>) -> Result<DrawRequest, Problem> {
    let mut fields = Fields::new(body);
    let purpose = fields.text("purpose");
    let purpose = fields.owed("purpose", purpose, "请填抽取的用途");
    let named = fields.text("period");
    let period = named_period(named.as_deref());
    if named.is_some() && period.is_none() {
        fields.faults.push(no_period());
    }
    let period = fields.owed("period", period, "请填周期的名称，如 2026-11上旬");
    let count = fields.number("count");
    let count = fields.owed("count", count, "请填抽取几条道路");
    let among = fields.inside("among", "/among", |among| (among.texts("classes"), among.texts("towns")));
    // Whoever tries to choose is told that nobody does.
    for name in ["seed", "roads", "drawn"].into_iter().filter(|name| body.contains_key(*name)) {
        let words = "道路由系统随机抽取，不能指定";
        fields.faults.push(FieldError::new(format!("/{name}"), FieldCode::NotAllowed, words));
    }
    let (classes, towns) = among.unwrap_or_default();
    let classes = classes.iter().enumerate().filter_map(|(position, name)| {
        let class: Option<RoadClass> = serde_json::from_value(Value::String(name.clone())).ok();
        if class.is_none() {
            let words = "请填 main、secondary、branch 或 backStreet";
            let pointer = format!("/among/classes/{position}");
            fields.faults.push(FieldError::new(pointer, FieldCode::Unknown, words));
        }
        class
    });
    let classes: Vec<RoadClass> = classes.collect();
    match (purpose, period, count) {
        (Some(purpose), Some(period), Some(count)) if fields.faults.is_empty() => Ok(DrawRequest {
            purpose,
            period,
            // What is no whole number of roads is none of the numbers that are possible.
            count: whole(count).unwrap_or(0),
            among: Among { classes, towns },
        }),
        _ => Err(Problem::from(Kind::Validation).with_errors(fields.faults)),
    }
}

fn whole(number: f64) -> Option<u32> {
    format!("{number}").parse().ok()
}

impl From<DrawView> for DrawBody {
    fn from(view: DrawView) -> Self {
        let DrawView { row, verified } = view;
        let roads: Vec<NamedBody> =
            row.roads.into_iter().zip(row.road_names).map(|(code, name)| NamedBody { code, name }).collect();
        let named = |code: String| {
            let road = roads.iter().find(|road| road.code == code);
            NamedBody { name: road.map_or_else(|| code.clone(), |road| road.name.clone()), code }
        };
        Self {
            drawn: row.drawn.into_iter().map(named).collect(),
            roads,
            draw_id: row.draw_id,
            purpose: row.purpose,
            period: row.period,
            area: row.area,
            algorithm: row.algorithm,
            seed: hexadecimal(&row.seed),
            among: row.among.0,
            list_hash: hexadecimal(&row.list_hash),
            count: row.count,
            drawn_at: row.drawn_at,
            verified,
        }
    }
}
