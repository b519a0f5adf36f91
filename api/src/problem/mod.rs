//! Problems (RFC 9457): the one place where errors become statuses. Exhaustive, so that a new error cannot slip
//! through as the wrong one; a 5xx says nothing of its cause, the log says it once.

mod kind;
mod registry;

use std::fmt;

use actix_web::http::StatusCode;
use actix_web::http::header::{CONTENT_TYPE, RETRY_AFTER};
use actix_web::{HttpResponse, HttpResponseBuilder, ResponseError};
use jiekou_core::case::{Guard, Move};
use jiekou_core::clock::local::local;
use jiekou_core::report::FieldError;
use jiekou_photo::PhotoError;
use jiekou_service::ServiceError;
use jiekou_store::StoreError;
use serde::Serialize;
use utoipa::ToSchema;

pub use kind::Kind;
pub use registry::registry;

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
}

/// A problem on its way to the caller.
#[derive(Debug)]
pub struct Problem {
    kind: Kind,
    detail: Option<String>,
    errors: Vec<FieldError>,
    allowed_moves: Option<Vec<Move>>,
    guard: Option<Guard>,
    retry_after_seconds: Option<i64>,
}

impl From<Kind> for Problem {
    fn from(kind: Kind) -> Self {
        let retry_after_seconds = match kind {
            Kind::Busy => Some(2),
            Kind::Unavailable => Some(5),
            Kind::StillCounting => Some(10),
            _ => None,
        };
        Self { kind, detail: None, errors: Vec::new(), allowed_moves: None, guard: None, retry_after_seconds }
    }
}

impl Problem {
    pub fn with_detail(self, detail: impl Into<String>) -> Self {
        Self { detail: Some(detail.into()), ..self }
    }

    pub fn with_errors(self, errors: Vec<FieldError>) -> Self {
        Self { errors, ..self }
    }

    pub fn with_retry_after(self, seconds: i64) -> Self {
        Self { retry_after_seconds: Some(seconds.max(1)), ..self }
    }

    fn with_allowed(self, allowed: Vec<Move>) -> Self {
        Self { allowed_moves: Some(allowed), ..self }
    }
}

impl fmt::Display for Problem {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(self.kind.entry().0)
    }
}

impl ResponseError for Problem {
    fn status_code(&self) -> StatusCode {
        self.kind.entry().1
    }

    fn error_response(&self) -> HttpResponse {
        let (slug, status, title, _) = self.kind.entry();
        let mut response = HttpResponseBuilder::new(status);
        response.insert_header((CONTENT_TYPE, "application/problem+json"));
        if let Some(seconds) = self.retry_after_seconds {
            response.insert_header((RETRY_AFTER, seconds));
        }
        response.json(ProblemBody {
            kind: format!("/problems#{slug}"),
            title: title.to_owned(),
            status: status.as_u16(),
            detail: self.detail.clone(),
            errors: self.errors.clone(),
            allowed_moves: self.allowed_moves.clone(),
            guard: self.guard,
        })
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
            ServiceError::Store(error) => error.into(),
        }
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

impl From<StoreError> for Problem {
    fn from(error: StoreError) -> Self {
        let cause = std::error::Error::source(&error).map(ToString::to_string).unwrap_or_default();
        match error {
            StoreError::Unavailable(_) => {
                tracing::warn!(error.cause = cause, "storage is unavailable");
                Kind::Unavailable.into()
            }
            StoreError::Inconsistent(_) | StoreError::Failed(_) => {
                tracing::error!(error.cause = cause, error.what = %error, "a request failed");
                Kind::Internal.into()
            }
        }
    }
}
