//! Everything a use case can refuse or fail with.

use chrono::{DateTime, Utc};
use jiekou_core::case::{Guard, Move, Refusal};
use jiekou_core::period::Period;
use jiekou_core::report::{FieldCode, FieldError};
use jiekou_partner::hotline::PayloadError;
use jiekou_photo::PhotoError;
use jiekou_store::StoreError;
use jiekou_video::VideoError;
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
    /// It was not made, or not yet.
    #[error("no such digest")]
    UnknownDigest,
    #[error("no such patrol")]
    UnknownPatrol,
    /// The id was used for another patrol.
    #[error("the id stands for another patrol")]
    PatrolDiffers,
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
    #[error("no such deputy")]
    UnknownDeputy,
    #[error("no such circular")]
    UnknownCircular,
    #[error("no such placard")]
    UnknownPlacard,
    #[error("no such draw")]
    UnknownDraw,
    #[error("no such enquiry")]
    UnknownEnquiry,
    /// Its author has taken it back.
    #[error("the enquiry was withdrawn")]
    EnquiryWithdrawn,
    #[error("no such order")]
    UnknownOrder,
    /// Works, an article, or an assignment.
    #[error("no such entry of the desk")]
    UnknownDeskEntry,
    /// A message of a platform is not believed; the words say why without saying what would be right.
    #[error("the message is not believed: {0}")]
    SignatureRefused(&'static str),
    /// Its nonce was used for another message.
    #[error("the message was sent before")]
    MessageReplayed,
    #[error("there is no such operation")]
    UnknownOperation,
    #[error(transparent)]
    Payload(#[from] PayloadError),
    #[error("no such storefront")]
    UnknownStorefront,
    /// It is none, or was used, replaced or too old.
    #[error("no such code of a storefront")]
    UnknownStorefrontCode,
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
    /// Name, password and code are right, but the password was handed over by somebody else.
    #[error("the password must be changed")]
    PasswordChangeNeeded,
    /// One of the roles needs a second factor, and none is enrolled.
    #[error("a second factor must be enrolled")]
    SecondFactorNeeded,
    #[error("there is no second factor")]
    NoSecondFactor,
    #[error("no such session")]
    UnknownSession,
    #[error("no such account")]
    UnknownStaff,
    #[error("no such invitation")]
    UnknownInvitation,
    #[error("the account is disabled")]
    AccountDisabled,
    #[error("not to oneself")]
    NotOneself,
    #[error("not signed in")]
    NotSignedIn,
    /// Nobody sends text messages for this installation.
    #[error("there is no sign-in by phone")]
    NoPhoneSignIn,
    /// The phone, the network or the installation has had as many codes as it may.
    #[error("too many codes were asked for")]
    TooManyCodes { until: DateTime<Utc> },
    /// Also where none was sent, it is over, was used, or was tried too often.
    #[error("the code is wrong")]
    WrongCode,
    #[error("the role does not allow this")]
    Forbidden,
    /// So many times within so long are allowed.
    #[error("too often")]
    TooOften { again_at: DateTime<Utc> },
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
    #[error("the video is refused")]
    Video(VideoError),
    /// There is no program here that takes a still of one.
    #[error("videos are not taken here")]
    NoVideos,
    /// The scanner found something in a file.
    #[error("the file is infected")]
    Infected,
    /// There is no verdict on a file; later there may be.
    #[error("the scanner does not answer")]
    ScannerAway,
    #[error("too many photos at once")]
    Busy,
    /// The workers have very much to count before figures can be told.
    #[error("statistics are still being counted")]
    StillCounting,
    #[error("no such ranking")]
    UnknownRanking,
    /// What goes on is not published.
    #[error("the period is not over")]
    PeriodRunning { until: DateTime<Utc> },
    /// That period was published, and it would come out otherwise now.
    #[error("the ranking is published already")]
    RankingPublished { at: DateTime<Utc>, differences: usize },
    /// It is made from rankings that were not published.
    #[error("rankings that it is made from are missing")]
    RankingIncomplete { missing: Vec<Period> },
    /// They may send nothing until then.
    #[error("blocked")]
    Blocked { block_id: Uuid, until: DateTime<Utc> },
    #[error("no such block")]
    UnknownBlock,
    #[error("there is a block already")]
    AlreadyBlocked,
    #[error("the block is over")]
    BlockOver,
    /// Somebody else than who blocked answers an appeal.
    #[error("the block is the caller's own")]
    OwnBlock,
    /// One waits for its answer, or there were as many as there may be.
    #[error("an appeal waits for its answer")]
    AppealWaits,
    #[error("no appeal waits for an answer")]
    NoAppeal,
    #[error(transparent)]
    Exceeded(#[from] crate::quota::Exceeded),
    #[error("no such recording")]
    UnknownRecording,
    #[error("no such WeChat account")]
    NoWechatAccount,
    /// Or it is too busy; later it may answer.
    #[error("WeChat does not answer")]
    WechatUnavailable,
    /// No key, or one that is not good any more.
    #[error("no good key of a platform")]
    InvalidKey,
    /// The key is good, but not for this.
    #[error("the key is not good for this")]
    ScopeMissing,
    #[error("the quota of the key is reached")]
    QuotaReached { retry_seconds: i64 },
    #[error("no such webhook")]
    UnknownWebhook,
    #[error("no such message of a webhook, or it has not ended")]
    UnknownWebhookDelivery,
    #[error("no such platform")]
    UnknownPlatform,
    #[error("no such key")]
    UnknownKey,
    /// A platform has two keys at most that are good at once.
    #[error("too many keys at once")]
    TooManyKeys,
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
