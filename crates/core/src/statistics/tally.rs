//! What one case counts.

use std::collections::BTreeMap;

use chrono::{DateTime, NaiveDate, Utc};

use super::handling::deadline;
use super::{CaseHistory, Figures, Line, StoredClock, Tally};
use crate::case::{ClockKind, Move, State};
use crate::clock::local::local;
use crate::report::Satisfaction;

/// What the case counts, by the day and the unit it counts for.
pub fn tally(case: &CaseHistory) -> Vec<Tally> {
    let mut counts = Counts { case, by_day: BTreeMap::new() };
    counts.reports();
    if case.state == State::Merged {
        // Counted once: everything else is that of the case it was merged into.
        counts.at(case.opened_at).merged += 1;
    } else {
        counts.arrival();
        counts.decisions();
        counts.acts();
        counts.tasks();
        counts.deadlines();
        counts.exposures();
        counts.call_back();
    }
    let counted = counts.by_day.into_iter().filter(|(_, figures)| !figures.is_zero());
    counted.map(|((day, unit), figures)| Tally { day, unit, figures }).collect()
}

struct Counts<'a> {
    case: &'a CaseHistory,
    by_day: BTreeMap<(NaiveDate, Option<String>), Figures>,
}

impl Counts<'_> {
    /// The figures of the moment's day, for the unit that the case has.
    fn at(&mut self, moment: DateTime<Utc>) -> &mut Figures {
        self.of_unit(moment, self.case.place.unit.clone())
    }

    fn of_unit(&mut self, moment: DateTime<Utc>, unit: Option<String>) -> &mut Figures {
        self.by_day.entry((local(moment).date(), unit)).or_default()
    }

    fn reports(&mut self) {
        for report in self.case.reports.iter().filter(|report| !report.is_part) {
            self.at(report.received_at).reports += 1;
        }
    }

    fn arrival(&mut self) {
        let case = self.case;
        let figures = self.at(case.opened_at);
        figures.received += 1;
        figures.public_only += i64::from(case.reports.iter().all(|report| report.by_public));
        figures.recurred += i64::from(case.recurrence.is_some());
        figures.hot_spots += i64::from(case.recurrence == Some(true));
    }

    /// What was decided about it, as it stands.
    fn decisions(&mut self) {
        let case = self.case;
        match case.state {
            State::Rejected => {
                if let Some(at) = case.last_entered(|state| state == State::Rejected) {
                    self.at(at).rejected += 1;
                }
            }
            State::Voided => {
                if let Some(at) = case.last_entered(|state| state == State::Voided) {
                    self.at(at).voided += 1;
                }
            }
            _ => {
                if let Some(at) = case.first_entered(is_opened) {
                    let again = |line: &Line| line.is(Move::Fail) || line.is(Move::Reopen);
                    let sound = is_closed(case.state) && !case.lines.iter().any(again);
                    let figures = self.at(at);
                    figures.valid += 1;
                    figures.enforced += i64::from(case.enforced);
                    figures.enforced_soundly += i64::from(case.enforced && sound);
                }
            }
        }
        if let Some(at) = case.lines.iter().find(|line| line.is(Move::Accept)).map(|line| line.at) {
            let in_time = self.first_in_time(ClockKind::Accept);
            let figures = self.at(at);
            figures.accepted += 1;
            figures.accepted_on_time += i64::from(in_time);
        }
        if let Some(at) = case.first_entered(|state| state == State::Dispatched) {
            let in_time = self.first_in_time(ClockKind::Dispatch);
            let figures = self.at(at);
            figures.dispatched += 1;
            figures.dispatched_on_time += i64::from(in_time);
        }
        self.ends();
    }

    /// Handled and closed, unless it was reopened since.
    fn ends(&mut self) {
        let case = self.case;
        let reopened = case.lines.iter().rposition(|line| line.is(Move::Reopen));
        let mut since = case.lines.iter().skip(reopened.map_or(0, |position| position + 1));
        if let Some(line) = since.rfind(|line| line.is(Move::Handle) || line.is(Move::SelfHandle)) {
            self.at(line.at).handled += 1;
        }
        let ends = |state: State| matches!(state, State::Closed | State::ForceClosed);
        if let Some(at) = case.last_entered(ends).filter(|_| is_closed(case.state)) {
            let figures = self.at(at);
            figures.closed += 1;
            figures.force_closed += i64::from(case.state == State::ForceClosed);
        }
    }

    /// What counts each time it is done. A unit answers for what was given back, failed or put off while it had the case.
    fn acts(&mut self) {
        let mut unit: Option<String> = None;
        for line in &self.case.lines {
            let Some(act) = Move::from_name(&line.act) else { continue };
            match act {
                Move::Dispatch | Move::Transfer | Move::ToEnforcement => unit = line.unit.clone(),
                Move::Return => self.of_unit(line.at, unit.take()).returned += 1,
                Move::Fail => self.of_unit(line.at, unit.clone()).reworked += 1,
                Move::Extend => self.of_unit(line.at, unit.clone()).extended += 1,
                Move::Suspend => self.of_unit(line.at, unit.clone()).suspended += 1,
                Move::Reopen => self.of_unit(line.at, unit.clone()).reopened += 1,
                Move::Escalate => self.at(line.at).escalated += 1,
                Move::Supervise => self.at(line.at).supervised += 1,
                Move::Hasten => self.at(line.at).hastened += 1,
                _ => {}
            }
        }
    }

    /// 核实与核查: sent, and done in time.
    fn tasks(&mut self) {
        for clock in &self.case.clocks {
            let (Some(at), Some(by)) = (clock.ended_at, clock.ended_by.as_deref().and_then(Move::from_name))
            else {
                continue;
            };
            let in_time = i64::from(!clock.is_late());
            match (clock.kind, by) {
                (ClockKind::PreVerify, Move::Confirm | Move::Void) => {
                    let figures = self.at(at);
                    figures.verified += 1;
                    figures.verified_on_time += in_time;
                }
                (ClockKind::Inspect, Move::Pass | Move::Fail) => {
                    let figures = self.at(at);
                    figures.inspected += 1;
                    figures.inspected_on_time += in_time;
                }
                _ => {}
            }
        }
    }

    fn deadlines(&mut self) {
        let case = self.case;
        for clock in case.clocks.iter().filter(|clock| clock.is_late()) {
            self.at(clock.due_at).breaches += 1;
        }
        if matches!(case.state, State::Rejected | State::Voided | State::Suspended) {
            return;
        }
        let Some(deadline) = deadline(case) else { return };
        let closed = is_closed(case.state);
        let (due, done) = (1, i64::from(closed));
        let on_time = i64::from(closed && !deadline.late);
        let figures = self.at(deadline.due_at);
        figures.due += due;
        figures.due_closed += done;
        figures.due_on_time += on_time;
        figures.overdue += i64::from(deadline.late);
        figures.exempted += i64::from(deadline.exempted);
        if case.urgent {
            figures.urgent_due += due;
            figures.urgent_closed += done;
            figures.urgent_on_time += on_time;
        }
    }

    /// What media have published of it, unless it is no problem.
    fn exposures(&mut self) {
        let case = self.case;
        if matches!(case.state, State::Rejected | State::Voided) {
            return;
        }
        let published = || case.reports.iter().filter(|report| report.by_media);
        for report in published().filter(|report| !report.is_part) {
            self.at(report.received_at).exposures += 1;
        }
        if let Some(at) = published().map(|report| report.received_at).min() {
            self.at(at).exposed += 1;
        }
    }

    fn call_back(&mut self) {
        for answer in &self.case.answers {
            let figures = self.at(answer.at);
            figures.answered += 1;
            figures.solved += i64::from(answer.solved);
            figures.rated += i64::from(answer.satisfaction.is_some());
            figures.satisfied += i64::from(answer.satisfaction.is_some_and(Satisfaction::is_content));
        }
    }

    /// Whether the first clock of the kind was kept; one that never ran was not broken either.
    fn first_in_time(&self, kind: ClockKind) -> bool {
        let mut of_kind = self.case.clocks.iter().filter(|clock| clock.kind == kind);
        of_kind.next().is_none_or(|clock: &StoredClock| !clock.is_late())
    }
}

/// Whether somebody has found that there is a problem to be handled.
fn is_opened(state: State) -> bool {
    match state {
        State::Opened
        | State::Dispatched
        | State::Signed
        | State::Handled
        | State::Inspecting
        | State::Rework
        | State::Closed
        | State::Suspended
        | State::Returned
        | State::Callback
        | State::Archived
        | State::Reopened => true,
        State::Received
        | State::Accepted
        | State::PreVerifying
        | State::Merged
        | State::Rejected
        | State::Voided
        | State::ForceClosed => false,
    }
}

fn is_closed(state: State) -> bool {
    matches!(state, State::Closed | State::Callback | State::Archived | State::ForceClosed)
}
