//! Who owns an open task: nothing is left to somebody who is gone.

use chrono::{DateTime, Utc};
use uuid::Uuid;

use super::Rota;
use crate::case::works_on_site;
use crate::plan::Post;
use crate::staff::{Grant, Level, Turn, Whereabouts, standings};

/// An open case, as far as it matters who has it.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default)]
pub struct Task<'a> {
    pub center: &'a str,
    pub segment: Option<&'a str>,
    pub community: Option<&'a str>,
    pub grid: Option<&'a str>,
    /// Code of the unit and of the post that it was handed to.
    pub unit: Option<&'a str>,
    pub post: Option<&'a str>,
    /// The person who goes.
    pub person: Option<Uuid>,
    /// Somebody is at work on it; else it is the center's turn.
    pub with_handlers: bool,
}

impl<'a> Task<'a> {
    /// Codes of the areas whose people reach it.
    pub fn areas(&self) -> impl Iterator<Item = &'a str> + use<'a> {
        let above = [self.center.get(..4), self.center.get(..6), Some(self.center)];
        above.into_iter().chain([self.community, self.segment, self.grid]).flatten()
    }
}

/// Somebody whose account is not disabled.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Holder {
    pub staff_id: Uuid,
    pub grants: Vec<Grant>,
}

/// Who has to do it.
#[derive(Debug, Clone, PartialEq, Eq, Hash, PartialOrd, Ord)]
pub enum Owner {
    Person(Uuid),
    /// All who hold the post in the area together: codes of both.
    Post {
        post: String,
        area: String,
    },
    /// The inbox of the unit with this code.
    Unit(String),
    /// The inbox of the center with this code.
    Center(String),
}

/// Why whoever was to go does not have the task any more.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
pub enum Fallen {
    /// The account is disabled, or there is none.
    AccountGone,
    /// They hold no role any more that the task belongs to.
    GrantGone,
}

/// The owner of `task` at `now`, of those who are there. `posts` are those of the rulebook.
pub fn owner(task: &Task<'_>, people: &[Holder], posts: &[Post], rota: &Rota, now: DateTime<Utc>) -> Owner {
    let center = || Owner::Center(task.center.to_owned());
    if !task.with_handlers {
        return center();
    }
    let goes = task.person.and_then(|person| people.iter().find(|it| it.staff_id == person));
    if let Some(person) = goes.filter(|it| handles(task, &it.grants)) {
        return Owner::Person(person.staff_id);
    }
    if let Some(owner) = of_post(task, people, posts, rota, now) {
        return owner;
    }
    let is_staffed = people.iter().any(|it| task.unit.is_some() && handles(task, &it.grants));
    task.unit.filter(|_| is_staffed).map_or_else(center, |unit| Owner::Unit(unit.to_owned()))
}

/// Why the task has fallen from the person who was to go; `None` while they have it or nobody was to go.
pub fn fallen(task: &Task<'_>, people: &[Holder]) -> Option<Fallen> {
    let person = task.person.filter(|_| task.with_handlers)?;
    match people.iter().find(|it| it.staff_id == person) {
        None => Some(Fallen::AccountGone),
        Some(it) => (!handles(task, &it.grants)).then_some(Fallen::GrantGone),
    }
}

/// The area that a post of `level` is held for at the place of the task.
pub fn area_of<'a>(task: &Task<'a>, level: Level) -> Option<&'a str> {
    match level {
        Level::City => task.center.get(..4),
        Level::District => task.center.get(..6),
        Level::Town => Some(task.center),
        Level::Community => task.community,
        Level::Segment => task.segment,
        Level::Grid => task.grid,
    }
}

/// Whether somebody with these grants works on it on the spot: for the unit and in the post that it was handed to.
fn handles(task: &Task<'_>, grants: &[Grant]) -> bool {
    let units: Vec<&str> = task.unit.into_iter().collect();
    let at = Whereabouts {
        center_code: task.center,
        segment_code: task.segment,
        community_code: task.community,
        grid_code: task.grid,
        units: &units,
    };
    standings(grants, &at).iter().any(|standing| {
        let in_post = task.post.is_none() || standing.post.is_none() || standing.post.as_deref() == task.post;
        works_on_site(standing.role) && standing.unit.as_deref() == task.unit && in_post
    })
}

fn of_post(
    task: &Task<'_>,
    people: &[Holder],
    posts: &[Post],
    rota: &Rota,
    now: DateTime<Utc>,
) -> Option<Owner> {
    let post = posts.iter().find(|it| Some(it.code.as_str()) == task.post)?;
    let area = area_of(task, post.level)?;
    let held = |grant: &&Grant| {
        grant.post.as_deref() == Some(&post.code) && grant.area == area && grant.unit.as_deref() == task.unit
    };
    let holders: Vec<(Option<Turn>, Uuid)> = people
        .iter()
        .filter(|it| handles(task, &it.grants))
        .filter_map(|it| it.grants.iter().find(held).map(|grant| (grant.turn, it.staff_id)))
        .collect();
    match holders.as_slice() {
        [] => None,
        [(_, alone)] => Some(Owner::Person(*alone)),
        _ if post.one_on_duty => rota.on_duty(holders, now).map(Owner::Person),
        _ => Some(Owner::Post { post: post.code.clone(), area: area.to_owned() }),
    }
}
