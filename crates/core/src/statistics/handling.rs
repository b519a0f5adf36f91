//! By when a case must be handled, for the figures of what is due.

use chrono::{DateTime, Utc};

use super::{CaseHistory, StoredClock};
use crate::case::{ClockKind, Move};

/// The deadline of the last time that a case was handled, or has to be.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) struct Deadline {
    /// The soonest of its handling clocks.
    pub due_at: DateTime<Utc>,
    /// One of them ended late, or is late.
    pub late: bool,
    /// One of them ended late and that was forgiven.
    pub exempted: bool,
}

/// `None` while nobody has to handle it: it was not dispatched, was given back, or all its clocks stand still.
pub(super) fn deadline(case: &CaseHistory) -> Option<Deadline> {
    let handling = || case.clocks.iter().filter(|clock| clock.kind == ClockKind::Handle);
    let open: Vec<&StoredClock> = handling().filter(|clock| clock.ended_at.is_none()).collect();
    let round: Vec<&StoredClock> = if open.is_empty() {
        let ended = || handling().filter(|clock| was_handled(clock));
        let last = ended().filter_map(|clock| clock.ended_at).max()?;
        ended().filter(|clock| clock.ended_at == Some(last)).collect()
    } else {
        open.into_iter().filter(|clock| !clock.paused).collect()
    };
    Some(Deadline {
        due_at: round.iter().map(|clock| clock.due_at).min()?,
        late: round.iter().any(|clock| clock.is_late()),
        exempted: round.iter().any(|clock| clock.exempted),
    })
}

/// What ended the clock was the handling, and not a return, a merge or a limit that no longer holds.
fn was_handled(clock: &StoredClock) -> bool {
    let by = clock.ended_by.as_deref().and_then(Move::from_name);
    matches!(by, Some(Move::Handle | Move::SelfHandle | Move::ForceClose))
}
