//! Sensors, as their platforms name them.

use chrono::{DateTime, Duration, Utc};
use sqlx::PgPool;
use tracing::instrument;
use uuid::Uuid;

use crate::StoreError;

/// What is known of a device, for whoever has it in hand.
#[derive(Debug, Clone, sqlx::FromRow)]
pub struct DeviceRow {
    pub last_reading: Option<String>,
    pub last_at: Option<DateTime<Utc>>,
    pub last_outcome: Option<String>,
    pub report_id: Option<Uuid>,
    pub in_trouble: bool,
    pub urged_at: Option<DateTime<Utc>>,
    pub used_in_minute: i32,
}

/// What a reading changed.
#[derive(Debug, Clone)]
pub struct Settled<'a> {
    pub reading: &'a str,
    pub at: DateTime<Utc>,
    pub outcome: &'static str,
    pub report_id: Option<Uuid>,
    pub in_trouble: bool,
    pub repeated: bool,
    pub urged_at: Option<DateTime<Utc>>,
}

/// Takes a device in hand until `until`, and counts the reading; `None` while somebody else has it.
///
/// # Errors
/// When the database fails.
#[instrument(level = "debug", name = "db.device.take", skip_all)]
pub async fn take(
    pool: &PgPool,
    platform_id: Uuid,
    device_id: &str,
    lease: Duration,
    now: DateTime<Utc>,
) -> Result<Option<DeviceRow>, StoreError> {
    Ok(sqlx::query_as(
        "insert into device as d (platform_id, device_id, busy_until, minute, used_in_minute)
         values ($1, $2, $4, date_trunc('minute', $3), 1)
         on conflict (platform_id, device_id) do update set busy_until = $4, minute = date_trunc('minute', $3),
             used_in_minute = case when d.minute = date_trunc('minute', $3) then d.used_in_minute else 0 end + 1
         where d.busy_until is null or d.busy_until <= $3
         returning last_reading, last_at, last_outcome, report_id, in_trouble, urged_at, used_in_minute",
    )
    .bind(platform_id)
    .bind(device_id)
    .bind(now)
    .bind(now + lease)
    .fetch_optional(pool)
    .await?)
}

/// Gives a device back, with what the reading changed, if it did.
///
/// # Errors
/// When the database fails.
#[instrument(level = "debug", name = "db.device.give_back", skip_all)]
pub async fn give_back(
    pool: &PgPool,
    platform_id: Uuid,
    device_id: &str,
    settled: Option<&Settled<'_>>,
) -> Result<(), StoreError> {
    sqlx::query(
        "update device set busy_until = null, last_reading = coalesce($3, last_reading), last_at = coalesce($4, last_at),
             last_outcome = coalesce($5, last_outcome), report_id = coalesce($6, report_id),
             in_trouble = coalesce($7, in_trouble), repeats = repeats + $8, urged_at = coalesce($9, urged_at)
         where platform_id = $1 and device_id = $2",
    )
    .bind(platform_id)
    .bind(device_id)
    .bind(settled.map(|it| it.reading))
    .bind(settled.map(|it| it.at))
    .bind(settled.map(|it| it.outcome))
    .bind(settled.and_then(|it| it.report_id))
    .bind(settled.map(|it| it.in_trouble))
    .bind(settled.map_or(0, |it| i32::from(it.repeated)))
    .bind(settled.and_then(|it| it.urged_at))
    .execute(pool)
    .await?;
    Ok(())
}

/// Whether the case that this report follows is still open for reports, and the report was not taken back.
///
/// # Errors
/// When the database fails.
#[instrument(level = "debug", name = "db.device.is_standing", skip_all)]
pub async fn is_standing(pool: &PgPool, report_id: Uuid) -> Result<bool, StoreError> {
    Ok(sqlx::query_scalar(
        "select exists (select from report r join cases c using (case_id)
                        where r.report_id = $1 and c.takes_reports and r.withdrawn_at is null)",
    )
    .bind(report_id)
    .fetch_one(pool)
    .await?)
}
