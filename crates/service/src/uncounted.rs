//! What has happened to cases since the roll-ups were counted, read live in the same snapshot: with it they say what the
//! tables say at this moment.

use std::collections::BTreeMap;

use jiekou_core::period::{Cycle, Period};
use jiekou_core::statistics::{Counted, DEFINITIONS, Dimension, Figures, RollUpKey, changes, tally};
use jiekou_store::PgConnection;
use jiekou_store::statistics::{counting, history};
use tracing::instrument;

use crate::ServiceError;

/// Most cases that are read live. Beyond that a worker has to count first.
const LIVE: i64 = 20_000;

/// What is not in the roll-ups yet.
#[derive(Debug)]
pub(crate) struct Uncounted {
    /// The roll-ups are counted by the definitions of this release; else they are not to be read.
    pub rolled_up: bool,
    changes: BTreeMap<RollUpKey, Figures>,
}

/// Reads what was not counted yet; in a snapshot that the roll-ups are read in too.
///
/// # Errors
/// [`ServiceError::StillCounting`] while the workers have very much to count; storage.
#[instrument(level = "debug", name = "uncounted", skip_all)]
pub(crate) async fn uncounted(conn: &mut PgConnection) -> Result<Uncounted, ServiceError> {
    let progress = counting::progress(conn).await?;
    let rolled_up = progress.definitions == DEFINITIONS;
    let counted_log = if rolled_up { progress.counted_log } else { 0 };
    let cases = counting::cases_since(conn, counted_log, LIVE + 1).await?;
    if i64::try_from(cases.len()).unwrap_or(i64::MAX) > LIVE {
        return Err(ServiceError::StillCounting);
    }
    let before = if rolled_up { counting::counted_as(conn, &cases).await? } else { Default::default() };
    let mut live = BTreeMap::new();
    for (case_id, history) in history::of(conn, &cases).await? {
        let counted = Counted { tallies: tally(&history), place: history.place };
        changes(before.get(&case_id), Some(&counted), &mut live);
    }
    Ok(Uncounted { rolled_up, changes: live })
}

impl Uncounted {
    /// What changes in the rows of a period.
    pub fn of(&self, period: Period, dimension: Dimension) -> impl Iterator<Item = (&RollUpKey, &Figures)> {
        let cycle = rolled_up_by(period);
        self.changes.iter().filter(move |(key, _)| {
            let inside = period.first_day() <= key.first_day && key.first_day <= period.last_day();
            inside && key.cycle == cycle && key.dimension == dimension
        })
    }
}

/// Whose roll-ups the period is made of.
pub(crate) fn rolled_up_by(period: Period) -> Cycle {
    match period.cycle() {
        Cycle::Month | Cycle::Quarter | Cycle::Year => Cycle::Month,
        Cycle::Day | Cycle::Week | Cycle::TenDays | Cycle::HalfMonth => Cycle::Day,
    }
}
