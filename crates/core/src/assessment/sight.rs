//! Who publishes rankings, and who sees them before they are.

use crate::staff::{Grant, Level, Role};

/// What somebody sees of a ranking.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Sight {
    All,
    /// Only rows whose codes begin with one of these, or are one of these.
    Some {
        areas: Vec<String>,
        own: Vec<String>,
    },
}

/// Whether they publish rankings: whoever assesses (决策考核, the plan's mandate) over the whole jurisdiction, and is there to
/// decide.
pub fn publishes(grants: &[Grant], assess: Level, jurisdiction: &str) -> bool {
    let decides = |grant: &&Grant| matches!(grant.role, Role::DistrictDispatcher | Role::Supervisor);
    grants.iter().filter(decides).any(|grant| assesses(grant, assess, jurisdiction))
}

/// What they see of a ranking that is not published. Whoever assesses sees all, everybody else what lies in their own
/// area: a town its own row.
pub fn sight(grants: &[Grant], assess: Level, jurisdiction: &str) -> Sight {
    if grants.iter().any(|grant| assesses(grant, assess, jurisdiction)) {
        return Sight::All;
    }
    let of_area = grants.iter().filter(|grant| grant.unit.is_none());
    let own = grants.iter().filter_map(|grant| grant.unit.clone()).collect();
    Sight::Some { areas: of_area.map(|grant| grant.area.clone()).collect(), own }
}

impl Sight {
    pub fn shows(&self, code: &str) -> bool {
        match self {
            Self::All => true,
            Self::Some { areas, own } => {
                areas.iter().any(|area| code.starts_with(area.as_str()))
                    || own.iter().any(|unit| unit == code)
            }
        }
    }
}

/// Of the plan's level or above it, and over all of the jurisdiction: the code of a city begins with that of its area.
fn assesses(grant: &Grant, assess: Level, jurisdiction: &str) -> bool {
    let above = matches!(grant.level, Level::City | Level::District) && grant.level.is_at_least(assess);
    above && grant.unit.is_none() && jurisdiction.starts_with(&grant.area)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn whoever_assesses_sees_all_and_everybody_else_their_own() {
        let grant = |role, level, area: &str| [Grant::new(role, level, area)];
        let dispatcher = Role::DistrictDispatcher;
        for (grants, assess, jurisdiction, publishes_it, sees) in [
            (grant(dispatcher, Level::District, "410103"), Level::District, "410103", true, [true, true]),
            (grant(dispatcher, Level::City, "4101"), Level::District, "410103", true, [true, true]),
            (grant(dispatcher, Level::City, "4101"), Level::City, "410100", true, [true, true]),
            (grant(dispatcher, Level::District, "410103"), Level::City, "410100", false, [true, false]),
            (
                grant(Role::DeskOperator, Level::District, "410103"),
                Level::District,
                "410103",
                false,
                [true, true],
            ),
            (
                grant(Role::Supervisor, Level::Town, "410103001"),
                Level::District,
                "410103",
                false,
                [true, false],
            ),
            (
                grant(Role::RoadChief, Level::Segment, "410103001007"),
                Level::District,
                "410103",
                false,
                [false, false],
            ),
        ] {
            assert_eq!(publishes(&grants, assess, jurisdiction), publishes_it, "{grants:?}");
            let sight = sight(&grants, assess, jurisdiction);
            assert_eq!(["410103001", "410104001"].map(|code| sight.shows(code)), sees, "{grants:?}");
        }
        let police = [Grant {
            unit: Some("police".into()),
            ..Grant::new(Role::UnitHandler, Level::District, "410103")
        }];
        let sight = sight(&police, Level::District, "410103");
        assert_eq!(["police", "water", "410103001"].map(|code| sight.shows(code)), [true, false, false]);
    }
}
