//! A code by which somebody becomes the owner of a shop, handed over by whoever answers for the street.

use chrono::{DateTime, TimeDelta, Utc};
use jiekou_core::staff::InvitationCode;
use jiekou_core::storefront::may_hand_over;
use jiekou_store::StoreError;
use jiekou_store::storefronts::{codes, register};
use tracing::instrument;

use crate::{App, ServiceError, Staff};

/// How long a code is good.
const LIFE: TimeDelta = TimeDelta::days(7);

/// A code, told this once.
#[derive(Debug, Clone)]
pub struct HandedCode {
    pub code: InvitationCode,
    pub expires_at: DateTime<Utc>,
}

/// Makes a code for a shop, good once and for seven days; one that was open before is good no more.
///
/// # Errors
/// [`ServiceError::UnknownStorefront`], also where it is not the caller's to hand over; storage.
#[instrument(level = "debug", name = "hand_over_code", skip_all)]
pub async fn hand_over_code(
    app: &App,
    staff: &Staff,
    shop: &str,
    now: DateTime<Utc>,
) -> Result<HandedCode, ServiceError> {
    let code = InvitationCode::from_random(rand::random());
    let expires_at = now + LIFE;
    let mut transaction = app.pool.begin().await.map_err(StoreError::from)?;
    let shop = register::lock(&mut transaction, shop)
        .await?
        .filter(|shop| may_hand_over(&staff.grants, &shop.town_code, &shop.segment_code))
        .ok_or(ServiceError::UnknownStorefront)?;
    codes::make(&mut transaction, shop.storefront_id, &code.hash(), staff.staff_id, expires_at, now).await?;
    transaction.commit().await.map_err(StoreError::from)?;
    Ok(HandedCode { code, expires_at })
}
