//! Staff sign in, and go on with a refresh token.

use std::sync::Arc;

use chrono::{DateTime, Duration, Utc};
use jiekou_store::people::{refresh_tokens, staff};
use jiekou_store::vault::Purpose;
use sha2::{Digest, Sha256};
use totp_rs::{Algorithm, TOTP};
use tracing::{info, instrument};
use uuid::Uuid;

use crate::error::failed;
use crate::tokens::ACCESS_LIFE;
use crate::{App, ServiceError, Staff, password};

/// How long a session lasts without being used.
const REFRESH_LIFE: Duration = Duration::hours(12);

/// A signed-in session.
#[derive(Debug, Clone)]
pub struct Session {
    pub access_token: String,
    pub access_expires_at: DateTime<Utc>,
    /// Used once; the answer to its use holds the next one.
    pub refresh_token: String,
    pub refresh_expires_at: DateTime<Utc>,
    pub staff: Staff,
}

/// Signs in with name, password and, where the account has one, the code of the second factor.
///
/// # Errors
/// [`ServiceError::WrongCredentials`] whatever was wrong; [`ServiceError::Locked`] after five failures; storage.
#[instrument(level = "debug", name = "sign_in", skip_all)]
pub async fn sign_in(
    app: &App,
    username: &str,
    given: &str,
    code: Option<&str>,
    now: DateTime<Utc>,
) -> Result<Session, ServiceError> {
    let username = username.trim().to_lowercase();
    // A name no account can have is checked like any other that nobody has.
    let account = match username.chars().any(char::is_control) {
        true => None,
        false => staff::by_username(&app.pool, &username).await?,
    };
    if let Some(until) =
        account.as_ref().and_then(|account| account.locked_until).filter(|until| *until > now)
    {
        return Err(ServiceError::Locked { until });
    }
    let hash = account.as_ref().map_or(password::NOBODY, |account| account.password_hash.as_str());
    let (given, hash): (Arc<str>, Arc<str>) = (given.into(), hash.into());
    let matches = app.studio.work(move || password::matches(&given, &hash)).await?;
    let Some(account) = account else {
        return Err(ServiceError::WrongCredentials);
    };
    let second = second_factor(app, &account, code, now)?;
    let good = matches && second && account.disabled_at.is_none();
    staff::note_attempt(&app.pool, account.staff_id, good, now).await?;
    if !good {
        info!(staff.id = %account.staff_id, "sign-in refused");
        return Err(ServiceError::WrongCredentials);
    }
    session(app, account.staff_id, account.display_name, Uuid::new_v4(), now).await
}

/// Exchanges a refresh token for a new session of the same family.
///
/// # Errors
/// [`ServiceError::NotSignedIn`] when it is unknown, over, or used before (then the family ends); storage.
#[instrument(level = "debug", name = "refresh_session", skip_all)]
pub async fn refresh(app: &App, token: &str, now: DateTime<Utc>) -> Result<Session, ServiceError> {
    let hash = Sha256::digest(token.as_bytes());
    let spent = refresh_tokens::spend(&app.pool, &hash, now).await?;
    let (family, staff_id) = spent.ok_or(ServiceError::NotSignedIn)?;
    let name = staff::display_name(&app.pool, staff_id).await?.ok_or(ServiceError::NotSignedIn)?;
    session(app, staff_id, name, family, now).await
}

async fn session(
    app: &App,
    staff_id: Uuid,
    name: String,
    family: Uuid,
    now: DateTime<Utc>,
) -> Result<Session, ServiceError> {
    let staff = Staff { staff_id, name, grants: staff::grants(&app.pool, staff_id).await? };
    let random: [u8; 32] = rand::random();
    let refresh_token: String = random.iter().map(|byte| format!("{byte:02x}")).collect();
    let hash = Sha256::digest(refresh_token.as_bytes());
    let refresh_expires_at = now + REFRESH_LIFE;
    refresh_tokens::insert(&app.pool, &hash, family, staff_id, now, refresh_expires_at).await?;
    Ok(Session {
        access_token: app.tokens.issue(&staff, now)?,
        access_expires_at: now + ACCESS_LIFE,
        refresh_token,
        refresh_expires_at,
        staff,
    })
}

/// Whether the code fits; an account without a second factor needs none.
fn second_factor(
    app: &App,
    account: &staff::Account,
    code: Option<&str>,
    now: DateTime<Utc>,
) -> Result<bool, ServiceError> {
    let Some((key_id, sealed)) = account.totp_key_id.as_ref().zip(account.totp_sealed.as_ref()) else {
        return Ok(true);
    };
    let secret =
        app.vault.open(Purpose::SecondFactor, account.staff_id.as_bytes(), key_id, sealed).map_err(failed)?;
    // RFC 6238 with the parameters every authenticator app has; one step of 30 s either way for slow fingers.
    let totp = TOTP::new(Algorithm::SHA1, 6, 1, 30, secret).map_err(failed)?;
    let seconds = u64::try_from(now.timestamp()).unwrap_or_default();
    Ok(code.is_some_and(|code| totp.check(code.trim(), seconds)))
}
