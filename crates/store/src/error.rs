//! What can go wrong between Jiekou and what it stores in.

use thiserror::Error;

/// A failure of the database, of Redis or of the photo store.
#[derive(Debug, Error)]
pub enum StoreError {
    /// Out of reach, restarting or too busy now; the same call may succeed in a moment.
    #[error("storage is unavailable")]
    Unavailable(#[source] Box<dyn std::error::Error + Send + Sync>),
    /// A caller's words have a character that the database holds nowhere, such as NUL: nothing was read or written.
    #[error("words that cannot be stored or looked for")]
    Unstorable,
    /// Stored data contradicts an invariant.
    #[error("stored data is inconsistent: {0}")]
    Inconsistent(&'static str),
    #[error("storage failed")]
    Failed(#[source] Box<dyn std::error::Error + Send + Sync>),
}

impl From<sqlx::Error> for StoreError {
    fn from(error: sqlx::Error) -> Self {
        if is_unstorable(&error) {
            Self::Unstorable
        } else if is_passing(&error) {
            Self::Unavailable(Box::new(error))
        } else {
            Self::Failed(Box::new(error))
        }
    }
}

impl From<object_store::Error> for StoreError {
    fn from(error: object_store::Error) -> Self {
        match error {
            object_store::Error::Generic { .. } => Self::Unavailable(Box::new(error)),
            other => Self::Failed(Box::new(other)),
        }
    }
}

impl From<redis::RedisError> for StoreError {
    fn from(error: redis::RedisError) -> Self {
        Self::Unavailable(Box::new(error))
    }
}

/// Whether the server is gone or going: connection failures and the SQLSTATE classes 08 (connection), 53 (out of
/// resources), 57P (operator intervention) and 40 (serialisation, deadlock).
fn is_passing(error: &sqlx::Error) -> bool {
    match error {
        sqlx::Error::Io(_)
        | sqlx::Error::Tls(_)
        | sqlx::Error::PoolTimedOut
        | sqlx::Error::PoolClosed
        | sqlx::Error::WorkerCrashed
        | sqlx::Error::Protocol(_) => true,
        sqlx::Error::Database(database) => database.code().is_some_and(|code| {
            ["08", "53", "57P", "40", "55P03"].iter().any(|class| code.starts_with(class))
        }),
        _ => false,
    }
}

/// SQLSTATE 22021 (in a text), 22P05 (in JSON) and 22008 (a moment before or after all calendars). Statements are constant
/// and every value is bound, so that only words of callers can be meant.
fn is_unstorable(error: &sqlx::Error) -> bool {
    let code = error.as_database_error().and_then(|database| database.code());
    code.is_some_and(|code| ["22021", "22P05", "22008"].contains(&&*code))
}

/// The name of the constraint that refused a row, if that is what happened.
pub(crate) fn broken_constraint(error: &sqlx::Error) -> Option<&str> {
    error.as_database_error().and_then(|database| database.constraint())
}
