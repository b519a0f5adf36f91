//! What a case is like after a move.

use chrono::{DateTime, NaiveDate, Utc};
use uuid::Uuid;

use super::{Actor, Contest, Matter, Move, Persuasion, Request, RequestKind, State, Verdict, works_on_site};
use crate::routing::Loop;
use crate::rulebook::Rulebook;
use crate::staff::{Role, Standing};

/// What a move brings along that the case remembers.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct Given {
    pub unit: Option<String>,
    pub post: Option<String>,
    pub person: Option<Uuid>,
    pub until: Option<NaiveDate>,
    pub persuasion: Option<Persuasion>,
    /// The step of the ladder that it climbs to.
    pub rung: Option<usize>,
    /// Who enforces at a corrected place.
    pub enforcement: Option<Option<String>>,
    /// The loop that a corrected category begins in.
    pub begins_in: Option<Loop>,
}

/// The case after `it` led it to `to`. Everything that no rule touches stays: a failed inspection keeps unit and data.
pub fn after(
    matter: &Matter,
    it: Move,
    to: State,
    given: &Given,
    actor: &Actor,
    rules: &Rulebook,
    now: DateTime<Utc>,
) -> Matter {
    let by = actor.id();
    let mut next = Matter { state: to, ..matter.clone() };
    let verdict = by.map(|by| Verdict { by, at: now });
    if sees_it(it, actor) {
        next.collected_by = matter.collected_by.or(by);
    }
    match it {
        Move::Dispatch | Move::Transfer => {
            hand_over(&mut next, matter, given.unit.clone(), given.post.clone(), rules, now)
        }
        Move::ToEnforcement => {
            let team = matter.handlers.enforcement.clone();
            hand_over(&mut next, matter, team, None, rules, now);
            next.runs_in = Loop::Enforcement;
        }
        Move::Return => {
            next.returns += 1;
            next.returned = true;
            next.request = None;
            (next.handlers.unit, next.handlers.post, next.handlers.person) = (None, None, None);
            next.handed_on.clear();
        }
        Move::Assign => {
            next.handlers.person = given.person;
            next.handed_on.retain(|it| Some(*it) != given.person);
        }
        Move::RevokeAssign => next.handlers.person = None,
        Move::RequestExtension => next.request = asked(RequestKind::Extension, None, by, now),
        Move::RequestSuspension => next.request = asked(RequestKind::Suspension, given.until, by, now),
        Move::Extend => (next.extensions, next.request) = (matter.extensions + 1, None),
        Move::Suspend => {
            (next.suspensions, next.request) = (matter.suspensions + 1, None);
            next.suspended_until = matter.request.as_ref().and_then(|request| request.until);
        }
        Move::Resume => next.suspended_until = None,
        Move::RefuseRequest => next.request = None,
        Move::Handle | Move::SelfHandle => {
            (next.fed_back, next.handled_by, next.request) = (true, by, None);
            next.late = matter.is_overdue(now);
            if to == State::Closed {
                next.verdict = verdict;
            }
        }
        Move::Persuade => next.persuasion = given.persuasion,
        Move::Escalate => next.rung = given.rung,
        Move::Supervise => {
            (next.supervised_at, next.supervised_until) = (Some(now), given.until);
            next.supervised += 1;
        }
        Move::Hasten => next.hastened += 1,
        Move::Reject | Move::Void | Move::Pass | Move::ForceClose => next.verdict = verdict,
        Move::Reopen => {
            next.checkers.extend(matter.verdict.map(|verdict| verdict.by));
            (next.verdict, next.fed_back, next.late) = (None, false, false);
            next.runs_in = Loop::Dispatch;
        }
        Move::Object => next.objections = contested(&matter.objections),
        Move::AllowObjection => {
            next.objections.open = false;
            next.verdict = None;
        }
        Move::DismissObjection => next.objections.open = false,
        Move::AppealTimeout => next.appeals = contested(&matter.appeals),
        Move::AllowAppeal => {
            next.appeals.allowed_by.extend(by);
            let wanted = usize::try_from(rules.plan().process.appeal.reviewers).unwrap_or(usize::MAX);
            if next.appeals.allowed_by.len() >= wanted {
                next.appeals.open = false;
                next.exempted = true;
            }
        }
        Move::DismissAppeal => next.appeals.open = false,
        Move::CorrectPlace | Move::CorrectCategory => {
            next.handlers.enforcement = given.enforcement.clone().unwrap_or(next.handlers.enforcement);
            next.runs_in = given.begins_in.unwrap_or(matter.runs_in);
        }
        Move::Accept
        | Move::PreVerify
        | Move::AskReporter
        | Move::Confirm
        | Move::Open
        | Move::Sign
        | Move::Inspect
        | Move::Fail
        | Move::CallBack
        | Move::Archive
        | Move::Merge
        | Move::Unmerge
        | Move::KeepApart
        | Move::Split
        | Move::Arrive
        | Move::Whistle
        | Move::Withdraw
        | Move::Assist => {}
    }
    next
}

/// Whether whoever makes the move has seen the problem: who confirms it, or comes themself. A center that writes down what
/// it heard has seen nothing.
fn sees_it(it: Move, actor: &Actor) -> bool {
    let comes = |standing: &Standing| {
        works_on_site(standing.role)
            || matches!(standing.role, Role::PreVerifier | Role::Inspector | Role::Supervisor)
    };
    match it {
        Move::Confirm => true,
        Move::Arrive | Move::Persuade | Move::SelfHandle => actor.standings().iter().any(comes),
        _ => false,
    }
}

/// The case after `from` has handed it to `to` (交接); nobody: it had fallen from whoever was gone.
pub fn handed_over(matter: &Matter, from: Option<Uuid>, to: Uuid) -> Matter {
    let mut next = matter.clone();
    next.handlers.person = Some(to);
    let new = from.filter(|from| !next.handed_on.contains(from));
    next.handed_on.extend(new);
    next.handed_on.retain(|it| *it != to);
    next
}

/// Somebody has it now. What the one before did with it is over; after the last return the arbiter's word gives nobody
/// more time.
fn hand_over(
    next: &mut Matter,
    before: &Matter,
    unit: Option<String>,
    post: Option<String>,
    rules: &Rulebook,
    now: DateTime<Utc>,
) {
    (next.handlers.unit, next.handlers.post, next.handlers.person) = (unit, post, None);
    (next.returned, next.fed_back, next.handled_by, next.late) = (false, false, None, false);
    next.request = None;
    next.handed_on.clear();
    let arbitrated = before.in_arbitration(&rules.plan().process);
    next.dispatched_at = before.dispatched_at.filter(|_| arbitrated).or(Some(now));
}

fn asked(
    kind: RequestKind,
    until: Option<NaiveDate>,
    by: Option<Uuid>,
    now: DateTime<Utc>,
) -> Option<Request> {
    by.map(|by| Request { kind, by, at: now, until })
}

fn contested(before: &Contest) -> Contest {
    Contest { times: before.times + 1, open: true, allowed_by: Vec::new() }
}
