//! The messages of `graphql-transport-ws`, as the protocol of graphql-ws 5 and later has them.

use actix_ws::{CloseCode, CloseReason};
use async_graphql::Response;
use serde::{Deserialize, Serialize};
use serde_json::{Map, Value};

/// Name of the subprotocol.
pub const PROTOCOL: &str = "graphql-transport-ws";

/// What a client says.
#[derive(Debug, Deserialize)]
#[serde(tag = "type", rename_all = "snake_case")]
pub enum Said {
    ConnectionInit {
        #[serde(default)]
        payload: Option<Map<String, Value>>,
    },
    Ping {
        #[serde(default)]
        payload: Option<Value>,
    },
    Pong {},
    Subscribe {
        id: String,
        payload: Map<String, Value>,
    },
    Complete {
        id: String,
    },
}

/// What it is told.
#[derive(Debug, Serialize)]
#[serde(tag = "type", rename_all = "snake_case")]
pub enum Told<'a> {
    ConnectionAck {},
    Ping {},
    Pong {
        #[serde(skip_serializing_if = "Option::is_none")]
        payload: Option<Value>,
    },
    Next {
        id: &'a str,
        payload: &'a Response,
    },
    Error {
        id: &'a str,
        payload: &'a [async_graphql::ServerError],
    },
    Complete {
        id: &'a str,
    },
}

impl Told<'_> {
    pub fn text(&self) -> String {
        serde_json::to_string(self).unwrap_or_default()
    }
}

/// Why a connection is closed.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Closing {
    /// What the client said is no message, and why.
    BadRequest(String),
    Unauthorized,
    /// The session has ended, or is to be proved again.
    SessionEnded,
    WrongProtocol,
    InitTimeout,
    /// An operation with this id goes on already.
    SameId,
    TooManyInits,
    TooManyOperations,
    /// The process stops: another one answers.
    Restart,
    /// Nothing was heard for too long.
    Silent,
}

impl Closing {
    pub fn reason(self) -> CloseReason {
        let (code, words) = match self {
            Self::BadRequest(words) => (CloseCode::Other(4400), words),
            Self::Unauthorized => (CloseCode::Other(4401), "Unauthorized".to_owned()),
            Self::SessionEnded => (CloseCode::Other(4403), "Forbidden".to_owned()),
            Self::WrongProtocol => (CloseCode::Other(4406), "Subprotocol not acceptable".to_owned()),
            Self::InitTimeout => (CloseCode::Other(4408), "Connection initialisation timeout".to_owned()),
            Self::SameId => (CloseCode::Other(4409), "Subscriber already exists".to_owned()),
            Self::TooManyInits => (CloseCode::Other(4429), "Too many initialisation requests".to_owned()),
            Self::TooManyOperations => (CloseCode::Again, "Too many operations".to_owned()),
            Self::Restart => (CloseCode::Restart, "Restarting".to_owned()),
            Self::Silent => (CloseCode::Away, "Nothing was heard".to_owned()),
        };
        // A close frame holds 123 bytes of words.
        let words: String = words.chars().take(40).collect();
        CloseReason { code, description: Some(words) }
    }
}

/// The message in a text frame.
///
/// # Errors
/// [`Closing::BadRequest`].
pub fn parse(text: &str) -> Result<Said, Closing> {
    serde_json::from_str(text)
        .map_err(|error| Closing::BadRequest(format!("line {} column {}", error.line(), error.column())))
}
