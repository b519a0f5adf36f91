//! The third party and those who watch it (DL-10, DL-11): what it found, what came of it, and what it missed.

use std::collections::BTreeMap;

use jiekou_core::period::Period;
use jiekou_core::plan::UnitKind;
use jiekou_core::staff::{Grant, Level, Role};
use jiekou_store::third_party::{self, FoundBy, FoundRow, MissedFilter, MissedRow};
use tracing::instrument;

use crate::{App, ServiceError, Staff};

/// Missed cases on one page, and in a file.
const PAGE: i64 = 50;
const FILE: i64 = 10_000;

/// What was found where one district answers.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct District {
    pub code: String,
    pub name: String,
    pub found: i64,
    pub rechecked: i64,
    pub closed: i64,
}

/// Missed cases, and the cursor of those that follow.
#[derive(Debug, Clone)]
pub struct MissedPage {
    pub cases: Vec<MissedRow>,
    pub next: Option<String>,
    /// There are more than a file takes.
    pub cut: bool,
}

/// What the third party found in a period, district by district, those without any too.
///
/// # Errors
/// [`ServiceError::Forbidden`] for whom no district is theirs to watch; storage.
#[instrument(level = "debug", name = "third_party_found", skip_all)]
pub async fn third_party_found(
    app: &App,
    staff: &Staff,
    period: Period,
) -> Result<Vec<District>, ServiceError> {
    let areas = areas(app, staff)?;
    let found = third_party::found(&app.pool, period.begins(), period.ends(), &areas).await?;
    let found: BTreeMap<String, FoundRow> =
        found.into_iter().map(|row| (row.district.clone(), row)).collect();
    let rules = app.rules();
    let data = rules.data();
    let regions = data.plan.regions.iter().filter(|region| region.level == Level::District);
    let mut districts: BTreeMap<&str, &str> =
        regions.map(|region| (region.code.as_str(), region.name.as_str())).collect();
    if districts.is_empty() || found.contains_key(&data.district.code) {
        districts.insert(&data.district.code, &data.district.name);
    }
    let own = districts.into_iter().filter(|(code, _)| areas.iter().any(|area| code.starts_with(area)));
    let line = |(code, name): (&str, &str)| {
        let row = found.get(code);
        let count = |of: fn(&FoundRow) -> i64| row.map_or(0, of);
        District {
            code: code.to_owned(),
            name: name.to_owned(),
            found: count(|row| row.found),
            rechecked: count(|row| row.rechecked),
            closed: count(|row| row.closed),
        }
    };
    Ok(own.map(line).collect())
}

/// What others found in a period and the third party had not when it ended.
///
/// # Errors
/// [`ServiceError::Forbidden`] for whom no district is theirs to watch; storage.
#[instrument(level = "debug", name = "third_party_missed", skip_all)]
pub async fn third_party_missed(
    app: &App,
    staff: &Staff,
    period: Period,
    found_by: FoundBy,
    before: Option<i64>,
    whole: bool,
) -> Result<MissedPage, ServiceError> {
    let areas = areas(app, staff)?;
    let most = if whole { FILE } else { PAGE };
    let filter = MissedFilter {
        found_by,
        begins: period.begins(),
        ends: period.ends(),
        areas: &areas,
        before,
        limit: most + 1,
    };
    let mut cases = third_party::missed(&app.pool, &filter).await?;
    let more = i64::try_from(cases.len()).is_ok_and(|found| found > most);
    cases.truncate(usize::try_from(most).unwrap_or_default());
    let next = cases.last().filter(|_| more).map(|case| case.case_id.to_string());
    Ok(MissedPage { cases, next, cut: more && whole })
}

/// The areas that somebody watches: those of city and district, and the two who watch each other.
fn areas(app: &App, staff: &Staff) -> Result<Vec<String>, ServiceError> {
    let rules = app.rules();
    let watches = |grant: &&Grant| {
        let above = matches!(grant.level, Level::City | Level::District);
        above
            && match grant.unit.as_deref() {
                None => grant.role != Role::UnitHandler,
                Some(code) => rules
                    .unit(code)
                    .is_some_and(|unit| matches!(unit.kind, UnitKind::ThirdParty | UnitKind::Enforcement)),
            }
    };
    let areas: Vec<String> = staff.grants.iter().filter(watches).map(|grant| grant.area.clone()).collect();
    if areas.is_empty() { Err(ServiceError::Forbidden) } else { Ok(areas) }
}
