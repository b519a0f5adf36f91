//! A resident says which shops are theirs: those of the phone that was verified, or that of a code.

use chrono::{DateTime, Utc};
use jiekou_core::report::{FieldCode, FieldError};
use jiekou_store::StoreError;
use jiekou_store::people::residents::{self, IdentityKind};
use tracing::instrument;

use super::bind::{Bound, bind_by_code, bind_by_phone};
use crate::{App, Resident, ServiceError};

/// How a resident shows that a shop is theirs.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Proof<'a> {
    /// The phone that was verified at signing in.
    Phone,
    /// What whoever answers for the street handed over.
    Code(&'a str),
}

/// Binds the caller's account to the shops of `proof`, and says which. None: the register names the caller's phone with no
/// shop.
///
/// # Errors
/// A phone as the proof of an account that has none; [`ServiceError::UnknownStorefrontCode`];
/// [`ServiceError::NotSignedIn`] when the account was erased meanwhile; storage.
#[instrument(level = "debug", name = "bind_own_shops", skip_all)]
pub async fn bind_own(
    app: &App,
    caller: Resident,
    proof: Proof<'_>,
    now: DateTime<Utc>,
) -> Result<Vec<Bound>, ServiceError> {
    let account = caller.resident_id;
    let phone = match proof {
        Proof::Code(code) => return Ok(vec![bind_by_code(&app.pool, account, code, now).await?]),
        Proof::Phone => verified_phone(app, caller).await?.ok_or_else(no_phone)?,
    };
    bind_by_phone(&app.pool, &app.vault, account, &phone, now).await
}

fn no_phone() -> ServiceError {
    let words = "您的账号没有验证过的手机号，请使用绑定码";
    ServiceError::field(FieldError::new("/by", FieldCode::NotAllowed, words))
}

/// The phone that was verified to be the caller's.
async fn verified_phone(app: &App, caller: Resident) -> Result<Option<String>, ServiceError> {
    let mut conn = app.pool.acquire().await.map_err(StoreError::from)?;
    let known = residents::identities(&mut conn, caller.resident_id).await?;
    let phone = known.iter().find(|row| row.kind == IdentityKind::Phone.name());
    Ok(phone.map(|row| residents::open(&app.vault, caller.resident_id, row)).transpose()?)
}
