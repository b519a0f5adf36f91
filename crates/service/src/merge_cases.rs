//! Two cases are one problem after all, or were not. No reporter is lost either way.

use chrono::{DateTime, Utc};
use jiekou_core::case::{CaseNumber, State};
use jiekou_core::report::{FieldCode, FieldError};
use jiekou_core::staff::covers;
use jiekou_store::cases::merge as store;
use jiekou_store::cases::view::{self, CaseView};
use jiekou_store::{PgConnection, StoreError};

use crate::move_case::{MoveRequest, admitted, clock, state_of};
use crate::{App, ServiceError, Staff};

/// Merges the case into the one the request names. Both must lie in the caller's areas. Returns the cases touched.
pub(crate) async fn merge(
    app: &App,
    conn: &mut PgConnection,
    staff: &Staff,
    number: &str,
    version: i64,
    request: &MoveRequest,
    now: DateTime<Utc>,
) -> Result<Vec<i64>, ServiceError> {
    let _ = app;
    let fault = |code, detail: &str| ServiceError::field(FieldError::new("/into", code, detail));
    let target = request.into.as_deref().and_then(CaseNumber::parse);
    let target = target.ok_or_else(|| fault(FieldCode::Malformed, "案件编号有误，请核对"))?;
    if target.as_str() == number {
        return Err(fault(FieldCode::NotAllowed, "不能并入自己"));
    }
    let (from, into) = lock_both(conn, number, target.as_str()).await?;
    let from = from.ok_or(ServiceError::UnknownCase)?;
    admitted(&from, staff, version, request.it)?;
    let into =
        into.filter(|into| reaches(into, staff)).ok_or_else(|| fault(FieldCode::Unknown, "没有这个案件"))?;
    if !state_of(&into)?.takes_reports() {
        return Err(fault(FieldCode::NotAllowed, "那个案件已结束，不能并入"));
    }
    let reason = request.reason.as_deref().unwrap_or_default();
    store::merge(conn, &from, &into, staff.staff_id, reason, now).await?;
    Ok(vec![from.case_id, into.case_id])
}

/// Takes a merge back: state, reports and receipt order return. Returns the cases touched.
pub(crate) async fn unmerge(
    app: &App,
    conn: &mut PgConnection,
    staff: &Staff,
    number: &str,
    version: i64,
    request: &MoveRequest,
    now: DateTime<Utc>,
) -> Result<Vec<i64>, ServiceError> {
    let merged = view::by_number(&mut *conn, number).await?.ok_or(ServiceError::UnknownCase)?;
    let target = store::merged_into(conn, merged.case_id).await?;
    let (from, into) = match &target {
        Some(target) => lock_both(conn, number, target).await?,
        None => (view::lock(&mut *conn, number).await?, None),
    };
    let from = from.ok_or(ServiceError::UnknownCase)?;
    admitted(&from, staff, version, request.it)?;
    let into = into.ok_or(StoreError::Inconsistent("a merged case without its merge"))?;
    let restored = from.before_merge.as_deref().and_then(State::from_name);
    let restored = restored.ok_or(StoreError::Inconsistent("a merged case without its state"))?;
    let due = clock(app, &from, restored, now)?;
    let due = due.as_ref().map(|(at, kind, rule)| (*at, *kind, rule.as_str()));
    let reason = request.reason.as_deref().unwrap_or_default();
    store::unmerge(conn, &from, &into, staff.staff_id, reason, due, now).await?;
    Ok(vec![from.case_id, into.case_id])
}

/// Locks two cases in the order of their numbers, so that two merges never wait for each other in a ring.
async fn lock_both(
    conn: &mut PgConnection,
    a: &str,
    b: &str,
) -> Result<(Option<CaseView>, Option<CaseView>), ServiceError> {
    if a < b {
        let first = view::lock(&mut *conn, a).await?;
        Ok((first, view::lock(&mut *conn, b).await?))
    } else {
        let second = view::lock(&mut *conn, b).await?;
        Ok((view::lock(&mut *conn, a).await?, second))
    }
}

fn reaches(case: &CaseView, staff: &Staff) -> bool {
    !covers(&staff.grants, &case.center_code, case.segment_code.as_deref()).is_empty()
}
