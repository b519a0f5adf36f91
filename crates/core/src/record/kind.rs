//! Kinds of records: the entries of `records.yaml`.

use serde::{Deserialize, Serialize};

use super::{Choice, Field, FieldType, Item, SubjectKind};
use crate::period::Cycle;
use crate::place::{AreaKind, RoadClass};
use crate::plan::UnitKind;
use crate::staff::{Grant, Level, Role};

/// One kind of record.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
#[serde(rename_all = "camelCase", deny_unknown_fields)]
pub struct RecordKind {
    /// Lower-case letters, digits and hyphens.
    pub code: String,
    pub name: String,
    /// Rule of the plan that it comes from, such as `DF-05`.
    #[serde(default)]
    pub rule: Option<String>,
    /// The paragraph of the plan where no rule stands for it, such as 四(一).
    #[serde(default)]
    pub clause: Option<String>,
    /// What it can be about.
    pub about: Vec<SubjectKind>,
    /// Of these only some.
    #[serde(default)]
    pub only: Only,
    /// One record may be about several at once, as when several roads were washed in a night.
    #[serde(default)]
    pub several: bool,
    /// It is owed of each subject in every period of this cycle; absent: filed when there is occasion.
    #[serde(default)]
    pub every: Option<Cycle>,
    /// How many of them a period needs.
    #[serde(default = "once")]
    pub times: u32,
    /// What their numbers must add up to in a period.
    #[serde(default)]
    pub quota: Option<Quota>,
    /// Who files it; whoever is none of them is refused.
    pub filed_by: Vec<Filer>,
    /// Who must have been there.
    #[serde(default)]
    pub attendees: Vec<Attendee>,
    #[serde(default)]
    pub fields: Vec<Field>,
    /// The items that are scored.
    #[serde(default)]
    pub sheet: Vec<Item>,
    /// The choice whose options can only be climbed, in their order, within one matter.
    #[serde(default)]
    pub climbs: Option<String>,
    /// All of the staff read it, and not only those of its area.
    #[serde(default)]
    pub open: bool,
}

/// Narrows down what a kind is about; an empty list narrows nothing.
#[derive(Debug, Clone, PartialEq, Eq, Default, Serialize, Deserialize)]
#[serde(rename_all = "camelCase", deny_unknown_fields, default)]
pub struct Only {
    /// Codes of units.
    pub units: Vec<String>,
    pub unit_kinds: Vec<UnitKind>,
    /// Kinds of ground, of grids.
    pub places: Vec<AreaKind>,
    pub road_classes: Vec<RoadClass>,
    /// Posts that people hold.
    pub posts: Vec<String>,
}

/// A number that is owed instead of a count of records.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "camelCase", deny_unknown_fields)]
pub struct Quota {
    /// The field, a count, that is added up.
    pub field: String,
    pub at_least: i64,
}

/// Who files a kind of record: whoever has a grant like this over what it is about.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "camelCase", deny_unknown_fields)]
pub struct Filer {
    #[serde(default)]
    pub role: Option<Role>,
    #[serde(default)]
    pub level: Option<Level>,
    /// Code of the post that the role is held in.
    #[serde(default)]
    pub post: Option<String>,
    /// Code of the unit that the role is held for; without it only roles for an area itself count.
    #[serde(default)]
    pub unit: Option<String>,
}

/// Somebody who must have been there.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "camelCase", deny_unknown_fields)]
pub struct Attendee {
    /// Name of a role, or code of a post.
    pub code: String,
    pub name: String,
    /// The fewest of them; 0: they may stay away.
    #[serde(default = "once")]
    pub at_least: u32,
}

impl RecordKind {
    pub fn field(&self, code: &str) -> Option<&Field> {
        self.fields.iter().find(|field| field.code == code)
    }

    /// The options that can only be climbed, the lowest first.
    pub fn rungs(&self) -> &[Choice] {
        match self.climbs.as_deref().and_then(|code| self.field(code)).map(|field| &field.is) {
            Some(FieldType::Choice { of }) => of,
            _ => &[],
        }
    }

    /// The most that its sheet gives.
    pub fn full_points(&self) -> u32 {
        self.sheet.iter().map(|item| item.points).sum()
    }

    /// What a period needs of each subject: so many records, or so much.
    pub fn needs(&self) -> i64 {
        self.quota.as_ref().map_or_else(|| i64::from(self.times), |quota| quota.at_least)
    }
}

impl Filer {
    /// Whether a grant is like this.
    pub fn is(&self, grant: &Grant) -> bool {
        self.role.is_none_or(|role| role == grant.role)
            && self.level.is_none_or(|level| level == grant.level)
            && (self.post.is_none() || self.post == grant.post)
            && self.unit == grant.unit
    }
}

fn once() -> u32 {
    1
}

#[cfg(test)]
pub(super) mod tests {
    use super::*;

    /// A kind about towns, owed of nobody.
    pub fn plain() -> RecordKind {
        RecordKind {
            code: "meeting".to_owned(),
            name: "例会".to_owned(),
            rule: None,
            clause: None,
            about: vec![SubjectKind::Town],
            only: Only::default(),
            several: false,
            every: None,
            times: 1,
            quota: None,
            filed_by: Vec::new(),
            attendees: Vec::new(),
            fields: Vec::new(),
            sheet: Vec::new(),
            climbs: None,
            open: false,
        }
    }

    #[test]
    fn a_filer_is_a_role_at_a_level_and_for_a_unit_where_it_says_so() {
        let center = Grant::new(Role::CenterDispatcher, Level::Town, "410103001");
        let bureau = Grant {
            unit: Some("urban-management".to_owned()),
            ..Grant::new(Role::UnitHandler, Level::District, "410103")
        };
        let filer = |role, level, unit: Option<&str>| Filer {
            role,
            level,
            post: None,
            unit: unit.map(str::to_owned),
        };
        assert!(filer(Some(Role::CenterDispatcher), Some(Level::Town), None).is(&center));
        assert!(!filer(Some(Role::CenterDispatcher), Some(Level::District), None).is(&center));
        assert!(filer(None, None, Some("urban-management")).is(&bureau));
        assert!(!filer(None, None, Some("police")).is(&bureau));
        assert!(!filer(Some(Role::UnitHandler), None, None).is(&bureau), "a unit is no center");
    }
}
