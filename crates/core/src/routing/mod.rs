//! Whose is it? A place becomes a center, with the trace of why.

use serde::{Deserialize, Serialize};

use crate::place::{Center, Wgs84};
use crate::report::ReportedPlace;
use crate::rulebook::Rulebook;

/// The answer, with the steps that led to it.
#[derive(Debug, Clone, PartialEq)]
pub struct Assignment {
    pub center: Center,
    pub segment_code: Option<String>,
    /// The place resolved to no area: the case waits in the district center's `place_unknown` queue (ERQI-02).
    pub place_unknown: bool,
    pub trace: Vec<Step>,
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
    /// No usable place: the district center finds out.
    PlaceUnknown,
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
        Some((rulebook.town(&segment.town_code)?.center(), Some(segment.code.clone())))
    });
    match found {
        Some((center, segment_code)) => Assignment { center, segment_code, place_unknown: false, trace },
        None => {
            trace.push(Step::PlaceUnknown);
            Assignment { center: rulebook.district_center(), segment_code: None, place_unknown: true, trace }
        }
    }
}

fn by_point(point: Wgs84, rulebook: &Rulebook, trace: &mut Vec<Step>) -> Option<(Center, Option<String>)> {
    if let Some(segment) = rulebook.segment_at(point) {
        trace.push(Step::PointInSegment { segment: segment.code.clone() });
        return Some((rulebook.town(&segment.town_code)?.center(), Some(segment.code.clone())));
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
