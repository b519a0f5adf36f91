//! Blocks (黑名单): who may impose them, on whom, for how long.

use std::net::IpAddr;

use chrono::{DateTime, Duration, Utc};

use super::By;
use crate::report::contact::parse_phone;
use crate::report::{FieldCode, FieldError};
use crate::staff::{Grant, Level, Role};

/// The longest that somebody can be blocked for at once.
pub const LONGEST_BLOCK: Duration = Duration::days(90);
/// So many different people must have marked somebody's reports as spam before a block is proposed. It is never made.
pub const MARKS_THAT_PROPOSE: i64 = 2;
/// Marks older than this propose nothing any more.
pub const MARKS_COUNT_FOR: Duration = Duration::days(90);

/// How a block stands.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum BlockState {
    Running,
    /// Its time is over.
    Over,
    /// Ended before its time.
    Lifted,
}

impl BlockState {
    pub fn of(until: DateTime<Utc>, ended_at: Option<DateTime<Utc>>, now: DateTime<Utc>) -> Self {
        match ended_at {
            Some(ended_at) if ended_at < until => Self::Lifted,
            Some(_) => Self::Over,
            None if until <= now => Self::Over,
            None => Self::Running,
        }
    }

    pub fn name(self) -> &'static str {
        match self {
            Self::Running => "running",
            Self::Over => "over",
            Self::Lifted => "lifted",
        }
    }
}

/// The areas in which somebody with these grants blocks, lifts and answers appeals: those of the district's own dispatchers
/// and supervisors, and of its administrators. Whoever works for a unit, a town or less does not.
pub fn blocking_areas(grants: &[Grant]) -> Vec<String> {
    let may = |grant: &&Grant| {
        let role = match grant.role {
            Role::Admin | Role::DistrictDispatcher | Role::Supervisor => true,
            Role::CenterDispatcher
            | Role::PreVerifier
            | Role::Inspector
            | Role::UnitHandler
            | Role::EnforcementOfficer
            | Role::RoadChief
            | Role::GridWorker
            | Role::DeskOperator
            | Role::Reviewer
            | Role::Finance
            | Role::CommunityOfficer => false,
        };
        role && grant.unit.is_none() && grant.level.is_at_least(Level::District)
    };
    grants.iter().filter(may).map(|grant| grant.area.clone()).collect()
}

/// Whom a block is about, as it was sent.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Blocked {
    Address(IpAddr),
    Resident(uuid::Uuid),
    Phone(String),
    Device(String),
    OpenId(String),
}

impl Blocked {
    /// Whom `value` names.
    ///
    /// # Errors
    /// When it names nobody, or nobody who is blocked: staff are disabled, and keys of platforms revoked.
    pub fn parse(by: By, value: &str) -> Result<Self, FieldError> {
        let value = value.trim();
        let malformed = |words: &str| FieldError::new("/value", FieldCode::Malformed, words);
        let text = || {
            let fits = (1..=128).contains(&value.len()) && value.bytes().all(|byte| byte.is_ascii_graphic());
            if fits { Ok(value.to_owned()) } else { Err(malformed("应为 1 至 128 个可见字符")) }
        };
        match by {
            By::Address => value.parse().map(Self::Address).map_err(|_none| malformed("应为 IP 地址")),
            By::Resident => value.parse().map(Self::Resident).map_err(|_none| malformed("应为账号编号")),
            By::Phone => parse_phone(value).map(Self::Phone).ok_or_else(|| malformed("应为电话号码")),
            By::Device => text().map(Self::Device),
            By::OpenId => text().map(Self::OpenId),
            By::Desk | By::Platform => {
                let words = "工作人员请停用账号，平台请撤销密钥";
                Err(FieldError::new("/by", FieldCode::NotAllowed, words))
            }
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn at(hours: i64) -> DateTime<Utc> {
        DateTime::from_timestamp(1_800_000_000 + hours * 3_600, 0).unwrap()
    }

    #[test]
    fn a_block_ends_by_itself() {
        for (ended, now, state) in [
            (None, 0, BlockState::Running),
            (None, 23, BlockState::Running),
            (None, 24, BlockState::Over),
            (Some(5), 6, BlockState::Lifted),
            (Some(5), 30, BlockState::Lifted),
            (Some(24), 30, BlockState::Over),
        ] {
            assert_eq!(BlockState::of(at(24), ended.map(at), at(now)), state, "{ended:?} {now}");
        }
    }

    #[test]
    fn only_the_district_itself_blocks() {
        let areas = |role, level, area: &str| blocking_areas(&[Grant::new(role, level, area)]);
        for role in [Role::Admin, Role::DistrictDispatcher, Role::Supervisor] {
            assert_eq!(areas(role, Level::District, "410103"), ["410103"], "{role:?}");
            assert_eq!(areas(role, Level::City, "4101"), ["4101"], "{role:?}");
            assert!(areas(role, Level::Town, "410103001").is_empty(), "{role:?}");
        }
        assert!(areas(Role::DeskOperator, Level::District, "410103").is_empty());
        let unit = Grant {
            unit: Some("police".to_owned()),
            ..Grant::new(Role::Supervisor, Level::District, "410103")
        };
        assert!(blocking_areas(&[unit]).is_empty());
    }

    #[test]
    fn whom_a_block_is_about_is_read_or_refused() {
        assert!(Blocked::parse(By::Address, " 2001:db8::1 ").is_ok());
        assert_eq!(Blocked::parse(By::Phone, "139 0000 0000"), Ok(Blocked::Phone("13900000000".to_owned())));
        for (by, value, pointer) in [
            (By::Address, "192.0.2.0/24", "/value"),
            (By::Phone, "nobody", "/value"),
            (By::Resident, "7", "/value"),
            (By::OpenId, "", "/value"),
            (By::Device, "a b", "/value"),
            (By::Desk, "7", "/by"),
            (By::Platform, "7", "/by"),
        ] {
            assert_eq!(Blocked::parse(by, value).unwrap_err().pointer, pointer, "{by:?} {value}");
        }
    }
}
