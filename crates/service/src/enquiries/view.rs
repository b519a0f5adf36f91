//! Enquiries as staff and their authors see them.

use jiekou_core::hotline::EnquiryKind;
use jiekou_core::report::{FieldCode, FieldError, TrackingCode};
use jiekou_store::enquiries::{self, EnquiryLine, EnquiryView};
use tracing::instrument;

use crate::desk::{at_desk, oversees};
use crate::list_place::{self, broken_cursor, place};
use crate::list_staff::Page;
use crate::{App, ServiceError, Staff};

/// Enquiries on one page.
const PAGE: usize = 50;
const ASKED: i64 = 51;

/// An enquiry with what was said of it later.
#[derive(Debug, Clone)]
pub struct EnquiryFile {
    pub enquiry: EnquiryView,
    pub lines: Vec<EnquiryLine>,
}

/// What an author reads under the code.
///
/// # Errors
/// [`ServiceError::UnknownEnquiry`], also for a kind that is never public; storage.
#[instrument(level = "debug", name = "read_enquiry", skip_all)]
pub async fn read_enquiry(app: &App, code: &str) -> Result<EnquiryView, ServiceError> {
    let enquiry = found(app, code).await?;
    let public = EnquiryKind::from_name(&enquiry.kind).is_some_and(EnquiryKind::is_public);
    if public { Ok(enquiry) } else { Err(ServiceError::UnknownEnquiry) }
}

/// One enquiry, for the desk.
///
/// # Errors
/// [`ServiceError::Forbidden`]; [`ServiceError::UnknownEnquiry`]; storage.
#[instrument(level = "debug", name = "view_enquiry", skip_all)]
pub async fn view_enquiry(app: &App, staff: &Staff, code: &str) -> Result<EnquiryFile, ServiceError> {
    let enquiry = reachable(app, staff, code).await?;
    let lines = enquiries::lines(&app.pool, enquiry.enquiry_id).await?;
    Ok(EnquiryFile { enquiry, lines })
}

/// The newest enquiries, those in `state` where one is named; `cursor` is the moment of the last one of the page before.
/// Notices on social stability stand among them for those who oversee the desk.
///
/// # Errors
/// [`ServiceError::Forbidden`]; a state or cursor that is none; storage.
#[instrument(level = "debug", name = "list_enquiries", skip_all)]
pub async fn list_enquiries(
    app: &App,
    staff: &Staff,
    state: Option<&str>,
    cursor: Option<&str>,
) -> Result<Page<EnquiryView>, ServiceError> {
    at_desk(app, staff)?;
    let mut faults = Vec::new();
    if state.is_some_and(|state| !["open", "answered", "withdrawn"].contains(&state)) {
        let words = "状态请填 open、answered 或 withdrawn";
        faults.push(FieldError::new("/state", FieldCode::Unknown, words));
    }
    let after = cursor.and_then(place);
    if cursor.is_some() && after.is_none() {
        faults.push(broken_cursor());
    }
    if !faults.is_empty() {
        return Err(ServiceError::Invalid(faults));
    }
    let mut items = enquiries::list(&app.pool, state, oversees(app, staff).is_ok(), after, ASKED).await?;
    let more = items.len() > PAGE;
    items.truncate(PAGE);
    let cursor = |last: &EnquiryView| list_place::cursor(last.received_at, last.enquiry_id);
    let next = items.last().filter(|_| more).map(cursor);
    Ok(Page { items, next })
}

/// The enquiry with this code, if it is one that the caller may read.
pub(super) async fn reachable(app: &App, staff: &Staff, code: &str) -> Result<EnquiryView, ServiceError> {
    at_desk(app, staff)?;
    let enquiry = found(app, code).await?;
    if enquiry.kind == EnquiryKind::Stability.name() && oversees(app, staff).is_err() {
        return Err(ServiceError::UnknownEnquiry);
    }
    Ok(enquiry)
}

async fn found(app: &App, code: &str) -> Result<EnquiryView, ServiceError> {
    let code = TrackingCode::parse(code).map_err(|_slip| ServiceError::UnknownEnquiry)?;
    let found = enquiries::by_code(&app.pool, &code.to_string()).await?;
    found.ok_or(ServiceError::UnknownEnquiry)
}
