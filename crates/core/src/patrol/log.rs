//! A patrol as somebody writes it down.

use chrono::{DateTime, Days, TimeDelta, Utc};

use super::{Walk, WalkError};
use crate::case::CaseNumber;
use crate::place::{CoordinateSystem, DeclaredPoint, Wgs84};
use crate::report::text::parse_text;
use crate::report::{FieldCode, FieldError};
use crate::rulebook::Rulebook;

/// Areas and roads that one patrol names.
const AREAS: usize = 20;
const WORDS: usize = 2_000;
const CASES: usize = 50;
const PEOPLE: usize = 20;
/// Characters of an account's name.
const NAME: usize = 100;
const TRACK: usize = 500;
/// Clocks of telephones differ by so much.
const CLOCKS_DIFFER: TimeDelta = TimeDelta::minutes(2);
/// Whoever writes down a longer one has mistaken the day.
const LONGEST: TimeDelta = TimeDelta::hours(24);

/// What was sent; `None`: left out or unreadable, which is noted in `faults` then.
#[derive(Debug, Clone, Default)]
pub struct RawPatrol {
    pub areas: Vec<String>,
    pub began_at: Option<DateTime<Utc>>,
    pub ended_at: Option<DateTime<Utc>>,
    pub track: Option<RawTrack>,
    pub words: Option<String>,
    pub case_numbers: Vec<String>,
    pub participants: Vec<String>,
    pub faults: Vec<FieldError>,
}

/// Where it went, in the system it was declared in.
#[derive(Debug, Clone, Default)]
pub struct RawTrack {
    pub system: Option<CoordinateSystem>,
    /// Longitude and latitude.
    pub points: Vec<[f64; 2]>,
}

/// A patrol (巡查记录) that was understood.
#[derive(Debug, Clone, PartialEq)]
pub struct NewPatrol {
    /// The areas and roads that were walked.
    pub walks: Vec<Walk>,
    pub began_at: DateTime<Utc>,
    pub ended_at: DateTime<Utc>,
    /// WGS-84; one point is a place.
    pub track: Vec<Wgs84>,
    pub words: Option<String>,
    /// Numbers of the cases that were found or seen on it.
    pub case_numbers: Vec<String>,
    /// Accounts that came along, in lower case, the author's own left out.
    pub participants: Vec<String>,
}

impl NewPatrol {
    /// Checks every field against `rules` at `now`.
    ///
    /// # Errors
    /// Every fault found, each with the JSON pointer of its field.
    pub fn parse(raw: RawPatrol, rules: &Rulebook, now: DateTime<Utc>) -> Result<Self, Vec<FieldError>> {
        let mut faults = raw.faults;
        let unreadable: Vec<String> = faults.iter().map(|fault| fault.pointer.clone()).collect();
        list(&mut faults, "/areas", &raw.areas, AREAS, "区域");
        if raw.areas.is_empty() && !unreadable.iter().any(|pointer| pointer.starts_with("/areas")) {
            let words = "请写明巡查了哪里：路段、道路、网格、社区或镇办的编号";
            faults.push(FieldError::new("/areas", FieldCode::Missing, words));
        }
        let mut walks = Vec::with_capacity(raw.areas.len().min(AREAS));
        for (position, area) in raw.areas.iter().enumerate().take(AREAS) {
            let words = match Walk::parse(rules, area) {
                Ok(walk) => {
                    walks.push(walk);
                    continue;
                }
                Err(WalkError::Unknown) => "没有这个区域或道路的编号",
                Err(WalkError::Unclear) => "几个区域都有这个编号，请写明级别，如 segment/410103001007",
            };
            faults.push(FieldError::new(format!("/areas/{position}"), FieldCode::Unknown, words));
        }
        let began_at = moment(&mut faults, &unreadable, "/beganAt", raw.began_at, "请写明开始时间");
        let ended_at = moment(&mut faults, &unreadable, "/endedAt", raw.ended_at, "请写明结束时间");
        if let (Some(began_at), Some(ended_at)) = (began_at, ended_at) {
            faults.extend(wrong_times(began_at, ended_at, rules, now));
        }
        let track = raw.track.map(|track| on_the_map(track, &unreadable, &mut faults)).unwrap_or_default();
        let written = raw.words.filter(|words| !words.trim().is_empty());
        let words = written
            .and_then(|words| parse_text("/words", &words, WORDS).map_err(|fault| faults.push(fault)).ok());
        list(&mut faults, "/caseNumbers", &raw.case_numbers, CASES, "案件");
        let mut case_numbers = Vec::with_capacity(raw.case_numbers.len().min(CASES));
        for (position, text) in raw.case_numbers.iter().enumerate().take(CASES) {
            match CaseNumber::parse(text) {
                Some(number) => case_numbers.push(number.as_str().to_owned()),
                None => {
                    let pointer = format!("/caseNumbers/{position}");
                    faults.push(FieldError::new(pointer, FieldCode::Malformed, "案件编号有误，请核对"));
                }
            }
        }
        let participants: Vec<String> = raw.participants.iter().map(|name| name.to_lowercase()).collect();
        list(&mut faults, "/participants", &participants, PEOPLE, "人员");
        for (position, name) in participants.iter().enumerate().take(PEOPLE) {
            let pointer = format!("/participants/{position}");
            faults.extend(parse_text(&pointer, name, NAME).err());
        }
        match (began_at, ended_at) {
            (Some(began_at), Some(ended_at)) if faults.is_empty() => {
                Ok(Self { walks, began_at, ended_at, track, words, case_numbers, participants })
            }
            _ => Err(faults),
        }
    }
}

fn moment(
    faults: &mut Vec<FieldError>,
    unreadable: &[String],
    pointer: &str,
    at: Option<DateTime<Utc>>,
    words: &str,
) -> Option<DateTime<Utc>> {
    if at.is_none() && !unreadable.iter().any(|it| it == pointer) {
        faults.push(FieldError::new(pointer, FieldCode::Missing, words));
    }
    at
}

fn wrong_times(
    began_at: DateTime<Utc>,
    ended_at: DateTime<Utc>,
    rules: &Rulebook,
    now: DateTime<Utc>,
) -> Option<FieldError> {
    let within = rules.plan().process.patrols.recorded_within_days;
    let earliest = now.checked_sub_days(Days::new(u64::from(within))).unwrap_or(now);
    if ended_at < began_at {
        return Some(FieldError::new("/endedAt", FieldCode::OutOfRange, "结束时间不能早于开始时间"));
    }
    if ended_at > now + CLOCKS_DIFFER {
        return Some(FieldError::new(
            "/endedAt",
            FieldCode::InFuture,
            "结束时间不能在将来：巡查结束后再记录",
        ));
    }
    if began_at < earliest {
        let words = format!("只能补记 {within} 天以内的巡查");
        return Some(FieldError::new("/beganAt", FieldCode::OutOfRange, words));
    }
    let too_long = ended_at - began_at > LONGEST;
    too_long.then(|| FieldError::new("/endedAt", FieldCode::OutOfRange, "一次巡查最长 24 小时"))
}

fn on_the_map(track: RawTrack, unreadable: &[String], faults: &mut Vec<FieldError>) -> Vec<Wgs84> {
    if unreadable.iter().any(|pointer| pointer.starts_with("/track")) {
        return Vec::new();
    }
    let Some(system) = track.system else {
        let words = "请写明坐标系：WGS-84、GCJ-02 或 BD-09";
        faults.push(FieldError::new("/track/coordinateSystem", FieldCode::Missing, words));
        return Vec::new();
    };
    if track.points.is_empty() {
        faults.push(FieldError::new("/track/points", FieldCode::Empty, "请给出一个或多个点"));
    }
    if track.points.len() > TRACK {
        let words = format!("最多 {TRACK} 个点");
        faults.push(FieldError::new("/track/points", FieldCode::TooMany, words));
        return Vec::new();
    }
    let mut points = Vec::with_capacity(track.points.len());
    for (position, [longitude, latitude]) in track.points.into_iter().enumerate() {
        match (DeclaredPoint { longitude, latitude, system }).to_wgs84() {
            Ok(point) => points.push(point),
            Err(_nowhere) => {
                let pointer = format!("/track/points/{position}");
                faults.push(FieldError::new(
                    pointer,
                    FieldCode::OutsideChina,
                    "这个点不在中国境内，请核对经度、纬度的顺序",
                ));
            }
        }
    }
    points
}

/// Notes a list that is too long, and what stands in it twice.
fn list(faults: &mut Vec<FieldError>, pointer: &str, items: &[String], most: usize, what: &str) {
    if items.len() > most {
        faults.push(FieldError::new(pointer, FieldCode::TooMany, format!("最多 {most} 个{what}")));
    }
    for (position, item) in items.iter().enumerate().take(most) {
        if items.iter().take(position).any(|earlier| earlier == item) {
            let pointer = format!("{pointer}/{position}");
            faults.push(FieldError::new(pointer, FieldCode::AlreadyUsed, "写了两次"));
        }
    }
}
