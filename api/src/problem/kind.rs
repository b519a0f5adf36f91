//! The kinds of problems.

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
    WrongCode,
    NoPhoneSignIn,
    AccountLocked,
    PasswordChangeNeeded,
    UnknownSession,
    SecondFactorNeeded,
    NoSecondFactor,
    UnknownStaff,
    UnknownInvitation,
    AccountDisabled,
    WechatSignature,
    Forbidden,
    NotAuthor,
    SignatureRefused,
    MessageReplayed,
    UnknownOrder,
    UnknownDeskEntry,
    UnknownEnquiry,
    EnquiryWithdrawn,
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
    UnknownRecord,
    UnknownRecording,
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
    VideoTooLarge,
    VideoTooLong,
    VideoUnsupported,
    VideoBroken,
    Blocked,
    UnknownBlock,
    AlreadyBlocked,
    BlockOver,
    OwnBlock,
    AppealWaits,
    NoAppeal,
    InvalidKey,
    ScopeMissing,
    QuotaReached,
    UnknownPlatform,
    UnknownKey,
    UnknownWebhook,
    UnknownWebhookDelivery,
    TooManyKeys,
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
        Self::WrongCode,
        Self::NoPhoneSignIn,
        Self::AccountLocked,
        Self::PasswordChangeNeeded,
        Self::UnknownSession,
        Self::SecondFactorNeeded,
        Self::NoSecondFactor,
        Self::UnknownStaff,
        Self::UnknownInvitation,
        Self::AccountDisabled,
        Self::WechatSignature,
        Self::Forbidden,
        Self::NotAuthor,
        Self::SignatureRefused,
        Self::MessageReplayed,
        Self::UnknownOrder,
        Self::UnknownDeskEntry,
        Self::UnknownEnquiry,
        Self::EnquiryWithdrawn,
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
        Self::UnknownRecord,
        Self::UnknownRecording,
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
        Self::VideoTooLarge,
        Self::VideoTooLong,
        Self::VideoUnsupported,
        Self::VideoBroken,
        Self::Blocked,
        Self::UnknownBlock,
        Self::AlreadyBlocked,
        Self::BlockOver,
        Self::OwnBlock,
        Self::AppealWaits,
        Self::NoAppeal,
        Self::InvalidKey,
        Self::ScopeMissing,
        Self::QuotaReached,
        Self::UnknownPlatform,
        Self::UnknownKey,
        Self::UnknownWebhook,
        Self::UnknownWebhookDelivery,
        Self::TooManyKeys,
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
                "Sign in and send the access token: staff at POST /v1/sessions, residents at POST /v1/residents/sessions.",
            ),
            Self::WrongCredentials => {
                ("wrong-credentials", S::UNAUTHORIZED, "用户名、密码或验证码有误", "Check all three.")
            }
            Self::WrongCode => (
                "wrong-code",
                S::UNAUTHORIZED,
                "验证码有误或已失效",
                "Only the last code is good, for minutes, for a few tries and once; ask for another one.",
            ),
            Self::NoPhoneSignIn => (
                "no-phone-sign-in",
                S::NOT_FOUND,
                "这里不能用手机号登录",
                "No text messages are sent here. Reports need no account: keep tracking code and claim secret.",
            ),
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
            Self::WechatSignature => (
                "wechat-signature",
                S::FORBIDDEN,
                "签名有误",
                "Only WeChat itself calls this address: check token, key and mode of the account.",
            ),
            Self::Forbidden => ("forbidden", S::FORBIDDEN, "没有权限", "Ask somebody whose role allows it."),
            Self::NotAuthor => {
                ("not-author", S::FORBIDDEN, "凭证不符", "The claim secret does not belong to this report.")
            }
            Self::SignatureRefused => (
                "signature-refused",
                S::UNAUTHORIZED,
                "签名无效",
                "Sign operation, request id, order number, moment, nonce and the body's hash; docs/hotlines.md has an example.",
            ),
            Self::MessageReplayed => (
                "message-replayed",
                S::CONFLICT,
                "这个 nonce 已用于另一条消息",
                "Take a new nonce for each message; a repetition keeps its request id.",
            ),
            Self::UnknownOrder => (
                "unknown-order",
                S::NOT_FOUND,
                "没有找到这个工单",
                "Check the code of the partner and the order number.",
            ),
            Self::UnknownDeskEntry => (
                "unknown-desk-entry",
                S::NOT_FOUND,
                "没有找到这条记录",
                "Check the id; works, articles and assignments are listed under /v1/desk.",
            ),
            Self::UnknownEnquiry => {
                ("unknown-enquiry", S::NOT_FOUND, "没有找到这条诉求", "Check the code for typing errors.")
            }
            Self::EnquiryWithdrawn => {
                ("enquiry-withdrawn", S::CONFLICT, "诉求已撤回", "It is not answered any more.")
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
            Self::UnknownRecord => ("unknown-record", S::NOT_FOUND, "没有找到这份台账", "Check the id."),
            Self::UnknownRecording => (
                "unknown-recording",
                S::NOT_FOUND,
                "没有找到这段录音",
                "Check the id; it opens for staff of its case.",
            ),
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
            Self::VideoTooLarge => ("video-too-large", S::PAYLOAD_TOO_LARGE, "视频过大", "At most 50 MB."),
            Self::VideoTooLong => {
                ("video-too-long", S::UNPROCESSABLE_ENTITY, "视频过长", "At most 30 seconds.")
            }
            Self::VideoUnsupported => {
                ("video-unsupported", S::UNSUPPORTED_MEDIA_TYPE, "不支持的视频格式", "Send MP4, or photos.")
            }
            Self::VideoBroken => (
                "video-broken",
                S::UNPROCESSABLE_ENTITY,
                "视频已损坏，无法打开",
                "Send another video, or photos.",
            ),
            Self::Blocked => (
                "blocked",
                S::FORBIDDEN,
                "暂时不能提交",
                "Wait until `until`, or send words to the address in `appeal`. Reading goes on.",
            ),
            Self::UnknownBlock => {
                ("unknown-block", S::NOT_FOUND, "没有这个封禁", "GET /v1/blocks lists those of your area.")
            }
            Self::AlreadyBlocked => {
                ("already-blocked", S::CONFLICT, "已在封禁中", "Lift the one that goes on first.")
            }
            Self::BlockOver => ("block-over", S::CONFLICT, "封禁已经结束", "Nothing is left to do."),
            Self::OwnBlock => {
                ("own-block", S::FORBIDDEN, "申诉须由另一位工作人员答复", "Ask a colleague of the district.")
            }
            Self::AppealWaits => {
                ("appeal-waits", S::CONFLICT, "申诉已收到或次数已用完", "Wait for the answer.")
            }
            Self::NoAppeal => {
                ("no-appeal", S::CONFLICT, "没有待答复的申诉", "GET /v1/blocks/{blockId} shows all of them.")
            }
            Self::InvalidKey => (
                "invalid-key",
                S::UNAUTHORIZED,
                "密钥无效或已停用",
                "Send a key that is good in the header Api-Key; administrators issue them.",
            ),
            Self::ScopeMissing => (
                "scope-missing",
                S::FORBIDDEN,
                "密钥没有这项权限",
                "Ask for a key with the scope that the address needs.",
            ),
            Self::QuotaReached => (
                "quota-reached",
                S::TOO_MANY_REQUESTS,
                "密钥的用量已达上限",
                "Wait as long as Retry-After says, or ask for a larger quota.",
            ),
            Self::UnknownPlatform => (
                "unknown-platform",
                S::NOT_FOUND,
                "没有找到这个平台",
                "GET /v1/platforms lists those of your area.",
            ),
            Self::UnknownKey => {
                ("unknown-key", S::NOT_FOUND, "没有找到这把密钥", "GET /v1/platforms lists the keys.")
            }
            Self::UnknownWebhook => (
                "unknown-webhook",
                S::NOT_FOUND,
                "没有找到这个 webhook",
                "GET /v1/webhooks lists those of your platform.",
            ),
            Self::UnknownWebhookDelivery => (
                "unknown-webhook-delivery",
                S::NOT_FOUND,
                "没有找到这条推送，或它还没有结束",
                "GET /v1/webhooks/{webhookId}/deliveries lists them; only what has ended is sent again.",
            ),
            Self::TooManyKeys => (
                "too-many-keys",
                S::CONFLICT,
                "同时有效的密钥已有两把",
                "End one of them first, or let the new key replace one at a date.",
            ),
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
