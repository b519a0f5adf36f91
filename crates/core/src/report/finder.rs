//! Which of those whose work it is to look found a problem: a third party and enforcement watch each other.

use super::Origin;
use crate::plan::UnitKind;
use crate::rulebook::Rulebook;
use crate::staff::{Grant, Role};

/// Who of those that patrol found it.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
pub enum Finder {
    /// 社会第三方: a company that collects (信息采集公司).
    ThirdParty,
    /// 行政执法部门
    Enforcement,
}

impl Finder {
    /// The name stored.
    pub const fn name(self) -> &'static str {
        match self {
            Self::ThirdParty => "thirdParty",
            Self::Enforcement => "enforcement",
        }
    }

    /// The finder of a report of this origin that somebody with these grants files; `None` where neither found it.
    pub fn of(origin: &Origin, grants: &[Grant], rules: &Rulebook) -> Option<Self> {
        if *origin != Origin::Patrol {
            return None;
        }
        let works_for = |kind: UnitKind| {
            let mut units = grants.iter().filter_map(|grant| rules.unit(grant.unit.as_deref()?));
            units.any(|unit| unit.kind == kind)
        };
        let enforces = || grants.iter().any(|grant| grant.role == Role::EnforcementOfficer);
        if works_for(UnitKind::ThirdParty) {
            Some(Self::ThirdParty)
        } else if works_for(UnitKind::Enforcement) || enforces() {
            Some(Self::Enforcement)
        } else {
            None
        }
    }
}
