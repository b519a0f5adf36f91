//! Staff sign in, and go on with a refresh token.

use std::sync::Arc;

use chrono::{DateTime, Utc};
use jiekou_core::report::{FieldCode, FieldError};
use jiekou_core::staff::password as rule;
use jiekou_store::people::refresh_tokens::{self, Spent};
use jiekou_store::people::{sessions, sign_in_failures, staff};
use jiekou_store::vault::Purpose;
use jiekou_store::{PgConnection, StoreError};
use sha2::{Digest, Sha256};
use totp_rs::{Algorithm, TOTP};
use tracing::{info, instrument};
use uuid::Uuid;

use crate::error::failed;
use crate::tokens::{ACCESS_LIFE, Credential};
use crate::{App, ServiceError, Staff, password};

/// What somebody signs in with.
#[derive(Debug, Clone, Copy)]
pub struct Credentials<'a> {
    pub username: &'a str,
    pub password: &'a str,
    /// Of the second factor, where the account has one.
    pub code: Option<&'a str>,
    /// A password to have from now on.
    pub new_password: Option<&'a str>,
}

/// A signed-in session.
#[derive(Debug, Clone)]
pub struct Session {
    pub session_id: Uuid,
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
/// [`ServiceError::WrongCredentials`] whatever was wrong; [`ServiceError::Locked`] after five failures, whether there is
/// such an account or not; [`ServiceError::PasswordChangeNeeded`] when all is right and no new password was given; what is
/// wrong with the new one; storage.
#[instrument(level = "debug", name = "sign_in", skip_all)]
pub async fn sign_in(
    app: &App,
    given: &Credentials<'_>,
    now: DateTime<Utc>,
) -> Result<Session, ServiceError> {
    let username = given.username.trim().to_lowercase();
    let index = name_index(app, &username);
    if let Some(until) = sign_in_failures::locked_until(&app.pool, &index, now).await? {
        return Err(ServiceError::Locked { until });
    }
    // A name no account can have is checked like any other that nobody has.
    let account = match username.chars().any(char::is_control) {
        true => None,
        false => staff::by_username(&app.pool, &username).await?,
    };
    let matches = password_matches(app, account.as_ref(), given.password).await?;
    let good = match &account {
        Some(account) => {
            second_factor(app, account, given.code, now)? && matches && account.disabled_at.is_none()
        }
        None => false,
    };
    let known = account.as_ref().map(|account| account.staff_id);
    let Some(account) = account.filter(|_| good) else {
        sign_in_failures::add(&app.pool, &index, now).await?;
        info!(staff.id = ?known, "sign-in refused");
        return Err(ServiceError::WrongCredentials);
    };
    let hash = match given.new_password {
        Some(new) => Some(new_hash(app, &account, given.password, new).await?),
        None if account.must_change_password => return Err(ServiceError::PasswordChangeNeeded),
        None if password::is_outdated(&account.password_hash) => Some(hash(app, given.password).await?),
        None => None,
    };
    let mut transaction = app.pool.begin().await.map_err(StoreError::from)?;
    sign_in_failures::clear(&mut transaction, &index).await?;
    let mut ended = Vec::new();
    if let Some(hash) = hash {
        if !staff::set_password(&mut transaction, account.staff_id, &account.password_hash, &hash).await? {
            return Err(ServiceError::WrongCredentials);
        }
        if given.new_password.is_some() {
            let (which, why) = (sessions::Which::All, sessions::EndReason::PasswordChanged);
            ended = sessions::end(&mut transaction, account.staff_id, which, why, now).await?;
        }
    }
    let begun = Begun { session_id: Uuid::new_v4(), at: now };
    let session = session(app, &mut transaction, account.staff_id, account.display_name, begun, now).await?;
    transaction.commit().await.map_err(StoreError::from)?;
    app.ended_sessions.note(&ended, now);
    Ok(session)
}

/// Exchanges a refresh token for new tokens of the same session.
///
/// # Errors
/// [`ServiceError::NotSignedIn`] when it is unknown, over, or used before (then the session ends); storage.
#[instrument(level = "debug", name = "refresh_session", skip_all)]
pub async fn refresh(app: &App, token: &str, now: DateTime<Utc>) -> Result<Session, ServiceError> {
    let hash = Sha256::digest(token.as_bytes());
    let begun = now - app.accounts.session_longest;
    let mut transaction = app.pool.begin().await.map_err(StoreError::from)?;
    let spent = refresh_tokens::spend(&mut transaction, &hash, begun, now).await?;
    let (session_id, staff_id, at) = match spent {
        Spent::Good { family, staff_id, started_at } => (family, staff_id, started_at),
        Spent::Reused { family } => {
            transaction.commit().await.map_err(StoreError::from)?;
            app.ended_sessions.note(&[family], now);
            info!(session.id = %family, "a refresh token was used twice: its session has ended");
            return Err(ServiceError::NotSignedIn);
        }
        Spent::Unknown => return Err(ServiceError::NotSignedIn),
    };
    let name = staff::display_name(&app.pool, staff_id).await?.ok_or(ServiceError::NotSignedIn)?;
    let session = session(app, &mut transaction, staff_id, name, Begun { session_id, at }, now).await?;
    transaction.commit().await.map_err(StoreError::from)?;
    Ok(session)
}

/// The keyed hash under which failures of a name are counted.
pub(crate) fn name_index(app: &App, username: &str) -> Vec<u8> {
    app.vault.blind_index(&format!("staff name {username}"))
}

/// Whether the password is the account's. Without an account it takes as long, and is not.
pub(crate) async fn password_matches(
    app: &App,
    account: Option<&staff::Account>,
    given: &str,
) -> Result<bool, ServiceError> {
    let hash = account.map_or(password::NOBODY, |account| account.password_hash.as_str());
    let (given, hash): (Arc<str>, Arc<str>) = (given.into(), hash.into());
    Ok(app.studio.work(move || password::matches(&given, &hash)).await? && account.is_some())
}

/// The hash of a password that the account's owner chose.
///
/// # Errors
/// What is wrong with it, at `/newPassword`; storage.
pub(crate) async fn new_hash(
    app: &App,
    account: &staff::Account,
    old: &str,
    new: &str,
) -> Result<String, ServiceError> {
    let names = [account.username.as_str(), account.display_name.as_str()];
    if let Err(fault) = rule::check(new, app.accounts.password_least, &names) {
        return Err(ServiceError::field(fault.at("/newPassword")));
    }
    if new == old {
        let fault = FieldError::new("/newPassword", FieldCode::NotAllowed, "新密码不能与原密码相同");
        return Err(ServiceError::field(fault));
    }
    hash(app, new).await
}

async fn hash(app: &App, password: &str) -> Result<String, ServiceError> {
    let password: Arc<str> = password.into();
    app.studio.work(move || password::hash(&password)).await?
}

/// A session and when it began.
struct Begun {
    session_id: Uuid,
    at: DateTime<Utc>,
}

async fn session(
    app: &App,
    conn: &mut PgConnection,
    staff_id: Uuid,
    name: String,
    begun: Begun,
    now: DateTime<Utc>,
) -> Result<Session, ServiceError> {
    let session_id = begun.session_id;
    let staff = Staff { staff_id, name, grants: staff::grants(&app.pool, staff_id).await? };
    let random: [u8; 32] = rand::random();
    let refresh_token: String = random.iter().map(|byte| format!("{byte:02x}")).collect();
    let hash = Sha256::digest(refresh_token.as_bytes());
    let refresh_expires_at =
        (now + app.accounts.session_idle).min(begun.at + app.accounts.session_longest);
    sessions::used(conn, session_id, staff_id, now).await?;
    refresh_tokens::insert(conn, &hash, session_id, staff_id, now, refresh_expires_at).await?;
    let credential = Credential { staff, session_id };
    Ok(Session {
        session_id,
        access_token: app.tokens.issue(&credential, now)?,
        access_expires_at: now + ACCESS_LIFE,
        refresh_token,
        refresh_expires_at,
        staff: credential.staff,
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
