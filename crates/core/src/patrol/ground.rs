//! What lies in what: segments, grids and communities in towns, towns in districts, districts in the city. Segments and
//! communities are numbered each for itself, so a code says nothing without its level.

use std::fmt;

use crate::rulebook::Rulebook;
use crate::staff::{Grant, Level};

/// Parts lie in at most so many wholes: grid, community, town, district, city.
const DEEPEST: usize = 8;

/// An area, written `segment/410103001007`.
#[derive(Debug, Clone, PartialEq, Eq, Hash)]
pub struct Area {
    pub level: Level,
    pub code: String,
}

impl fmt::Display for Area {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "{}/{}", self.level.name(), self.code)
    }
}

impl Area {
    pub fn new(level: Level, code: impl Into<String>) -> Self {
        Self { level, code: code.into() }
    }

    /// The area that a grant is held for, as rulebooks number it: grants over a city have its four digits.
    pub fn of_grant(rules: &Rulebook, grant: &Grant) -> Self {
        let whole = &rules.data().district.code;
        let of_city = grant.level == Level::City && whole.strip_suffix("00") == Some(grant.area.as_str());
        Self::new(grant.level, if of_city { whole } else { &grant.area })
    }

    /// The area with all that it is a part of, from itself upward; empty where there is no such area.
    pub fn chain(&self, rules: &Rulebook) -> Vec<Self> {
        let mut chain = Vec::new();
        let mut next = Some(self.clone());
        while let Some(area) = next.filter(|_| chain.len() < DEEPEST) {
            let Some(parent) = area.parent(rules) else { break };
            chain.push(area);
            next = parent;
        }
        chain
    }

    /// What it is a part of, which is nothing for the whole; `None` where there is no such area.
    fn parent(&self, rules: &Rulebook) -> Option<Option<Self>> {
        let whole = &rules.data().district.code;
        match self.level {
            Level::City | Level::District if self.code == *whole => Some(None),
            Level::Segment => {
                rules.segment(&self.code).map(|it| Some(Self::new(Level::Town, it.town_code.as_str())))
            }
            Level::Town => rules.town(&self.code).map(|_| Some(district_of(rules, &self.code))),
            level => {
                let region = rules.region(&self.code).filter(|region| region.level == level)?;
                Some(Some(Self::region(rules, &region.parent)))
            }
        }
    }

    /// What a region is a part of, by its code.
    fn region(rules: &Rulebook, code: &str) -> Self {
        let level = rules.region(code).map(|region| region.level);
        let whole = (code == rules.data().district.code).then(|| rules.top_level());
        Self::new(whole.or(level).unwrap_or(Level::Town), code)
    }

    /// The center that answers here: the town's, else that of the district or of the whole.
    pub fn center(&self, rules: &Rulebook) -> Option<String> {
        let chain = self.chain(rules);
        let of = |wanted: Level| chain.iter().find(|it| it.level == wanted).map(|it| &it.code);
        let district = || of(Level::District).filter(|code| **code != rules.data().district.code);
        match (of(Level::Town), district()) {
            (Some(town), _) => Some(town.clone()),
            (None, Some(district)) => Some(format!("{district}000")),
            (None, None) => chain.first().map(|_| rules.district_center().code),
        }
    }

    /// Its name; its code where the rules have no name for it any more.
    pub fn name(&self, rules: &Rulebook) -> String {
        let district = &rules.data().district;
        let named = match self.level {
            Level::City | Level::District if self.code == district.code => Some(district.name.clone()),
            Level::Segment => rules.segment(&self.code).map(|segment| segment.name.clone()),
            Level::Town => rules.town(&self.code).map(|town| town.name.clone()),
            Level::City | Level::District | Level::Community | Level::Grid => {
                rules.region(&self.code).map(|region| region.name.clone())
            }
        };
        named.unwrap_or_else(|| self.code.clone())
    }
}

/// The district that a town is in: of its own number where the rulebook is a city's.
fn district_of(rules: &Rulebook, town: &str) -> Area {
    match town.get(..6).filter(|code| rules.region(code).is_some()) {
        Some(own) => Area::new(Level::District, own),
        None => Area::new(rules.top_level(), rules.data().district.code.as_str()),
    }
}

/// What can be walked: an area, or a road with its segments.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Walk {
    Area(Area),
    /// Code of the road.
    Road(String),
}

/// Why a text names nothing that can be walked.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum WalkError {
    Unknown,
    /// The code is that of several areas.
    Unclear,
}

impl Walk {
    /// What `text` names: `segment/410103001007`, `road/R001`, or a code alone where only one thing has it.
    ///
    /// # Errors
    /// [`WalkError`].
    pub fn parse(rules: &Rulebook, text: &str) -> Result<Self, WalkError> {
        let known = |walk: &Self| !walk.areas(rules).is_empty();
        if let Some((kind, code)) = text.split_once('/') {
            let walk = match Level::from_name(kind) {
                Some(level) => Self::Area(Area::new(level, code)),
                None if kind == "road" => Self::Road(code.to_owned()),
                None => return Err(WalkError::Unknown),
            };
            return if known(&walk) { Ok(walk) } else { Err(WalkError::Unknown) };
        }
        // The whole is a city or a district, never both.
        let levels = Level::ALL
            .into_iter()
            .filter(|level| text != rules.data().district.code || *level == rules.top_level());
        let areas = levels.map(|level| Self::Area(Area::new(level, text)));
        let mut found: Vec<Self> = areas.chain([Self::Road(text.to_owned())]).filter(known).collect();
        match (found.pop(), found.pop()) {
            (Some(only), None) => Ok(only),
            (Some(_), Some(_)) => Err(WalkError::Unclear),
            (None, _) => Err(WalkError::Unknown),
        }
    }

    /// The area, or the segments of the road; empty where there is no such thing.
    pub fn areas(&self, rules: &Rulebook) -> Vec<Area> {
        match self {
            Self::Area(area) => area.parent(rules).map(|_| area.clone()).into_iter().collect(),
            Self::Road(road) => {
                let segments = rules.data().segments.iter().filter(|segment| segment.road_code == *road);
                segments.map(|segment| Area::new(Level::Segment, segment.code.as_str())).collect()
            }
        }
    }

    /// Every area that whoever walked it was in, as text, in order: those it has and all that they are a part of.
    pub fn reach(&self, rules: &Rulebook) -> Vec<String> {
        let areas = self.areas(rules);
        let mut reach: Vec<String> =
            areas.iter().flat_map(|area| area.chain(rules)).map(|area| area.to_string()).collect();
        reach.sort();
        reach.dedup();
        reach
    }

    pub fn name(&self, rules: &Rulebook) -> String {
        match self {
            Self::Area(area) => area.name(rules),
            Self::Road(road) => {
                let of_road = rules.data().segments.iter().find(|segment| segment.road_code == *road);
                of_road.map_or_else(|| road.clone(), |segment| segment.road_name.clone())
            }
        }
    }
}

impl fmt::Display for Walk {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::Area(area) => write!(f, "{area}"),
            Self::Road(road) => write!(f, "road/{road}"),
        }
    }
}
