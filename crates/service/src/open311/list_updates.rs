//! What a platform's own requests have come to, step by step (mySociety's extension).

use chrono::{DateTime, Utc};
use jiekou_core::case::State;
use jiekou_core::notice::{Words, fill};
use jiekou_core::public_view::Progress;
use jiekou_store::platforms::updates;
use tracing::instrument;
use uuid::Uuid;

use crate::{App, Platform, ServiceError};

/// Most updates of one answer; whoever gets so many asks again from the last one on.
const MOST: i64 = 1_000;

/// A step of the case that a request follows.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct CaseUpdate {
    pub update_id: i64,
    pub report_id: Uuid,
    pub progress: Progress,
    /// When it could be read first.
    pub at: DateTime<Utc>,
    /// What the reporter is told.
    pub words: String,
    /// The name of the state inside.
    pub state: String,
}

/// The steps from `from` to `until` of requests that the platform filed, the oldest first.
///
/// # Errors
/// When the database fails.
#[instrument(level = "debug", name = "list_updates", skip_all)]
pub async fn list_updates(
    app: &App,
    platform: &Platform,
    from: DateTime<Utc>,
    until: DateTime<Utc>,
) -> Result<Vec<CaseUpdate>, ServiceError> {
    let rules = app.rules();
    let rows = updates::list(&app.pool, platform.platform_id, from, until, MOST).await?;
    let updates = rows.into_iter().filter_map(|row| {
        let occasion = rules.occasion(&row.act)?;
        let center = rules.center(&row.center_code).map(|center| center.name);
        let words = Words {
            center: center.unwrap_or_else(|| row.center_code.clone()),
            reason: row.reason,
            note: row.note,
            due: None,
        };
        Some(CaseUpdate {
            update_id: row.update_id,
            report_id: row.report_id,
            progress: Progress::of(State::from_name(&row.state)?),
            at: row.made_at,
            words: fill(&occasion.words, &words),
            state: row.state,
        })
    });
    Ok(updates.collect())
}
