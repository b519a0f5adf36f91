//! What is owed in a period, and what of it is there.

use std::collections::BTreeMap;

use chrono::{DateTime, NaiveDate, Utc};
use serde::{Deserialize, Serialize};

use super::{RecordKind, Subject};
use crate::period::Period;

/// A record as it counts: for one of the subjects it is about.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Filed {
    pub subject: String,
    pub on: NaiveDate,
    pub filed_at: DateTime<Utc>,
    /// What it adds to the kind's quota; 1 where the records themselves are counted.
    pub amount: i64,
}

/// How it stands with what is owed.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, PartialOrd, Ord, Serialize, Deserialize)]
#[serde(rename_all = "camelCase")]
pub enum Standing {
    /// All of it was filed before the period was over.
    Done,
    /// All of it is there, but some was filed only after the period.
    Late,
    /// The period goes on, and something is not there yet.
    Running,
    /// The period is over, and something is not there.
    Missing,
    /// The period has not begun.
    Ahead,
}

/// What one subject owes in one period.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Owed {
    pub subject: Subject,
    pub period: Period,
    pub needs: i64,
    pub has: i64,
    pub standing: Standing,
    /// The last day that something was filed about.
    pub last_on: Option<NaiveDate>,
}

/// How much of what is owed in a period is there (普查覆盖率).
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default)]
pub struct Coverage {
    pub done: usize,
    pub owed: usize,
}

impl Standing {
    pub const ALL: [Self; 5] = [Self::Done, Self::Late, Self::Running, Self::Missing, Self::Ahead];

    /// The name sent.
    pub const fn name(self) -> &'static str {
        match self {
            Self::Done => "done",
            Self::Late => "late",
            Self::Running => "running",
            Self::Missing => "missing",
            Self::Ahead => "ahead",
        }
    }

    /// What people call it.
    pub const fn words(self) -> &'static str {
        match self {
            Self::Done => "已完成",
            Self::Late => "补记",
            Self::Running => "进行中",
            Self::Missing => "缺",
            Self::Ahead => "未开始",
        }
    }

    /// Whether everything is there.
    pub const fn is_there(self) -> bool {
        matches!(self, Self::Done | Self::Late)
    }
}

/// What each of `subjects` owes of `kind` in `period`, in their order. `filed` may hold more than belongs here.
pub fn owed(
    kind: &RecordKind,
    period: Period,
    subjects: &[Subject],
    filed: &[Filed],
    now: DateTime<Utc>,
) -> Vec<Owed> {
    let mut by_subject: BTreeMap<&str, Vec<&Filed>> = BTreeMap::new();
    for it in filed.iter().filter(|it| (period.first_day()..=period.last_day()).contains(&it.on)) {
        by_subject.entry(&it.subject).or_default().push(it);
    }
    let needs = kind.needs();
    let of = |subject: &Subject| {
        let own = by_subject.get(subject.code.as_str()).map(Vec::as_slice).unwrap_or_default();
        let sum = |late: bool| -> i64 {
            own.iter().filter(|it| late || it.filed_at < period.ends()).map(|it| it.amount).sum()
        };
        let (has, in_time) = (sum(true), sum(false));
        let standing = if in_time >= needs {
            Standing::Done
        } else if has >= needs {
            Standing::Late
        } else if period.is_over(now) {
            Standing::Missing
        } else if now < period.begins() {
            Standing::Ahead
        } else {
            Standing::Running
        };
        let last_on = own.iter().map(|it| it.on).max();
        Owed { subject: subject.clone(), period, needs, has, standing, last_on }
    };
    subjects.iter().map(of).collect()
}

/// How much of it is there.
pub fn coverage(owed: &[Owed]) -> Coverage {
    Coverage { done: owed.iter().filter(|it| it.standing.is_there()).count(), owed: owed.len() }
}

impl Coverage {
    /// The part that is there; `None` where nothing is owed.
    pub fn share(self) -> Option<f64> {
        let number = |count: usize| u32::try_from(count).map(f64::from).ok();
        (self.owed > 0).then(|| Some(number(self.done)? / number(self.owed)?))?
    }

    /// Whether everything is there: 100 %.
    pub fn is_whole(self) -> bool {
        self.owed > 0 && self.done == self.owed
    }
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    use super::*;
    use crate::period::Cycle;
    use crate::record::kind::tests::plain;
    use crate::record::{Quota, SubjectKind};

    fn day(day: u32) -> NaiveDate {
        NaiveDate::from_ymd_opt(2026, 11, day).unwrap()
    }

    fn noon(of: u32) -> DateTime<Utc> {
        day(of).and_hms_opt(4, 0, 0).unwrap().and_utc()
    }

    fn filed(on: u32, at: u32) -> Filed {
        Filed { subject: "R1".to_owned(), on: day(on), filed_at: noon(at), amount: 1 }
    }

    fn road(code: &str) -> Subject {
        Subject::new(SubjectKind::Road, code)
    }

    #[test]
    fn it_is_done_late_running_missing_or_ahead() {
        let kind = RecordKind { every: Some(Cycle::TenDays), ..plain() };
        let second = Period::of(Cycle::TenDays, day(15));
        for (filed, now, standing) in [
            (vec![filed(20, 20)], 25, Standing::Done),
            (vec![filed(20, 22)], 25, Standing::Late),
            (vec![filed(10, 12), filed(21, 21)], 25, Standing::Missing),
            (vec![], 20, Standing::Running),
            (vec![], 10, Standing::Ahead),
            (vec![filed(11, 11)], 12, Standing::Done),
        ] {
            let owed = owed(&kind, second, &[road("R1")], &filed, noon(now));
            assert_eq!(owed[0].standing, standing, "{filed:?} {now}");
        }
    }

    #[test]
    fn a_census_is_whole_when_every_road_was_covered() {
        let kind = RecordKind { every: Some(Cycle::TenDays), ..plain() };
        let period = Period::of(Cycle::TenDays, day(15));
        let of = |subject: &str, on| Filed { subject: subject.to_owned(), ..filed(on, on) };
        let roads = [road("R1"), road("R2"), road("R3")];
        let some = [of("R1", 11), of("R1", 12), of("R2", 20), of("R9", 13)];
        let half = coverage(&owed(&kind, period, &roads, &some, noon(25)));
        assert_eq!((half, half.is_whole()), (Coverage { done: 2, owed: 3 }, false));
        let all = [some.to_vec(), vec![of("R3", 15)]].concat();
        let whole = coverage(&owed(&kind, period, &roads, &all, noon(25)));
        assert_eq!((whole.share(), whole.is_whole()), (Some(1.0), true));
        assert_eq!(Coverage::default().share(), None);
        assert!(!Coverage::default().is_whole(), "a census of nothing covers nothing");
    }

    #[test]
    fn a_quota_is_met_by_the_sum_of_what_was_built() {
        let quota = Some(Quota { field: "spaces".to_owned(), at_least: 500 });
        let kind = RecordKind { every: Some(Cycle::Year), quota, ..plain() };
        let year = Period::of(Cycle::Year, day(1));
        let built = |amount| Filed { amount, ..filed(3, 3) };
        for (some, standing) in [
            (vec![built(300), built(199)], Standing::Running),
            (vec![built(300), built(200)], Standing::Done),
        ] {
            let owed = owed(&kind, year, &[road("R1")], &some, noon(27));
            assert_eq!((owed[0].needs, owed[0].standing), (500, standing));
        }
    }

    proptest! {
        #[test]
        fn every_record_counts_in_exactly_one_period_of_a_cycle(
            days in prop::collection::vec(1_u32..=30, 0..40), cycle in prop::sample::select(Cycle::ALL.to_vec()),
        ) {
            let kind = RecordKind { every: Some(cycle), ..plain() };
            let filed: Vec<Filed> = days.iter().map(|on| filed(*on, *on)).collect();
            let month = Period::of(Cycle::Month, day(1));
            let around = Period::of(cycle, month.first_day()).through(month.last_day());
            let sum: i64 =
                around.map(|period| owed(&kind, period, &[road("R1")], &filed, noon(30))[0].has).sum();
            prop_assert_eq!(sum, i64::try_from(days.len()).unwrap());
        }
    }
}
