//! Rankings that name what is not there, or whose amounts do not add up, are refused.

use crate::faults::all_told;

#[test]
fn a_slip_of_a_ranking_is_told_with_its_line_and_what_to_do() {
    all_told(&[
        (
            "erqi",
            "assessment.yaml",
            "rate: closing",
            "rate: closed",
            "assessment.yaml:11: ranking `towns-month`: scores rate `closed`, which statistics do not have",
        ),
        (
            "zhengzhou",
            "assessment.yaml",
            "figure: overdue",
            "figure: lateness",
            "assessment.yaml:12: ranking `towns-ten-days`: scores figure `lateness`",
        ),
        ("erqi", "assessment.yaml", "atLeast: 70", "atLeast: 700", "the target of `onTime` is 700"),
        ("erqi", "assessment.yaml", "atLeast: 70, ", "", "`onTime` needs either `atLeast` or `atMost`"),
        ("erqi", "assessment.yaml", "points: 50", "points: 50.0005", "assessment.yaml:"),
        ("erqi", "assessment.yaml", "from: 3, ", "", "write `from` (1 or more) and `then`"),
        (
            "erqi",
            "assessment.yaml",
            "every: month",
            "every: week",
            "`mandates.rankTowns` of process.yaml is `month`",
        ),
        ("erqi", "assessment.yaml", "of: town", "of: district", "areas/ has none: rank towns"),
        (
            "zhengzhou",
            "assessment.yaml",
            "rank: 2, yuan: 180000",
            "rank: 1, yuan: 180000",
            "assessment.yaml:4: ranking `towns-ten-days`: rewards: rank 1 stands twice",
        ),
        (
            "zhengzhou",
            "assessment.yaml",
            "rank: 2, yuan: 180000",
            "rank: 3, yuan: 180000",
            "rewards: rank 2 is left out",
        ),
        (
            "zhengzhou",
            "assessment.yaml",
            "yuan: 160000",
            "yuan: 16000",
            "rewards: rank 4 has more than the rank before it",
        ),
        (
            "zhengzhou",
            "assessment.yaml",
            "yuan: 200000",
            "yuan: 2000000",
            "fines: the table adds up to 2900000 yuan, not 1100000",
        ),
        ("zhengzhou", "assessment.yaml", "ranks: 10", "ranks: 0", "`last` needs at least one rank"),
        ("dengfeng", "assessment.yaml", "from: four-month", "from: four-months", "which is not here"),
        ("dengfeng", "assessment.yaml", "every: year", "every: day", "whose periods are not shorter"),
        (
            "dengfeng",
            "assessment.yaml",
            "lighting, greening",
            "lighting, lighting",
            "group `lighting` stands twice",
        ),
        ("dengfeng", "assessment.yaml", "greening", "none", "no topic of topics.yaml is of the group `none`"),
        (
            "party-road-chief",
            "assessment.yaml",
            "!each { figure: returned",
            "!density { figure: returned",
            "units have no ground that `returned` could be counted on",
        ),
        (
            "dalian",
            "assessment.yaml",
            "code: districts-month",
            "code: towns-month",
            "stands twice: give each its own",
        ),
    ]);
}
