//! Administrators register platforms, see them, and stop them.

use chrono::{DateTime, Utc};
use jiekou_core::report::text::parse_text;
use jiekou_core::report::{FieldCode, FieldError};
use jiekou_core::staff::{Level, may_grant};
use jiekou_store::StoreError;
use jiekou_store::people::staff as accounts;
use jiekou_store::platforms::keys::{self, KeyRow};
use jiekou_store::platforms::register::{self, PlatformRow};
use serde_json::json;
use tracing::instrument;
use uuid::Uuid;

use super::{check_manager, log, managed, manages, manages_platform, reason};
use crate::{App, ServiceError, Staff};

/// A platform as an administrator wants it.
#[derive(Debug, Clone, Default)]
pub struct PlatformWish {
    pub name: Option<String>,
    pub level: Option<String>,
    pub area: Option<String>,
    /// Sign-in name of the account on whose behalf it files findings.
    pub acts_for: Option<String>,
    /// What was wrong before it came here.
    pub faults: Vec<FieldError>,
}

/// A platform with its keys.
#[derive(Debug, Clone)]
pub struct PlatformView {
    pub platform: PlatformRow,
    pub keys: Vec<KeyRow>,
}

/// Registers a platform.
///
/// # Errors
/// Wrong fields; [`ServiceError::Forbidden`] for an area that is not the caller's, or an account whose roles are not the
/// caller's to give; storage.
#[instrument(level = "debug", name = "register_platform", skip_all)]
pub async fn register_platform(
    app: &App,
    staff: &Staff,
    wish: PlatformWish,
    now: DateTime<Utc>,
) -> Result<PlatformView, ServiceError> {
    check_manager(staff)?;
    let mut faults = wish.faults;
    let mut fault = |pointer: &str, code, words: &str| faults.push(FieldError::new(pointer, code, words));
    let name = match wish.name.as_deref().map(|name| parse_text("/name", name, 100)) {
        None => {
            fault("/name", FieldCode::Missing, "请填平台名称");
            None
        }
        Some(Err(wrong)) => {
            fault("/name", wrong.code, &wrong.detail);
            None
        }
        Some(Ok(name)) => Some(name),
    };
    let level = wish.level.as_deref().and_then(Level::from_name);
    if level.is_none() {
        fault("/level", FieldCode::Unknown, "没有这个层级");
    }
    let area = wish.area.unwrap_or_default();
    if level.is_some_and(|level| !app.rules().has_area(level, &area)) {
        fault("/area", FieldCode::Unknown, "该层级没有这个区域");
    }
    let (Some(name), Some(level), true) = (name, level, faults.is_empty()) else {
        return Err(ServiceError::Invalid(without_repeats(faults)));
    };
    if !manages(staff, level, &area) {
        return Err(ServiceError::Forbidden);
    }
    let acts_for = match &wish.acts_for {
        Some(username) => Some(account(app, staff, username).await?),
        None => None,
    };
    let row = PlatformRow {
        platform_id: Uuid::new_v4(),
        name,
        level: level.name().to_owned(),
        area,
        acts_for,
        acts_for_name: wish.acts_for,
        created_at: now,
        disabled_at: None,
    };
    let mut transaction = app.pool.begin().await.map_err(StoreError::from)?;
    register::insert(&mut transaction, &row, staff.staff_id).await?;
    let detail = json!({ "platformId": row.platform_id, "name": row.name, "actsFor": row.acts_for_name });
    log(&mut transaction, staff, "platformRegistered", None, &row.area, detail, now).await?;
    transaction.commit().await.map_err(StoreError::from)?;
    Ok(PlatformView { platform: row, keys: Vec::new() })
}

/// The account with this name, if every one of its roles is the caller's to give: whoever holds the platform's key can do
/// what that account can.
async fn account(app: &App, staff: &Staff, username: &str) -> Result<Uuid, ServiceError> {
    let found = accounts::with_grants(&app.pool, &username.trim().to_lowercase()).await?;
    let unknown = || ServiceError::field(FieldError::new("/actsFor", FieldCode::Unknown, "没有这个账号"));
    let (staff_id, _, grants) = found.ok_or_else(unknown)?;
    if !grants.iter().all(|grant| may_grant(&staff.grants, grant)) {
        return Err(ServiceError::Forbidden);
    }
    Ok(staff_id)
}

/// The platforms that the caller manages, with their keys.
///
/// # Errors
/// [`ServiceError::Forbidden`] for whoever manages none; storage.
#[instrument(level = "debug", name = "list_platforms", skip_all)]
pub async fn list_platforms(app: &App, staff: &Staff) -> Result<Vec<PlatformView>, ServiceError> {
    check_manager(staff)?;
    let platforms = register::all(&app.pool).await?;
    let platforms: Vec<PlatformRow> =
        platforms.into_iter().filter(|row| manages_platform(staff, row)).collect();
    let ids: Vec<Uuid> = platforms.iter().map(|row| row.platform_id).collect();
    let mut connection = app.pool.acquire().await.map_err(StoreError::from)?;
    let keys = keys::of(&mut connection, &ids).await?;
    let with_keys = |platform: PlatformRow| PlatformView {
        keys: keys.iter().filter(|key| key.platform_id == platform.platform_id).cloned().collect(),
        platform,
    };
    Ok(platforms.into_iter().map(with_keys).collect())
}

/// Stops a platform: none of its keys is good until it is enabled. Doing it twice changes nothing more.
///
/// # Errors
/// [`ServiceError::UnknownPlatform`]; a missing reason; storage.
#[instrument(level = "debug", name = "disable_platform", skip_all)]
pub async fn set_disabled(
    app: &App,
    staff: &Staff,
    platform_id: Uuid,
    disabled: bool,
    why: &str,
    now: DateTime<Utc>,
) -> Result<(), ServiceError> {
    let why = reason(why)?;
    let mut transaction = app.pool.begin().await.map_err(StoreError::from)?;
    let platform = managed(&mut transaction, staff, platform_id).await?;
    if register::set_disabled(&mut transaction, platform_id, disabled.then_some(now)).await? {
        let act = if disabled { "platformDisabled" } else { "platformEnabled" };
        let detail = json!({ "platformId": platform_id, "name": platform.name });
        log(&mut transaction, staff, act, Some(why), &platform.area, detail, now).await?;
    }
    transaction.commit().await.map_err(StoreError::from)?;
    Ok(())
}

fn without_repeats(faults: Vec<FieldError>) -> Vec<FieldError> {
    let mut kept: Vec<FieldError> = Vec::new();
    for fault in faults {
        if kept.iter().all(|known| known.pointer != fault.pointer) {
            kept.push(fault);
        }
    }
    kept
}
