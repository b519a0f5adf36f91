//! Patrols as staff read them: one, or page by page, the latest first.

use chrono::{DateTime, Days, NaiveDate, Utc};
use jiekou_core::clock::local::local;
use jiekou_core::patrol::Walk;
use jiekou_core::period::{Cycle, Period};
use jiekou_core::report::text::parse_text;
use jiekou_core::report::{FieldCode, FieldError};
use jiekou_store::StoreError;
use jiekou_store::patrols::list::{self, Filter, PatrolView};
use tracing::instrument;
use uuid::Uuid;

use crate::list_place::{self, broken_cursor, place};
use crate::patrol_sight::{areas, sees};
use crate::{App, ServiceError, Staff};

/// Patrols on one page.
const PAGE: usize = 50;
/// Characters of an account's name.
const NAME: usize = 100;
/// Days that a list reaches back when it is not said.
const USUAL: u64 = 30;
/// Days that a list reaches at most.
const LONGEST: i64 = 366;

/// What is asked for.
#[derive(Debug, Clone, Copy, Default)]
pub struct PatrolsWanted<'a> {
    /// An area or a road, as [`Walk::parse`] reads it.
    pub area: Option<&'a str>,
    /// First and last day that they began on.
    pub from: Option<NaiveDate>,
    pub to: Option<NaiveDate>,
    /// Name of an account that took part.
    pub person: Option<&'a str>,
    /// `next` of the page before.
    pub cursor: Option<&'a str>,
}

/// One page of patrols, and the cursor of the next.
#[derive(Debug, Clone)]
pub struct PatrolPage {
    pub patrols: Vec<PatrolView>,
    pub next: Option<String>,
}

/// The patrol with this id.
///
/// # Errors
/// [`ServiceError::UnknownPatrol`], also for one that the caller does not see; storage.
#[instrument(level = "debug", name = "view_patrol", skip_all)]
pub async fn view_patrol(app: &App, staff: &Staff, patrol_id: Uuid) -> Result<PatrolView, ServiceError> {
    let mut conn = app.pool.acquire().await.map_err(StoreError::from)?;
    let patrol = list::by_id(&mut conn, patrol_id).await?;
    patrol.filter(|it| sees(&app.rules(), staff, it)).ok_or(ServiceError::UnknownPatrol)
}

/// The patrols that the caller sees and wants, struck ones too.
///
/// # Errors
/// Everything in `wanted` that nobody understands, at once; storage.
#[instrument(level = "debug", name = "list_patrols", skip_all)]
pub async fn list_patrols(
    app: &App,
    staff: &Staff,
    wanted: PatrolsWanted<'_>,
    now: DateTime<Utc>,
) -> Result<PatrolPage, ServiceError> {
    let rules = app.rules();
    let mut faults = Vec::new();
    let within = wanted.area.map(|area| Walk::parse(&rules, area)).transpose().unwrap_or_else(|_nowhere| {
        let words = "没有这个区域或道路的编号，或不止一个；可写 segment/410103001007";
        faults.push(FieldError::new("/area", FieldCode::Unknown, words));
        None
    });
    let within = within.map(|walk| walk.areas(&rules).iter().map(ToString::to_string).collect::<Vec<_>>());
    let last = wanted.to.unwrap_or_else(|| local(now).date());
    let first = wanted.from.unwrap_or_else(|| last.checked_sub_days(Days::new(USUAL)).unwrap_or(last));
    if first > last || (last - first).num_days() > LONGEST {
        let words = "请填起止日期，起在前，最多一年";
        faults.push(FieldError::new("/from", FieldCode::OutOfRange, words));
    }
    let after = wanted.cursor.and_then(place);
    if wanted.cursor.is_some() && after.is_none() {
        faults.push(broken_cursor());
    }
    let person = wanted.person.map(|name| parse_text("/person", &name.to_lowercase(), NAME));
    let person = person.transpose().map_err(|fault| faults.push(fault)).ok().flatten();
    if !faults.is_empty() {
        return Err(ServiceError::Invalid(faults));
    }
    let filter = Filter {
        areas: &areas(&rules, staff),
        own: staff.staff_id,
        within: within.as_deref(),
        from: Period::of(Cycle::Day, first).begins(),
        until: Period::of(Cycle::Day, last).ends(),
        person: person.as_deref(),
        after,
        limit: i64::try_from(PAGE + 1).unwrap_or(i64::MAX),
    };
    let mut patrols = list::page(&app.pool, &filter).await?;
    let more = patrols.len() > PAGE;
    patrols.truncate(PAGE);
    let next =
        patrols.last().filter(|_| more).map(|patrol| list_place::cursor(patrol.began_at, patrol.patrol_id));
    Ok(PatrolPage { patrols, next })
}
