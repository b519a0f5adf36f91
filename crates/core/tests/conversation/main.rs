//! A conversation from its first message to a report that is sent.
#![expect(clippy::tests_outside_test_module, clippy::panic, reason = "an integration test is a test module")]

mod choosing;
mod gathering;
mod invariants;
mod quiet;

use chrono::{DateTime, Duration, TimeZone, Utc};
use jiekou_core::conversation::{Conversation, Hearing, Input, Offer, Patience, Then};
use jiekou_core::place::{CoordinateSystem, DeclaredPoint};
use uuid::Uuid;

const PATIENCE: Patience = Patience { remind_after: Duration::minutes(30), keep_for: Duration::hours(24) };

fn noon() -> DateTime<Utc> {
    Utc.with_ymd_and_hms(2026, 11, 27, 4, 0, 0).unwrap()
}

fn at(minutes: i64) -> Hearing {
    let fresh = Uuid::from_u128(u128::from(minutes.unsigned_abs()) + 1);
    let now = noon() + Duration::minutes(minutes);
    Hearing { now, patience: PATIENCE, fresh, names_place: false, advice: None }
}

fn here() -> Input {
    let point = DeclaredPoint { longitude: 113.636, latitude: 34.733, system: CoordinateSystem::Gcj02 };
    Input::Place { point, label: Some("淮河路与兴华街交叉口".to_owned()) }
}

fn photo(id: u128) -> Input {
    Input::Photo(Uuid::from_u128(id))
}

fn words(text: &str) -> Input {
    Input::Words(text.to_owned())
}

fn offer(number: &str) -> Offer {
    Offer {
        case_number: number.to_owned(),
        distance_meters: Some(12.4),
        age_minutes: 130,
        status: Some("已受理".to_owned()),
    }
}

/// Hears these one after another, a minute apart, and finds nothing similar.
fn told(inputs: Vec<Input>) -> (Conversation, Vec<Then>) {
    let mut conversation = Conversation::default();
    let mut answers = Vec::new();
    for (minute, input) in (0..).zip(inputs) {
        let (next, then) = conversation.hear(input, &at(minute));
        (conversation, _) = match &then {
            Then::LookAround { said } => next.offered(Vec::new(), said),
            _ => (next, Then::Nothing),
        };
        answers.push(then);
    }
    (conversation, answers)
}

#[track_caller]
fn said(then: &Then) -> &str {
    match then {
        Then::Say(words) => words,
        other => panic!("nothing was said: {other:?}"),
    }
}
