//! What superiors and leaders want done, by when, and what they were replied.

use chrono::{DateTime, Utc};
use jiekou_core::report::text::parse_text;
use jiekou_core::report::{FieldCode, FieldError};
use jiekou_store::StoreError;
use jiekou_store::desk::filings::{self, AssignmentView};
use tracing::instrument;

use super::at_desk;
use crate::{App, ServiceError, Staff};

/// Most characters of a reply.
const REPLY: usize = 4_000;

/// The orders of superiors and leaders, those that wait for a reply first, the most pressing first.
///
/// # Errors
/// [`ServiceError::Forbidden`]; storage.
#[instrument(level = "debug", name = "desk.list_assignments", skip_all)]
pub async fn list_assignments(
    app: &App,
    staff: &Staff,
    open: bool,
) -> Result<Vec<AssignmentView>, ServiceError> {
    at_desk(app, staff)?;
    Ok(filings::assignments(&app.pool, open).await?)
}

/// Writes down what whoever gave the order was replied.
///
/// # Errors
/// [`ServiceError::Forbidden`]; [`ServiceError::UnknownDeskEntry`]; a missing reply; storage.
#[instrument(level = "debug", name = "desk.reply_to_assignment", skip_all)]
pub async fn reply_to_assignment(
    app: &App,
    staff: &Staff,
    code: &str,
    reply: Option<&str>,
    now: DateTime<Utc>,
) -> Result<AssignmentView, ServiceError> {
    at_desk(app, staff)?;
    let missing = || ServiceError::field(FieldError::new("/reply", FieldCode::Missing, "请填写回复"));
    let reply = parse_text("/reply", reply.ok_or_else(missing)?, REPLY).map_err(ServiceError::field)?;
    let code = crate::track_report::parse_code(code).map_err(|_no_code| ServiceError::UnknownDeskEntry)?;
    let mut conn = app.pool.acquire().await.map_err(StoreError::from)?;
    let replied = filings::reply(&mut conn, &code, &reply, staff.staff_id, now).await?;
    replied.ok_or(ServiceError::UnknownDeskEntry)
}
