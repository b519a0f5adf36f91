//! Circulars (通报) of problems that nobody has rectified, and their stepped deductions (阶梯扣分, ZZ-09).

use std::collections::HashSet;
use std::fmt;

use serde::{Deserialize, Deserializer, Serialize, Serializer};

use crate::period::Cycle;

/// Points of a score, in hundredths; written as a number such as `0.5`.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash, Default)]
pub struct Points(i32);

/// `circulars` of `supervision.yaml`.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "camelCase", deny_unknown_fields, default)]
pub struct CircularRules {
    pub every: Cycle,
    pub deduction: Deduction,
}

/// What is deducted for a problem that is notified for the k-th time in a row: `base` times the k-th factor. Beyond the
/// list the last one doubles with each time, so that a deduction is always more than the one before.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "camelCase", deny_unknown_fields, default)]
pub struct Deduction {
    pub base: Points,
    pub factors: Vec<u32>,
}

/// A problem of the circular of the period before.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Notified {
    /// The case that holds it now, also after a merge.
    pub case_id: i64,
    pub segment: Option<String>,
    pub category: String,
    /// How often in a row it was notified then.
    pub times: u32,
    /// It was closed, or found to be none, since that circular was issued.
    pub closed_since: bool,
}

/// A problem that is to be notified.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Problem {
    pub case_id: i64,
    pub segment: Option<String>,
    pub category: String,
}

/// How often in a row each of `problems` is notified now, in their order: 1, or one more than in `previous`, the circular
/// of the period right before.
///
/// A problem goes on when the same case was in it, or else another one of the same category on the same segment that is
/// not in the present circular; each goes on in one only. What was closed since goes on in none.
pub fn times_in_a_row(previous: &[Notified], problems: &[Problem]) -> Vec<u32> {
    let cases: HashSet<i64> = problems.iter().map(|problem| problem.case_id).collect();
    let mut unsettled: Vec<&Notified> = previous.iter().filter(|it| !it.closed_since).collect();
    // The longest unrectified first, whatever order the circular had.
    unsettled.sort_by_key(|it| (std::cmp::Reverse(it.times), it.case_id));
    let mut taken = HashSet::new();
    let mut times = Vec::with_capacity(problems.len());
    for problem in problems {
        let itself = unsettled.iter().find(|it| it.case_id == problem.case_id);
        let here = |it: &&&Notified| {
            let same_place = it.segment.is_some() && it.segment == problem.segment;
            same_place && it.category == problem.category && !cases.contains(&it.case_id)
        };
        let before = itself.or_else(|| unsettled.iter().filter(here).find(|it| !taken.contains(&it.case_id)));
        if let Some(before) = before {
            taken.insert(before.case_id);
        }
        times.push(before.map_or(1, |before| before.times.saturating_add(1)));
    }
    times
}

impl Deduction {
    /// What is deducted at the k-th time in a row, counted from 1.
    pub fn at(&self, times: u32) -> Points {
        let position = usize::try_from(times.saturating_sub(1)).unwrap_or(usize::MAX);
        let factor = self.factors.get(position).copied().unwrap_or_else(|| {
            let last = self.factors.last().copied().unwrap_or(1);
            let beyond = (position + 1).saturating_sub(self.factors.len());
            let doubled = u32::try_from(beyond).ok().and_then(|beyond| 2_u32.checked_pow(beyond));
            doubled.map_or(u32::MAX, |doubled| last.saturating_mul(doubled))
        });
        self.base.times(factor)
    }

    /// Why the steps are none; `None` when each is more than the one before.
    pub fn fault(&self) -> Option<&'static str> {
        let climbs =
            self.factors.iter().zip(self.factors.iter().skip(1)).all(|(before, after)| before < after);
        if self.base <= Points::default() {
            Some("`base` must be more than 0")
        } else if self.factors.last().is_none_or(|last| *last == 0) {
            Some(
                "`factors` needs at least one that is more than 0: what is deducted beyond the list doubles the last",
            )
        } else if !climbs {
            Some(
                "each of `factors` must be more than the one before: a problem notified again is deducted more (ZZ-09)",
            )
        } else {
            None
        }
    }
}

impl Points {
    pub const fn from_hundredths(hundredths: i32) -> Self {
        Self(hundredths)
    }

    pub const fn hundredths(self) -> i32 {
        self.0
    }

    /// As a number, such as 0.5.
    pub fn as_number(self) -> f64 {
        f64::from(self.0) / 100.0
    }

    #[must_use]
    pub fn plus(self, other: Self) -> Self {
        Self(self.0.saturating_add(other.0))
    }

    fn times(self, factor: u32) -> Self {
        Self(self.0.saturating_mul(i32::try_from(factor).unwrap_or(i32::MAX)))
    }

    /// A number of at most two decimals and at most 10,000 either way.
    fn parse(text: &str) -> Option<Self> {
        let (sign, digits) = text.strip_prefix('-').map_or((1, text), |digits| (-1, digits));
        let (whole, part) = digits.split_once('.').unwrap_or((digits, ""));
        let is_number = |text: &str| text.bytes().all(|byte| byte.is_ascii_digit());
        if whole.is_empty() || !is_number(whole) || !is_number(part) || part.trim_end_matches('0').len() > 2 {
            return None;
        }
        let part: i32 = format!("{part:0<2}").get(..2)?.parse().ok()?;
        let whole: i32 = whole.parse().ok().filter(|whole| *whole <= 10_000)?;
        Some(Self(sign * (whole * 100 + part)))
    }
}

impl fmt::Display for Points {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "{}", self.as_number())
    }
}

impl Serialize for Points {
    fn serialize<S: Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
        serializer.serialize_f64(self.as_number())
    }
}

impl<'de> Deserialize<'de> for Points {
    fn deserialize<D: Deserializer<'de>>(deserializer: D) -> Result<Self, D::Error> {
        let number = f64::deserialize(deserializer)?;
        Self::parse(&number.to_string()).ok_or_else(|| {
            serde::de::Error::custom(format!("`{number}` are no points: at most two decimals and 10000"))
        })
    }
}

impl Default for CircularRules {
    fn default() -> Self {
        Self { every: Cycle::TenDays, deduction: Deduction::default() }
    }
}

impl Default for Deduction {
    fn default() -> Self {
        Self { base: Points(100), factors: vec![1, 2, 4] }
    }
}
