//! The worst segments and spots of a period, by numbers: what a person who hangs a placard chooses from.

use std::cmp::Reverse;
use std::collections::BTreeMap;

use chrono::{DateTime, Utc};
use jiekou_core::period::Period;
use jiekou_core::statistics::Dimension;
use jiekou_store::supervision::worst::{self, OverdueSpot};
use tracing::instrument;

use super::assessor::assesses;
use crate::view_statistics::{Wanted, view_statistics};
use crate::{App, ServiceError, Staff};

/// What is proposed.
#[derive(Debug, Clone)]
pub struct Proposals {
    pub period: Period,
    /// The worst first.
    pub segments: Vec<WorstSegment>,
    pub spots: Vec<OverdueSpot>,
}

/// A segment with the numbers that make it one of the worst: by the overdue of the period first, then by those of its open
/// cases that are overdue now, by its open cases, and by what the period brought.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct WorstSegment {
    pub code: String,
    pub name: String,
    /// Of the statistics of the period: cases due in it that were late; cases opened in it; those that came back.
    pub overdue: i64,
    pub received: i64,
    pub recurred: i64,
    /// Now: its open cases, and those of them whose deadline has passed.
    pub open: i64,
    pub open_overdue: i64,
}

/// The worst segments and spots of a period, without those on which a placard hangs. Nothing is hung by it.
///
/// # Errors
/// [`ServiceError::Forbidden`] for whoever does not assess; [`ServiceError::StillCounting`]; storage.
#[instrument(level = "debug", name = "propose_placards", skip_all)]
pub async fn propose_placards(
    app: &App,
    staff: &Staff,
    period: Period,
    now: DateTime<Utc>,
) -> Result<Proposals, ServiceError> {
    let rules = app.rules();
    let area = assesses(&rules, staff)?;
    let most = rules.plan().supervision.placards.proposals;
    let counted =
        view_statistics(app, staff, Wanted { period, by: Dimension::Segment, center: None }).await?;
    let placarded = super::view_placards::placarded_segments(app).await?;
    let mut segments: BTreeMap<String, WorstSegment> = BTreeMap::new();
    for row in counted.rows {
        let segment = named(&mut segments, &rules, &row.code);
        segment.overdue = row.figures.overdue;
        segment.received = row.figures.received;
        segment.recurred = row.figures.recurred;
    }
    for row in worst::segments(&app.pool, area, now).await? {
        let segment = named(&mut segments, &rules, &row.segment_code);
        segment.open = row.open;
        segment.open_overdue = row.overdue;
    }
    let in_area = |code: &str| rules.segment(code).is_some_and(|segment| segment.town_code.starts_with(area));
    let is_free = |code: &str| placarded.iter().all(|(hung, ..)| hung != code);
    let mut worst: Vec<WorstSegment> = segments
        .into_values()
        .filter(|it| it.overdue + it.open > 0 && in_area(&it.code) && is_free(&it.code))
        .collect();
    worst.sort_by_key(|it| (Reverse((it.overdue, it.open_overdue, it.open, it.received)), it.code.clone()));
    worst.truncate(usize::try_from(most).unwrap_or(usize::MAX));
    let spots = worst::spots(&app.pool, area, period.ends().min(now), most.into()).await?;
    Ok(Proposals { period, segments: worst, spots })
}

fn named<'a>(
    segments: &'a mut BTreeMap<String, WorstSegment>,
    rules: &jiekou_core::rulebook::Rulebook,
    code: &str,
) -> &'a mut WorstSegment {
    segments.entry(code.to_owned()).or_insert_with(|| WorstSegment {
        code: code.to_owned(),
        name: rules.segment(code).map_or_else(|| code.to_owned(), |segment| segment.name.clone()),
        overdue: 0,
        received: 0,
        recurred: 0,
        open: 0,
        open_overdue: 0,
    })
}
