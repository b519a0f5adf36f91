//! The channels by which people are heard are looked at; one that is away too long alarms, once, and once when it is back.

use chrono::{DateTime, TimeDelta, Utc};
use jiekou_core::clock::local::local;
use jiekou_core::plan::Addressee;
use jiekou_partner::hotline::Called;
use jiekou_store::StoreError;
use jiekou_store::hotlines::contact;
use jiekou_store::work::letters::{self, Letter};
use tracing::{info, instrument, warn};
use uuid::Uuid;

use super::connections::{nonce, request_id};
use crate::{App, ServiceError};

/// The door of residents: pages and app.
const WEB: &str = "web";
/// Before the name of an account of WeChat.
const WECHAT: &str = "wechat/";
/// Most bytes of its answer.
const ANSWER: usize = 4_096;

/// The name that the way to a platform is watched under.
pub(super) fn outward(partner: &str) -> String {
    format!("hotline/{partner}")
}

/// Asks every channel whether it is there: the platforms, WeChat for each account, and the own pages as people reach them.
/// Tells of those that are away too long or back again.
///
/// # Errors
/// Storage.
#[instrument(level = "debug", name = "hotline.watch", skip_all)]
pub async fn watch_channels(app: &App, now: DateTime<Utc>) -> Result<(), ServiceError> {
    let rules = app.rules();
    let hotlines = &rules.plan().hotlines;
    for partner in &hotlines.partners {
        let Some(peer) = app.hotlines.callable(&partner.code) else { continue };
        let called = app.hotlines.client.ping(peer, &request_id(), &nonce(), now).await;
        let failure = match called {
            // Whoever refuses a ping is there.
            Called::Taken(_) | Called::Refused(_) => None,
            Called::Again(reason) => Some(reason),
        };
        contact::note(&app.pool, &outward(&partner.code), failure, now).await?;
    }
    for (account, failure) in app.wechat.ping().await {
        contact::note(&app.pool, &format!("{WECHAT}{account}"), failure, now).await?;
    }
    let door = app.hotlines.http.client().get(format!("{}/healthz", app.public_url));
    let failure = match app.hotlines.http.call(door, ANSWER).await {
        Ok((status, _)) if status.is_success() => None,
        Ok(_) | Err(_) => Some("the pages do not answer"),
    };
    contact::note(&app.pool, WEB, failure, now).await?;
    for channel in contact::list(&app.pool).await? {
        let partner = channel.channel.strip_prefix("hotline/").unwrap_or_default();
        let patience = TimeDelta::minutes(hotlines.outage_minutes_of(partner).into());
        tell(app, &channel.channel, patience, now).await?;
    }
    Ok(())
}

async fn tell(app: &App, channel: &str, patience: TimeDelta, now: DateTime<Utc>) -> Result<(), ServiceError> {
    let name = name_of(app, channel);
    let mut transaction = app.pool.begin().await.map_err(StoreError::from)?;
    let outage = contact::alarm(&mut transaction, channel, now - patience, now).await?;
    let back = contact::all_clear(&mut transaction, channel).await?;
    let clock = |at: DateTime<Utc>| local(at).format("%m月%d日 %H:%M").to_string();
    let words = match (outage, back) {
        (Some((since, reason)), _) => {
            warn!(channel, "a channel is away");
            Some((
                format!("【渠道中断】{name}"),
                format!(
                    "{name} 自 {} 起不通，已超过 {} 分钟。原因：{reason}。\n",
                    clock(since),
                    patience.num_minutes()
                ),
            ))
        }
        (None, Some(alarmed)) => {
            info!(channel, "a channel is back");
            Some((
                format!("【渠道恢复】{name}"),
                format!(
                    "{name} 已于 {} 恢复（{} 曾报警）。其间未送达的消息会自动补送。\n",
                    clock(now),
                    clock(alarmed)
                ),
            ))
        }
        (None, None) => None,
    };
    if let Some((subject, body)) = words {
        let letter = Letter { letter_id: Uuid::new_v4(), kind: "channelOutage", subject, body };
        let center = Addressee::Center(app.rules().district_center().code).to_string();
        letters::write(&mut transaction, &letter, &[center], now).await?;
    }
    Ok(transaction.commit().await.map_err(StoreError::from)?)
}

/// What people call a channel.
pub(crate) fn name_of(app: &App, channel: &str) -> String {
    let code = channel.strip_prefix("hotline/").unwrap_or_default();
    let code = code.strip_suffix("/in").unwrap_or(code);
    let rules = app.rules();
    match rules.plan().hotlines.partner(code) {
        Some(partner) => partner.name.clone(),
        None if channel == WEB => "网页和手机应用".to_owned(),
        None if channel.starts_with(WECHAT) => format!("微信 {}", channel.trim_start_matches(WECHAT)),
        None => channel.to_owned(),
    }
}
