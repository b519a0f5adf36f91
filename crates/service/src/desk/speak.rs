//! An operator adds to a report, or urges, for whoever calls about it.

use chrono::{DateTime, Utc};
use jiekou_core::privacy::scrub;
use jiekou_core::report::text::parse_text;
use jiekou_core::report::{FieldCode, FieldError};
use jiekou_store::StoreError;
use jiekou_store::reports::additions::AdditionKind;
use jiekou_store::reports::reporter_moves as reports;
use tracing::instrument;

use super::at_desk;
use crate::hotline::add;
use crate::submit_report::recognise;
use crate::track_report::parse_code;
use crate::{App, ServiceError, Staff};

const WORDS: usize = 2_000;

/// What an operator says for a caller.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Spoken {
    /// 补充; its words are owed.
    Addition,
    /// 催办; words may be left out.
    Urge,
}

/// Adds to the report with this code, or urges.
///
/// # Errors
/// [`ServiceError::Forbidden`]; [`ServiceError::UnknownTrackingCode`]; missing or wrong words; storage.
#[instrument(level = "debug", name = "desk.speak", skip(app, staff, words, now))]
pub async fn speak(
    app: &App,
    staff: &Staff,
    code: &str,
    spoken: Spoken,
    words: Option<&str>,
    now: DateTime<Utc>,
) -> Result<(), ServiceError> {
    at_desk(app, staff)?;
    let code = parse_code(code)?;
    let words = words.filter(|words| !words.trim().is_empty() || spoken == Spoken::Addition);
    let words = words
        .map(|words| parse_text("/description", words, WORDS))
        .transpose()
        .map_err(ServiceError::field)?;
    let kind = match (spoken, &words) {
        (Spoken::Addition, None) => {
            let fault = FieldError::new("/description", FieldCode::Missing, "请写明补充的内容");
            return Err(ServiceError::field(fault));
        }
        (Spoken::Addition, Some(_)) => AdditionKind::Added,
        (Spoken::Urge, _) => AdditionKind::Urged,
    };
    let report = reports::of_code(&app.pool, &code).await?.ok_or(ServiceError::UnknownTrackingCode)?;
    let words = words.as_deref().map(scrub);
    let mut transaction = app.pool.begin().await.map_err(StoreError::from)?;
    let case_id = add(app, &mut transaction, report.report_id, kind, words.as_deref(), now).await?;
    transaction.commit().await.map_err(StoreError::from)?;
    recognise::mend(app, vec![case_id]);
    Ok(())
}
