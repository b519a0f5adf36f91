//! GCRA: a quota is one moment, the theoretical arrival time (TAT), up to which everything is spent. Each unit moves it by
//! one interval; it may lie no further in the future than the burst reaches.

/// So much at once, and one more each interval. Times are microseconds since the Unix epoch.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Quota {
    /// Units that may be spent at once; at least 1.
    pub burst: u32,
    /// Microseconds after which one more may be; at least 1.
    pub interval: i64,
}

/// Whether something may be, and what the spender has left.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Verdict {
    /// `until` is to be kept in place of what was.
    Passed { until: i64, left: Standing },
    /// Nothing is spent. `wait` microseconds from now it passes, unless more is spent meanwhile.
    Refused { wait: i64, left: Standing },
}

/// What a spender has left.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Standing {
    /// Units that can be spent at once now.
    pub remaining: u32,
    /// Microseconds until all of them can.
    pub full_in: i64,
}

impl Quota {
    /// Spends `cost` units at `now`, where everything is spent up to `until`. What costs more than there ever is at once
    /// takes all there is.
    pub fn spend(self, until: Option<i64>, cost: u32, now: i64) -> Verdict {
        let spent = self.spent(until, now);
        let after = spent.saturating_add(self.price(cost));
        if after > self.reach() {
            Verdict::Refused { wait: after - self.reach(), left: self.standing(spent) }
        } else {
            Verdict::Passed { until: now + after, left: self.standing(after) }
        }
    }

    /// Takes `cost` units back; what is kept from now on. It is never more than the whole burst again.
    pub fn refund(self, until: Option<i64>, cost: u32, now: i64) -> i64 {
        now + (self.spent(until, now) - self.price(cost)).max(0)
    }

    /// What is left when `spent` microseconds of the reach are spent.
    pub fn standing(self, spent: i64) -> Standing {
        let room = (self.reach() - spent).max(0);
        Standing { remaining: u32::try_from(room / self.interval).unwrap_or(u32::MAX), full_in: spent.max(0) }
    }

    /// Microseconds until `cost` units pass for somebody with this much left.
    pub fn wait(self, left: Standing, cost: u32) -> i64 {
        (left.full_in.saturating_add(self.price(cost)) - self.reach()).max(0)
    }

    /// Microseconds that the burst reaches into the future: in so long a spent quota is whole again.
    pub fn reach(self) -> i64 {
        self.interval.saturating_mul(i64::from(self.burst))
    }

    /// Microseconds that `cost` units move the moment by.
    pub fn price(self, cost: u32) -> i64 {
        self.interval.saturating_mul(i64::from(cost.min(self.burst)))
    }

    /// Microseconds of the reach that are spent. Never more than all of it: a process with a fast clock, or a quota that was
    /// larger yesterday, locks nobody out for longer than the quota does.
    fn spent(self, until: Option<i64>, now: i64) -> i64 {
        until.map_or(0, |until| until.saturating_sub(now)).clamp(0, self.reach())
    }
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    use super::*;

    fn quotas() -> impl Strategy<Value = Quota> {
        (1_u32..50, 1_i64..5_000_000).prop_map(|(burst, interval)| Quota { burst, interval })
    }

    /// Pauses in microseconds, each followed by a purchase.
    fn purchases() -> impl Strategy<Value = Vec<(i64, u32)>> {
        prop::collection::vec((0_i64..3_000_000, 1_u32..4), 1..200)
    }

    #[test]
    fn a_burst_passes_and_then_one_each_interval() {
        let quota = Quota { burst: 3, interval: 1_000 };
        let (mut until, mut now) = (None, 50_000);
        for remaining in [2, 1, 0] {
            let Verdict::Passed { until: after, left } = quota.spend(until, 1, now) else {
                panic!("refused")
            };
            assert_eq!(left.remaining, remaining);
            until = Some(after);
        }
        let left = Standing { remaining: 0, full_in: 3_000 };
        assert_eq!(quota.spend(until, 1, now), Verdict::Refused { wait: 1_000, left });
        now += 999;
        assert!(matches!(quota.spend(until, 1, now), Verdict::Refused { wait: 1, .. }));
        now += 1;
        assert!(matches!(quota.spend(until, 1, now), Verdict::Passed { .. }));
        assert!(matches!(quota.spend(until, 2, now), Verdict::Refused { wait: 1_000, .. }));
    }

    #[test]
    fn what_costs_more_than_the_burst_takes_all_of_it() {
        let quota = Quota { burst: 3, interval: 1_000 };
        let Verdict::Passed { until, left } = quota.spend(None, 1_000, 0) else { panic!("refused") };
        assert_eq!((until, left.remaining), (3_000, 0));
        assert!(matches!(quota.spend(Some(until), 1_000, 1), Verdict::Refused { wait: 2_999, .. }));
    }

    #[test]
    fn a_clock_ahead_locks_nobody_out_for_longer_than_the_quota() {
        let quota = Quota { burst: 3, interval: 1_000 };
        let far = Some(i64::MAX);
        assert!(matches!(quota.spend(far, 1, 0), Verdict::Refused { wait: 1_000, .. }));
        assert_eq!(quota.refund(far, 1, 0), 2_000);
    }

    proptest! {
        #[test]
        fn nobody_gets_more_than_the_burst_and_the_rate_times_the_time(quota in quotas(), all in purchases()) {
            let (mut until, mut now, mut got) = (None, 0, Vec::new());
            for (pause, cost) in all {
                now += pause;
                if let Verdict::Passed { until: after, .. } = quota.spend(until, cost, now) {
                    until = Some(after);
                    got.push((now, i64::from(cost.min(quota.burst))));
                }
            }
            // In every stretch of time, not only from the beginning.
            for (first, (began, _)) in got.iter().enumerate() {
                let mut units = 0;
                for (at, cost) in &got[first..] {
                    units += cost;
                    prop_assert!((units - i64::from(quota.burst)) * quota.interval <= at - began);
                }
            }
        }

        #[test]
        fn whoever_waits_as_told_passes_and_nobody_earlier(quota in quotas(), all in purchases()) {
            let (mut until, mut now) = (None, 0);
            for (pause, cost) in all {
                now += pause;
                match quota.spend(until, cost, now) {
                    Verdict::Passed { until: after, .. } => {
                        prop_assert!(after > until.unwrap_or(0), "what is spent is not given back");
                        until = Some(after);
                    }
                    Verdict::Refused { wait, left } => {
                        prop_assert!(wait > 0);
                        prop_assert_eq!(quota.wait(left, cost), wait);
                        let early = quota.spend(until, cost, now + wait - 1);
                        let refused = matches!(early, Verdict::Refused { wait: 1, .. });
                        prop_assert!(refused);
                        let passes = matches!(quota.spend(until, cost, now + wait), Verdict::Passed { .. });
                        prop_assert!(passes);
                    }
                }
            }
        }

        #[test]
        fn waiting_never_leaves_less(quota in quotas(), until in 0_i64..100_000_000, now in 0_i64..100_000_000, wait in 0_i64..9_000_000) {
            let left = |now| match quota.spend(Some(until), 1, now) {
                Verdict::Passed { left, .. } => i64::from(left.remaining) + 1,
                Verdict::Refused { left, .. } => i64::from(left.remaining),
            };
            prop_assert!(left(now + wait) >= left(now));
        }

        #[test]
        fn what_is_taken_back_can_be_spent_again_and_no_more(quota in quotas(), until in 0_i64..200_000_000, now in 0_i64..100_000_000, cost in 1_u32..60) {
            if let Verdict::Passed { until: after, .. } = quota.spend(Some(until), cost, now) {
                let back = quota.refund(Some(after), cost, now);
                prop_assert_eq!(back, until.max(now), "as if it had never been");
                let twice = quota.refund(Some(back), quota.burst, now);
                prop_assert_eq!(quota.standing(twice - now).remaining, quota.burst, "never above the burst");
            }
        }

        #[test]
        fn what_is_left_is_what_passes(quota in quotas(), until in 0_i64..100_000_000, now in 0_i64..100_000_000) {
            let spent = (until - now).clamp(0, quota.reach());
            let left = quota.standing(spent).remaining;
            if left > 0 {
                let passes = matches!(quota.spend(Some(until), left, now), Verdict::Passed { .. });
                prop_assert!(passes);
            }
            if left < quota.burst {
                let refused = matches!(quota.spend(Some(until), left + 1, now), Verdict::Refused { .. });
                prop_assert!(refused);
            }
        }
    }
}
