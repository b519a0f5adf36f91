//! What a reporter adds to a report later.

use chrono::{DateTime, Utc};
use sqlx::PgConnection;
use tracing::instrument;
use uuid::Uuid;

use super::authorship::Authored;
use crate::{StoreError, wake};

/// What came of an addition.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Added {
    Stored {
        answers_question: bool,
    },
    /// A photo is unknown or already belongs to a report.
    PhotoTaken(Uuid),
}

/// Adds words and photos to a report; an open question of the center counts as answered by them.
///
/// # Errors
/// When the database fails.
#[instrument(name = "db.addition.insert", skip_all)]
pub async fn insert(
    conn: &mut PgConnection,
    addition_id: Uuid,
    author: &Authored,
    words: Option<&str>,
    photo_ids: &[Uuid],
    now: DateTime<Utc>,
) -> Result<Added, StoreError> {
    if let Some(taken) = crate::photos::claim_for_report(&mut *conn, photo_ids, author.report_id).await? {
        return Ok(Added::PhotoTaken(taken));
    }
    let question: Option<String> =
        sqlx::query_scalar("select question from cases where case_id = $1 for update")
            .bind(author.case_id)
            .fetch_one(&mut *conn)
            .await?;
    let answers_question = question.is_some();
    sqlx::query("insert into addition (addition_id, report_id, received_at, words, answers_question) values ($1, $2, $3, $4, $5)")
        .bind(addition_id)
        .bind(author.report_id)
        .bind(now)
        .bind(words)
        .bind(answers_question)
        .execute(&mut *conn)
        .await?;
    sqlx::query("update cases set question = null where case_id = $1")
        .bind(author.case_id)
        .execute(&mut *conn)
        .await?;
    let act = if answers_question { "answered" } else { "added" };
    sqlx::query("select append_case_log($1, $2, $3, 'reporter', $4, null, null, null, $5, null, $6)")
        .bind(author.case_id)
        .bind(now)
        .bind(act)
        .bind(author.pseudonym)
        .bind(words)
        .bind(author.report_id)
        .execute(&mut *conn)
        .await?;
    sqlx::query("update report set version = version + 1 where report_id = $1")
        .bind(author.report_id)
        .execute(&mut *conn)
        .await?;
    crate::work::jobs::insert(
        &mut *conn,
        "announceCase",
        &serde_json::json!({ "caseId": author.case_id }),
        now,
    )
    .await?;
    wake::case_changed(conn, author.case_id).await?;
    Ok(Added::Stored { answers_question })
}
