//! A patrol is written down by whoever walked it, once, and never edited.

use std::collections::BTreeSet;

use chrono::{DateTime, Utc};
use jiekou_core::clock::local::local;
use jiekou_core::patrol::{NewPatrol, Part, RawPatrol, parts};
use jiekou_core::report::{FieldCode, FieldError};
use jiekou_core::rulebook::Rulebook;
use jiekou_core::staff::{Whereabouts, standings};
use jiekou_store::StoreError;
use jiekou_store::cases::places;
use jiekou_store::patrols::list::{self, PatrolView};
use jiekou_store::patrols::record::{self, PartRow, PatrolRow, Written};
use jiekou_store::people::staff as accounts;
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
    let mut conn = app.pool.acquire().await.map_err(StoreError::from)?;
    let known = record::known(&mut conn, patrol_id, staff.staff_id, body_hash).await?;
    drop(conn);
    let walked = match known {
        Some(Written::Otherwise) => return Err(ServiceError::PatrolDiffers),
        Some(Written::Before | Written::Now) => None,
        None => Some(walked(app, staff, raw, now).await?),
    };
    let mut transaction = app.pool.begin().await.map_err(StoreError::from)?;
    if let Some(walked) = walked {
        let row = walked.row(patrol_id, body_hash, staff.staff_id);
        // Somebody may have been quicker.
        if record::insert(&mut transaction, &row, now).await? == Written::Otherwise {
            return Err(ServiceError::PatrolDiffers);
        }
    }
    let stored = list::by_id(&mut transaction, patrol_id).await?;
    transaction.commit().await.map_err(StoreError::from)?;
    stored.ok_or_else(|| StoreError::Inconsistent("a patrol that was written down is gone").into())
}

/// A patrol that may be written down.
struct Walked {
    patrol: NewPatrol,
    areas: Vec<String>,
    reach: Vec<String>,
    parts: Vec<PartRow>,
}

impl Walked {
    fn row(&self, patrol_id: Uuid, body_hash: [u8; 32], recorded_by: Uuid) -> PatrolRow<'_> {
        let Self { patrol, areas, reach, parts } = self;
        let track: Vec<[f64; 2]> =
            patrol.track.iter().map(|point| [point.longitude(), point.latitude()]).collect();
        PatrolRow {
            patrol_id,
            body_hash,
            recorded_by,
            areas,
            reach,
            began_at: patrol.began_at,
            ended_at: patrol.ended_at,
            day: local(patrol.began_at).date(),
            track: (!track.is_empty()).then_some(track),
            words: patrol.words.as_deref(),
            case_numbers: &patrol.case_numbers,
            parts: parts.clone(),
        }
    }
}

async fn walked(
    app: &App,
    staff: &Staff,
    raw: RawPatrol,
    now: DateTime<Utc>,
) -> Result<Walked, ServiceError> {
    let rules = app.rules();
    if staff.grants.iter().all(|grant| grant.post.is_none()) {
        return Err(ServiceError::Forbidden);
    }
    let patrol = NewPatrol::parse(raw, &rules, now).map_err(ServiceError::Invalid)?;
    let own = parts(&rules, &staff.grants, &patrol.walks);
    if own.is_empty() {
        return Err(ServiceError::Forbidden);
    }
    let part = |staff_id| move |part: Part| PartRow { staff_id, post: part.post, area: part.area };
    let mut rows: Vec<PartRow> = own.into_iter().map(part(staff.staff_id)).collect();
    let mut faults = unseen_cases(app, staff, &patrol).await?;
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
    let areas = patrol.walks.iter().map(ToString::to_string).collect();
    let reach: BTreeSet<String> = patrol.walks.iter().flat_map(|walk| walk.reach(&rules)).collect();
    Ok(Walked { areas, reach: reach.into_iter().collect(), parts: rows, patrol })
}

/// Somebody who is said to have come along.
enum Companion {
    Walked { staff_id: Uuid, held: BTreeSet<Part> },
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
async fn unseen_cases(app: &App, staff: &Staff, patrol: &NewPatrol) -> Result<Vec<FieldError>, StoreError> {
    let mut conn = app.pool.acquire().await?;
    let known = places::by_numbers(&mut conn, &patrol.case_numbers).await?;
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
