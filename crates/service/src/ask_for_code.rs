//! Somebody asks for a code to be sent to a phone.

use chrono::{DateTime, Duration, Utc};
use jiekou_core::report::{FieldCode, FieldError};
use jiekou_core::resident::{CodePurpose, MobilePhone, RequestSecret, SignInCode};
use jiekou_store::StoreError;
use jiekou_store::people::residents::{IdentityIndex, IdentityKind};
use jiekou_store::people::sign_in_codes::{self, Asker, NewCode};
use jiekou_store::work::account_messages;
use tracing::instrument;
use uuid::Uuid;

use crate::account_message::{TextMessage, text_message};
use crate::{App, ServiceError};

/// What is said of a code, the same whether anybody has an account with that phone or not.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct CodeAnnounced {
    /// How long it is good.
    pub life: Duration,
    /// What the code is good with only; told to whoever asked, and to nobody again.
    pub secret: RequestSecret,
}

/// Makes a code for a phone and has it sent; earlier ones for the same purpose are good no more. Nothing is looked up but
/// how many codes there were: whether an account has the phone shows only to who has the code.
///
/// # Errors
/// [`ServiceError::NoPhoneSignIn`]; a phone that is none; [`ServiceError::TooManyCodes`]; [`ServiceError::Busy`]; storage.
#[instrument(level = "debug", name = "ask_for_code", skip_all)]
pub async fn ask_for_code(
    app: &App,
    phone: &str,
    purpose: CodePurpose,
    network: &str,
    now: DateTime<Utc>,
) -> Result<CodeAnnounced, ServiceError> {
    let rules = &app.residents;
    if !rules.signs_in_by_phone {
        return Err(ServiceError::NoPhoneSignIn);
    }
    let phone = parse_phone(phone).map_err(ServiceError::field)?;
    let index = phone_index(app, &phone);
    let address_index = app.vault.blind_index(&format!("network {network}"));
    let asker = Asker { phone_index: &index.value_index, address_index: &address_index };
    let _turn = app.code_desk.turn().await?;
    let mut transaction = app.pool.begin().await.map_err(StoreError::from)?;
    // Asked before the turn among processes is taken, so that whoever is refused holds nobody up; and again, for others were
    // faster.
    for waits in [true, false] {
        let until = sign_in_codes::refused_until(&mut transaction, asker, &rules.code_limits, now).await?;
        if let Some(until) = until.filter(|until| *until > now) {
            return Err(ServiceError::TooManyCodes { until });
        }
        if waits {
            sign_in_codes::take_turns(&mut transaction).await?;
        }
    }
    let (code_id, code) = (Uuid::new_v4(), SignInCode::from_random(rand::random()));
    let secret = RequestSecret::from_random(rand::random());
    let made = NewCode {
        code_id,
        purpose,
        code_hash: app.vault.code_hash(&owner_of_code(code_id, Some(&secret)), code.reveal()).to_vec(),
        expires_at: now + rules.code_life,
    };
    sign_in_codes::replace(&mut transaction, asker, &made, now).await?;
    let minutes = rules.code_life.num_minutes().to_string();
    let text = TextMessage { to: phone.e164(), parameters: vec![code.reveal().to_owned(), minutes] };
    let message = text_message(app, purpose.name(), &text, made.expires_at)?;
    account_messages::insert(&mut transaction, &message, now).await?;
    transaction.commit().await.map_err(StoreError::from)?;
    Ok(CodeAnnounced { life: rules.code_life, secret })
}

/// The phone at `/phone`.
pub(crate) fn parse_phone(text: &str) -> Result<MobilePhone, FieldError> {
    let words = "请填写 11 位手机号码";
    MobilePhone::parse(text).ok_or_else(|| FieldError::new("/phone", FieldCode::Malformed, words))
}

/// Whose a code is: of its row, and of the request that it was made for. Without a secret it is of no request.
pub(crate) fn owner_of_code(code_id: Uuid, secret: Option<&RequestSecret>) -> Vec<u8> {
    let secret = secret.map_or("", RequestSecret::reveal);
    [code_id.as_bytes(), secret.as_bytes()].concat()
}

/// What a phone is looked up by.
pub(crate) fn phone_index(app: &App, phone: &MobilePhone) -> IdentityIndex {
    IdentityIndex::of(&app.vault, IdentityKind::Phone, &phone.e164())
}
