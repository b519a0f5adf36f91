//! What handlers share.

use std::sync::Arc;

use jiekou_boot::proxies::Proxies;
use jiekou_service::App;

use crate::graphql::Door;
use crate::live::LiveHub;
use crate::metrics::Metrics;
use crate::page_cache::PageCache;
use crate::sign_in_limit::SignInLimit;
use crate::wechat::PushRoom;

/// One of it in a process.
#[derive(Debug)]
pub struct State {
    pub app: Arc<App>,
    pub live: LiveHub,
    pub metrics: Metrics,
    pub sign_in_limit: SignInLimit,
    pub phone_limit: SignInLimit,
    pub pages: PageCache,
    pub proxies: Proxies,
    pub push_room: PushRoom,
    pub graphql: Arc<Door>,
    pub slow_client_seconds: u64,
    /// File of the demonstration's accounts; empty outside a demonstration.
    pub demo_accounts: String,
}
