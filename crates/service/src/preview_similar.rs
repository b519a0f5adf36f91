//! What a report would be like, before it is sent; nothing is stored.

use chrono::{DateTime, Utc};
use jiekou_core::dedup::Decision;
use jiekou_core::report::{NewReport, RawReport};
use tracing::instrument;

use crate::submit_report::answer::similar;
use crate::submit_report::{Prepared, SimilarCase, recognise};
use crate::{App, Principal, ServiceError};

/// The judge's word on a report that was not sent.
#[derive(Debug, Clone, PartialEq)]
pub struct Preview {
    /// `join`, `ask` or `new`.
    pub decision: &'static str,
    pub similar: Vec<SimilarCase>,
}

/// Compares a report with the known problems.
///
/// # Errors
/// All wrong fields at once; storage.
#[instrument(name = "preview_similar", skip_all)]
pub async fn preview_similar(
    app: &App,
    raw: RawReport,
    caller: &Principal,
    now: DateTime<Utc>,
) -> Result<Preview, ServiceError> {
    let report = NewReport::parse(raw, app.rules(), now).map_err(ServiceError::Invalid)?;
    let prepared = Prepared::new(app, report, caller, now).await?;
    let candidates = recognise::candidates(app, &prepared.search(), now).await?;
    let judgement = prepared.judge(app, &candidates, now);
    let decision = match judgement.decision {
        Decision::Join { .. } => "join",
        Decision::Ask => "ask",
        Decision::New => "new",
    };
    Ok(Preview { decision, similar: similar(app, &judgement.matches).await? })
}
