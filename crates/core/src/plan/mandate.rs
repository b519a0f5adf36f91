//! Which level decides, organises, checks and mobilises.

use serde::{Deserialize, Serialize};

use super::Cycle;
use crate::staff::{Grant, Level, Role};

/// `mandates` of `process.yaml`: the lowest level that each act belongs to; the levels above have it too.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "camelCase", deny_unknown_fields, default)]
pub struct Mandates {
    pub assess: Level,
    pub organise: Level,
    pub check: Level,
    pub mobilise: Level,
    /// How often towns are ranked, and districts.
    pub rank_towns: Cycle,
    pub rank_districts: Cycle,
}

/// What the levels of a city divide among themselves (決策考核、組織實施、日常檢查、市民動員; ZZ-16).
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
pub enum Act {
    /// 决策考核: supervising, ranking, placards, circulars.
    Assess,
    /// 组织实施: saying whose a case is, within the jurisdiction or outside.
    Organise,
    /// 日常检查: looking whether something is as it should be.
    Check,
    /// 市民动员: calling on citizens and shops.
    Mobilise,
}

impl Act {
    pub const ALL: [Self; 4] = [Self::Assess, Self::Organise, Self::Check, Self::Mobilise];

    /// Who does it, at a level that has it.
    pub const fn roles(self) -> &'static [Role] {
        match self {
            Self::Assess => &[Role::DistrictDispatcher, Role::Supervisor],
            Self::Organise => &[Role::CenterDispatcher, Role::DistrictDispatcher],
            Self::Check => {
                &[Role::Inspector, Role::CenterDispatcher, Role::DistrictDispatcher, Role::Supervisor]
            }
            Self::Mobilise => &[Role::CommunityOfficer, Role::CenterDispatcher, Role::DistrictDispatcher],
        }
    }
}

impl Mandates {
    /// The lowest level that has `act`.
    pub const fn lowest(&self, act: Act) -> Level {
        match act {
            Act::Assess => self.assess,
            Act::Organise => self.organise,
            Act::Check => self.check,
            Act::Mobilise => self.mobilise,
        }
    }

    /// Whether `level` has `act`. Levels that lie beside each other do not stand in for one another.
    pub fn allows(&self, act: Act, level: Level) -> bool {
        let lowest = self.lowest(act);
        level == lowest || !lowest.is_at_least(level)
    }

    /// Whether somebody in `role` at `level` does `act`.
    pub fn grants(&self, act: Act, role: Role, level: Level) -> bool {
        act.roles().contains(&role) && self.allows(act, level)
    }

    /// The grants among `held` by which somebody does `act`; where is for the caller to compare.
    pub fn held<'a>(&self, act: Act, held: &'a [Grant]) -> impl Iterator<Item = &'a Grant> {
        held.iter().filter(move |it| self.grants(act, it.role, it.level))
    }
}

impl Default for Mandates {
    fn default() -> Self {
        Self {
            assess: Level::District,
            organise: Level::Town,
            check: Level::Town,
            mobilise: Level::Community,
            rank_towns: Cycle::Month,
            rank_districts: Cycle::Month,
        }
    }
}
