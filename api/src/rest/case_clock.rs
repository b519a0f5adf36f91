//! A clock of a case, as staff see it.

use crate::graphql::{Word, readers};
use async_graphql::SimpleObject;
use chrono::{DateTime, Utc};
use jiekou_core::case::{CaseClock, ClockKind};
use jiekou_core::clock::ClockState;
use serde::Serialize;
use utoipa::ToSchema;

/// How long something may take, and how it stands.
#[derive(Debug, Serialize, ToSchema, SimpleObject)]
#[graphql(name = "CaseClock", guard = "readers::STAFF")]
#[serde(rename_all = "camelCase")]
pub struct ClockBody {
    /// What it measures: a stage (`accept`, `preVerify`, `dispatch`, `sign`, `handle`, `inspect`, `callBack`), or the way
    /// to somebody (`contact`, `arrive`, `persuade`, `enforce`).
    #[schema(value_type = String)]
    pub kind: Word<ClockKind>,
    /// The rule that set it, such as `clocks.accept`, `overlays.simple-24h` or `minuteClocks.arrive-10`.
    pub rule: String,
    pub started_at: DateTime<Utc>,
    /// From here on at most a fifth of the limit is left.
    pub warn_at: DateTime<Utc>,
    /// The last moment that is on time.
    pub due_at: DateTime<Utc>,
    /// `running`, `warn`, `overdue`, `paused`, `finishedOnTime`, `finishedLate` or `exempted`.
    #[schema(value_type = String)]
    pub state: Word<ClockState>,
    /// Standing still since.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub paused_at: Option<DateTime<Utc>>,
    #[serde(skip_serializing_if = "Option::is_none")]
    pub ended_at: Option<DateTime<Utc>>,
    /// How often it was given its limit once more.
    pub extensions: u32,
}

impl From<(CaseClock, ClockState)> for ClockBody {
    fn from((it, state): (CaseClock, ClockState)) -> Self {
        let clock = it.clock;
        Self {
            kind: Word(it.kind),
            rule: it.rule,
            started_at: clock.started_at,
            warn_at: clock.warn_at,
            due_at: clock.due_at,
            state: Word(state),
            paused_at: clock.paused_at.filter(|_| clock.ended_at.is_none()),
            ended_at: clock.ended_at,
            extensions: clock.extensions,
        }
    }
}
