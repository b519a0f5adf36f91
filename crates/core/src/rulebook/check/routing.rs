//! Units, topics, posts, people, the ladder: every name leads somewhere.

use std::collections::HashSet;

use super::super::RulebookData;
use super::super::plan_source::{COMPONENTS, ZONES};
use super::super::reader::Reader;
use super::{doubles, is_slug};
use crate::notice::StaffNotice;
use crate::plan::{Recipient, Topic};

pub(super) fn check(data: &RulebookData, reader: &mut Reader<'_>) {
    let plan = &data.plan;
    let units: HashSet<&str> = plan.units.iter().map(|unit| unit.code.as_str()).collect();
    for (code, nth) in doubles(plan.units.iter().map(|unit| unit.code.as_str())) {
        let line = reader.line("units.yaml", code, nth);
        reader.fault("units.yaml", line, format!("unit `{code}` stands twice: give each its own code"));
    }
    let areas = areas(data);
    for unit in &plan.units {
        let line = reader.line("units.yaml", &unit.code, 0);
        if !is_slug(&unit.code) {
            let words = format!("unit `{}`: write lower-case letters, digits and hyphens", unit.code);
            reader.fault("units.yaml", line, words);
        }
        if !unit.contact.is_reachable() {
            let words = format!("unit `{}` has nobody to call: write a post and a phone or email", unit.code);
            reader.fault("units.yaml", line, words);
        }
        for area in unit.areas.iter().filter(|area| !areas.contains(area.as_str())) {
            let words = format!("unit `{}` works in `{area}`, which is no area", unit.code);
            reader.fault("units.yaml", line, words);
        }
    }
    let mut named = |file: &str, code: &str, who: String| {
        if !units.contains(code) {
            let line = reader.line(file, code, 0);
            let words =
                format!("{who} names unit `{code}`, which units.yaml lacks: add it or correct the name");
            reader.fault(file, line, words);
        }
    };
    for topic in &plan.topics {
        let inside = topic.leads.iter().map(|lead| &lead.lead);
        let all = [&topic.lead].into_iter().chain(&topic.co_handlers).chain(inside);
        for unit in all.filter(|unit| *unit != Topic::TOWN) {
            named("topics.yaml", unit, format!("topic `{}`", topic.no));
        }
    }
    for (setting, unit) in plan.process.units_named() {
        named("process.yaml", unit, format!("`{setting}`"));
    }
    for zone in &plan.zones {
        if let Some(lead) = &zone.lead {
            named(ZONES, lead, format!("zone `{}`", zone.code));
        }
    }
    let mut owners: HashSet<&str> = HashSet::new();
    for component in plan.components.iter().filter(|it| owners.insert(&it.owner)) {
        named(COMPONENTS, &component.owner, format!("component `{}`", component.no));
    }
    for rung in &plan.ladder {
        if let Recipient::Unit(unit) = &rung.recipient {
            named("escalation.yaml", unit, format!("the step {}", rung.name));
        }
    }
    posts(data, reader);
}

fn posts(data: &RulebookData, reader: &mut Reader<'_>) {
    let plan = &data.plan;
    let posts: HashSet<&str> = plan.posts.iter().map(|post| post.code.as_str()).collect();
    for (code, nth) in doubles(plan.posts.iter().map(|post| post.code.as_str())) {
        let line = reader.line("posts.yaml", code, nth);
        reader.fault("posts.yaml", line, format!("post `{code}` stands twice: give each its own code"));
    }
    for post in plan.posts.iter().filter(|post| post.at_most.is_some_and(|most| most < post.at_least)) {
        let line = reader.line("posts.yaml", &post.code, 0);
        reader.fault("posts.yaml", line, format!("post `{}`: `atMost` is below `atLeast`", post.code));
    }
    for rung in &plan.ladder {
        for post in rung.recipient.posts().iter().filter(|post| !posts.contains(post.as_str())) {
            let line = reader.line("escalation.yaml", post, 0);
            let words = format!("the step {} goes to post `{post}`, which posts.yaml lacks", rung.name);
            reader.fault("escalation.yaml", line, words);
        }
    }
    for (setting, post) in plan.process.posts_named().filter(|(_, post)| !posts.contains(post)) {
        let line = reader.line("process.yaml", post, 0);
        let words =
            format!("`{setting}` names post `{post}`, which posts.yaml lacks: add it or correct the name");
        reader.fault("process.yaml", line, words);
    }
    turns(data, reader);
    for notice in plan.staff_notices.iter().filter(|it| StaffNotice::acts().all(|act| act != it.act)) {
        let line = reader.line("staff-notices.yaml", &notice.act, 0);
        let acts: Vec<&str> = StaffNotice::acts().collect();
        let words = format!("nobody is told of `{}`: write one of {}", notice.act, acts.join(", "));
        reader.fault("staff-notices.yaml", line, words);
    }
    for post in plan.posts.iter().filter(|post| post.patrol.is_some_and(|patrol| patrol.times == 0)) {
        let line = reader.line("posts.yaml", &post.code, 0);
        reader.fault(
            "posts.yaml",
            line,
            format!("post `{}` patrols no time at all: write 1 or more, or no `patrol`", post.code),
        );
    }
    let tiers: Vec<_> = plan.ladder.iter().filter_map(|rung| rung.tier).collect();
    if !tiers.is_sorted() {
        reader.fault(
            "escalation.yaml",
            None,
            "tiers must rise from the street upward: general, prominent, major",
        );
    }
    let areas = areas(data);
    for person in &plan.people {
        if !posts.contains(person.post.as_str()) {
            let line = reader.line("people.csv", &person.area, 0);
            let words = format!("{} holds post `{}`, which posts.yaml lacks", person.name, person.post);
            reader.fault("people.csv", line, words);
        }
        if !areas.contains(person.area.as_str()) {
            let line = reader.line("people.csv", &person.area, 0);
            let words = format!("{} is posted to `{}`, which is no area", person.name, person.area);
            reader.fault("people.csv", line, words);
        }
    }
}

/// A and B take turns: in a post and area each turn is one person's.
fn turns(data: &RulebookData, reader: &mut Reader<'_>) {
    let plan = &data.plan;
    let by_turns = |code: &str| plan.posts.iter().any(|post| post.code == code && post.one_on_duty);
    let mut taken = HashSet::new();
    for person in plan.people.iter().filter(|it| it.turn.is_some() && by_turns(&it.post)) {
        if !taken.insert((&person.post, &person.area, person.turn)) {
            let line = reader.line("people.csv", &person.area, 0);
            let turn = person.turn.map_or("", |turn| turn.name());
            let words = format!(
                "in `{}` two people of post `{}` have turn {turn}: one is A, one is B",
                person.area, person.post
            );
            reader.fault("people.csv", line, words);
        }
    }
}

fn areas(data: &RulebookData) -> HashSet<&str> {
    let towns = data.towns.iter().map(|it| it.code.as_str());
    let segments = data.segments.iter().map(|it| it.code.as_str());
    let regions = data.plan.regions.iter().map(|it| it.code.as_str());
    let zones = data.plan.zones.iter().map(|it| it.code.as_str());
    towns.chain(segments).chain(regions).chain(zones).chain([data.district.code.as_str()]).collect()
}
