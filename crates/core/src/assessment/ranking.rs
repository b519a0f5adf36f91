//! A ranking as a plan describes it: who is ranked, how often, by what, and what follows from a rank.

use serde::{Deserialize, Serialize};

use super::Term;
use crate::period::Cycle;
use crate::plan::TopicGroup;

/// `assessment.yaml`; every part may be left out.
#[derive(Debug, Clone, PartialEq, Eq, Default, Serialize, Deserialize)]
#[serde(rename_all = "camelCase", deny_unknown_fields, default)]
pub struct Assessment {
    pub rankings: Vec<Ranking>,
}

/// 考核排名: one ranking a period, of all there are.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "camelCase", deny_unknown_fields)]
pub struct Ranking {
    pub code: String,
    pub name: String,
    /// The rule it comes from, such as `ZZ-04`.
    pub rule: String,
    pub of: Ranked,
    pub every: Cycle,
    /// 四化: ranked by each of these groups of topics as well, by what lies in their categories.
    #[serde(default)]
    pub by: Vec<TopicGroup>,
    /// What the score is made of.
    #[serde(default)]
    pub score: Vec<Term>,
    /// Instead of `score`: the mean of another ranking's published scores in the period.
    #[serde(default)]
    pub from: Option<String>,
    /// Figures that part equal scores, the fewer the better. Where those are equal too, the name does.
    #[serde(default = "default_ties")]
    pub ties: Vec<String>,
    /// What the first ones are given, and what the last ones have to pay; the last one has rank 1 of the fines.
    #[serde(default)]
    pub rewards: Option<Amounts>,
    #[serde(default)]
    pub fines: Option<Amounts>,
    /// What follows for the first ones, and for the last ones.
    #[serde(default)]
    pub first: Option<Consequence>,
    #[serde(default)]
    pub last: Option<Consequence>,
}

/// Who is ranked.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, Serialize, Deserialize)]
#[serde(rename_all = "camelCase")]
pub enum Ranked {
    /// 镇办、街道办
    Town,
    /// The districts of a city.
    District,
    Segment,
    Unit,
}

/// Money by rank.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "camelCase", deny_unknown_fields)]
pub struct Amounts {
    /// What the table adds up to, in yuan; checked, so that a slip of a zero is found.
    pub sum: u32,
    pub table: Vec<Amount>,
}

/// Whole yuan for one rank, or for each of several.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "camelCase", deny_unknown_fields)]
pub struct Amount {
    pub rank: u32,
    /// The last rank that it holds for; absent: only `rank`.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub to: Option<u32>,
    pub yuan: u32,
}

/// What follows from being among the first or the last.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "camelCase", deny_unknown_fields)]
pub struct Consequence {
    /// So many ranks at most, and never more than half of all.
    pub ranks: u32,
    pub measures: Vec<RankMeasure>,
}

/// One step that a rank leads to: 通报批评, 约谈, 检查; 表彰.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "camelCase", deny_unknown_fields)]
pub struct RankMeasure {
    pub code: String,
    pub name: String,
    /// Whom it meets, in the plan's words: 党政一把手, 主管区长.
    pub whom: String,
    /// Only where it is severe (情节严重): people decide, it does not follow by itself.
    #[serde(default, skip_serializing_if = "std::ops::Not::not")]
    pub severe: bool,
}

fn default_ties() -> Vec<String> {
    ["overdue", "returned"].map(str::to_owned).to_vec()
}

impl Ranked {
    /// The name stored and sent.
    pub const fn name(self) -> &'static str {
        match self {
            Self::Town => "town",
            Self::District => "district",
            Self::Segment => "segment",
            Self::Unit => "unit",
        }
    }

    /// Whether it has ground, and categories are known of it.
    pub const fn is_area(self) -> bool {
        matches!(self, Self::Town | Self::District)
    }
}

impl Amounts {
    /// What a rank gets, in 分; nothing where the table has no such rank.
    pub fn fen(&self, rank: u32) -> i64 {
        let amount = self.table.iter().find(|amount| amount.covers(rank));
        amount.map_or(0, |amount| i64::from(amount.yuan) * 100)
    }

    /// What the table adds up to, in yuan.
    pub fn yuan(&self) -> u64 {
        self.table.iter().map(|amount| u64::from(amount.yuan) * u64::from(amount.ranks())).sum()
    }
}

impl Amount {
    /// The last rank that it holds for.
    pub fn last(&self) -> u32 {
        self.to.unwrap_or(self.rank)
    }

    pub fn covers(&self, rank: u32) -> bool {
        (self.rank..=self.last()).contains(&rank)
    }

    fn ranks(&self) -> u32 {
        (self.last() + 1).saturating_sub(self.rank)
    }
}

impl Assessment {
    pub fn ranking(&self, code: &str) -> Option<&Ranking> {
        self.rankings.iter().find(|ranking| ranking.code == code)
    }
}
