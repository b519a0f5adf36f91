//! A problem that was closed came back: its new case is linked to the one before, and the times here are counted.

use chrono::{DateTime, Duration, Utc};
use jiekou_core::dedup::{self, Candidate, Fingerprint, PastCase};
use jiekou_store::StoreError;
use jiekou_store::cases::recurrence::{self, RecurrenceRow, Subject};
use jiekou_store::cases::view;
use tracing::{info, instrument};

use crate::error::failed;
use crate::submit_report::recognise::{Search, families};
use crate::{App, ServiceError};

/// Whether a case that had this act may have become the return of another, or ceased to be one: it was opened, got a
/// place or category, or cases were merged into it or parted from it.
pub fn may_recur(act: &str) -> bool {
    let acts = [
        "received",
        "located",
        "correctPlace",
        "correctCategory",
        "absorb",
        "release",
        "unmerge",
        "splitOff",
    ];
    acts.contains(&act)
}

/// Links a case to the last one of its problem that was over before it was opened, and counts them. Done again, it
/// changes only what has changed. A merged case is left alone: the case that holds its reports is linked instead.
///
/// # Errors
/// Storage.
#[instrument(level = "debug", name = "link_recurrence", skip(app, now))]
pub async fn link_recurrence(app: &App, case_id: i64, now: DateTime<Utc>) -> Result<(), ServiceError> {
    let Some(subject) = recurrence::subject(&app.pool, case_id).await? else {
        return Ok(());
    };
    let found = find(app, &subject).await?;
    let mut transaction = app.pool.begin().await.map_err(StoreError::from)?;
    let locked = view::lock(&mut *transaction, &subject.case_number).await?;
    let case = locked.ok_or(StoreError::Inconsistent("a case without its number"))?;
    if case.merged_into.is_some() {
        return Ok(());
    }
    let changed = recurrence::write(&mut transaction, case_id, found.as_ref(), now).await?;
    transaction.commit().await.map_err(StoreError::from)?;
    if let Some(row) = found.filter(|_| changed) {
        info!(
            case.number = subject.case_number,
            case.times_here = row.times_here,
            case.hot_spot = row.hot_spot,
            "a problem came back"
        );
    }
    Ok(())
}

async fn find(app: &App, subject: &Subject) -> Result<Option<RecurrenceRow>, ServiceError> {
    let rules = app.rules();
    let data = rules.data();
    // What another release wrote and this one cannot read is compared with nothing.
    let prints: Vec<Fingerprint> =
        subject.prints.iter().filter_map(|bytes| Fingerprint::from_bytes(bytes)).collect();
    let window_days = data.dedup.recurrence.window_days;
    let since = subject.opened_at - Duration::days(i64::from(window_days));
    let mut past = Vec::new();
    for print in &prints {
        let search = Search {
            reach_meters: dedup::reach_meters(
                &print.family,
                print.accuracy_meters,
                &data.families,
                &data.dedup,
            ),
            // Nobody asks a town's index here.
            center: String::new(),
            families: families(app, &print.family),
            nearest: dedup::NEAREST,
            print: print.clone(),
        };
        let rows =
            recurrence::past(&app.pool, &search.reach(), subject.case_id, since, subject.opened_at).await?;
        past.extend(rows.into_iter().filter_map(|row| {
            Some(PastCase {
                candidate: Candidate {
                    case_id: row.case_id,
                    print: Fingerprint::from_bytes(&row.fingerprint)?,
                },
                counts_as: row.last_id,
                ended_at: row.ended_at,
            })
        }));
    }
    let found = dedup::recurrence(&prints, &past, &data.families, &data.dedup, subject.opened_at);
    found
        .map(|found| {
            Ok(RecurrenceRow {
                recurrence_of: found.previous.case_id,
                times_here: i32::try_from(found.times_here).unwrap_or(i32::MAX),
                window_days: i32::try_from(window_days).unwrap_or(i32::MAX),
                hot_spot: found.hot_spot,
                judged: serde_json::to_value(&found.previous).map_err(failed)?,
            })
        })
        .transpose()
}
