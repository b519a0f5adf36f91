//! Reading the fields of a message by our names for them.

use chrono::{DateTime, Utc};
use jiekou_core::clock::{Written, written};
use jiekou_core::hotline::{OrderField, Partner};
use jiekou_core::report::{FieldCode, FieldError};
use serde_json::{Map, Value};

/// A message of a partner, with the faults found so far.
#[derive(Debug)]
pub struct Reading<'a> {
    partner: &'a Partner,
    fields: &'a Map<String, Value>,
    pub faults: Vec<FieldError>,
}

impl<'a> Reading<'a> {
    pub fn new(partner: &'a Partner, fields: &'a Map<String, Value>) -> Self {
        Self { partner, fields, faults: Vec::new() }
    }

    /// The field as text, trimmed and without control characters; nothing where it is empty. Of several names the first
    /// one that says something counts.
    pub fn text(&mut self, field: OrderField, limit: usize) -> Option<String> {
        let names = self.partner.names_of(field);
        let found = names.iter().find_map(|name| Some((*name, said(self.fields.get(*name)?)?)));
        let (name, text) = found?;
        match text {
            Ok(text) if text.chars().count() > limit => {
                self.fault(name, FieldCode::TooLong, format!("最多 {limit} 字"));
                None
            }
            Ok(text) => Some(text),
            Err(()) => {
                self.fault(name, FieldCode::WrongType, "应为文字或数字".to_owned());
                None
            }
        }
    }

    /// The field as it came, and the name it came by. Of several names the first one that is there counts.
    pub fn value(&self, field: OrderField) -> Option<(String, &'a Value)> {
        let names = self.partner.names_of(field);
        let found = names.into_iter().find_map(|name| Some((name.to_owned(), self.fields.get(name)?)));
        found.filter(|(_, value)| !value.is_null())
    }

    /// Yes or no, as platforms write it.
    pub fn flag(&mut self, field: OrderField) -> Option<bool> {
        let text = self.text(field, 20)?;
        let meant = match text.to_lowercase().as_str() {
            "1" | "y" | "yes" | "true" | "是" | "保密" | "同意" => Some(true),
            "0" | "n" | "no" | "false" | "否" | "不保密" | "公开" | "不同意" => Some(false),
            _ => None,
        };
        if meant.is_none() {
            self.fault_of(field, FieldCode::Unknown, "请填 1（是）或 0（否）");
        }
        meant
    }

    /// A moment: `2026-11-27 08:30:00` (UTC+8), RFC 3339, or milliseconds since 1970.
    pub fn moment(&mut self, field: OrderField) -> Option<DateTime<Utc>> {
        let text = self.text(field, 40)?;
        let millis = || text.parse().ok().filter(|it: &i64| *it > 100_000_000_000);
        let epoch = millis().and_then(DateTime::from_timestamp_millis);
        let read = epoch.or_else(|| match written(&text)? {
            Written::Moment(moment) => Some(moment),
            Written::Day(day) => {
                let midnight = jiekou_core::clock::local::at(day, chrono::TimeDelta::zero());
                Some(jiekou_core::clock::local::instant(midnight))
            }
        });
        if read.is_none() {
            self.fault_of(field, FieldCode::Malformed, "时间请写成 2026-11-27 08:30:00");
        }
        read
    }

    /// A whole number of a few.
    pub fn number(&mut self, field: OrderField, most: u8) -> Option<u8> {
        let text = self.text(field, 20)?;
        let read = text.parse().ok().filter(|number| *number <= most);
        if read.is_none() {
            self.fault_of(field, FieldCode::OutOfRange, &format!("请填 0 至 {most}"));
        }
        read
    }

    /// A coordinate; one that is no number is none, for platforms send blanks and zeros.
    pub fn coordinate(&mut self, field: OrderField) -> Option<f64> {
        self.text(field, 40)?.parse().ok().filter(|it: &f64| it.is_finite() && *it != 0.0)
    }

    /// Notes that a field is owed.
    pub fn missing(&mut self, field: OrderField, words: &str) {
        let told = self.partner.names_of(field);
        let known = |fault: &FieldError| told.iter().any(|name| fault.pointer == pointer(name));
        if !self.faults.iter().any(known) {
            self.fault_of(field, FieldCode::Missing, words);
        }
    }

    /// Notes a fault of a field under the name it came by, else the first it may have.
    pub fn fault_of(&mut self, field: OrderField, code: FieldCode, words: &str) {
        let names = self.partner.names_of(field);
        let there = names.iter().find(|name| self.fields.contains_key(**name)).or(names.first());
        let name = there.map_or_else(|| field.name().to_owned(), |name| (*name).to_owned());
        self.fault(&name, code, words.to_owned());
    }

    pub(super) fn fault(&mut self, name: &str, code: FieldCode, words: String) {
        self.faults.push(FieldError::new(pointer(name), code, words));
    }
}

/// JSON pointer (RFC 6901) to a field.
pub(super) fn pointer(name: &str) -> String {
    format!("/{}", name.replace('~', "~0").replace('/', "~1"))
}

/// What a value says; `None`: nothing. An object or a list says nothing that is a field.
pub(super) fn said(value: &Value) -> Option<Result<String, ()>> {
    let text = match value {
        Value::Null => return None,
        Value::String(text) => text.clone(),
        Value::Number(number) => number.to_string(),
        Value::Bool(flag) => flag.to_string(),
        Value::Array(_) | Value::Object(_) => return Some(Err(())),
    };
    let text = text.replace("\r\n", "\n").replace('\r', "\n");
    let clean: String = text.chars().filter(|it| !it.is_control() || matches!(it, '\n' | '\t')).collect();
    let clean = clean.trim();
    (!clean.is_empty()).then(|| Ok(clean.to_owned()))
}
