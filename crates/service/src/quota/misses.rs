//! Guessing: whoever asks for too much that there is not is asked to wait, before anything is looked up.

use chrono::{DateTime, Utc};
use jiekou_core::limit::{Act, Spender};
use jiekou_core::report::Channel;
use quick_cache::sync::Cache;

use super::{Exceeded, Left, Spending, spend};
use crate::App;

/// Spenders remembered at most. Who is forgotten is known again at the next miss.
const REMEMBERED: usize = 100_000;

/// Who has no miss left, with until when, and what of.
#[derive(Debug)]
pub(super) struct Exhausted(Cache<Spender, (DateTime<Utc>, Vec<Left>)>);

impl Default for Exhausted {
    fn default() -> Self {
        Self(Cache::new(REMEMBERED))
    }
}

/// Whether `spender` has no miss left: nothing is looked up for them. Costs no wait.
///
/// # Errors
/// [`Exceeded`] then.
pub fn missed_too_often(app: &App, spender: Spender, now: DateTime<Utc>) -> Result<(), Exceeded> {
    let exhausted = &app.quotas.exhausted.0;
    let Some((until, left)) = exhausted.get(&spender) else { return Ok(()) };
    if until <= now {
        exhausted.remove(&spender);
        return Ok(());
    }
    let wait_seconds = (until - now).num_seconds().saturating_add(1);
    Err(Exceeded { wait_seconds, left })
}

/// Something was looked for that there is not.
///
/// # Errors
/// [`Exceeded`] when it was one too many, as other processes may know.
pub async fn missed(
    app: &App,
    spender: Spender,
    channel: Channel,
    now: DateTime<Utc>,
) -> Result<(), Exceeded> {
    let what = Spending { act: Act::LookupMiss, channel, spenders: &[spender], cost: 1 };
    let spent = spend(app, &what, now).await;
    let left = match &spent {
        Ok(receipt) => &receipt.left,
        Err(exceeded) => &exceeded.left,
    };
    let wait = left.iter().map(|left| left.quota.wait(left.standing, 1)).max().unwrap_or_default();
    if wait > 0 {
        let until = now + chrono::Duration::microseconds(wait);
        app.quotas.exhausted.0.insert(spender, (until, left.clone()));
    }
    spent.map(|_| ())
}
