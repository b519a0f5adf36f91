//! `limits.yaml`: rules that limit something, each once.

use super::super::RulebookData;
use super::super::fault::line_of;
use super::super::reader::Reader;
use crate::limit::Rule;

const FILE: &str = "limits.yaml";
/// More at once limits nobody.
const MOST: u32 = 1_000_000;
/// A year, in microseconds.
const LONGEST: i64 = 366 * 86_400_000_000;

pub(super) fn check(data: &RulebookData, reader: &mut Reader<'_>) {
    let rules = &data.plan.limits;
    for (position, rule) in rules.iter().enumerate() {
        let before = rules.iter().take(position);
        let nth = before.clone().filter(|it| it.act == rule.act).count();
        let line =
            reader.text(FILE).and_then(|text| line_of(text, &format!("act: {}", rule.act.name()), nth));
        let same = |it: &&Rule| (it.act, it.by, it.channel) == (rule.act, rule.by, rule.channel);
        if before.clone().any(|it| same(&it)) {
            reader.fault(FILE, line, format!("`{}` stands twice: keep one", rule.name()));
        }
        if !Rule::defaults().iter().any(|it| (it.act, it.by) == (rule.act, rule.by)) {
            let known = Rule::defaults().iter().filter(|it| it.act == rule.act);
            let known: Vec<&str> = known.map(|it| it.by.name()).collect();
            let words = format!(
                "`{}` is not counted by `{}`, so this would limit nothing: write {}",
                rule.act.name(),
                rule.by.name(),
                known.join(" or ")
            );
            reader.fault(FILE, line, words);
        }
        for (name, number) in [("burst", rule.burst), ("rate", rule.rate)] {
            if !(1..=MOST).contains(&number) {
                let words = format!("`{}`: `{name}` must lie between 1 and {MOST}", rule.name());
                reader.fault(FILE, line, words);
            }
        }
        if rule.quota().reach() > LONGEST {
            let words = "a spent quota must be whole again within a year: lower `burst` or raise `rate`";
            reader.fault(FILE, line, format!("`{}`: {words}", rule.name()));
        }
    }
}
