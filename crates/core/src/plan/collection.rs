//! 采集: whose work is to look for problems, and what their reports owe.

use serde::{Deserialize, Serialize};

use crate::report::{FieldCode, FieldError, RawReport};
use crate::staff::{Grant, Role};

/// `collection` of `process.yaml`.
#[derive(Debug, Clone, PartialEq, Eq, Default, Serialize, Deserialize)]
#[serde(rename_all = "camelCase", deny_unknown_fields, default)]
pub struct Collection {
    /// Codes of the posts that collect (数字化采集员、监督员); empty: whoever looks for problems by their role.
    pub posts: Vec<String>,
    /// A collector's report needs a category, which gives it kind and code.
    pub category: bool,
    /// A collector's report needs a place, not only words for one.
    pub place: bool,
    /// A collector's report needs a photo.
    pub photo: bool,
    /// Nothing is dispatched to a department that nobody collected or confirmed on the spot; else it is transferred.
    pub departments: bool,
}

impl Collection {
    /// Whether somebody with these grants collects.
    pub fn collects(&self, grants: &[Grant]) -> bool {
        grants.iter().any(|grant| match &grant.post {
            _ if self.posts.is_empty() => looks(grant.role),
            Some(post) => self.posts.contains(post),
            None => false,
        })
    }

    /// What a collector's report lacks.
    pub fn lacks(&self, raw: &RawReport) -> Vec<FieldError> {
        let given = |text: &Option<String>| text.as_deref().is_some_and(|text| !text.trim().is_empty());
        let placed = raw.location.as_ref().is_some_and(|it| {
            it.longitude.is_some() && it.latitude.is_some()
                || given(&it.component_id)
                || given(&it.segment_code)
        });
        let owed = [
            (self.category && !given(&raw.category), "/category", "采集上报请选择类别"),
            (self.place && !placed, "/location", "采集上报请给出坐标、部件编号或路段"),
            (self.photo && raw.photo_ids.is_empty(), "/photoIds", "采集上报请附照片"),
        ];
        owed.into_iter()
            .filter(|(lacks, ..)| *lacks)
            .map(|(_, pointer, words)| FieldError::new(pointer, FieldCode::Missing, words))
            .collect()
    }
}

/// Roles that look for problems, and neither decide on them nor take calls.
const fn looks(role: Role) -> bool {
    match role {
        Role::GridWorker
        | Role::RoadChief
        | Role::CommunityOfficer
        | Role::EnforcementOfficer
        | Role::Inspector
        | Role::PreVerifier
        | Role::Supervisor => true,
        Role::Admin
        | Role::DistrictDispatcher
        | Role::CenterDispatcher
        | Role::UnitHandler
        | Role::DeskOperator
        | Role::Reviewer
        | Role::Finance => false,
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::report::RawLocation;
    use crate::staff::Level;

    fn grant(role: Role, post: Option<&str>) -> Grant {
        Grant { post: post.map(str::to_owned), ..Grant::new(role, Level::Segment, "999901001001") }
    }

    #[test]
    fn collectors_hold_a_post_of_the_plan_or_a_role_that_looks() {
        let by_role = Collection::default();
        let by_post = Collection { posts: vec!["l2-collector".into()], ..Collection::default() };
        for (held, role, post) in [
            (grant(Role::GridWorker, Some("l2-collector")), true, true),
            (grant(Role::GridWorker, Some("l2-sanitation")), true, false),
            (grant(Role::GridWorker, None), true, false),
            (grant(Role::DeskOperator, None), false, false),
            (grant(Role::CenterDispatcher, None), false, false),
        ] {
            let held = [held];
            assert_eq!((by_role.collects(&held), by_post.collects(&held)), (role, post), "{held:?}");
        }
    }

    #[test]
    fn everything_that_a_collectors_report_lacks_is_told_at_once() {
        let strict = Collection { category: true, place: true, photo: true, ..Collection::default() };
        let pointers = |raw: &RawReport| -> Vec<String> {
            strict.lacks(raw).into_iter().map(|fault| fault.pointer).collect()
        };
        let words = RawLocation { address: Some("淮河路".into()), ..RawLocation::default() };
        let bare = RawReport { location: Some(words), category: Some(" ".into()), ..RawReport::default() };
        assert_eq!(pointers(&bare), ["/category", "/location", "/photoIds"]);
        let component = RawLocation { component_id: Some("c-1".into()), ..RawLocation::default() };
        let whole = RawReport {
            category: Some("manhole".into()),
            location: Some(component),
            photo_ids: vec![uuid::Uuid::nil()],
            ..RawReport::default()
        };
        assert_eq!(pointers(&whole), [""; 0]);
        assert_eq!(Collection::default().lacks(&bare), vec![]);
    }
}
