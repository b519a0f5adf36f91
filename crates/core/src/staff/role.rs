//! Roles and levels.

use serde::{Deserialize, Serialize};

/// What somebody does.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, Serialize, Deserialize)]
#[serde(rename_all = "camelCase")]
pub enum Role {
    Admin,
    /// 区级派遣员
    DistrictDispatcher,
    /// 镇办数字化城管中心派遣员
    CenterDispatcher,
    /// 核实员
    PreVerifier,
    /// 核查员
    Inspector,
    /// 责任单位处置人
    UnitHandler,
    /// 执法人员
    EnforcementOfficer,
    /// 路长
    RoadChief,
    /// 网格员
    GridWorker,
    /// 热线坐席
    DeskOperator,
    /// 督办员
    Supervisor,
    /// 结案审核员
    Reviewer,
    Finance,
    /// 社区二级路长
    CommunityOfficer,
}

impl Role {
    pub const ALL: [Self; 14] = [
        Self::Admin,
        Self::DistrictDispatcher,
        Self::CenterDispatcher,
        Self::PreVerifier,
        Self::Inspector,
        Self::UnitHandler,
        Self::EnforcementOfficer,
        Self::RoadChief,
        Self::GridWorker,
        Self::DeskOperator,
        Self::Supervisor,
        Self::Reviewer,
        Self::Finance,
        Self::CommunityOfficer,
    ];

    /// The name stored and sent.
    pub fn name(self) -> &'static str {
        match self {
            Self::Admin => "admin",
            Self::DistrictDispatcher => "districtDispatcher",
            Self::CenterDispatcher => "centerDispatcher",
            Self::PreVerifier => "preVerifier",
            Self::Inspector => "inspector",
            Self::UnitHandler => "unitHandler",
            Self::EnforcementOfficer => "enforcementOfficer",
            Self::RoadChief => "roadChief",
            Self::GridWorker => "gridWorker",
            Self::DeskOperator => "deskOperator",
            Self::Supervisor => "supervisor",
            Self::Reviewer => "reviewer",
            Self::Finance => "finance",
            Self::CommunityOfficer => "communityOfficer",
        }
    }

    pub fn from_name(name: &str) -> Option<Self> {
        Self::ALL.into_iter().find(|role| role.name() == name)
    }
}

/// The level a role is held at; the area's code must be of that level.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, Serialize, Deserialize)]
#[serde(rename_all = "camelCase")]
pub enum Level {
    City,
    District,
    Town,
    Community,
    Segment,
    Grid,
}

impl Level {
    pub const ALL: [Self; 6] =
        [Self::City, Self::District, Self::Town, Self::Community, Self::Segment, Self::Grid];

    pub fn name(self) -> &'static str {
        match self {
            Self::City => "city",
            Self::District => "district",
            Self::Town => "town",
            Self::Community => "community",
            Self::Segment => "segment",
            Self::Grid => "grid",
        }
    }

    pub fn from_name(name: &str) -> Option<Self> {
        Self::ALL.into_iter().find(|level| level.name() == name)
    }

    /// Whether it is the level of `other` or one above it. Segment, community and grid lie beside each other.
    pub fn is_at_least(self, other: Self) -> bool {
        let height = |level| match level {
            Self::City => 3,
            Self::District => 2,
            Self::Town => 1,
            Self::Community | Self::Segment | Self::Grid => 0,
        };
        height(self) >= height(other)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_stored_name_is_the_sent_name() {
        for role in Role::ALL {
            assert_eq!(serde_json::to_value(role).unwrap(), role.name());
        }
        for level in Level::ALL {
            assert_eq!(serde_json::to_value(level).unwrap(), level.name());
        }
    }
}
