//! After a change of the master key: what older keys have sealed is sealed anew while serving, so that an old key can be
//! taken away.

use chrono::{DateTime, Utc};
use jiekou_store::StoreError;
use jiekou_store::resealing::{self, COLUMNS};
use jiekou_store::work::jobs;
use serde::{Deserialize, Serialize};
use tracing::{error, info, instrument};
use uuid::Uuid;

use crate::error::failed;
use crate::{App, ServiceError};

/// The kind of job, and rows sealed in one: a fraction of a lease.
const JOB: &str = "reseal";
const BATCH: i64 = 500;

/// Where the work has got to: which column, and behind whom.
#[derive(Debug, Clone, Default, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "camelCase", default)]
pub struct ResealAt {
    pub column: usize,
    pub after: Option<Uuid>,
}

/// Asks for the work where old keys have sealed something and nobody has been asked yet.
///
/// # Errors
/// Storage.
#[instrument(level = "debug", name = "reseal.ask", skip_all)]
pub async fn ask(app: &App, now: DateTime<Utc>) -> Result<(), StoreError> {
    let (_, old) = app.vault.key_ids();
    if old.is_empty() || resealing::left(&app.pool, &old).await?.iter().all(|(_, count)| *count == 0) {
        return Ok(());
    }
    let mut connection = app.pool.acquire().await?;
    jobs::insert_unless_waiting(&mut connection, JOB, &serde_json::json!({}), now).await
}

/// Seals a batch anew and asks for the next one. Can be killed and done twice at any moment.
///
/// # Errors
/// Storage.
#[instrument(level = "debug", name = "reseal", skip_all)]
pub async fn reseal(app: &App, at: &ResealAt, now: DateTime<Utc>) -> Result<(), ServiceError> {
    let (_, old) = app.vault.key_ids();
    let Some(column) = COLUMNS.get(at.column).filter(|_| !old.is_empty()) else {
        return Ok(());
    };
    let batch = resealing::batch(&app.pool, &app.vault, column, &old, at.after, BATCH).await?;
    for owner in &batch.broken {
        error!(sealed.what = column.what, sealed.owner = %owner, "sealed data does not open and stays as it is");
    }
    if batch.resealed > 0 {
        info!(sealed.what = column.what, sealed.rows = batch.resealed, "sealed anew with the first key");
    }
    let next = match batch.after {
        Some(after) => ResealAt { after: Some(after), ..*at },
        None => ResealAt { column: at.column + 1, after: None },
    };
    if next.column < COLUMNS.len() {
        let payload = serde_json::to_value(next).map_err(failed)?;
        let mut connection = app.pool.acquire().await.map_err(StoreError::from)?;
        jobs::insert(&mut connection, JOB, &payload, now).await?;
    }
    Ok(())
}
