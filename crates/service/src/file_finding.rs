//! A finding of many: a collector, a grid worker or the third party (or the platform that acts for one) files what was seen,
//! and what was settled on the spot, with both photos.

use chrono::{DateTime, Utc};
use jiekou_core::case::Move;
use jiekou_core::report::{FieldCode, FieldError, RawReport};
use jiekou_store::cases::view;
use jiekou_store::photos;
use jiekou_store::reports::idempotency;
use jiekou_store::reports::record::Facts;
use tracing::instrument;
use uuid::Uuid;

use crate::move_case::{MoveRequest, move_case};
use crate::submit_report::submit_report;
use crate::{App, IdempotencyKey, Principal, ServiceError, Staff, saved_answer};

/// Most findings that may be filed at once.
pub const MOST: usize = 200;

/// A finding as it is sent.
#[derive(Debug, Clone)]
pub struct Finding {
    /// By which it is taken once for good.
    pub client_id: Option<String>,
    pub raw: RawReport,
    pub body_hash: [u8; 32],
    /// What settled it, where whoever found it settled it.
    pub self_handled: Option<SelfHandled>,
}

/// 自行处置: the report's own photos show it before.
#[derive(Debug, Clone, Default)]
pub struct SelfHandled {
    pub photo_ids: Vec<Uuid>,
    pub note: Option<String>,
}

/// What became of a finding.
#[derive(Debug)]
pub struct FiledFinding {
    pub report_id: Uuid,
    pub tracking_code: String,
    /// `new`, `joined` or `followUp`.
    pub outcome: String,
    pub case_number: String,
    /// Whether it was settled; the reason why not, where it should have been.
    pub self_handled: Option<Result<(), ServiceError>>,
}

/// Files one finding. The same finding again gets the same answer, and what failed of it is tried again.
///
/// # Errors
/// All wrong fields at once; an id that was used for another finding; storage.
#[instrument(level = "debug", name = "file_finding", skip_all)]
pub async fn file_finding(
    app: &App,
    staff: &Staff,
    finding: Finding,
    now: DateTime<Utc>,
) -> Result<FiledFinding, ServiceError> {
    let caller = Principal::Staff(staff.clone());
    let (key, raw) = checked(&finding, &caller);
    let filed = match submit_report(app, raw, &caller, key.as_ref(), now).await {
        Ok(submitted) => FiledFinding {
            report_id: submitted.report_id,
            tracking_code: submitted.tracking_code,
            outcome: submitted.outcome,
            case_number: submitted.case.case_number,
            self_handled: None,
        },
        Err(ServiceError::AnswerErased) => {
            recorded(app, &caller, &key.ok_or(ServiceError::AnswerErased)?).await?
        }
        Err(error) => return Err(error),
    };
    let Some(handled) = &finding.self_handled else { return Ok(filed) };
    let settled = settle(app, staff, &filed.case_number, handled, now).await;
    Ok(FiledFinding { self_handled: Some(settled), ..filed })
}

/// The key, and the report with what is wrong beside it noted: then nothing is filed, and everything is told at once.
fn checked(finding: &Finding, caller: &Principal) -> (Option<IdempotencyKey>, RawReport) {
    let mut raw = finding.raw.clone();
    let id = finding.client_id.as_deref().filter(|id| (1..=100).contains(&id.len()));
    let key = id.and_then(|id| IdempotencyKey::parse(&format!("finding/{id}"), finding.body_hash, caller));
    if key.is_none() && raw.faults.iter().all(|fault| fault.pointer != "/clientId") {
        let words = "应为 1 到 100 个可见的 ASCII 字符";
        raw.faults.push(FieldError::new("/clientId", FieldCode::Malformed, words));
    }
    if let Some(handled) = &finding.self_handled {
        let missing = FieldCode::Missing;
        if raw.photo_ids.is_empty() {
            raw.faults.push(FieldError::new("/photoIds", missing, "自行处置请附处置前的照片"));
        }
        if handled.photo_ids.is_empty() {
            raw.faults.push(FieldError::new("/selfHandled/photoIds", missing, "自行处置请附处置后的照片"));
        }
        if handled.photo_ids.iter().any(|id| raw.photo_ids.contains(id)) {
            let words = "处置前后应是不同的照片";
            raw.faults.push(FieldError::new("/selfHandled/photoIds", FieldCode::AlreadyUsed, words));
        }
    }
    (key, raw)
}

async fn recorded(app: &App, caller: &Principal, key: &IdempotencyKey) -> Result<FiledFinding, ServiceError> {
    let row = saved_answer::scope(caller, key);
    let known = idempotency::recorded::<Facts>(&app.pool, &row).await?;
    let (facts, _) = known.ok_or(ServiceError::AnswerErased)?;
    Ok(FiledFinding {
        report_id: facts.report_id,
        tracking_code: facts.tracking_code,
        outcome: facts.outcome,
        case_number: facts.case_number,
        self_handled: None,
    })
}

/// Makes the move, unless it was made with these photos before.
async fn settle(
    app: &App,
    staff: &Staff,
    number: &str,
    handled: &SelfHandled,
    now: DateTime<Utc>,
) -> Result<(), ServiceError> {
    let case = view::by_number(&app.pool, number).await?.ok_or(ServiceError::UnknownCase)?;
    if let Some(photo_id) = handled.photo_ids.first() {
        let belonging = photos::belonging(&app.pool, *photo_id).await?;
        if belonging.is_some_and(|it| it.report_id.is_none() && it.case_id == Some(case.case_id)) {
            return Ok(());
        }
    }
    let request = MoveRequest {
        photo_ids: handled.photo_ids.clone(),
        note: handled.note.clone(),
        ..MoveRequest::of(Move::SelfHandle)
    };
    move_case(app, staff, number, case.decision_version, request, now).await.map(|_| ())
}
