//! A platform adds to a request that it filed (mySociety's extension).

use chrono::{DateTime, Utc};
use jiekou_store::StoreError;
use jiekou_store::platforms::tokens;
use jiekou_store::reports::authorship;
use serde_json::json;
use tracing::instrument;
use uuid::Uuid;

use crate::add_to_report::{Said, add};
use crate::{App, IdempotencyKey, Platform, Principal, ServiceError, saved_answer};

/// An update as a platform sends it.
#[derive(Debug, Clone)]
pub struct PlatformUpdate {
    pub report_id: Uuid,
    /// What the sender calls it: by it an update is taken once.
    pub update_id: String,
    pub words: Option<String>,
    /// How the sender's user says it stands, such as `FIXED`.
    pub status: String,
    pub updated_at: DateTime<Utc>,
    pub media_urls: Vec<String>,
    pub form_hash: [u8; 32],
}

/// Adds the update to the report that the platform filed. Returns the id of what was added.
///
/// # Errors
/// [`ServiceError::UnknownTrackingCode`] for a request that is not the platform's; wrong fields; an id that was used for
/// another update; storage.
#[instrument(level = "debug", name = "add_update", skip_all)]
pub async fn add_update(
    app: &App,
    platform: &Platform,
    update: &PlatformUpdate,
    now: DateTime<Utc>,
) -> Result<Uuid, ServiceError> {
    let caller = Principal::Platform(platform.clone());
    let mut connection = app.pool.acquire().await.map_err(StoreError::from)?;
    let own = tokens::is_filed_by(&mut connection, platform.platform_id, update.report_id).await?;
    drop(connection);
    let author = authorship::of_report(&app.pool, update.report_id).await?.filter(|_| own);
    let author = author.ok_or(ServiceError::UnknownTrackingCode)?;
    let key = IdempotencyKey { key: format!("update/{}", update.update_id), body_hash: update.form_hash };
    let told = update.words.clone().unwrap_or_else(|| format!("报料平台更新了状态：{}", update.status));
    let said = Said {
        words: Some(&told),
        media_urls: &update.media_urls,
        detail: Some(
            json!({ "platform": platform.name, "status": update.status, "updatedAt": update.updated_at }),
        ),
        ..Said::default()
    };
    let added = add(app, &author, &said, &saved_answer::scope(&caller, &key), now).await?;
    Ok(added.addition_id)
}
