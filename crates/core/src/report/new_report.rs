//! From what was sent to a report that can be believed: all faults at once, coordinates made WGS-84 here and once.

use chrono::{DateTime, Duration, Utc};
use serde_json::{Map, Value};
use uuid::Uuid;

use super::contact::{parse_email, parse_phone};
use super::text::parse_text;
use super::{ClaimSecret, Contact, FieldCode, FieldError, Filer, Origin, RawContact, RawLocation, RawReport};
use crate::case::CaseNumber;
use crate::category::answers;
use crate::clock::local::local;
use crate::place::coordinates::Axis;
use crate::place::gazetteer::Place;
use crate::place::{CoordinateError, CoordinateSystem, DeclaredPoint, Wgs84};
use crate::rulebook::Rulebook;

/// Longest description of a resident's report, in characters.
pub const DESCRIPTION_LIMIT: usize = 2_000;
/// Longest description that a platform hands on (GeoReport v2 says 4,000).
pub const PLATFORM_DESCRIPTION_LIMIT: usize = 4_000;
/// Longest address of a photo.
const MEDIA_URL_LIMIT: usize = 2_000;
/// Most photos a report may name.
pub const PHOTO_LIMIT: usize = 9;
/// A problem older than ten years is a mistyped year.
const LONGEST_AGO: Duration = Duration::days(3_653);
/// A position reported as less exact than this says nothing: 10 km.
const ACCURACY_LIMIT_METERS: f64 = 10_000.0;

/// A report whose every field was checked. After this no function checks again.
#[derive(Debug, Clone)]
pub struct NewReport {
    /// Slug of a category of the rulebook, or `None` to have it suggested from the words.
    pub category: Option<String>,
    pub description: String,
    pub place: ReportedPlace,
    pub photo_ids: Vec<Uuid>,
    /// `https://` addresses that photos are fetched from later.
    pub media_urls: Vec<String>,
    pub attributes: Map<String, Value>,
    pub occurred_at: Option<DateTime<Utc>>,
    pub contact: Contact,
    pub anonymous: bool,
    pub duplicate_of: Option<CaseNumber>,
    pub confirm_new: bool,
    pub claim_secret: Option<ClaimSecret>,
    pub origin: Origin,
}

/// Where the reporter says the problem is; at least one of point, address, component and segment is there.
#[derive(Debug, Clone, Default)]
pub struct ReportedPlace {
    pub point: Option<Wgs84>,
    /// What was declared, kept beside the converted point for whoever must explain a shift.
    pub declared: Option<DeclaredPoint>,
    pub accuracy_meters: Option<f64>,
    pub address: Option<String>,
    pub component_id: Option<String>,
    pub segment_code: Option<String>,
    /// What the address was resolved to, where nobody gave a point; `point` and `accuracy_meters` are its then.
    pub resolved: Option<Place>,
}

impl ReportedPlace {
    /// A place as somebody sends it, checked.
    ///
    /// # Errors
    /// Every fault found, with pointers that begin with `/location`.
    pub fn parse(raw: RawLocation, rulebook: &Rulebook) -> Result<Self, Vec<FieldError>> {
        let mut faults = Vec::new();
        let place = parse_place(raw, rulebook, Stage::Sent, &mut faults);
        if faults.is_empty() { Ok(place) } else { Err(without_echoes(faults)) }
    }

    /// With the place that the address names, where there is nothing but the address and the rulebook trusts the
    /// answer. A place outside the district's areas is none: it would only hide that nobody knows.
    #[must_use]
    pub fn resolved(self, rulebook: &Rulebook) -> Self {
        if self.point.is_some() || self.segment_code.is_some() {
            return self;
        }
        let named = self.address.as_deref().map(|address| rulebook.gazetteer().resolve(address));
        let best = named.unwrap_or_default().into_iter().next();
        let settings = rulebook.data().gazetteer.settings;
        match best.filter(|it| settings.trusts(it) && rulebook.town_at(it.point).is_some()) {
            Some(place) => Self {
                point: Some(place.point),
                accuracy_meters: Some(place.radius_meters),
                resolved: Some(place),
                ..self
            },
            None => self,
        }
    }
}

impl NewReport {
    /// Checks what there is of a report that is still being written. Nothing is missing from it, and a blank field is one
    /// not filled in yet; what is there must be right.
    ///
    /// # Errors
    /// Every fault found, as [`Self::parse`] does.
    pub fn parse_draft(
        raw: RawReport,
        rulebook: &Rulebook,
        now: DateTime<Utc>,
    ) -> Result<Self, Vec<FieldError>> {
        let written = |text: Option<String>| text.filter(|text| !text.trim().is_empty());
        let location = raw.location.map(|location| RawLocation {
            address: written(location.address),
            component_id: written(location.component_id),
            segment_code: written(location.segment_code),
            ..location
        });
        let raw = RawReport {
            category: written(raw.category),
            description: written(raw.description),
            location,
            ..raw
        };
        Self::checked(raw, rulebook, now, Stage::Draft)
    }

    /// Checks every field against `rulebook` at `now`.
    ///
    /// # Errors
    /// Every fault found, each with the JSON pointer of its field; nothing is half accepted.
    pub fn parse(raw: RawReport, rulebook: &Rulebook, now: DateTime<Utc>) -> Result<Self, Vec<FieldError>> {
        Self::checked(raw, rulebook, now, Stage::Sent)
    }

    fn checked(
        raw: RawReport,
        rulebook: &Rulebook,
        now: DateTime<Utc>,
        stage: Stage,
    ) -> Result<Self, Vec<FieldError>> {
        let mut faults = raw.faults;
        let category = raw.category.and_then(|slug| keep(&mut faults, parse_category(slug, rulebook)));
        let description = match raw.description {
            None if stage == Stage::Draft => Some(String::new()),
            None => keep(&mut faults, Err(FieldError::new("/description", FieldCode::Missing, "请描述问题"))),
            Some(text) => keep(&mut faults, parse_text("/description", &text, longest(raw.filer))),
        };
        let place = match raw.location {
            None if stage == Stage::Draft => ReportedPlace::default(),
            None => {
                faults.push(FieldError::new(
                    "/location",
                    FieldCode::Missing,
                    "请给出位置：坐标、地址、部件编号或路段编号之一",
                ));
                ReportedPlace::default()
            }
            Some(location) => parse_place(location, rulebook, stage, &mut faults),
        };
        if raw.photo_ids.len() + raw.media_urls.len() > PHOTO_LIMIT {
            let detail = format!("最多 {PHOTO_LIMIT} 张照片");
            faults.push(FieldError::new("/photoIds", FieldCode::TooMany, detail));
        }
        for (position, id) in raw.photo_ids.iter().enumerate() {
            if raw.photo_ids.iter().take(position).any(|earlier| earlier == id) {
                let pointer = format!("/photoIds/{position}");
                faults.push(FieldError::new(pointer, FieldCode::AlreadyUsed, "同一张照片写了两次"));
            }
        }
        for (position, url) in raw.media_urls.iter().enumerate() {
            if !is_fetchable(url) {
                let pointer = format!("/mediaUrls/{position}");
                faults.push(FieldError::new(pointer, FieldCode::Malformed, "照片地址应为完整的网址"));
            }
        }
        if raw.occurred_at.is_some_and(|at| at < now - LONGEST_AGO) {
            faults.push(FieldError::new(
                "/occurredAt",
                FieldCode::OutOfRange,
                "发生时间太久以前，请核对年份",
            ));
        }
        if let Some(at) = raw.occurred_at
            && at > now + Duration::minutes(10)
        {
            faults.push(FieldError::new("/occurredAt", FieldCode::InFuture, "发生时间不能在将来"));
        }
        let duplicate_of = raw.duplicate_of.and_then(|text| {
            let number = CaseNumber::parse(&text)
                .ok_or_else(|| FieldError::new("/duplicateOf", FieldCode::Malformed, "案件编号有误，请核对"));
            keep(&mut faults, number)
        });
        if duplicate_of.is_some() && raw.confirm_new {
            let detail = "duplicateOf 与 confirmNew 只能选一个";
            faults.push(FieldError::new("/confirmNew", FieldCode::NotAllowed, detail));
        }
        let contact = raw.contact.map(|contact| parse_contact(contact, &mut faults)).unwrap_or_default();
        let asked = category.as_deref().and_then(|slug| rulebook.category(slug));
        let mut more = answers::check(asked, &raw.attributes);
        let origin = Origin::parse(raw.origin, raw.filer, local(now).date(), &mut more);
        faults.extend(
            more.into_iter().filter(|fault| stage == Stage::Sent || fault.code != FieldCode::Missing),
        );
        match description {
            Some(description) if faults.is_empty() => Ok(Self {
                category,
                description,
                place,
                photo_ids: raw.photo_ids,
                media_urls: raw.media_urls,
                attributes: raw.attributes,
                occurred_at: raw.occurred_at,
                contact,
                anonymous: raw.anonymous,
                duplicate_of,
                confirm_new: raw.confirm_new,
                claim_secret: raw.claim_secret,
                origin,
            }),
            _ => Err(without_echoes(faults)),
        }
    }
}

/// How long a description may be, by who files.
fn longest(filer: Filer) -> usize {
    match filer {
        Filer::Platform | Filer::Device => PLATFORM_DESCRIPTION_LIMIT,
        Filer::Public | Filer::Desk | Filer::Staff => DESCRIPTION_LIMIT,
    }
}

/// Whether a text has the form of an address on the web; whether it may be fetched is decided when it is.
fn is_fetchable(url: &str) -> bool {
    let rest = url.strip_prefix("https://").or_else(|| url.strip_prefix("http://"));
    rest.is_some_and(|rest| !rest.is_empty())
        && url.len() <= MEDIA_URL_LIMIT
        && url.chars().all(|c| c.is_ascii_graphic())
}

/// Whether a report was sent or is still being written.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
enum Stage {
    Sent,
    Draft,
}

/// A field that could not be read is not missing as well, and neither is the object around it.
fn without_echoes(faults: Vec<FieldError>) -> Vec<FieldError> {
    let mut kept: Vec<FieldError> = Vec::with_capacity(faults.len());
    for fault in faults {
        let inside = format!("{}/", fault.pointer);
        let missing = fault.code == FieldCode::Missing;
        let echo = |earlier: &FieldError| {
            earlier.pointer == fault.pointer || (missing && earlier.pointer.starts_with(&inside))
        };
        if !kept.iter().any(echo) {
            kept.push(fault);
        }
    }
    kept
}

/// Notes the fault of a field and goes on with the next field.
fn keep<T>(faults: &mut Vec<FieldError>, parsed: Result<T, FieldError>) -> Option<T> {
    parsed.map_err(|fault| faults.push(fault)).ok()
}

fn parse_category(slug: String, rulebook: &Rulebook) -> Result<String, FieldError> {
    match rulebook.category(&slug) {
        Some(_) => Ok(slug),
        None => Err(FieldError::new(
            "/category",
            FieldCode::Unknown,
            "没有这个类别，可用的类别见 GET /v1/categories",
        )),
    }
}

fn parse_place(
    raw: RawLocation,
    rulebook: &Rulebook,
    stage: Stage,
    faults: &mut Vec<FieldError>,
) -> ReportedPlace {
    let text = |pointer: &str, value: Option<String>, limit, faults: &mut Vec<FieldError>| {
        value.and_then(|value| keep(faults, parse_text(pointer, &value, limit)))
    };
    let address = text("/location/address", raw.address, 200, faults);
    let component_id = text("/location/componentId", raw.component_id, 64, faults);
    let segment_code = text("/location/segmentCode", raw.segment_code, 32, faults).and_then(|code| {
        let known = match rulebook.segment(&code) {
            Some(_) => Ok(code),
            None => Err(FieldError::new("/location/segmentCode", FieldCode::Unknown, "没有这个路段编号")),
        };
        keep(faults, known)
    });
    let accuracy_meters = raw.accuracy_meters.and_then(|meters| {
        let valid = if (0.0..=ACCURACY_LIMIT_METERS).contains(&meters) {
            Ok(meters)
        } else {
            Err(FieldError::new(
                "/location/accuracyMeters",
                FieldCode::OutOfRange,
                "精度应在 0 到 10000 米之间",
            ))
        };
        keep(faults, valid)
    });
    let before = faults.len();
    let declared = parse_point(raw.longitude, raw.latitude, raw.coordinate_system, faults);
    let point = declared.and_then(|declared| match declared.to_wgs84() {
        Ok(point) => Some(point),
        Err(error) => {
            faults.push(coordinate_fault(error, declared));
            None
        }
    });
    let nothing_else = address.is_none() && component_id.is_none() && segment_code.is_none();
    if point.is_none() && nothing_else && faults.len() == before && stage == Stage::Sent {
        let detail = "请给出位置：坐标、地址、部件编号或路段编号之一";
        faults.push(FieldError::new("/location", FieldCode::Missing, detail));
    }
    ReportedPlace { point, declared, accuracy_meters, address, component_id, segment_code, resolved: None }
}

/// The declared point; `None` with a fault noted, or `None` without one where no coordinate was given.
fn parse_point(
    longitude: Option<f64>,
    latitude: Option<f64>,
    system: Option<String>,
    faults: &mut Vec<FieldError>,
) -> Option<DeclaredPoint> {
    let missing = |name: &str| {
        FieldError::new(format!("/location/{name}"), FieldCode::Missing, "经度、纬度和坐标系要一起给出")
    };
    let system = match system.as_deref() {
        None => None,
        Some("WGS-84") => Some(CoordinateSystem::Wgs84),
        Some("GCJ-02") => Some(CoordinateSystem::Gcj02),
        Some("BD-09") => Some(CoordinateSystem::Bd09),
        Some(_) => {
            let detail = "坐标系只能是 WGS-84、GCJ-02 或 BD-09";
            faults.push(FieldError::new("/location/coordinateSystem", FieldCode::Unknown, detail));
            return None;
        }
    };
    match (longitude, latitude, system) {
        (None, None, _) => None,
        (Some(longitude), Some(latitude), Some(system)) => {
            Some(DeclaredPoint { longitude, latitude, system })
        }
        (longitude, latitude, system) => {
            faults.extend(longitude.is_none().then(|| missing("longitude")));
            faults.extend(latitude.is_none().then(|| missing("latitude")));
            faults.extend(system.is_none().then(|| missing("coordinateSystem")));
            None
        }
    }
}

fn coordinate_fault(error: CoordinateError, declared: DeclaredPoint) -> FieldError {
    let swapped = Wgs84::new(declared.latitude, declared.longitude).is_ok_and(Wgs84::in_china);
    match error {
        CoordinateError::OutOfRange(_) | CoordinateError::OutsideChina { .. } if swapped => FieldError::new(
            "/location",
            FieldCode::SwappedCoordinates,
            "经度和纬度好像写反了，对调后在中国境内；请对调后重发",
        ),
        CoordinateError::NotFinite => {
            FieldError::new("/location", FieldCode::OutOfRange, "经度和纬度必须是有限的数")
        }
        CoordinateError::OutOfRange(Axis::Longitude) => {
            FieldError::new("/location/longitude", FieldCode::OutOfRange, "经度应在 -180 到 180 之间")
        }
        CoordinateError::OutOfRange(Axis::Latitude) => {
            FieldError::new("/location/latitude", FieldCode::OutOfRange, "纬度应在 -90 到 90 之间")
        }
        CoordinateError::ZeroZero => {
            FieldError::new("/location", FieldCode::OutsideChina, "坐标是 0,0：定位没有成功，请重新定位")
        }
        CoordinateError::OutsideChina { .. } => {
            FieldError::new("/location", FieldCode::OutsideChina, "这个位置不在中国境内，请核对坐标")
        }
    }
}

fn parse_contact(raw: RawContact, faults: &mut Vec<FieldError>) -> Contact {
    // An empty string is how forms say "not given".
    let given = |value: Option<String>| value.filter(|text| !text.trim().is_empty());
    let name = given(raw.name).and_then(|name| keep(faults, parse_text("/contact/name", &name, 50)));
    let phone = given(raw.phone).and_then(|phone| {
        let fault = || FieldError::new("/contact/phone", FieldCode::Malformed, "电话号码有误");
        keep(faults, parse_phone(&phone).ok_or_else(fault))
    });
    let email = given(raw.email).and_then(|email| {
        let fault = || FieldError::new("/contact/email", FieldCode::Malformed, "邮箱地址有误");
        keep(faults, parse_email(&email).ok_or_else(fault))
    });
    Contact { name, phone, email, wechat: None }
}
