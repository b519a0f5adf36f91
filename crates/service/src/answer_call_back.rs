//! Reporters say whether a closed case is solved; enough of them that it is not open it again (k of n).

use chrono::{DateTime, Days, Utc};
use jiekou_core::case::{Actor, Guard, Matter, Move, State, reopens};
use jiekou_core::report::FieldCode;
use jiekou_core::report::text::parse_text;
use jiekou_core::report::{FieldError, Satisfaction};
use jiekou_core::rulebook::Rulebook;
use jiekou_store::cases::move_row::{self, Moved};
use jiekou_store::cases::view::{self, CaseView};
use jiekou_store::reports::reporter_moves::{self as reports, Said, Tracked};
use jiekou_store::{PgConnection, StoreError};
use tracing::instrument;

use crate::matter::{matter, rules_within};
use crate::move_case::MoveRequest;
use crate::move_case::plan::{By, Known, plan};
use crate::submit_report::recognise;
use crate::track_report::parse_code;
use crate::{App, ServiceError};

const WORDS_LIMIT: usize = 1_000;

/// What a reporter says of a closing.
#[derive(Debug, Clone, Copy)]
pub struct CallBack<'a> {
    /// Owed.
    pub solved: Option<bool>,
    /// 0 to 3.
    pub satisfaction: Option<i64>,
    pub words: Option<&'a str>,
}

/// What became of an answer.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct CallBackAnswered {
    /// It was one too many: the case is open again, for another checker.
    pub reopened: bool,
}

/// Answers for the report with this code. The code is proof enough: what is at stake is a second look. Until the window
/// closes an answer can be changed.
///
/// # Errors
/// An unknown code; a missing answer; a case that is not closed, or was too long ago; storage.
#[instrument(level = "debug", name = "answer_call_back", skip_all)]
pub async fn answer_call_back(
    app: &App,
    code: &str,
    said: &CallBack<'_>,
    now: DateTime<Utc>,
) -> Result<CallBackAnswered, ServiceError> {
    let code = parse_code(code)?;
    let said = checked(said)?;
    let report = reports::of_code(&app.pool, &code).await?.ok_or(ServiceError::UnknownTrackingCode)?;
    let mut transaction = app.pool.begin().await.map_err(StoreError::from)?;
    let (case_id, answered) = answered(app, &mut transaction, report, said, now).await?;
    transaction.commit().await.map_err(StoreError::from)?;
    recognise::mend(app, vec![case_id]);
    Ok(answered)
}

/// Keeps the answer of a report's author; the case is locked from here on. Returns that case too.
///
/// # Errors
/// As [`answer_call_back`].
pub(crate) async fn answered(
    app: &App,
    conn: &mut PgConnection,
    report: Tracked,
    (solved, satisfaction, words): Checked,
    now: DateTime<Utc>,
) -> Result<(i64, CallBackAnswered), ServiceError> {
    let case = view::lock_of_report(&mut *conn, report.report_id).await?;
    let rules = rules_within(app, &mut *conn, &case).await?;
    let matter = matter(&case)?;
    may_answer(&matter, &rules, now)?;
    let (followers, follows) = reports::followers(&mut *conn, case.case_id, report.report_id).await?;
    let rank = reports::rank(&mut *conn, case.case_id, report.report_id).await?;
    let asked = i64::from(rules.plan().process.reopening.asked);
    if !follows || (asked > 0 && rank >= asked) {
        return Err(ServiceError::MoveNotAllowed { allowed: Vec::new() });
    }
    let said = Said {
        report_id: report.report_id,
        pseudonym: report.pseudonym,
        case_id: case.case_id,
        closing: i32::try_from(matter.checkers.len() + 1).unwrap_or(i32::MAX),
        solved,
        satisfaction,
        words: words.as_deref(),
    };
    let not_solved = reports::answer(&mut *conn, &said, now).await?;
    let count = |number: i64| u32::try_from(number).unwrap_or(u32::MAX);
    let of = if asked > 0 { followers.min(asked) } else { followers };
    let reopened = reopens(count(not_solved), count(of), &rules.plan().process.reopening);
    if reopened {
        let reason = format!("{not_solved} 位报料人反映没有解决");
        reopen(&mut *conn, &case, reason, &rules, now).await?;
    }
    jiekou_store::wake::case_changed(conn, case.case_id).await?;
    Ok((case.case_id, CallBackAnswered { reopened }))
}

/// Whether it is solved, how content, and words.
pub(crate) type Checked = (bool, Option<Satisfaction>, Option<String>);

fn checked(said: &CallBack<'_>) -> Result<Checked, ServiceError> {
    let mut faults = Vec::new();
    if said.solved.is_none() {
        faults.push(FieldError::new("/solved", FieldCode::Missing, "请填写问题是否已解决"));
    }
    let satisfaction = said.satisfaction.and_then(Satisfaction::from_number);
    if satisfaction.is_none() && said.satisfaction.is_some() {
        let words = "请填 0（不满意）、1（理解）、2（满意）或 3（非常满意）";
        faults.push(FieldError::new("/satisfaction", FieldCode::OutOfRange, words));
    }
    let words = said.words.filter(|words| !words.trim().is_empty());
    let words = words
        .and_then(|words| parse_text("/note", words, WORDS_LIMIT).map_err(|fault| faults.push(fault)).ok());
    match said.solved {
        Some(solved) if faults.is_empty() => Ok((solved, satisfaction, words)),
        Some(_) | None => Err(ServiceError::Invalid(faults)),
    }
}

/// Closed, and not too long ago.
fn may_answer(matter: &Matter, rules: &Rulebook, now: DateTime<Utc>) -> Result<(), ServiceError> {
    if !matches!(matter.state, State::Closed | State::Callback) {
        return Err(ServiceError::MoveNotAllowed { allowed: Vec::new() });
    }
    let window = Days::new(u64::from(rules.plan().process.reopening.window_days));
    let last = matter.verdict.and_then(|verdict| verdict.at.checked_add_days(window));
    match last {
        Some(last) if now > last => {
            Err(ServiceError::MoveGuarded { guard: Guard::WindowPassed, allowed: Vec::new() })
        }
        Some(_) | None => Ok(()),
    }
}

async fn reopen(
    conn: &mut PgConnection,
    case: &CaseView,
    reason: String,
    rules: &Rulebook,
    now: DateTime<Utc>,
) -> Result<(), ServiceError> {
    let request = MoveRequest { reason: Some(reason), ..MoveRequest::of(Move::Reopen) };
    let by = By { actor: &Actor::System, id: None, report_id: None, behalf: None };
    let planned = plan(case, &by, &request, &Known::default(), rules, now)?;
    match move_row::write(conn, case.case_id, &planned.seen, &planned.row, None, now).await? {
        Moved::Written(_) => Ok(()),
        Moved::Stale | Moved::Again | Moved::PhotoTaken(_) => {
            Err(StoreError::Inconsistent("a locked case changed").into())
        }
    }
}
