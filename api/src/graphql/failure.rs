//! Refusals and failures as GraphQL errors: the title of the problem, and in `extensions` its slug, status and fields.

use async_graphql::{Error, ErrorExtensionValues, Response, ServerError, Value, to_value};
use jiekou_service::ServiceError;
use serde::Serialize;

use crate::problem::{Kind, Problem};

/// What a resolver ends with when it has no answer. It cannot be shown as text, so that `?` takes no other way to an
/// error than through the problem that it is.
#[derive(Debug)]
pub struct Refused(pub Problem);

/// What a resolver answers.
pub type Result<T> = std::result::Result<T, Refused>;

impl From<Problem> for Refused {
    fn from(problem: Problem) -> Self {
        Self(problem)
    }
}

impl From<Kind> for Refused {
    fn from(kind: Kind) -> Self {
        Self(kind.into())
    }
}

impl From<ServiceError> for Refused {
    fn from(error: ServiceError) -> Self {
        Self(error.into())
    }
}

impl From<Refused> for Error {
    fn from(Refused(problem): Refused) -> Self {
        let body = problem.body();
        Self { message: body.title, source: None, extensions: Some(extensions(&problem)) }
    }
}

/// The problem beside the message.
fn extensions(problem: &Problem) -> ErrorExtensionValues {
    let body = problem.body();
    let mut values = ErrorExtensionValues::default();
    values.set("code", problem.kind().entry().slug);
    values.set("type", body.kind);
    values.set("status", i32::from(body.status));
    let mut add = |name: &str, value: Option<Value>| {
        if let Some(value) = value {
            values.set(name, value);
        }
    };
    add("detail", body.detail.map(Value::from));
    add("errors", (!body.errors.is_empty()).then(|| written(&body.errors)));
    add("allowedMoves", body.allowed_moves.as_ref().map(written));
    add("guard", body.guard.as_ref().map(written));
    add("retryAfter", problem.retry_after_seconds().map(Value::from));
    values
}

fn written(value: &impl Serialize) -> Value {
    to_value(value).unwrap_or_default()
}

/// The answer to an operation that is refused before anything of it is executed.
pub fn refused(problem: &Problem) -> Response {
    let body = problem.body();
    let mut error = ServerError::new(body.title, None);
    error.extensions = Some(extensions(problem));
    Response::from_errors(vec![error])
}

/// The same for what is no problem of REST: `code` is a stable name, `words` say what to do.
pub fn refused_because(code: &str, words: impl Into<String>) -> Response {
    let mut error = ServerError::new(words, None);
    let mut values = ErrorExtensionValues::default();
    values.set("code", code);
    error.extensions = Some(values);
    Response::from_errors(vec![error])
}
