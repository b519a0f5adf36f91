//! What is said of each kind of problem.

use super::Kind;

/// A kind in words.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Entry {
    /// Stable; ends the `type` address.
    pub slug: &'static str,
    pub title: &'static str,
    /// What the caller can do.
    pub advice: &'static str,
}

const fn entry(slug: &'static str, title: &'static str, advice: &'static str) -> Entry {
    Entry { slug, title, advice }
}

impl Kind {
    pub fn entry(self) -> Entry {
        match self {
            Self::MalformedBody => {
                entry("malformed-body", "请求内容不是有效的 JSON", "Send a valid JSON object.")
            }
            Self::UnsupportedMediaType => entry(
                "unsupported-media-type",
                "不支持的内容类型",
                "Send application/json, or multipart/form-data for photos.",
            ),
            Self::BodyTooLarge => entry("body-too-large", "请求内容过大", "Send less."),
            Self::SlowClient => {
                entry("slow-client", "上传太慢，已中断", "Send again over a better connection.")
            }
            Self::Validation => entry(
                "validation",
                "部分内容需要修改",
                "Correct the fields named in `errors`; each has a JSON pointer.",
            ),
            Self::IdempotencyKeyInvalid => entry(
                "idempotency-key-invalid",
                "Idempotency-Key 无效",
                "Without a credential the key must be a UUID; with one, up to 200 visible ASCII characters.",
            ),
            Self::IdempotencyKeyReused => entry(
                "idempotency-key-reused",
                "这个 Idempotency-Key 已用于其他内容",
                "Use a new key for a new report.",
            ),
            Self::IdempotencyAnswerErased => entry(
                "idempotency-answer-erased",
                "这份报料早已收到",
                "The report was recorded more than 72 hours ago; its answer is no longer kept.",
            ),
            Self::NotSignedIn => entry(
                "not-signed-in",
                "请先登录",
                "Sign in and send the access token: staff at POST /v1/sessions, residents at POST /v1/residents/sessions.",
            ),
            Self::WrongCredentials => {
                entry("wrong-credentials", "用户名、密码或验证码有误", "Check all three.")
            }
            Self::WrongCode => entry(
                "wrong-code",
                "验证码有误或已失效",
                "Only the last code is good, for minutes, for a few tries and once; ask for another one.",
            ),
            Self::NoPhoneSignIn => entry(
                "no-phone-sign-in",
                "这里不能用手机号登录",
                "No text messages are sent here. Reports need no account: keep tracking code and claim secret.",
            ),
            Self::AccountLocked => {
                entry("account-locked", "尝试次数过多，账号已暂时锁定", "Wait as long as Retry-After says.")
            }
            Self::PasswordChangeNeeded => entry(
                "password-change-needed",
                "首次登录或重置后须更改密码",
                "Sign in once more with the same credentials and `newPassword`.",
            ),
            Self::UnknownSession => {
                entry("unknown-session", "没有这个登录会话", "GET /v1/sessions lists those that go on.")
            }
            Self::SecondFactorNeeded => entry(
                "second-factor-needed",
                "请先绑定动态验证码",
                "Enrol a second factor at POST /v1/account/second-factor, then refresh the session.",
            ),
            Self::NoSecondFactor => entry(
                "no-second-factor",
                "尚未绑定动态验证码",
                "Enrol a second factor at POST /v1/account/second-factor first.",
            ),
            Self::UnknownStaff => entry(
                "unknown-staff",
                "没有找到这个账号",
                "GET /v1/staff lists the accounts of your area; others are not shown.",
            ),
            Self::UnknownInvitation => entry(
                "unknown-invitation",
                "邀请码无效、已使用或已过期",
                "Ask an administrator for a new one.",
            ),
            Self::AccountDisabled => entry("account-disabled", "账号已停用", "Enable it first."),
            Self::WechatSignature => entry(
                "wechat-signature",
                "签名有误",
                "Only WeChat itself calls this address: check token, key and mode of the account.",
            ),
            Self::Forbidden => entry("forbidden", "没有权限", "Ask somebody whose role allows it."),
            Self::NotAuthor => {
                entry("not-author", "凭证不符", "The claim secret does not belong to this report.")
            }
            Self::SignatureRefused => entry(
                "signature-refused",
                "签名无效",
                "Sign operation, request id, order number, moment, nonce and the body's hash; docs/hotlines.md has an example.",
            ),
            Self::MessageReplayed => entry(
                "message-replayed",
                "这个 nonce 已用于另一条消息",
                "Take a new nonce for each message; a repetition keeps its request id.",
            ),
            Self::UnknownOrder => entry(
                "unknown-order",
                "没有找到这个工单",
                "Check the code of the partner and the order number.",
            ),
            Self::UnknownDeskEntry => entry(
                "unknown-desk-entry",
                "没有找到这条记录",
                "Check the id; works, articles and assignments are listed under /v1/desk.",
            ),
            Self::UnknownEnquiry => {
                entry("unknown-enquiry", "没有找到这条诉求", "Check the code for typing errors.")
            }
            Self::EnquiryWithdrawn => {
                entry("enquiry-withdrawn", "诉求已撤回", "It is not answered any more.")
            }
            Self::UnknownReport => {
                entry("unknown-report", "没有找到这份报料", "Check the tracking code for typing errors.")
            }
            Self::UnknownCase => entry(
                "unknown-case",
                "没有找到这个案件",
                "Check the case number; cases of other areas are not shown.",
            ),
            Self::UnknownPhoto => entry(
                "unknown-photo",
                "没有找到这张照片",
                "Links to photos end after 24 hours; get a new one.",
            ),
            Self::UnknownDeputy => entry(
                "unknown-deputy",
                "没有这个代班安排",
                "Check the id; those of others are ended by whoever dispatches there.",
            ),
            Self::UnknownDigest => entry(
                "unknown-digest",
                "没有这一天的日报告",
                "Digests are made after their day is over, from the first day that the rules were in force.",
            ),
            Self::UnknownPatrol => entry(
                "unknown-patrol",
                "没有找到这条巡查记录",
                "Check the id; patrols of other areas are not shown.",
            ),
            Self::UnknownRanking => {
                entry("unknown-ranking", "没有这项排名", "GET /v1/rankings lists the rankings there are.")
            }
            Self::UnknownCircular => entry(
                "unknown-circular",
                "没有这份通报",
                "GET /v1/circulars lists those that concern your areas.",
            ),
            Self::UnknownPlacard => {
                entry("unknown-placard", "没有这块督办牌", "GET /v1/placards lists those of your areas.")
            }
            Self::UnknownDraw => {
                entry("unknown-draw", "没有这次抽取", "GET /v1/draws lists those of your areas.")
            }
            Self::UnknownRecord => entry("unknown-record", "没有找到这份台账", "Check the id."),
            Self::UnknownStorefront => {
                entry("unknown-storefront", "没有找到这家店铺", "Check the code of the shop.")
            }
            Self::UnknownStorefrontCode => entry(
                "unknown-storefront-code",
                "店铺绑定码无效或已过期",
                "Ask whoever answers for the street for a new one.",
            ),
            Self::UnknownRecording => entry(
                "unknown-recording",
                "没有找到这段录音",
                "Check the id; it opens for staff of its case.",
            ),
            Self::RecordDiffers => {
                entry("record-differs", "这个编号已有别的台账", "Records never change: use a new id.")
            }
            Self::RecordStruck => entry("record-struck", "这份台账已经划销", "It counts no more."),
            Self::NoSuchAddress => {
                entry("no-such-address", "没有这个地址", "The addresses are described at /docs.")
            }
            Self::MethodNotAllowed => entry(
                "method-not-allowed",
                "不支持这种请求方法",
                "The methods of each address are described at /docs.",
            ),
            Self::MoveNotAllowed => entry(
                "move-not-allowed",
                "案件现在不能这样操作",
                "`allowedMoves` names the moves that are possible.",
            ),
            Self::MoveNotYours => entry(
                "move-not-yours",
                "这一步要由其他角色操作",
                "`allowedMoves` names the moves you can make.",
            ),
            Self::MoveGuarded => entry(
                "move-guarded",
                "现在有情况不允许这样操作",
                "`guard` and `detail` say what speaks against it.",
            ),
            Self::PeriodRunning => entry(
                "period-running",
                "这个周期还没有结束",
                "Publish it when it is over; until then it is a preview.",
            ),
            Self::RankingPublished => entry(
                "ranking-published",
                "这个周期的排名已经发布",
                "What was published stays; `differences` of the ranking say what comes out otherwise now.",
            ),
            Self::RankingIncomplete => entry(
                "ranking-incomplete",
                "还有周期的排名没有发布",
                "Publish the periods that `detail` names first, or send `withoutMissing`: they are named in it then.",
            ),
            Self::VersionMissing => {
                entry("version-missing", "缺少 If-Match", "Send the ETag of the case as If-Match.")
            }
            Self::VersionStale => {
                entry("version-stale", "案件已被他人更新", "Read the case again and decide anew.")
            }
            Self::PatrolDiffers => entry(
                "patrol-differs",
                "这个编号已用于另一条巡查记录",
                "Choose a new UUID for a new patrol; one that is wrong is struck out.",
            ),
            Self::PhotoTooLarge => entry("photo-too-large", "照片过大", "At most 10 MB."),
            Self::PhotoTooManyPixels => {
                entry("photo-too-many-pixels", "照片像素过多", "At most 50 megapixels.")
            }
            Self::PhotoUnsupported => entry(
                "photo-unsupported",
                "不支持的照片格式",
                "Send JPEG, PNG or WebP. Phones can save HEIC pictures as JPEG.",
            ),
            Self::PhotoBroken => entry("photo-broken", "照片已损坏，无法打开", "Send another picture."),
            Self::VideoTooLarge => entry("video-too-large", "视频过大", "At most 50 MB."),
            Self::VideoTooLong => entry("video-too-long", "视频过长", "At most 30 seconds."),
            Self::VideoUnsupported => entry("video-unsupported", "不支持的视频格式", "Send MP4, or photos."),
            Self::VideoBroken => {
                entry("video-broken", "视频已损坏，无法打开", "Send another video, or photos.")
            }
            Self::FileInfected => entry(
                "file-infected",
                "文件未通过安全检查",
                "The virus scanner found something in the file: take the picture anew and send that.",
            ),
            Self::Blocked => entry(
                "blocked",
                "暂时不能提交",
                "Wait until `until`, or send words to the address in `appeal`. Reading goes on.",
            ),
            Self::UnknownBlock => {
                entry("unknown-block", "没有这个封禁", "GET /v1/blocks lists those of your area.")
            }
            Self::AlreadyBlocked => {
                entry("already-blocked", "已在封禁中", "Lift the one that goes on first.")
            }
            Self::BlockOver => entry("block-over", "封禁已经结束", "Nothing is left to do."),
            Self::OwnBlock => {
                entry("own-block", "申诉须由另一位工作人员答复", "Ask a colleague of the district.")
            }
            Self::AppealWaits => entry("appeal-waits", "申诉已收到或次数已用完", "Wait for the answer."),
            Self::NoAppeal => {
                entry("no-appeal", "没有待答复的申诉", "GET /v1/blocks/{blockId} shows all of them.")
            }
            Self::InvalidKey => entry(
                "invalid-key",
                "密钥无效或已停用",
                "Send a key that is good in the header Api-Key; administrators issue them.",
            ),
            Self::ScopeMissing => entry(
                "scope-missing",
                "密钥没有这项权限",
                "Ask for a key with the scope that the address needs.",
            ),
            Self::QuotaReached => entry(
                "quota-reached",
                "密钥的用量已达上限",
                "Wait as long as Retry-After says, or ask for a larger quota.",
            ),
            Self::UnknownPlatform => {
                entry("unknown-platform", "没有找到这个平台", "GET /v1/platforms lists those of your area.")
            }
            Self::UnknownKey => entry("unknown-key", "没有找到这把密钥", "GET /v1/platforms lists the keys."),
            Self::UnknownWebhook => entry(
                "unknown-webhook",
                "没有找到这个 webhook",
                "GET /v1/webhooks lists those of your platform.",
            ),
            Self::UnknownWebhookDelivery => entry(
                "unknown-webhook-delivery",
                "没有找到这条推送，或它还没有结束",
                "GET /v1/webhooks/{webhookId}/deliveries lists them; only what has ended is sent again.",
            ),
            Self::TooManyKeys => entry(
                "too-many-keys",
                "同时有效的密钥已有两把",
                "End one of them first, or let the new key replace one at a date.",
            ),
            Self::TooManyRequests => {
                entry("too-many-requests", "请求太频繁", "Wait as long as Retry-After says.")
            }
            Self::Busy => entry("busy", "现在人太多，请稍后再试", "Send again after Retry-After seconds."),
            Self::StillCounting => entry(
                "still-counting",
                "统计数据正在汇总，请稍后再试",
                "A worker counts what has happened; send again after Retry-After seconds.",
            ),
            Self::Unavailable => entry(
                "unavailable",
                "服务暂时不可用，请稍后再试",
                "Send again after Retry-After seconds; with the same Idempotency-Key nothing is recorded twice.",
            ),
            Self::Internal => entry("internal", "服务出错", "Send again later; the operators were told."),
        }
    }
}
