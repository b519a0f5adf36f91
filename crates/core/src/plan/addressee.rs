//! Whom the ladder tells of a case, and how they are reached.

use std::fmt;
use std::str::FromStr;

use chrono::{DateTime, Utc};
use uuid::Uuid;

use super::{Act, Person, Recipient, Rung};
use crate::case::ClockKind;
use crate::place::Wgs84;
use crate::rulebook::Rulebook;
use crate::staff::Level;

/// A center, a unit, or whoever holds a post in an area. Stored as text; addresses are looked up when something is sent.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Addressee {
    /// Code of the center.
    Center(String),
    /// Code of the unit.
    Unit(String),
    /// Codes of the post and of the area it is held for.
    Post { post: String, area: String },
    /// An account; its address lies with it, not in the rules.
    Person(Uuid),
}

/// Where a case lies and who has it, as far as the ladder needs to know.
#[derive(Debug, Clone, Copy)]
pub struct Ladder<'a> {
    pub rules: &'a Rulebook,
    pub center: &'a str,
    pub segment: Option<&'a str>,
    pub point: Option<Wgs84>,
    /// The unit or person that it was given to, in the dispatcher's words.
    pub assignee: Option<&'a str>,
}

/// Who hears that a clock has run out.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Breach {
    pub owner: Addressee,
    /// The rung above, with its position; `None` where nobody is above the owner.
    pub next: Option<(usize, Addressee)>,
}

impl Ladder<'_> {
    /// Who has to do what the clock measures: the center; else the unit that the case was given to, or the lowest rung of
    /// the plan.
    pub fn owner(&self, kind: ClockKind) -> Addressee {
        let center = || Addressee::Center(self.center_for(kind));
        if kind.is_the_centers() {
            return center();
        }
        self.assigned().or_else(|| self.on_the_street().map(|(_, it)| it)).unwrap_or_else(center)
    }

    /// The center that does it: that of the place, or for handing out the one of the level that organises.
    fn center_for(&self, kind: ClockKind) -> String {
        let organises = self.rules.plan().process.mandates.lowest(Act::Organise);
        match organises {
            Level::City if kind == ClockKind::Dispatch => self.rules.district_center().code,
            Level::District if kind == ClockKind::Dispatch => self.district_center(),
            _ => self.center.to_owned(),
        }
    }

    /// Who hears of a breach: the owner, and the next rung above; `highest` is the highest one that has heard of a breach
    /// of this kind in this case. Whoever is at the top hears of every further one.
    pub fn breach(&self, kind: ClockKind, highest: Option<usize>) -> Breach {
        let owner = self.owner(kind);
        let rungs = || self.rules.plan().ladder.iter().enumerate();
        let below = if kind.is_the_centers() {
            let owner = self.owner(kind);
            let at = rungs().filter(|(_, rung)| self.addressee(rung).as_ref() == Some(&owner));
            let at_or_below = rungs().filter(|(_, rung)| is_below_or_at_the_center(rung)).chain(at);
            at_or_below.map(|(position, _)| position).max()
        } else {
            self.on_the_street().map(|(position, _)| position)
        };
        let told = below.max(highest);
        let reachable: Vec<(usize, Addressee)> = rungs()
            .filter_map(|(position, rung)| Some((position, self.addressee(rung)?)))
            .filter(|(position, _)| below.is_none_or(|below| *position > below))
            .collect();
        let above = reachable.iter().find(|(position, _)| told.is_none_or(|told| *position > told));
        Breach { next: above.or(reachable.last()).cloned(), owner }
    }

    /// Who stands on the ladder here, from the street upward: every rung on which somebody can be reached.
    pub fn reachable(&self) -> impl Iterator<Item = Addressee> {
        self.rules.plan().ladder.iter().filter_map(|rung| self.addressee(rung))
    }

    /// Who stands on a rung here; `None` where the place has nobody there who can be reached.
    pub fn addressee(&self, rung: &Rung) -> Option<Addressee> {
        let found = match &rung.recipient {
            Recipient::TownCenter => Addressee::Center(self.center.to_owned()),
            Recipient::DistrictCenter => Addressee::Center(self.district_center()),
            Recipient::TopCenter => Addressee::Center(self.rules.district_center().code),
            Recipient::Unit(code) => Addressee::Unit(code.clone()),
            Recipient::Post(_) | Recipient::Posts(_) => {
                let mut posts = rung.recipient.posts().iter();
                return posts.find_map(|post| {
                    let found = Addressee::Post { post: post.clone(), area: self.area_of(post)? };
                    found.is_reachable(self.rules).then_some(found)
                });
            }
        };
        found.is_reachable(self.rules).then_some(found)
    }

    /// The unit that was given the case, where the words name one.
    fn assigned(&self) -> Option<Addressee> {
        let words = self.assignee?;
        let mut units = self.rules.plan().units.iter();
        let unit = units.find(|unit| unit.code == words || unit.name == words)?;
        let found = Addressee::Unit(unit.code.clone());
        found.is_reachable(self.rules).then_some(found)
    }

    /// The lowest rung, where it is no center.
    fn on_the_street(&self) -> Option<(usize, Addressee)> {
        let rungs = self.rules.plan().ladder.iter().enumerate();
        let mut reachable = rungs.filter_map(|(position, rung)| Some((position, self.addressee(rung)?)));
        reachable.next().filter(|(_, it)| !matches!(it, Addressee::Center(_)))
    }

    fn district_center(&self) -> String {
        let own = self.rules.district_center().code;
        let district = self.center.get(..6).unwrap_or(self.center);
        if self.rules.region(district).is_some() { format!("{district}000") } else { own }
    }

    /// The area that a post is held for, here.
    pub(super) fn area_of(&self, post: &str) -> Option<String> {
        let post = self.rules.plan().posts.iter().find(|it| it.code == post)?;
        let grid = || self.point.and_then(|point| self.rules.grid_at(point));
        match post.level {
            Level::Segment => self.segment.map(str::to_owned),
            Level::Grid => grid().map(|grid| grid.code.clone()),
            Level::Community => {
                let community = self.point.and_then(|point| self.rules.community_at(point));
                community.map(|it| it.code.clone()).or_else(|| grid().map(|grid| grid.parent.clone()))
            }
            Level::Town => {
                let segment = self.segment.and_then(|code| self.rules.segment(code));
                Some(segment.map_or_else(|| self.center.to_owned(), |segment| segment.town_code.clone()))
            }
            Level::District => self.center.get(..6).map(str::to_owned),
            Level::City => Some(self.rules.data().district.code.clone()),
        }
    }
}

fn is_below_or_at_the_center(rung: &Rung) -> bool {
    matches!(rung.level, Level::Grid | Level::Community | Level::Segment)
        || rung.recipient == Recipient::TownCenter
}

/// Who of those that hold a post is on duty: by turns, or the first of them.
fn on_duty<'a>(rules: &Rulebook, post: &str, held: &[&'a Person], now: DateTime<Utc>) -> Option<&'a Person> {
    let by_turns = rules.plan().posts.iter().any(|it| it.code == post && it.one_on_duty);
    let turns = held.iter().enumerate().map(|(position, person)| (person.turn, position));
    let position = if by_turns { rules.plan().process.duty.on_duty(turns, now)? } else { 0 };
    held.get(position).copied()
}

impl Addressee {
    /// Whether the rules know an address.
    pub fn is_reachable(&self, rules: &Rulebook) -> bool {
        // Of those who take turns whoever is on duty answers for the others: any moment will do.
        self.address(rules, DateTime::UNIX_EPOCH).is_some()
    }

    /// The e-mail address at `now`, by the rules in force; `None` where nobody can be reached. Of two who take turns it is
    /// that of whoever is on duty, and the other's where that one has none.
    pub fn address<'a>(&self, rules: &'a Rulebook, now: DateTime<Utc>) -> Option<&'a str> {
        let found = match self {
            Self::Center(code) => {
                let duties = &rules.data().duties;
                let own = duties.iter().find(|duty| duty.center == *code);
                own.or_else(|| duties.iter().find(|duty| duty.center == "*")).map(|duty| duty.email.as_str())
            }
            Self::Unit(code) => rules.unit(code).and_then(|unit| unit.contact.email.as_deref()),
            Self::Post { post, area } => {
                let held = rules.plan().people.iter().filter(|it| it.post == *post && it.area == *area);
                let held: Vec<&Person> = held.collect();
                on_duty(rules, post, &held, now)
                    .and_then(Person::email)
                    .or_else(|| held.iter().find_map(|person| person.email()))
            }
            Self::Person(_) => None,
        };
        found.filter(|address| address.contains('@'))
    }

    /// The name to be told by, without that of a person.
    pub fn name(&self, rules: &Rulebook) -> String {
        match self {
            Self::Center(code) => rules.center(code).map_or_else(|| code.clone(), |center| center.name),
            Self::Unit(code) => rules.unit(code).map_or_else(|| code.clone(), |unit| unit.name.clone()),
            Self::Post { post, .. } => {
                let found = rules.plan().posts.iter().find(|it| it.code == *post);
                found.map_or_else(|| post.clone(), |post| post.name.clone())
            }
            Self::Person(_) => "承办人".to_owned(),
        }
    }
}

impl fmt::Display for Addressee {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::Center(code) => write!(f, "center/{code}"),
            Self::Unit(code) => write!(f, "unit/{code}"),
            Self::Post { post, area } => write!(f, "post/{post}/{area}"),
            Self::Person(id) => write!(f, "person/{id}"),
        }
    }
}

/// The text names nobody.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
#[error("`{0}` is no addressee")]
pub struct AddresseeError(String);

impl FromStr for Addressee {
    type Err = AddresseeError;

    fn from_str(text: &str) -> Result<Self, Self::Err> {
        let mut parts = text.split('/');
        let found = match (parts.next(), parts.next(), parts.next(), parts.next()) {
            (Some("center"), Some(code), None, None) => Some(Self::Center(code.to_owned())),
            (Some("unit"), Some(code), None, None) => Some(Self::Unit(code.to_owned())),
            (Some("post"), Some(post), Some(area), None) => {
                Some(Self::Post { post: post.to_owned(), area: area.to_owned() })
            }
            (Some("person"), Some(id), None, None) => Uuid::try_parse(id).ok().map(Self::Person),
            _ => None,
        };
        found.ok_or_else(|| AddresseeError(text.to_owned()))
    }
}
