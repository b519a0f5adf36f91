//! Somebody enrols the own second factor, and gets recovery codes.

use chrono::{DateTime, Duration, Utc};
use jiekou_core::report::{FieldCode, FieldError};
use jiekou_core::staff::{RECOVERY_CODES, RecoveryCode};
use jiekou_store::people::sessions::{self, EndReason, Holder, Which};
use jiekou_store::people::{second_factors, staff};
use jiekou_store::vault::Purpose;
use jiekou_store::{PgConnection, StoreError};
use tracing::instrument;
use uuid::Uuid;

use crate::change_password::proven;
use crate::error::failed;
use crate::invite_staff::log_own;
use crate::second_factor::{prove, spend, step_of, totp};
use crate::tokens::Credential;
use crate::{App, ServiceError, password};

/// How long a secret that was shown can be confirmed.
const OFFER: Duration = Duration::minutes(15);

/// A new secret, shown once.
#[derive(Debug, Clone)]
pub struct Offer {
    /// Base32, to be typed into an authenticator app.
    pub secret: String,
    /// `otpauth://`, to be shown as a QR code.
    pub uri: String,
}

/// What a caller proves once more, before anything about the account's proofs changes.
#[derive(Debug, Clone, Copy)]
pub struct Again<'a> {
    pub password: &'a str,
    /// Of the second factor that is enrolled now, if one is.
    pub code: Option<&'a str>,
}

/// Makes a secret for the caller's authenticator app. Nothing changes until [`confirm`].
///
/// # Errors
/// A wrong password or code, at its field; storage.
#[instrument(level = "debug", name = "offer_second_factor", skip_all)]
pub async fn offer(
    app: &App,
    caller: &Credential,
    again: Again<'_>,
    now: DateTime<Utc>,
) -> Result<Offer, ServiceError> {
    let account = proven_twice(app, caller, again, now).await?;
    let random: [u8; 20] = rand::random();
    let sealed =
        app.vault.seal(Purpose::SecondFactor, account.staff_id.as_bytes(), &random).map_err(failed)?;
    second_factors::offer(&app.pool, account.staff_id, &sealed, now).await?;
    let secret = totp(random.to_vec())?.get_secret_base32();
    let uri = format!("otpauth://totp/Jiekou:{}?secret={secret}&issuer=Jiekou", escaped(&account.username));
    Ok(Offer { secret, uri })
}

/// A name as a part of an address (RFC 3986 §2.1).
fn escaped(name: &str) -> String {
    let escape = |byte: u8| match byte {
        b'a'..=b'z' | b'A'..=b'Z' | b'0'..=b'9' | b'-' | b'.' | b'_' | b'~' => char::from(byte).to_string(),
        other => format!("%{other:02X}"),
    };
    name.bytes().map(escape).collect()
}

/// Enrols the secret that was shown last, proven by a code of it, in the place of an earlier one. Returns the recovery
/// codes, shown once; all other sessions of the caller end.
///
/// # Errors
/// A code of another secret or none, at `/totp`; storage.
#[instrument(level = "debug", name = "confirm_second_factor", skip_all)]
pub async fn confirm(
    app: &App,
    caller: &Credential,
    code: &str,
    now: DateTime<Utc>,
) -> Result<Vec<RecoveryCode>, ServiceError> {
    let staff_id = caller.staff.staff_id;
    let offered = second_factors::offered(&app.pool, staff_id, now - OFFER).await?;
    let offered = offered.ok_or_else(|| wrong("请先获取新的密钥，并在 15 分钟内确认"))?;
    let step = step_of(app, staff_id, &offered, code, now)?.ok_or_else(|| wrong("验证码不正确"))?;
    let codes = Codes::make(app).await?;
    let mut transaction = app.pool.begin().await.map_err(StoreError::from)?;
    if !second_factors::enrol(&mut transaction, staff_id, &offered, step).await? {
        return Err(wrong("密钥已更换，请使用最新的一个"));
    }
    codes.store(&mut transaction, staff_id).await?;
    log_own(&mut transaction, staff_id, "secondFactorEnrolled", now).await?;
    let (which, why) = (Which::AllBut(caller.session_id), EndReason::SecondFactorChanged);
    let ended = sessions::end(&mut transaction, Holder::Staff(staff_id), which, why, now).await?;
    transaction.commit().await.map_err(StoreError::from)?;
    app.ended_sessions.note(&ended, now);
    Ok(codes.shown)
}

/// Gives the caller new recovery codes, shown once; earlier ones are good no more.
///
/// # Errors
/// A wrong password or code, at its field; [`ServiceError::NoSecondFactor`]; storage.
#[instrument(level = "debug", name = "renew_recovery_codes", skip_all)]
pub async fn renew_recovery_codes(
    app: &App,
    caller: &Credential,
    again: Again<'_>,
    now: DateTime<Utc>,
) -> Result<Vec<RecoveryCode>, ServiceError> {
    let account = proven_twice(app, caller, again, now).await?;
    if account.totp_sealed.is_none() {
        return Err(ServiceError::NoSecondFactor);
    }
    let codes = Codes::make(app).await?;
    let mut transaction = app.pool.begin().await.map_err(StoreError::from)?;
    codes.store(&mut transaction, account.staff_id).await?;
    log_own(&mut transaction, account.staff_id, "recoveryCodesRenewed", now).await?;
    transaction.commit().await.map_err(StoreError::from)?;
    Ok(codes.shown)
}

async fn proven_twice(
    app: &App,
    caller: &Credential,
    again: Again<'_>,
    now: DateTime<Utc>,
) -> Result<staff::Account, ServiceError> {
    let account = proven(app, caller, again.password, now).await?;
    let refused = || wrong("验证码不正确或已用过");
    let proof = prove(app, &account, again.code, now).await?.ok_or_else(refused)?;
    let mut conn = app.pool.acquire().await.map_err(StoreError::from)?;
    if !spend(&mut conn, account.staff_id, &proof, now).await? {
        return Err(refused());
    }
    Ok(account)
}

/// Recovery codes, and what is stored of them.
struct Codes {
    shown: Vec<RecoveryCode>,
    salt: [u8; 16],
    hashes: Vec<Vec<u8>>,
}

impl Codes {
    async fn make(app: &App) -> Result<Self, ServiceError> {
        let shown: Vec<RecoveryCode> =
            (0..RECOVERY_CODES).map(|_| RecoveryCode::from_random(rand::random())).collect();
        let salt: [u8; 16] = rand::random();
        let codes = shown.clone();
        let hash = move || codes.iter().map(|code| password::salted(code.bytes(), &salt)).collect();
        let hashes: Result<Vec<Vec<u8>>, ServiceError> = app.studio.work(hash).await?;
        Ok(Self { shown, salt, hashes: hashes? })
    }

    async fn store(&self, conn: &mut PgConnection, staff_id: Uuid) -> Result<(), StoreError> {
        second_factors::replace_recovery_codes(conn, staff_id, &self.salt, &self.hashes).await
    }
}

fn wrong(words: &str) -> ServiceError {
    ServiceError::field(FieldError::new("/totp", FieldCode::NotAllowed, words))
}
