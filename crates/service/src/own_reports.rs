//! A resident's own reports, the newest first.

use std::collections::HashSet;

use jiekou_store::reports::of_resident::{self, OwnReport};
use tracing::instrument;

use crate::list_place::{self, broken_cursor, place};
use crate::submit_report::answer::category_name;
use crate::{App, Resident, ServiceError};

/// Reports on one page.
pub const PAGE: usize = 20;
/// Reports of one account that are followed live: what is older hardly changes.
const FOLLOWED: i64 = 200;

/// One page, and the cursor of the next.
#[derive(Debug, Clone)]
pub struct OwnReportPage {
    pub reports: Vec<OwnReportLine>,
    pub next: Option<String>,
}

/// A report with the names of what it is about.
#[derive(Debug, Clone)]
pub struct OwnReportLine {
    pub report: OwnReport,
    pub category_name: String,
    pub center_name: String,
}

/// The reports of the caller that come behind `cursor`.
///
/// # Errors
/// A broken cursor; storage.
#[instrument(level = "debug", name = "own_reports", skip_all)]
pub async fn own_reports(
    app: &App,
    caller: Resident,
    cursor: Option<&str>,
) -> Result<OwnReportPage, ServiceError> {
    let after =
        cursor.map(|cursor| place(cursor).ok_or_else(|| ServiceError::field(broken_cursor()))).transpose()?;
    let limit = i64::try_from(PAGE + 1).unwrap_or(i64::MAX);
    let mut reports = of_resident::page(&app.pool, caller.resident_id, after, limit).await?;
    let more = reports.len() > PAGE;
    reports.truncate(PAGE);
    let next = reports
        .last()
        .filter(|_| more)
        .map(|report| list_place::cursor(report.received_at, report.report_id));
    Ok(OwnReportPage { reports: named(app, reports), next })
}

/// The cases that the caller's latest reports follow.
///
/// # Errors
/// Storage.
#[instrument(level = "debug", name = "followed_cases", skip_all)]
pub async fn followed_cases(app: &App, caller: Resident) -> Result<HashSet<i64>, ServiceError> {
    Ok(of_resident::cases(&app.pool, caller.resident_id, FOLLOWED).await?.into_iter().collect())
}

/// The caller's reports that follow these cases, the newest first.
///
/// # Errors
/// Storage.
#[instrument(level = "debug", name = "changed_reports", skip_all)]
pub async fn changed_reports(
    app: &App,
    caller: Resident,
    case_ids: &[i64],
) -> Result<Vec<OwnReportLine>, ServiceError> {
    Ok(named(app, of_resident::of_cases(&app.pool, caller.resident_id, case_ids, FOLLOWED).await?))
}

fn named(app: &App, reports: Vec<OwnReport>) -> Vec<OwnReportLine> {
    let rules = app.rules();
    let line = |report: OwnReport| OwnReportLine {
        category_name: category_name(app, &report.category),
        center_name: rules
            .center(&report.center_code)
            .map_or_else(|| report.center_code.clone(), |center| center.name),
        report,
    };
    reports.into_iter().map(line).collect()
}
