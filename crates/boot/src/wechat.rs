//! The accounts of WeChat, as the environment names them.

use std::collections::BTreeMap;

use chrono::Duration;
use jiekou_core::conversation::Patience;
use jiekou_core::place::CoordinateSystem;
use jiekou_partner::wechat::{Account, AesKey, Mode, WechatApi};
use jiekou_partner::{Http, Timeouts};
use jiekou_service::wechat::notify::{NoticeField, NoticeTemplate, NoticeTemplates};
use jiekou_service::wechat::{AccountKind, Wechat, WechatAccount};
use jiekou_store::vault::Vault;
use jiekou_store::wechat::tokens::SharedTokens;
use secrecy::{ExposeSecret, SecretString};
use serde::Deserialize;

use crate::assemble::AssembleError;
use crate::config::{Config, ConfigError};

#[derive(Debug, Deserialize)]
pub struct WechatSettings {
    pub api_url: String,
    pub remind_minutes: i64,
    pub keep_hours: i64,
    #[serde(default)]
    pub accounts: BTreeMap<String, AccountSettings>,
}

#[derive(Debug, Deserialize)]
pub struct AccountSettings {
    #[serde(default)]
    pub appid: String,
    #[serde(default)]
    pub secret: SecretString,
    #[serde(default)]
    pub token: SecretString,
    pub mode: Option<String>,
    #[serde(default)]
    pub aes_key: SecretString,
    #[serde(default)]
    pub aes_key_previous: SecretString,
    pub position_system: Option<String>,
    pub kind: Option<String>,
    #[serde(default)]
    pub template_id: String,
    #[serde(default)]
    pub template_data: String,
    #[serde(default)]
    pub subscription_id: String,
    #[serde(default)]
    pub subscription_data: String,
    #[serde(default)]
    pub subscription_long_term: bool,
}

impl WechatSettings {
    /// Checks what can be checked before anything is reached.
    pub(crate) fn check(&self) -> Result<(), ConfigError> {
        let demand = |holds: bool, variable, words: &str| {
            if holds { Ok(()) } else { Err(ConfigError::Wrong { variable, words: words.to_owned() }) }
        };
        let web = self.api_url.starts_with("https://") || self.api_url.starts_with("http://");
        demand(web, "JIEKOU_WECHAT__API_URL", "must begin with https://")?;
        let (remind, keep) = (self.remind_minutes, self.keep_hours);
        demand((1..=1_440).contains(&remind), "JIEKOU_WECHAT__REMIND_MINUTES", "must be 1 to 1440")?;
        // Photos that nobody names are forgotten after two days.
        demand((1..=40).contains(&keep), "JIEKOU_WECHAT__KEEP_HOURS", "must be 1 to 40")?;
        demand(remind < keep * 60, "JIEKOU_WECHAT__REMIND_MINUTES", "must be less than the draft is kept")?;
        self.accounts.iter().try_for_each(|(name, account)| account.read(name).map(|_| ()))
    }

    fn patience(&self) -> Patience {
        let (remind_after, keep_for) =
            (Duration::minutes(self.remind_minutes), Duration::hours(self.keep_hours));
        Patience { remind_after, keep_for }
    }
}

/// An account, what positions of its users are in, its templates, and what it is.
type ReadAccount = (Account, CoordinateSystem, NoticeTemplates, AccountKind);

impl AccountSettings {
    fn read(&self, name: &str) -> Result<ReadAccount, ConfigError> {
        let wrong = |words: &str| {
            let words = format!("account {name}: {words}");
            ConfigError::Wrong { variable: "JIEKOU_WECHAT__ACCOUNTS", words }
        };
        let plain_name =
            !name.is_empty() && name.bytes().all(|b| b.is_ascii_lowercase() || b.is_ascii_digit());
        if !plain_name {
            return Err(wrong("a name has letters and digits only"));
        }
        for (value, field) in [
            (self.appid.as_str(), "APPID"),
            (self.secret.expose_secret(), "SECRET"),
            (self.token.expose_secret(), "TOKEN"),
        ] {
            if value.is_empty() {
                return Err(wrong(&format!("{field} is missing")));
            }
        }
        let mode = match self.mode.as_deref() {
            Some("plain") => Mode::Plain,
            Some("compatible") => Mode::Compatible,
            Some("safe") | None => Mode::Safe,
            Some(_) => return Err(wrong("MODE must be plain, compatible or safe")),
        };
        let position_system = match self.position_system.as_deref() {
            Some("GCJ-02") | None => CoordinateSystem::Gcj02,
            Some("WGS-84") => CoordinateSystem::Wgs84,
            Some(_) => return Err(wrong("POSITION_SYSTEM must be GCJ-02 or WGS-84")),
        };
        let given = [&self.aes_key, &self.aes_key_previous].into_iter().map(|key| key.expose_secret());
        let keys = given.filter(|key| !key.is_empty()).map(AesKey::parse);
        let keys = keys
            .collect::<Result<Vec<_>, _>>()
            .map_err(|_unshown| wrong("AES_KEY must be the 43 letters of EncodingAESKey"))?;
        if keys.is_empty() && mode != Mode::Plain {
            return Err(wrong("AES_KEY is missing"));
        }
        let account = Account { appid: self.appid.clone(), token: self.token.clone(), mode, keys };
        let templates = NoticeTemplates {
            template: template(&self.template_id, &self.template_data).map_err(wrong)?,
            subscription: template(&self.subscription_id, &self.subscription_data).map_err(wrong)?,
            long_term: self.subscription_long_term,
        };
        let kind = match self.kind.as_deref() {
            Some("official") | None => AccountKind::Official,
            Some("mini") => AccountKind::MiniProgram,
            Some(_) => return Err(wrong("KIND must be official or mini")),
        };
        Ok((account, position_system, templates, kind))
    }
}

/// A template, where one is named; its data is written `thing1=title,character_string2=code`.
fn template(id: &str, data: &str) -> Result<Option<NoticeTemplate>, &'static str> {
    if id.is_empty() {
        return Ok(None);
    }
    let pairs = data.split(',').map(str::trim).filter(|pair| !pair.is_empty());
    let read = pairs.map(|pair| {
        let (name, field) = pair.split_once('=')?;
        Some((name.trim().to_owned(), NoticeField::from_name(field.trim())?))
    });
    let data: Option<Vec<(String, NoticeField)>> = read.collect();
    let data = data
        .filter(|data| !data.is_empty())
        .ok_or("the data of a template is name=field, with the fields title, code, words, center, time")?;
    Ok(Some(NoticeTemplate { id: id.to_owned(), data }))
}

/// The accounts and the way to WeChat.
pub(crate) fn assemble(config: &Config, vault: &Vault) -> Result<Wechat, AssembleError> {
    let settings = &config.wechat;
    let http = Http::new(Timeouts::default())?;
    let accounts = settings.accounts.iter().map(|(name, own)| {
        let (account, position_system, templates, kind) = own.read(name)?;
        let api = WechatApi::new(http.clone(), &settings.api_url);
        Ok(WechatAccount {
            name: name.clone(),
            account,
            secret: own.secret.clone(),
            api,
            position_system,
            templates,
            kind,
        })
    });
    let accounts = accounts.collect::<Result<Vec<_>, ConfigError>>()?;
    let shared = SharedTokens::new(config.redis.url.expose_secret(), &config.redis.prefix, vault.clone())?;
    Ok(Wechat::new(accounts, shared, settings.patience()))
}
