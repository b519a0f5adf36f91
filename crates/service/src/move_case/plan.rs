//! What a move makes of a case, decided with the rules that the case was opened under. Nothing is written here.

use chrono::{DateTime, TimeDelta, Utc};
use jiekou_core::case::{
    Actor, Given, Matter, Move, Persuasion, State, Step, Terms, after, faults, rung_after, transition,
};
use jiekou_core::category::Complexity;
use jiekou_core::clock::local::{at, instant};
use jiekou_core::place::Wgs84;
use jiekou_core::report::{FieldCode, FieldError};
use jiekou_core::routing::Loop;
use jiekou_core::rulebook::Rulebook;
use jiekou_core::staff::Role;
use jiekou_store::cases::move_row::{CaseMove, CaseSeen};
use jiekou_store::cases::view::CaseView;
use serde_json::{Value, json};
use sqlx::types::Json;
use uuid::Uuid;

use super::MoveRequest;
use super::detail::detail;
use super::parts::{Parts, parts};
use crate::ServiceError;
use crate::case_clocks::{self, Moving};
use crate::error::failed;
use crate::matter::matter;

/// Who makes a move, as the log names them.
#[derive(Debug, Clone)]
pub(crate) struct By<'a> {
    pub actor: &'a Actor,
    /// A member of staff, or the pseudonym of a reporter.
    pub id: Option<Uuid>,
    /// Set: the line concerns this report only.
    pub report_id: Option<Uuid>,
    /// Name of the one for whom a member of staff stands in, where the move is made in their place.
    pub behalf: Option<&'a str>,
}

/// What has been looked up for a move.
#[derive(Debug, Clone, Default)]
pub(crate) struct Known {
    /// The account that is assigned.
    pub person: Option<Uuid>,
    /// A report of the case brought a photo.
    pub pictured: bool,
    /// How many reports follow it that were not taken back.
    pub followers: Option<u32>,
    /// The category after the correction that the move is.
    pub category: Option<String>,
    /// The place after the correction that the move is.
    pub place: Option<CorrectedPlace>,
    /// What the correction changes beside that.
    pub corrected: Given,
}

/// Where a corrected case lies.
#[derive(Debug, Clone, Default)]
pub(crate) struct CorrectedPlace {
    pub point: Option<Wgs84>,
    pub segment_code: Option<String>,
}

/// The move as it is written, and what it was decided on.
pub(crate) struct Planned {
    pub seen: CaseSeen,
    pub row: CaseMove,
}

/// Decides the move.
///
/// # Errors
/// The moves that are allowed instead; what the rulebook does not know, all at once.
pub(crate) fn plan(
    case: &CaseView,
    by: &By<'_>,
    request: &MoveRequest,
    known: &Known,
    rules: &Rulebook,
    now: DateTime<Utc>,
) -> Result<Planned, ServiceError> {
    let before = matter(case)?;
    let before = Matter { followers: known.followers.unwrap_or(before.followers), ..before };
    let step = transition(&before, request.it, by.actor, rules, now)?;
    let terms = Terms {
        reason: request.reason.as_deref(),
        unit: request.unit.as_deref(),
        post: request.post.as_deref(),
        units: &request.units,
        until: request.until,
        level: request.level,
        category: request.category.as_deref(),
        before_photo: known.pictured || !request.before_photo_ids.is_empty(),
    };
    let mut faults = faults(&before, request.it, &terms, by.actor, rules, now);
    let parts = parts(&before, request, by.actor, rules, now).map_err(|fault| faults.push(fault)).ok();
    let Some(parts) = parts.filter(|_| faults.is_empty()) else {
        return Err(ServiceError::Invalid(faults));
    };
    let given = Given {
        unit: request.unit.clone(),
        post: request.post.clone(),
        person: known.person,
        until: request.until,
        persuasion: request.worked.map(|worked| if worked { Persuasion::Worked } else { Persuasion::Failed }),
        rung: rung_after(&before, by.actor, rules, request.level),
        ..known.corrected.clone()
    };
    let next = after(&before, request.it, step.to, &given, by.actor, rules, now);
    let made = Made { step, before, next, parts };
    let clocks = case_clocks::moved(case, &moving(case, request, known, &made, by.actor), rules, now);
    let clocks = serde_json::to_value(clocks).map_err(failed)?;
    Ok(Planned { seen: seen(case), row: row(case, by, request, &made, clocks, rules) })
}

/// The move, as far as clocks go.
fn moving<'a>(
    case: &'a CaseView,
    request: &MoveRequest,
    known: &'a Known,
    made: &Made,
    actor: &Actor,
) -> Moving<'a> {
    let officer = actor.standings().iter().any(|it| it.role == Role::EnforcementOfficer);
    let place = known.place.as_ref();
    let point = |x: Option<f64>, y: Option<f64>| x.zip(y).and_then(|(x, y)| Wgs84::new(x, y).ok());
    Moving {
        it: request.it,
        step: made.step,
        enforcing: officer || made.before.runs_in == Loop::Enforcement,
        in_vain: request.worked == Some(false),
        dispatched_at: made.next.dispatched_at,
        category: known.category.as_deref().unwrap_or(&case.category),
        complexity: request.complexity.or_else(|| case.complexity.as_deref().and_then(Complexity::from_name)),
        point: match place {
            Some(place) => place.point,
            None => point(case.longitude, case.latitude),
        },
        segment_code: match place {
            Some(place) => place.segment_code.as_deref(),
            None => case.segment_code.as_deref(),
        },
    }
}

/// What a move comes to.
pub(super) struct Made {
    pub step: Step,
    pub before: Matter,
    pub next: Matter,
    pub parts: Parts,
}

fn seen(case: &CaseView) -> CaseSeen {
    CaseSeen {
        decision_version: case.decision_version,
        due_at: case.due_at,
        urgency: case.urgency.clone(),
        report_count: case.report_count,
    }
}

fn row(
    case: &CaseView,
    by: &By<'_>,
    request: &MoveRequest,
    made: &Made,
    clocks: Value,
    rules: &Rulebook,
) -> CaseMove {
    let Made { step, before, next, parts } = made;
    CaseMove {
        act: request.it.name().to_owned(),
        actor_kind: match by.actor {
            Actor::Staff { .. } => "staff",
            Actor::Reporter => "reporter",
            Actor::System => "system",
        }
        .to_owned(),
        actor: by.id,
        reason: request.reason.clone(),
        note: request.note.clone(),
        detail: detail(request, made, by.behalf, rules).map(Json),
        report_id: by.report_id,
        to_state: step.to.name().to_owned(),
        takes_reports: step.to.takes_reports(),
        question: question(case, request, step.to),
        assignee: assignee(case, request, next, rules),
        returns: i32::try_from(next.returns).unwrap_or(i32::MAX),
        dispatched_at: next.dispatched_at,
        clocks: Json(clocks),
        exempts: next.exempted && !before.exempted,
        progress: Json(next.clone()),
        runs_in: next.runs_in.name().to_owned(),
        complexity: request.complexity.map(|it| it.name().to_owned()).or_else(|| case.complexity.clone()),
        unit_code: next.handlers.unit.clone(),
        post_code: next.handlers.post.clone(),
        person_id: next.handlers.person,
        ends_parts: parts.ends,
        parts: Json(parts.begun.clone()),
        arrived: parts.arrived.clone(),
        done: parts.done.clone(),
        jobs: Json(jobs(request.it, next)),
        photo_ids: request.before_photo_ids.iter().chain(&request.photo_ids).copied().collect(),
    }
}

/// A question stays open while nobody has decided whether there is a problem.
fn question(case: &CaseView, request: &MoveRequest, to: State) -> Option<String> {
    match request.it {
        Move::AskReporter => request.note.clone(),
        _ if to.name() == case.state || matches!(to, State::Accepted | State::PreVerifying) => {
            case.question.as_ref().map(|question| question.for_rules().to_owned())
        }
        _ => None,
    }
}

/// Who has it, in words.
fn assignee(case: &CaseView, request: &MoveRequest, next: &Matter, rules: &Rulebook) -> Option<String> {
    let unit = |code: &str| {
        let center = || rules.center(code).map(|center| center.name);
        rules.unit(code).map(|unit| unit.name.clone()).or_else(center).unwrap_or_else(|| code.to_owned())
    };
    let post = |code: &str| {
        let post = rules.plan().posts.iter().find(|post| post.code == code);
        post.map_or_else(|| code.to_owned(), |post| post.name.clone())
    };
    match request.it {
        Move::Return => None,
        Move::Dispatch | Move::Transfer | Move::ToEnforcement => {
            let handlers = &next.handlers;
            let named = handlers.unit.as_deref().map(unit).or_else(|| handlers.post.as_deref().map(post));
            named.or_else(|| request.assignee.clone())
        }
        _ => request
            .assignee
            .clone()
            .or_else(|| case.assignee.as_ref().map(|assignee| assignee.for_rules().to_owned())),
    }
}

/// A suspension ends by itself when its day begins.
fn jobs(it: Move, next: &Matter) -> serde_json::Value {
    match next.suspended_until {
        Some(until) if it == Move::Suspend => {
            json!([{ "kind": "resumeCase", "runAt": instant(at(until, TimeDelta::zero())) }])
        }
        _ => json!([]),
    }
}

/// A fault of one field.
pub(super) fn fault(pointer: &str, code: FieldCode, words: &str) -> FieldError {
    FieldError::new(pointer, code, words)
}
