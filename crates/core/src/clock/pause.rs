//! Pauses (挂账, 缓办): stretches during which a clock stands still.

use chrono::{DateTime, TimeDelta, Utc};
use serde::{Deserialize, Serialize};

use super::calendar::Calendar;
use super::limit::Unit;
use super::working_time::{advance, elapsed};

/// A stretch that does not count, from the suspension to the resumption. One that ends before it begins is none.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
pub struct Pause {
    pub from: DateTime<Utc>,
    pub until: DateTime<Utc>,
}

impl Pause {
    /// `moment` behind this pause: what was left until then on the unit's clock as the pause began is left as it ends,
    /// no less and no more. A moment that had come already stays.
    pub fn postponed(self, moment: DateTime<Utc>, unit: Unit, calendar: &Calendar) -> DateTime<Utc> {
        if self.from >= moment {
            return moment;
        }
        let lost = elapsed(self.from, self.until, unit, calendar);
        if lost.is_zero() { moment } else { advance(moment, lost, unit, calendar) }
    }
}

/// Moves an instant that was computed without pauses behind all that began before it.
///
/// `reach(lost)` is the instant when `lost` more has to elapse on the unit's clock than without pauses. Pauses come in
/// any order and may overlap; what lies before `start`, outside the unit's time, or behind the instant costs nothing.
pub(super) fn postpone(
    start: DateTime<Utc>,
    pauses: &[Pause],
    unit: Unit,
    calendar: &Calendar,
    reach: impl Fn(TimeDelta) -> DateTime<Utc>,
) -> DateTime<Utc> {
    let mut ordered = pauses.to_vec();
    ordered.sort_unstable_by_key(|pause| pause.from);
    let (mut lost, mut counted_until) = (TimeDelta::zero(), start);
    let mut reached = reach(lost);
    for pause in ordered {
        if pause.from >= reached {
            break;
        }
        lost += elapsed(pause.from.max(counted_until), pause.until, unit, calendar);
        counted_until = counted_until.max(pause.until);
        reached = reach(lost);
    }
    reached
}
