//! A platform's own list of its orders, and what it has sent about one.

use chrono::{DateTime, Utc};
use serde_json::{Map, Value};

/// How an order stands with its platform.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
pub enum TheirState {
    /// Handed over, and nothing heard.
    Sent,
    Signed,
    Returned,
    Finished,
    Revoked,
}

impl TheirState {
    pub const ALL: [Self; 5] = [Self::Sent, Self::Signed, Self::Returned, Self::Finished, Self::Revoked];

    pub const fn name(self) -> &'static str {
        match self {
            Self::Sent => "sent",
            Self::Signed => "signed",
            Self::Returned => "returned",
            Self::Finished => "finished",
            Self::Revoked => "revoked",
        }
    }

    pub fn from_name(name: &str) -> Option<Self> {
        Self::ALL.into_iter().find(|state| state.name() == name)
    }
}

/// A line of the list.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Listed {
    pub order_no: String,
    pub state: TheirState,
    /// When the platform last sent something about it.
    pub updated_at: DateTime<Utc>,
}

/// Lines of the list, and where it goes on.
#[derive(Debug, Clone, PartialEq, Eq, Default)]
pub struct Page {
    pub orders: Vec<Listed>,
    pub next: Option<String>,
}

/// A message as the platform sent it.
#[derive(Debug, Clone, PartialEq)]
pub struct Logged {
    pub request_id: String,
    pub operation: String,
    pub sent_at: DateTime<Utc>,
    pub fields: Map<String, Value>,
}

impl Page {
    /// Reads an answer; `None` where a line of it is none.
    pub(super) fn read(answer: &Map<String, Value>) -> Option<Self> {
        let line = |line: &Value| {
            Some(Listed {
                order_no: text(line, "orderNo")?,
                state: TheirState::from_name(&text(line, "state")?)?,
                updated_at: moment(line, "updateTime")?,
            })
        };
        let orders = answer.get("orders")?.as_array()?.iter().map(line).collect::<Option<_>>()?;
        let next = answer.get("next").and_then(Value::as_str).filter(|next| !next.is_empty());
        Some(Self { orders, next: next.map(str::to_owned) })
    }
}

impl Logged {
    /// Reads an answer; `None` where a message of it is none.
    pub(super) fn read(answer: &Map<String, Value>) -> Option<Vec<Self>> {
        let message = |message: &Value| {
            Some(Self {
                request_id: text(message, "requestId")?,
                operation: text(message, "operation")?,
                sent_at: moment(message, "ts")?,
                fields: message.get("body")?.as_object()?.clone(),
            })
        };
        answer.get("messages")?.as_array()?.iter().map(message).collect()
    }
}

fn text(value: &Value, name: &str) -> Option<String> {
    let text = value.get(name)?.as_str()?;
    (1..=64).contains(&text.len()).then(|| text.to_owned())
}

fn moment(value: &Value, name: &str) -> Option<DateTime<Utc>> {
    DateTime::from_timestamp_millis(value.get(name)?.as_i64()?)
}

#[cfg(test)]
mod tests {
    use serde_json::json;

    use super::*;

    fn page(value: &Value) -> Option<Page> {
        Page::read(value.as_object().unwrap())
    }

    #[test]
    fn a_list_is_read_whole_or_not_at_all() {
        let line = json!({ "orderNo": "A1", "state": "signed", "updateTime": 1_795_000_000_000_i64 });
        let read = page(&json!({ "orders": [line], "next": "p2" })).unwrap();
        assert_eq!((read.orders.len(), read.next.as_deref()), (1, Some("p2")));
        for wrong in [
            json!({}),
            json!({ "orders": [line, { "orderNo": "A2" }] }),
            json!({ "orders": [{ "orderNo": "A1", "state": "lost", "updateTime": 1 }] }),
            json!({ "orders": [{ "orderNo": "", "state": "sent", "updateTime": 1 }] }),
        ] {
            assert_eq!(page(&wrong), None, "{wrong}");
        }
    }
}
