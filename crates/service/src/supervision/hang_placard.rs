//! A placard is hung (挂牌督办): on the worst segment or spot of a period, with a deadline.

use chrono::{DateTime, Utc};
use jiekou_core::case::CaseNumber;
use jiekou_core::clock::deadline;
use jiekou_core::period::Period;
use jiekou_core::placard::{PlacardRules, Placarded};
use jiekou_core::report::{FieldCode, FieldError};
use jiekou_core::rulebook::Rulebook;
use jiekou_store::StoreError;
use jiekou_store::cases::view;
use jiekou_store::supervision::placards::{self, Hung, PlacardRow};
use jiekou_store::words::Words;
use jiekou_store::work::jobs;
use serde_json::json;
use tracing::{info, instrument};
use uuid::Uuid;

use super::assessor::assesses;
use super::words::reason;
use crate::{App, ServiceError, Staff};

/// A placard as it was asked for.
#[derive(Debug, Clone)]
pub struct Placard {
    pub placard_id: Uuid,
    pub period: Option<Period>,
    /// One of the two: code of a segment, or number of a case.
    pub segment: Option<String>,
    pub case: Option<String>,
    pub reason: Option<String>,
    /// Now, when left out.
    pub since: Option<DateTime<Utc>>,
    /// By the rulebook, when left out.
    pub deadline: Option<DateTime<Utc>>,
}

/// What a placard is to hang on.
struct Subject {
    segment: Option<(String, String)>,
    case_id: Option<i64>,
    case_number: Option<String>,
    on_segment: Option<String>,
    center_code: String,
}

/// Hangs a placard. The same one sent again is answered with the one that hangs; `true`: it is new.
///
/// # Errors
/// [`ServiceError::Forbidden`] for whoever does not assess; every wrong field at once: no or an unknown subject, one of
/// another area, one that has a placard, a deadline that is none, another content under the same id; storage.
#[instrument(level = "debug", name = "hang_placard", skip_all)]
pub async fn hang_placard(
    app: &App,
    staff: &Staff,
    asked: &Placard,
    now: DateTime<Utc>,
) -> Result<(PlacardRow, bool), ServiceError> {
    let rules = app.rules();
    let area = assesses(&rules, staff)?;
    let settings = &rules.plan().supervision.placards;
    let mut faults = Vec::new();
    let words = reason(asked.reason.as_deref(), &mut faults);
    if words.is_none() {
        faults.push(FieldError::new("/reason", FieldCode::Missing, "请写明挂牌的原因"));
    }
    let mut transaction = app.pool.begin().await.map_err(StoreError::from)?;
    if let Some(standing) = placards::lock(&mut transaction, asked.placard_id).await? {
        return again(standing, area, asked, words.as_deref(), faults);
    }
    let period = period(settings, asked.period, &mut faults, now);
    let since = asked.since.unwrap_or(now);
    if since > now {
        faults.push(FieldError::new("/since", FieldCode::InFuture, "挂牌时间不能晚于现在"));
    }
    let until = asked.deadline.unwrap_or_else(|| deadline(since, settings.deadline, rules.calendar()));
    if until <= since || until <= now {
        faults.push(FieldError::new("/deadline", FieldCode::OutOfRange, "整改时限要晚于挂牌时间和现在"));
    }
    let subject = subject(app, &rules, area, asked, settings, &mut faults).await?;
    let (Some(period), Some(reason), Some(subject), true) = (period, words, subject, faults.is_empty())
    else {
        return Err(ServiceError::Invalid(faults));
    };
    let (segment_code, segment_name) = subject.segment.unzip();
    let row = PlacardRow {
        placard_id: asked.placard_id,
        area: area.to_owned(),
        period: period.to_string(),
        segment_code,
        segment_name,
        case_id: subject.case_id,
        case_number: subject.case_number,
        on_segment: subject.on_segment,
        center_code: subject.center_code,
        reason: Words::new(reason),
        since,
        deadline: until,
        hung_by: staff.staff_id,
        hung_at: now,
        told_overdue_at: None,
        lifted_at: None,
        lifted_reason: None,
        inspected_case: None,
        photos: Vec::new(),
    };
    let taken =
        |pointer: &str| FieldError::new(pointer, FieldCode::AlreadyUsed, "这里已经挂了牌，摘牌后才能再挂");
    match placards::hang(&mut transaction, &row).await? {
        Hung::Written => {}
        Hung::Known => {
            // Somebody has sent it at the same moment.
            let standing = placards::lock(&mut transaction, asked.placard_id).await?;
            let standing = standing.ok_or(StoreError::Inconsistent("a placard that is and is not"))?;
            return again(standing, area, asked, Some(row.reason.for_rules()), faults);
        }
        Hung::OnSegment => return Err(ServiceError::field(taken("/segment"))),
        Hung::OnCase => return Err(ServiceError::field(taken("/case"))),
    }
    // The deadline itself is on time.
    let after = until + chrono::TimeDelta::seconds(1);
    let payload = json!({ "placardId": row.placard_id });
    jobs::insert_for(&mut transaction, "tellPlacard", &payload, after, now).await?;
    transaction.commit().await.map_err(StoreError::from)?;
    info!(placard.id = %row.placard_id, placard.period = row.period, "placard hung");
    Ok((row, true))
}

/// What is answered to an id that is known already.
fn again(
    standing: PlacardRow,
    area: &str,
    asked: &Placard,
    reason: Option<&str>,
    mut faults: Vec<FieldError>,
) -> Result<(PlacardRow, bool), ServiceError> {
    if standing.area != area {
        return Err(ServiceError::UnknownPlacard);
    }
    faults.extend(differences(&standing, asked, reason));
    if faults.is_empty() { Ok((standing, false)) } else { Err(ServiceError::Invalid(faults)) }
}

/// Where what is asked for is not what hangs under this id.
fn differences(standing: &PlacardRow, asked: &Placard, reason: Option<&str>) -> Vec<FieldError> {
    let is_other = [
        ("/period", asked.period.is_some_and(|period| period.to_string() != standing.period)),
        ("/segment", asked.segment != standing.segment_code),
        ("/case", asked.case != standing.case_number),
        ("/reason", reason.is_some_and(|reason| reason != standing.reason.for_rules())),
        ("/since", asked.since.is_some_and(|since| since != standing.since)),
        ("/deadline", asked.deadline.is_some_and(|deadline| deadline != standing.deadline)),
    ];
    let words = "这个编号的牌已经挂出，不能更改";
    let other = is_other.into_iter().filter(|(_, is_other)| *is_other);
    other.map(|(pointer, _)| FieldError::new(pointer, FieldCode::AlreadyUsed, words)).collect()
}

fn period(
    settings: &PlacardRules,
    period: Option<Period>,
    faults: &mut Vec<FieldError>,
    now: DateTime<Utc>,
) -> Option<Period> {
    let (code, words) = match period {
        Some(period) if period.cycle() == settings.every && period.begins() <= now => return Some(period),
        Some(period) if period.cycle() == settings.every => {
            (FieldCode::InFuture, "这一期还没有到".to_owned())
        }
        Some(_) => (FieldCode::Malformed, format!("评比的周期如 {}", Period::at(settings.every, now))),
        None => (FieldCode::Missing, format!("请填评比的周期，如 {}", Period::at(settings.every, now))),
    };
    faults.push(FieldError::new("/period", code, words));
    None
}

async fn subject(
    app: &App,
    rules: &Rulebook,
    area: &str,
    asked: &Placard,
    settings: &PlacardRules,
    faults: &mut Vec<FieldError>,
) -> Result<Option<Subject>, ServiceError> {
    let mut fault = |pointer: &str, code, words: &str| {
        faults.push(FieldError::new(pointer, code, words));
        Ok(None)
    };
    let (pointer, kind) = match (&asked.segment, &asked.case) {
        (Some(_), None) => ("/segment", Placarded::Segment),
        (None, Some(_)) => ("/case", Placarded::Spot),
        (None, None) => return fault("/segment", FieldCode::Missing, "请填路段代码，或案件编号"),
        (Some(_), Some(_)) => return fault("/case", FieldCode::NotAllowed, "路段和案件只能填一个"),
    };
    if !settings.of.contains(&kind) {
        return fault(pointer, FieldCode::NotAllowed, "本地的规则不给它挂牌");
    }
    let found = match (&asked.segment, &asked.case) {
        (Some(code), _) => rules.segment(code).map(|segment| Subject {
            segment: Some((segment.code.clone(), segment.name.clone())),
            case_id: None,
            case_number: None,
            on_segment: Some(segment.code.clone()),
            center_code: segment.town_code.clone(),
        }),
        (None, number) => {
            let number = number.as_deref().and_then(CaseNumber::parse);
            let case = match number {
                Some(number) => view::by_number(&app.pool, number.as_str()).await?,
                None => None,
            };
            case.filter(|case| case.merged_into.is_none()).map(|case| Subject {
                segment: None,
                case_id: Some(case.case_id),
                case_number: Some(case.case_number),
                on_segment: case.segment_code,
                center_code: case.center_code,
            })
        }
    };
    match found {
        None => fault(pointer, FieldCode::Unknown, "没有这个路段或案件"),
        Some(subject) if !subject.center_code.starts_with(area) => {
            fault(pointer, FieldCode::NotAllowed, "它不在本辖区")
        }
        Some(subject) => Ok(Some(subject)),
    }
}
