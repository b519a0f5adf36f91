//! A period that a request names.

use chrono::NaiveDate;
use jiekou_core::period::Period;
use jiekou_core::report::{FieldCode, FieldError};

use crate::problem::{Kind, Problem};

/// The period with this name, such as `2026-11上旬`, in the years that the database takes.
pub(super) fn named_period(text: Option<&str>) -> Option<Period> {
    let years = NaiveDate::from_ymd_opt(2000, 1, 1)..NaiveDate::from_ymd_opt(2200, 1, 1);
    text?.parse::<Period>().ok().filter(|period| years.contains(&Some(period.first_day())))
}

/// The same where one is needed.
///
/// # Errors
/// `validation` at `/period`.
pub(super) fn needed_period(text: Option<&str>) -> Result<Period, Problem> {
    named_period(text).ok_or_else(|| Problem::from(Kind::Validation).with_errors(vec![no_period()]))
}

/// What is said of a period that is none.
pub(super) fn no_period() -> FieldError {
    FieldError::new("/period", FieldCode::Malformed, "请填周期的名称，如 2026-11上旬")
}
