//! A resident has the own data erased: account, identities, contacts and words at once. What the law makes the district keep
//! stays, and says no more who it was.

use chrono::{DateTime, Duration, Utc};
use jiekou_core::report::{FieldCode, FieldError};
use jiekou_core::resident::{CodePurpose, MobilePhone};
use jiekou_store::cases::erasure::{self, Erasure};
use jiekou_store::people::residents::{self, IdentityKind, IdentityRow};
use jiekou_store::people::sessions::{self, EndReason, Holder, Which};
use jiekou_store::reports::of_resident;
use jiekou_store::storefronts::bindings;
use jiekou_store::{PgConnection, StoreError};
use tracing::{info, instrument};
use uuid::Uuid;

use crate::ask_for_code::{CodeAnnounced, ask_for_code, phone_index};
use crate::sign_in_resident::{PresentedCode, is_right, parse_code, typed_by_hand};
use crate::tokens::ResidentCredential;
use crate::{App, ServiceError};

/// What stands in the log of each case as the reason.
const REASON: &str = "报料人申请删除个人信息";
/// An account without a phone is proved by a session that is no older.
const FRESH: Duration = Duration::minutes(10);

/// Has a code sent to the caller's own phone, which is good for nothing but the erasure.
///
/// # Errors
/// [`ServiceError::NoPhoneSignIn`], also where the account has no phone; [`ServiceError::TooManyCodes`]; storage.
#[instrument(level = "debug", name = "ask_to_erase", skip_all)]
pub async fn ask_to_erase(
    app: &App,
    caller: ResidentCredential,
    network: &str,
    now: DateTime<Utc>,
) -> Result<CodeAnnounced, ServiceError> {
    let mut conn = app.pool.acquire().await.map_err(StoreError::from)?;
    let (known, resident_id) = (known(&mut conn, caller).await?, caller.resident.resident_id);
    drop(conn);
    let phone = phones(app, resident_id, &known)?.into_iter().next().ok_or(ServiceError::NoPhoneSignIn)?;
    ask_for_code(app, &phone.e164(), CodePurpose::Erasure, network, now).await
}

/// Erases the caller's account and everything personal that hangs on it. Each case that had words of theirs says so in its
/// log.
///
/// # Errors
/// A missing or malformed code; [`ServiceError::WrongCode`]; [`ServiceError::NotSignedIn`] for an account without a phone
/// whose session is not fresh, or that was erased before; storage.
#[instrument(level = "debug", name = "erase_resident", skip_all)]
pub async fn erase_resident(
    app: &App,
    caller: ResidentCredential,
    code: Option<PresentedCode<'_>>,
    now: DateTime<Utc>,
) -> Result<(), ServiceError> {
    let resident_id = caller.resident.resident_id;
    let mut transaction = app.pool.begin().await.map_err(StoreError::from)?;
    let known = known(&mut transaction, caller).await?;
    let phones = phones(app, resident_id, &known)?;
    if !is_proved(app, &mut transaction, caller, phones.first(), code, now).await? {
        // The try counts.
        transaction.commit().await.map_err(StoreError::from)?;
        return Err(ServiceError::WrongCode);
    }
    for phone in &phones {
        // Nobody signs in with it meanwhile; and what came since the last sign-in goes too.
        residents::lock_identity(&mut transaction, &phone_index(app, phone)).await?;
        of_resident::claim_by_phone(&mut transaction, resident_id, &typed_by_hand(app, phone), now).await?;
    }
    let reports = of_resident::ids(&mut transaction, resident_id).await?;
    let mut cases = Vec::new();
    if !reports.is_empty() {
        cases = erasure::erase(&mut transaction, &Erasure::Reports(reports), REASON, now).await?;
    }
    let holder = Holder::Resident(resident_id);
    let ended = sessions::end(&mut transaction, holder, Which::All, EndReason::Erased, now).await?;
    if !residents::erase(&mut transaction, resident_id).await? {
        return Err(ServiceError::NotSignedIn);
    }
    // Behind the account: whoever binds a shop holds it until they have.
    bindings::forget_account(&mut transaction, resident_id, now).await?;
    transaction.commit().await.map_err(StoreError::from)?;
    app.ended_sessions.note(&ended, now);
    info!(cases = cases.len(), "a resident had the own data erased");
    Ok(())
}

/// All that was verified to be the caller.
async fn known(
    conn: &mut PgConnection,
    caller: ResidentCredential,
) -> Result<Vec<IdentityRow>, ServiceError> {
    let known = residents::identities(conn, caller.resident.resident_id).await?;
    if known.is_empty() { Err(ServiceError::NotSignedIn) } else { Ok(known) }
}

fn phones(app: &App, resident_id: Uuid, known: &[IdentityRow]) -> Result<Vec<MobilePhone>, ServiceError> {
    let phones = known.iter().filter(|row| row.kind == IdentityKind::Phone.name());
    let open = |row| {
        let value = residents::open(&app.vault, resident_id, row)?;
        MobilePhone::parse(&value).ok_or(StoreError::Inconsistent("a verified phone that is none"))
    };
    Ok(phones.map(open).collect::<Result<_, _>>()?)
}

async fn is_proved(
    app: &App,
    conn: &mut PgConnection,
    caller: ResidentCredential,
    phone: Option<&MobilePhone>,
    code: Option<PresentedCode<'_>>,
    now: DateTime<Utc>,
) -> Result<bool, ServiceError> {
    let Some(phone) = phone else {
        let began_at = sessions::began_at(conn, caller.session_id).await?;
        let fresh = began_at.is_some_and(|began_at| now - began_at < FRESH);
        return if fresh { Ok(true) } else { Err(ServiceError::NotSignedIn) };
    };
    let words = "请填写发到您手机的验证码";
    let code =
        code.ok_or_else(|| ServiceError::field(FieldError::new("/code", FieldCode::Missing, words)))?;
    let code = parse_code(code).map_err(ServiceError::field)?;
    is_right(app, conn, &phone_index(app, phone), CodePurpose::Erasure, &code, now).await
}
