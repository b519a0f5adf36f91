//! An order becomes a report, or an enquiry.

use chrono::{DateTime, Utc};
use jiekou_core::hotline::Partner as Platform;
use jiekou_core::report::Contact;
use jiekou_partner::hotline::Order;
use jiekou_store::StoreError;
use jiekou_store::cases::view;
use jiekou_store::hotlines::messages::{self, KeptMessage};
use jiekou_store::hotlines::orders::{self, TakenOrder};
use jiekou_store::reports::additions::{self, AdditionKind, AdditionRow};
use jiekou_store::reports::authorship;
use sha2::{Digest, Sha256};
use uuid::Uuid;

use super::note_attachments::{Named, note_attachments};
use super::order_report::{order_report, words_of};
use super::tell_partner;
use crate::enquiries::file::{Enquiry, keep};
use crate::submit_report::submit_report;
use crate::{App, IdempotencyKey, Partner, Principal, ServiceError};

/// Takes an order in, once. The report has the order's number as its key, so that whoever does it at the same moment gets
/// the same report.
///
/// # Errors
/// Storage.
pub(super) async fn take_order(
    app: &App,
    platform: &Platform,
    order_no: &str,
    order: &Order,
    kept: &KeptMessage,
    now: DateTime<Utc>,
) -> Result<(), ServiceError> {
    let caller = Principal::Partner(Partner { code: platform.code.clone() });
    let number = (platform.code.as_str(), order_no);
    let (report_id, enquiry_id, rest) = match order.order_type.enquiry() {
        None => {
            let (raw, rest) = order_report(order, platform, now);
            let key = IdempotencyKey {
                key: format!("order/{order_no}"),
                body_hash: Sha256::digest(order_no.as_bytes()).into(),
            };
            let report_id = match submit_report(app, raw, &caller, Some(&key), now).await {
                Ok(submitted) => submitted.report_id,
                Err(refusal) => known_report(app, &caller, &key, refusal).await?,
            };
            (Some(report_id), None, rest)
        }
        Some(kind) => {
            let enquiry = Enquiry {
                kind,
                words: words_of(order),
                contact: Contact {
                    name: order.caller_name.clone(),
                    phone: order.caller_phone.clone(),
                    ..Contact::default()
                },
                secret: order.secret,
            };
            (None, Some(enquiry), None)
        }
    };
    let mut transaction = app.pool.begin().await.map_err(StoreError::from)?;
    if messages::apply(&mut transaction, (number.0, &kept.request_id), "taken", now).await? {
        let enquiry_id: Option<Uuid> = match &enquiry_id {
            Some(enquiry) => Some(keep(app, &mut transaction, enquiry, &caller, now).await?.0),
            None => None,
        };
        let taken = TakenOrder {
            order_type: order.order_type.name(),
            report_id,
            enquiry_id,
            city_order_no: order.city_order_no.as_deref(),
            source: order.source.as_deref(),
            secret: order.secret,
            callback_allowed: order.callback_allowed,
            recording: order.recording.as_deref(),
            promised_at: order.promised_at,
        };
        if !orders::take(&mut transaction, number, &taken, now).await? {
            // Another push of the same order was taken; rolled back, this one is an addition.
            return Ok(());
        }
        let named = Named::of_order(order);
        note_attachments(&mut transaction, number, &kept.request_id, &named, report_id.is_some(), now)
            .await?;
        if let (Some(report_id), Some(rest)) = (report_id, rest.as_deref()) {
            let author = authorship::author(&mut *transaction, report_id).await?;
            let case = view::lock_of_report(&mut transaction, report_id).await?;
            let row = AdditionRow {
                addition_id: Uuid::now_v7(),
                kind: AdditionKind::Added,
                words: Some(rest),
                detail: None,
            };
            additions::insert(&mut transaction, &case, &author, &row, now).await?;
        }
        transaction.commit().await.map_err(StoreError::from)?;
    }
    // What happened to the case before the order was known to be its report.
    if let Some(report_id) = report_id {
        tell_partner::catch_up(app, report_id, now).await?;
    }
    Ok(())
}

/// The report that this order became before, when its answer is not kept any more.
async fn known_report(
    app: &App,
    caller: &Principal,
    key: &IdempotencyKey,
    refusal: ServiceError,
) -> Result<Uuid, ServiceError> {
    let row = crate::saved_answer::scope(caller, key);
    let mut transaction = app.pool.begin().await.map_err(StoreError::from)?;
    let known = jiekou_store::reports::idempotency::look_up::<jiekou_store::reports::record::Facts>(
        &mut transaction,
        &row,
    );
    match known.await? {
        jiekou_store::reports::idempotency::Known::Same { facts, .. } => Ok(facts.report_id),
        _ => Err(refusal),
    }
}
