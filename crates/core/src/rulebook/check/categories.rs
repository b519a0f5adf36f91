//! Categories, their kinds and codes, and what counts them together.

use super::super::RulebookData;
use super::super::reader::Reader;
use super::super::source::KINDS;
use super::{doubles, is_slug};
use crate::category::codes::{Known, look_up};
use crate::plan::Topic;

const FILE: &str = "categories.yaml";

pub(super) fn check(data: &RulebookData, reader: &mut Reader<'_>) {
    for (slug, nth) in doubles(data.categories.iter().map(|category| category.slug.as_str())) {
        let inside = reader.line(FILE, slug, nth).map(|line| (FILE, line));
        let place = inside.or_else(|| reader.line(KINDS, slug, nth - 1).map(|line| (KINDS, line)));
        let (file, line) = place.map_or((FILE, None), |(file, line)| (file, Some(line)));
        reader.fault(file, line, format!("category `{slug}` stands twice: rename or remove one"));
    }
    for category in &data.categories {
        let file = if category.of.is_some() { KINDS } else { FILE };
        let line = reader.line(file, &category.slug, 0);
        if !is_slug(&category.slug) {
            let words =
                format!("`{}`: write a slug of lower-case letters, digits and hyphens", category.slug);
            reader.fault(file, line, words);
        }
        let citizen = category.of.is_none();
        if citizen && !data.families.iter().any(|family| family.slug == category.family) {
            let words = format!(
                "category `{}` is of family `{}`, which dedup.yaml lacks: add the family or name another",
                category.slug, category.family
            );
            reader.fault(file, line, words);
        }
        if look_up(&category.code) == Known::Malformed {
            let words = format!(
                "category `{}` has the code `{}`: write four digits, major and minor",
                category.slug, category.code.code
            );
            reader.fault(file, line, words);
        }
    }
    let recurrence = data.dedup.recurrence;
    if recurrence.hot_spot_cases < 2 || recurrence.hot_spot_days > recurrence.window_days {
        let line = reader.line("dedup.yaml", "recurrence", 0);
        let words = "recurrence: hotSpotCases must be 2 or more, and hotSpotDays at most windowDays";
        reader.fault("dedup.yaml", line, words);
    }
    topics(data, reader);
    groups(data, reader);
}

/// With topics, each category has exactly one: the routing is total and unambiguous.
fn topics(data: &RulebookData, reader: &mut Reader<'_>) {
    const FILE: &str = "topics.yaml";
    let topics = &data.plan.topics;
    for (no, nth) in doubles(topics.iter().map(|topic| topic.no.as_str())) {
        let line = reader.line(FILE, no, nth);
        reader.fault(FILE, line, format!("topic `{no}` stands twice: give each its own number"));
    }
    let listed = |topic: &Topic| -> Vec<String> {
        let inside = topic.leads.iter().flat_map(|lead| lead.categories.iter().cloned());
        topic.categories.iter().cloned().chain(inside).collect()
    };
    let all: Vec<String> = topics.iter().flat_map(listed).collect();
    for (slug, nth) in doubles(all.iter().map(String::as_str)) {
        let line = reader.line(FILE, slug, nth);
        let words = format!("category `{slug}` stands under two leads: leave it where it belongs");
        reader.fault(FILE, line, words);
    }
    for slug in &all {
        known(data, reader, FILE, slug, "a topic");
    }
    if topics.is_empty() {
        return;
    }
    for category in &data.categories {
        let own = |slug: &String| *slug == category.slug || slug == category.citizen();
        if !all.iter().any(own) {
            let words = format!(
                "category `{}` has no route: list it, or the citizen category it is a kind of, under a topic",
                category.slug
            );
            reader.fault(FILE, None, words);
        }
    }
}

fn groups(data: &RulebookData, reader: &mut Reader<'_>) {
    const FILE: &str = "groups.yaml";
    for group in &data.plan.groups {
        let all: Vec<&str> =
            group.members.iter().flat_map(|member| member.categories.iter().map(String::as_str)).collect();
        for (slug, nth) in doubles(all.iter().copied()) {
            let line = reader.line(FILE, slug, nth);
            let words = format!("category `{slug}` stands under two members of `{}`", group.slug);
            reader.fault(FILE, line, words);
        }
        for slug in all {
            known(data, reader, FILE, slug, "a group");
        }
    }
    for slug in &data.plan.process.self_handling.categories {
        known(data, reader, "process.yaml", slug, "selfHandling");
    }
}

/// Notes a fault when nothing has this slug.
pub(super) fn known(data: &RulebookData, reader: &mut Reader<'_>, file: &str, slug: &str, who: &str) {
    if !data.categories.iter().any(|category| category.slug == slug) {
        let line = reader.line(file, slug, 0);
        let words = format!("{who} names category `{slug}`, which categories.yaml and kinds.yaml lack");
        reader.fault(file, line, words);
    }
}
