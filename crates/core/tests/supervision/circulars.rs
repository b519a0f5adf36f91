//! Stepped deductions: which time in a row a problem is notified, and what that costs.

use jiekou_core::circular::{Deduction, Notified, Points, Problem, times_in_a_row};
use proptest::prelude::*;

fn problem(case_id: i64, segment: Option<&str>, category: &str) -> Problem {
    Problem { case_id, segment: segment.map(str::to_owned), category: category.to_owned() }
}

fn notified(problem: &Problem, times: u32, closed_since: bool) -> Notified {
    let Problem { case_id, segment, category } = problem.clone();
    Notified { case_id, segment, category, times, closed_since }
}

#[test]
fn a_problem_notified_again_without_being_closed_counts_one_more_time_in_a_row() {
    let (pit, waste) = (problem(1, Some("s1"), "road-damage"), problem(2, Some("s1"), "waste"));
    let other_pit = problem(3, Some("s1"), "road-damage");
    let far_pit = problem(4, Some("s2"), "road-damage");
    let nowhere = problem(5, None, "road-damage");
    for (previous, problems, expected, why) in [
        (vec![], vec![pit.clone()], vec![1], "the first time"),
        (vec![notified(&pit, 1, false)], vec![pit.clone()], vec![2], "the same case"),
        (vec![notified(&pit, 2, false)], vec![pit.clone(), waste.clone()], vec![3, 1], "each for itself"),
        (vec![notified(&pit, 3, true)], vec![pit.clone()], vec![1], "closed in between and reopened"),
        (vec![notified(&pit, 2, false)], vec![other_pit.clone()], vec![3], "same segment and category"),
        (vec![notified(&pit, 2, true)], vec![other_pit.clone()], vec![1], "closed, and a new one there"),
        (vec![notified(&pit, 2, false)], vec![far_pit.clone()], vec![1], "another segment"),
        (vec![notified(&pit, 2, false)], vec![waste.clone()], vec![1], "another category"),
        (
            vec![notified(&nowhere, 2, false)],
            vec![problem(6, None, "road-damage")],
            vec![1],
            "no place to be the same",
        ),
        (
            vec![notified(&nowhere, 2, false)],
            vec![nowhere.clone()],
            vec![3],
            "the same case without a segment",
        ),
        (
            vec![notified(&pit, 2, false)],
            vec![pit.clone(), other_pit.clone()],
            vec![3, 1],
            "it goes on in itself only",
        ),
        (
            vec![notified(&pit, 2, false)],
            vec![other_pit.clone(), problem(7, Some("s1"), "road-damage")],
            vec![3, 1],
            "and in one only",
        ),
    ] {
        assert_eq!(times_in_a_row(&previous, &problems), expected, "{why}");
    }
}

#[test]
fn deductions_climb_by_the_factors_and_double_beyond_them() {
    let deduction = Deduction { base: Points::from_hundredths(50), factors: vec![1, 2, 4] };
    let told: Vec<f64> = (1..=6).map(|times| deduction.at(times).as_number()).collect();
    assert_eq!(told, [0.5, 1.0, 2.0, 4.0, 8.0, 16.0]);
    assert_eq!(deduction.at(1).to_string(), "0.5");
    let warned = Deduction { base: Points::from_hundredths(100), factors: vec![0, 3] };
    assert_eq!([1, 2, 3].map(|times| warned.at(times).as_number()), [0.0, 3.0, 6.0]);
}

#[test]
fn steps_that_do_not_climb_are_a_fault() {
    let deduction = |hundredths, factors: &[u32]| Deduction {
        base: Points::from_hundredths(hundredths),
        factors: factors.to_vec(),
    };
    for (deduction, sound) in [
        (deduction(100, &[1, 2, 4]), true),
        (deduction(1, &[0, 1]), true),
        (deduction(100, &[1]), true),
        (deduction(100, &[]), false),
        (deduction(100, &[0]), false),
        (deduction(100, &[1, 1, 2]), false),
        (deduction(100, &[1, 3, 2]), false),
        (deduction(0, &[1, 2]), false),
        (deduction(-100, &[1, 2]), false),
    ] {
        assert_eq!(deduction.fault().is_none(), sound, "{deduction:?}");
    }
}

#[test]
fn points_have_two_decimals() {
    for (text, hundredths) in [
        ("1", Some(100)),
        ("0.5", Some(50)),
        ("0.25", Some(25)),
        ("-3", Some(-300)),
        ("0.005", None),
        ("10001", None),
        ("1e300", None),
    ] {
        let read: Option<Points> = serde_json::from_str(text).ok();
        assert_eq!(read.map(Points::hundredths), hundredths, "{text}");
    }
    let read: Points = serde_json::from_str("0.29").unwrap();
    assert_eq!(serde_json::to_string(&read).unwrap(), "0.29");
}

proptest! {
    #[test]
    fn whoever_is_notified_again_loses_more(
        steps in prop::collection::btree_set(1_u32..1_000, 1..6), hundredths in 1_i32..1_000, times in 2_u32..8,
    ) {
        let deduction =
            Deduction { base: Points::from_hundredths(hundredths), factors: steps.into_iter().collect() };
        prop_assert_eq!(deduction.fault(), None);
        prop_assert!(deduction.at(times) > deduction.at(times - 1));
    }

    #[test]
    fn a_problem_of_the_circular_before_goes_on_in_at_most_one(
        before in prop::collection::vec((0_i64..6, 0_u8..3, 1_u32..5, any::<bool>()), 0..6),
        now in prop::collection::btree_map(0_i64..6, 0_u8..3, 1..6),
    ) {
        let segment = |n: u8| Some(format!("s{n}"));
        let mut seen = std::collections::BTreeSet::new();
        let previous: Vec<Notified> = before.into_iter().filter(|(case, ..)| seen.insert(*case))
            .map(|(case_id, at, times, closed_since)| Notified { case_id, segment: segment(at), category: "c".into(), times, closed_since })
            .collect();
        let problems: Vec<Problem> = now.into_iter()
            .map(|(case_id, at)| Problem { case_id, segment: segment(at), category: "c".into() }).collect();
        let times = times_in_a_row(&previous, &problems);
        let going_on = times.iter().filter(|times| **times > 1).count();
        prop_assert!(going_on <= previous.iter().filter(|it| !it.closed_since).count());
        for (problem, times) in problems.iter().zip(&times) {
            if let Some(same) = previous.iter().find(|it| it.case_id == problem.case_id && !it.closed_since) {
                prop_assert_eq!(*times, same.times + 1);
            }
        }
    }
}
