//! The rankings of the shipped rulebooks are those that the plans ask for.

use jiekou_core::assessment::{Ranked, Ranking};
use jiekou_core::period::Cycle;
use jiekou_core::plan::TopicGroup;
use jiekou_core::rulebook::source;

fn rankings(plan: &str) -> Vec<Ranking> {
    let folder = std::path::Path::new(env!("CARGO_MANIFEST_DIR")).join("../../rulebooks").join(plan);
    let text = std::fs::read_to_string(folder.join("assessment.yaml")).unwrap();
    let assessment: jiekou_core::assessment::Assessment = serde_yaml_ng::from_str(&text).unwrap();
    assessment.rankings
}

fn asked(plan: &str) -> Vec<(String, Ranked, Cycle, bool)> {
    let rankings = rankings(plan).into_iter();
    rankings.map(|it| (it.rule, it.of, it.every, it.from.is_some())).collect()
}

fn line(rule: &str, of: Ranked, every: Cycle, aggregated: bool) -> (String, Ranked, Cycle, bool) {
    (rule.to_owned(), of, every, aggregated)
}

#[test]
fn each_plan_ranks_whom_it_says_as_often_as_it_says() {
    use Ranked::{District, Town, Unit};
    assert!(source::files().any(|file| file == "assessment.yaml"));
    assert_eq!(asked("erqi"), [line("ERQI-07", Town, Cycle::Month, false)]);
    assert_eq!(
        asked("party-road-chief"),
        [line("XXQ-14", Town, Cycle::Month, false), line("XXQ-14", Unit, Cycle::Month, false)]
    );
    assert_eq!(
        asked("dengfeng"),
        [line("DF-03", Town, Cycle::Month, false), line("DF-03", Town, Cycle::Year, true)]
    );
    assert_eq!(
        asked("dalian"),
        [
            line("DL-09", Town, Cycle::Month, false),
            line("DL-09", District, Cycle::Month, false),
            line("DL-09", Town, Cycle::Quarter, true),
            line("DL-09", Town, Cycle::Year, true),
            line("DL-09", District, Cycle::Year, true)
        ]
    );
    assert_eq!(
        asked("zhengzhou"),
        [line("ZZ-04", Town, Cycle::TenDays, false), line("ZZ-06", District, Cycle::Month, false)]
    );
    let four = [TopicGroup::Order, TopicGroup::Cleanness, TopicGroup::Lighting, TopicGroup::Greening];
    assert_eq!(rankings("dengfeng")[0].by, four);
}
