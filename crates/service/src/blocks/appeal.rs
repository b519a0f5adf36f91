//! Whoever is blocked appeals; somebody else than who blocked answers.

use chrono::{DateTime, Utc};
use jiekou_core::limit::BlockState;
use jiekou_store::StoreError;
use jiekou_store::limits::{appeals, blocks};
use tracing::instrument;
use uuid::Uuid;

use super::impose::end;
use super::{look, own, words};
use crate::{App, ServiceError, Staff};

/// How often one block can be appealed against.
const MOST_APPEALS: usize = 3;

/// Appeals against a block. Knowing its id, which only whoever is blocked and staff are told, is proof enough.
///
/// # Errors
/// [`ServiceError::UnknownBlock`]; [`ServiceError::BlockOver`]; [`ServiceError::AppealWaits`] for an answer, or the last one
/// was given; wrong fields; storage.
#[instrument(level = "debug", name = "appeal", skip_all)]
pub async fn appeal(app: &App, block_id: Uuid, said: &str, now: DateTime<Utc>) -> Result<(), ServiceError> {
    let said = words("/words", said)?;
    let mut transaction = app.pool.begin().await.map_err(StoreError::from)?;
    let block = blocks::lock(&mut transaction, block_id).await?.ok_or(ServiceError::UnknownBlock)?;
    if BlockState::of(block.until, block.ended_at, now) != BlockState::Running {
        return Err(ServiceError::BlockOver);
    }
    let before = appeals::list(&mut *transaction, block_id).await?;
    if before.len() >= MOST_APPEALS || !appeals::insert(&mut transaction, block_id, &said, now).await? {
        return Err(ServiceError::AppealWaits);
    }
    blocks::log(&mut transaction, block_id, None, "appealed", Some(&said), now).await?;
    transaction.commit().await.map_err(StoreError::from)?;
    Ok(())
}

/// Answers the appeal that waits; one that is granted ends the block.
///
/// # Errors
/// [`ServiceError::Forbidden`]; [`ServiceError::OwnBlock`] for whoever blocked; [`ServiceError::UnknownBlock`];
/// [`ServiceError::NoAppeal`]; [`ServiceError::BlockOver`]; wrong fields; storage.
#[instrument(level = "debug", name = "answer_appeal", skip_all)]
pub async fn answer_appeal(
    app: &App,
    staff: &Staff,
    block_id: Uuid,
    granted: bool,
    reason: &str,
    now: DateTime<Utc>,
) -> Result<(), ServiceError> {
    let reason = words("/reason", reason)?;
    let block = own(app, staff, block_id).await?;
    if block.blocked_by == staff.staff_id {
        return Err(ServiceError::OwnBlock);
    }
    let mut transaction = app.pool.begin().await.map_err(StoreError::from)?;
    if granted {
        end(&mut transaction, block_id, now).await?;
    } else {
        blocks::lock(&mut transaction, block_id).await?;
    }
    if !appeals::answer(&mut transaction, block_id, staff.staff_id, granted, &reason, now).await? {
        return Err(ServiceError::NoAppeal);
    }
    let act = if granted { "appealGranted" } else { "appealRefused" };
    blocks::log(&mut transaction, block_id, Some(staff.staff_id), act, Some(&reason), now).await?;
    transaction.commit().await.map_err(StoreError::from)?;
    look(app, now).await
}
