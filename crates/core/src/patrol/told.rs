//! Who is told of overdue patrols: whoever holds the post, and the next rung of the ladder. One list each.

use std::collections::BTreeMap;

use super::{Area, Owed, OwedState};
use crate::plan::{Addressee, Post, Recipient, Rung};
use crate::rulebook::Rulebook;

/// One overdue duty, in words without a name of a person.
#[derive(Debug, Clone, PartialEq, Eq, PartialOrd, Ord)]
pub struct Line {
    pub post: String,
    pub area: String,
    pub period: String,
    pub done: u32,
    pub times: u32,
    /// How many holders of the post owe it alike.
    pub people: usize,
}

/// The rung above a post: the one after its own; of a post that stands on none, the first of a level above the post's; for
/// whoever is at the top already, the top.
pub fn above<'a>(rules: &'a Rulebook, post: &Post) -> Option<&'a Rung> {
    let ladder = &rules.plan().ladder;
    let own = ladder.iter().position(|rung| rung.recipient.posts().contains(&post.code));
    let higher = |rung: &&Rung| !post.level.is_at_least(rung.level);
    let next = match own {
        Some(own) => ladder.get(own + 1),
        None => ladder.iter().find(higher),
    };
    next.or(ladder.last())
}

/// What each is told, by addressee as text; those who cannot be reached are left out. What several holders
/// of one post owe alike is one line.
pub fn lines(rules: &Rulebook, owed: &[Owed]) -> BTreeMap<String, Vec<Line>> {
    let mut told: BTreeMap<String, Vec<Line>> = BTreeMap::new();
    for it in owed.iter().filter(|it| it.state == OwedState::Overdue) {
        let Some(post) = rules.plan().posts.iter().find(|post| post.code == it.duty.post) else { continue };
        let line = Line {
            post: post.name.clone(),
            area: it.duty.area.name(rules),
            period: it.duty.period.to_string(),
            done: it.done,
            times: it.duty.times,
            people: 1,
        };
        let holder = Addressee::Post { post: post.code.clone(), area: it.duty.area.code.clone() };
        let rung = above(rules, post).and_then(|rung| addressee(rules, &rung.recipient, &it.duty.area));
        let mut to: Vec<String> = [Some(holder), rung]
            .into_iter()
            .flatten()
            .filter(|it| it.is_reachable(rules))
            .map(|it| it.to_string())
            .collect();
        to.dedup();
        for addressee in to {
            told.entry(addressee).or_default().push(line.clone());
        }
    }
    told.into_iter().map(|(to, lines)| (to, together(lines))).collect()
}

fn together(mut lines: Vec<Line>) -> Vec<Line> {
    lines.sort();
    lines.dedup_by(|next, kept| {
        let alike = Line { people: next.people, ..kept.clone() } == *next;
        kept.people += if alike { next.people } else { 0 };
        alike
    });
    lines
}

/// Who stands on a rung for an area.
fn addressee(rules: &Rulebook, recipient: &Recipient, area: &Area) -> Option<Addressee> {
    let chain = area.chain(rules);
    let held_for = |code: &String| {
        let post = rules.plan().posts.iter().find(|post| post.code == *code)?;
        let area = chain.iter().find(|area| area.level == post.level)?;
        Some(Addressee::Post { post: code.clone(), area: area.code.clone() })
    };
    match recipient {
        Recipient::Post(_) | Recipient::Posts(_) => {
            let mut held = recipient.posts().iter().filter_map(held_for);
            held.find(|it| it.is_reachable(rules))
        }
        Recipient::Unit(code) => Some(Addressee::Unit(code.clone())),
        Recipient::TownCenter => area.center(rules).map(Addressee::Center),
        Recipient::DistrictCenter => {
            let district = chain.iter().find(|area| area.level == crate::staff::Level::District);
            let code = district.and_then(|district| district.center(rules));
            Some(Addressee::Center(code.unwrap_or_else(|| rules.district_center().code)))
        }
        Recipient::TopCenter => Some(Addressee::Center(rules.district_center().code)),
    }
}
