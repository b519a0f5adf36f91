//! Which areas there are for roles to hold in.

use super::Rulebook;
use crate::staff::Level;

impl Rulebook {
    /// The level of the whole jurisdiction and the code that roles over all of it hold in: four digits for a city.
    pub fn top_area(&self) -> (Level, &str) {
        let code = self.data.district.code.as_str();
        match self.top_level() {
            Level::City => (Level::City, code.get(..4).unwrap_or(code)),
            level => (level, code),
        }
    }

    /// Whether there is such an area at this level.
    pub fn has_area(&self, level: Level, code: &str) -> bool {
        let region = || self.region(code).is_some_and(|region| region.level == level);
        match level {
            Level::City => code.len() == 4 && self.data.district.code.starts_with(code),
            Level::District => self.top_area() == (Level::District, code) || region(),
            Level::Town => self.center(code).is_some(),
            Level::Segment => self.segment(code).is_some(),
            Level::Community => region(),
            // A worker of a grid may also have a segment for a grid.
            Level::Grid => region() || self.segment(code).is_some(),
        }
    }
}
