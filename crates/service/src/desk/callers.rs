//! What somebody who calls has reported before.

use jiekou_core::privacy::mask_phone;
use jiekou_core::report::contact::parse_phone;
use jiekou_core::report::{FieldCode, FieldError};
use jiekou_store::desk::callers::{self, EarlierReport};
use tracing::instrument;

use super::at_desk;
use crate::{App, ServiceError, Staff};

/// A caller with what is known under their number.
#[derive(Debug, Clone)]
pub struct Caller {
    /// 139****1234
    pub phone: String,
    /// The newest first, at most 20; of those under 保密 only that there are some.
    pub reports: Vec<EarlierReport>,
    pub secret_reports: usize,
}

/// The earlier reports of a telephone number.
///
/// # Errors
/// [`ServiceError::Forbidden`]; what is no telephone number; storage.
#[instrument(level = "debug", name = "view_caller", skip_all)]
pub async fn view_caller(app: &App, staff: &Staff, phone: Option<&str>) -> Result<Caller, ServiceError> {
    at_desk(app, staff)?;
    let fault = |code, words: &str| ServiceError::field(FieldError::new("/phone", code, words));
    let phone = phone.ok_or_else(|| fault(FieldCode::Missing, "请填写来电号码"))?;
    let phone = parse_phone(phone).ok_or_else(|| fault(FieldCode::Malformed, "电话号码有误"))?;
    let found = callers::reports_of(&app.pool, &app.vault.blind_index(&phone)).await?;
    let (secret, shown): (Vec<_>, Vec<_>) = found.into_iter().partition(|report| report.secret);
    Ok(Caller { phone: mask_phone(&phone), reports: shown, secret_reports: secret.len() })
}
