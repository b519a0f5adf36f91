//! A step of a case becomes a call to the platform whose order follows it.

use chrono::{DateTime, TimeDelta, Utc};
use jiekou_core::case::State;
use jiekou_core::clock::local::local;
use jiekou_core::hotline::{HandlingResult, Outward, outward};
use jiekou_core::notice::{Words, fill};
use jiekou_store::StoreError;
use jiekou_store::cases::view;
use jiekou_store::hotlines::calls::{self, CallRow, FollowedLine};
use serde_json::{Map, Value, json};
use tracing::instrument;
use uuid::Uuid;

use crate::track_report::moment;
use crate::{App, ServiceError};

/// Writes the calls about a log line. Doing it twice tells nobody twice.
///
/// # Errors
/// Storage.
#[instrument(level = "debug", name = "hotline.tell", skip(app, now))]
pub async fn tell_partners(app: &App, log_id: i64, now: DateTime<Utc>) -> Result<(), ServiceError> {
    for line in calls::followed(&app.pool, log_id).await? {
        tell(app, &line, now).await?;
    }
    Ok(())
}

/// Writes the calls about everything that has happened since this report follows its case: an order is known to be a
/// report only after that one was recorded.
pub(super) async fn catch_up(app: &App, report_id: Uuid, now: DateTime<Utc>) -> Result<(), ServiceError> {
    for line in calls::followed_since(&app.pool, report_id).await? {
        tell(app, &line, now).await?;
    }
    Ok(())
}

async fn tell(app: &App, line: &FollowedLine, now: DateTime<Utc>) -> Result<(), ServiceError> {
    let to = line.to_state.as_deref().and_then(State::from_name);
    let public = app.rules().occasion(&line.act).is_some();
    let taken_in = line.state != State::Received.name();
    let call = match outward(&line.act, to, public) {
        // It joined a case that was accepted before.
        None if line.act == "joined" && taken_in => Some(Outward::Sign),
        other => other,
    };
    let Some(call) = call else { return Ok(()) };
    let body = body(app, line, call).await?;
    let row = CallRow {
        partner: &line.partner,
        order_no: &line.order_no,
        operation: call.name(),
        body: &body,
        log_id: Some(line.log_id),
        again_of: None,
        told: told(line, call),
    };
    let mut conn = app.pool.acquire().await.map_err(StoreError::from)?;
    Ok(calls::insert(&mut conn, &row, now).await?)
}

/// How the order stands with its platform once it has heard this; `None`: as before.
fn told(line: &FollowedLine, call: Outward) -> Option<&'static str> {
    match call {
        Outward::Sign if line.told == "sent" => Some("signed"),
        Outward::ReturnOrder => Some("returned"),
        Outward::Feedback(_) => Some("finished"),
        Outward::Progress if matches!(line.act.as_str(), "reopen" | "allowObjection") => Some("signed"),
        Outward::Sign | Outward::ApplyDelay | Outward::Progress => None,
    }
}

/// What is said, under our names for the fields: steps and words of staff, nothing of any person.
async fn body(app: &App, line: &FollowedLine, call: Outward) -> Result<Value, ServiceError> {
    let rules = app.rules();
    let center = rules.center(&line.center_code);
    let words = Words {
        center: center.map_or_else(|| line.center_code.clone(), |center| center.name),
        reason: line.reason.clone(),
        note: line.note.clone(),
        due: line.due_at.map(moment),
    };
    let text = rules.occasion(&line.act).map(|occasion| fill(&occasion.words, &words)).unwrap_or_default();
    let mut body = Map::new();
    let mut say = |name: &str, value: Value| {
        if !value.is_null() {
            body.insert(name.to_owned(), value);
        }
    };
    say("orderNo", json!(line.order_no));
    say("caseNumber", json!(line.case_number));
    say("at", json!(local(line.at).format("%Y-%m-%d %H:%M:%S").to_string()));
    say("act", json!(line.act));
    say("state", json!(line.to_state));
    match call {
        Outward::Sign => say("text", json!(text)),
        Outward::Progress => say("text", json!(text)),
        Outward::ReturnOrder => {
            say("reason", json!(line.reason));
            say("suggestUnit", json!(line.suggest_unit));
        }
        Outward::ApplyDelay => {
            say("reason", json!(line.reason.as_deref().unwrap_or(&text)));
            say("days", json!(line.due_at.map(|due| days(due - line.promised_at.unwrap_or(line.at)))));
            say("until", json!(line.due_at.map(|due| local(due).format("%Y-%m-%d %H:%M:%S").to_string())));
        }
        Outward::Feedback(result) => {
            say("result", json!(result.number()));
            let opinion = line.opinion.as_deref().filter(|_| result == HandlingResult::Solved);
            let said: Vec<&str> =
                opinion.into_iter().chain([text.as_str()]).filter(|it| !it.is_empty()).collect();
            say("text", json!(said.join(" ")));
            say("attachments", attachments(app, line.case_id).await?);
        }
    }
    Ok(Value::Object(body))
}

/// Days, begun ones counted, at least one.
fn days(span: TimeDelta) -> i64 {
    (span + TimeDelta::days(1) - TimeDelta::seconds(1)).num_days().max(1)
}

/// The released photos of a case: strangers may see them.
async fn attachments(app: &App, case_id: i64) -> Result<Value, ServiceError> {
    let photos = view::photos(&app.pool, case_id).await?;
    let released = photos.iter().filter(|photo| photo.released_at.is_some());
    let shown = released.map(|photo| {
        let id = photo.photo_id;
        json!({ "id": id, "name": format!("{id}.jpg"), "mime": "image/jpeg",
                "url": format!("{}/v1/photos/{id}/released", app.public_url) })
    });
    Ok(shown.collect())
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_delay_is_asked_for_in_days_that_have_begun() {
        for (hours, asked) in [(1, 1), (24, 1), (25, 2), (48, 2), (-5, 1)] {
            assert_eq!(days(TimeDelta::hours(hours)), asked, "{hours} h");
        }
    }
}
