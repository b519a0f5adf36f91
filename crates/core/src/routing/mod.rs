//! Whose is it? A place becomes a center, with the trace of why; place and topic become a lead and co-handlers.

mod responsible;

use serde::{Deserialize, Serialize};

pub use responsible::{Loop, Party, Problem, Responsibility, responsible};

use crate::place::{AreaKind, Center, Segment, Wgs84, ZoneKind};
use crate::report::ReportedPlace;
use crate::rulebook::Rulebook;

/// The answer, with the steps that led to it.
#[derive(Debug, Clone, PartialEq)]
pub struct Assignment {
    pub center: Center,
    pub segment_code: Option<String>,
    /// The place resolved to no area: the case waits in the district center's `place_unknown` queue (ERQI-02).
    pub place_unknown: bool,
    /// Where the place lies beside its segment.
    pub ground: Ground,
    pub trace: Vec<Step>,
}

/// What else is known of the ground that a place lies on.
#[derive(Debug, Clone, PartialEq, Eq, Default)]
pub struct Ground {
    /// The town whose ground it is, also where another center answers.
    pub town_code: Option<String>,
    pub community_code: Option<String>,
    pub grid_code: Option<String>,
    /// Codes of all zones it lies in.
    pub zones: Vec<String>,
    pub kinds: Vec<AreaKind>,
    /// Whether it lies in a patrol zone (巡区): a hot zone.
    pub hot: bool,
}

/// One step of the trace, in the order they were tried.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
#[serde(rename_all = "camelCase", rename_all_fields = "camelCase", tag = "step")]
pub enum Step {
    /// There was no point, and the gazetteer knows the place that the words name.
    AddressResolved { name: String, confidence: f64, radius_meters: f64 },
    /// The point lies in this segment.
    PointInSegment { segment: String },
    /// The point lies in this town, but in none of its segments.
    PointInTown { town: String },
    /// The point lies in no area of the district.
    PointOutside,
    /// The reporter named this segment.
    SegmentNamed { segment: String },
    /// The grid that the point lies in.
    InGrid { grid: String },
    /// In this zone, on roads of its classes, another center answers than the town's.
    ZoneOverride { zone: String, center: String },
    /// It was taken over from this system, which had given it to this center.
    TakenOver { system: String, center: String },
    /// No usable place: the district center finds out.
    PlaceUnknown,
    /// The words speak for this finer kind of the category.
    KindNamed { kind: String },
    /// The component that the report is about, and its owner.
    ComponentFound { component: String, owner: String },
    /// Several components could be meant; whoever is on the spot sees which.
    ComponentsPossible { components: Vec<String> },
    /// The topic of the category, and its lead.
    TopicLead { topic: String, lead: String },
    /// Inside the topic somebody else leads this category.
    CategoryLead { topic: String, category: String, lead: String },
    /// The zone's unit leads.
    ZoneLead { zone: String, lead: String },
    /// The owner of the component leads.
    OwnerLead { component: String, lead: String },
    /// Units that handle with the lead.
    CoHandlers { units: Vec<String> },
    /// 自行处置: whoever finds it settles it.
    SelfHandled { category: String },
    /// The team that enforces here.
    EnforcementTeam { unit: String },
    /// 首接负责: nobody is named, so whoever received it first keeps it.
    FirstResponsible { center: String },
    /// Nobody is named, and the plan gives such cases to the district center.
    OwnerUnclear { center: String },
}

/// Finds the center for `place`. A point counts before a named segment: it is where the reporter stood.
pub fn assign(place: &ReportedPlace, rulebook: &Rulebook) -> Assignment {
    let mut trace = Vec::new();
    if let Some(named) = &place.resolved {
        let (name, confidence, radius_meters) = (named.name.clone(), named.confidence, named.radius_meters);
        trace.push(Step::AddressResolved { name, confidence, radius_meters });
    }
    let by_point = place.point.and_then(|point| by_point(point, rulebook, &mut trace));
    let found = by_point.or_else(|| {
        let segment = rulebook.segment(place.segment_code.as_deref()?)?;
        trace.push(Step::SegmentNamed { segment: segment.code.clone() });
        Some((rulebook.town(&segment.town_code)?.center(), Some(segment)))
    });
    match found {
        Some((center, segment)) => {
            let ground = ground(place.point, segment, &center, rulebook, &mut trace);
            let center = overriding(place.point, segment, rulebook, &mut trace).unwrap_or(center);
            let segment_code = segment.map(|segment| segment.code.clone());
            Assignment { center, segment_code, place_unknown: false, ground, trace }
        }
        None => {
            trace.push(Step::PlaceUnknown);
            let (center, ground) = (rulebook.district_center(), Ground::default());
            Assignment { center, segment_code: None, place_unknown: true, ground, trace }
        }
    }
}

fn by_point<'a>(
    point: Wgs84,
    rulebook: &'a Rulebook,
    trace: &mut Vec<Step>,
) -> Option<(Center, Option<&'a Segment>)> {
    if let Some(segment) = rulebook.segment_at(point) {
        trace.push(Step::PointInSegment { segment: segment.code.clone() });
        return Some((rulebook.town(&segment.town_code)?.center(), Some(segment)));
    }
    match rulebook.town_at(point) {
        Some(town) => {
            trace.push(Step::PointInTown { town: town.code.clone() });
            Some((town.center(), None))
        }
        None => {
            trace.push(Step::PointOutside);
            None
        }
    }
}

fn ground(
    point: Option<Wgs84>,
    segment: Option<&Segment>,
    town: &Center,
    rulebook: &Rulebook,
    trace: &mut Vec<Step>,
) -> Ground {
    let grid = point.and_then(|point| rulebook.grid_at(point));
    trace.extend(grid.map(|grid| Step::InGrid { grid: grid.code.clone() }));
    let community = point.and_then(|point| rulebook.community_at(point)).map(|it| it.code.clone());
    let road = segment.and_then(|segment| rulebook.road_class(&segment.road_code));
    let zones: Vec<_> = point.into_iter().flat_map(|point| rulebook.zones_at(point)).collect();
    Ground {
        town_code: Some(town.code.clone()),
        community_code: community.or_else(|| grid.map(|grid| grid.parent.clone())),
        grid_code: grid.map(|grid| grid.code.clone()),
        hot: zones.iter().any(|zone| zone.kind == ZoneKind::Patrol),
        zones: zones.into_iter().map(|zone| zone.code.clone()).collect(),
        kinds: rulebook.area_kinds(grid, road),
    }
}

/// The center of the first override zone that holds here, in the order of the file.
fn overriding(
    point: Option<Wgs84>,
    segment: Option<&Segment>,
    rulebook: &Rulebook,
    trace: &mut Vec<Step>,
) -> Option<Center> {
    let class = segment.and_then(|segment| rulebook.road_class(&segment.road_code));
    let zone = rulebook.plan().zones.iter().find(|zone| point.is_some_and(|it| zone.overrides(it, class)))?;
    let center = zone.center.clone()?;
    trace.push(Step::ZoneOverride { zone: zone.code.clone(), center: center.code.clone() });
    Some(center)
}
