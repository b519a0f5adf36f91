//! An enquiry is answered.

use chrono::{DateTime, Utc};
use jiekou_core::clock::local::local;
use jiekou_core::report::text::parse_text;
use jiekou_core::report::{FieldCode, FieldError};
use jiekou_store::hotlines::calls::{self, CallRow};
use jiekou_store::hotlines::orders;
use jiekou_store::{StoreError, enquiries};
use serde_json::json;
use tracing::instrument;

use super::view::{EnquiryFile, reachable};
use crate::{App, ServiceError, Staff};

/// Most characters.
const ANSWER: usize = 4_000;

/// Answers it; a better answer may follow. Whoever asked reads it under the code, and the platform of an order is told.
///
/// # Errors
/// [`ServiceError::Forbidden`]; [`ServiceError::UnknownEnquiry`]; [`ServiceError::EnquiryWithdrawn`]; a missing answer;
/// storage.
#[instrument(level = "debug", name = "answer_enquiry", skip_all)]
pub async fn answer_enquiry(
    app: &App,
    staff: &Staff,
    code: &str,
    answer: Option<&str>,
    now: DateTime<Utc>,
) -> Result<EnquiryFile, ServiceError> {
    let enquiry = reachable(app, staff, code).await?;
    let missing = || FieldError::new("/answer", FieldCode::Missing, "请填写答复");
    let answer = answer.ok_or_else(|| ServiceError::field(missing()))?;
    let answer = parse_text("/answer", answer, ANSWER).map_err(ServiceError::field)?;
    let mut transaction = app.pool.begin().await.map_err(StoreError::from)?;
    if !enquiries::answer(&mut transaction, enquiry.enquiry_id, &answer, staff.staff_id, now).await? {
        return Err(ServiceError::EnquiryWithdrawn);
    }
    if let Some(order) = orders::of_enquiry(&mut *transaction, enquiry.enquiry_id).await?
        && order.revoked_at.is_none()
    {
        let at = local(now).format("%Y-%m-%d %H:%M:%S").to_string();
        let body =
            json!({ "orderNo": order.order_no, "at": at, "act": "answer", "result": 0, "text": answer });
        let row = CallRow {
            partner: &order.partner,
            order_no: &order.order_no,
            operation: "feedback",
            body: &body,
            log_id: None,
            again_of: None,
            told: Some("finished"),
        };
        calls::insert(&mut transaction, &row, now).await?;
    }
    transaction.commit().await.map_err(StoreError::from)?;
    super::view::view_enquiry(app, staff, code).await
}
