//! Planned works and outages: known before somebody files what they cause, with a ready answer.

use chrono::{DateTime, Duration, Utc};
use jiekou_core::patrol::Walk;
use jiekou_core::report::text::parse_text;
use jiekou_core::report::{FieldCode, FieldError, RawLocation, ReportedPlace};
use jiekou_core::routing::assign;
use jiekou_store::StoreError;
use jiekou_store::desk::works::{self, WorkRow, WorkView};
use tracing::instrument;
use uuid::Uuid;

use super::at_desk;
use crate::{App, ServiceError, Staff};

/// Kinds of works: water, power, gas, heat, road, event, other.
pub const KINDS: [&str; 7] = ["water", "power", "gas", "heat", "road", "event", "other"];
const MOST_AREAS: usize = 50;

/// Works as somebody writes them down.
#[derive(Debug, Clone, Default)]
pub struct RawWork {
    pub kind: Option<String>,
    /// As of patrols: `town/410103001`, `segment/…`, `community/…`, `road/…`.
    pub areas: Vec<String>,
    pub from: Option<DateTime<Utc>>,
    pub to: Option<DateTime<Utc>>,
    /// What a caller is told.
    pub answer: Option<String>,
    pub faults: Vec<FieldError>,
}

/// Writes works down under an id of the client's choice; the same id again replaces what was written.
///
/// # Errors
/// [`ServiceError::Forbidden`]; every wrong field at once; storage.
#[instrument(level = "debug", name = "desk.put_work", skip_all)]
pub async fn put_work(
    app: &App,
    staff: &Staff,
    work_id: Uuid,
    raw: RawWork,
    now: DateTime<Utc>,
) -> Result<WorkView, ServiceError> {
    at_desk(app, staff)?;
    let rules = app.rules();
    let mut faults = raw.faults;
    let mut fault = |pointer: String, code, words: String| {
        if faults.iter().all(|it| it.pointer != pointer) {
            faults.push(FieldError::new(pointer, code, words));
        }
    };
    let kind = raw.kind.filter(|kind| KINDS.contains(&kind.as_str()));
    if kind.is_none() {
        fault("/kind".to_owned(), FieldCode::Unknown, format!("种类请填 {}", KINDS.join("、")));
    }
    if raw.areas.is_empty() || raw.areas.len() > MOST_AREAS {
        fault("/areas".to_owned(), FieldCode::OutOfRange, format!("请填 1 至 {MOST_AREAS} 个区域"));
    }
    let mut codes = Vec::new();
    for (position, area) in raw.areas.iter().enumerate() {
        match Walk::parse(&rules, area) {
            // A road is all of its segments.
            Ok(walk) => codes.extend(walk.areas(&rules).into_iter().map(|area| area.code)),
            Err(_) => fault(format!("/areas/{position}"), FieldCode::Unknown, "没有这个区域".to_owned()),
        }
    }
    for (pointer, moment) in [("/from", raw.from), ("/to", raw.to)] {
        if moment.is_none() {
            fault(pointer.to_owned(), FieldCode::Missing, "请填写起止时间".to_owned());
        }
    }
    let span = raw.from.zip(raw.to);
    if span.is_some_and(|(from, to)| to <= from || to - from > Duration::days(366)) {
        fault("/to".to_owned(), FieldCode::OutOfRange, "结束时间应晚于开始时间，最长一年".to_owned());
    }
    let answer = raw.answer.map(|answer| parse_text("/answer", &answer, 1_000));
    match &answer {
        None => fault("/answer".to_owned(), FieldCode::Missing, "请填写答复口径".to_owned()),
        Some(Err(wrong)) => fault("/answer".to_owned(), wrong.code, wrong.detail.clone()),
        Some(Ok(_)) => {}
    }
    let (Some(kind), Some((from_at, to_at)), Some(Ok(answer)), true) =
        (kind, span, answer, faults.is_empty())
    else {
        return Err(ServiceError::Invalid(faults));
    };
    let row =
        WorkRow { work_id, kind: &kind, areas: &raw.areas, codes: &codes, from_at, to_at, answer: &answer };
    let mut conn = app.pool.acquire().await.map_err(StoreError::from)?;
    Ok(works::put(&mut conn, &row, staff.staff_id, now).await?)
}

/// Takes works off the list.
///
/// # Errors
/// [`ServiceError::Forbidden`]; [`ServiceError::UnknownDeskEntry`] where there are none; storage.
#[instrument(level = "debug", name = "desk.cancel_work", skip_all)]
pub async fn cancel_work(
    app: &App,
    staff: &Staff,
    work_id: Uuid,
    now: DateTime<Utc>,
) -> Result<(), ServiceError> {
    at_desk(app, staff)?;
    if works::cancel(&app.pool, work_id, now).await? { Ok(()) } else { Err(ServiceError::UnknownDeskEntry) }
}

/// The works that go on now or soon, at a place where one is given: those that explain what a caller says.
///
/// # Errors
/// [`ServiceError::Forbidden`]; a place that is none; storage.
#[instrument(level = "debug", name = "desk.list_works", skip_all)]
pub async fn list_works(
    app: &App,
    staff: &Staff,
    at: Option<RawLocation>,
    now: DateTime<Utc>,
) -> Result<Vec<WorkView>, ServiceError> {
    at_desk(app, staff)?;
    let rules = app.rules();
    let codes = match at {
        None => None,
        Some(location) => {
            let place =
                ReportedPlace::parse(location, &rules).map_err(ServiceError::Invalid)?.resolved(&rules);
            let assignment = assign(&place, &rules);
            let town = place.point.and_then(|point| rules.town_at(point)).map(|town| town.code.clone());
            let ground = assignment.ground;
            let codes = [town, assignment.segment_code, ground.community_code, ground.grid_code];
            let whole = [rules.data().district.code.clone()];
            Some(codes.into_iter().flatten().chain(whole).collect::<Vec<String>>())
        }
    };
    Ok(works::list(&app.pool, codes.as_deref(), now).await?)
}
