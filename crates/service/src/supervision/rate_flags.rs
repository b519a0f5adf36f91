//! A month's rating of segments by flags: as a whole, corrected only by a new version, and starting accountability.

use std::collections::{BTreeMap, BTreeSet, HashMap};

use chrono::{DateTime, NaiveDate, Utc};
use jiekou_core::flag::Flag;
use jiekou_core::period::{Cycle, Period};
use jiekou_core::report::{FieldCode, FieldError};
use jiekou_core::rulebook::Rulebook;
use jiekou_store::StoreError;
use jiekou_store::supervision::flags::{self, FlagRow, RatingRow};
use jiekou_store::words::Words;
use sqlx::types::Json;
use tracing::{info, instrument};

use super::account::account;
use super::assessor::assesses;
use super::words::reason;
use crate::{App, ServiceError, Staff};

/// A rating as it was sent.
#[derive(Debug, Clone)]
pub struct Rating {
    pub month: Period,
    pub flags: Vec<(String, Flag)>,
    /// Why the version before is wrong.
    pub reason: Option<String>,
}

/// What became of it.
#[derive(Debug, Clone)]
pub struct Rated {
    pub month: Period,
    pub version: i32,
    pub rated_at: DateTime<Utc>,
    /// Segments and months whose accountability has started with it.
    pub started: Vec<(String, NaiveDate)>,
    /// Those whose accountability the correction takes back.
    pub withdrawn: Vec<(String, NaiveDate)>,
}

/// Rates the segments of a month. What stands already is answered the same again and changes nothing.
///
/// # Errors
/// [`ServiceError::Forbidden`] for whoever does not assess; every wrong field at once: a month to come, segments that are
/// unknown, outside the area or there twice, a correction without a reason; storage.
#[instrument(level = "debug", name = "rate_flags", skip_all)]
pub async fn rate_flags(
    app: &App,
    staff: &Staff,
    rating: &Rating,
    now: DateTime<Utc>,
) -> Result<Rated, ServiceError> {
    let rules = app.rules();
    let area = assesses(&rules, staff)?;
    let month = rating.month.first_day();
    let mut transaction = app.pool.begin().await.map_err(StoreError::from)?;
    flags::lock(&mut transaction).await?;
    let before = flags::newest(&mut transaction, area, month).await?;
    let flags_before = match &before {
        Some(before) => flags::of_version(&mut transaction, area, month, before.version).await?,
        None => Vec::new(),
    };
    let rows = checked(&rules, area, rating, before.as_ref(), &flags_before, now)?;
    let changed = changed(&flags_before, &rows);
    if let Some(before) = before.as_ref().filter(|_| changed.is_empty()) {
        let (version, rated_at) = (before.version, before.rated_at);
        return Ok(Rated { month: rating.month, version, rated_at, started: vec![], withdrawn: vec![] });
    }
    let row = RatingRow {
        area: area.to_owned(),
        month,
        version: before.as_ref().map_or(1, |before| before.version + 1),
        rules: before.as_ref().map_or(Json(rules.plan().supervision.flags), |before| before.rules),
        reason: before.as_ref().and(reason(rating.reason.as_deref(), &mut Vec::new())).map(Words::new),
        rated_by: staff.staff_id,
        rated_at: now,
    };
    flags::insert(&mut transaction, &row, &rows).await?;
    let why = row.reason.as_ref().map(|reason| reason.for_rules().to_owned());
    let why = why.unwrap_or_else(|| format!("补登 {} 的评比", rating.month));
    let (started, withdrawn) = account(&rules, &mut transaction, &row, &changed, &why, now).await?;
    transaction.commit().await.map_err(StoreError::from)?;
    info!(flags.month = %rating.month, flags.version = row.version, flags.started = started.len(), "segments rated");
    Ok(Rated { month: rating.month, version: row.version, rated_at: now, started, withdrawn })
}

/// The rows of the rating, by segment.
fn checked(
    rules: &Rulebook,
    area: &str,
    rating: &Rating,
    before: Option<&RatingRow>,
    flags_before: &[FlagRow],
    now: DateTime<Utc>,
) -> Result<Vec<FlagRow>, ServiceError> {
    let mut faults = Vec::new();
    let mut fault = |pointer: String, code, words: &str| faults.push(FieldError::new(pointer, code, words));
    if rating.month.cycle() != Cycle::Month {
        fault("/month".to_owned(), FieldCode::Malformed, "请填月份，如 2026-11");
    } else if rating.month.begins() > now {
        fault("/month".to_owned(), FieldCode::InFuture, "这个月还没有到");
    }
    if rating.flags.is_empty() {
        fault("/flags".to_owned(), FieldCode::Missing, "请列出被评为红旗或黑旗的路段");
    }
    let mut rows: BTreeMap<&str, FlagRow> = BTreeMap::new();
    for (position, (code, flag)) in rating.flags.iter().enumerate() {
        let pointer = || format!("/flags/{position}/segment");
        // A month of older rules may have segments that are no more.
        let earlier = || flags_before.iter().find(|row| row.segment_code == *code);
        let known = rules.segment(code).map(|segment| (segment.name.clone(), segment.town_code.clone()));
        let named = known.or_else(|| earlier().map(|row| (row.segment_name.clone(), row.town_code.clone())));
        match named {
            None => fault(pointer(), FieldCode::Unknown, "没有这个路段"),
            Some((_, town)) if !town.starts_with(area) => {
                fault(pointer(), FieldCode::NotAllowed, "这个路段不在本辖区");
            }
            Some((segment_name, town_code)) => {
                let segment_code = code.clone();
                let flag = flag_name(*flag).to_owned();
                let month = rating.month.first_day();
                let row = FlagRow { month, segment_code, segment_name, town_code, flag };
                if rows.insert(code, row).is_some() {
                    fault(pointer(), FieldCode::AlreadyUsed, "这个路段列了两次");
                }
            }
        }
    }
    let rows: Vec<FlagRow> = rows.into_values().collect();
    let corrects = before.is_some() && !changed(flags_before, &rows).is_empty();
    if reason(rating.reason.as_deref(), &mut faults).is_none() && corrects {
        faults.push(FieldError::new("/reason", FieldCode::Missing, "这个月已经评过，更正要写明原因"));
    }
    if faults.is_empty() { Ok(rows) } else { Err(ServiceError::Invalid(faults)) }
}

pub(super) fn flag_name(flag: Flag) -> &'static str {
    match flag {
        Flag::Red => "red",
        Flag::Black => "black",
    }
}

pub(super) fn flag_named(name: &str) -> Result<Flag, StoreError> {
    match name {
        "red" => Ok(Flag::Red),
        "black" => Ok(Flag::Black),
        _ => Err(StoreError::Inconsistent("a flag of another colour")),
    }
}

/// The segments that the two versions rate differently.
fn changed(before: &[FlagRow], after: &[FlagRow]) -> Vec<String> {
    let by_code = |rows: &[FlagRow]| -> HashMap<String, String> {
        rows.iter().map(|row| (row.segment_code.clone(), row.flag.clone())).collect()
    };
    let (before, after) = (by_code(before), by_code(after));
    let all: BTreeSet<&String> = before.keys().chain(after.keys()).collect();
    all.into_iter().filter(|code| before.get(*code) != after.get(*code)).cloned().collect()
}
