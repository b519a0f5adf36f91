//! What happened to cases, as they are counted by it.

use std::collections::HashMap;

use chrono::{DateTime, Utc};
use jiekou_core::case::{ClockKind, State};
use jiekou_core::report::Satisfaction;
use jiekou_core::routing::Loop;
use jiekou_core::statistics::{Answer, CaseHistory, Filed, Line, Place, StoredClock};
use sqlx::PgConnection;
use tracing::instrument;

use crate::StoreError;

#[derive(sqlx::FromRow)]
struct CaseRow {
    case_id: i64,
    center_code: String,
    segment_code: Option<String>,
    community_code: Option<String>,
    grid_code: Option<String>,
    unit_code: Option<String>,
    category: String,
    state: String,
    urgency: String,
    runs_in: String,
    opened_at: DateTime<Utc>,
    hot_spot: Option<bool>,
}

#[derive(sqlx::FromRow)]
struct LineRow {
    case_id: i64,
    at: DateTime<Utc>,
    act: String,
    entered: Option<String>,
    unit: Option<String>,
}

#[derive(sqlx::FromRow)]
struct ClockRow {
    case_id: i64,
    kind: String,
    due_at: DateTime<Utc>,
    ended_at: Option<DateTime<Utc>>,
    ended_by: Option<String>,
    paused: bool,
    exempted: bool,
    overdue: bool,
}

/// The histories of these cases, by id. A handful of statements however many there are.
///
/// # Errors
/// A state or a clock that no release writes; when the database fails.
#[instrument(level = "debug", name = "db.history.of", skip_all)]
pub async fn of(conn: &mut PgConnection, cases: &[i64]) -> Result<HashMap<i64, CaseHistory>, StoreError> {
    let mut histories = HashMap::with_capacity(cases.len());
    for row in self::cases(conn, cases).await? {
        histories.insert(row.case_id, history(row)?);
    }
    let lines: Vec<LineRow> = sqlx::query_as(
        "select case_id, at, act, case when to_state is distinct from from_state then to_state end as entered, detail ->> 'unit' as unit from case_log
         where case_id = any ($1) order by case_id, seq",
    )
    .bind(cases)
    .fetch_all(&mut *conn)
    .await?;
    for LineRow { case_id, at, act, entered, unit } in lines {
        let entered = entered.as_deref().and_then(State::from_name);
        note(&mut histories, case_id, |it| it.lines.push(Line { at, act, entered, unit }));
    }
    let clocks: Vec<ClockRow> = sqlx::query_as(
        "select case_id, kind, due_at, ended_at, ended_by, paused_at is not null as paused,
                exempted_at is not null as exempted, overdue_raised_at is not null as overdue
         from case_clock where case_id = any ($1) order by case_id, n",
    )
    .bind(cases)
    .fetch_all(&mut *conn)
    .await?;
    for clock in clocks {
        let kind = ClockKind::from_name(&clock.kind)
            .ok_or(StoreError::Inconsistent("a clock of an unknown kind"))?;
        let ClockRow { case_id, due_at, ended_at, ended_by, paused, exempted, overdue, .. } = clock;
        let clock = StoredClock { kind, due_at, ended_at, ended_by, paused, exempted, overdue };
        note(&mut histories, case_id, |it| it.clocks.push(clock));
    }
    let reports: Vec<(i64, DateTime<Utc>, bool, bool, bool)> = sqlx::query_as(
        "select case_id, received_at, origin = 'public', origin = 'media', split_of is not null from report
         where case_id = any ($1)",
    )
    .bind(cases)
    .fetch_all(&mut *conn)
    .await?;
    for (case_id, received_at, by_public, by_media, is_part) in reports {
        let filed = Filed { received_at, by_public, by_media, is_part };
        note(&mut histories, case_id, |it| it.reports.push(filed));
    }
    let answers: Vec<(i64, DateTime<Utc>, bool, Option<i16>)> = sqlx::query_as(
        "select case_id, answered_at, solved, satisfaction from call_back_answer where case_id = any ($1)",
    )
    .bind(cases)
    .fetch_all(conn)
    .await?;
    for (case_id, at, solved, satisfaction) in answers {
        let satisfaction = satisfaction.and_then(|number| Satisfaction::from_number(number.into()));
        note(&mut histories, case_id, |it| it.answers.push(Answer { at, solved, satisfaction }));
    }
    Ok(histories)
}

async fn cases(conn: &mut PgConnection, cases: &[i64]) -> Result<Vec<CaseRow>, StoreError> {
    Ok(sqlx::query_as(
        "select c.case_id, center_code, segment_code, community_code, grid_code, unit_code, category, state, urgency, runs_in,
                opened_at, r.hot_spot
         from cases c left join case_recurrence r on r.case_id = c.case_id where c.case_id = any ($1)",
    )
    .bind(cases)
    .fetch_all(conn)
    .await?)
}

fn history(row: CaseRow) -> Result<CaseHistory, StoreError> {
    let state = State::from_name(&row.state).ok_or(StoreError::Inconsistent("a case in an unknown state"))?;
    Ok(CaseHistory {
        place: Place {
            center: row.center_code,
            segment: row.segment_code,
            community: row.community_code,
            grid: row.grid_code,
            unit: row.unit_code,
            category: row.category,
        },
        state,
        urgent: row.urgency == "urgent",
        enforced: row.runs_in == Loop::Enforcement.name(),
        opened_at: row.opened_at,
        lines: Vec::new(),
        clocks: Vec::new(),
        reports: Vec::new(),
        answers: Vec::new(),
        recurrence: row.hot_spot,
    })
}

/// Notes something of a case; of one that came since its row was read there is nothing to note.
fn note(histories: &mut HashMap<i64, CaseHistory>, case_id: i64, add: impl FnOnce(&mut CaseHistory)) {
    if let Some(history) = histories.get_mut(&case_id) {
        add(history);
    }
}
