//! An operator files what somebody has said, or what a superior or a leader wants done: one call.

use chrono::{DateTime, Duration, Utc};
use jiekou_core::report::text::parse_text;
use jiekou_core::report::{FieldCode, FieldError, RawReport};
use jiekou_store::StoreError;
use jiekou_store::desk::filings::{self, FilingRow};
use tracing::instrument;

use super::at_desk;
use crate::submit_report::{Submitted, submit_report};
use crate::{App, IdempotencyKey, Principal, ServiceError, Staff};

/// What an order of a superior or a leader (上级指派、领导交办) says of itself.
#[derive(Debug, Clone, Default)]
pub struct RawAssignment {
    /// 文号、批示编号
    pub number: Option<String>,
    /// Who gave it.
    pub issued_by: Option<String>,
    /// By when it is to be replied to.
    pub deadline: Option<DateTime<Utc>>,
}

/// What the desk keeps beside the report.
#[derive(Debug, Clone, Default)]
pub struct RawFiling {
    pub assignment: Option<RawAssignment>,
    /// 保密
    pub secret: bool,
    pub callback_allowed: Option<bool>,
    /// Reference of the call's recording.
    pub recording: Option<String>,
}

/// Files a report with what the desk keeps of it. Its words go through the same use case as everybody's. The key makes a
/// resend complete what a crash has left half done.
///
/// # Errors
/// [`ServiceError::Forbidden`]; every wrong field at once; a reused key; storage.
#[instrument(level = "debug", name = "desk.file_report", skip_all)]
pub async fn file_report(
    app: &App,
    staff: &Staff,
    raw: RawReport,
    filing: RawFiling,
    key: &IdempotencyKey,
    now: DateTime<Utc>,
) -> Result<Submitted, ServiceError> {
    at_desk(app, staff)?;
    let mut raw = raw;
    let assigned = matches!(raw.origin.name.as_deref(), Some("superiorAssigned" | "leaderAssigned"));
    let mut fault = |pointer: &str, code, words: &str| raw.faults.push(FieldError::new(pointer, code, words));
    let mut text = |pointer: &'static str, value: &Option<String>, limit| {
        let read = value.as_deref().map(|value| parse_text(pointer, value, limit));
        match read {
            Some(Ok(text)) => Some(text),
            Some(Err(wrong)) => {
                fault(pointer, wrong.code, &wrong.detail);
                None
            }
            None => None,
        }
    };
    let recording = text("/recording", &filing.recording, 500);
    let assignment = filing.assignment.unwrap_or_default();
    let number = text("/assignment/number", &assignment.number, 64);
    let issued_by = text("/assignment/issuedBy", &assignment.issued_by, 100);
    let said = assignment.number.is_some() || assignment.issued_by.is_some() || assignment.deadline.is_some();
    if assigned {
        for (pointer, value, words) in [
            ("/assignment/number", assignment.number.is_none(), "请填写文号或批示编号"),
            ("/assignment/issuedBy", assignment.issued_by.is_none(), "请填写交办的单位或领导"),
            ("/assignment/deadline", assignment.deadline.is_none(), "请填写回复期限"),
        ] {
            if value {
                fault(pointer, FieldCode::Missing, words);
            }
        }
        let far = now + Duration::days(3_653);
        if assignment.deadline.is_some_and(|at| at <= now || at > far) {
            fault("/assignment/deadline", FieldCode::OutOfRange, "回复期限应在今后十年内");
        }
    } else if said {
        fault("/assignment", FieldCode::NotAllowed, "只有上级指派和领导交办才填交办信息");
    }
    let submitted = submit_report(app, raw, &Principal::Staff(staff.clone()), Some(key), now).await?;
    let row = FilingRow {
        report_id: submitted.report_id,
        filed_by: staff.staff_id,
        number: number.as_deref(),
        issued_by: issued_by.as_deref(),
        deadline: assignment.deadline.filter(|_| assigned),
        secret: filing.secret,
        callback_allowed: filing.callback_allowed,
        recording: recording.as_deref(),
    };
    let mut conn = app.pool.acquire().await.map_err(StoreError::from)?;
    filings::insert(&mut conn, &row, now).await?;
    Ok(submitted)
}
