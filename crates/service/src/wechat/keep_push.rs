//! A push is kept, once, before anything else is done about it.

use chrono::{DateTime, Duration, Utc};
use jiekou_core::limit::{Act, Spender};
use jiekou_core::report::Channel;
use jiekou_partner::wechat::Incoming;
use jiekou_store::wechat::messages::{self, PushKey};
use sha2::{Digest, Sha256};
use tracing::instrument;
use uuid::Uuid;

use super::WechatAccount;
use super::person::{openid_index, seal};
use crate::quota::{self, Spending};
use crate::{App, ServiceError};

/// When a worker answers what nobody has answered until then. WeChat waits for five seconds.
const ANSWERED_WITHIN: Duration = Duration::seconds(6);

/// Whether a person may send one more message now; spends their quota. WeChat's own addresses stand for nobody.
pub async fn may_write(app: &App, account: &WechatAccount, openid: &str, now: DateTime<Utc>) -> bool {
    let spenders: Vec<Spender> =
        quota::open_id(&app.vault, &format!("{}/{openid}", account.name)).into_iter().collect();
    let what = Spending { act: Act::Message, channel: Channel::Wechat, spenders: &spenders, cost: 1 };
    quota::spend(app, &what, now).await.is_ok()
}

/// Keeps a push in plain. One that came before, by who, when, id, event and its key, is the same push.
///
/// # Errors
/// Storage; whether it was kept is then unknown, and keeping it again tells.
#[instrument(level = "debug", name = "keep_push", skip_all)]
pub async fn keep_push(
    app: &App,
    account: &WechatAccount,
    incoming: &Incoming,
    plain: &[u8],
    now: DateTime<Utc>,
) -> Result<Uuid, ServiceError> {
    let message_id = Uuid::now_v7();
    let key = PushKey {
        account: account.name.clone(),
        openid_index: openid_index(app, &account.name, &incoming.openid),
        created_at: incoming.created_at,
        wechat_id: incoming.message_id.clone(),
        event: incoming.event.clone(),
        event_key: Sha256::digest(incoming.event_key.as_bytes()).to_vec(),
    };
    let text = String::from_utf8_lossy(plain);
    let sealed = seal(app, message_id, &text)?;
    Ok(messages::keep(&app.pool, &key, message_id, &sealed, ANSWERED_WITHIN, now).await?)
}
