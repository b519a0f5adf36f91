//! WeChat. Which of its ways reaches somebody, and how often they allow it, is decided where that is known.

use jiekou_boot::clock;
use jiekou_service::wechat::notify::{Told, notify};
use jiekou_service::{App, ServiceError};
use jiekou_store::work::deliveries::Delivery;

use super::Sent;

/// Tells the reporter of a delivery.
///
/// # Errors
/// When the message cannot be composed; storage.
pub async fn send(app: &App, delivery: &Delivery) -> Result<Sent, ServiceError> {
    Ok(match notify(app, delivery, clock::now()).await? {
        Told::Taken => Sent::Taken,
        Told::Refused(reason) => Sent::Refused(reason),
        Told::Again(reason) => Sent::Again(reason),
    })
}
