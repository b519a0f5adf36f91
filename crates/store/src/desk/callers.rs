//! The reports of a telephone number.

use chrono::{DateTime, Utc};
use sqlx::PgPool;
use tracing::instrument;

use crate::StoreError;

/// A report that somebody made before.
#[derive(Debug, Clone, PartialEq, Eq, sqlx::FromRow)]
pub struct EarlierReport {
    pub tracking_code: String,
    pub case_number: String,
    pub state: String,
    pub category: String,
    pub channel: String,
    pub received_at: DateTime<Utc>,
    pub address: Option<String>,
    pub due_at: Option<DateTime<Utc>>,
    pub urge_count: i32,
    pub center_code: String,
    /// 保密
    pub secret: bool,
}

/// The newest reports of whoever has this number, at most 20.
///
/// # Errors
/// When the database fails.
#[instrument(level = "debug", name = "db.desk.reports_of", skip_all)]
pub async fn reports_of(pool: &PgPool, phone_index: &[u8]) -> Result<Vec<EarlierReport>, StoreError> {
    Ok(sqlx::query_as(
        "select r.tracking_code, c.case_number, c.state, r.category, r.channel, r.received_at, c.address, c.due_at,
                r.urge_count, c.center_code, coalesce(f.secret, false) or coalesce(o.secret, false) as secret
         from reporter_contact k join report r using (pseudonym) join cases c using (case_id)
         left join desk_filing f using (report_id)
         left join lateral (select bool_or(secret) as secret from hotline_order o where o.report_id = r.report_id) o on true
         where k.phone_index = $1 order by r.received_at desc, r.report_id limit 20",
    )
    .bind(phone_index)
    .fetch_all(pool)
    .await?)
}
