//! What a score is made of: terms over the figures and rates of statistics. *How to add one*: a variant, how it scores
//! in [`Term::score`], its fault in `rulebook::check::assessment`, a row in `docs/assessment.md`.

use serde::{Deserialize, Serialize};

use super::{Contribution, Decimal, Measured, TermKind};
use crate::statistics::Rate;

/// One part of a score.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "camelCase", rename_all_fields = "camelCase", deny_unknown_fields)]
pub enum Term {
    /// What everybody begins with.
    Base { points: Decimal },
    /// Points for a rate that reaches its target, less so many for each missing hundredth. What there is nothing to
    /// measure of has missed nothing.
    Rate {
        rate: String,
        /// Percent.
        #[serde(default, skip_serializing_if = "Option::is_none")]
        at_least: Option<Decimal>,
        #[serde(default, skip_serializing_if = "Option::is_none")]
        at_most: Option<Decimal>,
        points: Decimal,
        /// Taken for each hundredth beyond the target.
        per_point: Decimal,
        /// It never takes more than down to this; absent: nothing below zero where it grants points, no bound where it
        /// only takes.
        #[serde(default, skip_serializing_if = "Option::is_none")]
        least: Option<Decimal>,
    },
    /// Points for each that a figure counts; from the n-th on other ones.
    Each {
        figure: String,
        points: Decimal,
        #[serde(default, skip_serializing_if = "Option::is_none")]
        from: Option<u32>,
        #[serde(default, skip_serializing_if = "Option::is_none")]
        then: Option<Decimal>,
    },
    /// Points for each that a figure counts on a km².
    Density { figure: String, points: Decimal },
}

impl Term {
    /// What it says of itself in the answer: the figure or rate that it measures.
    fn name(&self) -> &str {
        match self {
            Self::Base { .. } => "base",
            Self::Rate { rate, .. } => rate,
            Self::Each { figure, .. } | Self::Density { figure, .. } => figure,
        }
    }

    fn kind(&self) -> TermKind {
        match self {
            Self::Base { .. } => TermKind::Base,
            Self::Rate { .. } => TermKind::Rate,
            Self::Each { .. } => TermKind::Each,
            Self::Density { .. } => TermKind::Density,
        }
    }

    /// What it adds to the score, and why.
    pub fn score(&self, it: &Measured<'_>) -> Contribution {
        let (measured, points) = match self {
            Self::Base { points } => (None, *points),
            Self::Rate { rate, at_least, at_most, points, per_point, least } => {
                let parts = Rate::from_name(rate).map(|rate| rate.parts(it.figures));
                let (part, whole) =
                    parts.map_or((0, 0), |(part, whole)| (i128::from(part), i128::from(whole)));
                let beyond = [at_least.map(|it| (it, 1)), at_most.map(|it| (it, -1))];
                // In thousandths of a hundredth, times the whole; the only rounding is that of the points.
                let missing = beyond
                    .into_iter()
                    .flatten()
                    .map(|(target, sign)| sign * (i128::from(target.thousandths()) * whole - part * 100_000));
                let missing = missing.max().unwrap_or(0).max(0);
                let taken = per_point.times(missing, whole * 1_000).unwrap_or_default();
                let least = least.unwrap_or(match points.thousandths() {
                    1.. => Decimal::ZERO,
                    _ => Decimal::from_thousandths(i64::MIN),
                });
                let left =
                    Decimal::from_thousandths(points.thousandths().saturating_sub(taken.thousandths()));
                (Decimal::ratio(part * 100, whole), left.max(least.min(*points)))
            }
            Self::Each { figure, points, from, then } => {
                let count = i128::from(it.count(figure));
                let before = from.map_or(count, |from| count.min(i128::from(from.saturating_sub(1))));
                let first = points.times(before, 1).unwrap_or_default();
                let rest = then.unwrap_or(*points).times(count - before, 1).unwrap_or_default();
                (Decimal::ratio(count, 1), first.plus(rest))
            }
            Self::Density { figure, points } => {
                let (count, ground) =
                    (i128::from(it.count(figure)), i128::from(it.square_meters.unwrap_or(0)));
                let density = Decimal::ratio(count * 1_000_000, ground);
                (density, points.times(count * 1_000_000, ground).unwrap_or_default())
            }
        };
        Contribution { kind: self.kind(), of: self.name().to_owned(), measured, points }
    }
}
