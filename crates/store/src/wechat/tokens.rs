//! Tokens of WeChat's interface, shared by all processes through Redis; sealed there.

use std::time::Duration;

use redis::Script;
use redis::aio::{ConnectionManager, ConnectionManagerConfig};
use tracing::instrument;

use crate::StoreError;
use crate::vault::{Purpose, Sealed, Vault};

/// Longest that one process may take to fetch a token before another one tries.
const TURN: Duration = Duration::from_secs(12);

/// What is shared.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum TokenKind {
    /// access_token
    Access,
    /// jsapi_ticket
    JsTicket,
}

impl TokenKind {
    fn name(self) -> &'static str {
        match self {
            Self::Access => "access",
            Self::JsTicket => "js-ticket",
        }
    }
}

/// The tokens of all accounts.
pub struct SharedTokens {
    connection: ConnectionManager,
    prefix: String,
    vault: Vault,
    forget: Script,
}

impl std::fmt::Debug for SharedTokens {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.debug_struct("SharedTokens").field("prefix", &self.prefix).finish_non_exhaustive()
    }
}

impl SharedTokens {
    /// Connects when it is first needed.
    ///
    /// # Errors
    /// When `url` is no Redis address.
    pub fn new(url: &str, prefix: &str, vault: Vault) -> Result<Self, StoreError> {
        let config = ConnectionManagerConfig::new()
            .set_connection_timeout(Some(Duration::from_millis(250)))
            .set_response_timeout(Some(Duration::from_millis(250)))
            .set_number_of_retries(1);
        Ok(Self {
            connection: ConnectionManager::new_lazy_with_config(crate::redis_client::client(url)?, config)?,
            prefix: prefix.to_owned(),
            vault,
            forget: Script::new(
                "if redis.call('get', KEYS[1]) == ARGV[1] then return redis.call('del', KEYS[1]) else return 0 end",
            ),
        })
    }

    fn key(&self, appid: &str, kind: TokenKind) -> String {
        format!("{}:wechat:{{{appid}}}:{}", self.prefix, kind.name())
    }

    /// The token that is shared now, with the mark by which it can be given up.
    ///
    /// # Errors
    /// `Unavailable` when Redis is away.
    #[instrument(level = "debug", name = "redis.wechat_token.get", skip_all)]
    pub async fn get(&self, appid: &str, kind: TokenKind) -> Result<Option<SharedToken>, StoreError> {
        let key = self.key(appid, kind);
        let stored: Option<Vec<u8>> =
            redis::cmd("GET").arg(&key).query_async(&mut self.connection.clone()).await?;
        Ok(stored.and_then(|mark| {
            let at = mark.iter().position(|byte| *byte == b':')?;
            let (key_id, sealed) = mark.split_at_checked(at)?;
            let key_id = std::str::from_utf8(key_id).ok()?;
            // What another installation sealed is as good as none.
            let plain =
                self.vault.open(Purpose::WechatToken, key.as_bytes(), key_id, sealed.get(1..)?).ok()?;
            Some(SharedToken { value: String::from_utf8(plain).ok()?, mark })
        }))
    }

    /// Shares a token for as long as it is good.
    ///
    /// # Errors
    /// `Unavailable` when Redis is away.
    #[instrument(level = "debug", name = "redis.wechat_token.put", skip_all)]
    pub async fn put(
        &self,
        appid: &str,
        kind: TokenKind,
        value: &str,
        good_for: Duration,
    ) -> Result<(), StoreError> {
        let key = self.key(appid, kind);
        let Sealed { key_id, bytes } = self
            .vault
            .seal(Purpose::WechatToken, key.as_bytes(), value.as_bytes())
            .map_err(|error| StoreError::Failed(Box::new(error)))?;
        let stored = [key_id.as_bytes(), b":", &bytes].concat();
        let _: () = redis::cmd("SET")
            .arg(&key)
            .arg(stored)
            .arg("EX")
            .arg(good_for.as_secs().max(1))
            .query_async(&mut self.connection.clone())
            .await?;
        Ok(())
    }

    /// Gives a token up, unless another one has taken its place already.
    ///
    /// # Errors
    /// `Unavailable` when Redis is away.
    #[instrument(level = "debug", name = "redis.wechat_token.forget", skip_all)]
    pub async fn forget(&self, appid: &str, kind: TokenKind, token: &SharedToken) -> Result<(), StoreError> {
        let mut call = self.forget.prepare_invoke();
        call.key(self.key(appid, kind)).arg(&token.mark);
        let _: i64 = call.invoke_async(&mut self.connection.clone()).await?;
        Ok(())
    }

    /// Takes the turn to fetch a token; `false`: somebody else is at it.
    ///
    /// # Errors
    /// `Unavailable` when Redis is away.
    #[instrument(level = "debug", name = "redis.wechat_token.turn", skip_all)]
    pub async fn take_turn(&self, appid: &str, kind: TokenKind) -> Result<bool, StoreError> {
        let taken: Option<String> = redis::cmd("SET")
            .arg(format!("{}:turn", self.key(appid, kind)))
            .arg(1)
            .arg("NX")
            .arg("PX")
            .arg(u64::try_from(TURN.as_millis()).unwrap_or(12_000))
            .query_async(&mut self.connection.clone())
            .await?;
        Ok(taken.is_some())
    }

    /// Ends one's turn.
    ///
    /// # Errors
    /// `Unavailable` when Redis is away.
    #[instrument(level = "debug", name = "redis.wechat_token.end_turn", skip_all)]
    pub async fn end_turn(&self, appid: &str, kind: TokenKind) -> Result<(), StoreError> {
        let key = format!("{}:turn", self.key(appid, kind));
        let _: i64 = redis::cmd("DEL").arg(key).query_async(&mut self.connection.clone()).await?;
        Ok(())
    }
}

/// A token as it is shared.
#[derive(Clone)]
pub struct SharedToken {
    pub value: String,
    mark: Vec<u8>,
}

impl std::fmt::Debug for SharedToken {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.write_str("SharedToken(…)")
    }
}
