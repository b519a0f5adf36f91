//! Kinds of records: every name leads somewhere, and what is owed can be paid.

use std::collections::HashSet;

use super::super::RulebookData;
use super::super::reader::Reader;
use super::{doubles, is_slug};
use crate::record::{Field, FieldType, RecordKind, SubjectKind};
use crate::staff::Role;

const FILE: &str = "records.yaml";

pub(super) fn check(data: &RulebookData, reader: &mut Reader<'_>) {
    let kinds = &data.plan.records;
    for (code, nth) in doubles(kinds.iter().map(|kind| kind.code.as_str())) {
        let line = reader.line(FILE, code, nth);
        reader.fault(FILE, line, format!("record `{code}` stands twice: give each its own code"));
    }
    let names = Names {
        units: data.plan.units.iter().map(|unit| unit.code.as_str()).collect(),
        posts: data.plan.posts.iter().map(|post| post.code.as_str()).collect(),
    };
    for kind in kinds {
        let line = reader.line(FILE, &kind.code, 0);
        for words in names.faults(kind).into_iter().chain(faults(kind)) {
            reader.fault(FILE, line, format!("record `{}` {words}", kind.code));
        }
    }
}

struct Names<'a> {
    units: HashSet<&'a str>,
    posts: HashSet<&'a str>,
}

impl Names<'_> {
    /// Names that lead nowhere.
    fn faults(&self, kind: &RecordKind) -> Vec<String> {
        let mut faults = Vec::new();
        let filers = || kind.filed_by.iter();
        let units = kind.only.units.iter().chain(filers().filter_map(|filer| filer.unit.as_ref()));
        for unit in units.filter(|unit| !self.units.contains(unit.as_str())) {
            faults.push(format!("names unit `{unit}`, which units.yaml lacks"));
        }
        let posts = kind.only.posts.iter().chain(filers().filter_map(|filer| filer.post.as_ref()));
        for post in posts.filter(|post| !self.posts.contains(post.as_str())) {
            faults.push(format!("names post `{post}`, which posts.yaml lacks"));
        }
        for attendee in &kind.attendees {
            if Role::from_name(&attendee.code).is_none() && !self.posts.contains(attendee.code.as_str()) {
                faults.push(format!(
                    "wants `{}` to attend, which is neither a role nor a post of posts.yaml",
                    attendee.code
                ));
            }
        }
        faults
    }
}

fn faults(kind: &RecordKind) -> Vec<String> {
    let mut faults = Vec::new();
    let mut tell = |wrong: bool, words: &str| {
        if wrong {
            faults.push(words.to_owned());
        }
    };
    tell(
        !is_slug(&kind.code),
        "has a code with other characters than lower-case letters, digits and hyphens",
    );
    tell(
        kind.rule.is_none() && kind.clause.is_none(),
        "comes from nowhere: write its `rule`, or its `clause`",
    );
    tell(kind.about.is_empty(), "is about nothing: write `about`");
    tell(kind.filed_by.is_empty(), "is filed by nobody: write `filedBy`");
    let anybody = kind.filed_by.iter().any(|filer| filer.role.is_none() && filer.unit.is_none());
    tell(anybody, "is filed by anybody: each of `filedBy` needs a `role` or a `unit`");
    let of_people = kind.about.contains(&SubjectKind::Person);
    tell(kind.every.is_some() && of_people, "is owed of people, who are listed nowhere: leave `every` out");
    tell(kind.every.is_none() && kind.quota.is_some(), "has a `quota` but no period for it: write `every`");
    tell(kind.times == 0, "is owed no times: leave `every` out instead");
    tell(kind.climbs.is_some() && kind.several, "climbs for several at once: leave `several` out");
    if let Some(code) = &kind.climbs {
        let ladder = kind.field(code).filter(|field| !field.optional && !kind.rungs().is_empty());
        tell(ladder.is_none(), "climbs a field that is no choice, or that may be left out");
    }
    if let Some(quota) = &kind.quota {
        let count = kind.field(&quota.field).filter(|field| !field.optional && field.is.is_count());
        tell(count.is_none(), "adds up a field that is no count, or that may be left out");
        tell(quota.at_least < 1, "has a quota that is met by nothing");
    }
    tell(kind.sheet.iter().any(|item| item.points == 0), "has an item without points");
    let codes = |codes: Vec<&str>, what: &str| {
        let twice = doubles(codes.iter().copied()).into_iter();
        let twice = twice.map(|(code, _)| format!("has {what} `{code}` twice")).collect::<Vec<_>>();
        let odd = codes.iter().filter(|code| !is_slug(code));
        odd.map(|code| format!("has {what} `{code}`: write lower-case letters, digits and hyphens"))
            .chain(twice)
            .collect::<Vec<_>>()
    };
    faults.extend(codes(kind.fields.iter().map(|field| field.code.as_str()).collect(), "field"));
    faults.extend(codes(kind.sheet.iter().map(|item| item.code.as_str()).collect(), "item"));
    let attendees: Vec<&str> = kind.attendees.iter().map(|it| it.code.as_str()).collect();
    faults.extend(
        doubles(attendees.into_iter()).iter().map(|(code, _)| format!("has attendee `{code}` twice")),
    );
    for field in &kind.fields {
        faults.extend(of_field(field).into_iter().map(|words| format!("field `{}` {words}", field.code)));
        if let FieldType::Choice { of } = &field.is {
            let what = format!("in field `{}` option", field.code);
            faults.extend(codes(of.iter().map(|option| option.code.as_str()).collect(), &what));
        }
    }
    faults
}

fn of_field(field: &Field) -> Option<&'static str> {
    match &field.is {
        FieldType::Text { at_most } => {
            (!(1..=10_000).contains(at_most)).then_some("takes 1 to 10000 characters")
        }
        FieldType::Count { at_least, at_most, .. } => {
            (at_least > at_most).then_some("has `atMost` below `atLeast`")
        }
        FieldType::Number { at_least, at_most, .. } => {
            // Also where one of the two is no number.
            at_least
                .partial_cmp(at_most)
                .is_none_or(|it| it.is_gt())
                .then_some("has `atMost` below `atLeast`")
        }
        FieldType::Choice { of } => of.is_empty().then_some("has nothing to choose from"),
        FieldType::Date { .. } | FieldType::Flag | FieldType::Link => None,
    }
}
