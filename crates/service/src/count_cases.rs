//! Counting: what has happened to cases is added to the roll-ups of statistics.
//!
//! Nobody waits for it and it waits for nobody: cases are read without a lock. A batch is one transaction with the number
//! up to which the log is counted, so a worker that dies has counted nothing, and counting a case again changes nothing.

use std::collections::BTreeMap;

use jiekou_core::statistics::{Counted, DEFINITIONS, changes, tally};
use jiekou_store::statistics::{counting, history, roll_up};
use jiekou_store::{PgConnection, StoreError};
use tracing::instrument;

use crate::{App, ServiceError};

/// Log lines of a batch.
const LINES: i64 = 4_000;

/// What a call of [`count_cases`] did.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Batch {
    pub cases: usize,
    /// There is more to count now.
    pub more: bool,
}

const NOTHING: Batch = Batch { cases: 0, more: false };

/// Counts the next batch of cases that something happened to. Of several workers one counts.
///
/// # Errors
/// Storage; nothing is counted then.
#[instrument(level = "debug", name = "count_cases", skip_all)]
pub async fn count_cases(app: &App) -> Result<Batch, ServiceError> {
    let mut transaction = app.pool.begin().await.map_err(StoreError::from)?;
    let conn = &mut *transaction;
    if !counting::try_lock(conn).await? {
        return Ok(NOTHING);
    }
    let mut progress = counting::progress(conn).await?;
    if progress.definitions != DEFINITIONS {
        counting::restart(conn, DEFINITIONS).await?;
        progress.counted_log = 0;
    }
    if progress.counted_log == progress.drawn_log {
        transaction.commit().await.map_err(StoreError::from)?;
        return Ok(NOTHING);
    }
    let last = counting::final_line(conn).await?;
    let (end, cases) = counting::next_cases(conn, progress.counted_log, last, LINES).await?;
    count(conn, &cases).await?;
    if end > progress.counted_log {
        counting::counted_up_to(conn, end).await?;
    }
    transaction.commit().await.map_err(StoreError::from)?;
    Ok(Batch { cases: cases.len(), more: end < last })
}

async fn count(conn: &mut PgConnection, cases: &[i64]) -> Result<(), StoreError> {
    if cases.is_empty() {
        return Ok(());
    }
    let before = counting::counted_as(conn, cases).await?;
    let mut after = Vec::with_capacity(cases.len());
    let mut rows = BTreeMap::new();
    for (case_id, history) in history::of(conn, cases).await? {
        let counted = Counted { tallies: tally(&history), place: history.place };
        changes(before.get(&case_id), Some(&counted), &mut rows);
        after.push((case_id, counted));
    }
    roll_up::add(conn, &rows).await?;
    counting::remember(conn, &after).await
}
