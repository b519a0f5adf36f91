//! Posts, units and centers with their people and what these have to do.

use std::collections::{BTreeMap, HashMap};

use chrono::{DateTime, Utc};
use jiekou_core::case::works_on_site;
use jiekou_core::duty::Owner;
use jiekou_core::rulebook::Rulebook;
use jiekou_core::staff::Grant;
use jiekou_store::duty::deputies::Deputy;
use jiekou_store::duty::people::Colleague;
use uuid::Uuid;

use super::{CenterDuty, PersonDuty, PostDuty, UnitDuty};

/// What is known of a place.
pub(super) struct Desk<'a> {
    pub rules: &'a Rulebook,
    pub people: &'a [Colleague],
    pub deputies: &'a [Deputy],
    /// Of those who are gone too.
    pub names: &'a HashMap<Uuid, String>,
    pub now: DateTime<Utc>,
}

impl Desk<'_> {
    /// Every post that somebody holds within the caller's areas.
    pub fn posts(&self, reach: &[Grant], owned: &HashMap<Owner, i64>) -> Vec<PostDuty> {
        let mut held: BTreeMap<(&str, &str), Vec<(&Colleague, &Grant)>> = BTreeMap::new();
        for (person, grant) in self.held(reach) {
            if let Some(post) = &grant.post {
                held.entry((post, &grant.area)).or_default().push((person, grant));
            }
        }
        held.into_iter().map(|((post, area), holders)| self.post(post, area, &holders, owned)).collect()
    }

    fn post(
        &self,
        code: &str,
        area: &str,
        holders: &[(&Colleague, &Grant)],
        owned: &HashMap<Owner, i64>,
    ) -> PostDuty {
        let plan = self.rules.plan();
        let known = plan.posts.iter().find(|post| post.code == code);
        let by_turns = known.is_some_and(|post| post.one_on_duty) && holders.len() > 1;
        let rota = &plan.process.duty;
        let turns = || holders.iter().map(|(person, grant)| (grant.turn, person.staff_id));
        let shift = by_turns.then(|| rota.shift(self.now));
        let on = shift.and_then(|_| rota.on_duty(turns(), self.now));
        let then = shift.and_then(|shift| rota.on_duty(turns(), shift.until));
        let person = |(person, grant): &(&Colleague, &Grant)| PersonDuty {
            turn: grant.turn,
            ..self.person(person, owned)
        };
        let (on_duty, off_duty): (Vec<_>, Vec<_>) =
            holders.iter().partition(|(person, _)| !by_turns || on == Some(person.staff_id));
        let next = holders.iter().find(|(person, _)| then == Some(person.staff_id));
        let together = Owner::Post { post: code.to_owned(), area: area.to_owned() };
        PostDuty {
            post: (code.to_owned(), known.map_or_else(|| code.to_owned(), |post| post.name.clone())),
            area: area.to_owned(),
            one_on_duty: by_turns,
            shift,
            on_duty: on_duty.into_iter().map(person).collect(),
            next: next.map(person),
            off_duty: off_duty.into_iter().map(person).collect(),
            open_tasks: owned.get(&together).copied().unwrap_or_default(),
        }
    }

    /// Every unit that has people within the caller's areas, or tasks there.
    pub fn units(&self, reach: &[Grant], owned: &HashMap<Owner, i64>) -> Vec<UnitDuty> {
        let mut staffed: BTreeMap<&str, Vec<&Colleague>> = BTreeMap::new();
        for (person, grant) in self.held(reach) {
            let Some(unit) = &grant.unit else { continue };
            let people = staffed.entry(unit).or_default();
            if works_on_site(grant.role) && people.iter().all(|it| it.staff_id != person.staff_id) {
                people.push(person);
            }
        }
        for owner in owned.keys() {
            if let Owner::Unit(unit) = owner {
                staffed.entry(unit).or_default();
            }
        }
        let unit = |(code, people): (&str, Vec<&Colleague>)| UnitDuty {
            unit: (code.to_owned(), self.unit_name(code)),
            people: people.into_iter().map(|person| self.person(person, owned)).collect(),
            open_tasks: owned.get(&Owner::Unit(code.to_owned())).copied().unwrap_or_default(),
        };
        staffed.into_iter().map(unit).collect()
    }

    /// Every center that has tasks of its own.
    pub fn centers(&self, owned: &HashMap<Owner, i64>) -> Vec<CenterDuty> {
        let mut centers: Vec<CenterDuty> = owned
            .iter()
            .filter_map(|(owner, open_tasks)| match owner {
                Owner::Center(code) => Some(CenterDuty {
                    center: (code.clone(), self.center_name(code)),
                    open_tasks: *open_tasks,
                }),
                Owner::Person(_) | Owner::Post { .. } | Owner::Unit(_) => None,
            })
            .collect();
        centers.sort_by(|one, other| one.center.cmp(&other.center));
        centers
    }

    /// Kind and name of an owner.
    pub fn name(&self, owner: &Owner) -> (&'static str, String) {
        match owner {
            Owner::Person(id) => {
                let person = self.people.iter().find(|it| it.staff_id == *id);
                ("person", person.map_or_else(String::new, |it| it.name.clone()))
            }
            Owner::Post { post, area } => {
                let known = self.rules.plan().posts.iter().find(|it| it.code == *post);
                let name = known.map_or(post.as_str(), |post| &post.name);
                ("post", format!("{name} {area}"))
            }
            Owner::Unit(code) => ("unit", self.unit_name(code)),
            Owner::Center(code) => ("center", self.center_name(code)),
        }
    }

    /// Who holds what within the caller's areas; whoever works on the street or for a unit sees their own post and unit.
    fn held<'a>(&'a self, reach: &'a [Grant]) -> impl Iterator<Item = (&'a Colleague, &'a Grant)> {
        let seen = |grant: &Grant| {
            reach.iter().any(|own| {
                let here = grant.area.starts_with(&own.area) || own.area.starts_with(&grant.area);
                let unit = own.unit.is_none() || own.unit == grant.unit;
                let street = works_on_site(own.role) && own.unit.is_none();
                let beside = !street || (grant.area == own.area && grant.unit.is_none());
                here && unit && beside
            })
        };
        self.people
            .iter()
            .flat_map(|person| person.grants.iter().map(move |grant| (person, grant)))
            .filter(move |(_, grant)| seen(grant))
    }

    fn person(&self, person: &Colleague, owned: &HashMap<Owner, i64>) -> PersonDuty {
        let now = self.now;
        let lasts = |it: &&Deputy| it.absent_id == person.staff_id && it.from_at <= now && now < it.until_at;
        let deputy = self.deputies.iter().find(lasts);
        PersonDuty {
            username: person.username.clone(),
            name: person.name.clone(),
            turn: None,
            deputy: deputy.map(|it| {
                (it.deputy_id, self.names.get(&it.staff_id).cloned().unwrap_or_default(), it.until_at)
            }),
            open_tasks: owned.get(&Owner::Person(person.staff_id)).copied().unwrap_or_default(),
        }
    }

    fn unit_name(&self, code: &str) -> String {
        self.rules.unit(code).map_or_else(|| self.center_name(code), |unit| unit.name.clone())
    }

    fn center_name(&self, code: &str) -> String {
        self.rules.center(code).map_or_else(|| code.to_owned(), |center| center.name)
    }
}
