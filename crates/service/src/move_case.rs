//! A move of a case: checked, written with its clock, log line and outbox row in one transaction.

use chrono::{DateTime, Utc};
use jiekou_core::case::{CaseNumber, Move, Refusal, State, demands, transition};
use jiekou_core::report::text::parse_text;
use jiekou_core::report::{FieldCode, FieldError};
use jiekou_core::staff::covers;
use jiekou_store::cases::moves::{self, Decider, MoveRow};
use jiekou_store::cases::view::{self, CaseView};
use jiekou_store::{PgConnection, StoreError, photos};
use tracing::{info, instrument};
use uuid::Uuid;

use crate::case_clocks;
use crate::keep_apart::keep_apart;
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
#[instrument(level = "debug", name = "move_case", skip_all)]
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
        Move::KeepApart => keep_apart(&mut transaction, staff, number, version, &request, now).await?,
        _ => {
            let case = view::lock(&mut *transaction, number).await?.ok_or(ServiceError::UnknownCase)?;
            let to = admitted(&case, staff, version, request.it)?;
            write(app, &mut transaction, &case, staff, to, &request, now).await?;
            vec![case.case_id]
        }
    };
    transaction.commit().await.map_err(StoreError::from)?;
    info!(case.number = number, case.moved = request.it.name(), "case moved");
    recognise::mend(app, touched);
    view_case(app, staff, number, now).await
}

/// The state the move leads to, for a caller who may make it on a case that has not changed under them.
pub(crate) fn admitted(
    case: &CaseView,
    staff: &Staff,
    version: i64,
    it: Move,
) -> Result<State, ServiceError> {
    let roles = covers(&staff.grants, &case.center_code, case.segment_code.as_deref());
    if roles.is_empty() {
        return Err(ServiceError::UnknownCase);
    }
    if case.decision_version != version {
        return Err(ServiceError::Stale);
    }
    transition(state_of(case)?, it, &roles).map_err(|refusal| match refusal {
        Refusal::NotFromHere { allowed } => ServiceError::MoveNotAllowed { allowed },
        Refusal::NotYourMove { allowed } => ServiceError::MoveNotYours { allowed },
    })
}

/// The state of a stored case.
pub(crate) fn state_of(case: &CaseView) -> Result<State, ServiceError> {
    State::from_name(&case.state)
        .ok_or(ServiceError::Store(StoreError::Inconsistent("a case in an unknown state")))
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
    let assignee = text("/assignee", request.assignee, 100, demand.assignee, "请写明派给哪个单位");
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
    to: State,
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
        to_state: to.name(),
        takes_reports: to.takes_reports(),
        note: request.note.as_deref(),
        assignee: request.assignee.as_deref(),
        question: request.note.as_deref().filter(|_| request.it == Move::AskReporter),
        clocks: case_clocks::moved(app, conn, case, request.it, to, now).await?,
    };
    moves::write(conn, &row, decider(staff, request, now)).await?;
    Ok(())
}

/// Who makes the move, as it is written.
pub(crate) fn decider<'a>(staff: &Staff, request: &'a MoveRequest, now: DateTime<Utc>) -> Decider<'a> {
    Decider { staff_id: staff.staff_id, reason: request.reason.as_deref(), now }
}
