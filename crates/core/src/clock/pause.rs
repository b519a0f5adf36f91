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
/// Where `due` lies after one more pause, which the clock of `unit` did not count. A deadline that had passed when the
/// pause began, and a pause outside the unit's time, move nothing: what was left before is left afterwards, no more.
pub fn postponed(due: DateTime<Utc>, pause: Pause, unit: Unit, calendar: &Calendar) -> DateTime<Utc> {
    let lost = elapsed(pause.from, pause.until, unit, calendar);
    if pause.from >= due || lost.is_zero() { due } else { advance(due, lost, unit, calendar) }
}
