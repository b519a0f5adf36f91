//! A resident's own reports, the newest first.

use jiekou_store::reports::of_resident::{self, OwnReport};
use tracing::instrument;

use crate::list_place::{self, broken_cursor, place};
use crate::submit_report::answer::category_name;
use crate::{App, Resident, ServiceError};

/// Reports on one page.
const PAGE: usize = 20;

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
    let rules = app.rules();
    let line = |report: OwnReport| OwnReportLine {
        category_name: category_name(app, &report.category),
        center_name: rules
            .center(&report.center_code)
            .map_or_else(|| report.center_code.clone(), |center| center.name),
        report,
    };
    Ok(OwnReportPage { reports: reports.into_iter().map(line).collect(), next })
}
