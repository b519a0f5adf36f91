//! `limits.yaml`: what would limit nothing is refused, and what stays unsaid is the default.

use jiekou_core::limit::{Act, By, Limits};
use jiekou_core::report::Channel;
use jiekou_core::rulebook::source;

use crate::folder::texts;

const FILE: &str = "limits.yaml";

fn faults(text: &str) -> Vec<String> {
    let mut files = texts("erqi");
    files.insert(FILE.to_owned(), text.to_owned());
    source::read(&files).err().unwrap_or_default().iter().map(ToString::to_string).collect()
}

#[test]
fn a_slip_of_the_limits_is_told_with_its_line_and_what_to_do() {
    let good = "# ours\n- { act: report, by: address, burst: 30, rate: 300, per: hour }\n";
    assert_eq!(faults(good), Vec::<String>::new());
    for (line, told) in [
        (
            "- { act: report, by: address, burst: 1, rate: 1, per: day }",
            "limits.yaml:3: `report-by-address` stands twice",
        ),
        (
            "- { act: photo, by: phone, burst: 1, rate: 1, per: day }",
            "limits.yaml:3: `photo` is not counted by `phone`, so this would limit nothing: write address or resident",
        ),
        (
            "- { act: report, by: desk, burst: 0, rate: 1, per: day }",
            "limits.yaml:3: `report-by-desk`: `burst` must lie between 1 and 1000000",
        ),
        (
            "- { act: report, by: desk, burst: 1, rate: 2000000, per: day }",
            "limits.yaml:3: `report-by-desk`: `rate` must lie between 1 and 1000000",
        ),
        (
            "- { act: report, by: desk, burst: 400, rate: 1, per: day }",
            "limits.yaml:3: `report-by-desk`: a spent quota must be whole again within a year",
        ),
        ("- { act: reports, by: desk, burst: 1, rate: 1, per: day }", "limits.yaml:3: act: unknown variant"),
        ("- { act: report, by: desk, burst: 1, rate: 1, per: week }", "limits.yaml:3: per: unknown variant"),
        ("- { act: report, by: desk, channel: fax, burst: 1, rate: 1, per: day }", "limits.yaml:3: channel"),
        ("- { act: report, by: desk, burst: 1, rate: 1 }", "limits.yaml:3: missing field `per`"),
    ] {
        let faults = faults(&format!("{good}{line}\n"));
        assert!(faults.iter().any(|fault| fault.starts_with(told)), "{line}: {faults:#?}");
    }
}

#[test]
fn a_rulebook_that_says_nothing_has_the_defaults() {
    let data = source::read(&texts("dalian")).unwrap();
    assert_eq!(data.plan.limits, []);
    let limits = Limits::new(&data.plan.limits, 1);
    let position = limits.position(Act::Report, By::Desk, Channel::Staff).unwrap();
    assert_eq!(limits.rules()[position].burst, 100);
}
