//! Ranking: who stands where, by what, and what follows from it.

use std::collections::BTreeMap;

use super::{Amounts, Contribution, Decimal, RankMeasure, Ranking, Row, Standings, Table, TermKind};
use crate::period::Period;
use crate::plan::TopicGroup;
use crate::statistics::Figures;

/// One of those who are ranked: all of them are, also who has counted nothing.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Candidate {
    pub code: String,
    pub name: String,
    pub square_meters: Option<i64>,
}

/// What a term can measure of one candidate.
#[derive(Debug, Clone, Copy)]
pub struct Measured<'a> {
    pub figures: &'a Figures,
    pub square_meters: Option<i64>,
}

/// The figures of each table by code; `None` is the key of the whole.
pub type Counts = BTreeMap<Option<TopicGroup>, BTreeMap<String, Figures>>;

impl Measured<'_> {
    /// What a figure counts. The rulebook was checked: every name it has is one of ours.
    pub fn count(&self, figure: &str) -> i64 {
        self.figures.named(figure).unwrap_or(0)
    }
}

/// Ranks all candidates. Without groups there is one table, scored by the figures of the whole. With groups each has a
/// table, and the whole is the sum of their scores.
pub fn rank(ranking: &Ranking, candidates: &[Candidate], counts: &Counts) -> Standings {
    let none = BTreeMap::new();
    let of = |group| counts.get(&group).unwrap_or(&none);
    let groups: Vec<Table> = ranking
        .by
        .iter()
        .map(|group| Table {
            group: Some(*group),
            rows: ordered(ranking, scored(ranking, candidates, of(Some(*group)))),
        })
        .collect();
    let whole =
        if groups.is_empty() { scored(ranking, candidates, of(None)) } else { summed(candidates, &groups) };
    Standings { tables: with_whole(ranking, whole, groups), missing: Vec::new() }
}

/// Ranks by the mean of what was published in the period, table by table: all candidates, and who stood there although
/// he is no candidate any more. `missing` is named in the result.
pub fn aggregate(
    ranking: &Ranking,
    candidates: &[Candidate],
    published: &[(Period, Standings)],
    missing: Vec<Period>,
) -> Standings {
    let mut groups: Vec<TopicGroup> = Vec::new();
    for table in published.iter().flat_map(|(_, standings)| &standings.tables) {
        groups.extend(table.group.filter(|group| !groups.contains(group)));
    }
    let tables = groups.into_iter().map(|group| {
        let rows = ordered(ranking, averaged(candidates, published, Some(group)));
        Table { group: Some(group), rows }
    });
    let tables = tables.collect();
    let whole = averaged(candidates, published, None);
    Standings { tables: with_whole(ranking, whole, tables), missing }
}

fn with_whole(ranking: &Ranking, whole: Vec<Row>, groups: Vec<Table>) -> Vec<Table> {
    let mut rows = ordered(ranking, whole);
    follow(ranking, &mut rows);
    [Table { group: None, rows }].into_iter().chain(groups).collect()
}

fn row(candidate: &Candidate, terms: Vec<Contribution>, score: Decimal, figures: Figures) -> Row {
    Row {
        rank: 0,
        code: candidate.code.clone(),
        name: candidate.name.clone(),
        score,
        terms,
        figures,
        square_meters: candidate.square_meters,
        fen: 0,
        measures: Vec::new(),
    }
}

fn scored(ranking: &Ranking, candidates: &[Candidate], counts: &BTreeMap<String, Figures>) -> Vec<Row> {
    let rows = candidates.iter().map(|candidate| {
        let figures = counts.get(&candidate.code).copied().unwrap_or_default();
        let measured = Measured { figures: &figures, square_meters: candidate.square_meters };
        let terms: Vec<Contribution> = ranking.score.iter().map(|term| term.score(&measured)).collect();
        let score = terms.iter().map(|term| term.points).sum();
        row(candidate, terms, score, figures)
    });
    rows.collect()
}

fn summed(candidates: &[Candidate], groups: &[Table]) -> Vec<Row> {
    let rows = candidates.iter().map(|candidate| {
        let mut figures = Figures::default();
        let mut terms = Vec::new();
        for table in groups {
            let Some(row) = table.rows.iter().find(|row| row.code == candidate.code) else { continue };
            figures += row.figures;
            let of = table.group.map_or("", TopicGroup::name).to_owned();
            terms.push(Contribution { kind: TermKind::Group, of, measured: None, points: row.score });
        }
        let score = terms.iter().map(|term| term.points).sum();
        row(candidate, terms, score, figures)
    });
    rows.collect()
}

fn averaged(
    candidates: &[Candidate],
    published: &[(Period, Standings)],
    group: Option<TopicGroup>,
) -> Vec<Row> {
    let rows = || {
        let tables =
            published.iter().filter_map(|(period, standings)| Some((period, standings.table(group)?)));
        tables.flat_map(|(period, table)| table.rows.iter().map(move |row| (period, row)))
    };
    let mut all: BTreeMap<String, Candidate> = BTreeMap::new();
    for (_, row) in rows() {
        let gone = || Candidate { code: row.code.clone(), name: row.name.clone(), square_meters: None };
        all.entry(row.code.clone()).or_insert_with(gone);
    }
    all.extend(candidates.iter().map(|candidate| (candidate.code.clone(), candidate.clone())));
    let averaged = all.into_values().map(|candidate| {
        let mut figures = Figures::default();
        let mut terms = Vec::new();
        for (period, stood) in rows().filter(|(_, row)| row.code == candidate.code) {
            figures += stood.figures;
            terms.push(Contribution {
                kind: TermKind::Period,
                of: period.to_string(),
                measured: None,
                points: stood.score,
            });
        }
        let sum: i128 = terms.iter().map(|term| i128::from(term.points.thousandths())).sum();
        let count = i128::try_from(terms.len()).unwrap_or(i128::MAX);
        let mean = Decimal::ratio(sum, count * 1_000).unwrap_or_default();
        row(&candidate, terms, mean, figures)
    });
    averaged.collect()
}

/// The best score first; of equal ones by the ties, and at last by name and code. No two rows are equal.
fn ordered(ranking: &Ranking, mut rows: Vec<Row>) -> Vec<Row> {
    let ties = |row: &Row| -> Vec<i64> {
        let counted = ranking.ties.iter().map(|figure| row.figures.named(figure).unwrap_or(0));
        counted.collect()
    };
    rows.sort_by(|a, b| {
        let score = b.score.cmp(&a.score);
        score
            .then_with(|| ties(a).cmp(&ties(b)))
            .then_with(|| a.name.cmp(&b.name))
            .then_with(|| a.code.cmp(&b.code))
    });
    for (rank, row) in (1..).zip(&mut rows) {
        row.rank = rank;
    }
    rows
}

/// Money and measures. The first and the last never meet: each side goes at most as far as half of all.
fn follow(ranking: &Ranking, rows: &mut [Row]) {
    let count = u32::try_from(rows.len()).unwrap_or(u32::MAX);
    let half = count / 2;
    for row in rows {
        let from_last = count.saturating_sub(row.rank) + 1;
        let money = |amounts: Option<&Amounts>, rank: u32| {
            amounts.filter(|_| rank <= half).map_or(0, |amounts| amounts.fen(rank))
        };
        row.fen = money(ranking.rewards.as_ref(), row.rank) - money(ranking.fines.as_ref(), from_last);
        let sides = [(&ranking.first, row.rank), (&ranking.last, from_last)];
        let met = sides.into_iter().filter_map(|(side, rank)| {
            side.as_ref().filter(|side| rank <= side.ranks.min(half)).map(|side| side.measures.as_slice())
        });
        row.measures = met.flatten().cloned().collect::<Vec<RankMeasure>>();
    }
}
