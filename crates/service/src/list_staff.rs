//! Accounts and what was done to them, as administrators see them.

use jiekou_core::report::{FieldCode, FieldError};
use jiekou_core::staff::may_see_account;
use jiekou_store::people::staff_list::{self, ListedAccount, Reach};
use jiekou_store::people::staff_log::{self, Line};
use tracing::instrument;
use uuid::Uuid;

use crate::{App, ServiceError, Staff};

/// Lines on one page.
const PAGE: usize = 50;
const ASKED: i64 = 51;

/// One page of a list, and the cursor of the next.
#[derive(Debug, Clone)]
pub struct Page<T> {
    pub items: Vec<T>,
    pub next: Option<String>,
}

fn page<T>(mut items: Vec<T>, cursor: impl Fn(&T) -> String) -> Page<T> {
    let more = items.len() > PAGE;
    items.truncate(PAGE);
    let next = items.last().filter(|_| more).map(cursor);
    Page { items, next }
}

/// The accounts that the caller administers, by name.
///
/// # Errors
/// [`ServiceError::Forbidden`] for whoever administers nothing; a broken cursor; storage.
#[instrument(level = "debug", name = "list_staff", skip_all)]
pub async fn list_staff(
    app: &App,
    caller: &Staff,
    cursor: Option<&str>,
) -> Result<Page<ListedAccount>, ServiceError> {
    administers(caller)?;
    let after = cursor.unwrap_or_default();
    if after.len() > 200 || after.chars().any(char::is_control) {
        return Err(broken_cursor());
    }
    let found = staff_list::list(&app.pool, &Reach::of(&caller.grants), after, ASKED).await?;
    Ok(page(found, |account| account.username.clone()))
}

/// One account that the caller administers.
///
/// # Errors
/// [`ServiceError::Forbidden`] for whoever administers nothing; [`ServiceError::UnknownStaff`]; storage.
#[instrument(level = "debug", name = "view_staff", skip_all)]
pub async fn view_staff(app: &App, caller: &Staff, staff_id: Uuid) -> Result<ListedAccount, ServiceError> {
    administers(caller)?;
    let found = staff_list::view(&app.pool, staff_id).await?;
    found.filter(|account| may_see_account(&caller.grants, &account.grants)).ok_or(ServiceError::UnknownStaff)
}

/// What was done to accounts of the caller's area, the newest first; to one of them where `subject` says.
///
/// # Errors
/// [`ServiceError::Forbidden`] for whoever administers nothing; a broken cursor; storage.
#[instrument(level = "debug", name = "staff_log", skip_all)]
pub async fn staff_log(
    app: &App,
    caller: &Staff,
    subject: Option<Uuid>,
    cursor: Option<&str>,
) -> Result<Page<Line>, ServiceError> {
    administers(caller)?;
    let before = cursor.map(|text| text.parse().map_err(|_broken| broken_cursor())).transpose()?;
    let found = staff_log::list(&app.pool, &Reach::of(&caller.grants), subject, before, ASKED).await?;
    Ok(page(found, |line| line.log_id.to_string()))
}

fn administers(caller: &Staff) -> Result<(), ServiceError> {
    if may_see_account(&caller.grants, &[]) { Ok(()) } else { Err(ServiceError::Forbidden) }
}

fn broken_cursor() -> ServiceError {
    ServiceError::field(FieldError::new("/cursor", FieldCode::Malformed, "请使用上一页的 nextCursor"))
}
