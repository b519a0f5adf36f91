//! A message of a platform comes in: believed, understood, kept, acknowledged, applied.

use chrono::{DateTime, Utc};
use jiekou_partner::hotline::{Heads, Inbound, Signed, payload};
use jiekou_store::StoreError;
use jiekou_store::hotlines::orders::{self, OrderView};
use jiekou_store::hotlines::{contact, messages};
use secrecy::ExposeSecret;
use tracing::{instrument, warn};

use super::apply::apply_order;
use super::keep::Said;
use crate::{App, ServiceError};

/// A message as it came over the wire.
#[derive(Debug, Clone, Copy)]
pub struct Incoming<'a> {
    pub partner: &'a str,
    pub operation: &'a str,
    pub heads: Heads<'a>,
    pub content_type: &'a str,
    pub body: &'a [u8],
}

/// What the platform is answered.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Received {
    pub order_no: String,
    /// The order itself has not come yet: what was said is kept until it does.
    pub waits: bool,
    pub case_number: Option<String>,
    /// By which its author can follow it.
    pub tracking_code: Option<String>,
}

/// Takes a message in. When this returns it is kept, whatever becomes of this process; the same message again is answered
/// the same, and changes nothing.
///
/// # Errors
/// [`ServiceError::SignatureRefused`], [`ServiceError::MessageReplayed`], [`ServiceError::KeyReused`]; an operation that
/// there is not; every wrong field; storage. Nothing is kept then.
#[instrument(level = "debug", name = "hotline.receive", skip_all)]
pub async fn receive(
    app: &App,
    incoming: &Incoming<'_>,
    now: DateTime<Utc>,
) -> Result<Received, ServiceError> {
    let rules = app.rules();
    let unknown = ServiceError::SignatureRefused("the signature is wrong");
    let peer = app.hotlines.peers.get(incoming.partner);
    let partner = rules.plan().hotlines.partner(incoming.partner);
    let (Some(peer), Some(partner)) = (peer, partner) else {
        return Err(unknown);
    };
    let secrets: Vec<&[u8]> = peer.secrets.iter().map(|secret| secret.expose_secret().as_bytes()).collect();
    let skew = app.hotlines.skew;
    let signed = Signed::verified(incoming.operation, &incoming.heads, incoming.body, &secrets, skew, now)
        .map_err(|error| match error {
            jiekou_partner::hotline::SignatureError::Malformed => "a header is missing or malformed",
            jiekou_partner::hotline::SignatureError::Wrong => "the signature is wrong",
            jiekou_partner::hotline::SignatureError::Skewed => "the clocks differ too much",
        })
        .map_err(ServiceError::SignatureRefused)?;
    let operation = Inbound::from_name(signed.operation).ok_or(ServiceError::UnknownOperation)?;
    let fields = payload(incoming.content_type, incoming.body)?;
    let said = Said {
        partner,
        operation,
        request_id: signed.request_id,
        order_no: signed.order_no,
        sent_at: signed.sent_at,
        fields: &fields,
    };
    said.check(app, now)?;
    let mut transaction = app.pool.begin().await.map_err(StoreError::from)?;
    let nonce = (incoming.partner, signed.nonce);
    if !messages::take_nonce(&mut transaction, nonce, signed.request_id, now).await? {
        return Err(ServiceError::MessageReplayed);
    }
    said.keep(app, &mut transaction, now).await?;
    transaction.commit().await.map_err(StoreError::from)?;
    if let Err(error) = apply_order(app, incoming.partner, signed.order_no, now).await {
        // It is kept, and the worker applies it.
        warn!(error = %error, hotline.partner = incoming.partner, "an order is applied later");
    }
    contact::note(&app.pool, &format!("hotline/{}/in", incoming.partner), None, now).await?;
    let order = orders::view(&app.pool, incoming.partner, signed.order_no).await?;
    let order = order.ok_or(StoreError::Inconsistent("an order that was heard of is gone"))?;
    Ok(Received::from(order))
}

impl From<OrderView> for Received {
    fn from(order: OrderView) -> Self {
        Self {
            waits: order.taken_at.is_none(),
            order_no: order.order_no,
            case_number: order.case_number,
            tracking_code: order.tracking_code,
        }
    }
}
