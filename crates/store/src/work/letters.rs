//! Letters: messages to people of the plan that are about no case.

use chrono::{DateTime, Utc};
use sqlx::PgConnection;
use tracing::instrument;

use crate::StoreError;

/// Writes a letter and creates its deliveries; recipients are texts of an
/// [`Addressee`](jiekou_core::plan::Addressee). Nobody gets one letter twice; whoever calls sees to it that it is written
/// once.
///
/// # Errors
/// When the database fails.
#[instrument(level = "debug", name = "db.letter.write", skip_all)]
pub async fn write(
    conn: &mut PgConnection,
    subject: &str,
    body: &str,
    recipients: &[String],
    now: DateTime<Utc>,
) -> Result<(), StoreError> {
    if recipients.is_empty() {
        return Ok(());
    }
    sqlx::query(
        "with written as (insert into letter (subject, body, written_at) values ($1, $2, $3) returning letter_id)
         insert into delivery (delivery_id, letter_id, recipient, channel, state, next_at, created_at)
         select gen_random_uuid(), letter_id, recipient, 'email', 'created', $3, $3
         from written, (select distinct recipient from unnest($4::text[]) recipient) told",
    )
    .bind(subject)
    .bind(body)
    .bind(now)
    .bind(recipients)
    .execute(conn)
    .await?;
    Ok(())
}
