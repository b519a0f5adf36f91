//! Files and other orders that a message names are noted with it.

use chrono::{DateTime, Utc};
use jiekou_core::hotline::NotTaken;
use jiekou_core::privacy::scrub;
use jiekou_partner::hotline::{Attachment, Message, Order};
use jiekou_store::PgConnection;
use jiekou_store::hotlines::attachments::{self, AttachmentRow};
use jiekou_store::hotlines::orders;
use jiekou_store::work::jobs;
use serde_json::json;
use sha2::{Digest, Sha256};

use super::order_report::without_caller;
use crate::ServiceError;
use crate::error::failed;

/// Most files of one order that are fetched, of all its messages together.
const MOST: i64 = 30;

/// What a message names beside its words.
pub(super) struct Named<'a> {
    attachments: &'a [Attachment],
    related_orders: &'a [String],
    /// Who called, where the message says it: not for anybody to read in the name of a file.
    caller: Option<&'a Order>,
}

impl<'a> Named<'a> {
    pub fn of_order(order: &'a Order) -> Self {
        Self { attachments: &order.attachments, related_orders: &order.related_orders, caller: Some(order) }
    }

    pub fn of(message: &'a Message) -> Self {
        match message {
            Message::PushOrder(order) => Self::of_order(order),
            _ => Self {
                attachments: message.attachments(),
                related_orders: message.related_orders(),
                caller: None,
            },
        }
    }
}

/// Notes what a message names, and has the files fetched where the order `is_report`. A file that is known by its address is
/// noted once.
///
/// # Errors
/// Storage.
pub(super) async fn note_attachments(
    conn: &mut PgConnection,
    order: (&str, &str),
    request_id: &str,
    named: &Named<'_>,
    is_report: bool,
    now: DateTime<Utc>,
) -> Result<(), ServiceError> {
    orders::relate(&mut *conn, order, named.related_orders).await?;
    let files = named.attachments;
    if files.is_empty() {
        return Ok(());
    }
    let mut known = attachments::count(&mut *conn, order).await?;
    for (position, file) in files.iter().enumerate() {
        let not_taken = match (is_report, known >= MOST) {
            (false, _) => Some(NotTaken::Enquiry),
            (true, true) => Some(NotTaken::TooMany),
            (true, false) => None,
        };
        // Whatever a platform writes there may name people.
        let clear = |words: Option<&str>| words.map(|words| hidden(words, named.caller));
        let (their_id, mime) = (clear(file.id.as_deref()), clear(file.mime.as_deref()));
        // A later message does not say who called, whose name could not be taken out of a file's.
        let name = named.caller.and(clear(file.name.as_deref()));
        let row = AttachmentRow {
            request_id,
            position: i16::try_from(position).map_err(failed)?,
            address_hash: Sha256::digest(file.url.as_str()).into(),
            their_id: their_id.as_deref(),
            name: name.as_deref(),
            mime: mime.as_deref(),
            not_taken,
        };
        if let Some(attachment_id) = attachments::note(&mut *conn, order, &row, now).await? {
            known += 1;
            let payload = json!({ "attachmentId": attachment_id });
            jobs::insert(&mut *conn, "fetchAttachment", &payload, now).await?;
        }
    }
    Ok(())
}

/// A file's name without numbers of people, nor the name of whoever called.
fn hidden(name: &str, caller: Option<&Order>) -> String {
    caller.map_or_else(|| scrub(name).into_owned(), |order| without_caller(name, order))
}
