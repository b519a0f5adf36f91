//! Letters: messages to people of the plan that are about no step of a case.

use chrono::{DateTime, Utc};
use sqlx::PgConnection;
use tracing::instrument;
use uuid::Uuid;

use crate::StoreError;

/// A message in its final words. It names segments, cases and rules, never a person who reported.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Letter {
    pub letter_id: Uuid,
    /// What it is about, such as `circular`.
    pub kind: &'static str,
    pub subject: String,
    pub body: String,
}

/// Writes a letter and its delivery to each of `recipients`, texts of an [`Addressee`](jiekou_core::plan::Addressee), in
/// the transaction of what it is about. Nobody gets one letter twice; whoever calls sees to it that it is written once.
///
/// # Errors
/// When the database fails.
#[instrument(level = "debug", name = "db.letter.write", skip_all)]
pub async fn write(
    conn: &mut PgConnection,
    letter: &Letter,
    recipients: &[String],
    now: DateTime<Utc>,
) -> Result<(), StoreError> {
    sqlx::query(
        "with written as (
             insert into letter (letter_id, kind, subject, body, written_at) values ($1, $2, $3, $4, $6)
             returning letter_id)
         insert into delivery (delivery_id, letter_id, recipient, channel, state, next_at, created_at)
         select gen_random_uuid(), letter_id, recipient, 'email', 'created', $6, $6
         from written cross join (select distinct recipient from unnest($5::text[]) recipient) them",
    )
    .bind(letter.letter_id)
    .bind(letter.kind)
    .bind(&letter.subject)
    .bind(&letter.body)
    .bind(recipients)
    .bind(now)
    .execute(conn)
    .await?;
    Ok(())
}

/// What became of a letter to each of its recipients.
///
/// # Errors
/// When the database fails.
#[instrument(level = "debug", name = "db.letter.states", skip_all)]
pub async fn states(conn: &mut PgConnection, letter_id: Uuid) -> Result<Vec<(String, String)>, StoreError> {
    Ok(sqlx::query_as("select recipient, state from delivery where letter_id = $1 order by recipient")
        .bind(letter_id)
        .fetch_all(conn)
        .await?)
}
