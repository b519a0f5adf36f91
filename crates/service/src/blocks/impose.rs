//! Staff of the district block somebody, and lift it.

use chrono::{DateTime, Duration, Utc};
use jiekou_core::limit::{AddressGroup, Blind, Blocked, LONGEST_BLOCK, Spender, blocking_areas};
use jiekou_core::report::{FieldCode, FieldError};
use jiekou_store::limits::{blocks, spam_marks};
use jiekou_store::{PgConnection, StoreError};
use tracing::{info, instrument};
use uuid::Uuid;

use super::{index, look, own, words};
use crate::mark_spam::reachable;
use crate::quota;
use crate::{App, ServiceError, Staff};

/// Whom to block.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Whom {
    Named(Blocked),
    /// The phone that this report came with, which nobody has to see for it.
    PhoneOf(Uuid),
}

/// Blocks somebody for some hours. What identifies them is kept as a keyed hash only.
///
/// # Errors
/// [`ServiceError::Forbidden`] for whoever is not of the district; wrong fields;
/// [`ServiceError::AlreadyBlocked`]; storage.
#[instrument(level = "debug", name = "block", skip_all)]
pub async fn block(
    app: &App,
    staff: &Staff,
    whom: Whom,
    hours: i64,
    reason: &str,
    now: DateTime<Utc>,
) -> Result<Uuid, ServiceError> {
    let area = blocking_areas(&staff.grants).into_iter().next().ok_or(ServiceError::Forbidden)?;
    let reason = words("/reason", reason)?;
    if !(1..=LONGEST_BLOCK.num_hours()).contains(&hours) {
        let words = format!("应为 1 至 {} 小时", LONGEST_BLOCK.num_hours());
        return Err(ServiceError::field(FieldError::new("/hours", FieldCode::OutOfRange, words)));
    }
    let subject = subject(app, staff, whom, now).await?;
    let row = blocks::BlockRow {
        block_id: Uuid::new_v4(),
        kind: subject.by().name().to_owned(),
        subject_index: index(&app.vault, subject),
        area,
        reason,
        blocked_by: staff.staff_id,
        blocked_at: now,
        until: now + Duration::hours(hours),
        ended_at: None,
    };
    let mut transaction = app.pool.begin().await.map_err(StoreError::from)?;
    if !blocks::insert(&mut transaction, &row).await? {
        return Err(ServiceError::AlreadyBlocked);
    }
    let said = Some(row.reason.as_str());
    blocks::log(&mut transaction, row.block_id, Some(staff.staff_id), "blocked", said, now).await?;
    transaction.commit().await.map_err(StoreError::from)?;
    info!(block.id = %row.block_id, block.kind = row.kind, staff.id = %staff.staff_id, "blocked");
    look(app, now).await?;
    Ok(row.block_id)
}

async fn subject(app: &App, staff: &Staff, whom: Whom, now: DateTime<Utc>) -> Result<Spender, ServiceError> {
    let broken = || ServiceError::Store(StoreError::Inconsistent("a keyed hash that is too short"));
    match whom {
        Whom::Named(Blocked::Address(address)) => Ok(Spender::Address(AddressGroup::of(address))),
        Whom::Named(Blocked::Resident(account)) => Ok(Spender::Resident(account)),
        Whom::Named(Blocked::Phone(phone)) => quota::phone(&app.vault, &phone).ok_or_else(broken),
        Whom::Named(Blocked::Device(device)) => quota::device(&app.vault, &device).ok_or_else(broken),
        Whom::Named(Blocked::OpenId(id)) => quota::open_id(&app.vault, &id).ok_or_else(broken),
        Whom::PhoneOf(report_id) => {
            reachable(app, staff, report_id, now).await?;
            let report = spam_marks::report(&app.pool, report_id).await?;
            let index = report.and_then(|report| report.phone_index).ok_or_else(|| {
                let words = "这份报料没有留电话";
                ServiceError::field(FieldError::new("/reportId", FieldCode::NotAllowed, words))
            })?;
            Blind::from_index(&index).map(Spender::Phone).ok_or_else(broken)
        }
    }
}

/// Ends a block before its time.
///
/// # Errors
/// [`ServiceError::Forbidden`]; [`ServiceError::UnknownBlock`] for one of another area; [`ServiceError::BlockOver`];
/// storage.
#[instrument(level = "debug", name = "lift_block", skip_all)]
pub async fn lift(
    app: &App,
    staff: &Staff,
    block_id: Uuid,
    reason: &str,
    now: DateTime<Utc>,
) -> Result<(), ServiceError> {
    let reason = words("/reason", reason)?;
    own(app, staff, block_id).await?;
    let mut transaction = app.pool.begin().await.map_err(StoreError::from)?;
    end(&mut transaction, block_id, now).await?;
    blocks::log(&mut transaction, block_id, Some(staff.staff_id), "lifted", Some(&reason), now).await?;
    transaction.commit().await.map_err(StoreError::from)?;
    look(app, now).await
}

/// Ends a block that goes on.
pub(super) async fn end(
    conn: &mut PgConnection,
    block_id: Uuid,
    now: DateTime<Utc>,
) -> Result<(), ServiceError> {
    let block = blocks::lock(conn, block_id).await?.ok_or(ServiceError::UnknownBlock)?;
    if block.ended_at.is_some() || block.until <= now {
        return Err(ServiceError::BlockOver);
    }
    Ok(blocks::end(conn, block_id, now).await?)
}
