//! Residents sign in with WeChat: a 小程序 by `wx.login`, a page in WeChat's browser by 网页授权.

use chrono::{DateTime, Utc};
use jiekou_core::report::{FieldCode, FieldError};
use jiekou_core::resident::MobilePhone;
use jiekou_partner::wechat::{ApiError, ErrorCode, WechatIdentity};
use jiekou_store::people::residents::{self, IdentityIndex, IdentityKind};
use jiekou_store::reports::of_resident;
use jiekou_store::wechat::people;
use jiekou_store::{PgConnection, StoreError};
use tracing::{error, instrument, warn};
use uuid::Uuid;

use super::person::openid_index;
use super::{AccountKind, WechatAccount, page_request};
use crate::ask_for_code::phone_index;
use crate::sign_in_resident::{ResidentSession, begin, typed_by_hand};
use crate::{App, ServiceError};

/// Longest code, in letters; WeChat's have some dozens.
const CODE_LIMIT: usize = 256;

/// What a 小程序 or page sends.
#[derive(Debug, Clone, Copy)]
pub struct WechatCodes<'a> {
    /// Name of the account; may be left out where there is only one.
    pub account: Option<&'a str>,
    pub code: &'a str,
    /// Of the button by which a 小程序 asks for the phone that WeChat has verified.
    pub phone_code: Option<&'a str>,
    /// What a page got back from WeChat with the code, and what it made the state from. A 小程序 has neither: its code
    /// comes from no link.
    pub state: Option<&'a str>,
    pub verifier: Option<&'a str>,
}

/// Something that was verified: how it is looked up, and what it is.
struct Verified {
    index: IdentityIndex,
    value: String,
}

/// Signs in. The account is the one of the unionid, else of the openid, else of the verified phone; whoever has none gets
/// one. What is verified besides and nobody's yet becomes theirs, and so do the reports they sent to the 公众号 and those
/// with the phone as contact.
///
/// # Errors
/// [`ServiceError::NoWechatAccount`]; [`ServiceError::WrongCode`], also for a code that a page did not ask for itself;
/// [`ServiceError::WechatUnavailable`]; a missing state or verifier of a page; a phone that takes no messages; storage.
#[instrument(level = "debug", name = "sign_in_by_wechat", skip_all)]
pub async fn sign_in(
    app: &App,
    codes: WechatCodes<'_>,
    now: DateTime<Utc>,
) -> Result<ResidentSession, ServiceError> {
    let account = app.wechat.account_or_only(codes.account).ok_or(ServiceError::NoWechatAccount)?;
    if [Some(codes.code), codes.phone_code]
        .into_iter()
        .flatten()
        .any(|it| it.is_empty() || it.len() > CODE_LIMIT)
    {
        return Err(ServiceError::WrongCode);
    }
    if account.kind == AccountKind::Official {
        page_request::check(codes.state, codes.verifier)?;
    }
    let identity = identity(account, codes.code).await?;
    let phone = match codes.phone_code {
        Some(code) => Some(phone(app, account, code).await?),
        None => None,
    };
    let known = verified(app, account, &identity, phone.as_ref());
    let mut transaction = app.pool.begin().await.map_err(StoreError::from)?;
    let resident_id = whose(&mut transaction, &known, now).await?;
    for Verified { index, value } in &known {
        let sealed = residents::seal(&app.vault, resident_id, value)?;
        residents::verified(&mut transaction, resident_id, index, &sealed, now).await?;
    }
    let index = openid_index(app, &account.name, &identity.openid);
    if let Some(pseudonym) = people::pseudonym_of(&mut transaction, &account.name, &index).await? {
        of_resident::claim_by_pseudonym(&mut transaction, resident_id, pseudonym, now).await?;
    }
    if let Some(phone) = &phone
        && residents::lock_identity(&mut transaction, &phone_index(app, phone)).await? == Some(resident_id)
    {
        of_resident::claim_by_phone(&mut transaction, resident_id, &typed_by_hand(app, phone), now).await?;
    }
    begin(app, transaction, resident_id, now).await
}

/// What an openid of an account is looked up by among residents.
pub(super) fn of_openid(app: &App, account: &WechatAccount, openid: &str) -> IdentityIndex {
    IdentityIndex::of(&app.vault, IdentityKind::WechatOpenId, &named(account, openid))
}

fn named(account: &WechatAccount, openid: &str) -> String {
    format!("{}/{openid}", account.account.appid)
}

/// In the order in which they are looked up, and locked.
fn verified(
    app: &App,
    account: &WechatAccount,
    identity: &WechatIdentity,
    phone: Option<&MobilePhone>,
) -> Vec<Verified> {
    let unionid = identity.unionid.as_deref().filter(|unionid| !unionid.is_empty()).map(|unionid| Verified {
        index: IdentityIndex::of(&app.vault, IdentityKind::WechatUnionId, unionid),
        value: unionid.to_owned(),
    });
    let openid = Verified {
        index: of_openid(app, account, &identity.openid),
        value: named(account, &identity.openid),
    };
    let phone = phone.map(|phone| Verified { index: phone_index(app, phone), value: phone.e164() });
    unionid.into_iter().chain([openid]).chain(phone).collect()
}

/// The first resident who is known by one of these; a new one where nobody is.
async fn whose(
    conn: &mut PgConnection,
    known: &[Verified],
    now: DateTime<Utc>,
) -> Result<Uuid, ServiceError> {
    let mut first = None;
    for Verified { index, .. } in known {
        let owner = residents::lock_identity(&mut *conn, index).await?;
        first = first.or(owner);
    }
    match first {
        Some(resident_id) => Ok(resident_id),
        None => {
            let resident_id = Uuid::new_v4();
            residents::insert(conn, resident_id, now).await?;
            Ok(resident_id)
        }
    }
}

async fn identity(account: &WechatAccount, code: &str) -> Result<WechatIdentity, ServiceError> {
    let (appid, secret) = (account.account.appid.as_str(), &account.secret);
    let identity = match account.kind {
        AccountKind::MiniProgram => account.api.identity_of_login(appid, secret, code).await,
        AccountKind::Official => account.api.identity_of_page(appid, secret, code).await,
    };
    let identity = identity.map_err(|failure| refused(account, &failure))?;
    if identity.openid.is_empty() { Err(ServiceError::WechatUnavailable) } else { Ok(identity) }
}

async fn phone(app: &App, account: &WechatAccount, code: &str) -> Result<MobilePhone, ServiceError> {
    let asked = app.wechat.with_token(account, |token| async move { account.api.phone(&token, code).await });
    let phone = asked.await.map_err(|failure| refused(account, &failure))?;
    MobilePhone::parse(&phone).ok_or_else(|| {
        let words = "微信绑定的不是内地手机号";
        ServiceError::field(FieldError::new("/phoneCode", FieldCode::NotAllowed, words))
    })
}

/// 40029, 40163: a code that is none, or was used; 40226: WeChat holds the user for dangerous.
fn refused(account: &WechatAccount, failure: &ApiError) -> ServiceError {
    match failure {
        ApiError::Refused(ErrorCode(40_029 | 40_163 | 40_226 | 41_008)) => ServiceError::WrongCode,
        ApiError::Refused(code @ ErrorCode(40_013 | 40_125 | 40_164 | 48_001)) => {
            error!(error = %code, wechat.account = account.name, "the account is configured wrongly");
            ServiceError::WechatUnavailable
        }
        other => {
            warn!(error = %other, "WeChat does not say who signs in");
            ServiceError::WechatUnavailable
        }
    }
}
