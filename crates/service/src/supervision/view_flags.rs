//! How segments stand by their flags, and the ratings of a month with their corrections.

use std::collections::{BTreeMap, BTreeSet};

use chrono::{DateTime, NaiveDate, Utc};
use jiekou_core::flag::{Flag, FlagRules, FlagStanding, standing, window_of};
use jiekou_core::period::{Cycle, Period};
use jiekou_core::report::{FieldCode, FieldError};
use jiekou_store::StoreError;
use jiekou_store::statistics::counting::snapshot;
use jiekou_store::supervision::accountability::{self, AccountabilityRow};
use jiekou_store::supervision::flags::{self, FlagRow, VersionView};
use tracing::instrument;

use super::assessor::Sight;
use super::rate_flags::flag_named;
use crate::{App, ServiceError, Staff};

/// What is asked for.
#[derive(Debug, Clone, Default)]
pub struct Wanted {
    pub segment: Option<String>,
    /// The last month that was rated, when left out.
    pub month: Option<Period>,
}

/// How segments stand at a month.
#[derive(Debug, Clone)]
pub struct FlagView {
    pub month: Period,
    pub rules: FlagRules,
    pub segments: Vec<SegmentStanding>,
}

/// How one segment stands.
#[derive(Debug, Clone)]
pub struct SegmentStanding {
    pub code: String,
    pub name: String,
    pub town_code: String,
    /// Of the window; of one segment alone, all of them up to the month.
    pub flags: BTreeMap<NaiveDate, Flag>,
    pub standing: FlagStanding,
    /// The first month of the window that has started accountability.
    pub accountable_since: Option<NaiveDate>,
    /// All accountability up to the month, also what was taken back.
    pub accountability: Vec<AccountabilityRow>,
}

/// The rating of a month, with its corrections.
#[derive(Debug, Clone)]
pub struct MonthView {
    pub month: Period,
    /// By the area that rated.
    pub ratings: Vec<AreaRating>,
}

/// What one area rated.
#[derive(Debug, Clone)]
pub struct AreaRating {
    pub area: String,
    /// The first one first, each with the flags that the caller may see.
    pub versions: Vec<(VersionView, Vec<FlagRow>)>,
}

/// How segments stand, those that the caller may see; a segment that later rules dropped is there while it has flags.
///
/// # Errors
/// [`ServiceError::Forbidden`] for whoever may see none, or not the one asked for; an unknown segment; a month to come;
/// storage.
#[instrument(level = "debug", name = "view_flags", skip_all)]
pub async fn view_flags(
    app: &App,
    staff: &Staff,
    wanted: &Wanted,
    now: DateTime<Utc>,
) -> Result<FlagView, ServiceError> {
    let sight = Sight::of(staff)?;
    let rules = app.rules();
    if wanted.month.is_some_and(|month| month.begins() > now) {
        return Err(ServiceError::field(FieldError::new("/month", FieldCode::InFuture, "这个月还没有到")));
    }
    let unknown = || ServiceError::field(FieldError::new("/segment", FieldCode::Unknown, "没有这个路段"));
    // What is no code names no segment, and never reaches the database.
    if wanted.segment.as_ref().is_some_and(|code| !code.bytes().all(|byte| byte.is_ascii_graphic())) {
        return Err(unknown());
    }
    let asked_day = wanted.month.map(Period::first_day);
    let last = flags::last(&app.pool, asked_day).await?;
    let this_month = Period::at(Cycle::Month, now);
    let month =
        wanted.month.or(last.as_ref().map(|it| Period::of(Cycle::Month, it.month))).unwrap_or(this_month);
    let flag_rules = last.map_or(rules.plan().supervision.flags, |last| last.rules.0);
    let only = wanted.segment.as_ref().map(std::slice::from_ref);
    let mut transaction = snapshot(&app.pool).await?;
    let rows = flags::standing(&mut transaction, only, Some(month.first_day())).await?;
    let accountability = accountability::of(&mut transaction, only, Some(month.first_day())).await?;
    transaction.commit().await.map_err(StoreError::from)?;

    let mut segments: BTreeMap<String, SegmentStanding> = BTreeMap::new();
    let mut entry = |code: &str, name: &str, town: &str| {
        segments.entry(code.to_owned()).or_insert_with(|| SegmentStanding {
            code: code.to_owned(),
            name: name.to_owned(),
            town_code: town.to_owned(),
            flags: BTreeMap::new(),
            standing: standing(&BTreeMap::new(), month, &flag_rules),
            accountable_since: None,
            accountability: Vec::new(),
        });
    };
    let in_rules = rules.data().segments.iter();
    for segment in in_rules.filter(|segment| wanted.segment.as_ref().is_none_or(|code| *code == segment.code))
    {
        entry(&segment.code, &segment.name, &segment.town_code);
    }
    for row in &rows {
        entry(&row.segment_code, &row.segment_name, &row.town_code);
    }
    if let Some(code) = &wanted.segment {
        let found = segments.get(code).ok_or_else(unknown)?;
        if !sight.shows(&found.town_code, Some(&found.code)) {
            return Err(ServiceError::Forbidden);
        }
    }
    segments.retain(|code, segment| sight.shows(&segment.town_code, Some(code)));
    for row in rows {
        if let Some(segment) = segments.get_mut(&row.segment_code) {
            segment.flags.insert(row.month, flag_named(&row.flag)?);
        }
    }
    let first = window_of(month, flag_rules.window).first_day();
    for row in accountability {
        if let Some(segment) = segments.get_mut(&row.segment_code) {
            let counts = row.withdrawn_at.is_none() && row.month >= first;
            segment.accountable_since = segment.accountable_since.or(counts.then_some(row.month));
            segment.accountability.push(row);
        }
    }
    for segment in segments.values_mut() {
        segment.standing = standing(&segment.flags, month, &flag_rules);
        if wanted.segment.is_none() {
            segment.flags.retain(|month, _| *month >= first);
        }
    }
    Ok(FlagView { month, rules: flag_rules, segments: segments.into_values().collect() })
}

/// The rating of a month with all its versions.
///
/// # Errors
/// [`ServiceError::Forbidden`] for whoever may see none; storage.
#[instrument(level = "debug", name = "view_month_of_flags", skip_all)]
pub async fn view_month(app: &App, staff: &Staff, month: Period) -> Result<MonthView, ServiceError> {
    let sight = Sight::of(staff)?;
    let mut transaction = snapshot(&app.pool).await?;
    let mut ratings = Vec::new();
    let areas: BTreeSet<String> =
        flags::areas(&mut transaction, month.first_day()).await?.into_iter().collect();
    for area in areas.into_iter().filter(|area| sight.concerns(area)) {
        let mut versions = Vec::new();
        for version in flags::versions(&mut transaction, &area, month.first_day()).await? {
            let mut rows =
                flags::of_version(&mut transaction, &area, month.first_day(), version.version).await?;
            rows.retain(|row| sight.shows(&row.town_code, Some(&row.segment_code)));
            versions.push((version, rows));
        }
        ratings.push(AreaRating { area, versions });
    }
    transaction.commit().await.map_err(StoreError::from)?;
    Ok(MonthView { month, ratings })
}
