//! What one process counts alone.

use std::collections::HashMap;
use std::num::NonZeroU32;
use std::sync::{Arc, Mutex, MutexGuard, PoisonError};
use std::time::Duration;

use governor::clock::{Clock, DefaultClock};
use governor::middleware::StateInformationMiddleware;
use governor::state::keyed::DefaultKeyedStateStore;
use governor::{Quota as Rate, RateLimiter};
use jiekou_core::limit::{Limits, Quota, Spender};

use super::{Exceeded, Left};

type Limiter =
    RateLimiter<Spender, DefaultKeyedStateStore<Spender>, DefaultClock, StateInformationMiddleware>;

/// A counter for each rule, in the order of the rules.
#[derive(Debug)]
pub(super) struct Counters {
    limits: Limits,
    counters: Vec<Counter>,
}

#[derive(Debug)]
struct Counter {
    policy: Arc<str>,
    quota: Quota,
    limiter: Limiter,
    /// What was given back, as the moment up to which it can be spent: the limiter itself takes nothing back. It runs out as
    /// fast as a spent quota fills, so that nobody ever has more than the burst.
    given_back: Mutex<HashMap<Spender, i64>>,
}

impl Counters {
    pub fn new(limits: Limits) -> Self {
        let counters = limits.rules().iter().map(|rule| Counter {
            policy: rule.name().into(),
            quota: rule.quota(),
            limiter: RateLimiter::keyed(rate(rule.quota())).with_middleware(),
            given_back: Mutex::default(),
        });
        Self { counters: counters.collect(), limits }
    }

    pub fn limits(&self) -> &Limits {
        &self.limits
    }

    /// Spends from the counters at these positions, one after the other: what the first ones took before a later one refused
    /// is not given back. What is left, in order.
    pub fn spend(&self, paid: &[(usize, Spender)], cost: u32, now: i64) -> Result<Vec<Left>, Exceeded> {
        let counter =
            |(position, spender): &(usize, Spender)| Some((self.counters.get(*position)?, *spender));
        paid.iter().filter_map(counter).map(|(counter, spender)| counter.spend(spender, cost, now)).collect()
    }

    /// Takes back what was spent.
    pub fn refund(&self, paid: &[(usize, Spender)], cost: u32, now: i64) {
        for (position, spender) in paid {
            if let Some(counter) = self.counters.get(*position) {
                counter.refund(*spender, cost, now);
            }
        }
    }

    /// Forgets whoever has spent nothing lately; how many are left.
    pub fn sweep(&self, now: i64) -> usize {
        for counter in &self.counters {
            counter.limiter.retain_recent();
            counter.given_back().retain(|_, until| *until > now);
        }
        self.counters.iter().map(|counter| counter.limiter.len()).sum()
    }
}

impl Counter {
    fn spend(&self, spender: Spender, cost: u32, now: i64) -> Result<Left, Exceeded> {
        let units = NonZeroU32::new(cost.min(self.quota.burst)).unwrap_or(NonZeroU32::MIN);
        let (remaining, wait) = match self.limiter.check_key_n(&spender, units) {
            Ok(Ok(state)) => (state.remaining_burst_capacity(), None),
            Ok(Err(_)) if self.takes_given_back(spender, cost, now) => (0, None),
            Ok(Err(refused)) => (0, Some(refused.wait_time_from(self.limiter.clock().now()))),
            // Never: no more is asked for than the burst.
            Err(_too_many) => (0, Some(Duration::from_secs(1))),
        };
        let spent = i64::from(self.quota.burst.saturating_sub(remaining)).saturating_mul(self.quota.interval);
        let left = Left {
            policy: Arc::clone(&self.policy),
            quota: self.quota,
            standing: self.quota.standing(spent),
        };
        match wait {
            None => Ok(left),
            Some(wait) => {
                let whole = i64::try_from(wait.as_secs()).unwrap_or(i64::MAX);
                Err(Exceeded { wait_seconds: whole.saturating_add(1), left: vec![left] })
            }
        }
    }

    fn refund(&self, spender: Spender, cost: u32, now: i64) {
        let mut given_back = self.given_back();
        let until = given_back.entry(spender).or_insert(now);
        *until = (*until).max(now).saturating_add(self.quota.price(cost)).min(now + self.quota.reach());
    }

    /// Spends what was given back, if enough of it is left; the last unit counts as a whole one.
    fn takes_given_back(&self, spender: Spender, cost: u32, now: i64) -> bool {
        let mut given_back = self.given_back();
        let Some(until) = given_back.get_mut(&spender) else { return false };
        let short = self.quota.price(cost) - (*until - now);
        let takes = *until > now && short < self.quota.interval;
        if takes {
            *until -= self.quota.price(cost);
        }
        takes
    }

    fn given_back(&self) -> MutexGuard<'_, HashMap<Spender, i64>> {
        self.given_back.lock().unwrap_or_else(PoisonError::into_inner)
    }
}

fn rate(quota: Quota) -> Rate {
    let interval = Duration::from_micros(quota.interval.unsigned_abs());
    let burst = NonZeroU32::new(quota.burst).unwrap_or(NonZeroU32::MIN);
    Rate::with_period(interval).unwrap_or(Rate::per_second(NonZeroU32::MIN)).allow_burst(burst)
}

#[cfg(test)]
mod tests {
    use jiekou_core::limit::{Act, AddressGroup, By, Rule};
    use jiekou_core::report::Channel;

    use super::*;

    fn counters(burst: u32, rate: u32) -> (Counters, usize) {
        let rule = serde_json::json!({
            "act": "report", "by": "address", "burst": burst, "rate": rate, "per": "second",
        });
        let rule: Rule = serde_json::from_value(rule).unwrap();
        let counters = Counters::new(Limits::new(&[rule], 1));
        let position = counters.limits().position(Act::Report, By::Address, Channel::Web).unwrap();
        (counters, position)
    }

    fn from(network: u8) -> Spender {
        Spender::Address(AddressGroup::V4([192, 0, network]))
    }

    #[test]
    fn each_spender_has_a_burst_of_its_own_and_hears_how_long_to_wait() {
        let (counters, at) = counters(3, 1);
        for remaining in [2, 1, 0] {
            let left = counters.spend(&[(at, from(1))], 1, 0).unwrap();
            assert_eq!((&*left[0].policy, left[0].standing.remaining), ("report-by-address", remaining));
        }
        let refused = counters.spend(&[(at, from(1))], 1, 0).unwrap_err();
        assert_eq!((refused.wait_seconds, refused.left[0].standing.remaining), (1, 0));
        assert_eq!(counters.spend(&[(at, from(2))], 2, 0).unwrap()[0].standing.remaining, 1);
        assert!(counters.spend(&[(at, from(2))], 2, 0).is_err());
        assert!(counters.spend(&[(at, from(3))], 1_000, 0).is_ok(), "what costs too much takes all there is");
        assert!(counters.spend(&[(at, from(3))], 1, 0).is_err());
    }

    #[test]
    fn whoever_has_a_whole_burst_again_is_forgotten() {
        let (counters, at) = counters(2, 100);
        for network in 0..100 {
            counters.spend(&[(at, from(network))], 1, 0).unwrap();
        }
        std::thread::sleep(Duration::from_millis(60));
        assert_eq!(counters.sweep(0), 0);
    }

    #[test]
    fn what_is_given_back_can_be_spent_again_until_it_would_have_come_back_anyway() {
        let (counters, at) = counters(2, 1);
        let paid = [(at, from(1))];
        for _ in 0..2 {
            counters.spend(&paid, 1, 0).unwrap();
            counters.refund(&paid, 1, 0);
        }
        for _ in 0..2 {
            assert!(counters.spend(&paid, 1, 1_000).is_ok());
        }
        assert!(counters.spend(&paid, 1, 1_000).is_err(), "and no more");
        for _ in 0..9 {
            counters.refund(&paid, 1, 1_000);
        }
        assert!(counters.spend(&paid, 2, 2_000).is_ok());
        assert!(counters.spend(&paid, 2, 2_000).is_err(), "never more than a burst");
        counters.refund(&paid, 1, 2_000);
        assert!(counters.spend(&paid, 1, 1_002_000).is_err(), "it has run out");
        counters.refund(&paid, 1, 2_000);
        counters.sweep(3_000_000);
        assert!(counters.counters[at].given_back().is_empty());
    }
}
