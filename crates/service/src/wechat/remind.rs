//! Somebody has gone quiet: they are told once what their draft lacks.

use chrono::{DateTime, Utc};
use jiekou_store::StoreError;
use jiekou_store::wechat::{conversations, sayings};
use tracing::instrument;
use uuid::Uuid;

use super::person::{conversation, seal};
use crate::{App, ServiceError};

/// Reminds a person, if it is time. Whoever has written meanwhile is reminded by a later job.
///
/// # Errors
/// Storage.
#[instrument(level = "debug", name = "remind", skip_all)]
pub async fn remind(app: &App, pseudonym: Uuid, now: DateTime<Utc>) -> Result<(), ServiceError> {
    let (before, version) = conversation(app, pseudonym).await?;
    let Some((after, words)) = before.remind(&app.wechat.patience, now) else { return Ok(()) };
    let mut transaction = app.pool.begin().await.map_err(StoreError::from)?;
    let sealed = seal(app, pseudonym, &after)?;
    if conversations::write(&mut transaction, pseudonym, version, &sealed, now).await? {
        let saying_id = Uuid::now_v7();
        let sealed = seal(app, saying_id, &words)?;
        sayings::write(&mut transaction, saying_id, pseudonym, &sealed, true, now).await?;
        transaction.commit().await.map_err(StoreError::from)?;
    }
    Ok(())
}
