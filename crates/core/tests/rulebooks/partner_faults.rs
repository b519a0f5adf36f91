//! Platforms of hotlines that cannot be are refused, and each plan has those that it names.

use jiekou_core::hotline::OrderField;

use crate::faults::all_told;
use crate::folder::rules;

#[test]
fn a_slip_of_partners_is_told_with_its_line_and_what_to_do() {
    all_told(&[
        (
            "erqi",
            "partners.yaml",
            "y: coordy",
            "y: coordx",
            "partners.yaml:10: `coordx` of `12345` is both `x` and `y`",
        ),
        (
            "erqi",
            "partners.yaml",
            "code: \"12319\"",
            "code: \"12345\"",
            "partners.yaml:14: partner `12345` stands twice",
        ),
        (
            "erqi",
            "partners.yaml",
            "code: \"12319\"",
            "code: 热线",
            "partner `热线`: a code has lower-case letters",
        ),
        (
            "erqi",
            "partners.yaml",
            "outageMinutes: 30",
            "outageMinutes: 0",
            "partners.yaml:3: `outageMinutes` must lie between",
        ),
        (
            "erqi",
            "partners.yaml",
            "reconcileDays: 7",
            "reconcileDays: 99",
            "partners.yaml:5: `reconcileDays` must lie between",
        ),
        (
            "erqi",
            "partners.yaml",
            "road-damage,",
            "road-damages,",
            "class `050301` is `road-damages`, which categories.yaml lacks",
        ),
        ("erqi", "partners.yaml", "result: ban", "colour: ban", "we send no `colour`, but orderNo"),
        ("erqi", "partners.yaml", "content: disc", "contents: disc", "unknown variant `contents`"),
        ("erqi", "partners.yaml", "诉求: report", "诉求: case", "unknown variant `case`"),
        ("erqi", "partners.yaml", "GCJ-02", "GCJ", "unknown variant `GCJ`"),
        ("dalian", "partners.yaml", "words: remark", "words: \"\"", "`words` of `minyi` is called nothing"),
    ]);
}

#[test]
fn dalian_has_its_three_platforms_and_erqi_reads_the_misspellings_of_its_own() {
    let dalian = rules("dalian");
    let codes: Vec<&str> =
        dalian.plan().hotlines.partners.iter().map(|partner| partner.name.as_str()).collect();
    assert_eq!(codes, ["大连市12345市民热线", "民意网", "民心网"]);
    assert_eq!(dalian.plan().hotlines.outage_minutes_of("minxin"), 60);
    assert_eq!(dalian.plan().hotlines.outage_minutes_of("minyi"), 15);
    let erqi = rules("erqi");
    let city = erqi.plan().hotlines.partner("12345").unwrap();
    assert_eq!(city.names_of(OrderField::Content), ["discription"]);
    assert_eq!(city.sent_name("text"), "replyPoin");
    assert!(rules("dengfeng").plan().hotlines.partners.is_empty());
}
