//! Administrators issue keys and end them.

use chrono::{DateTime, Duration, Utc};
use jiekou_core::platform::{ApiKey, KEYS_AT_ONCE, Quota, Scope};
use jiekou_core::report::{FieldCode, FieldError};
use jiekou_store::StoreError;
use jiekou_store::platforms::keys::{self, KeyRow, NewKey};
use serde_json::json;
use tracing::instrument;
use uuid::Uuid;

use super::{log, managed, random_key, reason};
use crate::{App, ServiceError, Staff};

/// Longest that an old key stays good beside the one that replaces it.
const LONGEST_OVERLAP: Duration = Duration::days(90);

/// A key as an administrator wants it.
#[derive(Debug, Clone, Default)]
pub struct KeyWish {
    pub scopes: Vec<String>,
    pub per_minute: Option<i64>,
    pub per_day: Option<i64>,
    pub ends_at: Option<DateTime<Utc>>,
    /// When the keys before it end; absent: they stay.
    pub others_end_at: Option<DateTime<Utc>>,
    /// What was wrong before it came here.
    pub faults: Vec<FieldError>,
}

/// A key that was issued; this is the only time that it is told.
#[derive(Debug, Clone)]
pub struct IssuedKey {
    pub key: ApiKey,
    pub row: KeyRow,
}

/// Issues a key. Of the keys before it, those that are good end when the wish says so: two are good side by side until
/// whoever uses them has changed over.
///
/// # Errors
/// Wrong fields; [`ServiceError::TooManyKeys`]; [`ServiceError::UnknownPlatform`]; storage.
#[instrument(level = "debug", name = "issue_key", skip_all)]
pub async fn issue_key(
    app: &App,
    staff: &Staff,
    platform_id: Uuid,
    wish: KeyWish,
    now: DateTime<Utc>,
) -> Result<IssuedKey, ServiceError> {
    let mut transaction = app.pool.begin().await.map_err(StoreError::from)?;
    let platform = managed(&mut transaction, staff, platform_id).await?;
    let (scopes, quota) = checked(&wish, platform.acts_for.is_some(), now)?;
    let known = keys::of(&mut transaction, &[platform_id]).await?;
    let good: Vec<&KeyRow> = known.iter().filter(|key| key.ends_at.is_none_or(|end| end > now)).collect();
    let replaced: Vec<Uuid> = match wish.others_end_at {
        Some(_) => good.iter().map(|key| key.key_id).collect(),
        None => Vec::new(),
    };
    let standing = match wish.others_end_at {
        Some(at) if at <= now => 0,
        _ => good.len(),
    };
    if standing >= KEYS_AT_ONCE {
        return Err(ServiceError::TooManyKeys);
    }
    if let Some(at) = wish.others_end_at {
        keys::end(&mut transaction, &replaced, at.max(now)).await?;
    }
    let key = random_key();
    let row = NewKey {
        key_id: Uuid::new_v4(),
        platform_id,
        prefix: key.prefix(),
        hash: &key.hash(),
        scopes: &scopes,
        per_minute: quota.per_minute,
        per_day: quota.per_day,
        created_by: staff.staff_id,
        ends_at: wish.ends_at,
    };
    keys::insert(&mut transaction, &row, now).await?;
    let detail = json!({ "platformId": platform_id, "name": platform.name, "key": key.prefix(), "scopes": scopes,
        "endsAt": wish.ends_at, "othersEndAt": wish.others_end_at });
    log(&mut transaction, staff, "keyIssued", None, &platform.area, detail, now).await?;
    let row = KeyRow {
        key_id: row.key_id,
        platform_id,
        prefix: key.prefix().to_owned(),
        scopes: scopes.clone(),
        per_minute: quota.per_minute,
        per_day: quota.per_day,
        created_at: now,
        ends_at: wish.ends_at,
        last_used_at: None,
    };
    transaction.commit().await.map_err(StoreError::from)?;
    Ok(IssuedKey { key, row })
}

fn checked(
    wish: &KeyWish,
    acts_for_somebody: bool,
    now: DateTime<Utc>,
) -> Result<(Vec<String>, Quota), ServiceError> {
    let mut faults = wish.faults.clone();
    let mut scopes: Vec<String> = Vec::new();
    if wish.scopes.is_empty() && faults.iter().all(|fault| fault.pointer != "/scopes") {
        faults.push(FieldError::new("/scopes", FieldCode::Missing, "请至少给一项权限"));
    }
    for (position, name) in wish.scopes.iter().enumerate() {
        let pointer = format!("/scopes/{position}");
        match Scope::from_name(name) {
            None => {
                let words = format!("权限请填 {}", Scope::ALL.map(Scope::name).join("、"));
                faults.push(FieldError::new(pointer, FieldCode::Unknown, words));
            }
            Some(Scope::Bulk) if !acts_for_somebody => {
                let words = "批量上报须代表一个账号：登记平台时请填 actsFor";
                faults.push(FieldError::new(pointer, FieldCode::NotAllowed, words));
            }
            Some(_) if scopes.contains(name) => {
                faults.push(FieldError::new(pointer, FieldCode::AlreadyUsed, "同一权限重复"));
            }
            Some(_) => scopes.push(name.clone()),
        }
    }
    if wish.ends_at.is_some_and(|at| at <= now) {
        faults.push(FieldError::new("/endsAt", FieldCode::OutOfRange, "截止时间应在将来"));
    }
    if wish.others_end_at.is_some_and(|at| at > now + LONGEST_OVERLAP) {
        faults.push(FieldError::new("/othersEndAt", FieldCode::OutOfRange, "旧密钥最多再用 90 天"));
    }
    match Quota::parse(wish.per_minute, wish.per_day) {
        Ok(quota) if faults.is_empty() => Ok((scopes, quota)),
        Ok(_) => Err(ServiceError::Invalid(faults)),
        Err(more) => Err(ServiceError::Invalid([faults, more].concat())),
    }
}

/// Ends a key at `at`, or at once. A key that ends sooner stays as it is.
///
/// # Errors
/// [`ServiceError::UnknownPlatform`], [`ServiceError::UnknownKey`]; a missing reason; storage.
#[instrument(level = "debug", name = "end_key", skip_all)]
pub async fn end_key(
    app: &App,
    staff: &Staff,
    platform_id: Uuid,
    key_id: Uuid,
    at: Option<DateTime<Utc>>,
    why: &str,
    now: DateTime<Utc>,
) -> Result<(), ServiceError> {
    let why = reason(why)?;
    let mut transaction = app.pool.begin().await.map_err(StoreError::from)?;
    let platform = managed(&mut transaction, staff, platform_id).await?;
    let known = keys::of(&mut transaction, &[platform_id]).await?;
    let key = known.iter().find(|key| key.key_id == key_id).ok_or(ServiceError::UnknownKey)?;
    let at = at.unwrap_or(now).max(now);
    if key.ends_at.is_none_or(|end| end > at) {
        keys::end(&mut transaction, &[key_id], at).await?;
        let detail =
            json!({ "platformId": platform_id, "name": platform.name, "key": key.prefix, "endsAt": at });
        log(&mut transaction, staff, "keyEnded", Some(why), &platform.area, detail, now).await?;
    }
    transaction.commit().await.map_err(StoreError::from)?;
    Ok(())
}
