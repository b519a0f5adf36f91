//! A person marks a report as spam (垃圾信息), or takes it back. Nothing follows by itself.

use chrono::{DateTime, Utc};
use jiekou_core::report::{FieldCode, FieldError};
use jiekou_store::StoreError;
use jiekou_store::cases::view;
use jiekou_store::limits::spam_marks::{self, MarkRow};
use tracing::instrument;
use uuid::Uuid;

use crate::matter::actor;
use crate::stand_in::{absent, acting};
use crate::{App, ServiceError, Staff};

/// Most characters of a reason.
const LONGEST_REASON: usize = 500;

/// Marks a report. Marking it again changes nothing. All its marks, those taken back too.
///
/// # Errors
/// [`ServiceError::UnknownTrackingCode`] for a report whose case the caller does not see; a wrong reason; storage.
#[instrument(level = "debug", name = "mark_spam", skip_all)]
pub async fn mark(
    app: &App,
    staff: &Staff,
    report_id: Uuid,
    reason: &str,
    now: DateTime<Utc>,
) -> Result<Vec<MarkRow>, ServiceError> {
    let reason = checked(reason)?;
    reachable(app, staff, report_id, now).await?;
    let mut transaction = app.pool.begin().await.map_err(StoreError::from)?;
    spam_marks::insert(&mut transaction, report_id, staff.staff_id, &reason, now).await?;
    let marks = spam_marks::list(&mut *transaction, report_id).await?;
    transaction.commit().await.map_err(StoreError::from)?;
    Ok(marks)
}

/// Takes all marks of a report back: it is none. Whoever sees the case may; the marks stay readable.
///
/// # Errors
/// As for [`mark`].
#[instrument(level = "debug", name = "withdraw_spam_marks", skip_all)]
pub async fn withdraw(
    app: &App,
    staff: &Staff,
    report_id: Uuid,
    reason: &str,
    now: DateTime<Utc>,
) -> Result<Vec<MarkRow>, ServiceError> {
    let reason = checked(reason)?;
    reachable(app, staff, report_id, now).await?;
    let mut transaction = app.pool.begin().await.map_err(StoreError::from)?;
    spam_marks::withdraw(&mut transaction, report_id, staff.staff_id, &reason, now).await?;
    let marks = spam_marks::list(&mut *transaction, report_id).await?;
    transaction.commit().await.map_err(StoreError::from)?;
    Ok(marks)
}

/// Whether the caller sees the case that a report follows.
///
/// # Errors
/// [`ServiceError::UnknownTrackingCode`] otherwise; storage.
pub(crate) async fn reachable(
    app: &App,
    staff: &Staff,
    report_id: Uuid,
    now: DateTime<Utc>,
) -> Result<(), ServiceError> {
    let report = spam_marks::report(&app.pool, report_id).await?;
    let number = report.ok_or(ServiceError::UnknownTrackingCode)?.case_number;
    let case = view::by_number(&app.pool, &number).await?.ok_or(ServiceError::UnknownTrackingCode)?;
    let staff = acting(staff, &absent(app, staff, now).await?);
    actor(&case, &staff).map(|_| ()).ok_or(ServiceError::UnknownTrackingCode)
}

fn checked(reason: &str) -> Result<String, ServiceError> {
    let fault = |code, words: &str| Err(ServiceError::field(FieldError::new("/reason", code, words)));
    match reason.trim() {
        "" => fault(FieldCode::Empty, "请说明原因"),
        text if text.chars().count() > LONGEST_REASON => fault(FieldCode::TooLong, "原因至多 500 字"),
        text if text.chars().any(char::is_control) => {
            fault(FieldCode::ControlCharacter, "原因不能包含控制字符")
        }
        text => Ok(text.to_owned()),
    }
}
