//! Residents sign in with a code that was sent to their phone, and go on with a refresh token.

use std::fmt;

use chrono::{DateTime, Utc};
use jiekou_core::report::{FieldCode, FieldError};
use jiekou_core::resident::{CodePurpose, MobilePhone, RequestSecret, SignInCode};
use jiekou_store::people::refresh_tokens::Taken;
use jiekou_store::people::residents::{self, IdentityIndex};
use jiekou_store::people::sessions::Holder;
use jiekou_store::people::sign_in_codes;
use jiekou_store::reports::of_resident;
use jiekou_store::{PgConnection, StoreError};
use sqlx::{Postgres, Transaction};
use tracing::instrument;
use uuid::Uuid;

use crate::ask_for_code::{owner_of_code, parse_phone, phone_index};
use crate::session_tokens::{SessionTokens, hand_out, make_room, resume};
use crate::tokens::{Bearer, ResidentCredential};
use crate::{App, Resident, ServiceError};

/// A resident's signed-in session.
#[derive(Debug, Clone)]
pub struct ResidentSession {
    pub tokens: SessionTokens,
    pub resident: Resident,
}

/// A code as somebody presents it: with the secret of the request that it was sent for.
#[derive(Clone, Copy)]
pub struct PresentedCode<'a> {
    pub code: &'a str,
    pub secret: Option<&'a str>,
}

impl fmt::Debug for PresentedCode<'_> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("PresentedCode(…)")
    }
}

/// A presented code that has the form of one.
pub(crate) struct ReadCode {
    code: SignInCode,
    /// A secret that has not the form of one is that of no request.
    secret: Option<RequestSecret>,
}

/// Signs in with a phone and the code that was sent to it. Whoever has no account gets one, and reports that were sent
/// earlier with this phone as contact become theirs.
///
/// # Errors
/// [`ServiceError::NoPhoneSignIn`]; a phone or code that is none; [`ServiceError::WrongCode`]; storage.
#[instrument(level = "debug", name = "sign_in_resident", skip_all)]
pub async fn sign_in(
    app: &App,
    phone: &str,
    code: PresentedCode<'_>,
    now: DateTime<Utc>,
) -> Result<ResidentSession, ServiceError> {
    if !app.residents.signs_in_by_phone {
        return Err(ServiceError::NoPhoneSignIn);
    }
    let (phone, code) = parse(phone, code)?;
    let index = phone_index(app, &phone);
    let mut transaction = app.pool.begin().await.map_err(StoreError::from)?;
    if !is_right(app, &mut transaction, &index, CodePurpose::SignIn, &code, now).await? {
        // The try counts.
        transaction.commit().await.map_err(StoreError::from)?;
        return Err(ServiceError::WrongCode);
    }
    let resident_id = known_by(app, &mut transaction, &index, &phone.e164(), now).await?;
    of_resident::claim_by_phone(&mut transaction, resident_id, &typed_by_hand(app, &phone), now).await?;
    begin(app, transaction, resident_id, now).await
}

/// Exchanges a refresh token of a resident for new tokens of the same session.
///
/// # Errors
/// [`ServiceError::NotSignedIn`] when it is unknown, over, or used before (then the session ends); storage.
#[instrument(level = "debug", name = "refresh_resident_session", skip_all)]
pub async fn refresh(app: &App, token: &str, now: DateTime<Utc>) -> Result<ResidentSession, ServiceError> {
    let longest = app.residents.session_longest;
    let (mut transaction, resumed) = resume(app, token, Taken::OfResidents, longest, now).await?;
    let Holder::Resident(resident_id) = resumed.session.holder else {
        return Err(ServiceError::NotSignedIn);
    };
    let (resident, session_id) = (Resident { resident_id }, resumed.session.session_id);
    let bearer = Bearer::Resident(ResidentCredential { resident, session_id });
    let tokens = hand_out(app, &mut transaction, &bearer, resumed.began_at, now).await?;
    transaction.commit().await.map_err(StoreError::from)?;
    Ok(ResidentSession { tokens, resident })
}

/// Begins a session of a resident whose identity was just verified, and commits the caller's transaction with it.
///
/// # Errors
/// When storage fails.
pub(crate) async fn begin(
    app: &App,
    mut transaction: Transaction<'_, Postgres>,
    resident_id: Uuid,
    now: DateTime<Utc>,
) -> Result<ResidentSession, ServiceError> {
    let resident = Resident { resident_id };
    let ended = make_room(app, &mut transaction, Holder::Resident(resident_id), now).await?;
    let bearer = Bearer::Resident(ResidentCredential { resident, session_id: Uuid::new_v4() });
    let tokens = hand_out(app, &mut transaction, &bearer, now, now).await?;
    transaction.commit().await.map_err(StoreError::from)?;
    app.ended_sessions.note(&ended, now);
    Ok(ResidentSession { tokens, resident })
}

/// The resident whom this verified identity is, a new one if it is nobody's yet.
///
/// # Errors
/// When storage fails.
pub(crate) async fn known_by(
    app: &App,
    conn: &mut PgConnection,
    index: &IdentityIndex,
    value: &str,
    now: DateTime<Utc>,
) -> Result<Uuid, ServiceError> {
    let resident_id = match residents::lock_identity(conn, index).await? {
        Some(resident_id) => resident_id,
        None => {
            let resident_id = Uuid::new_v4();
            residents::insert(conn, resident_id, now).await?;
            resident_id
        }
    };
    let sealed = residents::seal(&app.vault, resident_id, value)?;
    residents::verified(conn, resident_id, index, &sealed, now).await?;
    Ok(resident_id)
}

/// Whether the code is the one that was sent last, for this request, and uses it up then. A wrong one counts as a try, which must be committed.
/// Where none was sent it takes as long, and is wrong.
pub(crate) async fn is_right(
    app: &App,
    conn: &mut PgConnection,
    index: &IdentityIndex,
    purpose: CodePurpose,
    presented: &ReadCode,
    now: DateTime<Utc>,
) -> Result<bool, ServiceError> {
    let most = app.residents.code_tries;
    let open = sign_in_codes::take_try(conn, &index.value_index, purpose, most, now).await?;
    let (code_id, hash) = match &open {
        Some(open) => (open.code_id, open.code_hash.as_slice()),
        None => (Uuid::nil(), [0; 32].as_slice()),
    };
    let owner = owner_of_code(code_id, presented.secret.as_ref());
    let right = app.vault.is_code(&owner, presented.code.reveal(), hash) && open.is_some();
    if right {
        sign_in_codes::spend(conn, code_id, now).await?;
    }
    Ok(right)
}

/// What contacts with this phone are found by, however it was typed.
pub(crate) fn typed_by_hand(app: &App, phone: &MobilePhone) -> Vec<Vec<u8>> {
    phone.as_contacts().iter().map(|contact| app.vault.blind_index(contact)).collect()
}

/// Both, or what is wrong with either.
fn parse(phone: &str, code: PresentedCode<'_>) -> Result<(MobilePhone, ReadCode), ServiceError> {
    match (parse_phone(phone), parse_code(code)) {
        (Ok(phone), Ok(code)) => Ok((phone, code)),
        (phone, code) => {
            Err(ServiceError::Invalid([phone.err(), code.err()].into_iter().flatten().collect()))
        }
    }
}

/// The code at `/code`.
pub(crate) fn parse_code(presented: PresentedCode<'_>) -> Result<ReadCode, FieldError> {
    let words = "验证码是 6 位数字";
    let code = SignInCode::parse(presented.code);
    let code = code.ok_or_else(|| FieldError::new("/code", FieldCode::Malformed, words))?;
    Ok(ReadCode { code, secret: presented.secret.and_then(RequestSecret::parse) })
}
