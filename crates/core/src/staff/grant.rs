//! A role held at a level over an area.

use serde::{Deserialize, Serialize};

use super::{Level, Role, Turn, Whereabouts, standings};

/// One role of somebody, with the area it holds in.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "camelCase")]
pub struct Grant {
    pub role: Role,
    pub level: Level,
    /// Code of the city (4 digits), district (6), town (9), community (12), segment or grid.
    pub area: String,
    /// Code of the post (岗位) of the rulebook that the role is held in; absent: none in particular.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub post: Option<String>,
    /// Code of the unit that the role is held for; absent: for the area itself.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub unit: Option<String>,
    /// Whose turn it is in a post that two hold by turns.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub turn: Option<Turn>,
}

impl Grant {
    /// A role over an area, in no post and for no unit in particular.
    pub fn new(role: Role, level: Level, area: impl Into<String>) -> Self {
        Self { role, level, area: area.into(), post: None, unit: None, turn: None }
    }
}

/// The roles among `grants` that reach a case of `center_code` in `segment_code`, wherever no unit has it.
pub fn covers(grants: &[Grant], center_code: &str, segment_code: Option<&str>) -> Vec<Role> {
    let at = Whereabouts { center_code, segment_code, ..Whereabouts::default() };
    standings(grants, &at).into_iter().map(|standing| standing.role).collect()
}

#[cfg(test)]
mod tests {
    use super::*;

    fn grant(role: Role, level: Level, area: &str) -> Grant {
        Grant::new(role, level, area)
    }

    #[test]
    fn a_center_sees_its_own_cases_and_the_district_all_of_them() {
        let town = [grant(Role::CenterDispatcher, Level::Town, "410103001")];
        let district = [grant(Role::DistrictDispatcher, Level::District, "410103")];
        let chief = [grant(Role::RoadChief, Level::Segment, "410103001007")];
        assert_eq!(covers(&town, "410103001", None), vec![Role::CenterDispatcher]);
        assert_eq!(covers(&town, "410103002", None), vec![]);
        assert_eq!(covers(&district, "410103002", None), vec![Role::DistrictDispatcher]);
        assert_eq!(covers(&district, "410104002", None), vec![]);
        assert_eq!(covers(&chief, "410103001", Some("410103001007")), vec![Role::RoadChief]);
        assert_eq!(covers(&chief, "410103001", None), vec![]);
    }
}
