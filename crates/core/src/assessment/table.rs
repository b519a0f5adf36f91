//! What a ranking comes to: its tables, as they are shown and frozen.

use serde::{Deserialize, Serialize};

use super::{Decimal, RankMeasure};
use crate::period::Period;
use crate::plan::TopicGroup;
use crate::statistics::{Figures, Rate};

/// All tables of one ranking in one period: the whole first, then one a group.
#[derive(Debug, Clone, PartialEq, Eq, Default, Serialize, Deserialize)]
#[serde(rename_all = "camelCase")]
pub struct Standings {
    pub tables: Vec<Table>,
    /// Periods of the ranking that it is made from which are over and were not published: they are not in it.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub missing: Vec<Period>,
}

/// The ranks of all, from the first to the last.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "camelCase")]
pub struct Table {
    /// `None`: the whole.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub group: Option<TopicGroup>,
    pub rows: Vec<Row>,
}

/// One of the ranked.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "camelCase")]
pub struct Row {
    /// From 1; each rank once.
    pub rank: u32,
    pub code: String,
    pub name: String,
    pub score: Decimal,
    /// What the score is made of: anybody can ask why.
    pub terms: Vec<Contribution>,
    pub figures: Figures,
    /// The ground that densities were counted on.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub square_meters: Option<i64>,
    /// 分: above zero a reward, below a fine.
    #[serde(default)]
    pub fen: i64,
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub measures: Vec<RankMeasure>,
}

/// What one term adds to a score.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "camelCase")]
pub struct Contribution {
    pub kind: TermKind,
    /// The figure, rate, group or period.
    pub of: String,
    /// The count, the percentage or the number a km²; `None` where there was nothing to measure.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub measured: Option<Decimal>,
    pub points: Decimal,
}

/// What a contribution is from.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "camelCase")]
pub enum TermKind {
    Base,
    Rate,
    Each,
    Density,
    /// The score of a group, in the whole.
    Group,
    /// The score of a published period, in a ranking that is made from it.
    Period,
}

/// How somebody stands otherwise now than when it was published.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Difference {
    pub group: Option<TopicGroup>,
    pub code: String,
    pub name: String,
    /// Rank and score; `None` where there is no such row.
    pub published: Option<(u32, Decimal)>,
    pub now: Option<(u32, Decimal)>,
}

impl Standings {
    pub fn table(&self, group: Option<TopicGroup>) -> Option<&Table> {
        self.tables.iter().find(|table| table.group == group)
    }

    /// Where `now` ranks, scores or pays otherwise than these.
    pub fn differences(&self, now: &Self) -> Vec<Difference> {
        let mut differences = Vec::new();
        for table in &self.tables {
            let new = now.table(table.group).map(|table| table.rows.as_slice()).unwrap_or_default();
            let rows = table.rows.iter().map(|row| (Some(row), new.iter().find(|it| it.code == row.code)));
            let come = new.iter().filter(|row| !table.rows.iter().any(|it| it.code == row.code));
            for (before, after) in rows.chain(come.map(|row| (None, Some(row)))) {
                let same = before.zip(after).is_some_and(|(before, after)| before.says_the_same(after));
                let Some(row) = before.or(after).filter(|_| !same) else { continue };
                differences.push(Difference {
                    group: table.group,
                    code: row.code.clone(),
                    name: row.name.clone(),
                    published: before.map(|row| (row.rank, row.score)),
                    now: after.map(|row| (row.rank, row.score)),
                });
            }
        }
        differences
    }
}

impl TermKind {
    /// The name stored and sent.
    pub const fn name(self) -> &'static str {
        match self {
            Self::Base => "base",
            Self::Rate => "rate",
            Self::Each => "each",
            Self::Density => "density",
            Self::Group => "group",
            Self::Period => "period",
        }
    }
}

impl Contribution {
    /// What people call it.
    pub fn words(&self) -> String {
        let figure = || Figures::position(&self.of).and_then(|it| Figures::WORDS.get(it).copied());
        let named = match self.kind {
            TermKind::Base => Some("基础分"),
            TermKind::Rate => Rate::from_name(&self.of).map(Rate::words),
            TermKind::Each | TermKind::Density => figure(),
            TermKind::Group => TopicGroup::from_name(&self.of).map(TopicGroup::words),
            TermKind::Period => None,
        };
        let words = named.unwrap_or(&self.of);
        if self.kind == TermKind::Density { format!("每平方公里{words}") } else { words.to_owned() }
    }
}

impl Row {
    fn says_the_same(&self, other: &Self) -> bool {
        (self.rank, self.score, self.fen) == (other.rank, other.score, other.fen)
    }
}
