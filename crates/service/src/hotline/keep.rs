//! A message is kept before anything comes of it.

use chrono::{DateTime, Utc};
use jiekou_core::hotline::Partner;
use jiekou_core::report::NewReport;
use jiekou_partner::hotline::{Inbound, Message};
use jiekou_store::hotlines::messages::{self, Kept, MessageRow};
use jiekou_store::hotlines::orders;
use jiekou_store::work::jobs;
use jiekou_store::{PgConnection, StoreError};
use serde_json::{Map, Value, json};
use sha2::{Digest, Sha256};

use super::order_report::order_report;
use crate::error::failed;
use crate::{App, ServiceError};

/// What a platform said, whichever way it came: pushed, found in its list, or read from a file.
#[derive(Debug, Clone, Copy)]
pub(crate) struct Said<'a> {
    pub partner: &'a Partner,
    pub operation: Inbound,
    pub request_id: &'a str,
    pub order_no: &'a str,
    pub sent_at: DateTime<Utc>,
    pub fields: &'a Map<String, Value>,
}

impl Said<'_> {
    /// Whether it can be understood, and an order become a report.
    ///
    /// # Errors
    /// Every wrong field.
    pub fn check(&self, app: &App, now: DateTime<Utc>) -> Result<Message, ServiceError> {
        let message = Message::read(self.operation, self.order_no, self.fields, self.partner)
            .map_err(ServiceError::Invalid)?;
        if let Message::PushOrder(order) = &message
            && order.order_type.enquiry().is_none()
        {
            let (raw, _) = order_report(order, self.partner, now);
            NewReport::parse(raw, &app.rules(), now).map_err(ServiceError::Invalid)?;
        }
        Ok(message)
    }

    /// Keeps it with the job that applies it, should this process not live to do so.
    ///
    /// # Errors
    /// [`ServiceError::KeyReused`] when the request id came with something else; storage.
    pub async fn keep(
        &self,
        app: &App,
        conn: &mut PgConnection,
        now: DateTime<Utc>,
    ) -> Result<(), ServiceError> {
        let order = (self.partner.code.as_str(), self.order_no);
        let fields = serde_json::to_vec(self.fields).map_err(failed)?;
        let row = MessageRow {
            partner: order.0,
            request_id: self.request_id,
            order_no: order.1,
            operation: self.operation.name(),
            body_hash: Sha256::new()
                .chain_update(self.operation.name())
                .chain_update(&fields)
                .finalize()
                .into(),
            sent_at: self.sent_at,
            fields: &fields,
        };
        orders::hear(&mut *conn, order, self.sent_at, now).await?;
        match messages::keep(&mut *conn, &app.vault, &row, now).await? {
            Kept::Otherwise => return Err(ServiceError::KeyReused),
            Kept::Before => return Ok(()),
            Kept::Now => {}
        }
        let payload = json!({ "partner": order.0, "orderNo": order.1 });
        // The process that took it in does it at once; the job is for what a crash leaves over.
        let run_at = now + chrono::TimeDelta::seconds(5);
        jobs::insert_for(conn, "applyHotline", &payload, run_at, now).await.map_err(StoreError::into)
    }
}
