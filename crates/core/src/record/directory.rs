//! Everything that records of a rulebook can be about, besides people.

use std::collections::BTreeMap;

use super::{RecordKind, Subject, SubjectKind};
use crate::place::{Region, RoadClass};
use crate::plan::Unit;
use crate::rulebook::Rulebook;
use crate::staff::Level;

/// The areas, roads and units of a rulebook.
#[derive(Debug)]
pub struct Directory<'a> {
    rules: &'a Rulebook,
    roads: BTreeMap<&'a str, Road<'a>>,
}

#[derive(Debug)]
struct Road<'a> {
    name: &'a str,
    class: Option<RoadClass>,
    /// Codes of the towns it runs through.
    towns: Vec<&'a str>,
}

impl<'a> Directory<'a> {
    pub fn new(rules: &'a Rulebook) -> Self {
        let mut roads: BTreeMap<&str, Road<'_>> = BTreeMap::new();
        for segment in &rules.data().segments {
            let road = roads.entry(&segment.road_code).or_insert_with(|| Road {
                name: &segment.road_name,
                class: rules.road_class(&segment.road_code),
                towns: Vec::new(),
            });
            if !road.towns.contains(&segment.town_code.as_str()) {
                road.towns.push(&segment.town_code);
            }
        }
        Self { rules, roads }
    }

    /// Everything that `kind` can be about, in the order of the codes; people are not listed.
    pub fn all(&self, kind: &RecordKind) -> Vec<Subject> {
        let mut subjects = Vec::new();
        for about in &kind.about {
            subjects.extend(self.of(*about).into_iter().map(|code| Subject::new(*about, code)));
        }
        subjects.retain(|subject| self.fits(kind, subject));
        subjects.sort();
        subjects
    }

    fn of(&self, about: SubjectKind) -> Vec<&'a str> {
        let data = self.rules.data();
        let top = self.rules.top_level();
        let regions = |level: Level| {
            let of_level = data.plan.regions.iter().filter(move |region| region.level == level);
            of_level.map(|region| region.code.as_str())
        };
        match about {
            SubjectKind::City if top == Level::City => vec![data.district.code.as_str()],
            SubjectKind::District if top == Level::District => vec![data.district.code.as_str()],
            SubjectKind::City | SubjectKind::Person => Vec::new(),
            SubjectKind::District => regions(Level::District).collect(),
            SubjectKind::Town => data.towns.iter().map(|town| town.code.as_str()).collect(),
            SubjectKind::Community => regions(Level::Community).collect(),
            SubjectKind::Grid => regions(Level::Grid).collect(),
            SubjectKind::Segment => data.segments.iter().map(|segment| segment.code.as_str()).collect(),
            SubjectKind::Road => self.roads.keys().copied().collect(),
            SubjectKind::Unit => data.plan.units.iter().map(|unit| unit.code.as_str()).collect(),
        }
    }

    /// Whether what the kind leaves over of its subjects has this one. Of people only their posts tell.
    pub fn fits(&self, kind: &RecordKind, subject: &Subject) -> bool {
        let only = &kind.only;
        let unit = |unit: &Unit| {
            (only.units.is_empty() || only.units.contains(&unit.code))
                && (only.unit_kinds.is_empty() || only.unit_kinds.contains(&unit.kind))
        };
        let grid = |region: &Region| {
            only.places.is_empty() || region.kind.is_some_and(|kind| only.places.contains(&kind))
        };
        let class = |class: Option<RoadClass>| {
            only.road_classes.is_empty() || class.is_some_and(|class| only.road_classes.contains(&class))
        };
        match subject.kind {
            SubjectKind::Unit => self.rules.unit(&subject.code).is_some_and(unit),
            SubjectKind::Grid => self.rules.region(&subject.code).is_some_and(grid),
            SubjectKind::Road => self.roads.get(subject.code.as_str()).is_some_and(|road| class(road.class)),
            SubjectKind::Segment => {
                let segment = self.rules.segment(&subject.code);
                segment.is_some_and(|segment| class(self.rules.road_class(&segment.road_code)))
            }
            SubjectKind::City
            | SubjectKind::District
            | SubjectKind::Town
            | SubjectKind::Community
            | SubjectKind::Person => true,
        }
    }

    /// The codes of the areas that it lies in; `None` where there is no such thing, and for people.
    pub fn areas(&self, subject: &Subject) -> Option<Vec<String>> {
        let code = subject.code.as_str();
        let data = self.rules.data();
        let own = || vec![code.to_owned()];
        match subject.kind {
            SubjectKind::Person => None,
            SubjectKind::City => {
                (self.rules.top_level() == Level::City && code == data.district.code).then(own)
            }
            SubjectKind::District => self.of(SubjectKind::District).contains(&code).then(own),
            SubjectKind::Town => self.rules.town(code).map(|_| own()),
            SubjectKind::Community | SubjectKind::Grid => {
                let region = self.rules.region(code);
                let region = region.filter(|region| Some(region.level) == subject.kind.level())?;
                Some(vec![code.to_owned(), region.parent.clone()])
            }
            SubjectKind::Segment => {
                let segment = self.rules.segment(code)?;
                Some(vec![code.to_owned(), segment.town_code.clone()])
            }
            SubjectKind::Road => {
                let road = self.roads.get(code)?;
                Some(road.towns.iter().map(|town| (*town).to_owned()).collect())
            }
            SubjectKind::Unit => {
                let unit = self.rules.unit(code)?;
                let mut areas: Vec<String> = unit.areas.iter().map(|area| self.center_of(area)).collect();
                if areas.is_empty() {
                    // What works everywhere is the whole jurisdiction's.
                    areas.push(data.district.code.clone());
                }
                Some(areas)
            }
        }
    }

    /// The area itself; of a zone that has a center of its own, that one's.
    fn center_of(&self, area: &str) -> String {
        let zone = self.rules.plan().zones.iter().find(|zone| zone.code == area);
        let center = zone.and_then(|zone| zone.center.as_ref());
        center.map_or_else(|| area.to_owned(), |center| center.code.clone())
    }

    /// What people call it; `None` where there is no such thing, and for people.
    pub fn name(&self, subject: &Subject) -> Option<&'a str> {
        let code = subject.code.as_str();
        let data = self.rules.data();
        match subject.kind {
            SubjectKind::Person => None,
            SubjectKind::City => (code == data.district.code).then_some(data.district.name.as_str()),
            SubjectKind::District => {
                let own = (code == data.district.code).then_some(data.district.name.as_str());
                own.or_else(|| self.rules.region(code).map(|region| region.name.as_str()))
            }
            SubjectKind::Town => self.rules.town(code).map(|town| town.name.as_str()),
            SubjectKind::Community | SubjectKind::Grid => {
                self.rules.region(code).map(|region| region.name.as_str())
            }
            SubjectKind::Segment => self.rules.segment(code).map(|segment| segment.name.as_str()),
            SubjectKind::Road => self.roads.get(code).map(|road| road.name),
            SubjectKind::Unit => self.rules.unit(code).map(|unit| unit.name.as_str()),
        }
    }
}
