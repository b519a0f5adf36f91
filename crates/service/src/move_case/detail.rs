//! What a log line says beside words: whom a case went to, and on what terms.

use jiekou_core::case::{Matter, Move};
use jiekou_core::rulebook::Rulebook;
use serde_json::{Map, Value, json};

use super::MoveRequest;
use super::plan::Made;

/// The detail of the line; `None` when there is nothing to say.
pub(super) fn detail(
    request: &MoveRequest,
    made: &Made,
    behalf: Option<&str>,
    rules: &Rulebook,
) -> Option<Value> {
    let mut said = Map::new();
    let mut say = |name: &str, value: Value| {
        if !value.is_null() {
            said.insert(name.to_owned(), value);
        }
    };
    say("onBehalfOf", json!(behalf));
    let Matter { handlers, .. } = &made.next;
    match request.it {
        Move::Dispatch | Move::Transfer | Move::ToEnforcement => {
            say("unit", json!(handlers.unit));
            say("post", json!(handlers.post));
            say("assignee", json!(request.assignee));
            say("takenBy", json!(request.taken_by));
            if !request.units.is_empty() {
                say("helpers", json!(request.units));
            }
            say("complexity", json!(request.complexity));
        }
        Move::Assign | Move::RevokeAssign => say("person", json!(request.person)),
        Move::Whistle => say("units", json!(request.units)),
        Move::Arrive => say("unit", json!(made.parts.arrived)),
        Move::Assist => say("unit", json!(made.parts.done)),
        Move::Persuade => say("worked", json!(request.worked)),
        Move::Escalate => {
            if let Some(rung) = made.next.rung.and_then(|rung| rules.plan().ladder.get(rung)) {
                say("level", json!(rung.level));
                say("to", json!(rung.name));
                say("tier", json!(rung.tier));
            }
        }
        Move::RequestSuspension | Move::Supervise => say("until", json!(request.until)),
        Move::Suspend => say("until", json!(made.next.suspended_until)),
        Move::CorrectCategory => say("category", json!(request.category)),
        _ => {}
    }
    if matches!(request.it, Move::Handle | Move::SelfHandle) && made.next.late {
        say("late", json!(true));
        say("dueAt", json!(made.before.due_at));
    }
    if !request.before_photo_ids.is_empty() {
        say("beforePhotoIds", json!(request.before_photo_ids));
    }
    if !request.photo_ids.is_empty() {
        say("photoIds", json!(request.photo_ids));
    }
    (!said.is_empty()).then_some(Value::Object(said))
}
