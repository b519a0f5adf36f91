//! Reports by how their authors can be reached, for those who speak with reporters: the caller on the line has reported
//! before.

use std::collections::BTreeSet;

use chrono::{DateTime, Utc};
use jiekou_core::privacy::{MaskedContact, opening_grant, speaks_with_reporters};
use jiekou_core::report::contact::{parse_email, parse_phone};
use jiekou_core::report::{FieldCode, FieldError};
use jiekou_store::StoreError;
use jiekou_store::people::contacts;
use jiekou_store::people::identity::{self, Counted};
use tracing::instrument;
use uuid::Uuid;

use crate::open_identity::{WINDOW, whereabouts};
use crate::submit_report::answer::category_name;
use crate::{App, ServiceError, Staff};

/// Most reports that are shown of one person.
const SHOWN: i64 = 100;

/// By what to search; exactly one of them.
#[derive(Debug, Clone, Default)]
pub struct Sought {
    pub phone: Option<String>,
    pub email: Option<String>,
}

/// A report of the person.
#[derive(Debug, Clone)]
pub struct FoundReport {
    pub report_id: Uuid,
    pub received_at: DateTime<Utc>,
    pub case_number: String,
    pub category: String,
    pub category_name: String,
    pub state: String,
    pub center_code: String,
    pub contact: MaskedContact,
}

/// The reports in the caller's areas whose authors gave exactly this phone or address, the newest first. The search is
/// written down, as a keyed hash.
///
/// # Errors
/// [`ServiceError::Forbidden`] for roles that do not speak with reporters; what cannot be a phone or an address;
/// [`ServiceError::TooOften`]; storage.
#[instrument(level = "debug", name = "find_reports", skip_all)]
pub async fn find_reports(
    app: &App,
    staff: &Staff,
    sought: &Sought,
    now: DateTime<Utc>,
) -> Result<Vec<FoundReport>, ServiceError> {
    let own = || staff.grants.iter().filter(|it| it.unit.is_none() && speaks_with_reporters(it.role));
    let areas: BTreeSet<String> = own().map(|grant| grant.area.clone()).collect();
    if areas.is_empty() {
        return Err(ServiceError::Forbidden);
    }
    let hashes = hashes(app, sought)?;
    let mut transaction = app.pool.begin().await.map_err(StoreError::from)?;
    let most = app.identity.searches_an_hour;
    let used_up =
        identity::used_up(&mut transaction, staff.staff_id, Counted::Searches, most, WINDOW, now).await?;
    if let Some(again_at) = used_up {
        return Err(ServiceError::TooOften { again_at });
    }
    let areas: Vec<String> = areas.into_iter().collect();
    let mut found = identity::find(&mut transaction, &hashes, &areas, SHOWN).await?;
    found.retain(|it| opening_grant(&staff.grants, &whereabouts(&it.report)).is_some());
    if let Some(hash) = hashes.first() {
        identity::searched(&mut transaction, staff.staff_id, hash, found.len(), now).await?;
    }
    let found = found.into_iter().map(|it| {
        let contact = contacts::open(&app.vault, it.report.pseudonym, &it.key_id, &it.sealed)?;
        Ok(FoundReport {
            report_id: it.report.report_id,
            received_at: it.received_at,
            case_number: it.report.case_number,
            category_name: category_name(app, &it.category),
            category: it.category,
            state: it.state,
            center_code: it.report.center_code,
            contact: MaskedContact::from(&contact),
        })
    });
    let found = found.collect::<Result<_, ServiceError>>()?;
    transaction.commit().await.map_err(StoreError::from)?;
    Ok(found)
}

/// The keyed hashes to look for.
fn hashes(app: &App, sought: &Sought) -> Result<Vec<Vec<u8>>, ServiceError> {
    let fault = |pointer: &str, code, words: &str| ServiceError::field(FieldError::new(pointer, code, words));
    match (sought.phone.as_deref(), sought.email.as_deref()) {
        (Some(phone), None) => {
            let phone = parse_phone(phone)
                .ok_or_else(|| fault("/phone", FieldCode::Malformed, "电话应为 5 到 15 位数字"))?;
            Ok(contacts::phone_hashes(&app.vault, &phone))
        }
        (None, Some(address)) => {
            let address = parse_email(address)
                .ok_or_else(|| fault("/email", FieldCode::Malformed, "不是电子邮箱地址"))?;
            Ok(vec![contacts::email_hash(&app.vault, &address)])
        }
        (None, None) => Err(fault("/phone", FieldCode::Missing, "请填电话或电子邮箱")),
        (Some(_), Some(_)) => Err(fault("/email", FieldCode::NotAllowed, "电话和电子邮箱只能填一个")),
    }
}
