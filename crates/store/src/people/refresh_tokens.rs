//! Refresh tokens: each is used once; a second use means theft, and ends the session.

use chrono::{DateTime, Utc};
use sqlx::PgConnection;
use tracing::instrument;
use uuid::Uuid;

use super::sessions::{self, EndReason, Holder, Which};
use crate::StoreError;

/// Stores a new token by its hash.
///
/// # Errors
/// When the database fails.
#[instrument(level = "debug", name = "db.refresh_token.insert", skip_all)]
pub async fn insert(
    conn: &mut PgConnection,
    token_hash: &[u8],
    family: Uuid,
    holder: Holder,
    now: DateTime<Utc>,
    expires_at: DateTime<Utc>,
) -> Result<(), StoreError> {
    let (staff_id, resident_id) = holder.columns();
    sqlx::query(
        "insert into refresh_token (token_hash, family, staff_id, resident_id, issued_at, expires_at)
         values ($1, $2, $3, $4, $5, $6)",
    )
    .bind(token_hash)
    .bind(family)
    .bind(staff_id)
    .bind(resident_id)
    .bind(now)
    .bind(expires_at)
    .execute(conn)
    .await?;
    Ok(())
}

/// Whose tokens are taken: those of the others are unknown.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Taken {
    OfStaff,
    OfResidents,
}

/// Family, staff id, resident id, and when the session began.
type Row = (Uuid, Option<Uuid>, Option<Uuid>, DateTime<Utc>);

/// What came of using a token.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Spent {
    /// It was good; when the session began.
    Good { family: Uuid, holder: Holder, started_at: DateTime<Utc> },
    /// It was used before: its session has ended.
    Reused { family: Uuid },
    /// It is unknown or over.
    Unknown,
}

/// Uses a token of a session that began after `begun`. A token used before ends its whole session; that must be committed
/// too.
///
/// # Errors
/// When the database fails.
#[instrument(level = "debug", name = "db.refresh_token.use", skip_all)]
pub async fn spend(
    conn: &mut PgConnection,
    token_hash: &[u8],
    taken: Taken,
    begun: DateTime<Utc>,
    now: DateTime<Utc>,
) -> Result<Spent, StoreError> {
    let of_residents = taken == Taken::OfResidents;
    let good: Option<Row> = sqlx::query_as(
        // A process of the release before begins sessions without a row of their own.
        "update refresh_token t set used_at = $2
         from refresh_token u left join staff_session s on s.session_id = u.family
         where t.token_hash = $1 and u.token_hash = $1 and t.used_at is null and t.revoked_at is null
           and t.expires_at > $2 and s.ended_at is null and coalesce(s.started_at, t.issued_at) > $3
           and (t.resident_id is not null) = $4
         returning t.family, t.staff_id, t.resident_id, coalesce(s.started_at, t.issued_at)",
    )
    .bind(token_hash)
    .bind(now)
    .bind(begun)
    .bind(of_residents)
    .fetch_optional(&mut *conn)
    .await?;
    if let Some((family, staff_id, resident_id, started_at)) = good {
        return Ok(Spent::Good { family, holder: Holder::of((staff_id, resident_id))?, started_at });
    }
    let used: Option<(Uuid, Option<Uuid>, Option<Uuid>)> = sqlx::query_as(
        "select family, staff_id, resident_id from refresh_token
         where token_hash = $1 and used_at is not null and (resident_id is not null) = $2",
    )
    .bind(token_hash)
    .bind(of_residents)
    .fetch_optional(&mut *conn)
    .await?;
    let Some((family, staff_id, resident_id)) = used else {
        return Ok(Spent::Unknown);
    };
    let holder = Holder::of((staff_id, resident_id))?;
    sessions::end(conn, holder, Which::One(family), EndReason::TokenReused, now).await?;
    Ok(Spent::Reused { family })
}
