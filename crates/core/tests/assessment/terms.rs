//! What each term adds to a score.

use jiekou_core::assessment::{Decimal, Measured, Term};
use jiekou_core::statistics::Figures;

/// What is measured and what it gives, for figures on 2.5 km².
fn score(term: &str, figures: Figures) -> (Option<String>, String) {
    let term: Term = serde_yaml_ng::from_str(term).unwrap();
    let it = term.score(&Measured { figures: &figures, square_meters: Some(2_500_000) });
    (it.measured.map(|measured| measured.to_string()), it.points.to_string())
}

#[track_caller]
fn gives(term: &str, figures: Figures, measured: &str, points: &str) {
    let expected = Some(measured).filter(|it| !it.is_empty()).map(str::to_owned);
    assert_eq!(score(term, figures), (expected, points.to_owned()), "{term}");
}

#[test]
fn the_reference_scoring_comes_out_of_its_terms() {
    let on_time = "!rate { rate: onTime, atLeast: 70, points: 50, perPoint: 1 }";
    let closing = "!rate { rate: closing, atLeast: 90, points: 20, perPoint: 1 }";
    let urgent = "!rate { rate: urgentOnTime, atLeast: 100, points: 0, perPoint: 0.5 }";
    let rework = "!each { figure: reworked, points: -0.2, from: 3, then: -0.5 }";
    // 天门 in December 2016: 972 due, 911 closed, 737 in time.
    let tianmen = Figures { due: 972, due_closed: 911, due_on_time: 737, ..Figures::default() };
    gives(on_time, tianmen, "75.823", "50");
    gives(closing, tianmen, "93.724", "20");
    let half = Figures { due: 8, due_closed: 5, due_on_time: 4, ..Figures::default() };
    gives(on_time, half, "50", "30");
    gives(closing, half, "62.5", "0");
    let third = Figures { due: 3, due_closed: 2, due_on_time: 2, ..Figures::default() };
    gives(on_time, third, "66.667", "46.667");
    gives(on_time, Figures::default(), "", "50");
    let late = Figures { urgent_due: 4, urgent_on_time: 1, ..Figures::default() };
    gives(urgent, late, "25", "-37.5");
    gives(urgent, Figures { urgent_due: 1, urgent_on_time: 1, ..Figures::default() }, "100", "0");
    for (reworked, points) in [(0, "0"), (1, "-0.2"), (2, "-0.4"), (3, "-0.9"), (10, "-4.4")] {
        gives(rework, Figures { reworked, ..Figures::default() }, &reworked.to_string(), points);
    }
}

#[test]
fn a_rate_that_should_be_low_costs_what_lies_above() {
    let term = "!rate { rate: rework, atMost: 5, points: 10, perPoint: 2, least: -4 }";
    let reworked = |reworked| Figures { inspected: 100, reworked, ..Figures::default() };
    for (count, points) in [(0, "10"), (5, "10"), (7, "6"), (10, "0"), (11, "-2"), (90, "-4")] {
        gives(term, reworked(count), &count.to_string(), points);
    }
}

#[test]
fn problems_are_counted_on_the_ground_they_lie_on() {
    let term = "!density { figure: valid, points: -1 }";
    gives(term, Figures { valid: 10, ..Figures::default() }, "4", "-4");
    gives(term, Figures { valid: 1, ..Figures::default() }, "0.4", "-0.4");
    gives(
        "!density { figure: valid, points: -0.5 }",
        Figures { valid: 7, ..Figures::default() },
        "2.8",
        "-1.4",
    );
    let nowhere: Term = serde_yaml_ng::from_str(term).unwrap();
    let figures = Figures { valid: 10, ..Figures::default() };
    let it = nowhere.score(&Measured { figures: &figures, square_meters: None });
    assert_eq!((it.measured, it.points), (None, Decimal::ZERO));
}

#[test]
fn exposures_deduct_by_their_number_and_everybody_begins_alike() {
    gives("!each { figure: exposures, points: -2 }", Figures { exposures: 3, ..Figures::default() }, "3", "-6");
    gives("!base { points: 100 }", Figures::default(), "", "100");
}
