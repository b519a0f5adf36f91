//! The statistics of a period, equal to what the cases say at this moment: roll-ups as far as was counted, and whatever
//! happened since read live.

use std::collections::BTreeMap;

use jiekou_core::period::Period;
use jiekou_core::report::{FieldCode, FieldError};
use jiekou_core::staff::{Grant, Level};
use jiekou_core::statistics::{Dimension, Figures, RollUpKey};
use jiekou_store::statistics::{counting, roll_up};
use jiekou_store::{PgConnection, StoreError};
use tracing::instrument;

use crate::uncounted::{rolled_up_by, uncounted};
use crate::{App, ServiceError, Staff};

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
    let uncounted = uncounted(conn).await?;
    let mut sums = if uncounted.rolled_up {
        let rows = roll_up::Wanted {
            cycle: rolled_up_by(wanted.period),
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
    for (key, figures) in uncounted.of(wanted.period, wanted.by).filter(|(key, _)| sight.shows(key)) {
        *sums.entry(key.code.clone()).or_default() += *figures;
    }
    Ok(sums)
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
