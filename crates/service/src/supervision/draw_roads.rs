//! Roads are drawn by lot (以克论净): chance comes from the operating system, and everything is kept to draw again.

use std::collections::{BTreeMap, BTreeSet};

use chrono::{DateTime, Utc};
use jiekou_core::draw::{ALGORITHM, Seed, draw, list_hash};
use jiekou_core::period::Period;
use jiekou_core::place::RoadClass;
use jiekou_core::report::{FieldCode, FieldError};
use jiekou_core::rulebook::Rulebook;
use jiekou_store::StoreError;
use jiekou_store::supervision::draws::{self, DrawRow};
use rand::TryRngCore;
use serde::Serialize;
use sqlx::types::Json;
use tracing::{info, instrument};
use uuid::Uuid;

use super::assessor::{Sight, assesses};
use crate::error::failed;
use crate::{App, ServiceError, Staff};

/// Most draws of a list.
const LISTED: i64 = 200;

/// A draw as it was asked for. There is no way to name a road or a seed.
#[derive(Debug, Clone)]
pub struct DrawRequest {
    pub purpose: String,
    pub period: Period,
    pub count: u32,
    pub among: Among,
}

/// Which roads of the rulebook are in the list; all of them where nothing is named.
#[derive(Debug, Clone, Default, Serialize)]
pub struct Among {
    pub classes: Vec<RoadClass>,
    /// Codes of towns; a road is in the list when a segment of it lies in one.
    pub towns: Vec<String>,
}

/// A draw, and whether drawing again gives the same.
#[derive(Debug, Clone)]
pub struct DrawView {
    pub row: DrawRow,
    pub verified: bool,
}

/// Draws roads for a purpose and a period, once.
///
/// # Errors
/// [`ServiceError::Forbidden`] for whoever does not assess; every wrong field at once: a purpose that the rulebook does not
/// have, a period of another cycle or that is over, more roads than there are, a draw that was made already; storage.
#[instrument(level = "debug", name = "draw_roads", skip_all)]
pub async fn draw_roads(
    app: &App,
    staff: &Staff,
    asked: &DrawRequest,
    now: DateTime<Utc>,
) -> Result<DrawView, ServiceError> {
    let rules = app.rules();
    let area = assesses(&rules, staff)?;
    let settings = &rules.plan().supervision.draws;
    let mut faults = Vec::new();
    let mut fault = |pointer: &str, code, words: &str| faults.push(FieldError::new(pointer, code, words));
    if !settings.purposes.contains(&asked.purpose) {
        fault("/purpose", FieldCode::Unknown, &format!("抽取的用途有：{}", settings.purposes.join("、")));
    }
    if asked.period.cycle() != settings.every {
        fault("/period", FieldCode::Malformed, &format!("抽取的周期如 {}", Period::at(settings.every, now)));
    } else if asked.period.is_over(now) {
        fault("/period", FieldCode::NotAllowed, "这一期已经结束");
    } else if asked.period.previous().begins() > now {
        fault("/period", FieldCode::InFuture, "最多提前一期抽取");
    }
    for (position, town) in asked.among.towns.iter().enumerate() {
        if rules.town(town).is_none_or(|town| !town.code.starts_with(area)) {
            fault(&format!("/among/towns/{position}"), FieldCode::Unknown, "辖区内没有这个镇办");
        }
    }
    let roads = roads(&rules, area, &asked.among);
    let count = usize::try_from(asked.count).unwrap_or(usize::MAX);
    if roads.is_empty() {
        fault("/among", FieldCode::Unknown, "没有这样的道路");
    } else if count == 0 || count > roads.len() {
        fault("/count", FieldCode::OutOfRange, &format!("请填 1 到 {} 之间的数", roads.len()));
    }
    if !faults.is_empty() {
        return Err(ServiceError::Invalid(faults));
    }
    let mut seed: Seed = [0; 32];
    rand::rngs::OsRng.try_fill_bytes(&mut seed).map_err(failed)?;
    let list: BTreeSet<String> = roads.keys().cloned().collect();
    let drawn = draw(&seed, &list, count);
    let row = DrawRow {
        draw_id: Uuid::new_v4(),
        area: area.to_owned(),
        purpose: asked.purpose.clone(),
        period: asked.period.to_string(),
        algorithm: ALGORITHM.to_owned(),
        seed: seed.to_vec(),
        among: Json(serde_json::to_value(&asked.among).map_err(failed)?),
        list_hash: list_hash(&list).to_vec(),
        count: i32::try_from(count).unwrap_or(i32::MAX),
        roads: roads.keys().cloned().collect(),
        road_names: roads.into_values().collect(),
        drawn,
        drawn_by: staff.staff_id,
        drawn_at: now,
    };
    let mut transaction = app.pool.begin().await.map_err(StoreError::from)?;
    if !draws::insert(&mut transaction, &row).await? {
        let words = "这个用途这一期已经抽取过，不能重抽";
        return Err(ServiceError::field(FieldError::new("/period", FieldCode::AlreadyUsed, words)));
    }
    transaction.commit().await.map_err(StoreError::from)?;
    info!(draw.id = %row.draw_id, draw.period = row.period, draw.count = row.count, "roads drawn");
    Ok(DrawView::from(row))
}

/// Codes and names of the roads in the list.
fn roads(rules: &Rulebook, area: &str, among: &Among) -> BTreeMap<String, String> {
    let segments = rules.data().segments.iter().filter(|segment| {
        let town = among.towns.is_empty() || among.towns.contains(&segment.town_code);
        let class = rules.road_class(&segment.road_code);
        let of_class = among.classes.is_empty() || class.is_some_and(|class| among.classes.contains(&class));
        segment.town_code.starts_with(area) && town && of_class
    });
    segments.map(|segment| (segment.road_code.clone(), segment.road_name.clone())).collect()
}

/// The newest draws that concern the caller's areas.
///
/// # Errors
/// [`ServiceError::Forbidden`] for whoever has no area; storage.
#[instrument(level = "debug", name = "list_draws", skip_all)]
pub async fn list_draws(app: &App, staff: &Staff) -> Result<Vec<DrawView>, ServiceError> {
    let sight = Sight::of(staff)?;
    let rows = draws::list(&app.pool, LISTED).await?;
    Ok(rows.into_iter().filter(|row| sight.concerns(&row.area)).map(DrawView::from).collect())
}

/// A draw with all that it takes to draw again.
///
/// # Errors
/// [`ServiceError::UnknownDraw`], also outside the caller's areas; [`ServiceError::Forbidden`] for whoever has none;
/// storage.
#[instrument(level = "debug", name = "view_draw", skip_all)]
pub async fn view_draw(app: &App, staff: &Staff, draw_id: Uuid) -> Result<DrawView, ServiceError> {
    let sight = Sight::of(staff)?;
    let row = draws::by_id(&app.pool, draw_id).await?;
    let seen = row.filter(|row| sight.concerns(&row.area)).ok_or(ServiceError::UnknownDraw)?;
    Ok(DrawView::from(seen))
}

impl From<DrawRow> for DrawView {
    /// Draws again from what is stored.
    fn from(row: DrawRow) -> Self {
        let list: BTreeSet<String> = row.roads.iter().cloned().collect();
        let seed = Seed::try_from(row.seed.as_slice()).ok().filter(|_| row.algorithm == ALGORITHM);
        let count = usize::try_from(row.count).unwrap_or_default();
        let verified = seed.is_some_and(|seed| draw(&seed, &list, count) == row.drawn)
            && list.len() == row.roads.len()
            && list_hash(&list).as_slice() == row.list_hash;
        Self { row, verified }
    }
}
