//! `partners.yaml`: platforms with names of their own, fields that are one thing, categories that there are.

use std::collections::HashSet;

use super::super::RulebookData;
use super::super::plan_source::PARTNERS;
use super::super::reader::Reader;
use super::{doubles, is_slug};

pub(super) fn check(data: &RulebookData, reader: &mut Reader<'_>) {
    let hotlines = &data.plan.hotlines;
    let minutes = hotlines.partners.iter().filter_map(|partner| partner.outage_minutes);
    for minutes in minutes.chain([hotlines.outage_minutes]) {
        if !(1..=1_440).contains(&minutes) {
            let line = reader.line(PARTNERS, "outageMinutes", 0);
            reader.fault(PARTNERS, line, "`outageMinutes` must lie between 1 and 1440");
        }
    }
    if !(1..=90).contains(&hotlines.reconcile_days) {
        let line = reader.line(PARTNERS, "reconcileDays", 0);
        reader.fault(PARTNERS, line, "`reconcileDays` must lie between 1 and 90");
    }
    for (code, nth) in doubles(hotlines.partners.iter().map(|partner| partner.code.as_str())) {
        let line = reader.line(PARTNERS, code, nth);
        reader.fault(PARTNERS, line, format!("partner `{code}` stands twice: one code, one platform"));
    }
    let known: HashSet<&str> = data.categories.iter().map(|category| category.slug.as_str()).collect();
    for partner in &hotlines.partners {
        let code = &partner.code;
        let line = reader.line(PARTNERS, code, 0);
        if !is_slug(code) {
            let words = format!("partner `{code}`: a code has lower-case letters, digits and hyphens");
            reader.fault(PARTNERS, line, words);
        }
        for (word, words) in partner.faults() {
            let line = reader.line(PARTNERS, &word, 0).or(line);
            reader.fault(PARTNERS, line, words);
        }
        for (theirs, slug) in partner.categories.iter().filter(|(_, slug)| !known.contains(slug.as_str())) {
            let line = reader.line(PARTNERS, slug, 0);
            let words =
                format!("partner `{code}`: class `{theirs}` is `{slug}`, which categories.yaml lacks");
            reader.fault(PARTNERS, line, words);
        }
    }
}
