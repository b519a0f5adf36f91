//! A suspension ends by itself when its day begins.

use chrono::{DateTime, Utc};
use jiekou_core::case::{Actor, Move, State};
use jiekou_core::clock::local::local;
use jiekou_store::cases::move_row::{self, Moved};
use jiekou_store::cases::view;
use tracing::instrument;

use crate::matter::{matter, rules_of};
use crate::move_case::MoveRequest;
use crate::move_case::plan::{By, Known, plan};
use crate::{App, ServiceError};

/// Resumes the case if it is suspended until today or earlier. Done again, or after somebody else has resumed it, it
/// changes nothing.
///
/// # Errors
/// Storage.
#[instrument(level = "debug", name = "resume_case", skip(app, now))]
pub async fn resume_case(app: &App, case_id: i64, now: DateTime<Utc>) -> Result<(), ServiceError> {
    let Some(case) = view::by_id(&app.pool, case_id).await? else {
        return Ok(());
    };
    let matter = matter(&case)?;
    let over = matter.suspended_until.is_some_and(|until| until <= local(now).date());
    if matter.state != State::Suspended || !over {
        return Ok(());
    }
    let rules = rules_of(app, &case).await?;
    let by = By { actor: &Actor::System, id: None, report_id: None, behalf: None };
    let planned = plan(&case, &by, &MoveRequest::of(Move::Resume), &Known::default(), &rules, now)?;
    match move_row::write(&app.pool, case_id, &planned.seen, &planned.row, None, now).await? {
        Moved::Written(_) => Ok(()),
        // Somebody moved it at this very moment; the job looks again.
        Moved::Stale | Moved::Again | Moved::PhotoTaken(_) => Err(ServiceError::Stale),
    }
}
