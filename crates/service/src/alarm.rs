//! Words of danger to life: found in what people write, answered at once, and the center alarmed.

use chrono::{DateTime, Utc};
use jiekou_core::safety::{self, Danger};
use jiekou_store::PgConnection;
use jiekou_store::cases::alarm;
use jiekou_store::cases::view::CaseView;
use uuid::Uuid;

use crate::case_clocks::hastened;
use crate::{App, ServiceError};

/// The dangers these words speak of.
pub(crate) fn dangers(app: &App, words: &str) -> Vec<Danger> {
    safety::dangers_in(&app.rules().data().dangers, words).into_iter().cloned().collect()
}

/// Alarms the center of a locked case because of a report that follows it.
///
/// # Errors
/// Storage.
pub(crate) async fn raise(
    app: &App,
    conn: &mut PgConnection,
    case: &CaseView,
    report_id: Uuid,
    now: DateTime<Utc>,
) -> Result<(), ServiceError> {
    let hastened = hastened(app, conn, case, now).await?;
    Ok(alarm::raise(conn, case.case_id, report_id, hastened.as_ref(), now).await?)
}
