//! Somebody's own sessions: which go on, and signing out.

use chrono::{DateTime, Utc};
use jiekou_store::StoreError;
use jiekou_store::people::sessions::{self, EndReason, OpenSession, Which};
use tracing::instrument;
use uuid::Uuid;

use crate::session_tokens::Lifetime;
use crate::tokens::{Bearer, HeldSession};
use crate::{App, ServiceError};

/// Whose token it is.
///
/// # Errors
/// [`ServiceError::NotSignedIn`] when the token is not good, or its session has ended.
pub fn bearer(app: &App, token: &str, now: DateTime<Utc>) -> Result<Bearer, ServiceError> {
    let bearer = app.tokens.verify(token, now)?;
    if app.ended_sessions.contains(bearer.session().session_id) {
        return Err(ServiceError::NotSignedIn);
    }
    Ok(bearer)
}

/// The caller's sessions that go on, the last used first.
///
/// # Errors
/// When storage fails.
#[instrument(level = "debug", name = "own_sessions", skip_all)]
pub async fn list(
    app: &App,
    caller: HeldSession,
    now: DateTime<Utc>,
) -> Result<Vec<OpenSession>, ServiceError> {
    let lifetime = Lifetime::of(app, caller.holder);
    let (begun, used) = (now - lifetime.longest, now - lifetime.idle);
    Ok(sessions::open(&app.pool, caller.holder, begun, used).await?)
}

/// Which of the caller's sessions end.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum SignOut {
    Current,
    One(Uuid),
    Everywhere,
}

/// Signs out: refresh tokens of the sessions work no more at once, access tokens no more within seconds.
///
/// # Errors
/// [`ServiceError::UnknownSession`] for a session that is not the caller's or has ended; storage.
#[instrument(level = "debug", name = "sign_out", skip_all)]
pub async fn sign_out(
    app: &App,
    caller: HeldSession,
    what: SignOut,
    now: DateTime<Utc>,
) -> Result<(), ServiceError> {
    let which = match what {
        SignOut::Current => Which::One(caller.session_id),
        SignOut::One(session_id) => Which::One(session_id),
        SignOut::Everywhere => Which::All,
    };
    let mut transaction = app.pool.begin().await.map_err(StoreError::from)?;
    let ended = sessions::end(&mut transaction, caller.holder, which, EndReason::SignedOut, now).await?;
    transaction.commit().await.map_err(StoreError::from)?;
    app.ended_sessions.note(&ended, now);
    if ended.is_empty() && matches!(what, SignOut::One(_)) {
        return Err(ServiceError::UnknownSession);
    }
    Ok(())
}
