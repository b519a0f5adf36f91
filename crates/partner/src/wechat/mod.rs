//! WeChat (微信): what a 公众号 or 小程序 account pushes and what it is answered, and the client of its interface.
//!
//! Sources: 微信公众平台开发文档, 接收普通消息, 接收事件推送, 消息加解密, 获取稳定版接口调用凭据, 模板消息, 订阅通知.

mod account;
mod api;
mod cipher;
mod element;
mod error_code;
mod event;
mod message;
mod notice;
mod reply;
mod signature;
mod who;

pub use account::{Account, Mode, Opened, PushQuery, Refused, Reply};
pub use api::{ApiError, Media, Token, WechatApi};
pub use cipher::{AesKey, CipherError};
pub use element::{Element, Unreadable};
pub use error_code::{ErrorCode, Remedy};
pub use event::{Event, Permission, SendStatus};
pub use message::{Incoming, Said};
pub use notice::{DataKind, SubscriptionMessage, TemplateMessage, data_value};
pub use reply::{REPLY_BYTES, cut_to_bytes, text_reply};
pub use signature::{js_signature, sign};
pub use who::WechatIdentity;
