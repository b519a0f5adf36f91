//! Flags, circulars, placards and draws that cannot be are refused.

use crate::faults::all_told;

#[test]
fn a_slip_of_supervision_is_told_with_its_line_and_what_to_do() {
    all_told(&[
        (
            "zhengzhou",
            "supervision.yaml",
            "factors: [1, 2, 4]",
            "factors: [1, 1, 4]",
            "supervision.yaml:2: `circulars.deduction`: each of `factors` must be more than the one before",
        ),
        ("zhengzhou", "supervision.yaml", "base: 1,", "base: 0.005,", "`0.005` are no points"),
        (
            "zhengzhou",
            "supervision.yaml",
            "amount: 10",
            "amount: 0",
            "supervision.yaml:4: `placards.deadline` leaves no time",
        ),
        (
            "zhengzhou",
            "supervision.yaml",
            "of: [segment, spot]",
            "of: []",
            "supervision.yaml:4: `placards.of` names nothing",
        ),
        ("zhengzhou", "supervision.yaml", "evidence: either", "evidence: words", "unknown variant `words`"),
        (
            "zhengzhou",
            "supervision.yaml",
            "[以克论净]",
            "[以克论净, 以克论净]",
            "`draws.purposes` has `以克论净` twice",
        ),
        (
            "erqi",
            "supervision.yaml",
            "consecutive: 3",
            "consecutive: 0",
            "supervision.yaml:3: `flags.consecutive` counts months",
        ),
        (
            "erqi",
            "supervision.yaml",
            "cumulative: 4",
            "cumulative: 13",
            "supervision.yaml:3: `flags.cumulative` counts months",
        ),
        ("erqi", "supervision.yaml", "of: segment", "of: shop", "unknown variant `shop`, expected `segment`"),
        ("erqi", "supervision.yaml", "every: month", "each: month", "unknown field `each`"),
    ]);
}
