//! Quotas (限流): who has how much left of what, and spending it.
//!
//! First this process counts alone, in memory: a flood costs no more than that. Then, for whatever is written, Redis counts
//! for all processes together. When Redis is away or slow the first count alone holds, and nobody is refused for it.

mod local;
mod misses;

use std::fmt;
use std::sync::{Arc, PoisonError, RwLock};

use chrono::{DateTime, Utc};
use jiekou_core::limit::{Act, Blind, By, Limits, Quota, Spender, Standing};
use jiekou_core::report::Channel;
use jiekou_store::limits::{Price, SharedQuotas};
use jiekou_store::vault::Vault;
use thiserror::Error;
use tracing::instrument;

use crate::{App, RulebookInForce};
use local::Counters;
use misses::Exhausted;
pub use misses::{missed, missed_too_often};

/// Keys of all rules that a process remembers. With more, all are forgotten: memory is worth more than exactness to a
/// process that is asked from so many networks.
const REMEMBERED: usize = 1_000_000;

/// The quotas as one process counts them, and the way to those of all.
#[derive(Debug)]
pub struct Quotas {
    shared: SharedQuotas,
    factor: u32,
    counting: RwLock<Counting>,
    exhausted: Exhausted,
}

#[derive(Debug, Clone)]
struct Counting {
    version_id: i64,
    counters: Arc<Counters>,
}

/// What is done, and by whom.
#[derive(Debug, Clone, Copy)]
pub struct Spending<'a> {
    pub act: Act,
    pub channel: Channel,
    /// Everybody who pays: all of them, or none.
    pub spenders: &'a [Spender],
    /// Units; 1 for most things, a document's cost for GraphQL.
    pub cost: u32,
}

/// What somebody has left of one quota.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Left {
    /// Name of the rule.
    pub policy: Arc<str>,
    pub quota: Quota,
    pub standing: Standing,
}

/// What was spent, and what is left of it.
#[derive(Debug, Default)]
pub struct Receipt {
    pub left: Vec<Left>,
    /// What was spent of what all processes count.
    prices: Vec<Price>,
    /// What was spent of what this process counts.
    local: Option<Local>,
}

#[derive(Debug)]
struct Local {
    counters: Arc<Counters>,
    paid: Vec<(usize, Spender)>,
    cost: u32,
}

/// A quota is spent.
#[derive(Debug, Clone, PartialEq, Eq, Error)]
#[error("a quota is spent")]
pub struct Exceeded {
    /// Seconds until it may be tried again; at least 1.
    pub wait_seconds: i64,
    pub left: Vec<Left>,
}

impl Quotas {
    /// The rulebook's quotas, each `factor` times.
    pub fn new(shared: SharedQuotas, factor: u32, rulebook: &RulebookInForce) -> Self {
        let limits = Limits::new(&rulebook.rules.plan().limits, factor);
        let counting =
            Counting { version_id: rulebook.version_id, counters: Arc::new(Counters::new(limits)) };
        Self { shared, factor, counting: RwLock::new(counting), exhausted: Exhausted::default() }
    }

    /// Forgets whoever has spent nothing lately.
    pub fn sweep(&self, now: DateTime<Utc>) {
        let counters = Arc::clone(&self.counting().counters);
        if counters.sweep(now.timestamp_micros()) > REMEMBERED {
            self.counting.write().unwrap_or_else(PoisonError::into_inner).counters =
                Arc::new(Counters::new(counters.limits().clone()));
        }
    }

    fn counting(&self) -> Counting {
        self.counting.read().unwrap_or_else(PoisonError::into_inner).clone()
    }

    /// The counters of the rules in force. Another version that limits the same goes on counting.
    fn counters(&self, rulebook: &RulebookInForce) -> Arc<Counters> {
        let known = self.counting();
        if known.version_id == rulebook.version_id {
            return known.counters;
        }
        let limits = Limits::new(&rulebook.rules.plan().limits, self.factor);
        let counters =
            if *known.counters.limits() == limits { known.counters } else { Arc::new(Counters::new(limits)) };
        *self.counting.write().unwrap_or_else(PoisonError::into_inner) =
            Counting { version_id: rulebook.version_id, counters: Arc::clone(&counters) };
        counters
    }
}

/// Whether there is a quota of `act` that is counted by `by`.
pub fn counts(app: &App, act: Act, by: By, channel: Channel) -> bool {
    app.quotas.counters(&app.rulebooks.in_force()).limits().position(act, by, channel).is_some()
}

/// Spends. What no rule limits costs nothing.
///
/// # Errors
/// [`Exceeded`] when one of the quotas is spent.
#[instrument(level = "debug", name = "spend_quota", skip_all)]
pub async fn spend(app: &App, what: &Spending<'_>, now: DateTime<Utc>) -> Result<Receipt, Exceeded> {
    let counters = app.quotas.counters(&app.rulebooks.in_force());
    let paid: Vec<(usize, Spender)> = what
        .spenders
        .iter()
        .filter_map(|spender| {
            Some((counters.limits().position(what.act, spender.by(), what.channel)?, *spender))
        })
        .collect();
    if paid.is_empty() {
        return Ok(Receipt::default());
    }
    let left = counters.spend(&paid, what.cost, now.timestamp_micros())?;
    if !what.act.is_shared() {
        let local = Some(Local { counters, paid, cost: what.cost });
        return Ok(Receipt { left, prices: Vec::new(), local });
    }
    let price = |(left, (_, spender)): (&Left, &(usize, Spender))| Price {
        key: key(&app.vault, &left.policy, *spender),
        reach: left.quota.reach(),
        price: left.quota.price(what.cost),
    };
    let prices: Vec<Price> = left.iter().zip(&paid).map(price).collect();
    let local = Some(Local { counters, paid, cost: what.cost });
    // The failure was logged where it happened.
    let Ok(shared) = app.quotas.shared.spend(&prices, now).await else {
        return Ok(Receipt { left, prices: Vec::new(), local });
    };
    let together = |(left, spent): (Left, &i64)| Left { standing: left.quota.standing(*spent), ..left };
    let left: Vec<Left> = left.into_iter().zip(&shared.spent).map(together).collect();
    if shared.passed { Ok(Receipt { left, prices, local }) } else { Err(Exceeded::of(left, what.cost)) }
}

/// Takes back what was spent on something that failed through no fault of the spender, or was done before.
pub async fn refund(app: &App, receipt: &Receipt, now: DateTime<Utc>) {
    if let Some(local) = &receipt.local {
        local.counters.refund(&local.paid, local.cost, now.timestamp_micros());
    }
    if !receipt.prices.is_empty() {
        // What is not taken back is regained with time.
        let _ = app.quotas.shared.refund(&receipt.prices, now).await;
    }
}

impl Exceeded {
    fn of(left: Vec<Left>, cost: u32) -> Self {
        let wait = left.iter().map(|left| left.quota.wait(left.standing, cost)).max().unwrap_or_default();
        Self { wait_seconds: seconds(wait).max(1), left }
    }
}

/// Whole seconds, rounded up.
pub fn seconds(micros: i64) -> i64 {
    micros.saturating_add(999_999) / 1_000_000
}

/// Whoever has this phone.
pub fn phone(vault: &Vault, phone: &str) -> Option<Spender> {
    // As contacts are found by it.
    Blind::from_index(&vault.blind_index(&phone.to_lowercase())).map(Spender::Phone)
}

/// Somebody in WeChat: `name` is the account's name, a slash and their openid.
pub fn open_id(vault: &Vault, name: &str) -> Option<Spender> {
    Blind::from_index(&vault.blind_index(&format!("wechat/{name}"))).map(Spender::OpenId)
}

/// A device.
pub fn device(vault: &Vault, device: &str) -> Option<Spender> {
    Blind::from_index(&vault.blind_index(&format!("device {device}"))).map(Spender::Device)
}

/// Names a rule and a spender, and tells nobody who it is.
fn key(vault: &Vault, policy: &str, spender: Spender) -> String {
    let index = vault.blind_index(&format!("limit {policy} {}", spender.text()));
    index.iter().take(16).fold(String::with_capacity(32), |mut key, byte| {
        let _ = fmt::Write::write_fmt(&mut key, format_args!("{byte:02x}"));
        key
    })
}
