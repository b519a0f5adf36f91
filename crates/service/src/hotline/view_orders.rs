//! Orders, calls, channels and comparisons, for the desk.

use jiekou_core::hotline::OrderType;
use jiekou_store::hotlines::attachments::{self, AttachmentView};
use jiekou_store::hotlines::calls::{self, CallView};
use jiekou_store::hotlines::contact::{self, ChannelContact};
use jiekou_store::hotlines::orders::{self, OrderView};
use jiekou_store::hotlines::reconciliations::{self, Reconciliation};
use tracing::instrument;

use super::watch_channels::name_of;
use crate::desk::{at_desk, oversees};
use crate::view_case::view_case;
use crate::{App, ServiceError, Staff};

/// An order with its files, and with what its platform was told.
#[derive(Debug, Clone)]
pub struct OrderFile {
    pub order: OrderView,
    pub attachments: Vec<AttachmentView>,
    /// `None`: not asked for.
    pub calls: Option<Vec<CallView>>,
}

/// A channel with its name.
#[derive(Debug, Clone)]
pub struct ChannelState {
    pub name: String,
    pub contact: ChannelContact,
}

/// All channels, and the calls that did not arrive, each with the code of its partner.
pub type Channels = (Vec<ChannelState>, Vec<(String, CallView)>);

/// One order of a platform.
///
/// # Errors
/// [`ServiceError::Forbidden`] for whoever is not at the desk; [`ServiceError::UnknownOrder`], also of social stability for
/// whoever does not oversee the desk; storage.
#[instrument(level = "debug", name = "hotline.view_order", skip_all)]
pub async fn view_order(
    app: &App,
    staff: &Staff,
    partner: &str,
    order_no: &str,
) -> Result<OrderFile, ServiceError> {
    at_desk(app, staff)?;
    let order = orders::view(&app.pool, partner, order_no).await?.ok_or(ServiceError::UnknownOrder)?;
    let is_stability = order.order_type.as_deref() == Some(OrderType::Stability.name());
    if is_stability && oversees(app, staff).is_err() {
        return Err(ServiceError::UnknownOrder);
    }
    let calls = calls::list(&app.pool, partner, Some(order_no)).await?;
    let attachments = attachments::list(&app.pool, &[(partner, order_no)]).await?;
    Ok(OrderFile { order, attachments, calls: Some(calls) })
}

/// The orders that follow a case, for whoever sees the case.
///
/// # Errors
/// [`ServiceError::UnknownCase`]; storage.
#[instrument(level = "debug", name = "hotline.orders_of_case", skip_all)]
pub async fn orders_of_case(
    app: &App,
    staff: &Staff,
    number: &str,
    now: chrono::DateTime<chrono::Utc>,
) -> Result<Vec<OrderFile>, ServiceError> {
    view_case(app, staff, number, now).await?;
    let orders = orders::of_case(&app.pool, number).await?;
    let numbers: Vec<(&str, &str)> =
        orders.iter().map(|order| (order.partner.as_str(), order.order_no.as_str())).collect();
    let files = attachments::list(&app.pool, &numbers).await?;
    let with_files = |order: OrderView| {
        let own = |file: &&AttachmentView| file.partner == order.partner && file.order_no == order.order_no;
        let attachments = files.iter().filter(own).cloned().collect();
        OrderFile { order, attachments, calls: None }
    };
    Ok(orders.into_iter().map(with_files).collect())
}

/// How the channels are, and the calls that did not arrive.
///
/// # Errors
/// [`ServiceError::Forbidden`]; storage.
#[instrument(level = "debug", name = "hotline.channels", skip_all)]
pub async fn channels(app: &App, staff: &Staff) -> Result<Channels, ServiceError> {
    at_desk(app, staff)?;
    let contacts = contact::list(&app.pool).await?;
    let channels =
        contacts.into_iter().map(|contact| ChannelState { name: name_of(app, &contact.channel), contact });
    let mut lost = Vec::new();
    for partner in &app.rules().plan().hotlines.partners {
        let calls = calls::list(&app.pool, &partner.code, None).await?;
        lost.extend(calls.into_iter().map(|call| (partner.code.clone(), call)));
    }
    Ok((channels.collect(), lost))
}

/// The newest comparisons.
///
/// # Errors
/// [`ServiceError::Forbidden`]; storage.
#[instrument(level = "debug", name = "hotline.reconciliations", skip_all)]
pub async fn reconciliation_reports(
    app: &App,
    staff: &Staff,
    partner: Option<&str>,
) -> Result<Vec<Reconciliation>, ServiceError> {
    oversees(app, staff)?;
    Ok(reconciliations::list(&app.pool, partner).await?)
}

/// Whether the caller may have books compared.
///
/// # Errors
/// [`ServiceError::Forbidden`].
pub fn may_reconcile(app: &App, staff: &Staff) -> Result<(), ServiceError> {
    oversees(app, staff)
}
