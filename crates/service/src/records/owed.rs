//! What is owed, and what of it is missing.

use std::collections::BTreeMap;

use chrono::{DateTime, Utc};
use jiekou_core::period::Period;
use jiekou_core::record::{
    Coverage, Directory, Owed, RecordKind, Subject, SubjectKind, coverage, files_as, owed, seen_from,
};
use jiekou_core::report::{FieldCode, FieldError};
use jiekou_store::records;
use tracing::instrument;

use super::sight;
use crate::{App, ServiceError, Staff};

/// Most lines of an answer: a year of days of every street is asked for month by month.
const LINES: usize = 10_000;

/// What is asked for.
#[derive(Debug, Clone, Copy)]
pub struct OwedQuery<'a> {
    /// The periods that begin in this one; `None`: the present one of each kind.
    pub period: Option<Period>,
    pub kind: Option<&'a str>,
    /// Only what is not there.
    pub missing: bool,
}

/// What is owed of one kind in one period.
#[derive(Debug, Clone)]
pub struct OwedOf {
    pub kind: RecordKind,
    pub period: Period,
    /// Of everything that the caller sees of it, also of what was not asked for.
    pub coverage: Coverage,
    pub lines: Vec<OwedLine>,
}

/// What one subject owes.
#[derive(Debug, Clone)]
pub struct OwedLine {
    pub owed: Owed,
    pub name: String,
}

/// What is owed of the areas and units that the caller sees or files about.
///
/// # Errors
/// A kind that the rules lack, or that is owed of nobody; more lines than an answer takes; storage.
#[instrument(level = "debug", name = "owed_records", skip_all)]
pub async fn owed_records(
    app: &App,
    staff: &Staff,
    query: OwedQuery<'_>,
    now: DateTime<Utc>,
) -> Result<Vec<OwedOf>, ServiceError> {
    let rules = app.rules();
    let kinds = &rules.plan().records;
    let wanted = |kind: &&RecordKind| query.kind.is_none_or(|code| code == kind.code) && kind.every.is_some();
    let wanted: Vec<&RecordKind> = kinds.iter().filter(wanted).collect();
    if query.kind.is_some() && wanted.is_empty() {
        let words = "没有这种按周期应填的台账，见 GET /v1/records/kinds";
        return Err(ServiceError::field(FieldError::new("/kind", FieldCode::Unknown, words)));
    }
    let directory = Directory::new(&rules);
    let (mut answer, mut lines) = (Vec::new(), 0_usize);
    for kind in wanted {
        let Some(cycle) = kind.every else { continue };
        let subjects = visible(kind, &directory, staff);
        let periods: Vec<Period> = match query.period {
            None => vec![Period::at(cycle, now)],
            Some(period) => period.parts(cycle).collect(),
        };
        lines = lines.saturating_add(subjects.len().saturating_mul(periods.len()));
        if lines > LINES {
            let words = "这段时间应填的太多，请缩短周期或选一种台账";
            return Err(ServiceError::field(FieldError::new("/period", FieldCode::TooMany, words)));
        }
        let (Some(first), Some(last)) = (periods.first(), periods.last()) else { continue };
        if subjects.is_empty() {
            continue;
        }
        let sum = kind.quota.as_ref().map(|quota| quota.field.as_str());
        let filed = records::filed(&app.pool, &kind.code, first.first_day(), last.last_day(), sum).await?;
        let mut names: BTreeMap<&Subject, String> = BTreeMap::new();
        for subject in &subjects {
            let name = directory.name(subject).unwrap_or(subject.code.as_str());
            names.insert(subject, name.to_owned());
        }
        for period in periods {
            let all = owed(kind, period, &subjects, &filed, now);
            let coverage = coverage(&all);
            let wanted = all.into_iter().filter(|it| !query.missing || !it.standing.is_there());
            let lines = wanted
                .map(|owed| OwedLine { name: names.get(&owed.subject).cloned().unwrap_or_default(), owed });
            answer.push(OwedOf { kind: kind.clone(), period, coverage, lines: lines.collect() });
        }
    }
    Ok(answer)
}

/// What the kind is about, as far as the caller sees it or files about it.
fn visible(kind: &RecordKind, directory: &Directory<'_>, staff: &Staff) -> Vec<Subject> {
    let sight = sight(staff);
    let mut subjects = directory.all(kind);
    subjects.retain(|subject| {
        let areas = directory.areas(subject).unwrap_or_default();
        let seen = seen_from(subject.kind, &areas);
        sight.areas.iter().any(|area| seen.contains(area))
            || (subject.kind == SubjectKind::Unit && sight.units.contains(&subject.code))
            || files_as(kind, &staff.grants, subject.kind, &areas).is_some()
    });
    subjects
}
