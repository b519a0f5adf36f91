//! A patrol that was written down wrongly is struck out: it is kept, with who did so and why, and counts no more.

use chrono::{DateTime, Utc};
use jiekou_core::report::text::parse_text;
use jiekou_core::report::{FieldCode, FieldError};
use jiekou_store::StoreError;
use jiekou_store::patrols::list::{self, PatrolView};
use jiekou_store::patrols::record;
use tracing::instrument;
use uuid::Uuid;

use crate::patrol_sight::{may_strike, sees};
use crate::{App, ServiceError, Staff};

const REASON: usize = 500;

/// Strikes a patrol out. Who was first stays: doing it again changes nothing and is answered with what stands.
///
/// # Errors
/// [`ServiceError::UnknownPatrol`], also for one that the caller does not see; [`ServiceError::Forbidden`] for whoever is
/// neither its author nor the center; no reason; storage.
#[instrument(level = "debug", name = "strike_patrol", skip_all)]
pub async fn strike_patrol(
    app: &App,
    staff: &Staff,
    patrol_id: Uuid,
    reason: Option<&str>,
    now: DateTime<Utc>,
) -> Result<PatrolView, ServiceError> {
    let rules = app.rules();
    let mut transaction = app.pool.begin().await.map_err(StoreError::from)?;
    let patrol = list::by_id(&mut transaction, patrol_id).await?;
    let patrol = patrol.filter(|it| sees(&rules, staff, it)).ok_or(ServiceError::UnknownPatrol)?;
    if !may_strike(&rules, staff, &patrol) {
        return Err(ServiceError::Forbidden);
    }
    let missing = || FieldError::new("/reason", FieldCode::Missing, "请写明作废的理由");
    let reason = reason.ok_or_else(|| ServiceError::field(missing()))?;
    let reason = parse_text("/reason", reason, REASON).map_err(ServiceError::field)?;
    record::strike(&mut transaction, patrol_id, staff.staff_id, &reason, now).await?;
    let struck = list::by_id(&mut transaction, patrol_id).await?;
    transaction.commit().await.map_err(StoreError::from)?;
    struck.ok_or(ServiceError::UnknownPatrol)
}
