//! Whether WeChat is there for each account.

use jiekou_partner::wechat::Remedy;
use tracing::warn;

use super::Wechat;

impl Wechat {
    /// Asks WeChat for every account; its name, and why it is not reached by those who write to it, if so.
    pub(crate) async fn ping(&self) -> Vec<(&str, Option<&'static str>)> {
        let mut answers = Vec::with_capacity(self.accounts.len());
        for account in self.accounts.values() {
            let answer =
                self.with_token(account, |token| async move { account.api.ping(&token).await }).await;
            let failure = answer.err().and_then(|error| {
                warn!(%error, wechat.account = account.name, "WeChat did not answer for an account");
                match error.remedy() {
                    Remedy::Later | Remedy::NewToken => Some("WeChat does not answer"),
                    Remedy::Operator => Some("the account is configured wrongly"),
                    // Whoever counts requests or refuses one is there.
                    Remedy::Tomorrow
                    | Remedy::OtherWay
                    | Remedy::NotAllowed
                    | Remedy::MediaLost
                    | Remedy::Never => None,
                }
            });
            answers.push((account.name.as_str(), failure));
        }
        answers
    }
}
