//! Where cases lie, as far as whom they reach depends on it.

use sqlx::PgConnection;
use tracing::instrument;

use crate::StoreError;

/// Where a case lies and who has it.
#[derive(Debug, Clone, sqlx::FromRow)]
pub struct CasePlace {
    pub case_number: String,
    pub center_code: String,
    pub segment_code: Option<String>,
    pub community_code: Option<String>,
    pub grid_code: Option<String>,
    pub unit_code: Option<String>,
}

/// Those of the cases with these numbers that are there.
///
/// # Errors
/// When the database fails.
#[instrument(level = "debug", name = "db.case.places", skip_all)]
pub async fn by_numbers(conn: &mut PgConnection, numbers: &[String]) -> Result<Vec<CasePlace>, StoreError> {
    if numbers.is_empty() {
        return Ok(Vec::new());
    }
    Ok(sqlx::query_as(
        "select case_number, center_code, segment_code, community_code, grid_code, unit_code from cases
         where case_number = any ($1)",
    )
    .bind(numbers)
    .fetch_all(conn)
    .await?)
}
