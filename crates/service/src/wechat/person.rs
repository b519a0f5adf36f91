//! Who wrote, by a pseudonym, and their sealed words.

use chrono::{DateTime, Utc};
use jiekou_core::conversation::Conversation;
use jiekou_core::report::{Contact, WechatContact};
use jiekou_store::people::contacts;
use jiekou_store::vault::{Purpose, Sealed};
use jiekou_store::wechat::{conversations, people};
use jiekou_store::{PgConnection, StoreError};
use serde::Serialize;
use serde::de::DeserializeOwned;
use uuid::Uuid;

use crate::error::failed;
use crate::{App, ServiceError};

/// By which an openid is found and cannot be read.
pub(super) fn openid_index(app: &App, account: &str, openid: &str) -> Vec<u8> {
    // As `quota::open_id` names them.
    app.vault.blind_index(&format!("wechat/{account}/{openid}"))
}

/// The pseudonym of whoever has this openid; how to reach them is kept sealed when they are met first, and again after it
/// was erased.
pub(super) async fn meet(
    app: &App,
    account: &str,
    openid: &str,
    now: DateTime<Utc>,
) -> Result<Uuid, ServiceError> {
    let index = openid_index(app, account, openid);
    let fresh = Uuid::new_v4();
    let mut transaction = app.pool.begin().await.map_err(StoreError::from)?;
    let pseudonym = people::meet(&mut transaction, account, &index, fresh, now).await?;
    if pseudonym == fresh || contacts::sealed(&mut transaction, pseudonym).await?.is_none() {
        keep_contact(app, &mut transaction, pseudonym, account, openid, now).await?;
    }
    transaction.commit().await.map_err(StoreError::from)?;
    Ok(pseudonym)
}

async fn keep_contact(
    app: &App,
    conn: &mut PgConnection,
    pseudonym: Uuid,
    account: &str,
    openid: &str,
    now: DateTime<Utc>,
) -> Result<(), ServiceError> {
    let wechat = Some(WechatContact { account: account.to_owned(), openid: openid.to_owned() });
    let row = contacts::seal(&app.vault, pseudonym, &Contact { wechat, ..Contact::default() })?;
    Ok(contacts::replace(conn, pseudonym, &row, now).await?)
}

/// How to reach them; `None` where it was erased.
pub(super) async fn reach(app: &App, pseudonym: Uuid) -> Result<Option<WechatContact>, ServiceError> {
    let mut connection = app.pool.acquire().await.map_err(StoreError::from)?;
    let Some(sealed) = contacts::sealed(&mut connection, pseudonym).await? else { return Ok(None) };
    Ok(contacts::open(&app.vault, pseudonym, &sealed.key_id, &sealed.bytes)?.wechat)
}

/// The conversation of a person with the version it was read at.
pub(super) async fn conversation(app: &App, pseudonym: Uuid) -> Result<(Conversation, i64), ServiceError> {
    match conversations::read(&app.pool, pseudonym).await? {
        Some(stored) => Ok((open(app, pseudonym, Some(stored.key_id), Some(stored.sealed))?, stored.version)),
        None => Ok((Conversation::default(), 0)),
    }
}

/// Seals what belongs to `owner`.
pub(super) fn seal<T: Serialize>(app: &App, owner: Uuid, what: &T) -> Result<Sealed, ServiceError> {
    let plain = serde_json::to_vec(what).map_err(failed)?;
    app.vault.seal(Purpose::WechatWords, owner.as_bytes(), &plain).map_err(failed)
}

/// Opens what [`seal`] sealed.
///
/// # Errors
/// [`ServiceError::AnswerErased`] where it is kept no more.
pub(super) fn open<T: DeserializeOwned>(
    app: &App,
    owner: Uuid,
    key_id: Option<String>,
    sealed: Option<Vec<u8>>,
) -> Result<T, ServiceError> {
    let (key_id, sealed) = key_id.zip(sealed).ok_or(ServiceError::AnswerErased)?;
    let plain = app.vault.open(Purpose::WechatWords, owner.as_bytes(), &key_id, &sealed).map_err(failed)?;
    serde_json::from_slice(&plain).map_err(failed)
}
