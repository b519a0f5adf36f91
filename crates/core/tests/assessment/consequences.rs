//! Money and measures by rank.

use jiekou_core::assessment::{Ranking, Row, rank};
use jiekou_core::statistics::Figures;
use proptest::prelude::*;

use crate::towns;

/// The rankings of 郑州 as they are shipped.
pub fn zhengzhou(code: &str) -> Ranking {
    let path = concat!(env!("CARGO_MANIFEST_DIR"), "/../../rulebooks/zhengzhou/assessment.yaml");
    let text = std::fs::read_to_string(path).unwrap();
    let assessment: jiekou_core::assessment::Assessment = serde_yaml_ng::from_str(&text).unwrap();
    assessment.ranking(code).unwrap().clone()
}

/// So many towns, the first with the fewest problems.
fn rows(ranking: &Ranking, count: i64) -> Vec<Row> {
    let figures: Vec<Figures> = (0..count).map(|valid| Figures { valid, ..Figures::default() }).collect();
    let (candidates, counts) = towns(&figures);
    rank(ranking, &candidates, &counts).tables.remove(0).rows
}

/// Amounts in 万元.
fn ten_thousands(rows: &[Row]) -> Vec<i64> {
    rows.iter().map(|row| row.fen / 1_000_000).collect()
}

#[test]
fn the_first_and_last_ten_get_and_pay_twenty_to_two_ten_thousands_linearly() {
    let rows = rows(&zhengzhou("towns-ten-days"), 74);
    let amounts = ten_thousands(&rows);
    let falling: Vec<i64> = (1..=10).rev().map(|step| step * 2).collect();
    assert_eq!(amounts[..10], falling);
    assert!(amounts[10..64].iter().all(|amount| *amount == 0));
    let fined: Vec<i64> = falling.iter().rev().map(|amount| -amount).collect();
    assert_eq!(amounts[64..], fined, "the last one pays most");
    assert_eq!(rows.iter().map(|row| row.fen.max(0)).sum::<i64>(), 110_000_000, "分");
}

#[test]
fn the_first_and_last_three_districts_get_and_pay_150_100_and_50_ten_thousands() {
    let ranking = zhengzhou("districts-month");
    assert_eq!(ten_thousands(&rows(&ranking, 6)), [150, 100, 50, -50, -100, -150]);
    assert_eq!(
        ten_thousands(&rows(&ranking, 5)),
        [150, 100, 0, -100, -150],
        "nobody is first and last at once"
    );
    assert_eq!(ten_thousands(&rows(&ranking, 1)), [0]);
}

#[test]
fn the_last_ten_are_named_talked_to_and_their_deputy_head_owes_a_self_criticism() {
    let rows = rows(&zhengzhou("towns-ten-days"), 74);
    assert!(rows[..64].iter().all(|row| row.measures.is_empty()));
    for row in &rows[64..] {
        let measures: Vec<(&str, &str, bool)> =
            row.measures.iter().map(|it| (it.name.as_str(), it.whom.as_str(), it.severe)).collect();
        assert_eq!(
            measures,
            [
                ("通报批评", "街道办事处", false),
                ("约谈", "党政一把手", false),
                ("在点评会上作检查", "主管副区长", false),
                ("免职", "责任人", true)
            ]
        );
    }
}

proptest! {
    #[test]
    fn rewards_and_fines_are_equal_and_nobody_has_both(count in 1..90_i64) {
        let ranking = zhengzhou("towns-ten-days");
        let rows = rows(&ranking, count);
        let side = usize::try_from((count / 2).min(10)).unwrap();
        let rewarded: Vec<&Row> = rows.iter().filter(|row| row.fen > 0).collect();
        let fined: Vec<&Row> = rows.iter().filter(|row| row.fen < 0).collect();
        prop_assert_eq!((rewarded.len(), fined.len()), (side, side));
        prop_assert_eq!(rows.iter().map(|row| row.fen).sum::<i64>(), 0);
        let whole = i64::from(ranking.rewards.unwrap().sum) * 100;
        let paid = rewarded.iter().map(|row| row.fen).sum::<i64>();
        prop_assert!(paid <= whole && (side < 10 || paid == whole));
        prop_assert!(rows.iter().all(|row| row.fen <= 0 || row.measures.is_empty()));
    }
}
