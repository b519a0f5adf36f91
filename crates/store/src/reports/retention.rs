//! What is kept only for a time.

use chrono::{DateTime, Utc};
use jiekou_core::privacy::SAVED_ANSWERS;
use sqlx::PgPool;
use tracing::instrument;

use crate::StoreError;

/// Erases the private part of saved answers older than [`SAVED_ANSWERS`]; their hash stays, so that the key cannot be
/// used for anything else. Returns how many.
///
/// # Errors
/// When the database fails.
#[instrument(level = "debug", name = "db.idempotency.erase", skip_all)]
pub async fn erase_saved_answers(pool: &PgPool, now: DateTime<Utc>) -> Result<u64, StoreError> {
    let erased = sqlx::query(
        "update idempotency set sealed = null, key_id = null where sealed is not null and created_at < $1",
    )
    .bind(now - SAVED_ANSWERS)
    .execute(pool)
    .await?;
    Ok(erased.rows_affected())
}

/// Whether the case `c` goes on, an objection waits for its answer, or it was over no earlier than `$1`: who reported it is
/// still known.
const STILL_KNOWN: &str = "(c.takes_reports or coalesce((c.progress #>> '{objections,open}')::boolean, false) or coalesce((select max(l.at) from case_log l
    where l.case_id = c.case_id and l.to_state = c.state), c.changed_at) >= $1)";
/// Rows that go at a time.
const AT_ONCE: i64 = 500;

/// Forgets how to reach the authors of reports whose cases were over before `ended`, whose accounts they are of, and what
/// platforms of hotlines wrote of them. Those
/// of a report that was split stay as long as one of its parts goes on. Returns how many rows went; there may be more.
///
/// # Errors
/// When the database fails.
#[instrument(level = "debug", name = "db.identity.forget", skip_all)]
pub async fn forget_identities(pool: &PgPool, ended: DateTime<Utc>) -> Result<u64, StoreError> {
    let contacts = format!(
        "delete from reporter_contact where pseudonym in (
             select k.pseudonym from reporter_contact k
             where k.created_at < $1 and not exists (
                 select from report r join cases c using (case_id) where r.pseudonym = k.pseudonym and {STILL_KNOWN})
             limit $2)"
    );
    let links = format!(
        "delete from resident_report where report_id in (
             select o.report_id from resident_report o
             where o.received_at < $1 and not exists (
                 select from report r join cases c using (case_id)
                 where (r.report_id = o.report_id or r.split_of = o.report_id) and {STILL_KNOWN})
             limit $2)"
    );
    // What a platform wrote of the same reports, and of enquiries that were answered.
    let messages = format!(
        "update hotline_message set sealed = '' where (partner, request_id) in (
             select m.partner, m.request_id from hotline_message m join hotline_order o using (partner, order_no)
             where m.received_at < $1 and m.applied_at is not null and m.sealed <> '' and not exists (
                 select from report r join cases c using (case_id)
                 where (r.report_id = o.report_id or r.split_of = o.report_id) and {STILL_KNOWN})
               and not exists (select from enquiry e where e.enquiry_id = o.enquiry_id and e.state = 'open')
             limit $2)"
    );
    let mut gone = 0;
    for statement in [contacts, links, messages] {
        let deleted =
            sqlx::query(sqlx::AssertSqlSafe(statement)).bind(ended).bind(AT_ONCE).execute(pool).await?;
        gone += deleted.rows_affected();
    }
    Ok(gone)
}
