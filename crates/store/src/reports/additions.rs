//! What a reporter adds to a report later: an addition, or the same problem reported again. The caller holds the locks of
//! the case and of the report ([`crate::cases::view::lock_of_report`]) and has given the photos to the report.

use chrono::{DateTime, Utc};
use serde_json::Value;
use sqlx::PgConnection;
use sqlx::types::Json;
use tracing::instrument;
use uuid::Uuid;

use super::authorship::Authored;
use crate::cases::view::CaseView;
use crate::work::jobs;
use crate::{StoreError, wake};

/// What was added, and how.
#[derive(Debug)]
pub struct AdditionRow<'a> {
    pub addition_id: Uuid,
    pub kind: AdditionKind,
    pub words: Option<&'a str>,
    /// What else was said: place, answers to the category's questions.
    pub detail: Option<Value>,
}

#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum AdditionKind {
    /// The author adds to the report.
    Added,
    /// The words answer an open question of the center.
    Answered,
    /// The author reports the same problem again.
    Urged,
}

impl AdditionKind {
    fn act(self) -> &'static str {
        match self {
            Self::Added => "added",
            Self::Answered => "answered",
            Self::Urged => "urged",
        }
    }
}

/// Writes an addition with its log line and its outbox row.
///
/// # Errors
/// When the database fails.
#[instrument(level = "debug", name = "db.addition.insert", skip_all)]
pub async fn insert(
    conn: &mut PgConnection,
    case: &CaseView,
    author: &Authored,
    row: &AdditionRow<'_>,
    now: DateTime<Utc>,
) -> Result<(), StoreError> {
    let answers_question = row.kind == AdditionKind::Answered;
    let urges = i32::from(row.kind == AdditionKind::Urged);
    sqlx::query(
        "insert into addition (addition_id, report_id, received_at, words, answers_question, detail)
         values ($1, $2, $3, $4, $5, $6)",
    )
    .bind(row.addition_id)
    .bind(author.report_id)
    .bind(now)
    .bind(row.words)
    .bind(answers_question)
    .bind(row.detail.as_ref().map(Json))
    .execute(&mut *conn)
    .await?;
    sqlx::query(
        "update cases set question = case when $2 then null else question end, urge_count = urge_count + $3,
             decision_version = decision_version + $2::int where case_id = $1",
    )
    .bind(case.case_id)
    .bind(answers_question)
    .bind(urges)
    .execute(&mut *conn)
    .await?;
    let log_id: i64 = sqlx::query_scalar(
        "select append_case_log($1, $2, $3, 'reporter', $4, null, null, null, $5, $6, $7)",
    )
    .bind(case.case_id)
    .bind(now)
    .bind(row.kind.act())
    .bind(author.pseudonym)
    .bind(row.words)
    .bind(row.detail.as_ref().map(Json))
    .bind(author.report_id)
    .fetch_one(&mut *conn)
    .await?;
    sqlx::query("update report set version = version + 1, urge_count = urge_count + $2 where report_id = $1")
        .bind(author.report_id)
        .bind(urges)
        .execute(&mut *conn)
        .await?;
    let payload = serde_json::json!({ "logId": log_id, "caseId": case.case_id });
    jobs::insert(&mut *conn, "announce", &payload, now).await?;
    wake::case_changed(conn, case.case_id).await
}
