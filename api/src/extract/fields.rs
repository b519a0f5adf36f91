//! Reading typed fields out of a JSON object, every wrong type noted with its pointer.

use chrono::{DateTime, NaiveDate, Utc};
use jiekou_core::report::{
    ClaimSecret, FieldCode, FieldError, Filer, RawContact, RawExposure, RawLocation, RawOrigin, RawReport,
};
use serde_json::{Map, Value};
use uuid::Uuid;

/// An object being read. `null` is the same as absent.
#[derive(Debug)]
pub struct Fields<'a> {
    object: &'a Map<String, Value>,
    prefix: String,
    pub faults: Vec<FieldError>,
}

impl<'a> Fields<'a> {
    pub fn new(object: &'a Map<String, Value>) -> Self {
        Self { object, prefix: String::new(), faults: Vec::new() }
    }

    fn value(&self, name: &str) -> Option<&'a Value> {
        self.object.get(name).filter(|value| !value.is_null())
    }

    fn wrong(&mut self, name: &str, expected: &str) {
        let pointer = format!("{}/{name}", self.prefix);
        self.faults.push(FieldError::new(pointer, FieldCode::WrongType, format!("应为{expected}")));
    }

    fn read<T>(
        &mut self,
        name: &str,
        expected: &str,
        read: impl FnOnce(&'a Value) -> Option<T>,
    ) -> Option<T> {
        let value = self.value(name)?;
        let read = read(value);
        if read.is_none() {
            self.wrong(name, expected);
        }
        read
    }

    pub fn text(&mut self, name: &str) -> Option<String> {
        self.read(name, "文字", |value| value.as_str().map(str::to_owned))
    }

    pub fn number(&mut self, name: &str) -> Option<f64> {
        self.read(name, "数字", Value::as_f64)
    }

    /// A number without decimals.
    pub fn whole(&mut self, name: &str) -> Option<i64> {
        self.read(name, "整数", Value::as_i64)
    }

    pub fn flag(&mut self, name: &str) -> bool {
        self.read(name, "true 或 false", Value::as_bool).unwrap_or_default()
    }

    /// A flag that may be left out.
    pub fn answer(&mut self, name: &str) -> Option<bool> {
        self.read(name, "true 或 false", Value::as_bool)
    }

    /// A day, as `2026-11-23`.
    pub fn day(&mut self, name: &str) -> Option<NaiveDate> {
        self.read(name, "日期，如 2026-11-23", |value| value.as_str()?.parse().ok())
    }

    /// One of the names that `named` knows.
    pub fn named<T>(&mut self, name: &str, expected: &str, named: impl Fn(&str) -> Option<T>) -> Option<T> {
        self.read(name, expected, |value| named(value.as_str()?))
    }

    /// A list of texts.
    pub fn texts(&mut self, name: &str) -> Vec<String> {
        let list = self.read(name, "文字的列表", |value| {
            value.as_array()?.iter().map(|item| item.as_str().map(str::to_owned)).collect()
        });
        list.unwrap_or_default()
    }

    /// A list of pairs of numbers.
    pub fn pairs(&mut self, name: &str) -> Vec<[f64; 2]> {
        let pair = |item: &Value| match item.as_array()?.as_slice() {
            [first, second] => Some([first.as_f64()?, second.as_f64()?]),
            _ => None,
        };
        let list = self
            .read(name, "[经度, 纬度] 的列表", |value| value.as_array()?.iter().map(pair).collect());
        list.unwrap_or_default()
    }

    pub fn moment(&mut self, name: &str) -> Option<DateTime<Utc>> {
        self.read(name, "带时区的时间，如 2026-11-23T08:00:00+08:00", |value| {
            DateTime::parse_from_rfc3339(value.as_str()?).ok().map(|moment| moment.to_utc())
        })
    }

    pub fn object(&mut self, name: &str) -> Option<&'a Map<String, Value>> {
        self.read(name, "对象", Value::as_object)
    }

    pub fn ids(&mut self, name: &str) -> Vec<Uuid> {
        let Some(items) = self.read(name, "编号的列表", Value::as_array) else {
            return Vec::new();
        };
        let mut ids = Vec::with_capacity(items.len());
        for (position, item) in items.iter().enumerate() {
            match item.as_str().and_then(|text| Uuid::try_parse(text).ok()) {
                Some(id) => ids.push(id),
                None => self.wrong(&format!("{name}/{position}"), "照片编号（UUID）"),
            }
        }
        ids
    }

    /// Reads a list of objects.
    pub fn objects<T>(&mut self, name: &str, mut read: impl FnMut(&mut Fields<'a>) -> T) -> Vec<T> {
        let Some(items) = self.read(name, "对象的列表", Value::as_array) else {
            return Vec::new();
        };
        let mut values = Vec::with_capacity(items.len());
        for (position, item) in items.iter().enumerate() {
            match item.as_object() {
                Some(object) => {
                    let prefix = format!("{}/{name}/{position}", self.prefix);
                    let mut inner = Fields { object, prefix, faults: Vec::new() };
                    values.push(read(&mut inner));
                    self.faults.append(&mut inner.faults);
                }
                None => self.wrong(&format!("{name}/{position}"), "对象"),
            }
        }
        values
    }

    /// Notes that a field is owed and not there.
    pub fn owed<T>(&mut self, name: &str, value: Option<T>, words: &str) -> Option<T> {
        let pointer = format!("{}/{name}", self.prefix);
        if value.is_none() && self.faults.iter().all(|fault| fault.pointer != pointer) {
            self.faults.push(FieldError::new(pointer, FieldCode::Missing, words));
        }
        value
    }

    /// Reads an object inside this one.
    pub fn inside<T>(
        &mut self,
        name: &str,
        prefix: &'static str,
        read: impl FnOnce(&mut Fields<'a>) -> T,
    ) -> Option<T> {
        let object = self.object(name)?;
        let mut inner = Fields { object, prefix: prefix.to_owned(), faults: Vec::new() };
        let value = read(&mut inner);
        self.faults.append(&mut inner.faults);
        Some(value)
    }

    /// Where something is.
    pub fn location(&mut self) -> Option<RawLocation> {
        self.inside("location", "/location", |location| RawLocation {
            longitude: location.number("longitude"),
            latitude: location.number("latitude"),
            coordinate_system: location.text("coordinateSystem"),
            accuracy_meters: location.number("accuracyMeters"),
            address: location.text("address"),
            component_id: location.text("componentId"),
            segment_code: location.text("segmentCode"),
        })
    }

    /// The claim secret, from the header or else from the field `claimSecret`.
    pub fn claim_secret(&mut self, header: Option<&str>) -> Option<ClaimSecret> {
        let written = header.map(str::to_owned).or_else(|| self.text("claimSecret"))?;
        let secret = ClaimSecret::parse(&written);
        if secret.is_none() {
            self.faults.push(FieldError::new("/claimSecret", FieldCode::Malformed, "凭证应为 32 位十六进制"));
        }
        secret
    }
}

/// A report as `POST /v1/reports` takes it, with every field of a wrong type noted. What the values must be is the
/// core's to say, together with these.
pub fn read_report(object: &Map<String, Value>, claim_header: Option<&str>) -> RawReport {
    let mut fields = Fields::new(object);
    RawReport {
        category: fields.text("category"),
        description: fields.text("description"),
        location: fields.location(),
        photo_ids: fields.ids("photoIds"),
        media_urls: Vec::new(),
        attributes: fields.object("attributes").cloned().unwrap_or_default(),
        occurred_at: fields.moment("occurredAt"),
        contact: fields.inside("contact", "/contact", |contact| RawContact {
            name: contact.text("name"),
            phone: contact.text("phone"),
            email: contact.text("email"),
        }),
        anonymous: fields.flag("anonymous"),
        duplicate_of: fields.text("duplicateOf"),
        confirm_new: fields.flag("confirmNew"),
        claim_secret: fields.claim_secret(claim_header),
        origin: RawOrigin {
            name: fields.text("origin"),
            exposure: fields.inside("media", "/media", |media| RawExposure {
                name: media.text("name"),
                published_on: media.day("publishedOn"),
                url: media.text("url"),
            }),
        },
        // The credential says, not the body.
        filer: Filer::Public,
        faults: fields.faults,
    }
}
