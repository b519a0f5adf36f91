//! The units that have a part in a case beside the one that leads.

use chrono::{DateTime, Utc};
use sqlx::PgPool;
use tracing::instrument;

use super::view::Of;
use crate::StoreError;
use crate::words::Words;

/// One unit's part: it handles with the lead (`helper`), or a whistle called it (`called`).
#[derive(Debug, Clone, sqlx::FromRow)]
pub struct PartView {
    pub unit_code: String,
    pub part: String,
    pub asked_at: DateTime<Utc>,
    /// By when a called unit has to be there.
    pub answer_due_at: Option<DateTime<Utc>>,
    pub arrived_at: Option<DateTime<Utc>>,
    pub arrived_by: Option<String>,
    pub done_at: Option<DateTime<Utc>>,
    pub note: Option<Words>,
    pub ended_at: Option<DateTime<Utc>>,
}

/// Every part in each of these cases, in the order they were asked.
///
/// # Errors
/// When the database fails.
#[instrument(level = "debug", name = "db.case.parts", skip_all)]
pub async fn of(pool: &PgPool, case_ids: &[i64]) -> Result<Vec<Of<PartView>>, StoreError> {
    Ok(sqlx::query_as(
        "select p.case_id, p.unit_code, p.part, p.asked_at, p.answer_due_at, p.arrived_at, s.display_name as arrived_by,
                p.done_at, p.note, p.ended_at
         from case_part p left join staff_account s on s.staff_id = p.arrived_by
         where p.case_id = any ($1) order by p.asked_at, p.unit_code",
    )
    .bind(case_ids)
    .fetch_all(pool)
    .await?)
}
