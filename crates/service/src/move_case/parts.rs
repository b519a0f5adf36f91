//! The units that have a part in a case beside the one that leads: joint handling, and whom a whistle calls.

use chrono::{DateTime, Utc};
use jiekou_core::case::{Actor, Matter, Move};
use jiekou_core::clock::deadline;
use jiekou_core::report::{FieldCode, FieldError};
use jiekou_core::rulebook::Rulebook;
use serde_json::{Value, json};

use super::MoveRequest;
use super::plan::fault;

/// What a move changes about them.
#[derive(Debug, Clone, Default)]
pub(super) struct Parts {
    /// Whoever had a part has none any more.
    pub ends: bool,
    /// Those that get one.
    pub begun: Value,
    /// The unit that has arrived (报到).
    pub arrived: Option<String>,
    /// The unit whose part is done.
    pub done: Option<String>,
}

/// The parts after a move.
///
/// # Errors
/// When the unit that arrives or is done has no part in the case.
pub(super) fn parts(
    before: &Matter,
    request: &MoveRequest,
    actor: &Actor,
    rules: &Rulebook,
    now: DateTime<Utc>,
) -> Result<Parts, FieldError> {
    let none = Parts { begun: json!([]), ..Parts::default() };
    let begun = |part: &str, due: Option<DateTime<Utc>>| {
        let fresh =
            request.units.iter().filter(|unit| part != "called" || !before.handlers.called.contains(unit));
        fresh.map(|unit| json!({ "unit": unit, "part": part, "answerDueAt": due })).collect()
    };
    Ok(match request.it {
        Move::Dispatch | Move::Transfer => Parts { ends: true, begun: begun("helper", None), ..none },
        Move::ToEnforcement | Move::Return | Move::Reopen => Parts { ends: true, ..none },
        Move::Whistle => {
            let due = deadline(now, rules.plan().process.whistle.answer, rules.calendar());
            Parts { begun: begun("called", Some(due)), ..none }
        }
        Move::Arrive => Parts { arrived: of_unit(request, actor, &before.units())?, ..none },
        Move::Assist => {
            let helpers: Vec<&str> = before.handlers.helpers.iter().map(String::as_str).collect();
            let done = of_unit(request, actor, &helpers)?;
            if done.is_none() {
                return Err(fault("/unit", FieldCode::Missing, "请写明是哪个协办单位"));
            }
            Parts { done, ..none }
        }
        _ => none,
    })
}

/// The unit that the actor speaks for: their own, or the one that a center names which writes down what it heard.
fn of_unit(request: &MoveRequest, actor: &Actor, taking_part: &[&str]) -> Result<Option<String>, FieldError> {
    let own = actor.standings().iter().find_map(|it| it.unit.clone());
    match (&request.unit, own) {
        (Some(named), Some(own)) if *named != own => {
            Err(fault("/unit", FieldCode::NotAllowed, "只能替本单位报到或反馈"))
        }
        (Some(named), _) if !taking_part.contains(&named.as_str()) => {
            Err(fault("/unit", FieldCode::NotAllowed, "这个单位没有参与本案"))
        }
        (Some(named), _) => Ok(Some(named.clone())),
        (None, own) => Ok(own),
    }
}
