//! Recording a report: one statement, one round trip, one commit (see the migration `record_report`).

use chrono::{DateTime, Utc};
use jiekou_core::case::CaseClock;
use jiekou_core::report::Exposure;
use serde::{Deserialize, Serialize};
use serde_json::Value;
use sqlx::PgPool;
use sqlx::types::Json;
use tracing::instrument;
use uuid::Uuid;

use crate::StoreError;
use crate::error::broken_constraint;
use crate::vault::Sealed;

/// The report's own row.
#[derive(Debug, Clone, sqlx::Type)]
#[sqlx(type_name = "new_report")]
pub struct ReportRow {
    pub report_id: Uuid,
    pub tracking_code: String,
    pub claim_hash: Vec<u8>,
    pub pseudonym: Uuid,
    pub channel: String,
    pub filed_by: Option<Uuid>,
    pub category: String,
    pub description: String,
    pub place: Json<Value>,
    pub attributes: Option<Json<Value>>,
    pub occurred_at: Option<DateTime<Utc>>,
    pub anonymous: bool,
    pub confirm_new: bool,
    pub judgement: Option<Json<Value>>,
    pub photo_ids: Vec<Uuid>,
    pub urgent: bool,
    pub alarmed: bool,
    /// For a join: the clock it gets, by the state of the case, if this report makes it urgent.
    pub hastened: Option<Json<Value>>,
    /// For a join of a case without a point: its fingerprint with this report's.
    pub located: Option<Vec<u8>>,
    /// Filed by somebody whose work is to look for problems.
    pub collected: bool,
    /// Name of its origin, and what was published where that is a medium.
    pub origin: String,
    pub exposure: Option<Json<Exposure>>,
    /// Name of who of those that patrol found it.
    pub found_by: Option<String>,
    /// Addresses that photos are fetched from afterwards.
    pub media_urls: Vec<String>,
}

/// The case it opens, unless it joins one.
#[derive(Debug, Clone, sqlx::Type)]
#[sqlx(type_name = "new_case")]
pub struct CaseRow {
    pub case_id: i64,
    pub case_number: String,
    pub center_code: String,
    pub segment_code: Option<String>,
    pub family: String,
    pub state: String,
    pub place_unknown: bool,
    pub longitude: Option<f64>,
    pub latitude: Option<f64>,
    pub cell: Option<i64>,
    pub address: Option<String>,
    pub component_id: Option<String>,
    pub fingerprint: Vec<u8>,
    pub recognised_until: Option<DateTime<Utc>>,
    pub due_at: Option<DateTime<Utc>>,
    pub due_kind: Option<String>,
    pub due_rule: Option<String>,
    pub routing: Json<Value>,
    pub rulebook_version_id: i64,
    /// Hash of its text as it is compared.
    pub words: Option<i64>,
    /// The clocks it starts with.
    pub clocks: Json<Vec<CaseClock>>,
    /// Name of the loop it begins in.
    pub runs_in: String,
    pub lead_code: String,
    pub enforcement_code: Option<String>,
    pub community_code: Option<String>,
    pub grid_code: Option<String>,
}

/// Where other reports of the same problem can lie, and which of them the judge has seen.
#[derive(Debug, Clone, Default, sqlx::Type)]
#[sqlx(type_name = "reach")]
pub struct Reach {
    /// Advisory locks to take, sorted: the cells, and the component.
    pub locks: Vec<i64>,
    pub cells: Vec<i64>,
    pub families: Vec<String>,
    pub component_id: Option<String>,
    pub seen: Vec<i64>,
    pub longitude: Option<f64>,
    pub latitude: Option<f64>,
    pub meters: f64,
    /// Cases of the very same text are seen behind any crowd.
    pub words: Option<i64>,
    /// So many cases of a family, the nearest, must have been seen.
    pub nearest: i32,
}

#[derive(Debug, Clone, Default, sqlx::Type)]
#[sqlx(type_name = "sealed_contact")]
pub struct ContactRow {
    pub key_id: Option<String>,
    pub sealed: Option<Vec<u8>>,
    pub phone_index: Option<Vec<u8>>,
    pub email_index: Option<Vec<u8>>,
}

#[derive(Debug, Clone, Default, sqlx::Type)]
#[sqlx(type_name = "idempotent")]
pub struct IdempotentRow {
    pub channel: Option<String>,
    pub principal: Option<String>,
    pub key: Option<String>,
    pub body_hash: Option<Vec<u8>>,
    pub key_id: Option<String>,
    pub sealed: Option<Vec<u8>>,
}

/// What was recorded, as the answer needs it.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "camelCase")]
pub struct Facts {
    pub outcome: String,
    pub receipt_number: i64,
    pub case_id: i64,
    pub case_number: String,
    pub state: String,
    pub category: String,
    pub center_code: String,
    pub segment_code: Option<String>,
    pub due_at: Option<DateTime<Utc>>,
    pub due_kind: Option<String>,
    pub report_id: Uuid,
    pub tracking_code: String,
}

/// What became of an attempt to record.
#[derive(Debug)]
pub enum Recorded {
    Stored(Facts),
    /// The same key and body came before: the saved answer, its private part sealed until it is erased.
    Replayed {
        facts: Facts,
        sealed: Option<Sealed>,
    },
    /// The same key came before with another body.
    KeyReused,
    /// A photo is unknown or belongs to another report.
    PhotoTaken(Uuid),
    /// Nothing was written: these open cases are within reach and the judge has not seen them.
    JudgeAgain(Vec<(i64, Vec<u8>)>),
    /// Nothing was written: the case to join takes no reports any more.
    Gone,
    /// Nothing was written: the account that sends it is there no more.
    NoSuchResident,
}

#[derive(sqlx::FromRow)]
struct Row {
    verdict: String,
    facts: Option<Json<Value>>,
    key_id: Option<String>,
    sealed: Option<Vec<u8>>,
    case_id: Option<i64>,
    fingerprint: Option<Vec<u8>>,
}

/// Everything that goes into one call.
#[derive(Debug)]
pub struct Attempt<'a> {
    pub district: &'a str,
    pub report: &'a ReportRow,
    pub join: Option<i64>,
    pub case: &'a CaseRow,
    pub reach: &'a Reach,
    pub contact: &'a ContactRow,
    pub idempotent: &'a IdempotentRow,
    /// The account that sends it.
    pub resident: Option<Uuid>,
}

const RECORD: &str = "select * from record_report($1, $2, $3, $4, $5, $6, $7, $8)";
/// As [`RECORD`], and the report is linked to the account `$9`, in the same statement.
const RECORD_OF_RESIDENT: &str = "with recorded as materialized (
        select * from record_report($1, $2, $3, $4, $5, $6, $7, $8)
    ), linked as (
        insert into resident_report (report_id, resident_id, received_at, linked_at, linked_by)
        select (facts ->> 'reportId')::uuid, $9, $1, $1, 'signedIn' from recorded where verdict = 'recorded'
    ) select * from recorded";

/// Records a report, or says why nothing was written.
///
/// # Errors
/// When the database fails; whether the report was recorded is then unknown, and resending with the same key tells.
#[instrument(level = "debug", name = "db.report.record", skip_all)]
pub async fn record(pool: &PgPool, attempt: Attempt<'_>, now: DateTime<Utc>) -> Result<Recorded, StoreError> {
    let statement = if attempt.resident.is_some() { RECORD_OF_RESIDENT } else { RECORD };
    let query = sqlx::query_as(statement)
        .bind(now)
        .bind(attempt.district)
        .bind(attempt.report)
        .bind(attempt.join)
        .bind(attempt.case)
        .bind(attempt.reach)
        .bind(attempt.contact)
        .bind(attempt.idempotent);
    let query = match attempt.resident {
        Some(resident_id) => query.bind(resident_id),
        None => query,
    };
    match query.fetch_all(pool).await {
        Ok(rows) => verdict(rows),
        Err(error) if broken_constraint(&error) == Some("resident_report_owner") => {
            Ok(Recorded::NoSuchResident)
        }
        Err(error) => Err(error.into()),
    }
}

fn verdict(rows: Vec<Row>) -> Result<Recorded, StoreError> {
    let unseen =
        |rows: Vec<Row>| rows.into_iter().filter_map(|row| Some((row.case_id?, row.fingerprint?))).collect();
    let mut rows = rows;
    let Some(first) = rows.first_mut() else {
        return Err(StoreError::Inconsistent("record_report answered nothing"));
    };
    match first.verdict.as_str() {
        "recorded" => Ok(Recorded::Stored(facts(first.facts.take())?)),
        "replayed" => {
            let sealed = first.key_id.take().zip(first.sealed.take());
            let sealed = sealed.map(|(key_id, bytes)| Sealed { key_id, bytes });
            Ok(Recorded::Replayed { facts: facts(first.facts.take())?, sealed })
        }
        "keyReused" => Ok(Recorded::KeyReused),
        "photoTaken" => {
            let id = first
                .facts
                .take()
                .and_then(|Json(facts)| serde_json::from_value(facts.get("photoId")?.clone()).ok());
            id.map(Recorded::PhotoTaken).ok_or(StoreError::Inconsistent("photoTaken without a photo"))
        }
        "judgeAgain" => Ok(Recorded::JudgeAgain(unseen(rows))),
        "gone" => Ok(Recorded::Gone),
        _ => Err(StoreError::Inconsistent("record_report answered with an unknown verdict")),
    }
}

fn facts(value: Option<Json<Value>>) -> Result<Facts, StoreError> {
    let value = value.ok_or(StoreError::Inconsistent("record_report answered without facts"))?;
    serde_json::from_value(value.0).map_err(|error| StoreError::Failed(Box::new(error)))
}

/// The stored fingerprint of a case; `None` when there is no such case.
///
/// # Errors
/// When the database fails.
#[instrument(level = "debug", name = "db.case.fingerprint", skip_all)]
pub async fn fingerprint(pool: &PgPool, case_id: i64) -> Result<Option<Vec<u8>>, StoreError> {
    Ok(sqlx::query_scalar("select fingerprint from cases where case_id = $1")
        .bind(case_id)
        .fetch_optional(pool)
        .await?)
}

/// Open cases within reach, read from PostgreSQL: what the judge sees when Redis cannot say.
///
/// # Errors
/// When the database fails.
#[instrument(level = "debug", name = "db.case.candidates", skip_all)]
pub async fn candidates(
    pool: &PgPool,
    reach: &Reach,
    now: DateTime<Utc>,
) -> Result<Vec<(i64, Vec<u8>)>, StoreError> {
    Ok(sqlx::query_as("select case_id, fingerprint from open_candidates($1, $2, $3)")
        .bind(now)
        .bind(reach)
        .bind(reach.nearest)
        .fetch_all(pool)
        .await?)
}
