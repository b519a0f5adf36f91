//! Who owes a patrol, and in which period.

use std::collections::{BTreeSet, HashMap, HashSet};

use chrono::{DateTime, Utc};
use uuid::Uuid;

use super::Area;
use crate::period::{Cycle, Period};
use crate::plan::{OwedBy, Patrol, Post, roster};
use crate::rulebook::Rulebook;

/// So many patrols of one post in one area within one period.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Duty {
    /// Code of the post.
    pub post: String,
    /// The area that it is held for.
    pub area: Area,
    /// Who owes it, where each holder does; `None`: whoever holds the post, or that nobody does.
    pub holder: Option<Uuid>,
    pub period: Period,
    pub times: u32,
}

/// Somebody whose account holds a post.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Holder {
    pub post: String,
    /// Code of the area that it is held for.
    pub area: String,
    pub person: Uuid,
    pub since: DateTime<Utc>,
}

/// A version of the rules, with the moments that it was in force at.
#[derive(Debug, Clone)]
pub struct InForce<'a> {
    pub rules: &'a Rulebook,
    pub at: BTreeSet<DateTime<Utc>>,
}

/// Which periods are looked at.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Asked {
    /// The running one of each cycle and the one before it.
    Now,
    /// Those that begin in this one; of a cycle that is longer, the one around it.
    In(Period),
    /// Those of each cycle that end with its last day.
    EndWith(Period),
}

impl Asked {
    /// When the periods begin that it asks about, of whatever cycle the posts of `rules` have, or of a shorter one.
    pub fn moments(self, rules: &Rulebook, now: DateTime<Utc>) -> BTreeSet<DateTime<Utc>> {
        let used = rules.plan().posts.iter().filter_map(|post| Some(post.patrol?.every)).max();
        let longest = used.unwrap_or(Cycle::Month).max(Cycle::Month);
        let cycles = Cycle::ALL.into_iter().filter(|cycle| *cycle <= longest);
        let periods = cycles.flat_map(|cycle| self.periods(cycle, now));
        periods.map(Period::begins).filter(|begins| *begins <= now).collect()
    }

    fn periods(self, cycle: Cycle, now: DateTime<Utc>) -> Vec<Period> {
        match self {
            Self::Now => {
                let running = Period::at(cycle, now);
                vec![running.previous(), running]
            }
            Self::In(asked) if cycle <= asked.cycle() => asked.parts(cycle).collect(),
            Self::In(asked) => vec![Period::of(cycle, asked.first_day())],
            Self::EndWith(asked) => {
                let last = Period::of(cycle, asked.last_day());
                if last.last_day() == asked.last_day() { vec![last] } else { Vec::new() }
            }
        }
    }
}

/// The people of one post in one area.
#[derive(Debug, Default)]
struct Held<'a> {
    holders: Vec<&'a Holder>,
    named: bool,
}

/// Everything owed in the periods that are asked for, in the order of the versions, posts, areas and periods.
///
/// A period is judged by the rules that were in force when it began: before there were any nothing was owed, and a new
/// version changes nothing in a period that has begun. A post that an area must have is owed there whether or not somebody
/// holds it; any other only where somebody does. Whoever came to a post while a period ran owes from the next one on.
pub fn duties(versions: &[InForce<'_>], holders: &[Holder], asked: Asked, now: DateTime<Utc>) -> Vec<Duty> {
    let mut owed = Vec::new();
    for version in versions {
        let judged = |period: &Period| period.begins() <= now && version.at.contains(&period.begins());
        let plan = version.rules.plan();
        for (post, patrol) in plan.posts.iter().filter_map(|post| Some((post, post.patrol?))) {
            let periods: Vec<Period> = asked.periods(patrol.every, now).into_iter().filter(judged).collect();
            if periods.is_empty() {
                continue;
            }
            let held = held(version.rules, post, holders);
            for area in roster::areas(version.rules, post) {
                let people = held.get(area);
                for period in &periods {
                    owed.extend(of_area(post, patrol, area, people, *period));
                }
            }
        }
    }
    owed
}

fn held<'a>(rules: &'a Rulebook, post: &Post, holders: &'a [Holder]) -> HashMap<&'a str, Held<'a>> {
    let mut held: HashMap<&str, Held<'_>> = HashMap::new();
    for person in rules.plan().people.iter().filter(|person| person.post == post.code) {
        held.entry(&person.area).or_default().named = true;
    }
    for holder in holders.iter().filter(|holder| holder.post == post.code) {
        held.entry(&holder.area).or_default().holders.push(holder);
    }
    held
}

fn of_area(post: &Post, patrol: Patrol, area: &str, people: Option<&Held<'_>>, period: Period) -> Vec<Duty> {
    let duty = |holder| Duty {
        post: post.code.clone(),
        area: Area::new(post.level, area),
        holder,
        period,
        times: patrol.times,
    };
    let (holders, named) = people.map_or((&[][..], false), |held| (&held.holders[..], held.named));
    let in_time: HashSet<Uuid> =
        holders.iter().filter(|it| it.since <= period.begins()).map(|it| it.person).collect();
    let needed = post.at_least > 0 || named;
    match patrol.owed_by {
        OwedBy::Holder if !holders.is_empty() => {
            let mut owed: Vec<Uuid> = in_time.into_iter().collect();
            owed.sort();
            owed.into_iter().map(|person| duty(Some(person))).collect()
        }
        OwedBy::Holder | OwedBy::Post => {
            if needed || !in_time.is_empty() {
                vec![duty(None)]
            } else {
                Vec::new()
            }
        }
    }
}
