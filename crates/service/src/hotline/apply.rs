//! What platforms have said comes true: the order first, then what was said about it, however it arrived.

use chrono::{DateTime, Utc};
use jiekou_core::case::{Actor, Move};
use jiekou_core::privacy::scrub;
use jiekou_partner::hotline::{CallbackResult, Inbound, Message};
use jiekou_store::cases::move_row::{self, Moved};
use jiekou_store::cases::view;
use jiekou_store::hotlines::messages::{self, KeptMessage};
use jiekou_store::hotlines::orders::{self, OrderView};
use jiekou_store::reports::additions::{self, AdditionKind, AdditionRow};
use jiekou_store::reports::authorship;
use jiekou_store::reports::reporter_moves::Tracked;
use jiekou_store::{PgConnection, StoreError, enquiries};
use tracing::instrument;
use uuid::Uuid;

use super::note_attachments::{Named, note_attachments};
use super::order_report::words_of;
use super::take_order::take_order;
use crate::alarm::{self, dangers};
use crate::answer_call_back::answered;
use crate::error::failed;
use crate::matter::rules_within;
use crate::move_case::MoveRequest;
use crate::move_case::plan::{By, Known, plan};
use crate::reporter_moves::withdraw;
use crate::submit_report::recognise;
use crate::{App, ServiceError, case_clocks};

/// Most characters of a reason in the log.
const REASON: usize = 500;

/// Applies everything that waits about an order, once the order itself is there. Doing it twice, or twice at the same
/// moment, does nothing twice.
///
/// # Errors
/// Storage; what was kept goes on waiting.
#[instrument(level = "debug", name = "hotline.apply", skip(app, now))]
pub async fn apply_order(
    app: &App,
    partner: &str,
    order_no: &str,
    now: DateTime<Utc>,
) -> Result<(), ServiceError> {
    let rules = app.rules();
    // A platform that the rules no longer have waits for rules that do.
    let Some(platform) = rules.plan().hotlines.partner(partner) else {
        return Ok(());
    };
    let waiting = messages::pending(&app.pool, partner, order_no).await?;
    if waiting.is_empty() {
        return Ok(());
    }
    let read = |kept: &KeptMessage| {
        let fields = serde_json::from_slice(&messages::open(&app.vault, partner, kept)?).map_err(failed)?;
        let operation = Inbound::from_name(&kept.operation)
            .ok_or(StoreError::Inconsistent("a kept message of an unknown operation"))?;
        Message::read(operation, order_no, &fields, platform).map_err(ServiceError::Invalid)
    };
    let mut order = view_of(app, partner, order_no).await?;
    for kept in &waiting {
        let message = match read(kept) {
            Ok(message) => message,
            // Names of fields have changed since it was taken in: kept, and for a person to look at.
            Err(ServiceError::Invalid(_)) => {
                let mut conn = app.pool.acquire().await.map_err(StoreError::from)?;
                messages::apply(
                    &mut conn,
                    (partner, &kept.request_id),
                    "unreadable under the present rules",
                    now,
                )
                .await?;
                continue;
            }
            Err(error) => return Err(error),
        };
        if let (Message::PushOrder(pushed), None) = (&message, order.taken_at) {
            take_order(app, platform, order_no, pushed, kept, now).await?;
            order = view_of(app, partner, order_no).await?;
        } else if order.taken_at.is_some() {
            settle(app, &order, kept, &message, now).await?;
        }
    }
    Ok(())
}

async fn view_of(app: &App, partner: &str, order_no: &str) -> Result<OrderView, ServiceError> {
    let order = orders::view(&app.pool, partner, order_no).await?;
    order.ok_or_else(|| StoreError::Inconsistent("messages about an order that nobody heard of").into())
}

/// Applies one message in one transaction.
async fn settle(
    app: &App,
    order: &OrderView,
    kept: &KeptMessage,
    message: &Message,
    now: DateTime<Utc>,
) -> Result<(), ServiceError> {
    let mut transaction = app.pool.begin().await.map_err(StoreError::from)?;
    if !messages::apply(&mut transaction, (&order.partner, &kept.request_id), "applied", now).await? {
        return Ok(());
    }
    if matches!(message, Message::Revoke { .. }) {
        orders::revoke(&mut transaction, (&order.partner, &order.order_no), now).await?;
    }
    let number = (order.partner.as_str(), order.order_no.as_str());
    let is_report = order.report_id.is_some();
    note_attachments(&mut transaction, number, &kept.request_id, &Named::of(message), is_report, now).await?;
    let touched = match (order.report_id, order.enquiry_id) {
        (Some(report_id), _) => Some(to_report(app, &mut transaction, report_id, message, now).await?),
        (None, Some(enquiry_id)) => {
            to_enquiry(&mut transaction, enquiry_id, message, now).await?;
            None
        }
        (None, None) => None,
    };
    transaction.commit().await.map_err(StoreError::from)?;
    if let Some(case_id) = touched {
        recognise::mend(app, vec![case_id]);
    }
    Ok(())
}

/// What is said of an order that became a report. Returns its case.
async fn to_report(
    app: &App,
    conn: &mut PgConnection,
    report_id: Uuid,
    message: &Message,
    now: DateTime<Utc>,
) -> Result<i64, ServiceError> {
    match message {
        Message::PushOrder(again) => {
            let words = words_of(again);
            // Pushed again under another request id, because our answer was lost.
            if authorship::has_said(&mut *conn, report_id, &words).await? {
                return Ok(authorship::author(&mut *conn, report_id).await?.case_id);
            }
            add(app, conn, report_id, AdditionKind::Added, Some(&words), now).await
        }
        Message::AppendOrder { words: Some(words), .. } => {
            add(app, conn, report_id, AdditionKind::Added, Some(&scrub(words)), now).await
        }
        // Files alone; each is an addition of its own once it is here.
        Message::AppendOrder { words: None, .. } => {
            Ok(authorship::author(&mut *conn, report_id).await?.case_id)
        }
        Message::Urge { words } => {
            let words = words.as_deref().map(scrub);
            add(app, conn, report_id, AdditionKind::Urged, words.as_deref(), now).await
        }
        Message::Supervise { words, level } => {
            let words = level.as_ref().map_or_else(|| words.clone(), |level| format!("{level}：{words}"));
            supervise(app, conn, report_id, &scrub(&words), now).await
        }
        Message::Revoke { reason } => {
            let author = authorship::author(&mut *conn, report_id).await?;
            let reason: String = scrub(reason).chars().take(REASON).collect();
            match withdraw(app, &mut *conn, &author, Some(reason.clone()), now).await {
                Ok((case_id, _)) => Ok(case_id),
                Err(refusal) if is_refusal(&refusal) => {
                    let words = format!("热线撤单：{reason}");
                    add(app, conn, report_id, AdditionKind::Added, Some(&words), now).await
                }
                Err(error) => Err(error),
            }
        }
        Message::CallbackResult(result) => called_back(app, conn, report_id, result, now).await,
    }
}

/// Words or an urge of whoever called; the words answer a question of the center, where one is open.
pub(crate) async fn add(
    app: &App,
    conn: &mut PgConnection,
    report_id: Uuid,
    kind: AdditionKind,
    words: Option<&str>,
    now: DateTime<Utc>,
) -> Result<i64, ServiceError> {
    let author = authorship::author(&mut *conn, report_id).await?;
    let case = view::lock_of_report(&mut *conn, report_id).await?;
    let answers = kind == AdditionKind::Added && case.question.is_some();
    let kind = if answers { AdditionKind::Answered } else { kind };
    let row = AdditionRow { addition_id: Uuid::now_v7(), kind, words, detail: None };
    additions::insert(&mut *conn, &case, &author, &row, now).await?;
    if answers {
        case_clocks::answered(app, &mut *conn, &case, now).await?;
    }
    if !dangers(app, words.unwrap_or_default()).is_empty() {
        alarm::raise(app, conn, &case, report_id, now).await?;
    }
    Ok(case.case_id)
}

/// The platform supervises: the move of the system, or where the case is over, words that stay with it.
async fn supervise(
    app: &App,
    conn: &mut PgConnection,
    report_id: Uuid,
    words: &str,
    now: DateTime<Utc>,
) -> Result<i64, ServiceError> {
    let case = view::lock_of_report(&mut *conn, report_id).await?;
    let rules = rules_within(app, &mut *conn, &case).await?;
    let reason: String = words.chars().take(REASON).collect();
    let request = MoveRequest { reason: Some(reason), ..MoveRequest::of(Move::Supervise) };
    let by = By { actor: &Actor::System, id: None, report_id: None, behalf: None };
    match plan(&case, &by, &request, &Known::default(), &rules, now) {
        Ok(planned) => {
            match move_row::write(&mut *conn, case.case_id, &planned.seen, &planned.row, None, now).await? {
                Moved::Written(_) => Ok(case.case_id),
                Moved::Stale | Moved::Again | Moved::PhotoTaken(_) => {
                    Err(StoreError::Inconsistent("a locked case changed").into())
                }
            }
        }
        Err(refusal) if is_refusal(&refusal) => {
            let words = format!("热线督办：{words}");
            add(app, conn, report_id, AdditionKind::Added, Some(&words), now).await
        }
        Err(error) => Err(error),
    }
}

/// What the caller told the platform when called back; where that decides nothing any more, or not yet, it stays as words.
async fn called_back(
    app: &App,
    conn: &mut PgConnection,
    report_id: Uuid,
    result: &CallbackResult,
    now: DateTime<Utc>,
) -> Result<i64, ServiceError> {
    let words = result.words.as_deref().map(|words| scrub(words).into_owned());
    let author = authorship::author(&mut *conn, report_id).await?;
    if let (true, Some(solved)) = (result.reached, result.solved) {
        let report = Tracked { report_id, pseudonym: author.pseudonym };
        let said = (solved, result.satisfaction, words.clone());
        match answered(app, &mut *conn, report, said, now).await {
            Ok((case_id, _)) => return Ok(case_id),
            Err(refusal) if is_refusal(&refusal) => {}
            Err(error) => return Err(error),
        }
    }
    let told = match (result.reached, result.solved) {
        (false, _) => "未联系上诉求人",
        (true, Some(true)) => "诉求人反映已解决",
        (true, Some(false)) => "诉求人反映未解决",
        (true, None) => "已联系诉求人",
    };
    let words =
        words.map_or_else(|| format!("热线回访：{told}"), |words| format!("热线回访：{told}。{words}"));
    add(app, conn, report_id, AdditionKind::Added, Some(&words), now).await
}

async fn to_enquiry(
    conn: &mut PgConnection,
    enquiry_id: Uuid,
    message: &Message,
    now: DateTime<Utc>,
) -> Result<(), ServiceError> {
    let (act, words) = match message {
        Message::PushOrder(again)
            if enquiries::has_said(&mut *conn, enquiry_id, &words_of(again)).await? =>
        {
            return Ok(());
        }
        Message::PushOrder(again) => ("added", Some(words_of(again))),
        Message::AppendOrder { words, .. } => ("added", words.clone()),
        Message::Urge { words } => ("urged", words.clone()),
        Message::Supervise { words, .. } => ("urged", Some(format!("热线督办：{words}"))),
        Message::Revoke { reason } => ("withdrawn", Some(reason.clone())),
        Message::CallbackResult(result) => ("calledBack", result.words.clone()),
    };
    let words = words.as_deref().map(scrub);
    Ok(enquiries::say(conn, enquiry_id, act, words.as_deref(), now).await?)
}

/// Whether a move was refused for what the case is, and nothing was written.
fn is_refusal(error: &ServiceError) -> bool {
    matches!(
        error,
        ServiceError::MoveNotAllowed { .. }
            | ServiceError::MoveNotYours { .. }
            | ServiceError::MoveGuarded { .. }
            | ServiceError::Invalid(_)
    )
}
