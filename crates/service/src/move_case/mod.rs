//! A move of a case: decided on what was read, written with its clock, log line and outbox rows in one statement.

mod correct;
mod detail;
mod parts;
pub(crate) mod plan;
mod request;
mod split;

use chrono::{DateTime, Utc};
use jiekou_core::case::{Actor, CaseNumber, Move, Step, handles, transition};
use jiekou_core::report::{FieldCode, FieldError};
use jiekou_store::cases::move_row::{self, Moved};
use jiekou_store::cases::moves::Decider;
use jiekou_store::cases::view::{self, CaseView};
use jiekou_store::people::staff as accounts;
use jiekou_store::{PgConnection, StoreError, photos};
use tracing::{info, instrument};

use crate::keep_apart::keep_apart;
use crate::matter::{actor, matter, rules_of, rules_within};
use crate::merge_cases::{merge, unmerge};
use crate::stand_in::{Mover, absent, acting, mover};
use crate::submit_report::recognise;
use crate::view_case::{CaseFile, file_after};
use crate::{App, ServiceError, Staff};
use plan::{By, Known, plan};
pub use request::MoveRequest;

/// How often a move is decided anew because somebody reported the problem meanwhile.
const ATTEMPTS: usize = 8;

/// Makes a move on the case with this number, if it still has `version`.
///
/// # Errors
/// [`ServiceError::Stale`] when somebody was faster; the moves that are allowed instead, and what speaks against this
/// one; missing and wrong fields, all at once; [`ServiceError::UnknownCase`], also outside the caller's areas; storage.
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
    let request = request.complete()?;
    let absent = match request.it {
        Move::Merge | Move::Unmerge | Move::KeepApart | Move::Split => absent(app, staff, now).await?,
        // The others look for those they stand in for only where they need to.
        _ => Vec::new(),
    };
    let (own, staff) = (staff, &acting(staff, &absent));
    let touched = match request.it {
        Move::Merge | Move::Unmerge | Move::KeepApart => {
            let mut transaction = app.pool.begin().await.map_err(StoreError::from)?;
            let touched = match request.it {
                Move::Merge => merge(app, &mut transaction, staff, number, version, &request, now).await?,
                Move::Unmerge => {
                    unmerge(app, &mut transaction, staff, number, version, &request, now).await?
                }
                _ => keep_apart(app, &mut transaction, staff, number, version, &request, now).await?,
            };
            transaction.commit().await.map_err(StoreError::from)?;
            touched
        }
        Move::Split => split::split(app, staff, number, version, &request, now).await?,
        _ => vec![ordinary(app, own, number, version, &request, now).await?],
    };
    info!(case.number = number, case.moved = request.it.name(), "case moved");
    recognise::mend(app, touched);
    file_after(app, staff, number, now).await
}

/// A move that touches one case: read, decide, write. Returns its id.
async fn ordinary(
    app: &App,
    staff: &Staff,
    number: &str,
    version: i64,
    request: &MoveRequest,
    now: DateTime<Utc>,
) -> Result<i64, ServiceError> {
    for _ in 0..ATTEMPTS {
        let case = view::by_number(&app.pool, number).await?.ok_or(ServiceError::UnknownCase)?;
        if case.decision_version != version && actor(&case, staff).is_some() {
            return Err(ServiceError::Stale);
        }
        let rules = rules_of(app, &case).await?;
        // Whether the move is possible at all is said before anything is looked up for it.
        let Mover { actor, behalf } = mover(app, &case, staff, request.it, &rules, now).await?;
        if case.decision_version != version {
            return Err(ServiceError::Stale);
        }
        let by = By { actor: &actor, id: Some(staff.staff_id), report_id: None, behalf: behalf.as_deref() };
        let mut known = Known::default();
        let mut correction = None;
        match request.it {
            Move::Assign => known.person = Some(person(app, &case, request).await?),
            Move::SelfHandle => known.pictured = photos::is_pictured(&app.pool, case.case_id).await?,
            Move::CorrectPlace | Move::CorrectCategory => {
                let corrected = correct::correct(app, &case, request, &rules).await?;
                known.category = Some(corrected.row.category.clone());
                known.corrected = corrected.given;
                known.place = Some(corrected.place);
                correction = Some(corrected.row);
            }
            _ => {}
        }
        let planned = plan(&case, &by, request, &known, &rules, now)?;
        let (seen, row) = (&planned.seen, &planned.row);
        match move_row::write(&app.pool, case.case_id, seen, row, correction.as_ref(), now).await? {
            Moved::Written(_) => {
                if let Some(correction) = &correction {
                    correct::forget(app, &case, correction);
                }
                return Ok(case.case_id);
            }
            Moved::Stale => return Err(ServiceError::Stale),
            Moved::Again => {}
            Moved::PhotoTaken(taken) => return Err(photo_taken(request, taken)),
        }
    }
    Err(ServiceError::Busy)
}

/// The caller as they stand to a case that has not changed under them.
fn current(case: &CaseView, staff: &Staff, version: i64) -> Result<Actor, ServiceError> {
    let actor = actor(case, staff).ok_or(ServiceError::UnknownCase)?;
    if case.decision_version == version { Ok(actor) } else { Err(ServiceError::Stale) }
}

/// The step that the move is, for a caller who may make it on a locked case that has not changed under them.
pub(crate) async fn admitted(
    app: &App,
    conn: &mut PgConnection,
    case: &CaseView,
    staff: &Staff,
    version: i64,
    it: Move,
    now: DateTime<Utc>,
) -> Result<Step, ServiceError> {
    let actor = current(case, staff, version)?;
    let rules = rules_within(app, conn, case).await?;
    transition(&matter(case)?, it, &actor, &rules, now).map_err(ServiceError::from)
}

/// The account that is assigned: somebody who works for whoever has the case.
async fn person(app: &App, case: &CaseView, request: &MoveRequest) -> Result<uuid::Uuid, ServiceError> {
    let name = request.person.as_deref().unwrap_or_default().to_lowercase();
    let unknown = |words: &str| ServiceError::field(FieldError::new("/person", FieldCode::Unknown, words));
    let found = accounts::with_grants(&app.pool, &name).await?;
    let (staff_id, display_name, grants) = found.ok_or_else(|| unknown("没有这个账号"))?;
    let somebody = Staff { staff_id, name: display_name, grants };
    let before = matter(case)?;
    let at_work = actor(case, &somebody).filter(|actor| handles(actor.standings(), &before));
    at_work.map(|_| staff_id).ok_or_else(|| unknown("这个人不在本单位或本辖区，或不是处置人员"))
}

fn photo_taken(request: &MoveRequest, taken: uuid::Uuid) -> ServiceError {
    let before = request.before_photo_ids.iter().position(|id| *id == taken);
    match before {
        Some(position) => {
            let pointer = format!("/beforePhotoIds/{position}");
            let detail = "没有这张照片，或它已经用过；请重新上传";
            ServiceError::field(FieldError::new(pointer, FieldCode::AlreadyUsed, detail))
        }
        None => ServiceError::photo_taken(&request.photo_ids, taken),
    }
}

/// Who makes a merge or what belongs to it, as it is written.
pub(crate) fn decider<'a>(staff: &Staff, request: &'a MoveRequest, now: DateTime<Utc>) -> Decider<'a> {
    Decider { staff_id: staff.staff_id, reason: request.reason.as_deref(), now }
}
