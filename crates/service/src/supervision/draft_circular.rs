//! What a circular would say: the open overdue cases of a period, each with how often in a row it would be notified.

use std::collections::BTreeMap;

use chrono::{DateTime, NaiveDate, Utc};
use jiekou_core::circular::{CircularRules, Notified, Points, Problem, times_in_a_row};
use jiekou_core::period::Period;
use jiekou_core::report::{FieldCode, FieldError};
use jiekou_core::rulebook::Rulebook;
use jiekou_store::statistics::counting::snapshot;
use jiekou_store::supervision::circulars::{self, CandidateRow, ItemRow};
use jiekou_store::{PgConnection, StoreError};
use tracing::instrument;
use uuid::Uuid;

use super::assessor::assesses;
use crate::{App, ServiceError, Staff};

/// Most problems of one circular.
pub(super) const MOST: usize = 2_000;

/// What a circular would say if it was drawn up now.
#[derive(Debug, Clone)]
pub struct Draft {
    pub period: Period,
    pub items: Vec<ItemRow>,
    pub sums: Vec<CenterSum>,
    /// There are more overdue cases than a circular takes: those are to be chosen.
    pub is_cut: bool,
    /// The circular of the period, where there is one already.
    pub issued: Option<Uuid>,
}

/// What is deducted from one center.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct CenterSum {
    pub code: String,
    pub name: String,
    pub problems: usize,
    pub deduction: Points,
}

/// Draws up the circular of a period: every open case of the area whose deadline passed before its end, and before now.
///
/// # Errors
/// [`ServiceError::Forbidden`] for whoever does not assess; a period of another cycle or to come; storage.
#[instrument(level = "debug", name = "draft_circular", skip_all)]
pub async fn draft_circular(
    app: &App,
    staff: &Staff,
    period: Period,
    now: DateTime<Utc>,
) -> Result<Draft, ServiceError> {
    let rules = app.rules();
    let area = assesses(&rules, staff)?;
    let settings = &rules.plan().supervision.circulars;
    if let Some(fault) = misfit(settings, period, None, now) {
        return Err(ServiceError::field(fault));
    }
    let mut transaction = snapshot(&app.pool).await?;
    let (candidates, is_cut) = overdue(&mut transaction, area, period, now).await?;
    let items = items(&mut transaction, settings, area, period, candidates).await?;
    let issued = circulars::of_period(&mut transaction, area, &period.to_string()).await?;
    transaction.commit().await.map_err(StoreError::from)?;
    let sums = sums(&rules, &items);
    Ok(Draft { period, items, sums, is_cut, issued: issued.map(|row| row.circular_id) })
}

/// Why no circular can be issued for the period; `last` is the first day of the last one that was.
pub(super) fn misfit(
    settings: &CircularRules,
    period: Period,
    last: Option<NaiveDate>,
    now: DateTime<Utc>,
) -> Option<FieldError> {
    let fault = |code, words: &str| Some(FieldError::new("/period", code, words));
    if period.cycle() != settings.every {
        let example = Period::at(settings.every, now);
        return fault(FieldCode::Malformed, &format!("通报的周期如 {example}"));
    }
    if period.begins() > now {
        return fault(FieldCode::InFuture, "这一期还没有到");
    }
    if last.is_some_and(|last| period.first_day() < last) {
        return fault(FieldCode::NotAllowed, "后面一期已经通报，前面的不能再补");
    }
    None
}

/// The overdue cases that a circular takes, and whether there are more.
pub(super) async fn overdue(
    conn: &mut PgConnection,
    area: &str,
    period: Period,
    now: DateTime<Utc>,
) -> Result<(Vec<CandidateRow>, bool), ServiceError> {
    let limit = i64::try_from(MOST).unwrap_or(i64::MAX);
    let mut found = circulars::overdue(conn, area, period.ends().min(now), limit + 1).await?;
    let is_cut = found.len() > MOST;
    found.truncate(MOST);
    Ok((found, is_cut))
}

/// The problems with how often in a row each is notified now, and what that deducts.
pub(super) async fn items(
    conn: &mut PgConnection,
    settings: &CircularRules,
    area: &str,
    period: Period,
    candidates: Vec<CandidateRow>,
) -> Result<Vec<ItemRow>, ServiceError> {
    let before = circulars::notified(conn, area, &period.previous().to_string()).await?;
    let before: Vec<Notified> = before
        .into_iter()
        .map(|row| Notified {
            case_id: row.case_id,
            segment: row.segment_code,
            category: row.category,
            times: u32::try_from(row.times).unwrap_or(1),
            closed_since: row.closed_since,
        })
        .collect();
    let problems: Vec<Problem> = candidates
        .iter()
        .map(|row| Problem {
            case_id: row.case_id,
            segment: row.segment_code.clone(),
            category: row.category.clone(),
        })
        .collect();
    let times = times_in_a_row(&before, &problems);
    let items = candidates.into_iter().zip(times).map(|(row, times)| ItemRow {
        case_id: row.case_id,
        case_number: row.case_number,
        center_code: row.center_code,
        segment_code: row.segment_code,
        category: row.category,
        address: row.address,
        due_at: row.due_at,
        times: i32::try_from(times).unwrap_or(i32::MAX),
        deduction: settings.deduction.at(times).hundredths(),
    });
    Ok(items.collect())
}

/// What is deducted from each center, by its code.
pub(super) fn sums(rules: &Rulebook, items: &[ItemRow]) -> Vec<CenterSum> {
    let mut sums: BTreeMap<&str, (usize, Points)> = BTreeMap::new();
    for item in items {
        let (problems, deduction) = sums.entry(&item.center_code).or_default();
        *problems += 1;
        *deduction = deduction.plus(Points::from_hundredths(item.deduction));
    }
    let named = sums.into_iter().map(|(code, (problems, deduction))| CenterSum {
        name: rules.center(code).map_or_else(|| code.to_owned(), |center| center.name),
        code: code.to_owned(),
        problems,
        deduction,
    });
    named.collect()
}
