//! Who reported what is forgotten some time after the case is over, and accounts that nobody uses any more with it.

use chrono::{DateTime, Duration, Utc};
use jiekou_core::privacy::identity_days;
use jiekou_store::people::residents;
use jiekou_store::reports::retention;
use tracing::{info, instrument};

use crate::{App, ServiceError};

/// Forgets some of what is due, in short statements: what is left waits for the next round.
///
/// # Errors
/// When storage fails.
#[instrument(level = "debug", name = "forget_identities", skip_all)]
pub async fn forget_identities(app: &App, now: DateTime<Utc>) -> Result<(), ServiceError> {
    let days = identity_days(app.residents.identity_days, &app.rules());
    let due = now - Duration::days(days.into());
    let identities = retention::forget_identities(&app.pool, due).await?;
    let accounts = residents::forget_unused(&app.pool, due, now).await?;
    if identities > 0 || accounts > 0 {
        info!(identities, accounts, "who reported cases that are long over was forgotten");
    }
    Ok(())
}
