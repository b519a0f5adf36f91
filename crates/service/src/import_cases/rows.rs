//! The rows of an open case that is taken over: those of a report that opens a case, with what happened to it since.

use chrono::{DateTime, TimeDelta, Utc};
use jiekou_core::clock::local::{at, instant};
use jiekou_core::dedup::{Decision, Judgement};
use jiekou_core::import::OpenCase;
use jiekou_core::report::{Channel, ClaimSecret, NewReport, Origin};
use jiekou_core::routing::{Loop, Step};
use jiekou_core::rulebook::Circumstances;
use jiekou_store::cases::import::{Batch, TakenOverRow};
use serde_json::{Map, json};
use sqlx::types::Json;

use crate::submit_report::{Prepared, Rows, Verdict};
use crate::{App, Principal, ServiceError};

/// The case with its place, center, lead and fingerprint worked out, as a report's is.
pub(super) fn prepared(app: &App, case: &OpenCase, system: &str) -> Prepared {
    let report = NewReport {
        category: Some(case.category.clone()),
        description: case.description.clone(),
        place: case.place.clone(),
        photo_ids: Vec::new(),
        media_urls: Vec::new(),
        attributes: Map::new(),
        occurred_at: None,
        anonymous: case.contact.is_empty(),
        contact: case.contact.clone(),
        duplicate_of: None,
        confirm_new: false,
        claim_secret: None,
        origin: Origin::Public,
    };
    let mut prepared = Prepared::of(app, report, Vec::new(), case.opened_at);
    let assigned = &prepared.assignment;
    let given = case.center.as_deref().and_then(|code| prepared.rulebook.rules.center(code));
    if let Some(center) = given.filter(|it| it.code != assigned.center.code || assigned.place_unknown) {
        let why = Step::TakenOver { system: system.to_owned(), center: center.code.clone() };
        prepared.give_to(center, why);
    }
    prepared
}

/// Puts the case into the batch.
///
/// # Errors
/// When there is no key to seal its reporter's contact with.
pub(super) fn push(
    app: &App,
    batch: &mut Batch,
    prepared: &Prepared,
    case: &OpenCase,
    serial: i64,
    system: &str,
    now: DateTime<Utc>,
) -> Result<(), ServiceError> {
    let alone = Judgement { decision: Decision::New, matches: Vec::new() };
    let verdict = Verdict { judgement: &alone, join: None, joined: None };
    // Nobody is given the secret: who reported it there proves themself otherwise.
    let secret = ClaimSecret::from_random(rand::random());
    let rows = prepared.rows(app, &verdict, &secret, serial, &Principal::Public, case.opened_at)?;
    let Rows { mut report, case: mut row, contact } = rows;
    let urgent = prepared.urgent || case.urgent;
    // What was alarming when it was reported was told there.
    (report.urgent, report.alarmed) = (urgent, false);
    report.channel = Channel::Import.name().to_owned();
    let circumstances = Circumstances {
        category: &prepared.category,
        complexity: None,
        areas: &prepared.assignment.ground.kinds,
        start: case.since,
        pauses: &[],
    };
    let given = case.due_at.map(|due_at| (due_at, format!("import.{system}")));
    let rules = &prepared.rulebook.rules;
    let clocks = rules.clocks_taken_over(case.state, &circumstances, urgent, given, now);
    let first = clocks.first().map(|clock| clock.kind);
    let running = clocks.iter().filter(|clock| clock.clock.is_running() && Some(clock.kind) == first);
    let shown = running.min_by_key(|clock| clock.clock.due_at);
    row.state = case.state.name().to_owned();
    row.due_at = shown.map(|clock| clock.clock.due_at);
    row.due_kind = shown.map(|clock| clock.kind.name().to_owned());
    row.due_rule = shown.map(|clock| clock.rule.clone());
    row.clocks = Json(clocks);
    if case.is_with_somebody() {
        row.runs_in = Loop::Dispatch.name().to_owned();
    }
    batch.cases.push(row);
    batch.reports.push(report);
    batch.contacts.push(contact);
    batch.more.push(more(case, system));
    Ok(())
}

fn more(case: &OpenCase, system: &str) -> TakenOverRow {
    let matter = case.matter();
    let holder = case.handed.as_ref().map(|handed| handed.name().to_owned());
    let resume_at = matter.suspended_until.map(|until| instant(at(until, TimeDelta::zero())));
    let mut detail = json!({ "system": system, "number": case.number, "reportedAt": case.opened_at });
    if let Some(known) = detail.as_object_mut() {
        known.extend(case.source.iter().map(|source| ("source".to_owned(), json!(source))));
        known.extend(holder.iter().map(|holder| ("unit".to_owned(), json!(holder))));
    }
    TakenOverRow {
        number: case.number.clone(),
        opened_at: case.opened_at,
        dispatched_at: case.dispatched_at,
        assignee: holder.filter(|_| case.is_with_somebody()),
        unit_code: matter.handlers.unit.clone(),
        returns: i32::try_from(matter.returns).unwrap_or(i32::MAX),
        progress: Json(matter),
        note: case.note.clone(),
        detail: Json(detail),
        resume_at,
    }
}
