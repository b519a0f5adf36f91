//! Two cases that may be one problem are two: their center says so, and the pair is never suggested again.

use chrono::{DateTime, Utc};
use jiekou_core::case::CaseNumber;
use jiekou_core::dedup::{Match, Reason};
use jiekou_core::report::{FieldCode, FieldError};
use jiekou_store::cases::{suggestions, view};
use jiekou_store::{PgConnection, StoreError};

use crate::move_case::{MoveRequest, admitted, decider};
use crate::{App, ServiceError, Staff};

/// Keeps the case apart from the one the request names. The other one may lie in another area: whether this one stands
/// for itself is for its own center to say. Returns the cases touched.
pub(crate) async fn keep_apart(
    app: &App,
    conn: &mut PgConnection,
    staff: &Staff,
    number: &str,
    version: i64,
    request: &MoveRequest,
    now: DateTime<Utc>,
) -> Result<Vec<i64>, ServiceError> {
    let fault = |code, detail: &str| ServiceError::field(FieldError::new("/into", code, detail));
    let other = request.into.as_deref().and_then(CaseNumber::parse);
    let other = other.ok_or_else(|| fault(FieldCode::Malformed, "案件编号有误，请核对"))?;
    let case = view::lock(&mut *conn, number).await?.ok_or(ServiceError::UnknownCase)?;
    admitted(app, conn, &case, staff, version, request.it, now).await?;
    let waits_for_nothing = || fault(FieldCode::NotAllowed, "这两个案件没有等待判断，请核对编号");
    let (other_id, other_number) =
        suggestions::holder(&mut *conn, other.as_str()).await?.ok_or_else(waits_for_nothing)?;
    let by = decider(staff, request, now);
    if !suggestions::keep_apart(conn, &case, (other_id, &other_number), by).await? {
        return Err(waits_for_nothing());
    }
    Ok(vec![case.case_id])
}

/// Why a merge was made that answers a suggestion with one click: what the judge saw in it. `None` when the pair waits
/// for no decision; then whoever merges says why.
pub(crate) async fn suggested_reason(
    conn: &mut PgConnection,
    from: i64,
    into: i64,
) -> Result<Option<String>, StoreError> {
    let judged = suggestions::between(conn, from, into).await?;
    Ok(judged.and_then(|judged| serde_json::from_value(judged).ok()).map(|found| words(&found)))
}

/// What speaks for one problem, in words for staff.
fn words(found: &Match) -> String {
    let reasons = found.reasons.iter().map(|reason| match reason {
        Reason::Nearby => {
            found.distance_meters.map_or("位置相近".to_owned(), |meters| format!("相距{meters:.0}米"))
        }
        Reason::SameCategory => "类别相同".to_owned(),
        Reason::RelatedCategory => "类别相近".to_owned(),
        Reason::SimilarWords => "描述相似".to_owned(),
        Reason::SameWords => "描述相同".to_owned(),
        Reason::SameAddress => "地址相同".to_owned(),
        Reason::SamePhoto => "照片相同".to_owned(),
        Reason::SameComponent => "部件编号相同".to_owned(),
        Reason::NamedByReporter => "报料人指明".to_owned(),
    });
    let reasons: Vec<String> = reasons.collect();
    if reasons.is_empty() {
        "可能相同".to_owned()
    } else {
        format!("可能相同：{}", reasons.join("、"))
    }
}
