//! Who may give which roles.

use super::{Grant, Role};
use crate::report::{FieldCode, FieldError};
use crate::rulebook::Rulebook;

/// Most grants of one account.
pub const MOST_GRANTS: usize = 20;

/// Whether somebody with `own` grants may give or take `grant`: an administrator at its level or above, whose area it
/// lies in, and of its unit where the administrator is one of a unit only. The codes of areas begin with those of the
/// areas above them (GB/T 2260, GB/T 10114).
pub fn may_grant(own: &[Grant], grant: &Grant) -> bool {
    own.iter().filter(|own| own.role == Role::Admin).any(|admin| {
        admin.level.is_at_least(grant.level)
            && grant.area.starts_with(&admin.area)
            && (admin.unit.is_none() || admin.unit == grant.unit)
    })
}

/// Whether somebody with `own` grants administers an account with `others`: may see it, because some of its grants are
/// theirs to give. An account without any is every administrator's.
pub fn may_see_account(own: &[Grant], others: &[Grant]) -> bool {
    let admin = own.iter().any(|grant| grant.role == Role::Admin);
    admin && (others.is_empty() || others.iter().any(|grant| may_grant(own, grant)))
}

/// Checks grants that somebody wants to give: each for an area, a post and a unit that there are, and none twice.
///
/// # Errors
/// Every fault, at `/grants/…`.
pub fn check_grants(grants: &[Grant], rules: &Rulebook) -> Result<(), Vec<FieldError>> {
    let mut faults = Vec::new();
    if grants.is_empty() {
        faults.push(FieldError::new("/grants", FieldCode::Missing, "请至少给一个角色"));
    }
    if grants.len() > MOST_GRANTS {
        let words = format!("至多 {MOST_GRANTS} 个角色");
        faults.push(FieldError::new("/grants", FieldCode::TooMany, words));
    }
    for (position, grant) in grants.iter().enumerate() {
        let mut fault = |field: &str, code, words: &str| {
            faults.push(FieldError::new(format!("/grants/{position}{field}"), code, words));
        };
        if !rules.has_area(grant.level, &grant.area) {
            fault("/area", FieldCode::Unknown, "该层级没有这个区域");
        }
        let posts = || rules.plan().posts.iter();
        if grant.post.as_ref().is_some_and(|code| posts().all(|post| post.code != *code)) {
            fault("/post", FieldCode::Unknown, "没有这个岗位");
        }
        if grant.unit.as_ref().is_some_and(|code| rules.unit(code).is_none()) {
            fault("/unit", FieldCode::Unknown, "没有这个责任单位");
        }
        if grants.iter().take(position).any(|other| other == grant) {
            fault("", FieldCode::AlreadyUsed, "同一角色重复");
        }
    }
    if faults.is_empty() { Ok(()) } else { Err(faults) }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::staff::Level;

    fn admin(level: Level, area: &str) -> Grant {
        Grant::new(Role::Admin, level, area)
    }

    #[test]
    fn an_administrator_gives_roles_at_the_own_level_or_below_inside_the_own_area() {
        use Level::{City, Community, District, Grid, Segment, Town};
        let (district, town) = (admin(District, "410103"), admin(Town, "410103001"));
        for (own, level, area, may) in [
            (&district, District, "410103", true),
            (&district, Town, "410103001", true),
            (&district, Segment, "410103001007", true),
            (&district, Grid, "41010300100302", true),
            (&district, City, "4101", false),
            (&district, District, "410104", false),
            (&district, Town, "410104001", false),
            (&town, Town, "410103001", true),
            (&town, Community, "410103001003", true),
            (&town, Town, "410103002", false),
            (&town, District, "410103", false),
            (&town, Segment, "410103002001", false),
        ] {
            for role in Role::ALL {
                let grant = Grant::new(role, level, area);
                assert_eq!(may_grant(std::slice::from_ref(own), &grant), may, "{own:?} {grant:?}");
            }
        }
    }

    #[test]
    fn nobody_but_administrators_gives_roles() {
        for role in Role::ALL.into_iter().filter(|role| *role != Role::Admin) {
            let own = [Grant::new(role, Level::City, "4101")];
            assert!(
                !may_grant(&own, &Grant::new(Role::RoadChief, Level::Segment, "410103001007")),
                "{role:?}"
            );
            assert!(!may_see_account(&own, &[]), "{role:?}");
        }
    }

    #[test]
    fn an_administrator_of_a_unit_gives_roles_of_that_unit_only() {
        let own = [Grant { unit: Some("police".into()), ..admin(Level::District, "410103") }];
        let grant = |unit: Option<&str>| Grant {
            unit: unit.map(str::to_owned),
            ..Grant::new(Role::UnitHandler, Level::District, "410103")
        };
        assert!(may_grant(&own, &grant(Some("police"))));
        assert!(!may_grant(&own, &grant(Some("water"))));
        assert!(!may_grant(&own, &grant(None)));
    }

    #[test]
    fn an_account_is_seen_by_administrators_of_any_of_its_areas() {
        let own = [admin(Level::Town, "410103001")];
        let (inside, outside) = (
            Grant::new(Role::Inspector, Level::Town, "410103001"),
            Grant::new(Role::Inspector, Level::Town, "410103002"),
        );
        assert!(may_see_account(&own, &[outside.clone(), inside]));
        assert!(!may_see_account(&own, &[outside]));
        assert!(may_see_account(&own, &[]));
    }
}
