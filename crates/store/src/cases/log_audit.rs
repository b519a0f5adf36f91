//! The logs of cases, read to be verified.

use jiekou_core::case::chain::{Line, Words};
use sqlx::{Connection, PgConnection};
use tracing::instrument;

use crate::StoreError;

/// The log of a case, with what the case itself knows of it.
#[derive(Debug, Clone)]
pub struct Log {
    pub case_id: i64,
    pub case_number: String,
    pub head: Vec<u8>,
    pub last: i32,
    pub lines: Vec<Line>,
}

#[derive(sqlx::FromRow)]
struct CaseRow {
    case_id: i64,
    case_number: String,
    log_head: Vec<u8>,
    log_seq: i32,
}

#[derive(sqlx::FromRow)]
struct LineRow {
    case_id: i64,
    format: i16,
    seq: i32,
    at: i64,
    act: String,
    actor_kind: String,
    actor: Option<String>,
    from_state: Option<String>,
    to_state: Option<String>,
    report_id: Option<String>,
    reason: Option<String>,
    note: Option<String>,
    detail: Option<String>,
    salt: Option<Vec<u8>>,
    words_hash: Option<Vec<u8>>,
    is_erased: bool,
    hash: Vec<u8>,
}

/// The logs of the next `limit` cases behind `after`, as they were at one moment; empty at the end. `only` is the number
/// of the one case to read.
///
/// # Errors
/// When the database fails.
#[instrument(level = "debug", name = "db.log.batch", skip_all)]
pub async fn batch(
    conn: &mut PgConnection,
    after: i64,
    only: Option<&str>,
    limit: i64,
) -> Result<Vec<Log>, StoreError> {
    let mut moment = conn.begin().await?;
    sqlx::query("set transaction isolation level repeatable read, read only").execute(&mut *moment).await?;
    let cases: Vec<CaseRow> = sqlx::query_as(
        "select case_id, case_number, log_head, log_seq from cases
         where case_id > $1 and ($2::text is null or case_number = $2) order by case_id limit $3",
    )
    .bind(after)
    .bind(only)
    .bind(limit)
    .fetch_all(&mut *moment)
    .await?;
    let ids: Vec<i64> = cases.iter().map(|case| case.case_id).collect();
    let lines: Vec<LineRow> = sqlx::query_as(
        "select case_id, format, seq, (extract(epoch from at) * 1000000)::bigint as at, act, actor_kind,
                actor::text as actor, from_state, to_state, report_id::text as report_id, reason, note,
                detail::text as detail, salt, words_hash, erased_at is not null as is_erased, hash
         from case_log where case_id = any ($1) order by case_id, seq",
    )
    .bind(&ids)
    .fetch_all(&mut *moment)
    .await?;
    moment.commit().await?;
    let mut lines = lines.into_iter().peekable();
    let logs = cases.into_iter().map(|case| {
        let mut own = Vec::new();
        while let Some(row) = lines.next_if(|row| row.case_id == case.case_id) {
            own.push(row.line());
        }
        Log {
            case_id: case.case_id,
            case_number: case.case_number,
            head: case.log_head,
            last: case.log_seq,
            lines: own,
        }
    });
    Ok(logs.collect())
}

impl LineRow {
    fn line(self) -> Line {
        Line {
            format: self.format,
            seq: self.seq,
            at: self.at,
            act: self.act,
            actor_kind: self.actor_kind,
            actor: self.actor,
            from_state: self.from_state,
            to_state: self.to_state,
            report_id: self.report_id,
            words: Words { reason: self.reason, note: self.note, detail: self.detail },
            salt: self.salt,
            words_hash: self.words_hash,
            is_erased: self.is_erased,
            hash: self.hash,
        }
    }
}
