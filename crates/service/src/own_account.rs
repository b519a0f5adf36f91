//! What somebody sees of the own account.

use jiekou_core::staff::Grant;
use jiekou_store::people::{second_factors, staff};
use tracing::instrument;
use uuid::Uuid;

use crate::tokens::Credential;
use crate::{App, ServiceError};

/// One's own account.
#[derive(Debug, Clone)]
pub struct OwnAccount {
    pub staff_id: Uuid,
    pub username: String,
    pub name: String,
    pub grants: Vec<Grant>,
    pub second_factor: bool,
    pub second_factor_demanded: bool,
    pub recovery_codes_left: i64,
}

/// The caller's account.
///
/// # Errors
/// [`ServiceError::NotSignedIn`] when it is there no more; storage.
#[instrument(level = "debug", name = "own_account", skip_all)]
pub async fn own_account(app: &App, caller: &Credential) -> Result<OwnAccount, ServiceError> {
    let staff_id = caller.staff.staff_id;
    let account = staff::by_id(&app.pool, staff_id).await?;
    let account = account.filter(|it| it.disabled_at.is_none()).ok_or(ServiceError::NotSignedIn)?;
    let grants = staff::grants(&app.pool, staff_id).await?;
    Ok(OwnAccount {
        staff_id,
        second_factor: account.totp_sealed.is_some(),
        second_factor_demanded: app.accounts.demand_second_factor(&grants),
        recovery_codes_left: second_factors::recovery_codes_left(&app.pool, staff_id).await?,
        username: account.username,
        name: account.display_name,
        grants,
    })
}
