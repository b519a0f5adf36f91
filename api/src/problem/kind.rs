//! The kinds of problems, and their registry in words.

use actix_web::http::StatusCode;

/// The kinds of problems; the slug is stable and ends the `type` address.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Kind {
    MalformedBody,
    UnsupportedMediaType,
    BodyTooLarge,
    SlowClient,
    Validation,
    IdempotencyKeyInvalid,
    IdempotencyKeyReused,
    IdempotencyAnswerErased,
    NotSignedIn,
    WrongCredentials,
    AccountLocked,
    PasswordChangeNeeded,
    UnknownSession,
    SecondFactorNeeded,
    NoSecondFactor,
    UnknownStaff,
    UnknownInvitation,
    AccountDisabled,
    Forbidden,
    NotAuthor,
    UnknownReport,
    UnknownCase,
    UnknownPhoto,
    UnknownDeputy,
    UnknownPatrol,
    UnknownDigest,
    UnknownRanking,
    UnknownCircular,
    UnknownPlacard,
    UnknownDraw,
    UnknownStorefront,
    UnknownStorefrontCode,
    UnknownRecord,
    RecordDiffers,
    RecordStruck,
    NoSuchAddress,
    MethodNotAllowed,
    MoveNotAllowed,
    MoveNotYours,
    MoveGuarded,
    PeriodRunning,
    RankingPublished,
    RankingIncomplete,
    VersionMissing,
    VersionStale,
    PatrolDiffers,
    PhotoTooLarge,
    PhotoTooManyPixels,
    PhotoUnsupported,
    PhotoBroken,
    TooManyRequests,
    Busy,
    StillCounting,
    Unavailable,
    Internal,
}

impl Kind {
    pub const ALL: &[Self] = &[
        Self::MalformedBody,
        Self::UnsupportedMediaType,
        Self::BodyTooLarge,
        Self::SlowClient,
        Self::Validation,
        Self::IdempotencyKeyInvalid,
        Self::IdempotencyKeyReused,
        Self::IdempotencyAnswerErased,
        Self::NotSignedIn,
        Self::WrongCredentials,
        Self::AccountLocked,
        Self::PasswordChangeNeeded,
        Self::UnknownSession,
        Self::SecondFactorNeeded,
        Self::NoSecondFactor,
        Self::UnknownStaff,
        Self::UnknownInvitation,
        Self::AccountDisabled,
        Self::Forbidden,
        Self::NotAuthor,
        Self::UnknownReport,
        Self::UnknownCase,
        Self::UnknownPhoto,
        Self::UnknownDeputy,
        Self::UnknownPatrol,
        Self::UnknownDigest,
        Self::UnknownRanking,
        Self::UnknownCircular,
        Self::UnknownPlacard,
        Self::UnknownDraw,
        Self::UnknownStorefront,
        Self::UnknownStorefrontCode,
        Self::UnknownRecord,
        Self::RecordDiffers,
        Self::RecordStruck,
        Self::NoSuchAddress,
        Self::MethodNotAllowed,
        Self::MoveNotAllowed,
        Self::MoveNotYours,
        Self::MoveGuarded,
        Self::PeriodRunning,
        Self::RankingPublished,
        Self::RankingIncomplete,
        Self::VersionMissing,
        Self::VersionStale,
        Self::PatrolDiffers,
        Self::PhotoTooLarge,
        Self::PhotoTooManyPixels,
        Self::PhotoUnsupported,
        Self::PhotoBroken,
        Self::TooManyRequests,
        Self::Busy,
        Self::StillCounting,
        Self::Unavailable,
        Self::Internal,
    ];

    /// Slug, status, title, and what the caller can do.
    pub fn entry(self) -> (&'static str, StatusCode, &'static str, &'static str) {
        use StatusCode as S;
        match self {
            Self::MalformedBody => {
                ("malformed-body", S::BAD_REQUEST, "请求内容不是有效的 JSON", "Send a valid JSON object.")
            }
            Self::UnsupportedMediaType => (
                "unsupported-media-type",
                S::UNSUPPORTED_MEDIA_TYPE,
                "不支持的内容类型",
                "Send application/json, or multipart/form-data for photos.",
            ),
            Self::BodyTooLarge => ("body-too-large", S::PAYLOAD_TOO_LARGE, "请求内容过大", "Send less."),
            Self::SlowClient => (
                "slow-client",
                S::REQUEST_TIMEOUT,
                "上传太慢，已中断",
                "Send again over a better connection.",
            ),
            Self::Validation => (
                "validation",
                S::UNPROCESSABLE_ENTITY,
                "部分内容需要修改",
                "Correct the fields named in `errors`; each has a JSON pointer.",
            ),
            Self::IdempotencyKeyInvalid => (
                "idempotency-key-invalid",
                S::BAD_REQUEST,
                "Idempotency-Key 无效",
                "Without a credential the key must be a UUID; with one, up to 200 visible ASCII characters.",
            ),
            Self::IdempotencyKeyReused => (
                "idempotency-key-reused",
                S::CONFLICT,
                "这个 Idempotency-Key 已用于其他内容",
                "Use a new key for a new report.",
            ),
            Self::IdempotencyAnswerErased => (
                "idempotency-answer-erased",
                S::CONFLICT,
                "这份报料早已收到",
                "The report was recorded more than 72 hours ago; its answer is no longer kept.",
            ),
            Self::NotSignedIn => (
                "not-signed-in",
                S::UNAUTHORIZED,
                "请先登录",
                "Sign in at POST /v1/sessions and send the access token.",
            ),
            Self::WrongCredentials => {
                ("wrong-credentials", S::UNAUTHORIZED, "用户名、密码或验证码有误", "Check all three.")
            }
            Self::AccountLocked => (
                "account-locked",
                S::TOO_MANY_REQUESTS,
                "尝试次数过多，账号已暂时锁定",
                "Wait as long as Retry-After says.",
            ),
            Self::PasswordChangeNeeded => (
                "password-change-needed",
                S::FORBIDDEN,
                "首次登录或重置后须更改密码",
                "Sign in once more with the same credentials and `newPassword`.",
            ),
            Self::UnknownSession => (
                "unknown-session",
                S::NOT_FOUND,
                "没有这个登录会话",
                "GET /v1/sessions lists those that go on.",
            ),
            Self::SecondFactorNeeded => (
                "second-factor-needed",
                S::FORBIDDEN,
                "请先绑定动态验证码",
                "Enrol a second factor at POST /v1/account/second-factor, then refresh the session.",
            ),
            Self::NoSecondFactor => (
                "no-second-factor",
                S::CONFLICT,
                "尚未绑定动态验证码",
                "Enrol a second factor at POST /v1/account/second-factor first.",
            ),
            Self::UnknownStaff => (
                "unknown-staff",
                S::NOT_FOUND,
                "没有找到这个账号",
                "GET /v1/staff lists the accounts of your area; others are not shown.",
            ),
            Self::UnknownInvitation => (
                "unknown-invitation",
                S::NOT_FOUND,
                "邀请码无效、已使用或已过期",
                "Ask an administrator for a new one.",
            ),
            Self::AccountDisabled => ("account-disabled", S::CONFLICT, "账号已停用", "Enable it first."),
            Self::Forbidden => ("forbidden", S::FORBIDDEN, "没有权限", "Ask somebody whose role allows it."),
            Self::NotAuthor => {
                ("not-author", S::FORBIDDEN, "凭证不符", "The claim secret does not belong to this report.")
            }
            Self::UnknownReport => (
                "unknown-report",
                S::NOT_FOUND,
                "没有找到这份报料",
                "Check the tracking code for typing errors.",
            ),
            Self::UnknownCase => (
                "unknown-case",
                S::NOT_FOUND,
                "没有找到这个案件",
                "Check the case number; cases of other areas are not shown.",
            ),
            Self::UnknownPhoto => (
                "unknown-photo",
                S::NOT_FOUND,
                "没有找到这张照片",
                "Links to photos end after 24 hours; get a new one.",
            ),
            Self::UnknownDeputy => (
                "unknown-deputy",
                S::NOT_FOUND,
                "没有这个代班安排",
                "Check the id; those of others are ended by whoever dispatches there.",
            ),
            Self::UnknownDigest => (
                "unknown-digest",
                S::NOT_FOUND,
                "没有这一天的日报告",
                "Digests are made after their day is over, from the first day that the rules were in force.",
            ),
            Self::UnknownPatrol => (
                "unknown-patrol",
                S::NOT_FOUND,
                "没有找到这条巡查记录",
                "Check the id; patrols of other areas are not shown.",
            ),
            Self::UnknownRanking => (
                "unknown-ranking",
                S::NOT_FOUND,
                "没有这项排名",
                "GET /v1/rankings lists the rankings there are.",
            ),
            Self::UnknownCircular => (
                "unknown-circular",
                S::NOT_FOUND,
                "没有这份通报",
                "GET /v1/circulars lists those that concern your areas.",
            ),
            Self::UnknownPlacard => (
                "unknown-placard",
                S::NOT_FOUND,
                "没有这块督办牌",
                "GET /v1/placards lists those of your areas.",
            ),
            Self::UnknownDraw => {
                ("unknown-draw", S::NOT_FOUND, "没有这次抽取", "GET /v1/draws lists those of your areas.")
            }
            Self::UnknownStorefront => {
                ("unknown-storefront", S::NOT_FOUND, "没有找到这家店铺", "Check the code of the shop.")
            }
            Self::UnknownStorefrontCode => (
                "unknown-storefront-code",
                S::NOT_FOUND,
                "店铺绑定码无效或已过期",
                "Ask whoever answers for the street for a new one.",
            ),
            Self::UnknownRecord => ("unknown-record", S::NOT_FOUND, "没有找到这份台账", "Check the id."),
            Self::RecordDiffers => {
                ("record-differs", S::CONFLICT, "这个编号已有别的台账", "Records never change: use a new id.")
            }
            Self::RecordStruck => ("record-struck", S::CONFLICT, "这份台账已经划销", "It counts no more."),
            Self::NoSuchAddress => {
                ("no-such-address", S::NOT_FOUND, "没有这个地址", "The addresses are described at /docs.")
            }
            Self::MethodNotAllowed => (
                "method-not-allowed",
                S::METHOD_NOT_ALLOWED,
                "不支持这种请求方法",
                "The methods of each address are described at /docs.",
            ),
            Self::MoveNotAllowed => (
                "move-not-allowed",
                S::CONFLICT,
                "案件现在不能这样操作",
                "`allowedMoves` names the moves that are possible.",
            ),
            Self::MoveNotYours => (
                "move-not-yours",
                S::FORBIDDEN,
                "这一步要由其他角色操作",
                "`allowedMoves` names the moves you can make.",
            ),
            Self::MoveGuarded => (
                "move-guarded",
                S::CONFLICT,
                "现在有情况不允许这样操作",
                "`guard` and `detail` say what speaks against it.",
            ),
            Self::PeriodRunning => (
                "period-running",
                S::CONFLICT,
                "这个周期还没有结束",
                "Publish it when it is over; until then it is a preview.",
            ),
            Self::RankingPublished => (
                "ranking-published",
                S::CONFLICT,
                "这个周期的排名已经发布",
                "What was published stays; `differences` of the ranking say what comes out otherwise now.",
            ),
            Self::RankingIncomplete => (
                "ranking-incomplete",
                S::CONFLICT,
                "还有周期的排名没有发布",
                "Publish the periods that `detail` names first, or send `withoutMissing`: they are named in it then.",
            ),
            Self::VersionMissing => (
                "version-missing",
                S::PRECONDITION_REQUIRED,
                "缺少 If-Match",
                "Send the ETag of the case as If-Match.",
            ),
            Self::VersionStale => (
                "version-stale",
                S::PRECONDITION_FAILED,
                "案件已被他人更新",
                "Read the case again and decide anew.",
            ),
            Self::PatrolDiffers => (
                "patrol-differs",
                S::CONFLICT,
                "这个编号已用于另一条巡查记录",
                "Choose a new UUID for a new patrol; one that is wrong is struck out.",
            ),
            Self::PhotoTooLarge => ("photo-too-large", S::PAYLOAD_TOO_LARGE, "照片过大", "At most 10 MB."),
            Self::PhotoTooManyPixels => {
                ("photo-too-many-pixels", S::UNPROCESSABLE_ENTITY, "照片像素过多", "At most 50 megapixels.")
            }
            Self::PhotoUnsupported => (
                "photo-unsupported",
                S::UNSUPPORTED_MEDIA_TYPE,
                "不支持的照片格式",
                "Send JPEG, PNG or WebP. Phones can save HEIC pictures as JPEG.",
            ),
            Self::PhotoBroken => {
                ("photo-broken", S::UNPROCESSABLE_ENTITY, "照片已损坏，无法打开", "Send another picture.")
            }
            Self::TooManyRequests => {
                ("too-many-requests", S::TOO_MANY_REQUESTS, "请求太频繁", "Wait as long as Retry-After says.")
            }
            Self::Busy => (
                "busy",
                S::SERVICE_UNAVAILABLE,
                "现在人太多，请稍后再试",
                "Send again after Retry-After seconds.",
            ),
            Self::StillCounting => (
                "still-counting",
                S::SERVICE_UNAVAILABLE,
                "统计数据正在汇总，请稍后再试",
                "A worker counts what has happened; send again after Retry-After seconds.",
            ),
            Self::Unavailable => (
                "unavailable",
                S::SERVICE_UNAVAILABLE,
                "服务暂时不可用，请稍后再试",
                "Send again after Retry-After seconds; with the same Idempotency-Key nothing is recorded twice.",
            ),
            Self::Internal => (
                "internal",
                S::INTERNAL_SERVER_ERROR,
                "服务出错",
                "Send again later; the operators were told.",
            ),
        }
    }
}
