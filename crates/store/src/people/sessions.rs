//! Sessions of staff and of residents, and that they ended.

use chrono::{DateTime, Utc};
use sqlx::postgres::PgListener;
use sqlx::{PgConnection, PgPool};
use tracing::instrument;
use uuid::Uuid;

use crate::StoreError;

/// Channel on which the end of sessions is announced. Only a wake-up: whoever hears it reads them.
const ENDED: &str = "jiekou_session_ended";
/// First key of the advisory lock of an account that begins a session; the second is a hash of its id.
const BEGINNING: i32 = 0x7365_7373;

/// Why a session ended.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum EndReason {
    SignedOut,
    /// A refresh token was used twice: one of the two users stole it.
    TokenReused,
    PasswordChanged,
    SecondFactorChanged,
    GrantsChanged,
    Disabled,
    /// The resident asked for their data to be erased.
    Erased,
    /// Its account began more sessions than one may have.
    TooMany,
}

impl EndReason {
    fn name(self) -> &'static str {
        match self {
            Self::SignedOut => "signedOut",
            Self::TokenReused => "tokenReused",
            Self::PasswordChanged => "passwordChanged",
            Self::SecondFactorChanged => "secondFactorChanged",
            Self::GrantsChanged => "grantsChanged",
            Self::Disabled => "disabled",
            Self::Erased => "erased",
            Self::TooMany => "tooManySessions",
        }
    }
}

/// Whose account a session is of.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Holder {
    Staff(Uuid),
    Resident(Uuid),
}

impl Holder {
    /// The columns `staff_id` and `resident_id`, one of which is set.
    pub(super) fn columns(self) -> (Option<Uuid>, Option<Uuid>) {
        match self {
            Self::Staff(staff_id) => (Some(staff_id), None),
            Self::Resident(resident_id) => (None, Some(resident_id)),
        }
    }

    /// The holder that these columns name.
    pub(super) fn of((staff_id, resident_id): (Option<Uuid>, Option<Uuid>)) -> Result<Self, StoreError> {
        match (staff_id, resident_id) {
            (Some(staff_id), None) => Ok(Self::Staff(staff_id)),
            (None, Some(resident_id)) => Ok(Self::Resident(resident_id)),
            (Some(_), Some(_)) | (None, None) => {
                Err(StoreError::Inconsistent("a session of nobody or of two"))
            }
        }
    }
}

/// Which sessions of an account.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Which {
    All,
    One(Uuid),
    AllBut(Uuid),
}

/// A session that goes on.
#[derive(Debug, Clone, sqlx::FromRow)]
pub struct OpenSession {
    pub session_id: Uuid,
    pub started_at: DateTime<Utc>,
    pub last_used_at: DateTime<Utc>,
}

/// Notes that a session was used; a new one begins so.
///
/// # Errors
/// When the database fails.
#[instrument(level = "debug", name = "db.session.used", skip_all)]
pub async fn used(
    conn: &mut PgConnection,
    session_id: Uuid,
    holder: Holder,
    now: DateTime<Utc>,
) -> Result<(), StoreError> {
    let (staff_id, resident_id) = holder.columns();
    sqlx::query(
        "insert into staff_session (session_id, staff_id, resident_id, started_at, last_used_at)
         values ($1, $2, $3, $4, $4)
         on conflict (session_id) do update set last_used_at = excluded.last_used_at",
    )
    .bind(session_id)
    .bind(staff_id)
    .bind(resident_id)
    .bind(now)
    .execute(conn)
    .await?;
    Ok(())
}

/// Ends sessions of an account and tells every process. Returns those that went on until now.
///
/// # Errors
/// When the database fails.
#[instrument(level = "debug", name = "db.session.end", skip_all)]
pub async fn end(
    conn: &mut PgConnection,
    holder: Holder,
    which: Which,
    reason: EndReason,
    now: DateTime<Utc>,
) -> Result<Vec<Uuid>, StoreError> {
    let (staff_id, resident_id) = holder.columns();
    let (only, but) = match which {
        Which::All => (None, None),
        Which::One(session_id) => (Some(session_id), None),
        Which::AllBut(session_id) => (None, Some(session_id)),
    };
    let ended: Vec<Uuid> = sqlx::query_scalar(
        // Tokens too, for a process of the release before knows no sessions.
        "with ended as (
             update staff_session set ended_at = $4, end_reason = $5
             where (staff_id = $1 or resident_id = $6) and ended_at is null and ($2 is null or session_id = $2)
               and ($3 is null or session_id <> $3) returning session_id
         ), revoked as (
             update refresh_token set revoked_at = $4
             where revoked_at is null and family in (select session_id from ended)
         ) select session_id from ended",
    )
    .bind(staff_id)
    .bind(only)
    .bind(but)
    .bind(now)
    .bind(reason.name())
    .bind(resident_id)
    .fetch_all(&mut *conn)
    .await?;
    tell(conn, &ended).await?;
    Ok(ended)
}

/// Tells every process that sessions ended, if any did.
async fn tell(conn: &mut PgConnection, ended: &[Uuid]) -> Result<(), StoreError> {
    if !ended.is_empty() {
        sqlx::query("select pg_notify($1, '')").bind(ENDED).execute(conn).await?;
    }
    Ok(())
}

/// Which sessions of an account go on when there are too many.
#[derive(Debug, Clone, Copy)]
pub struct Kept {
    /// So many, those used last.
    pub most: u32,
    /// Others are over anyway, and count for nothing.
    pub begun_after: DateTime<Utc>,
    pub used_after: DateTime<Utc>,
}

/// Ends the sessions of an account that go on beyond `kept`, and tells every process; until the transaction ends nobody else
/// does the same for the account, so that of many who sign in at once none is missed. Returns those that ended.
///
/// # Errors
/// When the database fails.
#[instrument(level = "debug", name = "db.session.end_all_but_last", skip_all)]
pub async fn end_all_but_last(
    conn: &mut PgConnection,
    holder: Holder,
    kept: Kept,
    now: DateTime<Utc>,
) -> Result<Vec<Uuid>, StoreError> {
    let (staff_id, resident_id) = holder.columns();
    sqlx::query("select pg_advisory_xact_lock($1, hashtext(coalesce($2, $3)::text))")
        .bind(BEGINNING)
        .bind(staff_id)
        .bind(resident_id)
        .execute(&mut *conn)
        .await?;
    let ended: Vec<Uuid> = sqlx::query_scalar(
        "with ended as (
             update staff_session set ended_at = $6, end_reason = $7
             where ended_at is null and session_id in (
                 select session_id from staff_session
                 where (staff_id = $1 or resident_id = $2) and ended_at is null
                   and started_at > $3 and last_used_at > $4
                 order by last_used_at desc, session_id offset $5)
             returning session_id
         ), revoked as (
             update refresh_token set revoked_at = $6
             where revoked_at is null and family in (select session_id from ended)
         ) select session_id from ended",
    )
    .bind(staff_id)
    .bind(resident_id)
    .bind(kept.begun_after)
    .bind(kept.used_after)
    .bind(i64::from(kept.most))
    .bind(now)
    .bind(EndReason::TooMany.name())
    .fetch_all(&mut *conn)
    .await?;
    tell(conn, &ended).await?;
    Ok(ended)
}

/// Sessions that ended after `since`, each with its end.
///
/// # Errors
/// When the database fails.
#[instrument(level = "debug", name = "db.session.ended_since", skip_all)]
pub async fn ended_since(
    pool: &PgPool,
    since: DateTime<Utc>,
) -> Result<Vec<(Uuid, DateTime<Utc>)>, StoreError> {
    Ok(sqlx::query_as("select session_id, ended_at from staff_session where ended_at > $1")
        .bind(since)
        .fetch_all(pool)
        .await?)
}

/// The sessions of an account that go on: begun after `begun`, and used after `used`; the last used first.
///
/// # Errors
/// When the database fails.
#[instrument(level = "debug", name = "db.session.open", skip_all)]
pub async fn open(
    pool: &PgPool,
    holder: Holder,
    begun: DateTime<Utc>,
    used: DateTime<Utc>,
) -> Result<Vec<OpenSession>, StoreError> {
    let (staff_id, resident_id) = holder.columns();
    Ok(sqlx::query_as(
        "select session_id, started_at, last_used_at from staff_session
         where (staff_id = $1 or resident_id = $4) and ended_at is null and started_at > $2 and last_used_at > $3
         order by last_used_at desc, session_id limit 100",
    )
    .bind(staff_id)
    .bind(begun)
    .bind(used)
    .bind(resident_id)
    .fetch_all(pool)
    .await?)
}

/// A session, over or not.
#[derive(Debug, Clone, sqlx::FromRow)]
pub struct KnownSession {
    pub session_id: Uuid,
    pub started_at: DateTime<Utc>,
    pub last_used_at: DateTime<Utc>,
    pub ended_at: Option<DateTime<Utc>>,
    pub end_reason: Option<String>,
}

/// All that is known of the sessions of an account, the newest first.
///
/// # Errors
/// When the database fails.
#[instrument(level = "debug", name = "db.session.all", skip_all)]
pub async fn all(conn: &mut PgConnection, holder: Holder) -> Result<Vec<KnownSession>, StoreError> {
    let (staff_id, resident_id) = holder.columns();
    Ok(sqlx::query_as(
        "select session_id, started_at, last_used_at, ended_at, end_reason from staff_session
         where staff_id = $1 or resident_id = $2 order by started_at desc, session_id",
    )
    .bind(staff_id)
    .bind(resident_id)
    .fetch_all(conn)
    .await?)
}

/// When a session began; `None` when there is none like it.
///
/// # Errors
/// When the database fails.
#[instrument(level = "debug", name = "db.session.began_at", skip_all)]
pub async fn began_at(
    conn: &mut PgConnection,
    session_id: Uuid,
) -> Result<Option<DateTime<Utc>>, StoreError> {
    Ok(sqlx::query_scalar("select started_at from staff_session where session_id = $1")
        .bind(session_id)
        .fetch_optional(conn)
        .await?)
}

/// Forgets sessions and their tokens that nobody used after `before`.
///
/// # Errors
/// When the database fails.
#[instrument(level = "debug", name = "db.session.forget", skip_all)]
pub async fn forget(pool: &PgPool, before: DateTime<Utc>) -> Result<(), StoreError> {
    sqlx::query(
        "with gone as (
             delete from staff_session where session_id in (
                 select session_id from staff_session where last_used_at < $1 limit 1000) returning session_id
         ) delete from refresh_token where family in (select session_id from gone)",
    )
    .bind(before)
    .execute(pool)
    .await?;
    Ok(())
}

/// Listens for sessions that end, on a connection of its own.
///
/// # Errors
/// When the database fails.
pub async fn listen(pool: &PgPool) -> Result<PgListener, StoreError> {
    let mut listener = PgListener::connect_with(pool).await?;
    listener.listen(ENDED).await?;
    Ok(listener)
}
