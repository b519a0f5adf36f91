//! Who sees which patrols: as in statistics, city, district and town all that was walked there, a segment, community or grid
//! its own; and everybody what they took part in.

use jiekou_core::patrol::Area;
use jiekou_core::rulebook::Rulebook;
use jiekou_core::staff::{Level, Role};
use jiekou_store::patrols::list::PatrolView;

use crate::Staff;

/// The areas that a member of staff sees, as text.
pub(crate) fn areas(rules: &Rulebook, staff: &Staff) -> Vec<String> {
    let own = staff.grants.iter().filter(|grant| grant.unit.is_none());
    own.map(|grant| Area::of_grant(rules, grant).to_string()).collect()
}

/// Whether the caller sees it.
pub(crate) fn sees(rules: &Rulebook, staff: &Staff, patrol: &PatrolView) -> bool {
    let took_part = patrol.parts.0.iter().any(|part| part.staff_id == staff.staff_id);
    took_part
        || patrol.recorded_by == staff.staff_id
        || areas(rules, staff).iter().any(|area| patrol.reach.contains(area))
}

/// Whether the caller may strike it out: its author, and the center of the place or one above.
pub(crate) fn may_strike(rules: &Rulebook, staff: &Staff, patrol: &PatrolView) -> bool {
    let center = staff.grants.iter().any(|grant| {
        let role = matches!(grant.role, Role::CenterDispatcher | Role::DistrictDispatcher);
        let whole = matches!(grant.level, Level::City | Level::District | Level::Town);
        role && whole
            && grant.unit.is_none()
            && patrol.reach.contains(&Area::of_grant(rules, grant).to_string())
    });
    center || patrol.recorded_by == staff.staff_id
}
