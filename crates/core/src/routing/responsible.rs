//! Place × topic: who leads, who handles with them, which loop, which enforcement team. Deterministic, with its trace.

use serde::{Deserialize, Serialize};

use super::{Assignment, Step};
use crate::category::{Category, kind_of};
use crate::place::component::Match;
use crate::place::{Center, Component, Wgs84};
use crate::plan::{Topic, UnclearOwner, Unit, UnitKind};
use crate::rulebook::Rulebook;

/// What is known of a problem besides its place.
#[derive(Debug, Clone, Copy, Default)]
pub struct Problem<'a> {
    /// Slug of the category; unknown ones have no topic.
    pub category: &'a str,
    /// What was said, for the finer kind and nothing else.
    pub words: &'a str,
    pub point: Option<Wgs84>,
    pub accuracy_meters: Option<f64>,
    /// The number of the component, where the reporter gave it.
    pub component: Option<&'a str>,
}

/// Whoever is responsible: a unit of the plan or a center.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "camelCase")]
pub struct Party {
    pub code: String,
    pub name: String,
}

/// 自行处置、派单处置、执法处置. A case has exactly one at a time.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq, Hash, Serialize, Deserialize)]
#[serde(rename_all = "camelCase")]
pub enum Loop {
    #[serde(rename = "self")]
    SelfHandled,
    #[default]
    Dispatch,
    Enforcement,
}

impl Loop {
    pub const ALL: [Self; 3] = [Self::SelfHandled, Self::Dispatch, Self::Enforcement];

    /// The name stored and sent.
    pub fn name(self) -> &'static str {
        match self {
            Self::SelfHandled => "self",
            Self::Dispatch => "dispatch",
            Self::Enforcement => "enforcement",
        }
    }

    /// The loop with this name.
    pub fn from_name(name: &str) -> Option<Self> {
        Self::ALL.into_iter().find(|it| it.name() == name)
    }
}

/// Who answers for a problem, and why.
#[derive(Debug, Clone, PartialEq)]
pub struct Responsibility {
    /// The finer kind that the words speak for, or the category itself.
    pub kind: Option<String>,
    /// Number of the topic.
    pub topic: Option<String>,
    pub lead: Party,
    pub co_handlers: Vec<Party>,
    /// The loop it begins in.
    pub begins_in: Loop,
    /// The team that comes when persuasion fails.
    pub enforcement: Option<Party>,
    pub component: Option<String>,
    pub trace: Vec<Step>,
}

/// Finds who answers for `problem` at the place that `assignment` found.
pub fn responsible(assignment: &Assignment, problem: &Problem<'_>, rules: &Rulebook) -> Responsibility {
    let mut trace = Vec::new();
    let citizen = rules.category(problem.category);
    let category = citizen.map(|citizen| kind_of(&rules.data().categories, citizen, problem.words));
    if let (Some(category), Some(citizen)) = (category, citizen)
        && category.slug != citizen.slug
    {
        trace.push(Step::KindNamed { kind: category.slug.clone() });
    }
    let component = component(category, problem, rules, &mut trace);
    let topic = category.and_then(|category| rules.topic_of(category));
    let center = Party::of(&assignment.center);
    let found = lead(assignment, category, topic, component, rules, &mut trace);
    let (lead, mut co_handlers) = match found {
        Some(lead) => (lead, co_handlers(topic, &center, rules)),
        None => (unclear(assignment, topic, &center, rules, &mut trace), Vec::new()),
    };
    let owner = component.and_then(|component| rules.unit(&component.owner)).map(Party::of_unit);
    co_handlers.extend(owner);
    let town = assignment.ground.town_code.as_deref().and_then(|town| rules.center(town));
    let town = town.filter(|town| town.code != assignment.center.code);
    co_handlers.extend(town.as_ref().map(Party::of));
    let mut seen = vec![lead.code.clone()];
    co_handlers.retain(|party| {
        let new = !seen.contains(&party.code);
        seen.push(party.code.clone());
        new
    });
    if !co_handlers.is_empty() {
        trace.push(Step::CoHandlers { units: co_handlers.iter().map(|party| party.code.clone()).collect() });
    }
    let begins_in = match category {
        Some(category) if category.is_one_of(&rules.plan().process.self_handling.categories) => {
            trace.push(Step::SelfHandled { category: category.slug.clone() });
            Loop::SelfHandled
        }
        _ => Loop::Dispatch,
    };
    let enforcement = enforcement(assignment, rules);
    trace.extend(enforcement.iter().map(|party| Step::EnforcementTeam { unit: party.code.clone() }));
    Responsibility {
        kind: category.map(|category| category.slug.clone()),
        topic: topic.map(|topic| topic.no.clone()),
        lead,
        co_handlers,
        begins_in,
        enforcement,
        component: component.map(|component| component.no.clone()),
        trace,
    }
}

impl Party {
    fn of(center: &Center) -> Self {
        Self { code: center.code.clone(), name: center.name.clone() }
    }

    fn of_unit(unit: &Unit) -> Self {
        Self { code: unit.code.clone(), name: unit.name.clone() }
    }
}

/// The component that is meant: by its number, or the one of the category's kind that the point leaves no doubt about.
fn component<'a>(
    category: Option<&Category>,
    problem: &Problem<'_>,
    rules: &'a Rulebook,
    trace: &mut Vec<Step>,
) -> Option<&'a Component> {
    let (index, all) = rules.components();
    let named = problem.component.and_then(|no| index.named(all, no));
    let matched = match (named, category.and_then(|category| category.component.as_deref()), problem.point) {
        (Some(named), _, _) => Match::Named(named),
        (None, Some(kind), Some(point)) => {
            index.near(all, kind, point, problem.accuracy_meters.unwrap_or_default())
        }
        _ => Match::None,
    };
    match matched {
        Match::Named(component) | Match::Nearest { component, .. } => {
            let (no, owner) = (component.no.clone(), component.owner.clone());
            trace.push(Step::ComponentFound { component: no, owner });
            Some(component)
        }
        Match::Several(several) => {
            let components = several.iter().map(|component| component.no.clone()).collect();
            trace.push(Step::ComponentsPossible { components });
            None
        }
        Match::None => None,
    }
}

/// A zone's unit leads before the owner of the component, the owner before the topic, and inside a topic whoever leads
/// the category before whoever leads the topic. Without topics the center leads.
fn lead(
    assignment: &Assignment,
    category: Option<&Category>,
    topic: Option<&Topic>,
    component: Option<&Component>,
    rules: &Rulebook,
    trace: &mut Vec<Step>,
) -> Option<Party> {
    let center = Party::of(&assignment.center);
    let party = |code: &str| match code {
        Topic::TOWN => Some(center.clone()),
        code => rules.unit(code).map(Party::of_unit),
    };
    let zones = &rules.plan().zones;
    let overriding = zones.iter().find(|zone| zone.center.as_ref() == Some(&assignment.center));
    if let Some(zone) = overriding
        && let Some(led) = zone.lead.as_deref().and_then(party)
    {
        trace.push(Step::ZoneLead { zone: zone.code.clone(), lead: led.code.clone() });
        return Some(led);
    }
    if let Some(component) = component.filter(|_| rules.plan().process.component_owner_leads)
        && let Some(led) = party(&component.owner)
    {
        trace.push(Step::OwnerLead { component: component.no.clone(), lead: led.code.clone() });
        return Some(led);
    }
    let (Some(category), Some(topic)) = (category, topic) else {
        return (rules.plan().topics.is_empty() && category.is_some()).then_some(center);
    };
    let own = |it: &&crate::plan::CategoryLead| it.categories.contains(&category.slug);
    let citizen = |it: &&crate::plan::CategoryLead| category.is_one_of(&it.categories);
    let inside = topic.leads.iter().find(own);
    let inside = inside.or_else(|| {
        // A kind that the topic lists for its own lead is not drawn along by its citizen category.
        topic.leads.iter().find(citizen).filter(|_| !topic.categories.contains(&category.slug))
    });
    let (led, step) = match inside {
        Some(inside) => {
            let led = party(&inside.lead)?;
            let (topic, category) = (topic.no.clone(), category.slug.clone());
            let step = Step::CategoryLead { topic, category, lead: led.code.clone() };
            (led, step)
        }
        None => {
            let led = party(&topic.lead)?;
            let step = Step::TopicLead { topic: topic.no.clone(), lead: led.code.clone() };
            (led, step)
        }
    };
    trace.push(step);
    Some(led)
}

/// The topic's own lead handles with whoever leads one of its categories.
fn co_handlers(topic: Option<&Topic>, center: &Party, rules: &Rulebook) -> Vec<Party> {
    let named = topic.into_iter().flat_map(|topic| [&topic.lead].into_iter().chain(&topic.co_handlers));
    named
        .filter_map(|code| match code.as_str() {
            Topic::TOWN => Some(center.clone()),
            code => rules.unit(code).map(Party::of_unit),
        })
        .collect()
}

fn unclear(
    assignment: &Assignment,
    topic: Option<&Topic>,
    center: &Party,
    rules: &Rulebook,
    trace: &mut Vec<Step>,
) -> Party {
    let district = rules.plan().process.unclear_owner == UnclearOwner::District || assignment.place_unknown;
    if district && topic.is_none() {
        let center = Party::of(&rules.district_center());
        trace.push(Step::OwnerUnclear { center: center.code.clone() });
        return center;
    }
    trace.push(Step::FirstResponsible { center: center.code.clone() });
    center.clone()
}

/// The team whose area is closest to the place; of two equally close ones the first of the file.
fn enforcement(assignment: &Assignment, rules: &Rulebook) -> Option<Party> {
    let ground = &assignment.ground;
    let zones = ground.zones.iter().map(String::as_str);
    let codes = [&ground.town_code, &ground.community_code, &ground.grid_code, &assignment.segment_code];
    let mut areas: Vec<&str> = codes.into_iter().flatten().map(String::as_str).chain(zones).collect();
    areas.push(&assignment.center.code);
    let town = ground.town_code.as_deref();
    areas.extend(town.and_then(|town| town.get(..6)));
    let teams = rules.plan().units.iter().filter(|unit| unit.kind == UnitKind::Enforcement);
    let mut best: Option<(usize, &Unit)> = None;
    for team in teams {
        if let Some(reach) = team.reach(&areas)
            && best.is_none_or(|(known, _)| reach > known)
        {
            best = Some((reach, team));
        }
    }
    best.map(|(_, team)| Party::of_unit(team))
}
