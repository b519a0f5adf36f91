//! A resident's own reports, the newest first.

use chrono::{DateTime, NaiveDate, Utc};
use jiekou_core::report::{FieldCode, FieldError};
use jiekou_store::reports::of_resident::{self, OwnReport};
use tracing::instrument;
use uuid::Uuid;

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
    let after = cursor.map(|cursor| place(cursor).ok_or_else(broken_cursor)).transpose()?;
    let limit = i64::try_from(PAGE + 1).unwrap_or(i64::MAX);
    let mut reports = of_resident::page(&app.pool, caller.resident_id, after, limit).await?;
    let more = reports.len() > PAGE;
    reports.truncate(PAGE);
    let next = reports.last().filter(|_| more).map(cursor_of);
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

fn broken_cursor() -> ServiceError {
    ServiceError::field(FieldError::new("/cursor", FieldCode::Malformed, "请使用上一页的 nextCursor"))
}

fn cursor_of(report: &OwnReport) -> String {
    format!("{}.{}", report.received_at.timestamp_micros(), report.report_id)
}

fn place(cursor: &str) -> Option<(DateTime<Utc>, Uuid)> {
    let (micros, id) = cursor.split_once('.')?;
    let at = DateTime::<Utc>::from_timestamp_micros(micros.parse().ok()?)?;
    // What no report was received at the database may not even be able to say.
    let sensible = (NaiveDate::from_ymd_opt(2000, 1, 1)..NaiveDate::from_ymd_opt(2200, 1, 1))
        .contains(&Some(at.date_naive()));
    sensible.then_some(())?;
    Some((at, Uuid::try_parse(id).ok()?))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn what_is_no_place_in_the_list_is_no_cursor() {
        let id = Uuid::from_u128(7);
        let at = DateTime::<Utc>::from_timestamp_micros(1_790_000_000_123_456).unwrap();
        assert_eq!(place(&format!("1790000000123456.{id}")), Some((at, id)));
        for wrong in ["", ".", "1.", &format!(".{id}"), "9000000000000000000.x", "1790000000123456"] {
            assert_eq!(place(wrong), None, "{wrong}");
        }
    }
}
