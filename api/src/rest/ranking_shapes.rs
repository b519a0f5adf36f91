//! How a ranking is sent.

use async_graphql::SimpleObject;
use chrono::{DateTime, Utc};
use jiekou_core::assessment::{Contribution, Decimal, Difference, RankMeasure, Row};
use jiekou_core::plan::TopicGroup;
use jiekou_service::rankings::RankingView;
use serde::Serialize;
use utoipa::ToSchema;

use super::statistics::{FiguresBody, PeriodBody};
use crate::graphql::readers;

/// A ranking of one period: one table of it.
#[derive(Debug, Serialize, ToSchema, SimpleObject)]
#[graphql(name = "Ranking", guard = "readers::STAFF")]
#[serde(rename_all = "camelCase")]
pub struct RankingBody {
    pub code: String,
    pub name: String,
    /// The rule of the plan it comes from.
    pub rule: String,
    /// `town`, `district`, `segment` or `unit`.
    pub of: String,
    pub period: PeriodBody,
    /// The group of topics that this table is of; absent: the whole.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub group: Option<String>,
    /// The tables there are besides the whole.
    pub groups: Vec<String>,
    /// The stored version of the rules whose terms and areas it was counted by.
    pub rulebook_version: i64,
    /// Absent: a preview, which says what it would be now.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub published: Option<PublishedBody>,
    /// How many are ranked, also where the caller sees only some of them.
    pub count: usize,
    pub rows: Vec<RankingRowBody>,
    /// Periods of the ranking that it is made from which are over and were not published: they are not in it.
    pub missing: Vec<String>,
    /// Where a published one would come out otherwise now, for who may see that. Absent for a preview.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub differences: Option<Vec<RankingDifferenceBody>>,
}

/// When a ranking was frozen, and by whom.
#[derive(Debug, Serialize, ToSchema, SimpleObject)]
#[graphql(name = "RankingPublished", guard = "readers::STAFF")]
#[serde(rename_all = "camelCase")]
pub struct PublishedBody {
    pub at: DateTime<Utc>,
    pub by: String,
}

/// One of the ranked.
#[derive(Debug, Serialize, ToSchema, SimpleObject)]
#[graphql(name = "RankingRow", guard = "readers::STAFF")]
#[serde(rename_all = "camelCase")]
pub struct RankingRowBody {
    /// From 1; each rank once.
    pub rank: u32,
    pub code: String,
    pub name: String,
    pub score: f64,
    /// What the score is made of; their points add up to it, in a ranking that is made from others the mean of them.
    pub terms: Vec<TermBody>,
    /// The ground that densities were counted on.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub square_meters: Option<i64>,
    /// Money in 分: above zero a reward, below a fine.
    pub amount_fen: i64,
    pub measures: Vec<RankMeasureBody>,
    #[serde(flatten)]
    #[graphql(flatten)]
    pub counted: FiguresBody,
}

/// What one term adds to a score.
#[derive(Debug, Serialize, ToSchema, SimpleObject)]
#[graphql(name = "RankingTerm", guard = "readers::STAFF")]
#[serde(rename_all = "camelCase")]
pub struct TermBody {
    /// `base`, `rate`, `each`, `density`, `group` or `period`.
    pub kind: String,
    /// The figure, rate, group or period.
    pub of: String,
    pub words: String,
    /// The percentage, the count or the number a km²; absent where there was nothing to measure.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub measured: Option<f64>,
    pub points: f64,
}

/// What follows from a rank.
#[derive(Debug, Serialize, ToSchema, SimpleObject)]
#[graphql(name = "RankMeasure", guard = "readers::STAFF")]
#[serde(rename_all = "camelCase")]
pub struct RankMeasureBody {
    pub code: String,
    pub name: String,
    /// Whom it meets.
    pub whom: String,
    /// Only where it is severe: people decide, it does not follow by itself.
    pub severe: bool,
}

/// How somebody stands otherwise now.
#[derive(Debug, Serialize, ToSchema, SimpleObject)]
#[graphql(name = "RankingDifference", guard = "readers::STAFF")]
#[serde(rename_all = "camelCase")]
pub struct RankingDifferenceBody {
    pub code: String,
    pub name: String,
    #[serde(skip_serializing_if = "Option::is_none")]
    pub published: Option<StandingBody>,
    #[serde(skip_serializing_if = "Option::is_none")]
    pub now: Option<StandingBody>,
}

/// A rank with its score.
#[derive(Debug, Serialize, ToSchema, SimpleObject)]
#[graphql(name = "RankingStanding", guard = "readers::STAFF")]
#[serde(rename_all = "camelCase")]
pub struct StandingBody {
    pub rank: u32,
    pub score: f64,
}

impl RankingBody {
    pub fn shown(view: RankingView, now: DateTime<Utc>) -> Self {
        let named = |group: TopicGroup| group.name().to_owned();
        Self {
            code: view.ranking.code,
            name: view.ranking.name,
            rule: view.ranking.rule,
            of: view.ranking.of.name().to_owned(),
            period: PeriodBody::of(view.period, now),
            group: view.group.map(named),
            groups: view.groups.into_iter().map(named).collect(),
            rulebook_version: view.rulebook_version_id,
            published: view.published.map(|(at, by)| PublishedBody { at, by }),
            count: view.count,
            rows: view.rows.into_iter().map(RankingRowBody::from).collect(),
            missing: view.missing.iter().map(ToString::to_string).collect(),
            differences: view
                .differences
                .map(|differences| differences.into_iter().map(RankingDifferenceBody::from).collect()),
        }
    }
}

impl From<Row> for RankingRowBody {
    fn from(row: Row) -> Self {
        Self {
            rank: row.rank,
            score: row.score.to_f64(),
            terms: row.terms.iter().map(TermBody::from).collect(),
            square_meters: row.square_meters,
            amount_fen: row.fen,
            measures: row.measures.into_iter().map(RankMeasureBody::from).collect(),
            counted: FiguresBody::from(&row.figures),
            code: row.code,
            name: row.name,
        }
    }
}

impl From<&Contribution> for TermBody {
    fn from(it: &Contribution) -> Self {
        Self {
            kind: it.kind.name().to_owned(),
            of: it.of.clone(),
            words: it.words(),
            measured: it.measured.map(Decimal::to_f64),
            points: it.points.to_f64(),
        }
    }
}

impl From<RankMeasure> for RankMeasureBody {
    fn from(RankMeasure { code, name, whom, severe }: RankMeasure) -> Self {
        Self { code, name, whom, severe }
    }
}

impl From<Difference> for RankingDifferenceBody {
    fn from(it: Difference) -> Self {
        let standing = |(rank, score): (u32, Decimal)| StandingBody { rank, score: score.to_f64() };
        Self {
            code: it.code,
            name: it.name,
            published: it.published.map(standing),
            now: it.now.map(standing),
        }
    }
}
