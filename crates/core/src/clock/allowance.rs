//! How long a duty may take: a limit, or a share of one.

use chrono::{DateTime, Utc};
use serde::{Deserialize, Serialize};

use super::calendar::Calendar;
use super::deadline::{deadline_with_pauses, warn_at};
use super::limit::{Limit, Unit};
use super::pause::Pause;
use super::share::{Share, share_deadline, share_warn_at};

/// `share` of `limit`; stored with a clock, so that an extension can add the same once more.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "camelCase")]
pub struct Allowance {
    pub limit: Limit,
    pub share: Share,
}

impl Allowance {
    /// All of `limit`.
    pub const fn whole(limit: Limit) -> Self {
        Self { limit, share: Share::WHOLE }
    }

    /// What it is counted in.
    pub const fn unit(self) -> Unit {
        self.limit.unit
    }

    /// By when it is used up.
    pub fn due(self, start: DateTime<Utc>, pauses: &[Pause], calendar: &Calendar) -> DateTime<Utc> {
        if self.share == Share::WHOLE {
            deadline_with_pauses(start, self.limit, pauses, calendar)
        } else {
            share_deadline(start, self.limit, self.share, pauses, calendar)
        }
    }

    /// From when on at most a fifth of it is left.
    pub fn warn_at(self, start: DateTime<Utc>, pauses: &[Pause], calendar: &Calendar) -> DateTime<Utc> {
        if self.share == Share::WHOLE {
            warn_at(start, self.limit, pauses, calendar)
        } else {
            share_warn_at(start, self.limit, self.share, pauses, calendar)
        }
    }
}
