//! A record that is wrong is struck out: it stays, with who struck it and why, and counts no more.

use chrono::{DateTime, Utc};
use jiekou_core::report::text::parse_text;
use jiekou_core::staff::Role;
use jiekou_store::records::{self, RecordView};
use jiekou_store::words::Words;
use tracing::instrument;
use uuid::Uuid;

use super::{RecordFile, one, sight};
use crate::{App, ServiceError, Staff};

/// Longest reason, in characters.
const REASON: usize = 500;

/// Strikes a record out. Who filed it may, whoever files such records where it is seen from, and administrators there. The
/// same again changes nothing.
///
/// # Errors
/// A reason that says nothing; [`ServiceError::UnknownRecord`]; [`ServiceError::Forbidden`];
/// [`ServiceError::RecordStruck`] where it was struck out by somebody else or for another reason; storage.
#[instrument(level = "debug", name = "strike_record", skip_all)]
pub async fn strike_record(
    app: &App,
    staff: &Staff,
    record_id: Uuid,
    reason: &str,
    now: DateTime<Utc>,
) -> Result<RecordFile, ServiceError> {
    let reason = parse_text("/reason", reason, REASON).map_err(ServiceError::field)?;
    let found = records::visible(&app.pool, record_id, &sight(staff)).await?;
    let file = one(app, found.ok_or(ServiceError::UnknownRecord)?).await?;
    if !may_strike(&file, staff) {
        return Err(ServiceError::Forbidden);
    }
    records::strike(&app.pool, record_id, staff.staff_id, &reason, now).await?;
    let struck = records::by_id(&app.pool, record_id).await?.ok_or(ServiceError::UnknownRecord)?;
    if is_struck_by(&struck, staff, &reason) {
        one(app, struck).await
    } else {
        Err(ServiceError::RecordStruck)
    }
}

fn may_strike(file: &RecordFile, staff: &Staff) -> bool {
    let files = |grant| file.kind.iter().flat_map(|kind| &kind.filed_by).any(|filer| filer.is(grant));
    let here = staff.grants.iter().filter(|grant| file.record.seen_from.contains(&grant.area));
    file.record.filed_by == staff.staff_id
        || here.clone().any(|grant| grant.role == Role::Admin && grant.unit.is_none())
        || here.clone().any(files)
}

fn is_struck_by(record: &RecordView, staff: &Staff, reason: &str) -> bool {
    record.struck_by == Some(staff.staff_id)
        && record.struck_because.as_ref().map(Words::for_rules) == Some(reason)
}
