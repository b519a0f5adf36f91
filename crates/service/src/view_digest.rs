//! The digest of a day, for those whose area it is.

use chrono::{DateTime, NaiveDate, Utc};
use jiekou_core::clock::local::local;
use jiekou_core::digest::DayDigest;
use jiekou_core::report::{FieldCode, FieldError};
use jiekou_core::staff::Level;
use jiekou_store::statistics::digests;
use tracing::instrument;

use crate::{App, ServiceError, Staff};

/// The digest of an area and a day, with the moment it was made; without an area that of the caller's widest, without a day
/// that of yesterday.
///
/// # Errors
/// An area that has none; [`ServiceError::Forbidden`] outside the caller's areas; [`ServiceError::UnknownDigest`] when it
/// was not made, or not yet; storage.
#[instrument(level = "debug", name = "view_digest", skip_all)]
pub async fn view_digest(
    app: &App,
    staff: &Staff,
    area: Option<&str>,
    day: Option<NaiveDate>,
    now: DateTime<Utc>,
) -> Result<(DayDigest, DateTime<Utc>), ServiceError> {
    let rules = app.rules();
    let whole = |level| matches!(level, Level::City | Level::District | Level::Town);
    let grants = staff.grants.iter().filter(|grant| grant.unit.is_none() && whole(grant.level));
    let own: Vec<&str> = grants.map(|grant| grant.area.as_str()).collect();
    let top = &rules.data().district.code;
    let widest = || {
        let widest = own.iter().min_by_key(|area| area.len()).copied();
        // Grants over a city have its four digits.
        widest.map(|area| if top.strip_suffix("00") == Some(area) { top.as_str() } else { area })
    };
    let area = area.or_else(widest).ok_or(ServiceError::Forbidden)?;
    let region = |code: &str| rules.region(code).is_some_and(|region| region.level == Level::District);
    let has_one = area == top || region(area) || rules.centers().any(|center| center.code == area);
    if !has_one {
        let words = "没有这个中心、区或市的日报告";
        return Err(ServiceError::field(FieldError::new("/area", FieldCode::Unknown, words)));
    }
    if !own.iter().any(|own| area.starts_with(own)) {
        return Err(ServiceError::Forbidden);
    }
    let today = local(now).date();
    let day = day.unwrap_or_else(|| today.pred_opt().unwrap_or(today));
    digests::of(&app.pool, area, day).await?.ok_or(ServiceError::UnknownDigest)
}
