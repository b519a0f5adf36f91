//! What can be expected to go wrong with a mutation, as members of its payload.

use async_graphql::{SimpleObject, Union};

use jiekou_core::case::{Guard, Move};

use super::Word;
use super::failure::Refused;
use super::readers;
use crate::problem::{Kind, Problem};
use crate::rest::additions::AddedBody;
use crate::rest::case_view::CaseBody;
use crate::rest::report_moves::{CallBackAnsweredBody, WithdrawnBody};
use crate::rest::report_submit::SubmittedBody;
use crate::rest::shapes::FieldErrorBody;

/// Some fields are wrong; all of them are named.
#[derive(Debug, SimpleObject)]
#[graphql(guard = "readers::ANYBODY")]
pub struct InvalidFields {
    pub title: String,
    pub errors: Vec<FieldErrorBody>,
}

/// There is no such report or case, or not for the caller.
#[derive(Debug, SimpleObject)]
#[graphql(guard = "readers::ANYBODY")]
pub struct NotFound {
    /// `unknown-report` or `unknown-case`.
    pub code: String,
    pub title: String,
}

/// The claim secret does not prove that the report is the caller's.
#[derive(Debug, SimpleObject)]
#[graphql(guard = "readers::ANYBODY")]
pub struct NotAuthor {
    pub title: String,
}

/// The move is not possible now, or not the caller's.
#[derive(Debug, SimpleObject)]
#[graphql(guard = "readers::ANYBODY")]
pub struct MoveRefused {
    /// `move-not-allowed`, `move-not-yours` or `move-guarded`.
    pub code: String,
    pub title: String,
    /// What speaks against it, in words, and by a stable name.
    pub detail: Option<String>,
    pub guard: Option<Word<Guard>>,
    /// The moves that are possible instead.
    pub allowed_moves: Vec<Word<Move>>,
}

/// Somebody else was faster: read the case again and decide anew.
#[derive(Debug, SimpleObject)]
#[graphql(guard = "readers::STAFF")]
pub struct VersionStale {
    pub title: String,
}

/// The idempotency key is none, was used for something else, or its answer is no longer kept.
#[derive(Debug, SimpleObject)]
#[graphql(guard = "readers::ANYBODY")]
pub struct KeyRefused {
    /// `idempotency-key-invalid`, `idempotency-key-reused` or `idempotency-answer-erased`.
    pub code: String,
    pub title: String,
}

/// The objection was written down; another reviewer decides.
#[derive(Debug, SimpleObject)]
#[graphql(guard = "readers::ANYBODY")]
pub struct ObjectionMade {
    pub tracking_code: String,
}

/// The case as the move has left it.
#[derive(Debug, SimpleObject)]
#[graphql(guard = "readers::STAFF")]
pub struct CaseMoved {
    pub case: CaseBody,
}

/// A problem that whoever sends the mutation is to expect.
enum Expected {
    InvalidFields(InvalidFields),
    NotFound(NotFound),
    NotAuthor(NotAuthor),
    MoveRefused(MoveRefused),
    VersionStale(VersionStale),
    KeyRefused(KeyRefused),
}

impl Expected {
    fn of(problem: Problem) -> Result<Self, Refused> {
        let (kind, body) = (problem.kind(), problem.body());
        let (code, title) = (kind.entry().slug.to_owned(), body.title);
        Ok(match kind {
            Kind::Validation => Self::InvalidFields(InvalidFields {
                title,
                errors: body.errors.into_iter().map(FieldErrorBody::from).collect(),
            }),
            Kind::UnknownReport | Kind::UnknownCase => Self::NotFound(NotFound { code, title }),
            Kind::NotAuthor => Self::NotAuthor(NotAuthor { title }),
            Kind::MoveNotAllowed | Kind::MoveNotYours | Kind::MoveGuarded => Self::MoveRefused(MoveRefused {
                code,
                title,
                detail: body.detail,
                guard: body.guard.map(Word),
                allowed_moves: body.allowed_moves.unwrap_or_default().into_iter().map(Word).collect(),
            }),
            Kind::VersionStale => Self::VersionStale(VersionStale { title }),
            Kind::IdempotencyKeyInvalid | Kind::IdempotencyKeyReused | Kind::IdempotencyAnswerErased => {
                Self::KeyRefused(KeyRefused { code, title })
            }
            _ => return Err(problem.into()),
        })
    }
}

/// The union of what became of a mutation: its result, or what was to be expected. What else goes wrong is an error.
macro_rules! payload {
    ($(#[$about:meta])* $name:ident: $done:ident($shape:ty), $($failure:ident),+) => {
        $(#[$about])*
        #[derive(Debug, Union)]
        pub enum $name {
            $done(Box<$shape>),
            $($failure($failure),)+
        }

        impl $name {
            /// # Errors
            /// What was not to be expected.
            pub fn of<E: Into<Problem>>(result: Result<$shape, E>) -> Result<Self, Refused> {
                match result {
                    Ok(done) => Ok(Self::$done(Box::new(done))),
                    Err(error) => {
                        let problem: Problem = error.into();
                        let unexpected = problem.kind();
                        match Expected::of(problem)? {
                            $(Expected::$failure(it) => Ok(Self::$failure(it)),)+
                            _ => Err(unexpected.into()),
                        }
                    }
                }
            }
        }
    };
}

payload!(
    /// What became of a report.
    SubmitReportPayload: ReportSubmitted(SubmittedBody), InvalidFields, NotFound, NotAuthor, KeyRefused
);
payload!(
    /// What became of an addition.
    AddToReportPayload: ReportAdded(AddedBody), InvalidFields, NotFound, NotAuthor, MoveRefused, KeyRefused
);
payload!(
    /// What became of a withdrawal.
    WithdrawReportPayload: ReportWithdrawn(WithdrawnBody), InvalidFields, NotFound, NotAuthor, MoveRefused
);
payload!(
    /// What became of an objection.
    ObjectToDecisionPayload: ObjectionMade(ObjectionMade), InvalidFields, NotFound, NotAuthor, MoveRefused
);
payload!(
    /// What became of an answer to the call back.
    AnswerCallBackPayload: CallBackAnswered(CallBackAnsweredBody), InvalidFields, NotFound, MoveRefused
);
payload!(
    /// What became of a move.
    MoveCasePayload: CaseMoved(CaseMoved), InvalidFields, NotFound, MoveRefused, VersionStale
);
