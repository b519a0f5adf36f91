//! From what was sent to a record that can be filed: all faults at once.

use std::collections::{BTreeMap, BTreeSet};

use chrono::{Days, NaiveDate};
use serde_json::{Map, Value};

use super::{Directory, FieldType, RecordKind, Score, Step, Subject, SubjectKind};
use crate::report::text::parse_text;
use crate::report::{FieldCode, FieldError};
use crate::rulebook::Rulebook;

/// What was sent: typed, but nothing of it is believed.
#[derive(Debug, Clone, Default)]
pub struct RawRecord {
    pub kind: Option<String>,
    pub on: Option<NaiveDate>,
    pub about_kind: Option<String>,
    /// Codes; of people their account names.
    pub about_codes: Vec<String>,
    pub matter: Option<String>,
    pub fields: Map<String, Value>,
    pub scores: Map<String, Value>,
    pub attendees: Map<String, Value>,
    /// What could not even be read; told together with what is found wrong later.
    pub faults: Vec<FieldError>,
}

/// A record whose every field was checked. Of people nobody has looked yet whether they exist.
#[derive(Debug, Clone, PartialEq)]
pub struct NewRecord<'a> {
    pub kind: &'a RecordKind,
    /// The day that it is about: when they met, inspected, sanctioned.
    pub on: NaiveDate,
    pub about: SubjectKind,
    /// Codes; of people their account names.
    pub codes: Vec<String>,
    /// What a ladder of sanctions is climbed in.
    pub matter: Option<String>,
    pub step: Option<Step>,
    pub fields: Map<String, Value>,
    pub score: Score,
    pub attendees: BTreeMap<String, u32>,
}

/// Most subjects of one record.
const SUBJECTS: usize = 200;
/// What lies back further than a year is a mistyped year.
const LONGEST_AGO: Days = Days::new(366);
/// Longest name of a matter, in characters.
const MATTER: usize = 100;

impl<'a> NewRecord<'a> {
    /// Checks every field against the kind's entry of `rules`.
    ///
    /// # Errors
    /// Every fault found, each with the JSON pointer of its field.
    pub fn parse(
        mut raw: RawRecord,
        rules: &'a Rulebook,
        directory: &Directory<'_>,
        today: NaiveDate,
    ) -> Result<Self, Vec<FieldError>> {
        let mut faults = std::mem::take(&mut raw.faults);
        let kinds = &rules.plan().records;
        let kind = raw.kind.as_deref().and_then(|code| kinds.iter().find(|kind| kind.code == code));
        let Some(kind) = kind else {
            let code = if raw.kind.is_some() { FieldCode::Unknown } else { FieldCode::Missing };
            faults.push(FieldError::new("/kind", code, "请填台账种类，见 GET /v1/records/kinds"));
            return Err(without_echoes(faults));
        };
        let on = day(raw.on, today, &mut faults);
        let about = about(kind, &raw, directory, &mut faults);
        let (fields, step) = fields(kind, &raw.fields, today, &mut faults);
        let matter = matter(kind, raw.matter.as_deref(), &mut faults);
        let score = Score::parse(&kind.sheet, &raw.scores, &mut faults);
        let attendees = attendees(kind, &raw.attendees, &mut faults);
        match (on, about) {
            (Some(on), Some(about)) if faults.is_empty() => {
                let codes = raw.about_codes;
                Ok(Self { kind, on, about, codes, matter, step, fields, score, attendees })
            }
            _ => Err(without_echoes(faults)),
        }
    }

    /// What it is about, as it was sent.
    pub fn subjects(&self) -> impl Iterator<Item = Subject> {
        self.codes.iter().map(|code| Subject::new(self.about, code.clone()))
    }
}

/// A field that could not be read is not missing as well.
fn without_echoes(faults: Vec<FieldError>) -> Vec<FieldError> {
    let mut told = BTreeSet::new();
    faults.into_iter().filter(|fault| told.insert(fault.pointer.clone())).collect()
}

fn day(on: Option<NaiveDate>, today: NaiveDate, faults: &mut Vec<FieldError>) -> Option<NaiveDate> {
    let (code, words) = match on {
        None => (FieldCode::Missing, "请填日期"),
        Some(on) if on > today => (FieldCode::InFuture, "日期不能在将来"),
        Some(on) if today.checked_sub_days(LONGEST_AGO).is_some_and(|earliest| on < earliest) => {
            (FieldCode::OutOfRange, "日期太久以前，请核对年份")
        }
        Some(on) => return Some(on),
    };
    faults.push(FieldError::new("/on", code, words));
    None
}

fn about(
    kind: &RecordKind,
    raw: &RawRecord,
    directory: &Directory<'_>,
    faults: &mut Vec<FieldError>,
) -> Option<SubjectKind> {
    let before = faults.len();
    let only = match kind.about.as_slice() {
        [only] => Some(*only),
        _ => None,
    };
    let about = match raw.about_kind.as_deref() {
        None => only,
        Some(name) => SubjectKind::from_name(name).filter(|about| kind.about.contains(about)),
    };
    let Some(about) = about else {
        let known: Vec<&str> = kind.about.iter().map(|about| about.name()).collect();
        let code = if raw.about_kind.is_some() { FieldCode::Unknown } else { FieldCode::Missing };
        faults.push(FieldError::new("/about/kind", code, format!("请填 {}", known.join("、"))));
        return None;
    };
    let most = if kind.several { SUBJECTS } else { 1 };
    match raw.about_codes.len() {
        0 => faults.push(FieldError::new("/about/codes", FieldCode::Missing, "请填对象的代码")),
        some if some > most => {
            let words = format!("最多 {most} 个对象");
            faults.push(FieldError::new("/about/codes", FieldCode::TooMany, words));
        }
        _ => {}
    }
    let mut seen = BTreeSet::new();
    for (position, code) in raw.about_codes.iter().enumerate().take(most) {
        let pointer = format!("/about/codes/{position}");
        let subject = Subject::new(about, code.as_str());
        if !seen.insert(code) {
            faults.push(FieldError::new(pointer, FieldCode::AlreadyUsed, "同一对象写了两次"));
        } else if about != SubjectKind::Person && directory.areas(&subject).is_none() {
            let words = format!("没有这个{}", about.words());
            faults.push(FieldError::new(pointer, FieldCode::Unknown, words));
        } else if !directory.fits(kind, &subject) {
            let words = format!("“{}”不记这个{}", kind.name, about.words());
            faults.push(FieldError::new(pointer, FieldCode::NotAllowed, words));
        }
    }
    (faults.len() == before).then_some(about)
}

fn fields(
    kind: &RecordKind,
    sent: &Map<String, Value>,
    today: NaiveDate,
    faults: &mut Vec<FieldError>,
) -> (Map<String, Value>, Option<Step>) {
    let (mut fields, mut step) = (Map::new(), None);
    for field in &kind.fields {
        let pointer = format!("/fields/{}", field.code);
        match sent.get(&field.code).filter(|value| !value.is_null()) {
            None if field.optional => {}
            None => {
                let words = format!("请填“{}”", field.name);
                faults.push(FieldError::new(pointer, FieldCode::Missing, words));
            }
            Some(value) => match field.is.parse(&pointer, value, today) {
                Ok(value) => {
                    if kind.climbs.as_deref() == Some(&field.code) {
                        step = value.as_str().and_then(|option| Step::of(kind, option));
                    }
                    fields.insert(field.code.clone(), value);
                }
                Err(fault) => faults.push(fault),
            },
        }
    }
    for code in sent.keys().filter(|code| kind.field(code).is_none()) {
        let words = format!("“{}”没有这一项", kind.name);
        faults.push(FieldError::new(format!("/fields/{code}"), FieldCode::Unknown, words));
    }
    (fields, step)
}

fn matter(kind: &RecordKind, sent: Option<&str>, faults: &mut Vec<FieldError>) -> Option<String> {
    match (sent, kind.climbs.is_some()) {
        (None, false) => None,
        (None, true) => {
            let words = "请填事由：同一事由的处理只能逐级加重";
            faults.push(FieldError::new("/matter", FieldCode::Missing, words));
            None
        }
        (Some(_), false) => {
            let words = format!("“{}”不填事由", kind.name);
            faults.push(FieldError::new("/matter", FieldCode::NotAllowed, words));
            None
        }
        (Some(text), true) => parse_text("/matter", text, MATTER).map_err(|fault| faults.push(fault)).ok(),
    }
}

fn attendees(
    kind: &RecordKind,
    sent: &Map<String, Value>,
    faults: &mut Vec<FieldError>,
) -> BTreeMap<String, u32> {
    let mut present = BTreeMap::new();
    for attendee in &kind.attendees {
        let pointer = format!("/attendees/{}", attendee.code);
        let people = match sent.get(&attendee.code) {
            None => Some(0),
            Some(value) => value.as_u64().and_then(|people| u32::try_from(people).ok()),
        };
        match people.filter(|people| *people <= 10_000) {
            None => {
                let words = "应为到会人数";
                faults.push(FieldError::new(pointer, FieldCode::WrongType, words));
            }
            Some(people) if people < attendee.at_least => {
                let words = format!("{}至少 {} 人到会", attendee.name, attendee.at_least);
                let code = if sent.contains_key(&attendee.code) {
                    FieldCode::OutOfRange
                } else {
                    FieldCode::Missing
                };
                faults.push(FieldError::new(pointer, code, words));
            }
            Some(people) => {
                present.insert(attendee.code.clone(), people);
            }
        }
    }
    for code in sent.keys().filter(|code| kind.attendees.iter().all(|it| it.code != **code)) {
        let words = format!("“{}”不记这类到会人员", kind.name);
        faults.push(FieldError::new(format!("/attendees/{code}"), FieldCode::Unknown, words));
    }
    present
}

impl FieldType {
    /// Whether its values can be added up.
    pub fn is_count(&self) -> bool {
        matches!(self, Self::Count { .. })
    }
}
