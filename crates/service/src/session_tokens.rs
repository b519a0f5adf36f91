//! What a session hands out, whoever holds it: an access token for minutes, and a refresh token for one use.

use std::fmt;

use chrono::{DateTime, Duration, Utc};
use jiekou_store::people::refresh_tokens::{self, Spent, Taken};
use jiekou_store::people::sessions::{self, Holder, Kept};
use jiekou_store::{PgConnection, StoreError};
use sha2::{Digest, Sha256};
use sqlx::{Postgres, Transaction};
use tracing::info;
use uuid::Uuid;

use crate::tokens::{ACCESS_LIFE, Bearer, HeldSession};
use crate::{App, ServiceError};

/// The tokens of a session.
#[derive(Clone)]
pub struct SessionTokens {
    pub session_id: Uuid,
    pub access_token: String,
    pub access_expires_at: DateTime<Utc>,
    /// Used once; the answer to its use holds the next one.
    pub refresh_token: String,
    pub refresh_expires_at: DateTime<Utc>,
}

impl fmt::Debug for SessionTokens {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("SessionTokens").field("session_id", &self.session_id).finish_non_exhaustive()
    }
}

/// How long sessions last.
#[derive(Debug, Clone, Copy)]
pub(crate) struct Lifetime {
    /// Without being used.
    pub idle: Duration,
    pub longest: Duration,
}

impl Lifetime {
    /// Of the sessions of `holder`.
    pub fn of(app: &App, holder: Holder) -> Self {
        match holder {
            Holder::Staff(_) => {
                Self { idle: app.accounts.session_idle, longest: app.accounts.session_longest }
            }
            Holder::Resident(_) => {
                Self { idle: app.residents.session_idle, longest: app.residents.session_longest }
            }
        }
    }
}

/// A session that goes on: whose it is, and when it began.
#[derive(Debug, Clone, Copy)]
pub(crate) struct Resumed {
    pub session: HeldSession,
    pub began_at: DateTime<Utc>,
}

/// New tokens of a session that began at `began_at`; the session begins so, if it has not.
pub(crate) async fn hand_out(
    app: &App,
    conn: &mut PgConnection,
    bearer: &Bearer,
    began_at: DateTime<Utc>,
    now: DateTime<Utc>,
) -> Result<SessionTokens, ServiceError> {
    let HeldSession { holder, session_id } = bearer.session();
    let lifetime = Lifetime::of(app, holder);
    let random: [u8; 32] = rand::random();
    let refresh_token: String = random.iter().map(|byte| format!("{byte:02x}")).collect();
    let hash = Sha256::digest(refresh_token.as_bytes());
    let refresh_expires_at = (now + lifetime.idle).min(began_at + lifetime.longest);
    sessions::used(conn, session_id, holder, now).await?;
    refresh_tokens::insert(conn, &hash, session_id, holder, now, refresh_expires_at).await?;
    Ok(SessionTokens {
        session_id,
        access_token: app.tokens.issue(bearer, now)?,
        access_expires_at: now + ACCESS_LIFE,
        refresh_token,
        refresh_expires_at,
    })
}

/// Ends what is one session too many when `holder` begins another, those that were not used for longest first. Returns what
/// has ended, to be noted after the commit.
pub(crate) async fn make_room(
    app: &App,
    conn: &mut PgConnection,
    holder: Holder,
    now: DateTime<Utc>,
) -> Result<Vec<Uuid>, ServiceError> {
    let most = match holder {
        Holder::Staff(_) => app.accounts.sessions_most,
        Holder::Resident(_) => app.residents.sessions_most,
    };
    let Lifetime { idle, longest } = Lifetime::of(app, holder);
    let kept = Kept { most: most.saturating_sub(1), begun_after: now - longest, used_after: now - idle };
    Ok(sessions::end_all_but_last(conn, holder, kept, now).await?)
}

/// Uses a refresh token up, in a transaction that goes on with its session.
///
/// # Errors
/// [`ServiceError::NotSignedIn`] when it is unknown, over, of the others, or used before (then the session ends); storage.
pub(crate) async fn resume(
    app: &App,
    token: &str,
    taken: Taken,
    longest: Duration,
    now: DateTime<Utc>,
) -> Result<(Transaction<'static, Postgres>, Resumed), ServiceError> {
    let hash = Sha256::digest(token.as_bytes());
    let mut transaction = app.pool.begin().await.map_err(StoreError::from)?;
    match refresh_tokens::spend(&mut transaction, &hash, taken, now - longest, now).await? {
        Spent::Good { family, holder, started_at } => {
            let session = HeldSession { holder, session_id: family };
            Ok((transaction, Resumed { session, began_at: started_at }))
        }
        Spent::Reused { family } => {
            transaction.commit().await.map_err(StoreError::from)?;
            app.ended_sessions.note(&[family], now);
            info!(session.id = %family, "a refresh token was used twice: its session has ended");
            Err(ServiceError::NotSignedIn)
        }
        Spent::Unknown => Err(ServiceError::NotSignedIn),
    }
}
