//! The orders of a hotline without an interface, from its list: all of them or none, and each of them once.

use chrono::{DateTime, Utc};
use jiekou_core::hotline::listed_orders;
use jiekou_core::import::CellFault;
use jiekou_partner::hotline::Inbound;
use jiekou_sheet::SheetError;
use jiekou_store::StoreError;
use jiekou_store::hotlines::messages;
use serde_json::{Map, Value};
use thiserror::Error;
use tracing::{instrument, warn};

use super::apply::apply_order;
use super::keep::Said;
use crate::scan_file::scan_file;
use crate::{App, ServiceError};

/// Why no order was taken in.
#[derive(Debug, Error)]
pub enum ImportOrdersError {
    #[error("the rulebook has no partner `{0}`")]
    NoPartner(String),
    #[error("it is no list: {0}")]
    NoList(#[from] SheetError),
    #[error("some cells are wrong")]
    Faults(Vec<CellFault>),
    #[error(transparent)]
    Service(#[from] ServiceError),
}

/// What became of a list.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct ImportedOrders {
    pub taken: usize,
    /// Taken in before, and left as they are.
    pub known: usize,
}

/// Takes the orders of a list in: kept in one transaction, then applied as those that were pushed. `only_check`: says what
/// would become of it.
///
/// # Errors
/// Everything that is wrong with the list; nothing is kept then. Storage.
#[instrument(level = "debug", name = "hotline.import_orders", skip_all)]
pub async fn import_orders(
    app: &App,
    partner: &str,
    list: &[u8],
    only_check: bool,
    now: DateTime<Utc>,
) -> Result<ImportedOrders, ImportOrdersError> {
    let rules = app.rules();
    let platform = rules.plan().hotlines.partner(partner);
    let platform = platform.ok_or_else(|| ImportOrdersError::NoPartner(partner.to_owned()))?;
    scan_file(app, list).await?;
    let orders = listed_orders(&jiekou_sheet::read(list)?, platform).map_err(ImportOrdersError::Faults)?;
    let ids: Vec<String> = orders.iter().map(|order| format!("list/{}", order.order_no)).collect();
    let asked: Vec<&str> = ids.iter().map(String::as_str).collect();
    let fresh = messages::unknown(&app.pool, partner, &asked).await.map_err(ServiceError::from)?;
    let fields: Vec<Map<String, Value>> = orders
        .iter()
        .map(|order| {
            order.fields.iter().map(|(name, text)| (name.clone(), Value::from(text.as_str()))).collect()
        })
        .collect();
    let mut faults = Vec::new();
    let mut said = Vec::new();
    for ((order, id), fields) in orders.iter().zip(&ids).zip(&fields) {
        let it = Said {
            partner: platform,
            operation: Inbound::PushOrder,
            request_id: id,
            order_no: &order.order_no,
            sent_at: now,
            fields,
        };
        match it.check(app, now) {
            Ok(_) => {}
            Err(ServiceError::Invalid(wrong)) => faults.extend(wrong.iter().map(|fault| order.fault(fault))),
            Err(error) => return Err(error.into()),
        }
        if fresh.contains(id) {
            said.push(it);
        }
    }
    if !faults.is_empty() {
        return Err(ImportOrdersError::Faults(faults));
    }
    let imported = ImportedOrders { taken: said.len(), known: orders.len() - said.len() };
    if only_check {
        return Ok(imported);
    }
    let mut transaction =
        app.pool.begin().await.map_err(|error| ServiceError::from(StoreError::from(error)))?;
    for it in &said {
        it.keep(app, &mut transaction, now).await?;
    }
    transaction.commit().await.map_err(|error| ServiceError::from(StoreError::from(error)))?;
    for it in &said {
        if let Err(error) = apply_order(app, partner, it.order_no, now).await {
            warn!(error = %error, "an order of a list is applied later, by the worker");
        }
    }
    Ok(imported)
}
