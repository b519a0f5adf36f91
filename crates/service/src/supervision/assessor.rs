//! Who assesses, and whose matters one may read.

use jiekou_core::rulebook::Rulebook;
use jiekou_core::staff::{Grant, Level, Role};

use crate::{ServiceError, Staff};

/// The area that the caller assesses: that of a grant at the very level which `mandates.assess` names, so that one segment
/// or town has one assessor.
///
/// # Errors
/// [`ServiceError::Forbidden`] for everybody else.
pub(super) fn assesses<'a>(rules: &Rulebook, staff: &'a Staff) -> Result<&'a str, ServiceError> {
    let level = rules.plan().process.mandates.assess;
    let decides = |grant: &&Grant| {
        let role = matches!(grant.role, Role::DistrictDispatcher | Role::Supervisor);
        role && grant.level == level && grant.unit.is_none()
    };
    let grant = staff.grants.iter().find(decides).ok_or(ServiceError::Forbidden)?;
    Ok(&grant.area)
}

/// What of the supervised a member of staff may read.
pub(super) struct Sight<'a> {
    /// Codes of cities, districts and towns, all of which they see.
    areas: Vec<&'a str>,
    segments: Vec<&'a str>,
}

impl<'a> Sight<'a> {
    /// # Errors
    /// [`ServiceError::Forbidden`] for whoever sees nothing: people of units have their own cases only.
    pub fn of(staff: &'a Staff) -> Result<Self, ServiceError> {
        let grants = || staff.grants.iter().filter(|grant| grant.unit.is_none());
        let is_whole = |grant: &&Grant| matches!(grant.level, Level::City | Level::District | Level::Town);
        let areas: Vec<&str> = grants().filter(is_whole).map(|grant| grant.area.as_str()).collect();
        let on_segment = grants().filter(|grant| grant.level == Level::Segment);
        let segments: Vec<&str> = on_segment.map(|grant| grant.area.as_str()).collect();
        if areas.is_empty() && segments.is_empty() {
            return Err(ServiceError::Forbidden);
        }
        Ok(Self { areas, segments })
    }

    /// Whether they see what a center answers for, or a segment of their own.
    pub fn shows(&self, center: &str, segment: Option<&str>) -> bool {
        let inside = self.areas.iter().any(|area| center.starts_with(area));
        inside || segment.is_some_and(|segment| self.segments.contains(&segment))
    }

    /// The areas and segments by their codes.
    pub fn codes(&self) -> (Vec<String>, Vec<String>) {
        let owned = |codes: &[&str]| codes.iter().map(|code| (*code).to_owned()).collect();
        (owned(&self.areas), owned(&self.segments))
    }

    /// Whether the matters of an area that assesses concern them: it lies in theirs, or theirs in it.
    pub fn concerns(&self, area: &str) -> bool {
        let all = || self.areas.iter().chain(&self.segments);
        all().any(|own| own.starts_with(area) || area.starts_with(own))
    }
}
