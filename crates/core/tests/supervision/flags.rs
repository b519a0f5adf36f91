//! Algorithm A of the rules: its table of test cases, its windows, and a plain implementation beside it.

use std::collections::BTreeMap;

use chrono::NaiveDate;
use jiekou_core::flag::{Flag, FlagRules, FlagWindow, standing};
use jiekou_core::period::{Cycle, Period};
use proptest::prelude::*;

/// The n-th month from January 2026 on, counted from 1.
fn month(n: usize) -> Period {
    let january = Period::of(Cycle::Month, NaiveDate::from_ymd_opt(2026, 1, 1).unwrap());
    (1..n).fold(january, |month, _| month.next())
}

fn flags(sequence: &[Option<Flag>]) -> BTreeMap<NaiveDate, Flag> {
    let rated =
        sequence.iter().enumerate().filter_map(|(n, flag)| Some((month(n + 1).first_day(), (*flag)?)));
    rated.collect()
}

fn read(text: &str) -> Vec<Option<Flag>> {
    let flag = |letter| match letter {
        "B" => Some(Flag::Black),
        "R" => Some(Flag::Red),
        _ => None,
    };
    text.split(' ').map(flag).collect()
}

/// The months in which accountability starts.
fn triggers(sequence: &[Option<Flag>], rules: &FlagRules) -> Vec<usize> {
    let flags = flags(sequence);
    (1..=sequence.len()).filter(|n| !standing(&flags, month(*n), rules).grounds().is_empty()).collect()
}

#[test]
fn accountability_starts_in_the_months_that_the_table_of_the_rules_names() {
    let rules = FlagRules::default();
    for (sequence, expected, run, net) in [
        ("B B B", vec![3], 3, 3),
        ("B B - B", vec![], 1, 3),
        ("B - B - B - B", vec![7], 1, 4),
        ("B R B R B R B R", vec![], 0, 0),
        ("B R B - B - B - B", vec![9], 1, 4),
        ("B - R B - B - B", vec![8], 1, 4),
        ("B B R B", vec![], 1, 2),
        ("B B B R", vec![3], 0, 2),
        ("B R R B - B - B", vec![], 1, 3),
    ] {
        // The ninth month of a sequence written with eight gaps is the ninth month of the year.
        let read = read(sequence);
        assert_eq!(triggers(&read, &rules), expected, "{sequence}");
        let last = standing(&flags(&read), month(read.len()), &rules);
        assert_eq!((last.run, last.net()), (run, net), "{sequence}");
    }
}

#[test]
fn accountability_names_its_rule_and_what_the_segment_has_of_it() {
    let rules = FlagRules::default();
    let told = |sequence: &str| -> Vec<(&str, &str, u32)> {
        let read = read(sequence);
        let grounds = standing(&flags(&read), month(read.len()), &rules).grounds();
        grounds.iter().map(|ground| (ground.rule, ground.setting, ground.has)).collect()
    };
    assert_eq!(told("B B B"), [("ERQI-21", "flags.consecutive", 3)]);
    assert_eq!(told("B - B - B - B"), [("ERQI-21", "flags.cumulative", 4)]);
    assert_eq!(told("B R B - B - B - B"), [("ERQI-22", "flags.cumulative", 4)]);
    assert_eq!(told("B B B B"), [("ERQI-21", "flags.consecutive", 4), ("ERQI-21", "flags.cumulative", 4)]);
}

#[test]
fn black_months_add_up_in_their_window_and_a_row_crosses_the_new_year() {
    let year = FlagRules::default();
    let rolling = FlagRules { window: FlagWindow::Rolling12, ..year };
    // November, December and January.
    let over = "- - - - - - - - - - B B B";
    assert_eq!((triggers(&read(over), &year), triggers(&read(over), &rolling)), (vec![13], vec![13]));
    // Three of a year and one of the next.
    let spread = "- - - - - - B - B - B - B";
    assert_eq!((triggers(&read(spread), &year), triggers(&read(spread), &rolling)), (vec![], vec![13]));
    // The first one is twelve months back.
    let old = "B - - - - - - - B - B - B";
    assert_eq!((triggers(&read(old), &year), triggers(&read(old), &rolling)), (vec![], vec![]));
    // A red in January offsets no black of the year before it: both must lie in the window.
    let offset = "- - - - - - - - - - - B R B - B - B - B";
    let january = standing(&flags(&read(offset)), month(20), &year);
    assert_eq!((january.blacks, january.offsets), (4, 0));
    let january = standing(&flags(&read(offset)), month(20), &rolling);
    assert_eq!((january.blacks, january.offsets), (5, 1));
}

#[test]
fn a_month_without_a_rating_ends_a_row_unless_the_rulebook_passes_it_over() {
    let breaks = FlagRules { cumulative: 12, ..FlagRules::default() };
    let passes = FlagRules { unrated_breaks_run: false, ..breaks };
    for (sequence, breaking, passing) in [
        ("B B - B", vec![], vec![4]),
        ("B - - B - B", vec![], vec![6]),
        ("B B R - B", vec![], vec![]),
        ("- B B B -", vec![4], vec![4]),
    ] {
        assert_eq!(triggers(&read(sequence), &breaks), breaking, "{sequence}");
        assert_eq!(triggers(&read(sequence), &passes), passing, "{sequence}");
    }
}

/// The pseudo-code of the rules, word by word, over places of a list whose first one is a January.
fn plainly(flags: &[Option<Flag>], m: usize, rules: &FlagRules) -> bool {
    let black = |i: usize| flags[i] == Some(Flag::Black);
    let first = match rules.window {
        FlagWindow::CalendarYear => m / 12 * 12,
        FlagWindow::Rolling12 => m.saturating_sub(11),
    };
    let blacks = (first..=m).filter(|i| black(*i)).count();
    let offsets = (first..m).filter(|i| black(*i) && flags[i + 1] == Some(Flag::Red)).count();
    let mut run = 0;
    let back = (0..=m).rev().filter(|i| rules.unrated_breaks_run || flags[*i].is_some());
    for i in back {
        if !black(i) {
            break;
        }
        run += 1;
    }
    let needs = |number: u32| usize::try_from(number).unwrap();
    black(m) && (run >= needs(rules.consecutive) || blacks - offsets >= needs(rules.cumulative))
}

proptest! {
    #[test]
    fn flags_are_judged_as_the_pseudo_code_judges_them(
        sequence in prop::collection::vec(prop::option::weighted(0.8, prop_oneof![Just(Flag::Red), Just(Flag::Black)]), 1..40),
        rolling: bool,
        unrated_breaks_run: bool,
        consecutive in 1_u32..5,
        cumulative in 1_u32..7,
    ) {
        let window = if rolling { FlagWindow::Rolling12 } else { FlagWindow::CalendarYear };
        let rules = FlagRules { window, consecutive, cumulative, unrated_breaks_run, ..FlagRules::default() };
        let expected: Vec<usize> =
            (0..sequence.len()).filter(|m| plainly(&sequence, *m, &rules)).map(|m| m + 1).collect();
        prop_assert_eq!(triggers(&sequence, &rules), expected);
    }

    #[test]
    fn what_is_rated_later_undoes_no_accountability(
        sequence in prop::collection::vec(prop::option::of(prop_oneof![Just(Flag::Red), Just(Flag::Black)]), 1..24),
        later in prop::collection::vec(prop::option::of(prop_oneof![Just(Flag::Red), Just(Flag::Black)]), 1..6),
    ) {
        let rules = FlagRules::default();
        let before = triggers(&sequence, &rules);
        let after = triggers(&[sequence, later].concat(), &rules);
        prop_assert_eq!(&after[..before.len()], &before[..]);
    }
}
