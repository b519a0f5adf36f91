//! The desk hands an order back that is not the district's: the case is rejected, and its platform told whose it may be.

use chrono::{DateTime, Utc};
use jiekou_core::case::{CaseNumber, Move};
use jiekou_core::report::text::parse_text;
use jiekou_store::cases::view;
use jiekou_store::hotlines::orders;
use tracing::instrument;

use super::at_desk;
use crate::move_case::{MoveRequest, move_case};
use crate::view_case::CaseFile;
use crate::{App, ServiceError, Staff};

/// Hands the case back, in one call.
///
/// # Errors
/// [`ServiceError::Forbidden`]; a missing reason; what speaks against rejecting the case; [`ServiceError::Stale`] when
/// somebody moves it at this very moment; storage.
#[instrument(level = "debug", name = "desk.hand_back", skip_all)]
pub async fn hand_back(
    app: &App,
    staff: &Staff,
    number: &str,
    reason: Option<String>,
    suggest_unit: Option<&str>,
    now: DateTime<Utc>,
) -> Result<CaseFile, ServiceError> {
    at_desk(app, staff)?;
    let number = CaseNumber::parse(number).ok_or(ServiceError::UnknownCase)?;
    let unit = suggest_unit.filter(|unit| !unit.trim().is_empty());
    let unit =
        unit.map(|unit| parse_text("/suggestUnit", unit, 100)).transpose().map_err(ServiceError::field)?;
    let request = MoveRequest { reason, ..MoveRequest::of(Move::Reject) };
    let case = view::by_number(&app.pool, number.as_str()).await?.ok_or(ServiceError::UnknownCase)?;
    if let Some(unit) = &unit {
        orders::suggest_unit(&app.pool, number.as_str(), unit).await?;
    }
    move_case(app, staff, number.as_str(), case.decision_version, request, now).await
}
