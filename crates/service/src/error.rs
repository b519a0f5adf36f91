//! Everything a use case can refuse or fail with.

use chrono::{DateTime, Utc};
use jiekou_core::case::{Guard, Move, Refusal};
use jiekou_core::report::{FieldCode, FieldError};
use jiekou_photo::PhotoError;
use jiekou_store::StoreError;
use thiserror::Error;
use uuid::Uuid;

/// A refusal, or a failure of what Jiekou stands on.
#[derive(Debug, Error)]
pub enum ServiceError {
    #[error("some fields are wrong")]
    Invalid(Vec<FieldError>),
    #[error("no such report")]
    UnknownTrackingCode,
    #[error("no such case")]
    UnknownCase,
    /// Also where the caller may not read it.
    #[error("no such record")]
    UnknownRecord,
    /// The id has another record, or another person's.
    #[error("the id was used for another record")]
    RecordDiffers,
    #[error("the record was struck out by somebody else or for another reason")]
    RecordStruck,
    #[error("no such photo")]
    UnknownPhoto,
    /// The claim secret does not prove authorship of this report.
    #[error("not the author")]
    NotAuthor,
    #[error("the key was used with another body")]
    KeyReused,
    /// The key was used with this body, too long ago to answer again.
    #[error("the saved answer was erased")]
    AnswerErased,
    #[error("name, password or code is wrong")]
    WrongCredentials,
    #[error("the account is locked for a while")]
    Locked { until: DateTime<Utc> },
    #[error("not signed in")]
    NotSignedIn,
    #[error("the role does not allow this")]
    Forbidden,
    #[error("the move is not allowed now")]
    MoveNotAllowed { allowed: Vec<Move> },
    #[error("the move is somebody else's")]
    MoveNotYours { allowed: Vec<Move> },
    #[error("something speaks against the move")]
    MoveGuarded { guard: Guard, allowed: Vec<Move> },
    #[error("the case has changed")]
    Stale,
    #[error("the photo is refused")]
    Photo(#[from] PhotoError),
    #[error("too many photos at once")]
    Busy,
    /// The workers have very much to count before figures can be told.
    #[error("statistics are still being counted")]
    StillCounting,
    #[error(transparent)]
    Store(#[from] StoreError),
}

impl ServiceError {
    /// One wrong field.
    pub fn field(fault: FieldError) -> Self {
        Self::Invalid(vec![fault])
    }

    /// The photo `taken` among `photo_ids` is unknown or belongs to something already.
    pub(crate) fn photo_taken(photo_ids: &[Uuid], taken: Uuid) -> Self {
        let position = photo_ids.iter().position(|id| *id == taken).unwrap_or_default();
        let detail = "没有这张照片，或它已经用过；请重新上传";
        Self::field(FieldError::new(format!("/photoIds/{position}"), FieldCode::AlreadyUsed, detail))
    }
}

impl From<Refusal> for ServiceError {
    fn from(refusal: Refusal) -> Self {
        match refusal {
            Refusal::NotFromHere { allowed } => Self::MoveNotAllowed { allowed },
            Refusal::NotYourMove { allowed } => Self::MoveNotYours { allowed },
            Refusal::Guarded { guard, allowed } => Self::MoveGuarded { guard, allowed },
        }
    }
}

/// A failure nobody can do anything about but read the log.
pub(crate) fn failed(error: impl std::error::Error + Send + Sync + 'static) -> ServiceError {
    ServiceError::Store(StoreError::Failed(Box::new(error)))
}
