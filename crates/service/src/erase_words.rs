//! Erases what people wrote, where they may ask for it; the log keeps that it was done, and why.

use chrono::{DateTime, Utc};
use jiekou_core::case::CaseNumber;
use jiekou_core::report::text::parse_text;
use jiekou_core::report::{FieldCode, FieldError, TrackingCode};
use jiekou_store::cases::erasure::{self, Erasure};
use jiekou_store::cases::view;
use jiekou_store::{PgPool, StoreError};
use tracing::{info, instrument};

use crate::ServiceError;

/// Whose words to erase.
#[derive(Debug, Clone)]
pub enum ErasureWish {
    /// Tracking code of a report: what its author wrote, wherever it lies, and how to reach them.
    Report(String),
    /// Number of a case: all words of its log, and of each report that follows it.
    Case(String),
}

/// Erases, and returns the numbers of the cases whose logs say so.
///
/// # Errors
/// [`ServiceError::UnknownTrackingCode`], [`ServiceError::UnknownCase`]; a missing or overlong reason; storage.
#[instrument(level = "debug", name = "erase_words", skip_all)]
pub async fn erase_words(
    pool: &PgPool,
    wish: &ErasureWish,
    reason: &str,
    now: DateTime<Utc>,
) -> Result<Vec<String>, ServiceError> {
    if reason.trim().is_empty() {
        return Err(ServiceError::field(FieldError::new("/reason", FieldCode::Missing, "请写明原因")));
    }
    let reason = parse_text("/reason", reason, 500).map_err(ServiceError::field)?;
    let mut transaction = pool.begin().await.map_err(StoreError::from)?;
    let what = match wish {
        ErasureWish::Report(code) => {
            let code = TrackingCode::parse(code).map_err(|_mistyped| ServiceError::UnknownTrackingCode)?;
            let report = erasure::report_by_code(&mut transaction, &code.to_string()).await?;
            Erasure::Reports(vec![report.ok_or(ServiceError::UnknownTrackingCode)?])
        }
        ErasureWish::Case(number) => {
            let number = CaseNumber::parse(number).ok_or(ServiceError::UnknownCase)?;
            let case = view::by_number(&mut *transaction, number.as_str()).await?;
            Erasure::Case(case.ok_or(ServiceError::UnknownCase)?.case_id)
        }
    };
    let cases = erasure::erase(&mut transaction, &what, &reason, now).await?;
    transaction.commit().await.map_err(StoreError::from)?;
    info!(cases = cases.len(), "words erased");
    Ok(cases)
}
