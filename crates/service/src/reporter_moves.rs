//! Moves that an author of a report makes: taking it back, objecting to a reject or void.

use chrono::{DateTime, Utc};
use jiekou_core::case::{Actor, Move};
use jiekou_store::cases::move_row::{self, Moved};
use jiekou_store::cases::view::{self, CaseView};
use jiekou_store::reports::authorship::Authored;
use jiekou_store::reports::reporter_moves as reports;
use jiekou_store::{PgConnection, StoreError};
use tracing::instrument;

use crate::matter::{rules_within, state_of};
use crate::move_case::MoveRequest;
use crate::move_case::plan::{By, Known, plan};
use crate::submit_report::Proof;
use crate::submit_report::follow_up::prove;
use crate::submit_report::recognise;
use crate::track_report::parse_code;
use crate::{App, ServiceError};

/// What became of a withdrawal.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Withdrawn {
    /// Nobody else needs the case, so that it has ended.
    pub case_ended: bool,
}

/// Takes the report with this code back. It is kept, and its author is told no more; a case that others follow, that is
/// confirmed or where somebody is in danger goes on. Taking it back again changes nothing.
///
/// # Errors
/// An unknown code; no proof of authorship; a case that is over; storage.
#[instrument(level = "debug", name = "withdraw_report", skip_all)]
pub async fn withdraw_report(
    app: &App,
    code: &str,
    proof: Proof<'_>,
    reason: Option<String>,
    now: DateTime<Utc>,
) -> Result<Withdrawn, ServiceError> {
    let code = parse_code(code)?;
    let author = prove(app, &code, proof).await?;
    withdraw_authored(app, &author, reason, now).await
}

/// Takes back a report whose author is proved.
///
/// # Errors
/// As [`withdraw_report`].
pub(crate) async fn withdraw_authored(
    app: &App,
    author: &Authored,
    reason: Option<String>,
    now: DateTime<Utc>,
) -> Result<Withdrawn, ServiceError> {
    let mut transaction = app.pool.begin().await.map_err(StoreError::from)?;
    let (case_id, withdrawn) = withdraw(app, &mut transaction, author, reason, now).await?;
    transaction.commit().await.map_err(StoreError::from)?;
    recognise::mend(app, vec![case_id]);
    Ok(withdrawn)
}

/// Takes the report of `author` back; the case that it follows is locked from here on. Returns that case too.
///
/// # Errors
/// As [`withdraw_report`].
pub(crate) async fn withdraw(
    app: &App,
    conn: &mut PgConnection,
    author: &Authored,
    reason: Option<String>,
    now: DateTime<Utc>,
) -> Result<(i64, Withdrawn), ServiceError> {
    let request = MoveRequest { reason, ..MoveRequest::of(Move::Withdraw) }.complete()?;
    let request =
        MoveRequest { reason: request.reason.or_else(|| Some("报料人撤回".to_owned())), ..request };
    let case = view::lock_of_report(&mut *conn, author.report_id).await?;
    let (followers, follows) = reports::followers(&mut *conn, case.case_id, author.report_id).await?;
    if !follows {
        return Ok((case.case_id, Withdrawn { case_ended: !state_of(&case)?.takes_reports() }));
    }
    let known = Known { followers: u32::try_from(followers).ok(), ..Known::default() };
    let case_ended = write(app, &mut *conn, &case, author, &request, &known, now).await?;
    reports::withdraw(&mut *conn, author.report_id, now).await?;
    Ok((case.case_id, Withdrawn { case_ended }))
}

/// Objects to the reject or void of the case that the report with this code follows.
///
/// # Errors
/// A missing reason; an unknown code; no proof of authorship; nothing to object to, or what speaks
/// against it; storage.
#[instrument(level = "debug", name = "object_to_decision", skip_all)]
pub async fn object_to_decision(
    app: &App,
    code: &str,
    proof: Proof<'_>,
    reason: Option<String>,
    now: DateTime<Utc>,
) -> Result<(), ServiceError> {
    let code = parse_code(code)?;
    let author = prove(app, &code, proof).await?;
    let request = MoveRequest { reason, ..MoveRequest::of(Move::Object) }.complete()?;
    let mut transaction = app.pool.begin().await.map_err(StoreError::from)?;
    let case = view::lock_of_report(&mut transaction, author.report_id).await?;
    write(app, &mut transaction, &case, &author, &request, &Known::default(), now).await?;
    transaction.commit().await.map_err(StoreError::from)?;
    Ok(())
}

/// Writes the author's move on a locked case. Returns whether it ended the case.
async fn write(
    app: &App,
    conn: &mut PgConnection,
    case: &CaseView,
    author: &Authored,
    request: &MoveRequest,
    known: &Known,
    now: DateTime<Utc>,
) -> Result<bool, ServiceError> {
    let rules = rules_within(app, conn, case).await?;
    let actor = Actor::Reporter;
    let by =
        By { actor: &actor, id: Some(author.pseudonym), report_id: Some(author.report_id), behalf: None };
    let planned = plan(case, &by, request, known, &rules, now)?;
    match move_row::write(&mut *conn, case.case_id, &planned.seen, &planned.row, None, now).await? {
        Moved::Written(_) => Ok(!planned.row.takes_reports),
        Moved::Stale | Moved::Again | Moved::PhotoTaken(_) => {
            Err(StoreError::Inconsistent("a locked case changed").into())
        }
    }
}
