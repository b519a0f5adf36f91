//! Two cases are one problem after all, or were not. No reporter is lost either way.

use chrono::{DateTime, Utc};
use jiekou_core::case::{CaseClock, CaseNumber};
use jiekou_core::report::{FieldCode, FieldError};
use jiekou_core::staff::covers;
use jiekou_store::cases::merge::lock_all;
use jiekou_store::cases::moves::Decider;
use jiekou_store::cases::view::{self, CaseView};
use jiekou_store::cases::{alarm, clocks, merge as merging, unmerge as unmerging};
use jiekou_store::{PgConnection, StoreError};

use crate::case_clocks::{answered, hastened};
use crate::keep_apart::suggested_reason;
use crate::matter::state_of;
use crate::move_case::{MoveRequest, admitted, decider};
use crate::{App, ServiceError, Staff};

/// Merges the case into the one the request names. Both must lie in the caller's areas. A merge that answers a suggestion
/// needs no reason of its own. Returns the cases touched.
pub(crate) async fn merge(
    app: &App,
    conn: &mut PgConnection,
    staff: &Staff,
    number: &str,
    version: i64,
    request: &MoveRequest,
    now: DateTime<Utc>,
) -> Result<Vec<i64>, ServiceError> {
    let fault = |code, detail: &str| ServiceError::field(FieldError::new("/into", code, detail));
    let target = request.into.as_deref().and_then(CaseNumber::parse);
    let target = target.ok_or_else(|| fault(FieldCode::Malformed, "案件编号有误，请核对"))?;
    if target.as_str() == number {
        return Err(fault(FieldCode::NotAllowed, "不能并入自己"));
    }
    let locked = lock_all(conn, &[number, target.as_str()]).await?;
    let from = numbered(&locked, number).ok_or(ServiceError::UnknownCase)?;
    admitted(app, conn, from, staff, version, request.it, now).await?;
    let into = numbered(&locked, target.as_str()).filter(|into| reaches(into, staff));
    let into = into.ok_or_else(|| fault(FieldCode::Unknown, "没有这个案件"))?;
    if !state_of(into)?.takes_reports() {
        return Err(fault(FieldCode::NotAllowed, "那个案件已结束，不能并入"));
    }
    let brought = brought(app, conn, from, into, now).await?;
    let suggested = match &request.reason {
        Some(_) => None,
        None => suggested_reason(&mut *conn, from.case_id, into.case_id).await?,
    };
    let reason = request.reason.as_deref().or(suggested.as_deref());
    if reason.is_none() {
        return Err(ServiceError::field(FieldError::new("/reason", FieldCode::Missing, "请写明原因")));
    }
    let by = Decider { reason, ..decider(staff, request, now) };
    merging::merge(conn, from, into, &brought, by).await?;
    Ok(vec![from.case_id, into.case_id])
}

/// The clocks that `into` gets with the reports of `from`: what was promised to them for this stage, and no later than the
/// urgency of `from` demands. A merge never gains time.
async fn brought(
    app: &App,
    conn: &mut PgConnection,
    from: &CaseView,
    into: &CaseView,
    now: DateTime<Utc>,
) -> Result<Vec<CaseClock>, ServiceError> {
    // Sooner than the last of its own: what other merges brought may be taken back.
    let own = into.open_clocks();
    let own = own.iter().filter(|clock| into.due_kind.as_deref() == Some(clock.kind.name()));
    let last = own.filter(|clock| clock.clock.is_running()).max_by_key(|clock| clock.clock.due_at);
    let sooner = |clock: &CaseClock| {
        last.is_some_and(|last| clock.kind == last.kind && clock.clock.due_at < last.clock.due_at)
    };
    let promised = from.open_clocks().into_iter().filter(|clock| clock.clock.is_running() && sooner(clock));
    let urged = if from.urgency == "urgent" { hastened(app, conn, into, now).await? } else { None };
    Ok(promised.chain(urged).collect())
}

/// Takes a merge back: state, clock, reports and receipt order return, also from the middle of a chain of merges. The
/// case that holds the reports now must lie in the caller's areas too. Returns the cases touched.
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
    let chain = unmerging::chain(conn, merged.case_id).await?;
    let numbers: Vec<&str> = chain.iter().map(String::as_str).chain([number]).collect();
    let locked = lock_all(conn, &numbers).await?;
    let from = numbered(&locked, number).ok_or(ServiceError::UnknownCase)?;
    admitted(app, conn, from, staff, version, request.it, now).await?;
    // Somebody merged or un-merged along the chain before it was locked.
    if unmerging::chain(conn, from.case_id).await? != chain {
        return Err(ServiceError::Stale);
    }
    let holder = chain.last().and_then(|last| numbered(&locked, last));
    let holder = holder.ok_or(StoreError::Inconsistent("a merged case without its merge"))?;
    if !reaches(holder, staff) {
        return Err(ServiceError::Forbidden);
    }
    let later: Vec<i64> =
        locked.iter().map(|case| case.case_id).filter(|case_id| *case_id != from.case_id).collect();
    let answered_at = unmerging::unmerge(conn, from, holder, &later, decider(staff, request, now)).await?;
    let back = view::by_number(&mut *conn, number).await?.ok_or(ServiceError::UnknownCase)?;
    if let Some(at) = answered_at {
        answered(app, conn, &back, at).await?;
    }
    alarm_again(app, conn, from, &back, holder, now).await?;
    Ok(vec![from.case_id, holder.case_id])
}

/// What was said to the reports of `from` while it was merged counts for it now: it may come back urgent, with a clock to
/// match, and alarmed, to a center that was not told.
async fn alarm_again(
    app: &App,
    conn: &mut PgConnection,
    from: &CaseView,
    back: &CaseView,
    holder: &CaseView,
    now: DateTime<Utc>,
) -> Result<(), ServiceError> {
    if back.urgency == "urgent"
        && from.urgency != "urgent"
        && let Some(clock) = hastened(app, conn, back, now).await?
    {
        clocks::add(&mut *conn, back.case_id, &clock, None).await?;
    }
    if back.alarmed && !from.alarmed && back.center_code != holder.center_code {
        alarm::tell(conn, back.case_id, None, now).await?;
    }
    Ok(())
}

fn numbered<'a>(cases: &'a [CaseView], number: &str) -> Option<&'a CaseView> {
    cases.iter().find(|case| case.case_number == number)
}

fn reaches(case: &CaseView, staff: &Staff) -> bool {
    !covers(&staff.grants, &case.center_code, case.segment_code.as_deref()).is_empty()
}
