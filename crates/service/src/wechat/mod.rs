//! WeChat: pushes are kept, heard and answered; what people send is fetched; what they tell becomes a report.
//!
//! A push goes through three steps, each of which can be done again by whoever comes next: it is kept
//! ([`keep_push`]), the conversation takes it in and what is said to it is known ([`answer_push`]), and it is said,
//! as the answer to the push or, where that came too late, by a message of its own ([`say`]).

pub mod answer_push;
mod deeds;
pub mod fetch_medium;
mod hear;
pub mod js_signature;
pub mod keep_push;
pub mod notify;
mod page_request;
mod person;
mod ping;
pub mod remind;
pub mod say;
pub mod sign_in;
pub mod submit_draft;
mod tokens;

use std::collections::BTreeMap;

use jiekou_core::conversation::Patience;
use jiekou_core::place::CoordinateSystem;
use jiekou_partner::wechat::{Account, WechatApi};
use jiekou_store::wechat::tokens::SharedTokens;
use secrecy::SecretString;

use notify::NoticeTemplates;
use tokens::LocalTokens;

/// The configured accounts and the way to WeChat.
#[derive(Debug)]
pub struct Wechat {
    accounts: BTreeMap<String, WechatAccount>,
    shared: SharedTokens,
    local: LocalTokens,
    pub patience: Patience,
}

/// One account (公众号 or 小程序).
#[derive(Debug)]
pub struct WechatAccount {
    /// By which the address and stored rows name it.
    pub name: String,
    pub account: Account,
    pub secret: SecretString,
    pub api: WechatApi,
    /// What the coordinates of `LOCATION` events are in.
    pub position_system: CoordinateSystem,
    pub templates: NoticeTemplates,
    pub kind: AccountKind,
}

/// What an account is.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum AccountKind {
    /// 公众号
    Official,
    /// 小程序
    MiniProgram,
}

impl Wechat {
    #[must_use]
    pub fn new(accounts: Vec<WechatAccount>, shared: SharedTokens, patience: Patience) -> Self {
        let accounts = accounts.into_iter().map(|account| (account.name.clone(), account)).collect();
        Self { accounts, shared, local: LocalTokens::default(), patience }
    }

    /// Whether there is any account.
    #[must_use]
    pub fn is_configured(&self) -> bool {
        !self.accounts.is_empty()
    }

    /// The account of this name.
    #[must_use]
    pub fn account(&self, name: &str) -> Option<&WechatAccount> {
        self.accounts.get(name)
    }

    /// The account of this name; without one the only account there is.
    #[must_use]
    pub fn account_or_only(&self, name: Option<&str>) -> Option<&WechatAccount> {
        match name {
            Some(name) => self.account(name),
            None if self.accounts.len() == 1 => self.accounts.values().next(),
            None => None,
        }
    }
}
