//! A clock is running out, or has: whoever the rulebook names is told.

use chrono::{DateTime, Utc};
use jiekou_core::place::Wgs84;
use jiekou_core::plan::{Addressee, Ladder};
use jiekou_store::StoreError;
use jiekou_store::work::{deliveries, ticks};
use serde_json::json;
use tracing::instrument;

use crate::{App, ServiceError};

/// A clock that was raised, in its log line.
#[derive(Debug, Clone, Copy)]
pub struct RaisedClock {
    pub log_id: i64,
    pub case_id: i64,
    pub n: i32,
    /// It has run out; else a fifth of it is left.
    pub late: bool,
}

/// Creates the messages about a raised clock: to its owner, and of a breach also to the next rung of the ladder, which
/// the case's log names. Doing it twice tells nobody twice.
///
/// # Errors
/// Storage.
#[instrument(level = "debug", name = "tell_clock", skip_all)]
pub async fn tell_clock(app: &App, raised: RaisedClock, now: DateTime<Utc>) -> Result<(), ServiceError> {
    let mut transaction = app.pool.begin().await.map_err(StoreError::from)?;
    let Some(row) = ticks::lock_raised(&mut transaction, raised.case_id, raised.n).await? else {
        return Ok(());
    };
    let rulebook = app.rulebooks.version(&mut transaction, row.rulebook_version_id).await?;
    let ladder = Ladder {
        rules: &rulebook.rules,
        center: &row.center_code,
        segment: row.segment_code.as_deref(),
        point: row.longitude.zip(row.latitude).and_then(|(x, y)| Wgs84::new(x, y).ok()),
        assignee: row.assignee.as_deref(),
    };
    let kind = row.clock.0.kind;
    let told = if raised.late {
        let highest = row.highest_rung.and_then(|rung| usize::try_from(rung).ok());
        let breach = ladder.breach(kind, highest);
        if let Some((position, addressee)) = breach.next.as_ref().filter(|_| row.told_rung.is_none()) {
            let rung = i32::try_from(*position).unwrap_or(i32::MAX);
            let level = rulebook.rules.plan().ladder.get(*position).map(|rung| rung.level.name());
            let detail = json!({
                "rule": row.clock.0.rule, "to": addressee.name(&rulebook.rules), "level": level,
            });
            ticks::escalated(&mut transaction, raised.case_id, raised.n, rung, &detail, now).await?;
        }
        breach.next.into_iter().map(|(_, addressee)| addressee).chain([breach.owner]).collect()
    } else {
        vec![ladder.owner(kind)]
    };
    let told: Vec<String> = told.iter().map(Addressee::to_string).collect();
    // Whoever was told of it before is not asked for again: the ladder may have moved on.
    if row.told_rung.is_none() {
        deliveries::tell(&mut transaction, raised.log_id, &told, now).await?;
    }
    Ok(transaction.commit().await.map_err(StoreError::from)?)
}
