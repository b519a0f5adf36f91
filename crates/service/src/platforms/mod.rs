//! Platforms of others: administrators register them and issue their keys; a key proves who calls.

mod authenticate;
mod issue_key;
mod register;

pub use authenticate::{authenticate, on_behalf};
pub use issue_key::{IssuedKey, KeyWish, end_key, issue_key};
pub use register::{PlatformView, PlatformWish, list_platforms, register_platform, set_disabled};

use jiekou_core::platform::ApiKey;
use jiekou_core::report::{FieldCode, FieldError};
use jiekou_core::staff::{Grant, Level, Role, may_grant};
use jiekou_store::people::staff_log;
use jiekou_store::platforms::register::PlatformRow;
use jiekou_store::{PgConnection, StoreError};
use serde_json::Value;

use crate::{ServiceError, Staff};

/// A new key.
fn random_key() -> ApiKey {
    ApiKey::from_random(rand::random())
}

/// Whether the caller manages platforms of this area: as an administrator of it, and of no unit only.
fn manages(staff: &Staff, level: Level, area: &str) -> bool {
    may_grant(&staff.grants, &Grant::new(Role::Admin, level, area))
}

/// Whether the caller manages this platform.
fn manages_platform(staff: &Staff, row: &PlatformRow) -> bool {
    Level::from_name(&row.level).is_some_and(|level| manages(staff, level, &row.area))
}

/// Whoever manages no platforms at all learns nothing about them.
fn check_manager(staff: &Staff) -> Result<(), ServiceError> {
    let admin = staff.grants.iter().any(|grant| grant.role == Role::Admin && grant.unit.is_none());
    if admin { Ok(()) } else { Err(ServiceError::Forbidden) }
}

/// The platform, locked, if the caller manages it.
async fn managed(
    conn: &mut PgConnection,
    staff: &Staff,
    platform_id: uuid::Uuid,
) -> Result<PlatformRow, ServiceError> {
    check_manager(staff)?;
    let row = jiekou_store::platforms::register::lock(conn, platform_id).await?;
    row.filter(|row| manages_platform(staff, row)).ok_or(ServiceError::UnknownPlatform)
}

/// Writes what was done to a platform into the log that administrators of its area read.
async fn log(
    conn: &mut PgConnection,
    staff: &Staff,
    act: &'static str,
    reason: Option<&str>,
    area: &str,
    detail: Value,
    now: chrono::DateTime<chrono::Utc>,
) -> Result<(), StoreError> {
    let line = staff_log::NewLine {
        actor: Some(staff.staff_id),
        // A platform is no account: whose act it was, and its name in the detail.
        subject: staff.staff_id,
        act,
        reason,
        detail: Some(detail),
        areas: vec![area.to_owned()],
    };
    staff_log::append(conn, &line, now).await
}

/// A reason, trimmed.
fn reason(text: &str) -> Result<&str, ServiceError> {
    let text = text.trim();
    let fault = |code, words: &str| ServiceError::field(FieldError::new("/reason", code, words));
    if text.is_empty() {
        return Err(fault(FieldCode::Empty, "请说明原因"));
    }
    if text.chars().count() > 500 || text.chars().any(char::is_control) {
        return Err(fault(FieldCode::TooLong, "原因至多 500 字，不含控制字符"));
    }
    Ok(text)
}
