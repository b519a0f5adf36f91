//! What a move does to the clocks of a case. The only place where that is decided.

use super::{Move, Stage, State};

/// What happens to the clock of the present stage, and to every clock that runs beside it.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum ClockEffect {
    /// The clocks of the stage before end, and those of this stage start, running. Handling counts from the dispatch
    /// (or from the failed inspection, for rework); every other stage from the move.
    Start(Stage),
    /// They go on as they are, running or paused.
    Keep,
    /// They stand still until [`ClockEffect::Resume`]; those that stand already stay so.
    Pause,
    /// They go on, and end later by what was lost on each one's own clock; those that run are not touched.
    Resume,
    /// One more original limit, counted from the present deadline.
    Extend,
    /// The limits may be others now (category or place were corrected). Begun when they began, minus the same pauses.
    Recount,
    /// Nothing is owed any more.
    Stop,
}

/// The effect of `it`, which leads from `from` to `to`. `arbitrated`: this return is the last one the rulebook allows,
/// and the arbiter decides while the clock runs on.
///
/// A merge stops the clock of the merged case; what an un-merge gives back is kept with the merge.
pub fn clock_effect(from: State, it: Move, to: State, arbitrated: bool) -> ClockEffect {
    match it {
        Move::AskReporter | Move::Suspend => ClockEffect::Pause,
        Move::Resume => ClockEffect::Resume,
        Move::Extend => ClockEffect::Extend,
        Move::Return if arbitrated => ClockEffect::Keep,
        Move::CorrectCategory | Move::CorrectPlace => ClockEffect::Recount,
        _ if from == to => ClockEffect::Keep,
        _ => match Stage::of(to) {
            None => ClockEffect::Stop,
            Some(stage) if Stage::of(from) == Some(stage) => ClockEffect::Keep,
            Some(stage) => ClockEffect::Start(stage),
        },
    }
}

/// The effect of a reporter's answer to the center's question.
pub fn answer_effect() -> ClockEffect {
    ClockEffect::Resume
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_stage_starts_its_clock_and_a_step_inside_it_goes_on() {
        use ClockEffect::{Extend, Keep, Pause, Recount, Resume, Start, Stop};
        use State as S;
        for (from, it, to, expected) in [
            (S::Received, Move::Accept, S::Accepted, Start(Stage::PreVerify)),
            (S::Accepted, Move::PreVerify, S::PreVerifying, Keep),
            (S::PreVerifying, Move::AskReporter, S::PreVerifying, Pause),
            (S::PreVerifying, Move::Confirm, S::Opened, Start(Stage::Dispatch)),
            (S::Opened, Move::Dispatch, S::Dispatched, Start(Stage::Sign)),
            (S::Dispatched, Move::Sign, S::Signed, Start(Stage::Handle)),
            (S::Dispatched, Move::Assign, S::Dispatched, Keep),
            (S::Signed, Move::Extend, S::Signed, Extend),
            (S::Signed, Move::Suspend, S::Suspended, Pause),
            (S::Suspended, Move::Hasten, S::Suspended, Keep),
            (S::Suspended, Move::Resume, S::Signed, Resume),
            (S::Suspended, Move::ForceClose, S::ForceClosed, Stop),
            (S::Signed, Move::CorrectCategory, S::Signed, Recount),
            (S::Signed, Move::Return, S::Returned, Start(Stage::Dispatch)),
            (S::Signed, Move::Handle, S::Handled, Start(Stage::Inspect)),
            (S::Inspecting, Move::Fail, S::Rework, Start(Stage::Handle)),
            (S::Rework, Move::Sign, S::Signed, Keep),
            (S::Inspecting, Move::Pass, S::Closed, Start(Stage::CallBack)),
            (S::Closed, Move::Reopen, S::Reopened, Start(Stage::Dispatch)),
            (S::Callback, Move::Archive, S::Archived, Stop),
            (S::Received, Move::Merge, S::Merged, Stop),
        ] {
            assert_eq!(clock_effect(from, it, to, false), expected, "{from:?} {it:?}");
        }
    }

    #[test]
    fn the_clock_runs_on_while_the_arbiter_decides() {
        for from in [State::Dispatched, State::Signed] {
            assert_eq!(clock_effect(from, Move::Return, State::Returned, true), ClockEffect::Keep);
        }
    }
}
