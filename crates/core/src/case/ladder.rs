//! How far up a case has climbed.

use super::{Actor, Matter};
use crate::plan::{Recipient, Rung, next_rung};
use crate::rulebook::Rulebook;
use crate::staff::{Level, Standing};

/// The position on the rulebook's ladder that an escalation by `actor` leads to: the step of `to`, or the next one.
///
/// It climbs from where the case was escalated to before, and from where the actor stands themself: nobody escalates to
/// their own level or below. `None`: there is no such step above.
pub fn rung_after(matter: &Matter, actor: &Actor, rules: &Rulebook, to: Option<Level>) -> Option<usize> {
    let ladder = &rules.plan().ladder;
    let own = actor.standings().iter().filter_map(|standing| own_rung(ladder, standing)).max();
    next_rung(ladder, matter.rung.max(own), to)
}

/// The step that somebody stands on: that of their post, else the highest of their level, else, where the ladder has none
/// of their level, the highest that is not above it.
fn own_rung(ladder: &[Rung], standing: &Standing) -> Option<usize> {
    let post = |rung: &Rung| match (&rung.recipient, &standing.post) {
        (Recipient::Post(post), Some(own)) => post == own,
        _ => false,
    };
    let level = || ladder.iter().rposition(|rung| rung.level == standing.level);
    let below = || ladder.iter().rposition(|rung| standing.level.is_at_least(rung.level));
    ladder.iter().position(post).or_else(level).or_else(below)
}
