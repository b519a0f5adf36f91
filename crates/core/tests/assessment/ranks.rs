//! The order: whole, exact, and indifferent to how it is asked.

use std::collections::BTreeSet;

use jiekou_core::assessment::{Candidate, Standings, Table, aggregate, rank};
use jiekou_core::plan::TopicGroup;
use jiekou_core::statistics::Figures;
use proptest::prelude::*;

use crate::{ranking, towns};

const SCORE: &str = "[!base { points: 100 }, !rate { rate: onTime, atLeast: 70, points: 50, perPoint: 1 }, \
                     !density { figure: valid, points: -0.3 }, !each { figure: overdue, points: -0.5, from: 3, then: -1 }]";

fn codes(standings: &Standings) -> Vec<&str> {
    standings.tables[0].rows.iter().map(|row| row.code.as_str()).collect()
}

#[test]
fn equal_scores_are_parted_by_less_overdue_then_fewer_returns_then_the_name() {
    let ranking = ranking("[!each { figure: closed, points: 1 }]");
    let figures = |closed, overdue, returned| Figures { closed, overdue, returned, ..Figures::default() };
    let (candidates, counts) = towns(&[
        figures(5, 1, 0),
        figures(5, 0, 2),
        figures(5, 0, 1),
        figures(5, 0, 1),
        figures(6, 9, 9),
        Figures::default(),
    ]);
    let standings = rank(&ranking, &candidates, &counts);
    assert_eq!(codes(&standings), ["t04", "t02", "t03", "t01", "t00", "t05"]);
    let ranks: Vec<u32> = standings.tables[0].rows.iter().map(|row| row.rank).collect();
    assert_eq!(ranks, [1, 2, 3, 4, 5, 6]);
}

#[test]
fn a_town_that_nothing_was_counted_of_is_ranked_too() {
    let (mut candidates, counts) = towns(&[Figures { valid: 3, ..Figures::default() }]);
    candidates.push(Candidate { code: "new".into(), name: "new".into(), square_meters: None });
    let standings = rank(&ranking(SCORE), &candidates, &counts);
    assert_eq!(codes(&standings), ["new", "t00"]);
    let [new, old] = standings.tables[0].rows.as_slice() else { panic!("{standings:?}") };
    assert_eq!((new.score.to_string(), old.score.to_string()), ("150".into(), "149.1".into()));
}

#[test]
fn with_groups_each_has_a_table_and_the_whole_is_the_sum() {
    let mut ranking = ranking("[!base { points: 10 }, !each { figure: overdue, points: -1 }]");
    ranking.by = vec![TopicGroup::Order, TopicGroup::Lighting];
    let figures = |overdue| Figures { overdue, ..Figures::default() };
    let (candidates, order) = towns(&[figures(3), figures(0)]);
    let (_, lighting) = towns(&[figures(0), figures(4)]);
    let counts = [(TopicGroup::Order, order), (TopicGroup::Lighting, lighting)];
    let counts = counts.into_iter().map(|(group, mut it)| (Some(group), it.remove(&None).unwrap()));
    let standings = rank(&ranking, &candidates, &counts.collect());
    let of = |group: Option<TopicGroup>| -> Vec<(&str, String)> {
        let table: &Table = standings.table(group).unwrap();
        table.rows.iter().map(|row| (row.code.as_str(), row.score.to_string())).collect()
    };
    assert_eq!(of(Some(TopicGroup::Order)), [("t01", "10".into()), ("t00", "7".into())]);
    assert_eq!(of(Some(TopicGroup::Lighting)), [("t00", "10".into()), ("t01", "6".into())]);
    assert_eq!(of(None), [("t00", "17".into()), ("t01", "16".into())]);
    let why = &standings.tables[0].rows[0].terms;
    assert_eq!((why[0].of.as_str(), why[0].points.to_string()), ("order", "7".into()));
    assert_eq!(standings.table(Some(TopicGroup::Greening)), None);
}

#[test]
fn a_year_is_the_mean_of_its_published_months_and_names_those_that_are_missing() {
    let monthly = ranking("[!each { figure: closed, points: 1 }]");
    let year = ranking("[]");
    let month = |name: &str, closed: [i64; 2]| {
        let (candidates, counts) =
            towns(&closed.map(|closed| Figures { closed, overdue: 1, ..Figures::default() }));
        (name.parse().unwrap(), rank(&monthly, &candidates, &counts))
    };
    let published = [month("2026-01", [4, 5]), month("2026-03", [9, 2])];
    let (mut candidates, _) = towns(&[Figures::default(); 2]);
    candidates.push(Candidate { code: "new".into(), name: "new".into(), square_meters: None });
    let missing = vec!["2026-02".parse().unwrap()];
    let standings = aggregate(&year, &candidates, &published, missing.clone());
    let rows: Vec<(&str, String, i64)> = standings.tables[0]
        .rows
        .iter()
        .map(|row| (row.code.as_str(), row.score.to_string(), row.figures.overdue))
        .collect();
    assert_eq!(rows, [("t00", "6.5".into(), 2), ("t01", "3.5".into(), 2), ("new", "0".into(), 0)]);
    let why: Vec<(&str, String)> =
        standings.tables[0].rows[0].terms.iter().map(|it| (it.of.as_str(), it.points.to_string())).collect();
    assert_eq!(why, [("2026-01", "4".into()), ("2026-03", "9".into())]);
    assert_eq!(standings.missing, missing);
    // Who is no town any more stood there all the same.
    let without = aggregate(&year, &candidates[..1], &published, Vec::new());
    assert_eq!(codes(&without), ["t00", "t01"]);
}

#[test]
fn what_differs_from_the_published_is_named() {
    let ranking = ranking("[!each { figure: closed, points: 1 }]");
    let (candidates, counts) = towns(&[2, 1].map(|closed| Figures { closed, ..Figures::default() }));
    let before = rank(&ranking, &candidates, &counts);
    assert_eq!(before.differences(&before.clone()), []);
    let (_, counts) = towns(&[2, 3].map(|closed| Figures { closed, ..Figures::default() }));
    let told = before.differences(&rank(&ranking, &candidates, &counts));
    let told: Vec<_> =
        told.iter().map(|it| (it.code.as_str(), it.published.unwrap().0, it.now.unwrap().0)).collect();
    assert_eq!(told, [("t00", 1, 2), ("t01", 2, 1)]);
}

prop_compose! {
    fn some_figures()(due in 0..40_i64, late in 0..40_i64, valid in 0..60_i64, returned in 0..4_i64) -> Figures {
        let overdue = late.min(due);
        Figures { due, due_on_time: due - overdue, overdue, valid, returned, ..Figures::default() }
    }
}

proptest! {
    #[test]
    fn the_order_in_which_towns_are_given_changes_nothing(
        figures in prop::collection::vec(some_figures(), 1..40), seed in any::<u64>()
    ) {
        let (candidates, counts) = towns(&figures);
        let mut shuffled = candidates.clone();
        let count = u64::try_from(shuffled.len()).unwrap();
        for (at, step) in (0..shuffled.len()).zip(1_u64..) {
            let other = usize::try_from(seed.wrapping_mul(step * 2_654_435_761) % count).unwrap();
            shuffled.swap(at, other);
        }
        let ranking = ranking(SCORE);
        prop_assert_eq!(rank(&ranking, &candidates, &counts), rank(&ranking, &shuffled, &counts));
    }

    #[test]
    fn every_town_has_exactly_one_rank(figures in prop::collection::vec(some_figures(), 1..40)) {
        let (candidates, counts) = towns(&figures);
        let standings = rank(&ranking(SCORE), &candidates, &counts);
        let rows = &standings.tables[0].rows;
        let ranked: BTreeSet<&str> = rows.iter().map(|row| row.code.as_str()).collect();
        prop_assert_eq!(ranked.len(), candidates.len());
        let ranks: Vec<u32> = rows.iter().map(|row| row.rank).collect();
        prop_assert_eq!(ranks, (1..=u32::try_from(candidates.len()).unwrap()).collect::<Vec<_>>());
        prop_assert!(rows.windows(2).all(|pair| pair[0].score >= pair[1].score));
        for row in rows {
            let sum = row.terms.iter().map(|term| term.points).sum::<jiekou_core::assessment::Decimal>();
            prop_assert_eq!(sum, row.score, "the terms say where the score is from");
        }
    }

    #[test]
    fn more_overdue_never_ranks_better(
        figures in prop::collection::vec(some_figures(), 2..30), more in 1..30_i64
    ) {
        let ranking = ranking(SCORE);
        let (candidates, counts) = towns(&figures);
        let place = |figures: &[Figures]| {
            let (_, counts) = towns(figures);
            let standings = rank(&ranking, &candidates, &counts);
            standings.tables[0].rows.iter().find(|row| row.code == "t00").unwrap().rank
        };
        let mut worse = figures.clone();
        worse[0].due += more;
        worse[0].overdue += more;
        prop_assert!(place(&worse) >= place(&figures));
        let mut later = figures.clone();
        let late = later[0].due_on_time.min(more);
        later[0].due_on_time -= late;
        later[0].overdue += late;
        prop_assert!(place(&later) >= place(&figures));
        drop(counts);
    }
}
