//! Whom a move concerns, and who is therefore told of it.

use uuid::Uuid;

use super::{Addressee, Ladder};
use crate::case::{ClockKind, Move};
use crate::staff::Level;

/// What the log line of a move says about whom it went to.
#[derive(Debug, Clone, Copy, Default)]
pub struct Told<'a> {
    /// Code of the unit or center, and of the post, that have the case.
    pub unit: Option<&'a str>,
    pub post: Option<&'a str>,
    pub person: Option<Uuid>,
    /// Codes of the units that handle with the lead, or were called.
    pub units: &'a [String],
    /// Level and name of the step of the ladder.
    pub rung: Option<(Level, &'a str)>,
}

impl Ladder<'_> {
    /// Those whom the move concerns, each once, as far as they can be reached; people always.
    pub fn concerned(&self, it: Move, told: &Told<'_>) -> Vec<Addressee> {
        let person = || told.person.map(Addressee::Person);
        let units = || told.units.iter().map(|code| Addressee::Unit(code.clone()));
        let mut found: Vec<Addressee> = match it {
            Move::Dispatch | Move::Transfer | Move::ToEnforcement => {
                self.given_to(told).into_iter().chain(units()).collect()
            }
            Move::Assign => person().into_iter().collect(),
            Move::Whistle => units().collect(),
            Move::Escalate => {
                let rungs = &self.rules.plan().ladder;
                let rung = rungs.iter().find(|rung| told.rung == Some((rung.level, &rung.name)));
                rung.and_then(|rung| self.addressee(rung)).into_iter().collect()
            }
            Move::Supervise => {
                let center = Addressee::Center(self.center.to_owned());
                self.given_to(told).into_iter().chain(person()).chain([center]).collect()
            }
            Move::Return => vec![self.owner(ClockKind::Dispatch)],
            _ => Vec::new(),
        };
        found.retain(|it| matches!(it, Addressee::Person(_)) || it.is_reachable(self.rules));
        let mut seen: Vec<Addressee> = Vec::new();
        for it in found {
            if !seen.contains(&it) {
                seen.push(it);
            }
        }
        seen
    }

    /// The unit, center or post that has the case.
    fn given_to(&self, told: &Told<'_>) -> Option<Addressee> {
        let unit = told.unit.map(|code| {
            if self.rules.unit(code).is_none() && self.rules.center(code).is_some() {
                Addressee::Center(code.to_owned())
            } else {
                Addressee::Unit(code.to_owned())
            }
        });
        unit.or_else(|| {
            let post = told.post?;
            Some(Addressee::Post { post: post.to_owned(), area: self.area_of(post)? })
        })
    }
}
