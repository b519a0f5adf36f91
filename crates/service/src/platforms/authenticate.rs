//! A key proves who calls, what for, and how often.

use chrono::{DateTime, Utc};
use jiekou_core::platform::{ApiKey, Scope};
use jiekou_core::report::Channel;
use jiekou_store::platforms::{keys, register};
use tracing::instrument;

use crate::{App, Platform, ServiceError, Staff};

/// The platform whose key this is, if the key is good for `scope` and has room for `cost` more uses.
///
/// # Errors
/// [`ServiceError::InvalidKey`], without saying why; [`ServiceError::ScopeMissing`]; [`ServiceError::QuotaReached`]; storage.
#[instrument(level = "debug", name = "authenticate", skip_all)]
pub async fn authenticate(
    app: &App,
    key: Option<&str>,
    scope: Option<Scope>,
    cost: usize,
    now: DateTime<Utc>,
) -> Result<Platform, ServiceError> {
    let key = key.and_then(ApiKey::parse).ok_or(ServiceError::InvalidKey)?;
    let cost = i32::try_from(cost).unwrap_or(i32::MAX);
    let used = keys::use_key(&app.pool, &key.hash(), scope.map(Scope::name), cost, now).await?;
    let used = used.ok_or(ServiceError::InvalidKey)?;
    match (used.verdict.as_str(), used.retry_seconds) {
        ("good", _) => Ok(Platform {
            platform_id: used.platform_id,
            name: used.name,
            channel: if scope == Some(Scope::Device) { Channel::Device } else { Channel::Open311 },
            acts_for: used.acts_for,
        }),
        ("quota", seconds) => {
            Err(ServiceError::QuotaReached { retry_seconds: seconds.map_or(60, i64::from) })
        }
        _ => Err(ServiceError::ScopeMissing),
    }
}

/// The account on whose behalf the platform files, with the roles it has now.
///
/// # Errors
/// [`ServiceError::Forbidden`] when it acts for nobody, or that account is disabled; storage.
pub async fn on_behalf(app: &App, platform: &Platform) -> Result<Staff, ServiceError> {
    let staff_id = platform.acts_for.ok_or(ServiceError::Forbidden)?;
    let found = register::account(&app.pool, staff_id).await?;
    let (name, grants) = found.ok_or(ServiceError::Forbidden)?;
    Ok(Staff { staff_id, name, grants })
}
