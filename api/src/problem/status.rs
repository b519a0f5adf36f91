//! The status of each kind of problem: the one place where errors become statuses.

use actix_web::http::StatusCode;

use super::Kind;

impl Kind {
    /// The status it is answered with.
    pub fn status(self) -> StatusCode {
        use StatusCode as S;
        match self {
            Self::MalformedBody | Self::IdempotencyKeyInvalid => S::BAD_REQUEST,
            Self::UnsupportedMediaType | Self::PhotoUnsupported | Self::VideoUnsupported => {
                S::UNSUPPORTED_MEDIA_TYPE
            }
            Self::BodyTooLarge | Self::PhotoTooLarge | Self::VideoTooLarge => S::PAYLOAD_TOO_LARGE,
            Self::SlowClient => S::REQUEST_TIMEOUT,
            Self::Validation
            | Self::PhotoTooManyPixels
            | Self::PhotoBroken
            | Self::VideoTooLong
            | Self::VideoBroken
            | Self::FileInfected => S::UNPROCESSABLE_ENTITY,
            Self::IdempotencyKeyReused
            | Self::IdempotencyAnswerErased
            | Self::NoSecondFactor
            | Self::AccountDisabled
            | Self::MessageReplayed
            | Self::EnquiryWithdrawn
            | Self::RecordDiffers
            | Self::RecordStruck
            | Self::MoveNotAllowed
            | Self::MoveGuarded
            | Self::PeriodRunning
            | Self::RankingPublished
            | Self::RankingIncomplete
            | Self::PatrolDiffers
            | Self::AlreadyBlocked
            | Self::BlockOver
            | Self::AppealWaits
            | Self::NoAppeal
            | Self::TooManyKeys => S::CONFLICT,
            Self::NotSignedIn
            | Self::WrongCredentials
            | Self::WrongCode
            | Self::SignatureRefused
            | Self::InvalidKey => S::UNAUTHORIZED,
            Self::NoPhoneSignIn
            | Self::UnknownSession
            | Self::UnknownStaff
            | Self::UnknownInvitation
            | Self::UnknownOrder
            | Self::UnknownDeskEntry
            | Self::UnknownEnquiry
            | Self::UnknownReport
            | Self::UnknownCase
            | Self::UnknownPhoto
            | Self::UnknownDeputy
            | Self::UnknownDigest
            | Self::UnknownPatrol
            | Self::UnknownRanking
            | Self::UnknownCircular
            | Self::UnknownPlacard
            | Self::UnknownDraw
            | Self::UnknownRecord
            | Self::UnknownStorefront
            | Self::UnknownStorefrontCode
            | Self::UnknownRecording
            | Self::NoSuchAddress
            | Self::UnknownBlock
            | Self::UnknownPlatform
            | Self::UnknownKey
            | Self::UnknownWebhook
            | Self::UnknownWebhookDelivery => S::NOT_FOUND,
            Self::AccountLocked | Self::QuotaReached | Self::TooManyRequests => S::TOO_MANY_REQUESTS,
            Self::PasswordChangeNeeded
            | Self::SecondFactorNeeded
            | Self::WechatSignature
            | Self::Forbidden
            | Self::NotAuthor
            | Self::MoveNotYours
            | Self::Blocked
            | Self::OwnBlock
            | Self::ScopeMissing => S::FORBIDDEN,
            Self::MethodNotAllowed => S::METHOD_NOT_ALLOWED,
            Self::VersionMissing => S::PRECONDITION_REQUIRED,
            Self::VersionStale => S::PRECONDITION_FAILED,
            Self::Busy | Self::StillCounting | Self::Unavailable => S::SERVICE_UNAVAILABLE,
            Self::Internal => S::INTERNAL_SERVER_ERROR,
        }
    }
}
