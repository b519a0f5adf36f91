//! A platform subscribes an address, replaces its secret, and ends it.

use chrono::{DateTime, Duration, Utc};
use jiekou_core::platform::EventKind;
use jiekou_core::report::{FieldCode, FieldError};
use jiekou_core::staff::Level;
use jiekou_partner::webhook::WebhookSecret;
use jiekou_store::StoreError;
use jiekou_store::platforms::webhooks::{self, WebhookRow};
use jiekou_store::vault::{Purpose, Sealed};
use tracing::instrument;
use uuid::Uuid;

use crate::error::failed;
use crate::{App, Platform, ServiceError};

/// Most webhooks of a platform that stand at the same time.
const MOST: i64 = 20;
/// How long the secret before signs beside the new one, and the longest that may be asked for.
const OVERLAP: Duration = Duration::hours(24);
const LONGEST_OVERLAP: Duration = Duration::days(7);

/// A webhook as a platform wants it.
#[derive(Debug, Clone, Default)]
pub struct WebhookWish {
    pub url: Option<String>,
    pub events: Vec<String>,
    /// Code of an area of the rulebook; absent: everywhere.
    pub area: Option<String>,
    pub faults: Vec<FieldError>,
}

/// A webhook, and its secret for the only time.
#[derive(Debug, Clone)]
pub struct NewWebhook {
    pub row: WebhookRow,
    pub secret: WebhookSecret,
}

/// Subscribes an address. Nothing is sent there before a step is taken.
///
/// # Errors
/// Wrong fields, an address that may not be called among them; storage.
#[instrument(level = "debug", name = "subscribe_webhook", skip_all)]
pub async fn subscribe(
    app: &App,
    platform: &Platform,
    wish: WebhookWish,
    now: DateTime<Utc>,
) -> Result<NewWebhook, ServiceError> {
    let (url, events) = checked(app, &wish)?;
    let row = WebhookRow {
        webhook_id: Uuid::new_v4(),
        url,
        events,
        area: wish.area,
        created_at: now,
        old_ends_at: None,
        ended_at: None,
        end_reason: None,
    };
    let secret = WebhookSecret::from_random(rand::random());
    let sealed = seal(app, row.webhook_id, &secret)?;
    let mut transaction = app.pool.begin().await.map_err(StoreError::from)?;
    if !webhooks::insert(&mut transaction, platform.platform_id, &row, &sealed, MOST).await? {
        let words = format!("最多 {MOST} 个");
        return Err(ServiceError::field(FieldError::new("/url", FieldCode::TooMany, words)));
    }
    transaction.commit().await.map_err(StoreError::from)?;
    Ok(NewWebhook { row, secret })
}

fn checked(app: &App, wish: &WebhookWish) -> Result<(String, Vec<String>), ServiceError> {
    let mut faults = wish.faults.clone();
    let mut fault = |pointer: String, code, words: String| {
        if faults.iter().all(|known: &FieldError| known.pointer != pointer) {
            faults.push(FieldError::new(pointer, code, words));
        }
    };
    let url = match wish.url.as_deref().map(str::trim) {
        None | Some("") => {
            fault("/url".into(), FieldCode::Missing, "请填推送地址".into());
            None
        }
        Some(url) if url.len() > 2_000 => {
            fault("/url".into(), FieldCode::TooLong, "地址至多 2000 个字符".into());
            None
        }
        Some(url) => match app.outward.check(url) {
            Ok(_) => Some(url.to_owned()),
            Err(why) => {
                fault("/url".into(), FieldCode::NotAllowed, format!("这个地址不能推送：{why}"));
                None
            }
        },
    };
    if wish.events.is_empty() {
        fault("/events".into(), FieldCode::Missing, "请至少填一种事件".into());
    }
    for (position, name) in wish.events.iter().enumerate() {
        let repeated = wish.events.iter().take(position).any(|earlier| earlier == name);
        if EventKind::from_name(name).is_none() {
            let words = format!("事件请填 {}", EventKind::ALL.map(EventKind::name).join("、"));
            fault(format!("/events/{position}"), FieldCode::Unknown, words);
        } else if repeated {
            fault(format!("/events/{position}"), FieldCode::AlreadyUsed, "同一事件重复".into());
        }
    }
    let rules = app.rules();
    let known = |area: &String| {
        [Level::City, Level::District, Level::Town].into_iter().any(|level| rules.has_area(level, area))
    };
    if wish.area.as_ref().is_some_and(|area| !known(area)) {
        fault("/area".into(), FieldCode::Unknown, "没有这个区域：请填市、区或街道的编号".into());
    }
    match url {
        Some(url) if faults.is_empty() => Ok((url, wish.events.clone())),
        _ => Err(ServiceError::Invalid(faults)),
    }
}

fn seal(app: &App, webhook_id: Uuid, secret: &WebhookSecret) -> Result<Sealed, ServiceError> {
    app.vault.seal(Purpose::WebhookSecret, webhook_id.as_bytes(), secret.as_bytes()).map_err(failed)
}

/// The webhooks of the platform.
///
/// # Errors
/// When the database fails.
pub async fn list_webhooks(app: &App, platform: &Platform) -> Result<Vec<WebhookRow>, ServiceError> {
    Ok(webhooks::of(&app.pool, platform.platform_id).await?)
}

/// Replaces the secret. Until `old_ends_at`, 24 hours if left out, both sign.
///
/// # Errors
/// [`ServiceError::UnknownWebhook`]; a moment more than seven days away; storage.
#[instrument(level = "debug", name = "replace_webhook_secret", skip_all)]
pub async fn replace_secret(
    app: &App,
    platform: &Platform,
    webhook_id: Uuid,
    old_ends_at: Option<DateTime<Utc>>,
    now: DateTime<Utc>,
) -> Result<WebhookSecret, ServiceError> {
    let until = old_ends_at.unwrap_or(now + OVERLAP);
    if until > now + LONGEST_OVERLAP {
        let words = "旧密钥最多再用 7 天";
        return Err(ServiceError::field(FieldError::new("/oldEndsAt", FieldCode::OutOfRange, words)));
    }
    let secret = WebhookSecret::from_random(rand::random());
    let sealed = seal(app, webhook_id, &secret)?;
    let known = webhooks::replace_secret(&app.pool, platform.platform_id, webhook_id, &sealed, until).await?;
    if known { Ok(secret) } else { Err(ServiceError::UnknownWebhook) }
}

/// Ends a webhook. What waits to be sent is not sent any more.
///
/// # Errors
/// [`ServiceError::UnknownWebhook`]; storage.
#[instrument(level = "debug", name = "end_webhook", skip_all)]
pub async fn end_webhook(
    app: &App,
    platform: &Platform,
    webhook_id: Uuid,
    now: DateTime<Utc>,
) -> Result<(), ServiceError> {
    let own = Some(platform.platform_id);
    let ended = webhooks::end(&app.pool, webhook_id, own, "ended by its platform", now).await?;
    if ended { Ok(()) } else { Err(ServiceError::UnknownWebhook) }
}
