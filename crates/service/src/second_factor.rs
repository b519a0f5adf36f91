//! The second factor at a sign-in: a code of an authenticator app (RFC 6238) or a recovery code, each good once.

use std::sync::Arc;

use chrono::{DateTime, Utc};
use jiekou_core::staff::RecoveryCode;
use jiekou_store::people::{second_factors, staff};
use jiekou_store::vault::{Purpose, Sealed};
use jiekou_store::{PgConnection, StoreError};
use totp_rs::{Algorithm, TOTP};
use uuid::Uuid;

use crate::error::failed;
use crate::{App, ServiceError, password};

/// Seconds a code is shown for.
const STEP: u64 = 30;

/// What proves the second factor. It is used up only when everything else is right.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(crate) enum Proof {
    /// The account has none.
    NotEnrolled,
    Step(i64),
    RecoveryCode(Vec<u8>),
}

/// What `code` proves; `None`: nothing.
pub(crate) async fn prove(
    app: &App,
    account: &staff::Account,
    code: Option<&str>,
    now: DateTime<Utc>,
) -> Result<Option<Proof>, ServiceError> {
    let Some((key_id, bytes)) = account.totp_key_id.clone().zip(account.totp_sealed.clone()) else {
        return Ok(Some(Proof::NotEnrolled));
    };
    let Some(code) = code else {
        return Ok(None);
    };
    if let Some(code) = RecoveryCode::parse(code) {
        return recovery(app, account.staff_id, code).await;
    }
    let step = step_of(app, account.staff_id, &Sealed { key_id, bytes }, code, now)?;
    Ok(step.map(Proof::Step))
}

/// Uses a proof up. `false` when it was used before.
pub(crate) async fn spend(
    conn: &mut PgConnection,
    staff_id: Uuid,
    proof: &Proof,
    now: DateTime<Utc>,
) -> Result<bool, StoreError> {
    match proof {
        Proof::NotEnrolled => Ok(true),
        Proof::Step(step) => second_factors::spend_step(conn, staff_id, *step).await,
        Proof::RecoveryCode(hash) => second_factors::spend_recovery_code(conn, staff_id, hash, now).await,
    }
}

/// The step of the code that the app with this secret shows now, or showed or shows as many steps off as the rules let
/// slow fingers and clocks be; `None` for any other code.
pub(crate) fn step_of(
    app: &App,
    staff_id: Uuid,
    secret: &Sealed,
    code: &str,
    now: DateTime<Utc>,
) -> Result<Option<i64>, ServiceError> {
    let opened = app.vault.open(Purpose::SecondFactor, staff_id.as_bytes(), &secret.key_id, &secret.bytes);
    let totp = totp(opened.map_err(failed)?)?;
    let current = u64::try_from(now.timestamp()).unwrap_or_default() / STEP;
    let fits = |step: &u64| totp.check(code.trim(), step * STEP);
    let drift = u64::from(app.accounts.totp_drift);
    let mut steps = (0..=drift).flat_map(|off| [current.saturating_sub(off), current + off]);
    Ok(steps.find(fits).and_then(|step| i64::try_from(step).ok()))
}

/// The parameters that every authenticator app has.
pub(crate) fn totp(secret: Vec<u8>) -> Result<TOTP, ServiceError> {
    // Without a skew of its own, so that the step is known.
    TOTP::new(Algorithm::SHA1, 6, 0, STEP, secret).map_err(failed)
}

async fn recovery(app: &App, staff_id: Uuid, code: RecoveryCode) -> Result<Option<Proof>, ServiceError> {
    let Some(salt) = second_factors::recovery_salt(&app.pool, staff_id).await? else {
        return Ok(None);
    };
    let salt: Arc<[u8]> = salt.into();
    let hash = app.studio.work(move || password::salted(code.bytes(), &salt)).await??;
    let unused = second_factors::is_unused(&app.pool, staff_id, &hash).await?;
    Ok(unused.then_some(Proof::RecoveryCode(hash)))
}
