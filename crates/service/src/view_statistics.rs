//! The statistics of a period, equal to what the cases say at this moment: roll-ups as far as was counted, and whatever
//! happened since read live.

use std::collections::BTreeMap;

use jiekou_core::period::{Cycle, Period};
use jiekou_core::report::{FieldCode, FieldError};
use jiekou_core::staff::{Grant, Level};
use jiekou_core::statistics::{Counted, DEFINITIONS, Dimension, Figures, RollUpKey, changes, tally};
use jiekou_store::statistics::{counting, history, roll_up};
use jiekou_store::{PgConnection, StoreError};
use tracing::instrument;

use crate::{App, ServiceError, Staff};

/// Most cases that are read live. Beyond that a worker has to count first.
const LIVE: i64 = 20_000;

/// What is asked for.
#[derive(Debug, Clone, Copy)]
pub struct Wanted<'a> {
    pub period: Period,
    pub by: Dimension,
    /// Only what this center answers for.
    pub center: Option<&'a str>,
}

/// The statistics of a period.
#[derive(Debug, Clone)]
pub struct Statistics {
    pub period: Period,
    pub by: Dimension,
    /// In the order of their codes. Every center of the caller's area is there, of the others those that have something.
    pub rows: Vec<Row>,
    pub total: Figures,
}

/// What one town, segment, unit or category counts.
#[derive(Debug, Clone)]
pub struct Row {
    pub code: String,
    pub name: String,
    pub figures: Figures,
}

/// What of the statistics a member of staff may see.
struct Sight {
    /// Beginnings of the centers' codes.
    areas: Vec<String>,
    /// Codes of the dimension itself.
    own: Vec<String>,
}

/// The statistics that are asked for, as far as the caller's areas go: city, district and town see all that lies there,
/// a segment, community or grid its own line, a unit its own.
///
/// # Errors
/// [`ServiceError::Forbidden`] when nothing of the kind is the caller's; an unknown center; [`ServiceError::StillCounting`] while
/// the workers have very much to count; storage.
#[instrument(level = "debug", name = "view_statistics", skip_all)]
pub async fn view_statistics(
    app: &App,
    staff: &Staff,
    wanted: Wanted<'_>,
) -> Result<Statistics, ServiceError> {
    let sight = sight(app, staff, &wanted)?;
    let mut transaction = counting::snapshot(&app.pool).await?;
    let figures = figures(&mut transaction, &wanted, &sight).await?;
    transaction.commit().await.map_err(StoreError::from)?;
    Ok(described(app, &wanted, &sight, figures))
}

fn sight(app: &App, staff: &Staff, wanted: &Wanted<'_>) -> Result<Sight, ServiceError> {
    let grants = || staff.grants.iter();
    let whole = |grant: &&Grant| {
        grant.unit.is_none() && matches!(grant.level, Level::City | Level::District | Level::Town)
    };
    let mut areas: Vec<String> = grants().filter(whole).map(|grant| grant.area.clone()).collect();
    let mut own: Vec<String> = match wanted.by {
        Dimension::Unit => grants().filter_map(|grant| grant.unit.clone()).collect(),
        by => {
            let of_level = grants().filter(|grant| by.level() == Some(grant.level) && grant.unit.is_none());
            of_level.map(|grant| grant.area.clone()).collect()
        }
    };
    if let Some(center) = wanted.center {
        if app.rules().center(center).is_none() {
            return Err(ServiceError::field(FieldError::new("/center", FieldCode::Unknown, "没有这个中心")));
        }
        areas = if areas.iter().any(|area| center.starts_with(area.as_str())) {
            vec![center.to_owned()]
        } else {
            Vec::new()
        };
        own.clear();
    }
    if areas.is_empty() && own.is_empty() { Err(ServiceError::Forbidden) } else { Ok(Sight { areas, own }) }
}

impl Sight {
    fn shows(&self, key: &RollUpKey) -> bool {
        self.areas.iter().any(|area| key.center.starts_with(area.as_str())) || self.own.contains(&key.code)
    }
}

async fn figures(
    conn: &mut PgConnection,
    wanted: &Wanted<'_>,
    sight: &Sight,
) -> Result<BTreeMap<String, Figures>, ServiceError> {
    let live = live(conn).await?;
    let cycle = rolled_up_by(wanted.period);
    let mut sums = if live.is_current {
        let rows = roll_up::Wanted {
            cycle,
            first_day: wanted.period.first_day(),
            last_day: wanted.period.last_day(),
            dimension: wanted.by,
            areas: &sight.areas,
            own: &sight.own,
        };
        roll_up::sum(conn, &rows).await?
    } else {
        BTreeMap::new()
    };
    let fits = |key: &RollUpKey| {
        let inside = wanted.period.first_day() <= key.first_day && key.first_day <= wanted.period.last_day();
        inside && key.cycle == cycle && key.dimension == wanted.by && sight.shows(key)
    };
    for (key, figures) in live.changes.into_iter().filter(|(key, _)| fits(key)) {
        *sums.entry(key.code).or_default() += figures;
    }
    Ok(sums)
}

/// What the roll-ups do not have yet.
#[derive(Debug)]
pub(crate) struct Live {
    /// The roll-ups are counted by the definitions of this release; else they say nothing.
    pub is_current: bool,
    /// What is to be added to them.
    pub changes: BTreeMap<RollUpKey, Figures>,
}

/// What has happened to cases since they were counted.
///
/// # Errors
/// [`ServiceError::StillCounting`] when it is very much; storage.
pub(crate) async fn live(conn: &mut PgConnection) -> Result<Live, ServiceError> {
    let progress = counting::progress(conn).await?;
    let is_current = progress.definitions == DEFINITIONS;
    let counted_log = if is_current { progress.counted_log } else { 0 };
    let cases = counting::cases_since(conn, counted_log, LIVE + 1).await?;
    if i64::try_from(cases.len()).unwrap_or(i64::MAX) > LIVE {
        return Err(ServiceError::StillCounting);
    }
    let before = if is_current { counting::counted_as(conn, &cases).await? } else { Default::default() };
    let mut live = BTreeMap::new();
    for (case_id, history) in history::of(conn, &cases).await? {
        let counted = Counted { tallies: tally(&history), place: history.place };
        changes(before.get(&case_id), Some(&counted), &mut live);
    }
    Ok(Live { is_current, changes: live })
}

/// Whose roll-ups the period is made of.
fn rolled_up_by(period: Period) -> Cycle {
    match period.cycle() {
        Cycle::Month | Cycle::Quarter | Cycle::Year => Cycle::Month,
        Cycle::Day | Cycle::Week | Cycle::TenDays | Cycle::HalfMonth => Cycle::Day,
    }
}

fn described(
    app: &App,
    wanted: &Wanted<'_>,
    sight: &Sight,
    mut sums: BTreeMap<String, Figures>,
) -> Statistics {
    let rules = app.rules();
    sums.retain(|_, figures| !figures.is_zero());
    if wanted.by == Dimension::Town {
        let centers = rules.centers().map(|center| center.code).chain([rules.district_center().code]);
        for code in centers.filter(|code| sight.areas.iter().any(|area| code.starts_with(area.as_str()))) {
            sums.entry(code).or_default();
        }
    }
    let name = |code: &str| match wanted.by {
        Dimension::Town => rules.center(code).map(|center| center.name),
        Dimension::Segment => rules.segment(code).map(|segment| segment.name.clone()),
        Dimension::Community | Dimension::Grid => rules.region(code).map(|region| region.name.clone()),
        // A center that handles itself is a unit too.
        Dimension::Unit => {
            let center = || rules.center(code).map(|center| center.name);
            rules.unit(code).map(|unit| unit.name.clone()).or_else(center)
        }
        Dimension::Category => rules.category(code).map(|category| category.name.clone()),
    };
    let mut total = Figures::default();
    let rows = sums.into_iter().map(|(code, figures)| {
        total += figures;
        // What later rules have no name for any more is still known by its code.
        Row { name: name(&code).unwrap_or_else(|| code.clone()), code, figures }
    });
    let rows = rows.collect();
    Statistics { period: wanted.period, by: wanted.by, rows, total }
}
