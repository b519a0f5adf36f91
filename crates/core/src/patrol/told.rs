//! Who is told of overdue patrols: whoever holds the post, and the next rung of the ladder. One list each.

use std::collections::BTreeMap;

use super::ground;
use super::{Owed, OwedState};
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

/// What each is told, by addressee as text; those who cannot be reached are left out. Lines of several holders of one post
/// become one line each.
pub fn lines(rules: &Rulebook, owed: &[Owed]) -> BTreeMap<String, Vec<Line>> {
    let mut told: BTreeMap<String, Vec<Line>> = BTreeMap::new();
    for it in owed.iter().filter(|it| it.state == OwedState::Overdue) {
        let Some(post) = rules.plan().posts.iter().find(|post| post.code == it.duty.post) else { continue };
        let line = Line {
            post: post.name.clone(),
            area: ground::name_of(rules, &it.duty.area),
            period: it.duty.period.to_string(),
            done: it.done,
            times: it.duty.times,
        };
        let holder = Addressee::Post { post: post.code.clone(), area: it.duty.area.clone() };
        let rung = above(rules, post).and_then(|rung| addressee(rules, &rung.recipient, &it.duty.area));
        let mut to: Vec<String> = [Some(holder), rung]
            .into_iter()
            .flatten()
            .filter(|it| it.address(rules).is_some())
            .map(|it| it.to_string())
            .collect();
        to.dedup();
        for addressee in to {
            told.entry(addressee).or_default().push(line.clone());
        }
    }
    told.values_mut().for_each(|lines| lines.sort());
    told
}

/// Who stands on a rung for an area.
fn addressee(rules: &Rulebook, recipient: &Recipient, area: &str) -> Option<Addressee> {
    let chain = ground::above(rules, area);
    let held_for = |code: &String| {
        let post = rules.plan().posts.iter().find(|post| post.code == *code)?;
        let (_, area) = chain.iter().find(|(level, _)| *level == post.level)?;
        Some(Addressee::Post { post: code.clone(), area: area.clone() })
    };
    match recipient {
        Recipient::Post(_) | Recipient::Posts(_) => {
            let mut held = recipient.posts().iter().filter_map(held_for);
            held.find(|it| it.address(rules).is_some())
        }
        Recipient::Unit(code) => Some(Addressee::Unit(code.clone())),
        Recipient::TownCenter => ground::center_of(rules, area).map(Addressee::Center),
        Recipient::DistrictCenter => {
            let district = chain.iter().find(|(level, _)| *level == crate::staff::Level::District);
            let code = district.and_then(|(_, code)| ground::center_of(rules, code));
            Some(Addressee::Center(code.unwrap_or_else(|| rules.district_center().code)))
        }
        Recipient::TopCenter => Some(Addressee::Center(rules.district_center().code)),
    }
}
