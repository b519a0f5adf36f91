//! From what was offered to figures.

use chrono::{DateTime, Datelike, Utc};

use crate::labels::Labels;
use crate::replay::{Judged, number};
use crate::requests::Request;

/// Which requests are measured.
#[derive(Debug, Clone, Copy)]
pub struct Slice<'a> {
    pub from: DateTime<Utc>,
    /// Exclusive.
    pub to: DateTime<Utc>,
    /// A category that is left out, so that one easy category cannot carry the figure.
    pub without: Option<&'a str>,
}

/// What a band does with the requests of a slice.
#[derive(Debug, Clone, Copy, Default)]
pub struct Figures {
    pub requests: usize,
    /// Requests with a high-confidence parent.
    pub pairs: usize,
    /// Share of those to whom a member of the group was offered.
    pub recall: f64,
    /// Share of those to whom the parent itself was offered.
    pub parent_recall: f64,
    /// Share of the unlabelled requests to whom anything was offered.
    pub flagged: f64,
    /// Requests to whom anything was offered.
    pub offered: usize,
    /// Share of them that carry any duplicate label.
    pub labelled: f64,
    /// Share of those of them with a high-confidence parent whose first offer is of its group.
    pub first_right: f64,
}

/// The requests of an export with what staff said about them.
pub struct Material<'a> {
    pub requests: &'a [Request],
    pub labels: &'a Labels,
}

impl Material<'_> {
    /// Positions of the requests of a slice.
    pub fn positions(&self, slice: Slice<'_>) -> Vec<usize> {
        let within = |request: &Request| {
            request.opened >= slice.from
                && request.opened < slice.to
                && slice.without.is_none_or(|category| request.category != category)
        };
        (0..self.requests.len()).filter(|at| within(&self.requests[*at])).collect()
    }

    /// The figures of offering everything from `threshold` on.
    pub fn figures(&self, judged: &[Judged], slice: Slice<'_>, threshold: f64) -> Figures {
        let (mut figures, mut unlabelled, mut flagged) = (Figures::default(), 0_usize, 0_usize);
        let (mut found, mut parents, mut labelled, mut first, mut sure_offered) = (0_usize, 0, 0, 0, 0);
        for at in self.positions(slice) {
            figures.requests += 1;
            let id = &self.requests[at].id;
            let offered: Vec<&str> = judged[at]
                .offered
                .iter()
                .filter(|(_, score)| *score >= threshold)
                .map(|(other, _)| self.requests[*other].id.as_str())
                .collect();
            let has_label = self.labels.labelled.contains(id);
            if !has_label {
                unlabelled += 1;
                flagged += usize::from(!offered.is_empty());
            }
            figures.offered += usize::from(!offered.is_empty());
            labelled += usize::from(has_label && !offered.is_empty());
            if let Some(parent) = self.labels.parents.get(id) {
                figures.pairs += 1;
                found += usize::from(offered.iter().any(|other| self.labels.same_group(id, other)));
                parents += usize::from(offered.contains(&parent.as_str()));
                sure_offered += usize::from(!offered.is_empty());
                first += usize::from(offered.first().is_some_and(|other| self.labels.same_group(id, other)));
            }
        }
        figures.recall = share(found, figures.pairs);
        figures.parent_recall = share(parents, figures.pairs);
        figures.flagged = share(flagged, unlabelled);
        figures.labelled = share(labelled, figures.offered);
        figures.first_right = share(first, sure_offered);
        figures
    }

    /// The lowest threshold at which at most `most` of the unlabelled are flagged.
    pub fn ask_from(&self, judged: &[Judged], slice: Slice<'_>, most: f64) -> f64 {
        let unlabelled: Vec<usize> = self
            .positions(slice)
            .into_iter()
            .filter(|at| !self.labels.labelled.contains(&self.requests[*at].id))
            .collect();
        let mut best: Vec<f64> =
            unlabelled.iter().filter_map(|at| Some(judged[*at].offered.first()?.1)).collect();
        best.sort_by(|a, b| b.total_cmp(a));
        let allowed = (0..best.len()).take_while(|n| share(n + 1, unlabelled.len()) <= most).count();
        let lowest = allowed.checked_sub(1).map_or(1.0, |last| best[last]);
        // Printed with four digits, it must not let one more in.
        (lowest * 10_000.0).ceil() / 10_000.0
    }

    /// The highest threshold at which at least `least` of the high-confidence pairs are joined.
    pub fn join_from(&self, judged: &[Judged], slice: Slice<'_>, least: f64) -> f64 {
        let sure: Vec<usize> = self
            .positions(slice)
            .into_iter()
            .filter(|at| self.labels.parents.contains_key(&self.requests[*at].id))
            .collect();
        let mut best: Vec<f64> = sure.iter().filter_map(|at| Some(judged[*at].offered.first()?.1)).collect();
        best.sort_by(|a, b| b.total_cmp(a));
        let needed = (1..=best.len()).find(|n| share(*n, sure.len()) >= least).unwrap_or(best.len());
        needed.checked_sub(1).map_or(1.0, |last| (best[last] * 10_000.0).floor() / 10_000.0)
    }

    /// The months that a span touches, each as a slice, with its name.
    pub fn months(&self, from: DateTime<Utc>, to: DateTime<Utc>) -> Vec<(String, Slice<'static>)> {
        let mut months: Vec<(i32, u32)> = self
            .requests
            .iter()
            .filter(|request| request.opened >= from && request.opened < to)
            .map(|request| (request.opened.year(), request.opened.month()))
            .collect();
        months.dedup();
        let start = |(year, month): (i32, u32)| {
            chrono::NaiveDate::from_ymd_opt(year, month, 1).unwrap().and_hms_opt(0, 0, 0).unwrap().and_utc()
        };
        let next = |(year, month): (i32, u32)| if month == 12 { (year + 1, 1) } else { (year, month + 1) };
        months
            .into_iter()
            .map(|it| {
                let slice = Slice { from: start(it).max(from), to: start(next(it)).min(to), without: None };
                (format!("{}-{:02}", it.0, it.1), slice)
            })
            .collect()
    }
}

pub fn share(part: usize, whole: usize) -> f64 {
    if whole == 0 { 0.0 } else { number(part) / number(whole) }
}

/// Median and 99th percentile.
pub fn percentiles(mut values: Vec<f64>) -> (f64, f64) {
    values.sort_by(f64::total_cmp);
    let at =
        |part: usize| values.get(values.len().saturating_sub(1) * part / 100).copied().unwrap_or_default();
    (at(50), at(99))
}
