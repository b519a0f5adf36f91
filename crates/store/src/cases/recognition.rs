//! What a case is recognised by.

use sqlx::PgPool;
use tracing::instrument;

use crate::StoreError;

/// The stored fingerprint, and the words of the report that opened the case.
#[derive(Debug, Clone, sqlx::FromRow)]
pub struct Recognised {
    pub fingerprint: Vec<u8>,
    pub description: String,
}

/// What this case is recognised by.
///
/// # Errors
/// When the database fails.
#[instrument(level = "debug", name = "db.case.recognised", skip_all)]
pub async fn of(pool: &PgPool, case_id: i64) -> Result<Recognised, StoreError> {
    Ok(sqlx::query_as(
        "select c.fingerprint, coalesce((
             select r.description from report r where r.case_id = c.case_id order by r.receipt_number limit 1), '')
             as description
         from cases c where c.case_id = $1",
    )
    .bind(case_id)
    .fetch_one(pool)
    .await?)
}
