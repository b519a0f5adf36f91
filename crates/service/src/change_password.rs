//! Somebody changes the own password.

use chrono::{DateTime, Utc};
use jiekou_core::report::{FieldCode, FieldError};
use jiekou_store::StoreError;
use jiekou_store::people::sessions::{self, EndReason, Holder, Which};
use jiekou_store::people::{sign_in_failures, staff};
use tracing::instrument;

use crate::invite_staff::log_own;
use crate::sign_in::{name_index, new_hash, password_matches};
use crate::tokens::Credential;
use crate::{App, ServiceError};

/// Puts `new` in the place of `old`, and ends every other session of the account. Wrong old passwords count as failed
/// sign-ins, so that a stolen token guesses no faster than anybody else.
///
/// # Errors
/// A wrong old password, at `/password`; what is wrong with the new one, at `/newPassword`; [`ServiceError::Locked`];
/// storage.
#[instrument(level = "debug", name = "change_password", skip_all)]
pub async fn change_password(
    app: &App,
    caller: &Credential,
    old: &str,
    new: &str,
    now: DateTime<Utc>,
) -> Result<(), ServiceError> {
    let account = proven(app, caller, old, now).await?;
    let hash = new_hash(app, &account, old, new).await?;
    let mut transaction = app.pool.begin().await.map_err(StoreError::from)?;
    if !staff::set_password(&mut transaction, account.staff_id, &account.password_hash, &hash).await? {
        return Err(wrong_password());
    }
    log_own(&mut transaction, account.staff_id, "passwordChanged", now).await?;
    let (which, why) = (Which::AllBut(caller.session_id), EndReason::PasswordChanged);
    let ended = sessions::end(&mut transaction, Holder::Staff(account.staff_id), which, why, now).await?;
    transaction.commit().await.map_err(StoreError::from)?;
    app.ended_sessions.note(&ended, now);
    Ok(())
}

/// The caller's account, proven once more by its password.
///
/// # Errors
/// A wrong password, at `/password`; [`ServiceError::Locked`]; storage.
pub(crate) async fn proven(
    app: &App,
    caller: &Credential,
    password: &str,
    now: DateTime<Utc>,
) -> Result<staff::Account, ServiceError> {
    let account = staff::by_id(&app.pool, caller.staff.staff_id).await?;
    let account = account.filter(|it| it.disabled_at.is_none()).ok_or(ServiceError::NotSignedIn)?;
    let index = name_index(app, &account.username);
    if let Some(until) = sign_in_failures::locked_until(&app.pool, &index, now).await? {
        return Err(ServiceError::Locked { until });
    }
    if !password_matches(app, Some(&account), password).await? {
        sign_in_failures::add(&app.pool, &index, now).await?;
        return Err(wrong_password());
    }
    Ok(account)
}

fn wrong_password() -> ServiceError {
    ServiceError::field(FieldError::new("/password", FieldCode::NotAllowed, "原密码不正确"))
}
