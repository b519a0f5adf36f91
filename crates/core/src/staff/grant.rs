//! A role held at a level over an area.

use serde::{Deserialize, Serialize};

use super::{Level, Role};

/// One role of somebody, with the area it holds in.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "camelCase")]
pub struct Grant {
    pub role: Role,
    pub level: Level,
    /// Code of the city (4 digits), district (6), town (9), community (12), segment or grid.
    pub area: String,
}

/// The roles among `grants` that reach a case of `center_code` in `segment_code`.
///
/// A city or district role reaches every center whose code begins with the area's; a town role its own center; a
/// segment or grid role the cases of that segment only. Hence a center never sees the cases of another one.
pub fn covers(grants: &[Grant], center_code: &str, segment_code: Option<&str>) -> Vec<Role> {
    let reaches = |grant: &Grant| match grant.level {
        Level::City | Level::District => center_code.starts_with(&grant.area),
        Level::Town => center_code == grant.area,
        Level::Community | Level::Segment | Level::Grid => segment_code == Some(grant.area.as_str()),
    };
    grants.iter().filter(|grant| reaches(grant)).map(|grant| grant.role).collect()
}

#[cfg(test)]
mod tests {
    use super::*;

    fn grant(role: Role, level: Level, area: &str) -> Grant {
        Grant { role, level, area: area.into() }
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
