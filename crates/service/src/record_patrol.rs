//! A patrol is written down by whoever walked it, once, and never edited.

use std::collections::BTreeSet;

use chrono::{DateTime, Utc};
use jiekou_core::clock::local::local;
use jiekou_core::patrol::{NewPatrol, RawPatrol, parts};
use jiekou_core::report::{FieldCode, FieldError};
use jiekou_core::rulebook::Rulebook;
use jiekou_core::staff::{Whereabouts, standings};
use jiekou_store::cases::places;
use jiekou_store::patrols::list::{self, PatrolView};
use jiekou_store::patrols::record::{self, PartRow, PatrolRow, Written};
use jiekou_store::people::staff as accounts;
use jiekou_store::{PgConnection, StoreError};
use tracing::instrument;
use uuid::Uuid;

use crate::{App, ServiceError, Staff};

/// Writes a patrol down under the id that its author chose. The same again is answered the same, before anything else is
/// looked at.
///
/// # Errors
/// [`ServiceError::PatrolDiffers`] when the id stands for something else; [`ServiceError::Forbidden`] for whoever holds no
/// post there; all wrong fields at once; storage.
#[instrument(level = "debug", name = "record_patrol", skip_all)]
pub async fn record_patrol(
    app: &App,
    staff: &Staff,
    patrol_id: Uuid,
    raw: RawPatrol,
    body_hash: [u8; 32],
    now: DateTime<Utc>,
) -> Result<PatrolView, ServiceError> {
    let mut transaction = app.pool.begin().await.map_err(StoreError::from)?;
    let conn = &mut *transaction;
    let mut written = record::known(conn, patrol_id, staff.staff_id, body_hash).await?;
    if written.is_none() {
        written = Some(write(app, conn, staff, patrol_id, raw, body_hash, now).await?);
    }
    if written == Some(Written::Otherwise) {
        return Err(ServiceError::PatrolDiffers);
    }
    let stored = list::by_id(conn, patrol_id).await?;
    transaction.commit().await.map_err(StoreError::from)?;
    stored.ok_or_else(|| StoreError::Inconsistent("a patrol that was written down is gone").into())
}

async fn write(
    app: &App,
    conn: &mut PgConnection,
    staff: &Staff,
    patrol_id: Uuid,
    raw: RawPatrol,
    body_hash: [u8; 32],
    now: DateTime<Utc>,
) -> Result<Written, ServiceError> {
    let rules = app.rules();
    if staff.grants.iter().all(|grant| grant.post.is_none()) {
        return Err(ServiceError::Forbidden);
    }
    let patrol = NewPatrol::parse(raw, &rules, now).map_err(ServiceError::Invalid)?;
    let own = parts(&rules, &staff.grants, &patrol.walks);
    if own.is_empty() {
        return Err(ServiceError::Forbidden);
    }
    let part = |staff_id| {
        move |part: jiekou_core::patrol::Part| PartRow { staff_id, post: part.post, area: part.area }
    };
    let mut rows: Vec<PartRow> = own.into_iter().map(part(staff.staff_id)).collect();
    let mut faults = unseen_cases(conn, staff, &patrol).await?;
    for (position, name) in patrol.participants.iter().enumerate() {
        match companion(app, &rules, name, &patrol).await? {
            Companion::Walked { staff_id, .. } if staff_id == staff.staff_id => {}
            Companion::Walked { staff_id, held } => rows.extend(held.into_iter().map(part(staff_id))),
            Companion::Refused(words) => {
                let pointer = format!("/participants/{position}");
                faults.push(FieldError::new(pointer, FieldCode::Unknown, words));
            }
        }
    }
    if !faults.is_empty() {
        return Err(ServiceError::Invalid(faults));
    }
    let areas: Vec<String> = patrol.walks.iter().map(ToString::to_string).collect();
    let reach: BTreeSet<String> = patrol.walks.iter().flat_map(|walk| walk.reach(&rules)).collect();
    let track: Vec<[f64; 2]> =
        patrol.track.iter().map(|point| [point.longitude(), point.latitude()]).collect();
    let row = PatrolRow {
        patrol_id,
        body_hash,
        recorded_by: staff.staff_id,
        areas: &areas,
        reach: &reach.into_iter().collect::<Vec<_>>(),
        began_at: patrol.began_at,
        ended_at: patrol.ended_at,
        day: local(patrol.began_at).date(),
        track: (!track.is_empty()).then_some(track),
        words: patrol.words.as_deref(),
        case_numbers: &patrol.case_numbers,
        parts: rows,
    };
    Ok(record::insert(conn, &row, now).await?)
}

/// Somebody who is said to have come along.
enum Companion {
    Walked { staff_id: Uuid, held: BTreeSet<jiekou_core::patrol::Part> },
    Refused(&'static str),
}

async fn companion(
    app: &App,
    rules: &Rulebook,
    name: &str,
    patrol: &NewPatrol,
) -> Result<Companion, ServiceError> {
    let Some((staff_id, _, grants)) = accounts::with_grants(&app.pool, name).await? else {
        return Ok(Companion::Refused("没有这个账号"));
    };
    let held = parts(rules, &grants, &patrol.walks);
    if held.is_empty() {
        return Ok(Companion::Refused("这个人在巡查的地方没有任岗"));
    }
    Ok(Companion::Walked { staff_id, held })
}

/// Faults of the cases that do not reach the caller; one that is not there is told the same.
async fn unseen_cases(
    conn: &mut PgConnection,
    staff: &Staff,
    patrol: &NewPatrol,
) -> Result<Vec<FieldError>, StoreError> {
    let known = places::by_numbers(conn, &patrol.case_numbers).await?;
    let reaches = |number: &String| {
        known.iter().filter(|case| case.case_number == *number).any(|case| {
            let units: Vec<&str> = case.unit_code.as_deref().into_iter().collect();
            let at = Whereabouts {
                center_code: &case.center_code,
                segment_code: case.segment_code.as_deref(),
                community_code: case.community_code.as_deref(),
                grid_code: case.grid_code.as_deref(),
                units: &units,
            };
            !standings(&staff.grants, &at).is_empty()
        })
    };
    let unseen = patrol.case_numbers.iter().enumerate().filter(|(_, number)| !reaches(number));
    let fault = |position| {
        FieldError::new(format!("/caseNumbers/{position}"), FieldCode::Unknown, "没有找到这个案件")
    };
    Ok(unseen.map(|(position, _)| fault(position)).collect())
}
