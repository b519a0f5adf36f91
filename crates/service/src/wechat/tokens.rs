//! Tokens: one for all processes, fetched by one of them.

use std::collections::HashMap;
use std::sync::{Mutex, PoisonError};
use std::time::{Duration, Instant};

use jiekou_partner::wechat::{ApiError, Remedy, Token};
use jiekou_store::wechat::tokens::{SharedToken, TokenKind};
use secrecy::{ExposeSecret, SecretString};
use tracing::warn;

use super::{Wechat, WechatAccount};

/// How often, and how long apart, it is looked whether another process has fetched the token.
const LOOKS: u32 = 40;
const BETWEEN_LOOKS: Duration = Duration::from_millis(100);

/// A token and until when it is good.
type Known = (SecretString, Instant);

/// The tokens of this process alone, for when Redis is away.
#[derive(Debug, Default)]
pub(super) struct LocalTokens(Mutex<HashMap<(String, &'static str), Known>>);

/// A token in hand, and where it came from.
struct Held {
    value: SecretString,
    shared: Option<SharedToken>,
}

fn name(kind: TokenKind) -> &'static str {
    match kind {
        TokenKind::Access => "access",
        TokenKind::JsTicket => "js-ticket",
    }
}

impl LocalTokens {
    fn get(&self, appid: &str, kind: TokenKind) -> Option<SecretString> {
        let known = self.0.lock().unwrap_or_else(PoisonError::into_inner);
        let (value, until) = known.get(&(appid.to_owned(), name(kind)))?;
        (Instant::now() < *until).then(|| value.clone())
    }

    fn put(&self, appid: &str, kind: TokenKind, value: SecretString, good_for: Duration) {
        let mut known = self.0.lock().unwrap_or_else(PoisonError::into_inner);
        known.insert((appid.to_owned(), name(kind)), (value, Instant::now() + good_for));
    }

    fn forget(&self, appid: &str, kind: TokenKind) {
        self.0.lock().unwrap_or_else(PoisonError::into_inner).remove(&(appid.to_owned(), name(kind)));
    }
}

impl Wechat {
    /// Calls WeChat's interface with a token. One that WeChat says is good no more is given up and the call made once
    /// again with the next one, which is not forced: others may hold it.
    ///
    /// # Errors
    /// Those of `call`, and of fetching a token.
    pub async fn with_token<T, F>(
        &self,
        account: &WechatAccount,
        call: impl Fn(SecretString) -> F,
    ) -> Result<T, ApiError>
    where
        F: Future<Output = Result<T, ApiError>>,
    {
        let held = self.access(account).await?;
        match call(held.value.clone()).await {
            Err(error) if error.remedy() == Remedy::NewToken => {
                self.give_up(account, TokenKind::Access, &held).await;
                call(self.access(account).await?.value).await
            }
            other => other,
        }
    }

    /// The ticket of the JS-SDK.
    ///
    /// # Errors
    /// When WeChat does not give one.
    pub(super) async fn js_ticket(&self, account: &WechatAccount) -> Result<SecretString, ApiError> {
        let fetch = || self.with_token(account, |token| async move { account.api.js_ticket(&token).await });
        Ok(self.shared(account, TokenKind::JsTicket, fetch).await?.value)
    }

    async fn access(&self, account: &WechatAccount) -> Result<Held, ApiError> {
        let fetch = || account.api.stable_token(&account.account.appid, &account.secret);
        self.shared(account, TokenKind::Access, fetch).await
    }

    async fn give_up(&self, account: &WechatAccount, kind: TokenKind, held: &Held) {
        let appid = &account.account.appid;
        self.local.forget(appid, kind);
        if let Some(shared) = &held.shared {
            // With Redis away there is nothing shared to give up.
            let _ = self.shared.forget(appid, kind, shared).await;
        }
    }

    /// The token that all processes share; whoever finds none fetches it while the others wait.
    async fn shared<F>(
        &self,
        account: &WechatAccount,
        kind: TokenKind,
        fetch: impl Fn() -> F,
    ) -> Result<Held, ApiError>
    where
        F: Future<Output = Result<Token, ApiError>>,
    {
        let appid = &account.account.appid;
        for _ in 0..LOOKS {
            match self.shared.get(appid, kind).await {
                Ok(Some(token)) => {
                    return Ok(Held { value: token.value.clone().into(), shared: Some(token) });
                }
                Ok(None) => {}
                Err(_away) => return self.alone(appid, kind, fetch).await,
            }
            if self.shared.take_turn(appid, kind).await.unwrap_or(true) {
                let fetched = self.fetch(appid, kind, &fetch).await;
                // A turn that is not ended passes by itself.
                let _ = self.shared.end_turn(appid, kind).await;
                return fetched;
            }
            tokio::time::sleep(BETWEEN_LOOKS).await;
        }
        warn!(wechat.appid = appid, "whoever fetches the token takes too long: fetched again");
        self.fetch(appid, kind, &fetch).await
    }

    async fn fetch<F>(&self, appid: &str, kind: TokenKind, fetch: &impl Fn() -> F) -> Result<Held, ApiError>
    where
        F: Future<Output = Result<Token, ApiError>>,
    {
        // Somebody may have ended their turn since the last look.
        if let Ok(Some(token)) = self.shared.get(appid, kind).await {
            return Ok(Held { value: token.value.clone().into(), shared: Some(token) });
        }
        let token = fetch().await?;
        let good_for = kept_for(token.good_for);
        if self.shared.put(appid, kind, token.value.expose_secret(), good_for).await.is_err() {
            self.local.put(appid, kind, token.value.clone(), good_for);
        }
        let shared = self.shared.get(appid, kind).await.ok().flatten();
        Ok(Held { value: token.value, shared })
    }

    /// Without Redis: one that this process fetched itself. A stable token is the same for all that ask.
    async fn alone<F>(&self, appid: &str, kind: TokenKind, fetch: impl Fn() -> F) -> Result<Held, ApiError>
    where
        F: Future<Output = Result<Token, ApiError>>,
    {
        if let Some(value) = self.local.get(appid, kind) {
            return Ok(Held { value, shared: None });
        }
        let token = fetch().await?;
        self.local.put(appid, kind, token.value.clone(), kept_for(token.good_for));
        Ok(Held { value: token.value, shared: None })
    }
}

/// Five minutes less than it is good: WeChat renews it then, and both work. Of a short life a tenth less.
fn kept_for(good_for: Duration) -> Duration {
    good_for.saturating_sub(Duration::from_secs(300).min(good_for / 10))
}
