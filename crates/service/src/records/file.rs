//! A record is filed.

use std::collections::BTreeSet;

use chrono::{DateTime, Utc};
use jiekou_core::clock::local::local;
use jiekou_core::record::{Directory, NewRecord, RawRecord, Step, SubjectKind, climbs, files_as, seen_from};
use jiekou_core::report::{FieldCode, FieldError};
use jiekou_store::StoreError;
use jiekou_store::people::staff as accounts;
use jiekou_store::records::{self, RecordRow, RecordView};
use serde_json::{Map, Value};
use sqlx::types::Json;
use tracing::instrument;
use uuid::Uuid;

use super::{RecordFile, one};
use crate::{App, ServiceError, Staff};

/// What a record is about, looked up.
struct Found {
    /// As they are stored.
    codes: Vec<String>,
    /// The areas that each lies in.
    areas: Vec<Vec<String>>,
}

/// Files a record under an id that the caller chose; the same again is the same record. `true`: it is new.
///
/// # Errors
/// All wrong fields at once; [`ServiceError::RecordDiffers`] where the id has another record;
/// [`ServiceError::Forbidden`] for whom the kind or the area is not theirs; storage.
#[instrument(level = "debug", name = "file_record", skip_all)]
pub async fn file_record(
    app: &App,
    staff: &Staff,
    record_id: Uuid,
    raw: RawRecord,
    body_hash: [u8; 32],
    now: DateTime<Utc>,
) -> Result<(RecordFile, bool), ServiceError> {
    // What was good when it was first sent may not be any more.
    if let Some(known) = records::by_id(&app.pool, record_id).await? {
        return Ok((one(app, same(known, staff, &body_hash)?).await?, false));
    }
    let in_force = app.rulebooks.in_force();
    let directory = Directory::new(&in_force.rules);
    let record = NewRecord::parse(raw, &in_force.rules, &directory, local(now).date())
        .map_err(ServiceError::Invalid)?;
    let found = find(app, staff, &record, &directory).await?;
    let row = RecordRow {
        record_id,
        kind: record.kind.code.clone(),
        about: record.about.name().to_owned(),
        seen_from: seen(&record, &found, staff)?.into_iter().collect(),
        codes: found.codes,
        held_on: record.on,
        matter: record.matter.clone(),
        step: record.step.map(Step::number),
        total: (!record.kind.sheet.is_empty()).then(|| record.score.total().tenths()),
        scores: Json(object(record.score.given.iter().map(|(item, points)| (item, points.tenths())))),
        attendees: Json(object(record.attendees.iter().map(|(code, people)| (code, *people)))),
        is_open: record.kind.open,
        rulebook_version_id: in_force.version_id,
        body_hash: body_hash.to_vec(),
        filed_by: staff.staff_id,
        fields: Json(Value::Object(record.fields.clone())),
    };
    let mut transaction = app.pool.begin().await.map_err(StoreError::from)?;
    if let Some(step) = record.step {
        let taken = records::highest_step(&mut transaction, &row).await?.and_then(Step::from_number);
        if !climbs(taken, step) {
            return Err(ServiceError::field(already(&record, taken)));
        }
    }
    let is_new = records::insert(&mut transaction, &row, now).await?;
    transaction.commit().await.map_err(StoreError::from)?;
    let stored = records::by_id(&app.pool, record_id).await?;
    let stored = stored.ok_or(StoreError::Inconsistent("a record that was filed is not there"))?;
    Ok((one(app, same(stored, staff, &body_hash)?).await?, is_new))
}

/// The record, if it is what the caller has sent.
fn same(known: RecordView, staff: &Staff, body_hash: &[u8; 32]) -> Result<RecordView, ServiceError> {
    let same = known.filed_by == staff.staff_id && known.body_hash == body_hash;
    if same { Ok(known) } else { Err(ServiceError::RecordDiffers) }
}

async fn find(
    app: &App,
    staff: &Staff,
    record: &NewRecord<'_>,
    directory: &Directory<'_>,
) -> Result<Found, ServiceError> {
    let mut found = Found { codes: Vec::new(), areas: Vec::new() };
    let mut faults = Vec::new();
    for (position, subject) in record.subjects().enumerate() {
        let mut fault = |code, words: &str| {
            faults.push(FieldError::new(format!("/about/codes/{position}"), code, words));
        };
        if record.about != SubjectKind::Person {
            found.areas.extend(directory.areas(&subject));
            found.codes.push(subject.code);
            continue;
        }
        let posts = &record.kind.only.posts;
        match accounts::with_grants(&app.pool, &subject.code).await? {
            None => fault(FieldCode::Unknown, "没有这个账号"),
            Some((id, ..)) if id == staff.staff_id => fault(FieldCode::NotAllowed, "不能为自己填报"),
            Some((_, _, grants))
                if !posts.is_empty()
                    && !grants
                        .iter()
                        .any(|grant| grant.post.as_ref().is_some_and(|it| posts.contains(it))) =>
            {
                fault(FieldCode::NotAllowed, "这类台账不记这个岗位的人员");
            }
            Some((id, _, grants)) => {
                found.codes.push(id.to_string());
                found.areas.push(grants.into_iter().map(|grant| grant.area).collect());
            }
        }
    }
    if faults.is_empty() { Ok(found) } else { Err(ServiceError::Invalid(faults)) }
}

/// From where it is seen, if the caller files such records about all of it.
fn seen(record: &NewRecord<'_>, found: &Found, staff: &Staff) -> Result<BTreeSet<String>, ServiceError> {
    let mut seen = BTreeSet::new();
    for areas in &found.areas {
        let grant = files_as(record.kind, &staff.grants, record.about, areas);
        let grant = grant.ok_or(ServiceError::Forbidden)?;
        seen.extend(seen_from(record.about, areas));
        if record.about == SubjectKind::Unit {
            seen.extend(seen_from(record.about, std::slice::from_ref(&grant.area)));
        }
    }
    Ok(seen)
}

fn object<'a, V: Into<Value>>(entries: impl Iterator<Item = (&'a String, V)>) -> Value {
    let entries = entries.map(|(name, value)| (name.clone(), value.into()));
    Value::Object(entries.collect::<Map<String, Value>>())
}

fn already(record: &NewRecord<'_>, taken: Option<Step>) -> FieldError {
    let number = taken.and_then(|step| usize::try_from(step.number()).ok()).unwrap_or_default();
    let name = record.kind.rungs().get(number).map_or("", |rung| rung.name.as_str());
    let pointer = format!("/fields/{}", record.kind.climbs.as_deref().unwrap_or_default());
    let words = format!("同一事由已经“{name}”，只能加重");
    FieldError::new(pointer, FieldCode::NotAllowed, words)
}
