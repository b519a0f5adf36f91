//! Records are listed, the newest first.

use chrono::NaiveDate;
use jiekou_core::report::{FieldCode, FieldError};
use jiekou_store::records::{self, Filter};
use tracing::instrument;

use super::{RecordFile, described, sight};
use crate::{App, ServiceError, Staff};

/// Records on one page.
const PAGE: i64 = 50;
/// Most records of a file.
const FILE: i64 = 10_000;

/// The parts of a query, none of them read yet.
#[derive(Debug, Clone, Default)]
pub struct RawQuery {
    pub kind: Option<String>,
    pub about: Option<String>,
    pub from: Option<String>,
    pub to: Option<String>,
    pub struck: Option<String>,
    pub cursor: Option<String>,
}

/// How many are wanted.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Page {
    /// As many as a page has.
    One,
    /// All of them, for a file.
    All,
}

/// Records, and the cursor of those that follow.
#[derive(Debug, Clone)]
pub struct RecordPage {
    pub records: Vec<RecordFile>,
    pub next: Option<String>,
}

/// Lists those of the wanted records that the caller may read.
///
/// # Errors
/// Everything in `raw` that nobody understands, at once; more records than a file takes; storage.
#[instrument(level = "debug", name = "list_records", skip_all)]
pub async fn list_records(
    app: &App,
    staff: &Staff,
    raw: &RawQuery,
    page: Page,
) -> Result<RecordPage, ServiceError> {
    let sight = sight(staff);
    let most = match page {
        Page::One => PAGE,
        Page::All => FILE,
    };
    let mut faults = Vec::new();
    let kind = raw.kind.as_deref();
    // A kind that later rules do not have any more still has its records: only what is no code at all is wrong.
    if kind.is_some_and(|code| code.is_empty() || code.len() > 64) {
        faults.push(FieldError::new("/kind", FieldCode::Unknown, "没有这种台账"));
    }
    let mut day = |pointer: &str, text: &Option<String>| {
        let day = text.as_deref().map(str::parse::<NaiveDate>);
        match day {
            None => None,
            Some(Ok(day)) if is_sensible(day) => Some(day),
            Some(_) => {
                faults.push(FieldError::new(pointer, FieldCode::Malformed, "请填日期，如 2026-11-23"));
                None
            }
        }
    };
    let (from, to) = (day("/from", &raw.from), day("/to", &raw.to));
    let struck = match raw.struck.as_deref() {
        None | Some("false") => false,
        Some("true") => true,
        Some(_) => {
            faults.push(FieldError::new("/struck", FieldCode::Malformed, "请填 true 或 false"));
            false
        }
    };
    let before = raw.cursor.as_deref().map(str::parse::<i64>);
    if matches!(before, Some(Err(_))) {
        let words = "请使用上一页的 nextCursor";
        faults.push(FieldError::new("/cursor", FieldCode::Malformed, words));
    }
    if !faults.is_empty() {
        return Err(ServiceError::Invalid(faults));
    }
    let about = raw.about.as_deref();
    let before = before.and_then(Result::ok);
    let filter = Filter { sight: &sight, kind, about, from, to, struck, before, limit: most + 1 };
    let mut views = records::list(&app.pool, &filter).await?;
    let more = i64::try_from(views.len()).is_ok_and(|found| found > most);
    if more && page == Page::All {
        let words = format!("超过 {FILE} 条，请缩小日期范围或选一种台账");
        return Err(ServiceError::field(FieldError::new("/from", FieldCode::TooMany, words)));
    }
    views.truncate(usize::try_from(most).unwrap_or_default());
    let next = views.last().filter(|_| more).map(|view| view.n.to_string());
    Ok(RecordPage { records: described(app, views).await?, next })
}

/// Whether a database can hold the day.
fn is_sensible(day: NaiveDate) -> bool {
    let year = chrono::Datelike::year(&day);
    (2000..2200).contains(&year)
}
