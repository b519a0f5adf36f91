//! A log line with what decides whom its move concerns.

use serde_json::Value;
use sqlx::PgPool;
use sqlx::types::Json;
use tracing::instrument;
use uuid::Uuid;

use crate::StoreError;

/// The line, and its case as it is now.
#[derive(Debug, Clone, sqlx::FromRow)]
pub struct MoveLine {
    pub act: String,
    pub detail: Option<Json<Value>>,
    pub center_code: String,
    pub segment_code: Option<String>,
    pub longitude: Option<f64>,
    pub latitude: Option<f64>,
    pub unit_code: Option<String>,
    pub post_code: Option<String>,
    pub person_id: Option<Uuid>,
    pub rulebook_version_id: i64,
}

/// The line with this id.
///
/// # Errors
/// When the database fails.
#[instrument(level = "debug", name = "db.log.move_line", skip_all)]
pub async fn read(pool: &PgPool, log_id: i64) -> Result<Option<MoveLine>, StoreError> {
    Ok(sqlx::query_as(
        "select l.act, l.detail, c.center_code, c.segment_code, c.longitude, c.latitude, c.unit_code, c.post_code,
                c.person_id, c.rulebook_version_id
         from case_log l join cases c using (case_id) where l.log_id = $1",
    )
    .bind(log_id)
    .fetch_optional(pool)
    .await?)
}
