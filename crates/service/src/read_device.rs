//! A sensor (物联网设备) has measured something: a problem becomes a report once, stands while it lasts, and its end is told.

use chrono::{DateTime, Duration, Utc};
use jiekou_core::report::text::parse_text;
use jiekou_core::report::{FieldCode, FieldError, RawLocation, RawReport};
use jiekou_store::platforms::devices::{self, DeviceRow, Settled};
use jiekou_store::reports::additions::AdditionKind;
use jiekou_store::reports::authorship;
use jiekou_store::reports::record::IdempotentRow;
use serde_json::{Map, Value, json};
use tracing::instrument;
use uuid::Uuid;

use crate::add_to_report::{Said, add};
use crate::open311::{ServiceRequest, file_request};
use crate::{App, Platform, ServiceError};

/// Readings of one device within a minute.
const PER_MINUTE: i32 = 12;
/// How often a problem that lasts is urged.
const URGED_EVERY: Duration = Duration::hours(1);
/// Longest that a reading takes.
const LEASE: Duration = Duration::seconds(30);
/// How far ahead the clock of a device may be.
const AHEAD: Duration = Duration::minutes(10);

/// A reading as a platform sends it.
#[derive(Debug, Clone, Default)]
pub struct RawReading {
    pub device_id: String,
    pub reading_id: Option<String>,
    pub at: Option<DateTime<Utc>>,
    /// Whether it says that something is wrong.
    pub problem: Option<bool>,
    pub category: Option<String>,
    pub description: Option<String>,
    /// What was measured, in words such as `水深 32 cm`.
    pub value: Option<String>,
    pub location: Option<RawLocation>,
    pub faults: Vec<FieldError>,
}

/// What a reading led to.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Taken {
    /// `reported`, `urged`, `counted`, `recovered`, `normal` or `stale`.
    pub outcome: String,
    /// The report of the problem, where there is one.
    pub report_id: Option<Uuid>,
}

struct Reading<'a> {
    raw: &'a RawReading,
    id: &'a str,
    at: DateTime<Utc>,
    problem: bool,
}

/// Takes a reading. Readings count in the order of their moments: one that is not newer than the last changes nothing, and
/// the last one sent again gets the same answer.
///
/// # Errors
/// All wrong fields at once; [`ServiceError::QuotaReached`] for a device that sends too often; [`ServiceError::Busy`] while
/// another reading of it is taken; storage.
#[instrument(level = "debug", name = "read_device", skip_all)]
pub async fn read_device(
    app: &App,
    platform: &Platform,
    raw: &RawReading,
    now: DateTime<Utc>,
) -> Result<Taken, ServiceError> {
    let reading = checked(raw, now)?;
    let device = &raw.device_id;
    let taken = devices::take(&app.pool, platform.platform_id, device, LEASE, now).await?;
    let known = taken.ok_or(ServiceError::Busy)?;
    let settled = settle(app, platform, &reading, &known, now).await;
    let written = settled.as_ref().ok().and_then(|(_, settled)| settled.as_ref());
    devices::give_back(&app.pool, platform.platform_id, device, written).await?;
    settled.map(|(taken, _)| taken)
}

fn checked(raw: &RawReading, now: DateTime<Utc>) -> Result<Reading<'_>, ServiceError> {
    let mut faults = raw.faults.clone();
    let mut fault = |pointer: &str, code, words: &str| {
        if faults.iter().all(|known: &FieldError| known.pointer != pointer) {
            faults.push(FieldError::new(pointer, code, words));
        }
    };
    let plain = |id: &str| (1..=64).contains(&id.len()) && id.bytes().all(|byte| byte.is_ascii_graphic());
    if !plain(&raw.device_id) {
        fault("/deviceId", FieldCode::Malformed, "设备编号应为 1 到 64 个可见的 ASCII 字符");
    }
    let id = raw.reading_id.as_deref().filter(|id| plain(id));
    if id.is_none() {
        fault("/readingId", FieldCode::Malformed, "读数编号应为 1 到 64 个可见的 ASCII 字符");
    }
    let at = raw.at.filter(|at| *at <= now + AHEAD);
    match (raw.at, at) {
        (None, _) => fault("/at", FieldCode::Missing, "请填读数时间"),
        (Some(_), None) => fault("/at", FieldCode::InFuture, "读数时间不能在将来"),
        (Some(_), Some(_)) => {}
    }
    if raw.problem.is_none() {
        fault("/problem", FieldCode::Missing, "请填是否异常");
    }
    if let Some(Err(wrong)) = raw.value.as_deref().map(|value| parse_text("/value", value, 200)) {
        fault("/value", wrong.code, &wrong.detail);
    }
    if raw.problem == Some(true) {
        // Also where the problem stands already: a device that cannot say what and where is set up wrongly.
        if raw.category.is_none() {
            fault("/category", FieldCode::Missing, "异常读数请填类别");
        }
        if raw.location.is_none() {
            fault("/location", FieldCode::Missing, "异常读数请填位置");
        }
    }
    match (id, at, raw.problem) {
        (Some(id), Some(at), Some(problem)) if faults.is_empty() => Ok(Reading { raw, id, at, problem }),
        _ => Err(ServiceError::Invalid(faults)),
    }
}

async fn settle<'a>(
    app: &App,
    platform: &Platform,
    reading: &Reading<'a>,
    known: &DeviceRow,
    now: DateTime<Utc>,
) -> Result<(Taken, Option<Settled<'a>>), ServiceError> {
    let standing = match known.report_id {
        Some(report_id) if devices::is_standing(&app.pool, report_id).await? => Some(report_id),
        Some(_) | None => None,
    };
    if known.last_reading.as_deref() == Some(reading.id) {
        let outcome = known.last_outcome.clone().unwrap_or_else(|| "stale".to_owned());
        return Ok((Taken { outcome, report_id: standing }, None));
    }
    if known.used_in_minute > PER_MINUTE {
        return Err(ServiceError::QuotaReached { retry_seconds: 60 - now.timestamp().rem_euclid(60) });
    }
    if known.last_at.is_some_and(|last| reading.at <= last) {
        return Ok((Taken { outcome: "stale".to_owned(), report_id: standing }, None));
    }
    let settled = |outcome, report_id| Settled {
        reading: reading.id,
        at: reading.at,
        outcome,
        report_id,
        in_trouble: reading.problem,
        repeated: false,
        urged_at: None,
    };
    let settled = match (standing, reading.problem) {
        (None, true) => {
            let report_id = report(app, platform, reading, now).await?;
            Settled { urged_at: Some(now), ..settled("reported", Some(report_id)) }
        }
        (Some(report_id), true) => {
            let due = !known.in_trouble || known.urged_at.is_none_or(|at| now - at >= URGED_EVERY);
            if due {
                follow(app, platform, reading, report_id, AdditionKind::Urged, now).await?;
                Settled { repeated: true, urged_at: Some(now), ..settled("urged", Some(report_id)) }
            } else {
                Settled { repeated: true, ..settled("counted", Some(report_id)) }
            }
        }
        (Some(report_id), false) if known.in_trouble => {
            follow(app, platform, reading, report_id, AdditionKind::Added, now).await?;
            settled("recovered", Some(report_id))
        }
        (_, false) => settled("normal", None),
    };
    let report_id = settled.report_id.or(standing);
    Ok((Taken { outcome: settled.outcome.to_owned(), report_id }, Some(settled)))
}

/// The first reading of a problem is a report like any other, and joins a case that people have reported.
async fn report(
    app: &App,
    platform: &Platform,
    reading: &Reading<'_>,
    now: DateTime<Utc>,
) -> Result<Uuid, ServiceError> {
    let raw = reading.raw;
    let request = ServiceRequest {
        raw: RawReport {
            category: raw.category.clone(),
            description: Some(words(reading)),
            location: raw.location.clone(),
            attributes: Map::new(),
            occurred_at: Some(reading.at),
            anonymous: true,
            ..RawReport::default()
        },
        client_id: Some(name(reading)),
        form_hash: hash(reading),
    };
    Ok(file_request(app, platform, request, now).await?.report_id)
}

/// Tells the case that the problem lasts, or that it is over.
async fn follow(
    app: &App,
    platform: &Platform,
    reading: &Reading<'_>,
    report_id: Uuid,
    kind: AdditionKind,
    now: DateTime<Utc>,
) -> Result<(), ServiceError> {
    let author = authorship::of_report(&app.pool, report_id).await?;
    let author = author.ok_or(ServiceError::UnknownTrackingCode)?;
    let told = words(reading);
    let detail = json!({ "device": reading.raw.device_id, "at": reading.at, "problem": reading.problem, "value": reading.raw.value });
    let said = Said { words: Some(&told), detail: Some(detail), kind: Some(kind), ..Said::default() };
    let scope = IdempotentRow {
        channel: Some(platform.channel.name().to_owned()),
        principal: Some(format!("platform:{}", platform.platform_id)),
        key: Some(format!("reading/{}", name(reading))),
        body_hash: Some(hash(reading).to_vec()),
        ..IdempotentRow::default()
    };
    add(app, &author, &said, &scope, now).await?;
    Ok(())
}

/// By what a reading is known.
fn name(reading: &Reading<'_>) -> String {
    format!("{}/{}", reading.raw.device_id, reading.id)
}

fn words(reading: &Reading<'_>) -> String {
    let device = &reading.raw.device_id;
    let value =
        reading.raw.value.as_deref().map(|value| format!("，读数：{}", value.trim())).unwrap_or_default();
    match (&reading.raw.description, reading.problem) {
        (Some(words), true) => format!("{words}（设备 {device}{value}）"),
        (None, true) => format!("设备 {device} 报告异常{value}"),
        (_, false) => format!("设备 {device} 的读数已恢复正常{value}"),
    }
}

fn hash(reading: &Reading<'_>) -> [u8; 32] {
    use sha2::{Digest, Sha256};
    let raw = reading.raw;
    let said: Value = json!([
        raw.device_id,
        reading.id,
        reading.at,
        reading.problem,
        raw.category,
        raw.description,
        raw.value
    ]);
    Sha256::digest(said.to_string().as_bytes()).into()
}
