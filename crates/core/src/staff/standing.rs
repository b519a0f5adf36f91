//! How somebody stands to a case: the roles that reach it, each with its level, post and unit.

use super::{Grant, Level, Role};

/// Where a case lies and who works on it: what reaching it depends on.
#[derive(Debug, Clone, Copy, Default)]
pub struct Whereabouts<'a> {
    pub center_code: &'a str,
    pub segment_code: Option<&'a str>,
    pub community_code: Option<&'a str>,
    pub grid_code: Option<&'a str>,
    /// Codes of the units that have it, handle with them, or were called.
    pub units: &'a [&'a str],
}

/// A role as it reaches one case.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Standing {
    pub role: Role,
    pub level: Level,
    /// Code of the post it is held in, where the account says so.
    pub post: Option<String>,
    /// Code of the unit it is held for.
    pub unit: Option<String>,
    /// Held at the very center that answers for the case.
    pub own_center: bool,
}

/// The roles among `grants` that reach the case, in their order.
///
/// A city or district role reaches every center whose code begins with the area's; a town role its own center; a
/// community, segment or grid role what lies there. A role held for a unit reaches only what that unit works on. Hence
/// a center never sees the cases of another one, and a unit only its own.
pub fn standings(grants: &[Grant], at: &Whereabouts<'_>) -> Vec<Standing> {
    let reaches = |grant: &Grant| {
        let here = match grant.level {
            Level::City | Level::District => at.center_code.starts_with(&grant.area),
            Level::Town => at.center_code == grant.area,
            Level::Community => at.community_code == Some(&grant.area),
            Level::Segment => at.segment_code == Some(&grant.area),
            Level::Grid => at.grid_code == Some(&grant.area) || at.segment_code == Some(&grant.area),
        };
        here && grant.unit.as_deref().is_none_or(|unit| at.units.contains(&unit))
    };
    let standing = |grant: &Grant| Standing {
        role: grant.role,
        level: grant.level,
        post: grant.post.clone(),
        unit: grant.unit.clone(),
        own_center: match grant.level {
            Level::Town => true,
            Level::City | Level::District => at.center_code.strip_prefix(&grant.area) == Some("000"),
            Level::Community | Level::Segment | Level::Grid => false,
        },
    };
    grants.iter().filter(|grant| reaches(grant)).map(standing).collect()
}

#[cfg(test)]
mod tests {
    use super::*;

    fn at<'a>(units: &'a [&'a str]) -> Whereabouts<'a> {
        Whereabouts {
            center_code: "410103001",
            segment_code: Some("410103001007"),
            community_code: Some("410103001003"),
            grid_code: Some("41010300100302"),
            units,
        }
    }

    fn roles(grant: &Grant, units: &[&str]) -> Vec<Role> {
        standings(std::slice::from_ref(grant), &at(units)).into_iter().map(|it| it.role).collect()
    }

    #[test]
    fn each_level_reaches_what_lies_in_its_area() {
        for (level, own, other) in [
            (Level::City, "4101", "4102"),
            (Level::District, "410103", "410104"),
            (Level::Town, "410103001", "410103002"),
            (Level::Community, "410103001003", "410103001004"),
            (Level::Segment, "410103001007", "410103001008"),
            (Level::Grid, "41010300100302", "41010300100303"),
        ] {
            assert_eq!(roles(&Grant::new(Role::RoadChief, level, own), &[]), [Role::RoadChief], "{level:?}");
            assert_eq!(roles(&Grant::new(Role::RoadChief, level, other), &[]), [], "{level:?}");
        }
    }

    #[test]
    fn a_unit_reaches_only_what_it_works_on() {
        let police =
            Grant { unit: Some("police".into()), ..Grant::new(Role::UnitHandler, Level::District, "410103") };
        assert_eq!(roles(&police, &["water", "police"]), [Role::UnitHandler]);
        assert_eq!(roles(&police, &["water"]), []);
    }

    #[test]
    fn the_district_stands_at_the_own_center_only_where_no_town_answers() {
        let district = [Grant::new(Role::DistrictDispatcher, Level::District, "410103")];
        assert!(!standings(&district, &at(&[]))[0].own_center);
        let unknown = Whereabouts { center_code: "410103000", ..Whereabouts::default() };
        assert!(standings(&district, &unknown)[0].own_center);
    }
}
