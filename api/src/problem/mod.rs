//! Problems (RFC 9457): the one place where errors become statuses. Exhaustive, so that a new error cannot slip
//! through as the wrong one; a 5xx says nothing of its cause, the log says it once.

mod entry;
mod kind;
mod registry;
mod status;

use std::fmt;

use actix_web::http::StatusCode;
use actix_web::http::header::{CONTENT_TYPE, RETRY_AFTER};
use actix_web::{HttpResponse, HttpResponseBuilder, ResponseError};
use chrono::{DateTime, Utc};
use jiekou_core::case::{Guard, Move};
use jiekou_core::clock::local::local;
use jiekou_core::report::FieldError;
use jiekou_partner::hotline::PayloadError;
use jiekou_photo::PhotoError;
use jiekou_service::ServiceError;
use jiekou_service::quota::{Exceeded, Left};
use jiekou_store::StoreError;
use jiekou_video::VideoError;
use serde::Serialize;
use utoipa::ToSchema;
use uuid::Uuid;

pub use entry::Entry;
pub use kind::Kind;
pub use registry::registry;

use crate::limits::tell;

/// What goes over the wire.
#[derive(Debug, Clone, Serialize, ToSchema)]
#[serde(rename_all = "camelCase")]
pub struct ProblemBody {
    /// Address of the kind: `/problems#` and a stable slug.
    #[serde(rename = "type")]
    #[schema(example = "/problems#validation")]
    pub kind: String,
    pub title: String,
    pub status: u16,
    #[serde(skip_serializing_if = "Option::is_none")]
    pub detail: Option<String>,
    /// Every wrong field, each with its JSON pointer.
    #[serde(skip_serializing_if = "Vec::is_empty")]
    #[schema(required = false, value_type = Vec<crate::rest::shapes::FieldErrorBody>)]
    pub errors: Vec<FieldError>,
    /// The moves that are possible instead.
    #[serde(skip_serializing_if = "Option::is_none")]
    #[schema(value_type = Option<Vec<String>>)]
    pub allowed_moves: Option<Vec<Move>>,
    /// What speaks against the move, by a stable name; `detail` says it in words.
    #[serde(skip_serializing_if = "Option::is_none")]
    #[schema(value_type = Option<String>, example = "personAssigned")]
    pub guard: Option<Guard>,
    /// Until when the caller is blocked.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub until: Option<DateTime<Utc>>,
    /// Where the caller can appeal against the block: `POST` there.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub appeal: Option<String>,
}

/// A problem on its way to the caller.
#[derive(Debug, Clone)]
pub struct Problem {
    kind: Kind,
    detail: Option<String>,
    errors: Vec<FieldError>,
    allowed_moves: Option<Vec<Move>>,
    guard: Option<Guard>,
    retry_after_seconds: Option<i64>,
    limit: Option<Box<Limit>>,
}

/// What somebody ran into who sent too much.
#[derive(Debug, Clone)]
enum Limit {
    /// Until when they are blocked.
    Block(Uuid, DateTime<Utc>),
    /// What is left of the quotas.
    Quota(Vec<Left>),
}

impl From<Kind> for Problem {
    fn from(kind: Kind) -> Self {
        let retry_after_seconds = match kind {
            Kind::Busy => Some(2),
            Kind::Unavailable => Some(5),
            Kind::StillCounting => Some(10),
            _ => None,
        };
        Self {
            kind,
            detail: None,
            errors: Vec::new(),
            allowed_moves: None,
            guard: None,
            retry_after_seconds,
            limit: None,
        }
    }
}

impl Problem {
    pub fn kind(&self) -> Kind {
        self.kind
    }

    pub fn with_detail(self, detail: impl Into<String>) -> Self {
        Self { detail: Some(detail.into()), ..self }
    }

    pub fn with_errors(self, errors: Vec<FieldError>) -> Self {
        Self { errors, ..self }
    }

    pub fn detail(&self) -> Option<&str> {
        self.detail.as_deref()
    }

    pub fn errors(&self) -> &[FieldError] {
        &self.errors
    }

    pub fn retry_after_seconds(&self) -> Option<i64> {
        self.retry_after_seconds
    }

    pub fn with_retry_after(self, seconds: i64) -> Self {
        Self { retry_after_seconds: Some(seconds.max(1)), ..self }
    }

    /// What goes over the wire, also where it is one answer of many.
    pub fn body(&self) -> ProblemBody {
        let Entry { slug, title, .. } = self.kind.entry();
        let block = match self.limit.as_deref() {
            Some(Limit::Block(block_id, until)) => Some((block_id, *until)),
            Some(Limit::Quota(_)) | None => None,
        };
        ProblemBody {
            kind: format!("/problems#{slug}"),
            title: title.to_owned(),
            status: self.kind.status().as_u16(),
            detail: self.detail.clone(),
            errors: self.errors.clone(),
            allowed_moves: self.allowed_moves.clone(),
            guard: self.guard,
            until: block.map(|(_, until)| until),
            appeal: block.map(|(block_id, _)| format!("/v1/blocks/{block_id}/appeals")),
        }
    }

    fn with_allowed(self, allowed: Vec<Move>) -> Self {
        Self { allowed_moves: Some(allowed), ..self }
    }
}

impl fmt::Display for Problem {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(self.kind.entry().slug)
    }
}

impl ResponseError for Problem {
    fn status_code(&self) -> StatusCode {
        self.kind.status()
    }

    fn error_response(&self) -> HttpResponse {
        let mut response = HttpResponseBuilder::new(self.status_code());
        response.insert_header((CONTENT_TYPE, "application/problem+json"));
        if let Some(seconds) = self.retry_after_seconds {
            response.insert_header((RETRY_AFTER, seconds));
        }
        let mut response = response.json(self.body());
        if let Some(Limit::Quota(left)) = self.limit.as_deref() {
            tell(response.headers_mut(), left);
        }
        response
    }
}

impl From<ServiceError> for Problem {
    fn from(error: ServiceError) -> Self {
        match error {
            ServiceError::Invalid(errors) => Self::from(Kind::Validation).with_errors(errors),
            ServiceError::UnknownTrackingCode => Kind::UnknownReport.into(),
            ServiceError::UnknownCase => Kind::UnknownCase.into(),
            ServiceError::UnknownPhoto => Kind::UnknownPhoto.into(),
            ServiceError::UnknownDeputy => Kind::UnknownDeputy.into(),
            ServiceError::UnknownDigest => Kind::UnknownDigest.into(),
            ServiceError::UnknownPatrol => Kind::UnknownPatrol.into(),
            ServiceError::PatrolDiffers => Kind::PatrolDiffers.into(),
            ServiceError::UnknownCircular => Kind::UnknownCircular.into(),
            ServiceError::UnknownPlacard => Kind::UnknownPlacard.into(),
            ServiceError::UnknownDraw => Kind::UnknownDraw.into(),
            ServiceError::UnknownStorefront => Kind::UnknownStorefront.into(),
            ServiceError::UnknownStorefrontCode => Kind::UnknownStorefrontCode.into(),
            ServiceError::UnknownRecord => Kind::UnknownRecord.into(),
            ServiceError::RecordDiffers => Kind::RecordDiffers.into(),
            ServiceError::RecordStruck => Kind::RecordStruck.into(),
            ServiceError::NotAuthor => Kind::NotAuthor.into(),
            ServiceError::UnknownEnquiry => Kind::UnknownEnquiry.into(),
            ServiceError::EnquiryWithdrawn => Kind::EnquiryWithdrawn.into(),
            ServiceError::UnknownDeskEntry => Kind::UnknownDeskEntry.into(),
            ServiceError::UnknownOrder => Kind::UnknownOrder.into(),
            ServiceError::SignatureRefused(words) => Self::from(Kind::SignatureRefused).with_detail(words),
            ServiceError::MessageReplayed => Kind::MessageReplayed.into(),
            ServiceError::UnknownOperation => Kind::NoSuchAddress.into(),
            ServiceError::Payload(error) => {
                let kind = match error {
                    PayloadError::ContentType => Kind::UnsupportedMediaType,
                    PayloadError::NoObject | PayloadError::NoForm | PayloadError::TooMany => {
                        Kind::MalformedBody
                    }
                };
                Self::from(kind).with_detail(error.to_string())
            }
            ServiceError::KeyReused => Kind::IdempotencyKeyReused.into(),
            ServiceError::AnswerErased => Kind::IdempotencyAnswerErased.into(),
            ServiceError::WrongCredentials => Kind::WrongCredentials.into(),
            ServiceError::Locked { until } => {
                let seconds = (until - jiekou_boot::clock::now()).num_seconds() + 1;
                let words = format!("请在 {} 分钟后再试", (seconds + 59) / 60);
                Self::from(Kind::AccountLocked).with_retry_after(seconds).with_detail(words)
            }
            ServiceError::PasswordChangeNeeded => Kind::PasswordChangeNeeded.into(),
            ServiceError::SecondFactorNeeded => Kind::SecondFactorNeeded.into(),
            ServiceError::NoSecondFactor => Kind::NoSecondFactor.into(),
            ServiceError::UnknownSession => Kind::UnknownSession.into(),
            ServiceError::UnknownStaff => Kind::UnknownStaff.into(),
            ServiceError::UnknownInvitation => Kind::UnknownInvitation.into(),
            ServiceError::AccountDisabled => Kind::AccountDisabled.into(),
            ServiceError::NotOneself => Self::from(Kind::Forbidden).with_detail("不能对自己的账号这样操作"),
            ServiceError::NotSignedIn => Kind::NotSignedIn.into(),
            ServiceError::NoPhoneSignIn => Kind::NoPhoneSignIn.into(),
            ServiceError::WrongCode => Kind::WrongCode.into(),
            ServiceError::TooManyCodes { until } => {
                let seconds = (until - jiekou_boot::clock::now()).num_seconds() + 1;
                Self::from(Kind::TooManyRequests).with_retry_after(seconds)
            }
            ServiceError::Forbidden => Kind::Forbidden.into(),
            ServiceError::TooOften { again_at } => {
                let seconds = (again_at - jiekou_boot::clock::now()).num_seconds() + 1;
                Self::from(Kind::TooManyRequests).with_retry_after(seconds)
            }
            ServiceError::MoveNotAllowed { allowed } => {
                Self::from(Kind::MoveNotAllowed).with_allowed(allowed)
            }
            ServiceError::MoveNotYours { allowed } => Self::from(Kind::MoveNotYours).with_allowed(allowed),
            ServiceError::MoveGuarded { guard, allowed } => Self {
                guard: Some(guard),
                ..Self::from(Kind::MoveGuarded).with_allowed(allowed).with_detail(guard.words())
            },
            ServiceError::Stale => Kind::VersionStale.into(),
            ServiceError::Photo(error) => error.into(),
            ServiceError::Video(error) => error.into(),
            ServiceError::NoVideos => {
                Self::from(Kind::VideoUnsupported).with_detail("videos are not taken here; send photos")
            }
            ServiceError::Infected => Kind::FileInfected.into(),
            ServiceError::ScannerAway => {
                Self::from(Kind::Unavailable).with_detail("文件的安全检查暂时不可用").with_retry_after(30)
            }
            ServiceError::Busy => Kind::Busy.into(),
            ServiceError::StillCounting => Kind::StillCounting.into(),
            ServiceError::UnknownRanking => Kind::UnknownRanking.into(),
            ServiceError::PeriodRunning { until } => {
                Self::from(Kind::PeriodRunning).with_detail(format!("到 {} 为止", local(until)))
            }
            ServiceError::RankingPublished { at, differences } => Self::from(Kind::RankingPublished)
                .with_detail(format!("{} 已发布，现在计算有 {differences} 处不同", local(at).date())),
            ServiceError::RankingIncomplete { missing } => {
                let names: Vec<String> = missing.iter().map(ToString::to_string).collect();
                Self::from(Kind::RankingIncomplete).with_detail(names.join("、"))
            }
            ServiceError::Blocked { block_id, until } => {
                let words = format!("到 {} 为止；如有异议可以申诉", local(until).format("%Y-%m-%d %H:%M"));
                let limit = Some(Box::new(Limit::Block(block_id, until)));
                Self { limit, ..Self::from(Kind::Blocked).with_detail(words) }
            }
            ServiceError::UnknownBlock => Kind::UnknownBlock.into(),
            ServiceError::AlreadyBlocked => Kind::AlreadyBlocked.into(),
            ServiceError::BlockOver => Kind::BlockOver.into(),
            ServiceError::OwnBlock => Kind::OwnBlock.into(),
            ServiceError::AppealWaits => Kind::AppealWaits.into(),
            ServiceError::NoAppeal => Kind::NoAppeal.into(),
            ServiceError::Exceeded(exceeded) => exceeded.into(),
            ServiceError::UnknownRecording => Kind::UnknownRecording.into(),
            ServiceError::NoWechatAccount => Kind::NoSuchAddress.into(),
            ServiceError::WechatUnavailable => Kind::Unavailable.into(),
            ServiceError::InvalidKey => Kind::InvalidKey.into(),
            ServiceError::ScopeMissing => Kind::ScopeMissing.into(),
            ServiceError::QuotaReached { retry_seconds } => {
                Self::from(Kind::QuotaReached).with_retry_after(retry_seconds)
            }
            ServiceError::UnknownPlatform => Kind::UnknownPlatform.into(),
            ServiceError::UnknownWebhook => Kind::UnknownWebhook.into(),
            ServiceError::UnknownWebhookDelivery => Kind::UnknownWebhookDelivery.into(),
            ServiceError::UnknownKey => Kind::UnknownKey.into(),
            ServiceError::TooManyKeys => Kind::TooManyKeys.into(),
            ServiceError::Store(error) => error.into(),
        }
    }
}

impl From<Exceeded> for Problem {
    fn from(exceeded: Exceeded) -> Self {
        let words = format!("请在 {} 秒后再试", exceeded.wait_seconds);
        let problem =
            Self::from(Kind::TooManyRequests).with_retry_after(exceeded.wait_seconds).with_detail(words);
        Self { limit: Some(Box::new(Limit::Quota(exceeded.left))), ..problem }
    }
}

impl From<PhotoError> for Problem {
    fn from(error: PhotoError) -> Self {
        let detail = error.to_string();
        let kind = match error {
            PhotoError::TooLarge { .. } => Kind::PhotoTooLarge,
            PhotoError::TooManyPixels { .. } => Kind::PhotoTooManyPixels,
            PhotoError::Unsupported { .. } => Kind::PhotoUnsupported,
            PhotoError::Broken => Kind::PhotoBroken,
            PhotoError::BadRegion => Kind::Validation,
        };
        Self::from(kind).with_detail(detail)
    }
}

impl From<VideoError> for Problem {
    fn from(error: VideoError) -> Self {
        let detail = error.to_string();
        let kind = match error {
            VideoError::TooLarge => Kind::VideoTooLarge,
            VideoError::TooLong(_) => Kind::VideoTooLong,
            VideoError::Unsupported => Kind::VideoUnsupported,
            VideoError::Broken => Kind::VideoBroken,
            VideoError::Camera(cause) => {
                tracing::error!(error.cause = %cause, "no still can be taken of videos");
                return Kind::Internal.into();
            }
        };
        Self::from(kind).with_detail(detail)
    }
}

impl From<StoreError> for Problem {
    fn from(error: StoreError) -> Self {
        let cause = std::error::Error::source(&error).map(ToString::to_string).unwrap_or_default();
        match error {
            StoreError::Unavailable(_) => {
                tracing::warn!(error.cause = cause, "storage is unavailable");
                Kind::Unavailable.into()
            }
            StoreError::Unstorable => {
                Self::from(Kind::Validation).with_detail("文字里有无法保存的字符".to_owned())
            }
            StoreError::Inconsistent(_) | StoreError::Failed(_) => {
                tracing::error!(error.cause = cause, error.what = %error, "a request failed");
                Kind::Internal.into()
            }
        }
    }
}
