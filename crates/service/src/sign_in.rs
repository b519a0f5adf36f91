//! Staff sign in, and go on with a refresh token.

use std::fmt;
use std::sync::Arc;

use chrono::{DateTime, Utc};
use jiekou_core::report::{FieldCode, FieldError};
use jiekou_core::staff::password as rule;
use jiekou_store::people::refresh_tokens::Taken;
use jiekou_store::people::sessions::Holder;
use jiekou_store::people::{sessions, sign_in_failures, staff};
use jiekou_store::{PgConnection, StoreError};
use tracing::{info, instrument};
use uuid::Uuid;

use crate::invite_staff::log_own;
use crate::second_factor::{prove, spend};
use crate::session_tokens::{SessionTokens, hand_out, make_room, resume};
use crate::tokens::{Bearer, Credential};
use crate::{App, ServiceError, Staff, password};

/// What somebody signs in with.
#[derive(Clone, Copy)]
pub struct Credentials<'a> {
    pub username: &'a str,
    pub password: &'a str,
    /// Of the second factor, where the account has one.
    pub code: Option<&'a str>,
    /// A password to have from now on.
    pub new_password: Option<&'a str>,
}

impl fmt::Debug for Credentials<'_> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("Credentials(…)")
    }
}

/// A signed-in session.
#[derive(Debug, Clone)]
pub struct Session {
    pub tokens: SessionTokens,
    pub staff: Staff,
    /// A second factor must be enrolled before anything else can be done.
    pub only_enrolling: bool,
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
    let proof = match &account {
        Some(account) if matches && account.disabled_at.is_none() => {
            prove(app, account, given.code, now).await?
        }
        _ => None,
    };
    let known = account.as_ref().map(|account| account.staff_id);
    let Some((account, proof)) = account.zip(proof) else {
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
    // Used up last, so that whoever must choose a password first can send the same code again.
    if !spend(&mut transaction, account.staff_id, &proof, now).await? {
        drop(transaction);
        sign_in_failures::add(&app.pool, &index, now).await?;
        info!(staff.id = ?known, "a code of a second factor was used again");
        return Err(ServiceError::WrongCredentials);
    }
    sign_in_failures::clear(&mut transaction, &index).await?;
    let holder = Holder::Staff(account.staff_id);
    let mut ended = Vec::new();
    if let Some(hash) = hash {
        if !staff::set_password(&mut transaction, account.staff_id, &account.password_hash, &hash).await? {
            return Err(ServiceError::WrongCredentials);
        }
        if given.new_password.is_some() {
            log_own(&mut transaction, account.staff_id, "passwordChanged", now).await?;
            let (which, why) = (sessions::Which::All, sessions::EndReason::PasswordChanged);
            ended = sessions::end(&mut transaction, holder, which, why, now).await?;
        }
    }
    let begun = Begun { session_id: Uuid::new_v4(), at: now };
    ended.extend(make_room(app, &mut transaction, holder, now).await?);
    let session = session(app, &mut transaction, account, begun, now).await?;
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
    let longest = app.accounts.session_longest;
    let (mut transaction, resumed) = resume(app, token, Taken::OfStaff, longest, now).await?;
    let Holder::Staff(staff_id) = resumed.session.holder else {
        return Err(ServiceError::NotSignedIn);
    };
    let begun = Begun { session_id: resumed.session.session_id, at: resumed.began_at };
    let account = staff::by_id(&mut *transaction, staff_id).await?;
    let account = account.filter(|it| it.disabled_at.is_none()).ok_or(ServiceError::NotSignedIn)?;
    let session = session(app, &mut transaction, account, begun, now).await?;
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
    check_new(app, new, &names, "/newPassword").await?;
    if new == old {
        let fault = FieldError::new("/newPassword", FieldCode::NotAllowed, "新密码不能与原密码相同");
        return Err(ServiceError::field(fault));
    }
    hash(app, new).await
}

/// Checks a password that somebody called `names` wants to have, given at `pointer`.
///
/// # Errors
/// What is wrong with it.
pub(crate) async fn check_new(
    app: &App,
    password: &str,
    names: &[&str],
    pointer: &str,
) -> Result<(), ServiceError> {
    rule::check(password, app.accounts.password_least, names)
        .map_err(|fault| ServiceError::field(fault.at(pointer)))?;
    let checked = app.breached_passwords.check(password).await;
    checked.map_err(|fault| ServiceError::field(fault.at(pointer)))
}

pub(crate) async fn hash(app: &App, password: &str) -> Result<String, ServiceError> {
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
    account: staff::Account,
    begun: Begun,
    now: DateTime<Utc>,
) -> Result<Session, ServiceError> {
    let (session_id, staff_id) = (begun.session_id, account.staff_id);
    let grants = staff::all_grants(&mut *conn, staff_id).await?;
    let only_enrolling = account.totp_sealed.is_none() && app.accounts.demand_second_factor(&grants);
    let staff = Staff { staff_id, name: account.display_name, grants };
    let bearer = Bearer::Staff(Credential { staff: staff.clone(), session_id, only_enrolling });
    let tokens = hand_out(app, conn, &bearer, begun.at, now).await?;
    Ok(Session { tokens, staff, only_enrolling })
}
