//! A move of a case: checked, written with its clock, log line and outbox row in one transaction.

use chrono::{DateTime, Utc};
use jiekou_core::case::{
    CaseNumber, ClockEffect, Move, Stage, State, Step, allowed_moves, demands, transition,
};
use jiekou_core::report::text::parse_text;
use jiekou_core::report::{FieldCode, FieldError};
use jiekou_store::cases::Due;
use jiekou_store::cases::moves::{self, Decider, MoveRow};
use jiekou_store::cases::view::{self, CaseView};
use jiekou_store::{PgConnection, StoreError, photos};
use tracing::{info, instrument};
use uuid::Uuid;

use crate::keep_apart::keep_apart;
use crate::matter::{actor, matter};
use crate::merge_cases::{merge, unmerge};
use crate::submit_report::recognise;
use crate::view_case::{CaseFile, view_case};
use crate::{App, ServiceError, Staff};

/// A move as somebody asks for it.
#[derive(Debug, Clone)]
pub struct MoveRequest {
    pub it: Move,
    pub reason: Option<String>,
    pub assignee: Option<String>,
    pub photo_ids: Vec<Uuid>,
    pub note: Option<String>,
    /// The case to merge into, or to keep apart from.
    pub into: Option<String>,
}

/// Makes a move on the case with this number, if it still has `version`.
///
/// # Errors
/// [`ServiceError::Stale`] when somebody was faster; the moves that are allowed instead; missing fields, all at once;
/// [`ServiceError::UnknownCase`], also outside the caller's areas; storage.
#[instrument(name = "move_case", skip_all)]
pub async fn move_case(
    app: &App,
    staff: &Staff,
    number: &str,
    version: i64,
    request: MoveRequest,
    now: DateTime<Utc>,
) -> Result<CaseFile, ServiceError> {
    let number = CaseNumber::parse(number).ok_or(ServiceError::UnknownCase)?;
    let number = number.as_str();
    let request = checked(request)?;
    let mut transaction = app.pool.begin().await.map_err(StoreError::from)?;
    let touched = match request.it {
        Move::Merge => merge(app, &mut transaction, staff, number, version, &request, now).await?,
        Move::Unmerge => unmerge(app, &mut transaction, staff, number, version, &request, now).await?,
        Move::KeepApart => keep_apart(app, &mut transaction, staff, number, version, &request, now).await?,
        _ => {
            let case = view::lock(&mut *transaction, number).await?.ok_or(ServiceError::UnknownCase)?;
            let step = admitted(app, &mut transaction, &case, staff, version, request.it, now).await?;
            write(app, &mut transaction, &case, staff, step, &request, now).await?;
            vec![case.case_id]
        }
    };
    transaction.commit().await.map_err(StoreError::from)?;
    info!(case.number = number, case.moved = request.it.name(), "case moved");
    recognise::mend(app, touched);
    view_case(app, staff, number, now).await
}

/// The step that the move is, for a caller who may make it on a case that has not changed under them.
pub(crate) async fn admitted(
    app: &App,
    conn: &mut PgConnection,
    case: &CaseView,
    staff: &Staff,
    version: i64,
    it: Move,
    now: DateTime<Utc>,
) -> Result<Step, ServiceError> {
    let actor = actor(case, staff).ok_or(ServiceError::UnknownCase)?;
    if case.decision_version != version {
        return Err(ServiceError::Stale);
    }
    let rulebook = app.rulebooks.version(conn, case.rulebook_version_id).await?;
    if !is_written(it) {
        let rules = &rulebook.rules;
        let mut allowed = allowed_moves(&matter(case)?, &actor, rules, now);
        allowed.retain(|it| is_written(*it));
        return Err(ServiceError::MoveNotAllowed { allowed });
    }
    transition(&matter(case)?, it, &actor, &rulebook.rules, now).map_err(ServiceError::from)
}

/// Whether the store writes what the move changes.
pub(crate) fn is_written(it: Move) -> bool {
    use Move as M;
    matches!(
        it,
        M::Accept
            | M::Reject
            | M::PreVerify
            | M::AskReporter
            | M::Confirm
            | M::Void
            | M::Open
            | M::Dispatch
            | M::Sign
            | M::Return
            | M::Handle
            | M::Inspect
            | M::Pass
            | M::Fail
            | M::CallBack
            | M::Archive
            | M::Reopen
            | M::Merge
            | M::Unmerge
            | M::KeepApart
            | M::ForceClose
    )
}

/// All that is missing or wrong in a request, at once.
fn checked(request: MoveRequest) -> Result<MoveRequest, ServiceError> {
    let mut faults = Vec::new();
    let mut text = |pointer: &str, value: Option<String>, limit: usize, demanded: bool, words: &str| {
        let given = value.filter(|text| !text.trim().is_empty());
        if given.is_none() && demanded {
            faults.push(FieldError::new(pointer, FieldCode::Missing, words));
        }
        given.and_then(|given| parse_text(pointer, &given, limit).map_err(|fault| faults.push(fault)).ok())
    };
    let demand = demands(request.it);
    // A merge that answers a suggestion has the judge's reasons; that is known once both cases are.
    let reason_owed = demand.reason && !(request.it == Move::Merge && request.into.is_some());
    let reason = text("/reason", request.reason, 500, reason_owed, "请写明原因");
    let assignee = text("/assignee", request.assignee, 100, demand.handler, "请写明派给哪个单位");
    let note = text("/note", request.note, 1_000, demand.note, "请写明要问报料人的问题");
    let into = text("/into", request.into, 40, demand.into, "请写明是哪个案件");
    if demand.after_photo && request.photo_ids.is_empty() {
        faults.push(FieldError::new(
            "/photoIds",
            FieldCode::Missing,
            "请上传处理后的照片：没有它案件不能结案",
        ));
    }
    if faults.is_empty() {
        Ok(MoveRequest { reason, assignee, note, into, ..request })
    } else {
        Err(ServiceError::Invalid(faults))
    }
}

async fn write(
    app: &App,
    conn: &mut PgConnection,
    case: &CaseView,
    staff: &Staff,
    step: Step,
    request: &MoveRequest,
    now: DateTime<Utc>,
) -> Result<(), ServiceError> {
    if let Some(taken) = photos::claim_for_case(conn, &request.photo_ids, case.case_id, now).await? {
        return Err(ServiceError::photo_taken(&request.photo_ids, taken));
    }
    let row = MoveRow {
        case_id: case.case_id,
        act: request.it.name(),
        from_state: &case.state,
        to_state: step.to.name(),
        takes_reports: step.to.takes_reports(),
        note: request.note.as_deref(),
        assignee: request.assignee.as_deref(),
        question: request.note.as_deref().filter(|_| request.it == Move::AskReporter),
        due: clock(app, conn, case, step, now).await?,
    };
    moves::write(conn, &row, decider(staff, request, now)).await?;
    Ok(())
}

/// Who makes the move, as it is written.
pub(crate) fn decider<'a>(staff: &Staff, request: &'a MoveRequest, now: DateTime<Utc>) -> Decider<'a> {
    Decider { staff_id: staff.staff_id, reason: request.reason.as_deref(), now }
}

/// The clock after a move, by the rules that the case was opened under. The handling clock counts from the dispatch.
async fn clock(
    app: &App,
    conn: &mut PgConnection,
    case: &CaseView,
    step: Step,
    now: DateTime<Utc>,
) -> Result<Option<Due>, ServiceError> {
    let stage = match step.clock {
        ClockEffect::Stop => return Ok(None),
        ClockEffect::Start(stage) => stage,
        ClockEffect::Keep
        | ClockEffect::Pause
        | ClockEffect::Resume
        | ClockEffect::Extend
        | ClockEffect::Recount => return Ok(case.due()),
    };
    let start = match (stage, step.to) {
        (Stage::Handle, State::Signed) => case.dispatched_at.unwrap_or(now),
        _ => now,
    };
    let rulebook = app.rulebooks.version(conn, case.rulebook_version_id).await?;
    Ok(rulebook.rules.clock(step.to, &case.category, case.urgency == "urgent", start).map(Due::from))
}
