//! Reports by WeChat: a local server speaks its interface, followers push what WeChat pushes.

mod away;
mod door;
mod follower;
mod in_time;
mod media;
mod own_reports;
mod peer;
mod quiet;
mod sign_in;
mod steps;
mod storm;
mod telling;
mod tokens;

pub use follower::Follower;
pub use telling::huaihe_on_the_map;

use crate::harness::wechat_server::{APPID, SECRET};
use crate::harness::{WechatServer, World, WorldOptions};

/// What WeChat and the account have agreed on.
pub const TOKEN: &str = "token-of-the-account";
pub const KEY: &str = "jWmYm7qr5nMoAUwZRjGtBxmz3KA1tkAj3ykkR6q2B2C";
pub const KEY_BEFORE: &str = "abcdefghijklmnopqrstuvwxyz0123456789ABCDEFG";

/// An installation with the account `main`, and WeChat.
pub struct Scene {
    pub world: World,
    pub wechat: WechatServer,
}

/// The settings of the account `main` in this mode.
pub fn account(wechat: &WechatServer, mode: &str) -> Vec<(&'static str, String)> {
    vec![
        ("JIEKOU_WECHAT__API_URL", wechat.url()),
        ("JIEKOU_WECHAT__ACCOUNTS__MAIN__APPID", APPID.to_owned()),
        ("JIEKOU_WECHAT__ACCOUNTS__MAIN__SECRET", SECRET.to_owned()),
        ("JIEKOU_WECHAT__ACCOUNTS__MAIN__TOKEN", TOKEN.to_owned()),
        ("JIEKOU_WECHAT__ACCOUNTS__MAIN__MODE", mode.to_owned()),
        ("JIEKOU_WECHAT__ACCOUNTS__MAIN__AES_KEY", KEY.to_owned()),
        ("JIEKOU_WECHAT__ACCOUNTS__MAIN__AES_KEY_PREVIOUS", KEY_BEFORE.to_owned()),
    ]
}

impl Scene {
    /// In plain mode, with a worker.
    pub async fn new() -> Self {
        Self::with("plain", WorldOptions { worker: true, ..WorldOptions::default() }).await
    }

    pub async fn with(mode: &str, options: WorldOptions) -> Self {
        let wechat = WechatServer::start().await;
        let mut settings = account(&wechat, mode);
        settings.extend(options.settings);
        let world = World::with(WorldOptions { settings, ..options }).await;
        Self { world, wechat }
    }

    /// Somebody who follows the account.
    pub fn follower(&self, openid: &str) -> Follower {
        Follower::new(self.world.api(), openid)
    }

    /// Waits until a count is as wanted.
    pub async fn wait_for_count(&self, query: &'static str, wanted: i64) {
        for _ in 0..900 {
            if self.world.count(query).await == wanted {
                return;
            }
            tokio::time::sleep(std::time::Duration::from_millis(50)).await;
        }
        panic!("{query} is {} and not {wanted}", self.world.count(query).await);
    }
}

/// The tracking code in a confirmation.
#[track_caller]
pub fn code_in(words: &str) -> String {
    let line = words.lines().find(|line| line.starts_with("查询码：")).unwrap_or_else(|| panic!("{words}"));
    line.trim_start_matches("查询码：").replace('-', "")
}
